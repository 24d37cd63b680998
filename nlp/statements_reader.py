"""What the statement rules look at: a Doc with its cues, its outer quotations and paragraphs by token."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from spacy.tokens import Doc, Token

from db.records import Block, BlockKind
from nlp.quotes import Quote
from nlp.statements_cues import Cue, CueWord, find_cues

#: Marks that end a sentence outside quotations.
STOPS = frozenset({".", "?", "!", ";"})


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
    confidence: float = 0.8
    nested: bool = False

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
    blocks: tuple[Block, ...]
    quotes: list[QuoteTokens] = field(default_factory=list)
    quote_at: list[int] = field(default_factory=list)  #: token -> index into quotes, or -1
    block_at: list[int] = field(default_factory=list)  #: token -> index into blocks, or -1
    cues: list[Cue] = field(default_factory=list)
    cue_at: dict[int, Cue] = field(default_factory=dict)
    quotes_of: dict[int, list[QuoteTokens]] = field(default_factory=dict)  #: by block

    def quoted(self, token: Token) -> bool:
        return self.quote_at[token.i] >= 0

    def block(self, token: Token) -> Block | None:
        number = self.block_at[token.i]
        return self.blocks[number] if number >= 0 else None

    def chars(self, first: int, last: int) -> tuple[int, int]:
        """Characters of tokens [first, last]."""
        end = self.doc[last]
        return self.doc[first].idx, end.idx + len(end)


def read(doc: Doc, words: dict[str, tuple[CueWord, ...]]) -> Reader:
    """The Reader of `doc`. Cues inside quotations are the quoted person's words, and none here."""
    reader = Reader(doc, doc._.blocks)
    size = len(doc)
    reader.block_at = _spread(doc, ((b.start, b.end) for b in reader.blocks))
    outer = [q for q in doc._.quotes if not q.nested]
    reader.quote_at = _spread(doc, ((q.start, q.end) for q in outer))
    edges: dict[int, list[int]] = {}
    for i in range(size):
        number = reader.quote_at[i]
        if number >= 0:
            edges.setdefault(number, [i, i])[1] = i
    positions = {}
    for number, quote in enumerate(outer):
        if number in edges:
            positions[number] = len(reader.quotes)
            reader.quotes.append(QuoteTokens(quote, *edges[number]))
            reader.quotes_of.setdefault(quote.paragraph, []).append(reader.quotes[-1])
    reader.quote_at = [positions.get(number, -1) if number >= 0 else -1 for number in reader.quote_at]
    for cue in find_cues(doc, words):
        number = reader.block_at[cue.verb.i]
        furniture = number >= 0 and reader.blocks[number].kind is BlockKind.FURNITURE
        if reader.quote_at[cue.verb.i] < 0 and not furniture:
            reader.cues.append(cue)
            reader.cue_at[cue.verb.i] = cue
    return reader


def _spread(doc: Doc, ranges: Iterable[tuple[int, int]]) -> list[int]:
    """For each token the index of the range that holds its first character, or -1. Ranges are in order."""
    out = [-1] * len(doc)
    i, size = 0, len(doc)
    starts = [token.idx for token in doc]
    for number, (start, end) in enumerate(ranges):
        while i < size and starts[i] < start:
            i += 1
        while i < size and starts[i] < end:
            out[i] = number
            i += 1
    return out
