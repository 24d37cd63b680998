"""The body as trafilatura sees it, with a second look where it saw too little.

Its text is compared with the paragraphs of the container that holds most of them: where it has much less, as
behind an embed or in the second section of a split body, recall mode and then the container itself are tried.
"""

import logging
import re
from typing import Any

from crawler.article.blocks import Piece, pieces_of
from crawler.article.page import clean, text_of
from crawler.article.titles import fold
from db.records import BlockKind

logging.getLogger("trafilatura").setLevel(logging.CRITICAL)  # its "discarding data" is our page type
logging.getLogger("htmldate").setLevel(logging.CRITICAL)

ENOUGH = 0.7  # of the text of the best container; below it, the engine stopped somewhere
MIN_PARAGRAPH = 40
MIN_CONTAINER = 600  # characters; a smaller container proves nothing
MIN_TEASER = 20
MAX_CARD = 1500  # characters of text inside one link; more is a page with a broken anchor
OUTSIDE = frozenset(
    {"nav", "footer", "aside", "form", "a", "header", "figure", "figcaption", "noscript", "template"}
)
COMMENTS = re.compile(
    r"(?:^|[-_ ])(?:comment(?:s|list|-?content|-?body)?|respond|disqus|replies)(?:$|[-_ ])", re.IGNORECASE
)
TEXT_KINDS = {
    "p": BlockKind.PARAGRAPH,
    "h2": BlockKind.HEADING,
    "h3": BlockKind.HEADING,
    "h4": BlockKind.HEADING,
    "li": BlockKind.LIST_ITEM,
    "blockquote": BlockKind.BLOCKQUOTE,
}


def body_pieces(tree: Any, url: str) -> list[Piece]:
    """Typed lines of the main text; empty when there is none. `tree` stays as it is."""
    container, expected = best_container(tree)
    pieces = run_engine(tree, url)
    if is_dump(pieces, tree):
        pieces = container_pieces(container) if expected else []
    if expected < MIN_CONTAINER or length(pieces) >= ENOUGH * expected:
        return pieces
    more = run_engine(tree, url, recall=True)
    if length(more) >= ENOUGH * expected and keeps(more, pieces):
        return more
    direct = container_pieces(container)
    return direct if length(direct) > length(pieces) and keeps(direct, pieces) else pieces


def keeps(more: list[Piece], pieces: list[Piece]) -> bool:
    """True when `more` still has nearly all that `pieces` have: it adds, it does not choose another text."""
    there = {piece.text for piece in more}
    return sum(len(p.text) for p in pieces if p.text in there) >= 0.8 * length(pieces)


def run_engine(tree: Any, url: str, *, recall: bool = False) -> list[Piece]:
    """What trafilatura takes for the main text; it works on a copy."""
    from trafilatura import bare_extraction  # slow to import

    try:
        document = bare_extraction(tree, url=url, include_comments=False, favor_recall=recall)
    except (ValueError, TypeError, AttributeError, IndexError, AssertionError, RecursionError):
        return []
    return pieces_of(document.body) if document is not None and document.body is not None else []


def is_dump(pieces: list[Piece], tree: Any) -> bool:
    """True when the engine gave up and returned the whole page, menus and all, as one line."""
    if len(pieces) != 1:
        return False
    text = "".join(pieces[0].text.split())
    links = ["".join("".join(link.itertext()).split()) for link in tree.iter("a")]
    found = [link for link in links if len(link) >= 3 and link in text]
    return len(found) >= 3 and sum(map(len, found)) > 0.03 * len(text)


def length(pieces: list[Piece]) -> int:
    """Characters of text, tables left out."""
    return sum(len(piece.text) for piece in pieces if piece.kind is not BlockKind.TABLE)


def is_card(link: Any) -> bool:
    """True for a link around whole blocks: a card that leads to another story."""
    if len(link) == 0 or link.get("href") is None or next(link.iter("p", "h2", "h3"), None) is None:
        return False
    return next(link.iter("h1"), None) is None and sum(map(len, link.itertext())) <= MAX_CARD


def card_around(heading: Any) -> Any:
    """The box of a heading that is a link elsewhere and of its summary; None where it is no such box."""
    link = heading.find(".//a")
    if link is None or (link.get("href") or "#").startswith("#") or len(text_of(heading)) < MIN_TEASER:
        return None
    if len(text_of(link)) < 0.8 * len(text_of(heading)):
        return None
    box = heading.getparent()
    if box is None or box.tag not in ("div", "li", "article", "section"):
        return None
    headings = sum(1 for _ in box.iter("h1", "h2", "h3", "h4"))
    paragraphs = sum(1 for _ in box.iter("p"))
    fits = headings == 1 and 1 <= paragraphs <= 2 and sum(map(len, box.itertext())) <= MAX_CARD
    return box if fits else None


def teasers(tree: Any) -> tuple[set[str], set[str]]:
    """Folded texts of links to other pages, and of the blocks inside cards: such lines lead elsewhere."""
    links, cards = set(), set()
    for link in tree.iter("a"):
        if not (link.get("href") or "#").startswith("#"):  # a table of contents has the subheads of the text
            links.add(fold("".join(link.itertext())))
            if is_card(link):
                cards |= {fold(text_of(block)) for block in link.iter("p", "h2", "h3", "h4", "span", "div")}
    boxes = [box for heading in tree.iter("h2", "h3", "h4") if (box := card_around(heading)) is not None]
    if len(boxes) >= 2:  # related stories come in rows; a single linked subhead may be the text's own
        cards |= {fold(text_of(block)) for box in boxes for block in box.iter("p", "span", "time")}
    return {t for t in links if len(t) >= MIN_TEASER}, {t for t in cards if len(t) >= MIN_TEASER}


def best_container(tree: Any) -> tuple[Any, int]:
    """The element that holds most of the text in paragraphs, and how many characters they have."""
    sums: dict[Any, float] = {}
    for paragraph in tree.iter("p"):
        words = sum(len(text) for text in paragraph.itertext())
        if words < MIN_PARAGRAPH:
            continue
        linked = sum(len(text) for link in paragraph.iter("a") for text in link.itertext())
        if linked > words / 2:
            continue
        chain: list[Any] = []
        for parent in paragraph.iterancestors():
            if parent.tag in OUTSIDE or COMMENTS.search(f"{parent.get('class', '')} {parent.get('id', '')}"):
                chain = []
                break
            chain.append(parent)
            if len(chain) == 6:
                break
        for parent, share in zip(chain, (1.0, 0.98, 0.95, 0.92, 0.88, 0.84)):
            sums[parent] = sums.get(parent, 0.0) + share * words
    for best in sorted(sums, key=lambda element: -sums[element]):
        if best.tag not in ("body", "html") and all(
            best.find(f".//{tag}") is None for tag in ("nav", "footer", "form")
        ):
            return best, int(sums[best])
    return tree, 0


def container_pieces(container: Any) -> list[Piece]:
    """The paragraphs, subheads and lists below `container`, in order."""
    found = []
    for element in container.iter(*TEXT_KINDS):
        if any(parent.tag in OUTSIDE or parent.tag in TEXT_KINDS for parent in inside(element, container)):
            continue
        text = text_of(element)
        if text:
            found.append(Piece(TEXT_KINDS[element.tag], clean(text)))
    return found


def inside(element: Any, container: Any) -> list[Any]:
    """Ancestors of `element` below `container`."""
    found = []
    for parent in element.iterancestors():
        if parent is container:
            break
        found.append(parent)
    return found
