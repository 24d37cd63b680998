"""Which lines of an extracted text are not the article: its own headline, promotion, what follows the end."""

import re
from collections.abc import Sequence

from crawler.article.blocks import Piece
from crawler.article.knowledge import any_of
from crawler.article.titles import fold
from db.records import BlockKind

MAX_PROMO = 320  # a longer line is text, whatever it begins with
MAX_SENTENCE = 90  # a longer line that ends like a sentence is one, unless it makes an offer
OFFER = re.compile(r"newsletter|inbox|subscri|cookie|rights reserved|sign(?:ing)? up|app\b|©", re.IGNORECASE)
MIN_ARTICLE_BODY = 400
MIN_TEASER = 28  # characters; shorter links are names in a list
MAX_LINK_SHARE = 0.3
MAX_CARD_SHARE = 0.7  # a short article may stand above a long row of related stories
LONG = 80  # characters of a line that, with a full stop, is a sentence of somebody's text
MOST_AFTER = 2  # such lines may follow a tail heading; more of them, and the text goes on below a box
ENDS = frozenset(".!?\"”»'’")
TAIL_SHARE = 0.5  # a "related" heading in the first half of a text is a subhead


def without_headline(pieces: Sequence[Piece], headings: set[str]) -> list[Piece]:
    """`pieces` without leading lines that repeat the headline, a kicker or the section."""
    pieces = list(pieces)
    for i, piece in enumerate(pieces[:4]):
        if fold(piece.text) in headings:
            kickers = all(len(p.text) < 60 and p.text[-1:] not in ".!?" for p in pieces[:i])
            if i == 0 or kickers:
                return without_headline(pieces[i + 1 :], headings)
    return pieces


def is_promo(piece: Piece) -> bool:
    """True for a line that only leads away from the article."""
    text = piece.text
    if len(text) > MAX_PROMO or (len(text) > MAX_SENTENCE and text[-1] in ".!?" and not OFFER.search(text)):
        return False
    return any_of("promo", "lines").fullmatch(text) is not None


def cut_tail(pieces: Sequence[Piece]) -> list[Piece]:
    """`pieces` up to a heading like "Related stories" after which only short lines come."""
    total = sum(len(p.text) for p in pieces)
    seen = 0
    for i, piece in enumerate(pieces):
        if (
            seen > TAIL_SHARE * total
            and len(piece.text) < 60
            and any_of("promo", "tails").fullmatch(piece.text.rstrip(" :"))
            and sum(len(p.text) >= LONG and p.text[-1] in ENDS for p in pieces[i + 1 :]) <= MOST_AFTER
        ):
            return list(pieces[:i])
        seen += len(piece.text)
    return list(pieces)


def within(pieces: Sequence[Piece], article_body: str) -> list[Piece]:
    """`pieces` without those after the last, and before the first, that the page's own full text has.

    Only when that text covers nearly all between the two: some sites give the beginning only.
    """
    known = fold(article_body)
    if len(known) < MIN_ARTICLE_BODY:
        return list(pieces)
    inside = [has_part(known, fold(piece.text)) for piece in pieces]
    if True not in inside:
        return list(pieces)
    first, last = inside.index(True), len(inside) - 1 - inside[::-1].index(True)
    between = pieces[first : last + 1]
    covered = sum(len(p.text) for p, yes in zip(between, inside[first:]) if yes)
    total = sum(len(p.text) for p in pieces)
    if covered < 0.8 * sum(len(p.text) for p in between) or covered < 0.5 * total:
        return list(pieces)
    if sum(len(p.text) for p in between) < 0.8 * len(known):
        return list(pieces)  # our text misses a part, so order may differ
    return list(between)


def has_part(known: str, text: str) -> bool:
    """True when `text`, or its first or last words, stand in `known`."""
    return bool(text) and (text in known or (len(text) > 80 and (text[:60] in known or text[-60:] in known)))


def without_links(pieces: Sequence[Piece], links: set[str], cards: set[str]) -> list[Piece]:
    """`pieces` without lines that are one link and nothing else: teasers of other stories."""
    keys = [fold(piece.text) if len(piece.text) >= MIN_TEASER else "" for piece in pieces]
    in_card = [bool(key) and key in cards for key in keys]
    if _share(pieces, in_card) <= MAX_CARD_SHARE:
        keys = [key for key, yes in zip(keys, in_card) if not yes]
        pieces = [piece for piece, yes in zip(pieces, in_card) if not yes]
    lonely = [
        bool(key) and key in links and piece.kind is not BlockKind.HEADING for key, piece in zip(keys, pieces)
    ]
    for i in range(max(0, len(pieces) - 4), len(pieces)):
        lonely[i] = lonely[i] or is_link_row(pieces[i].text, links)
    if _share(pieces, lonely) > MAX_LINK_SHARE:
        return list(pieces)  # a page of links: its type says so
    return [p for p, yes in zip(pieces, lonely) if not yes]


def _share(pieces: Sequence[Piece], chosen: Sequence[bool]) -> float:
    """Share of the characters of `pieces` that stand in the chosen ones."""
    whole = sum(len(piece.text) for piece in pieces)
    return sum(len(piece.text) for piece, yes in zip(pieces, chosen) if yes) / whole if whole else 0.0


def is_link_row(text: str, links: set[str]) -> bool:
    """True for a line that is several links and hardly a word of its own."""
    rest = fold(text)
    if not MIN_TEASER < len(rest) < 3000 or text[-1:] in ".!?":
        return False
    whole, found = len(rest), 0
    for link in links:
        if link in rest:
            rest, found = rest.replace(link, " "), found + 1
    return found >= 2 and len(rest.strip()) < 0.4 * whole


def without_datelines(pieces: Sequence[Piece]) -> list[Piece]:
    """`pieces` without lines at either end that only give the time of publication."""
    kept = list(pieces)
    for at in (0, 0, 0, -1, -1):
        if kept and len(kept[at].text) <= 60 and DATELINE.fullmatch(kept[at].text):
            kept.pop(at)
    return kept


DATELINE = re.compile(
    r"\W*(?:(?:(?:first |last |date )?(?:published|updated|posted|modified|released?)|uppdaterad|publicerad|aktualisiert|veröffentlicht|"
    r"erstellt|stand|publié|mis à jour|publicado|actualizado|atualizado|aggiornato|pubblicato|gepubliceerd|기사입력|입력|更新|发布)\b[^.!?]{0,50}"
    r"|\w+,? \d{1,2}[./ ](?:\w+ ?|\d{1,2}[./ ])\d{4},?[ \d:.]*(?:Uhr|[ap]m)?|\d{1,2}[./ ]\w+[./ ]\d{4}[ ,\d:.]*)\W*",
    re.IGNORECASE,
)
WORDS = re.compile(r"\w")


def mended(text: str) -> str:
    """`text` with numbers put together that a layout broke: "1 ,850" and "1, 850,000" are no numbers."""
    return BROKEN_NUMBER.sub(r"\1,\2", text)


BROKEN_NUMBER = re.compile(r"(?<![\d,.])(\d{1,3}) ,(\d{3})(?![\d])")


def clean_pieces(
    pieces: Sequence[Piece], headings: set[str], links: set[str], cards: set[str], article_body: str = ""
) -> list[Piece]:
    """The lines of the article among `pieces`."""
    pieces = within(without_headline(pieces, headings), article_body)
    pieces = cut_tail(without_links(pieces, links, cards))
    kept = [Piece(p.kind, mended(p.text)) for p in pieces if not is_promo(p) and WORDS.search(p.text)]
    kept = without_datelines(kept)
    while kept and kept[-1].kind is BlockKind.HEADING:
        kept.pop()  # a subhead without text below it
    return kept
