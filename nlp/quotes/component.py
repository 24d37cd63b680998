"""The `quotes` component: every quotation of a text, as records and as doc.spans["quotes"].

A quotation that runs over paragraphs opens its mark in each and closes it in the last one only; each
paragraph gives one Quote, and `continues` says that the next one goes on.
"""

from dataclasses import dataclass

from spacy.language import Language
from spacy.tokens import Doc

from db.records import Block, BlockKind
from nlp.extensions import text_of  # registers doc._ too
from nlp.quotes.pairing import MARK, Pair, pair_marks


@dataclass(frozen=True, slots=True)
class Quote:
    """Quoted words. [start, end) has the marks, [inner_start, inner_end) has not."""

    start: int
    end: int
    inner_start: int
    inner_end: int
    family: str
    paragraph: int  #: index of its block
    nested: bool = False  #: stands inside another quotation
    closed: bool = True
    continues: bool = False  #: goes on in the next paragraph


class Quotes:
    """Pair the marks of each block."""

    def __call__(self, doc: Doc) -> Doc:
        doc._.quotes = tuple(self.find(doc))
        spans = [doc.char_span(q.start, q.end, alignment_mode="expand") for q in doc._.quotes]
        doc.spans["quotes"] = [span for span in spans if span is not None]
        return doc

    def find(self, doc: Doc) -> list[Quote]:
        text = text_of(doc)
        blocks: tuple[Block, ...] = doc._.blocks
        found: list[Quote] = []
        for number, block in enumerate(blocks):
            if block.kind is BlockKind.FURNITURE:
                continue
            outer_end = -1
            for pair in pair_marks(text, block.start, block.end):
                continues = not pair.closed and self._reopens(text, blocks, number, pair)
                if not pair.closed and not continues and not self._plausible(text, block, pair):
                    continue
                nested = pair.start < outer_end
                outer_end = max(outer_end, pair.end)
                found.append(
                    Quote(
                        pair.start,
                        pair.end,
                        pair.inner_start,
                        pair.inner_end,
                        pair.family,
                        number,
                        nested,
                        pair.closed,
                        continues,
                    )
                )
        return found

    @staticmethod
    def _reopens(text: str, blocks: tuple[Block, ...], number: int, pair: Pair) -> bool:
        """True when the next block begins with the mark that `pair` left open."""
        if number + 1 >= len(blocks) or text[pair.inner_start : pair.inner_start + 1].isspace():
            return False
        start = blocks[number + 1].start
        mark = MARK.match(text, start)
        return mark is not None and mark.group() == text[pair.start : pair.inner_start]

    @staticmethod
    def _plausible(text: str, block: Block, pair: Pair) -> bool:
        """A lost closing mark is forgiven where the quotation can only be the rest of the paragraph."""
        return pair.start == block.start or text[block.start : pair.start].rstrip()[-1:] in {",", ":"}


@Language.factory("tradewire_quotes", requires=["doc._.blocks"], assigns=["doc._.quotes", "doc.spans"])
def make_quotes(nlp: Language, name: str) -> Quotes:
    return Quotes()
