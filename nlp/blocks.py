"""First component: where the blocks of a text begin and end.

A sentence never runs over a block border, so each block starts a sentence before the parser looks.
Texts of the extract stage bring their blocks; for others a block is a run of lines without a blank line,
and a line that is a heading, bullet or byline of its own stands alone.
"""

import re

from spacy.attrs import IDX, LOWER
from spacy.language import Language
from spacy.tokens import Doc

from db.records import Block, BlockKind
from nlp.extensions import text_of  # registers doc._ too
from nlp.wordids import ids, places

#: A full stop of these ends no sentence before a lower-case word: the parser cuts "Acme Inc. a contract".
ABBREVIATIONS = frozenset({"co.", "inc.", "ltd.", "corp.", "no.", "u.s.", "u.k.", "bros.", "plc.", "llc."})
#: Legal forms of several words, each with a full stop.
FORMS = ("sdn.", "pte.", "pvt.", "pty.", "co.", "sdn", "pte")
FORMS_AFTER = frozenset({"bhd.", "bhd", "ltd.", "ltd", "limited", "inc.", "llc", "kg"})
_ABBREVIATION_IDS, _AFTER_IDS = ids(ABBREVIATIONS), ids(FORMS_AFTER)
BULLET = re.compile(r"\s*(?:[-*\u2022\u25cf\u25aa\u2013\u00b7]|\(?\d{1,2}[.)])\s+")
TABLE_ROW = re.compile(r"\d\t|\t\d|\S(?: {3,}|\t)\S.*(?: {3,}|\t)\S|[▲▼]|\|.*\|")
WRAP_FROM, WRAP_TO = 45, 100  # characters of a line that was broken because the column was full
LINE = re.compile(r"[^\n]*\n?")


def plain_blocks(text: str) -> tuple[Block, ...]:
    """The lines of `text` as blocks, white space at their ends left out; wrapped lines make one paragraph."""
    lines = []
    for line in LINE.finditer(text):
        words = line.group().strip()
        if words:
            start = line.start() + len(line.group()) - len(line.group().lstrip())
            lines.append((start, start + len(words), kind_of(line.group(), words)))
    if not is_wrapped(text):
        return tuple(Block(*line) for line in lines)
    blocks: list[Block] = []
    for start, end, kind in lines:
        last = blocks[-1] if blocks else None
        joins = last is not None and text.count("\n", last.end, start) == 1
        line_before = text[text.rfind("\n", 0, last.end) + 1 : last.end] if last else ""
        if (
            last
            and joins
            and len(line_before) >= WRAP_FROM
            and kind in (BlockKind.PARAGRAPH, BlockKind.HEADING)
        ):
            into = BlockKind.PARAGRAPH if last.kind is BlockKind.HEADING else last.kind
            blocks[-1] = Block(last.start, end, into)
        else:
            blocks.append(Block(start, end, kind))
    return tuple(blocks)


def kind_of(line: str, words: str) -> BlockKind:
    """What a single line is."""
    if BULLET.match(line):
        return BlockKind.LIST_ITEM
    if words.startswith("> "):
        return BlockKind.BLOCKQUOTE
    if TABLE_ROW.search(words) and words[-1] not in ".!?":
        return BlockKind.TABLE
    return BlockKind.HEADING if is_heading(words) else BlockKind.PARAGRAPH


def is_wrapped(text: str) -> bool:
    """True for text whose paragraphs were broken at a column, as in mails and old releases."""
    lengths = sorted(len(line) for line in text.split("\n") if line.strip())
    if len(lengths) < 6 or lengths[-1] > WRAP_TO:
        return False
    broken = len(re.findall(r"[^.!?:;\n\s]\n[a-z(]", text))  # a line goes on in lower case
    return broken >= len(lengths) / 4


def is_heading(line: str) -> bool:
    """True for a short line without a full stop at its end: a headline, subhead, byline or label."""
    return len(line) <= 120 and line[-1] not in ".!\u3002:;,\"\u201d'\u2019)" and len(line.split()) <= 16


class Blocks:
    """Attach the blocks and start a sentence at each."""

    def __call__(self, doc: Doc) -> Doc:
        blocks = doc._.blocks = doc._.context.blocks or plain_blocks(text_of(doc))
        firsts = set(places(doc, IDX, frozenset(block.start for block in blocks)))
        for i in places(doc, LOWER, _ABBREVIATION_IDS):
            if i + 1 < len(doc) and i + 1 not in firsts and doc[i + 1].text[:1].islower():
                doc[i + 1].is_sent_start = False
        for i in places(doc, LOWER, _AFTER_IDS):
            if i not in firsts and doc[max(0, i - 2) : i].text.lower().endswith(FORMS):
                doc[i].is_sent_start = False  # "Straits Tooling Sdn. Bhd."
        for i in firsts:
            doc[i].is_sent_start = True
        return doc


@Language.factory("tradewire_blocks", assigns=["doc._.blocks"])
def make_blocks(nlp: Language, name: str) -> Blocks:
    return Blocks()
