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
LONG = 200  # characters of a line that is surely text of the article
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
            and sum(len(p.text) >= LONG for p in pieces[i + 1 :]) <= 1
        ):
            return list(pieces[:i])
        seen += len(piece.text)
    return list(pieces)


def mended(text: str) -> str:
    """`text` with numbers put together that a layout broke: "1 ,850" and "1, 850,000" are no numbers."""
    return BROKEN_NUMBER.sub(r"\1,\2", text)


BROKEN_NUMBER = re.compile(r"(?<![\d,.])(\d{1,3}) ,(\d{3})(?![\d])")


def clean_pieces(pieces: Sequence[Piece], headings: set[str]) -> list[Piece]:
    """The lines of the article among `pieces`."""
    pieces = cut_tail(without_headline(pieces, headings))
    kept = [Piece(p.kind, mended(p.text)) for p in pieces if not is_promo(p)]
    while kept and kept[-1].kind is BlockKind.HEADING:
        kept.pop()  # a subhead without text below it
    return kept
