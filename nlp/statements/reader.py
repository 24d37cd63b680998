"""What the statement rules look at: a Doc with its cues, its outer quotations and paragraphs by token."""

from bisect import bisect_left
from collections.abc import Iterable
from dataclasses import dataclass, field

from spacy.tokens import Doc, Token

from db.records import Block, BlockKind, Modality
from nlp.extensions import text_of
from nlp.quotes.component import Quote
from nlp.statements.cues import Cue, find_cues
from nlp.wordids import ids

LONGEST = 300  #: words to either side that a sentence may have; bounds the work on text without full stops
#: Marks that end a sentence outside quotations.
STOPS = frozenset({".", "?", "!", ";"})
_STOP_IDS = ids(STOPS)


@dataclass(slots=True)
class Draft:
    """A statement in the making. Spans are characters [start, end)."""

    cue: Cue | None
    spans: list[tuple[int, int]]
    rule: str
    speaker: "Speaker | None" = None
    cue_span: tuple[int, int] | None = None
    cue_lemma: str | None = None
    cue_class: str | None = None
    polarity: str | None = None
    target: tuple[int, int] | None = None  #: whom or what it is about, where the frame names it
    addressee: tuple[int, int] | None = None
    topic: tuple[int, int] | None = None
    modality: Modality = Modality.ASSERTED
    stance_cue: str | None = None
    confidence: float = 0.8
    nested: bool = False
    within: "Draft | None" = None  #: the statement that this one is part of

    @property
    def start(self) -> int:
        return min(a for a, _ in self.spans)

    @property
    def end(self) -> int:
        return max(b for _, b in self.spans)


@dataclass(frozen=True, slots=True)
class Speaker:
    """The words [start, end) that name who speaks; `head` is the token they hang on."""

    start: int
    end: int
    head: Token
    how: str = "subject"
    at: tuple[int, int] | None = None  #: the word beside the cue, where that is a relative pronoun


@dataclass(slots=True)
class QuoteTokens:
    """An outer quotation and its tokens [first, last], marks included."""

    quote: Quote
    first: int
    last: int


@dataclass(slots=True)
class Reader:
    """A Doc prepared for the rules."""

    doc: Doc
    text: str  #: text_of(doc)
    blocks: tuple[Block, ...]
    quotes: list[QuoteTokens] = field(default_factory=list)
    quote_at: list[int] = field(default_factory=list)  #: token -> index into quotes, or -1
    block_at: list[int] = field(default_factory=list)  #: token -> index into blocks, or -1
    cues: list[Cue] = field(default_factory=list)
    cue_at: dict[int, Cue] = field(default_factory=dict)
    quotes_of: dict[int, list[QuoteTokens]] = field(default_factory=dict)  #: by block
    starts: list[int] = field(default_factory=list)  #: first character of each token
    firsts: list[int] = field(default_factory=list)  #: first token of each token's sentence
    lasts: list[int] = field(default_factory=list)

    def quoted(self, token: Token) -> bool:
        return self.quote_at[token.i] >= 0

    def block(self, token: Token) -> Block | None:
        number = self.block_at[token.i]
        return self.blocks[number] if number >= 0 else None

    def sentence(self, i: int) -> tuple[int, int]:
        """Tokens [first, last] of the sentence around token i: to the next stop outside quotations, or to a
        quotation that ends one; never over a block border. The parser's sentences break at every mark."""
        return max(self.firsts[i], i - LONGEST), min(self.lasts[i], i + LONGEST)

    def find_sentences(self) -> None:
        """Work out all sentences at once."""
        size = len(self.doc)
        orths = self.doc.to_array("ORTH").tolist()
        self.firsts, self.lasts = [0] * size, [size - 1] * size
        blocks, quotes = self.block_at, self.quote_at
        first = 0
        for i, orth in enumerate(orths):
            last = i + 1 == size or blocks[i + 1] != blocks[i]
            if last or (orth in _STOP_IDS if quotes[i] < 0 else self._ends(i, i + 1)):
                self.firsts[first : i + 1] = [first] * (i + 1 - first)
                self.lasts[first : i + 1] = [i] * (i + 1 - first)
                first = i + 1

    def _ends(self, i: int, after: int) -> bool:
        """True when the sentence ends with token i, which stands in a quotation, and not with the next one."""
        number = self.quote_at[i]
        if self.quote_at[after] == number:
            return False
        quote = self.quotes[number].quote
        return self.text[quote.inner_start : quote.inner_end].rstrip()[-1:] in ".?!" and (
            self.doc[after].text[:1].isupper() or self.quote_at[after] >= 0 or self.doc[after].is_space
        )

    def tokens(self, start: int, end: int) -> range:
        """Tokens that begin inside characters [start, end)."""
        return range(bisect_left(self.starts, start), bisect_left(self.starts, end))

    def chars(self, first: int, last: int) -> tuple[int, int]:
        """Characters of tokens [first, last]."""
        end = self.doc[last]
        return self.doc[first].idx, end.idx + len(end)


def read(doc: Doc) -> Reader:
    """The Reader of `doc`. Cues inside quotations are the quoted person's words, and none here."""
    reader = Reader(doc, text_of(doc), doc._.blocks)
    reader.starts = doc.to_array("IDX").tolist()
    reader.block_at = _spread(reader.starts, ((b.start, b.end) for b in reader.blocks))
    outer = [q for q in doc._.quotes if not q.nested]
    reader.quote_at = _spread(reader.starts, ((q.start, q.end) for q in outer))
    edges: dict[int, list[int]] = {}
    for i, number in enumerate(reader.quote_at):
        if number >= 0:
            edges.setdefault(number, [i, i])[1] = i
    for number, quote in enumerate(outer):
        if number in edges:
            first, last = edges[number]
            reader.quote_at[first : last + 1] = [len(reader.quotes)] * (last + 1 - first)
            reader.quotes.append(QuoteTokens(quote, first, last))
            reader.quotes_of.setdefault(quote.paragraph, []).append(reader.quotes[-1])
    reader.find_sentences()
    for cue in find_cues(doc):
        number = reader.block_at[cue.verb.i]
        furniture = number >= 0 and reader.blocks[number].kind is BlockKind.FURNITURE
        if reader.quote_at[cue.verb.i] < 0 and not furniture:
            reader.cues.append(cue)
            reader.cue_at[cue.verb.i] = cue
    return reader


def _spread(starts: list[int], ranges: Iterable[tuple[int, int]]) -> list[int]:
    """For each token the index of the range that holds its first character, or -1. Ranges are in order."""
    out = [-1] * len(starts)
    last = 0
    for number, (start, end) in enumerate(ranges):
        first = bisect_left(starts, start, last)
        last = bisect_left(starts, end, first)
        out[first:last] = [number] * (last - first)
    return out
