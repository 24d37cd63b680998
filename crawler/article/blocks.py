"""The engine's result tree as typed pieces of text, and pieces as a body with blocks."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from crawler.article.page import clean
from db.records import Block, BlockKind


@dataclass(frozen=True, slots=True)
class Piece:
    """One line of a body and what it is."""

    kind: BlockKind
    text: str


MAX_CELL = 250  # characters in a cell of figures; more is a column of text
INLINE = frozenset({"hi", "ref", "del", "a", "b", "i", "em", "strong", "lb", "br", "code", "u", "sup", "sub"})


def pieces_of(body: Any) -> list[Piece]:
    """Typed lines of an engine body, in order."""
    return [piece for piece in walk(body, BlockKind.PARAGRAPH) if piece.text]


def walk(element: Any, kind: BlockKind) -> Iterator[Piece]:
    """Pieces below `element`; loose inline text between blocks makes a piece of its own."""
    loose: list[str] = [element.text or ""]

    def flush() -> Iterator[Piece]:
        text = "".join(loose)
        loose.clear()
        for line in text.split("\n\0"):
            yield Piece(kind, clean(line))

    for child in element:
        tag = child.tag
        if not isinstance(tag, str):
            loose.append(child.tail or "")
            continue
        if tag in ("lb", "br"):
            loose.append("\n\0")
        elif tag in INLINE and next(child.iter("p", "list", "table", "head"), None) is None:
            loose.append(inline_text(child))
        elif tag == "graphic":
            pass
        else:
            yield from flush()
            yield from block(child, kind)
        loose.append(child.tail or "")
    yield from flush()


def inline_text(element: Any) -> str:
    """Text of an inline element, line breaks kept as piece borders."""
    parts = [element.text or ""]
    for child in element:
        parts.append("\n\0" if child.tag in ("lb", "br") else inline_text(child))
        parts.append(child.tail or "")
    return "".join(parts)


def block(element: Any, kind: BlockKind) -> Iterator[Piece]:
    """Pieces of one block element of the engine's vocabulary (or of html, for its fallbacks)."""
    tag = element.tag
    if tag in ("head", "h1", "h2", "h3", "h4", "h5", "h6"):
        yield Piece(BlockKind.HEADING, clean("".join(element.itertext())))
    elif tag in ("list", "ul", "ol", "dl", "item", "li", "dd", "dt"):
        yield from walk(element, BlockKind.LIST_ITEM)
    elif tag in ("quote", "blockquote"):
        yield from walk(element, BlockKind.BLOCKQUOTE)
    elif tag == "table":
        for row in element.iter("row", "tr"):
            cells = [cell for cell in row if isinstance(cell.tag, str)]
            texts = [clean("".join(cell.itertext())) for cell in cells]
            if any(len(text) > MAX_CELL for text in texts):  # a table that lays out a page
                for cell in cells:
                    yield from walk(cell, kind)
            else:
                yield Piece(BlockKind.TABLE, " | ".join(text for text in texts if text))
    else:
        yield from walk(element, kind)


def assemble(pieces: Iterable[Piece]) -> tuple[str, tuple[Block, ...]]:
    """The body that `pieces` make, an empty line between two, and its blocks."""
    parts: list[str] = []
    blocks: list[Block] = []
    at = 0
    for piece in pieces:
        if parts:
            at += 2
        parts.append(piece.text)
        blocks.append(Block(at, at + len(piece.text), piece.kind))
        at += len(piece.text)
    return "\n\n".join(parts), tuple(blocks)
