"""First component: where the blocks of a text begin and end.

A sentence never runs over a block border, so each block starts a sentence before the parser looks.
Texts of the extract stage bring their blocks; for others a block is a run of lines without a blank line,
and a line that is a heading, bullet or byline of its own stands alone.
"""

import re

from spacy.language import Language
from spacy.tokens import Doc

from db.records import Block, BlockKind
from nlp import extensions as _extensions  # noqa: F401  registers doc._

#: A full stop of these ends no sentence before a lower-case word: the parser cuts "Acme Inc. a contract".
ABBREVIATIONS = frozenset({"co.", "inc.", "ltd.", "corp.", "no.", "u.s.", "u.k.", "bros.", "plc.", "llc."})
BULLET = re.compile(r"\s*(?:[-*\u2022\u25cf\u25aa\u2013\u00b7]|\(?\d{1,2}[.)])\s+")
LINE = re.compile(r"[^\n]*\n?")


def plain_blocks(text: str) -> tuple[Block, ...]:
    """The lines of `text` as blocks, white space at their ends left out."""
    blocks = []
    for line in LINE.finditer(text):
        words = line.group().strip()
        if not words:
            continue
        start = line.start() + len(line.group()) - len(line.group().lstrip())
        kind = BlockKind.LIST_ITEM if BULLET.match(line.group()) else BlockKind.PARAGRAPH
        if kind is BlockKind.PARAGRAPH and is_heading(words):
            kind = BlockKind.HEADING
        blocks.append(Block(start, start + len(words), kind))
    return tuple(blocks)


def is_heading(line: str) -> bool:
    """True for a short line without a full stop at its end: a headline, subhead, byline or label."""
    return len(line) <= 120 and line[-1] not in ".!\u3002:;,\"\u201d'\u2019)" and len(line.split()) <= 16


class Blocks:
    """Attach the blocks and start a sentence at each."""

    def __call__(self, doc: Doc) -> Doc:
        doc._.blocks = doc._.context.blocks or plain_blocks(doc.text)
        starts = {block.start for block in doc._.blocks}
        for token in doc:
            if token.idx in starts:
                token.is_sent_start = True
            elif token.i and token.text[:1].islower() and doc[token.i - 1].lower_ in ABBREVIATIONS:
                token.is_sent_start = False
        return doc


@Language.factory("tradewire_blocks", assigns=["doc._.blocks"])
def make_blocks(nlp: Language, name: str) -> Blocks:
    return Blocks()
