"""Where the words that were said begin and end: beside the attribution, and before the next one."""

from dataclasses import dataclass

from spacy.tokens import Token

from nlp.statements.chains import reported_by, second_speaker
from nlp.statements.cues import Cue, result_verbs
from nlp.statements.reader import Reader

LONGEST_CONTENT = 400  # words; no reported clause is longer, and a bad parse may hang a page on one verb
WIDEST_STRETCH = 60  # words of speaker, cue and adjuncts to either side of the cue
PAUSES = frozenset({",", "—", "–", "--"})  #: marks before a participle that reports too
FINITE = frozenset({"VBZ", "VBD", "VBP", "MD"})


@dataclass(frozen=True, slots=True)
class Content:
    """Tokens [first, last] of each stretch that was said."""

    ranges: tuple[tuple[int, int], ...]
    frame: str
    target: Token | None = None
    addressee: Token | None = None
    preposition: str | None = None
    agent: Token | None = None  #: who does it, where the parser hung "by ..." on the content

    @property
    def takes(self) -> str:
        """What the cue takes here, in the words of cues.toml."""
        return self.preposition or {"clause before": "clause"}.get(self.frame, self.frame)


def stretch_of(reader: Reader, cue: Cue) -> tuple[int, int]:
    """Tokens [first, last] of speaker, cue and what hangs on the cue, as they stand between commas."""
    verb, doc = cue.verb, reader.doc
    own = {verb.i}
    for child in verb.children:
        if child.dep_ in ("nsubj", "aux", "neg", "advmod", "npadvmod", "prt", "prep", "dobj", "dative", "attr",
                          "nsubjpass", "auxpass", "oprd", "agent"):  # fmt: skip
            low, high = verb.i - WIDEST_STRETCH, verb.i + WIDEST_STRETCH
            own.update(range(max(low, child.left_edge.i), min(high, child.right_edge.i) + 1))
    own.update(range(verb.i, cue.end))
    first = last = verb.i
    while first - 1 in own and reader.quote_at[first - 1] < 0:
        first -= 1
    while last + 1 in own and last + 1 < len(doc) and reader.quote_at[last + 1] < 0:
        last += 1
    return first, last


def stripped(reader: Reader, first: int, last: int) -> tuple[int, int] | None:
    """[first, last] without punctuation and white space at its ends; quotation marks stay."""
    doc = reader.doc
    while first <= last and (doc[first].is_space or doc[first].text in ",;:—–-" or doc[first].text == "."):
        first += 1
    while last >= first and (doc[last].is_space or doc[last].text in ",;:—–-."):
        last -= 1
    return (first, last) if last >= first else None


def cut_at(reader: Reader, cue: Cue, first: int, last: int) -> int:
    """Where a content that begins at `first` ends: at a further cue that shares the speaker, or a stop."""
    doc = reader.doc
    block = reader.block_at[cue.verb.i]
    last = min(last, first + LONGEST_CONTENT)
    i = first
    while i <= last:
        token = doc[i]
        if reader.block_at[i] not in (block, -1):
            return i - 1
        if reader.quote_at[i] < 0:
            if token.text == ";" and i > first:
                return i - 1
            if (
                token.text == ","
                and i > first
                and cue.verb.dep_ == "relcl"
                and _resumes(reader, cue, i, last)
            ):
                return i - 1
            if (
                token.tag_ == "VBG"
                and token.lemma_ in result_verbs()
                and i > first + 2
                and doc[i - 1].text == ","
            ):
                last = i - 2  # "ruled that the list stands, dealing a blow to the firm": what came of it
                break
            if i in reader.cue_at and i > first + 1:
                edge = _new_attribution(reader, cue, token, first)
                if edge is not None:
                    return edge
        i += 1
    number = reader.quote_at[last] if last < len(doc) else -1
    if number >= 0 and reader.quotes[number].first >= first:
        last = max(last, reader.quotes[number].last)
    while last > first and (doc[last].is_space or doc[last].text in {",", ".", ";", ":", "—", "-", "–"}):
        last -= 1
    while last > first and doc[last].dep_ == "prep" and reader.quote_at[last] < 0 and doc[last].n_rights == 0:
        last -= 1  # "resolutions with": the parser hung the rest elsewhere
    return last


def _resumes(reader: Reader, cue: Cue, comma: int, last: int) -> bool:
    """True where the main clause goes on: "Roe, who said the plant was safe, left"."""
    antecedent = cue.verb.head
    following = reader.doc[comma + 1] if comma + 1 < len(reader.doc) else None
    opened = any(t.text == "," for t in reader.doc[antecedent.i + 1 : cue.verb.i])
    if not opened or following is None:
        return False
    later = any(reader.doc[i].tag_ in FINITE for i in range(comma + 2, last + 1))
    return following.tag_ in FINITE or (following.tag_ == "VBN" and not later)


def _new_attribution(reader: Reader, cue: Cue, verb: Token, first: int) -> int | None:
    """The token before a further attribution inside a content, or None where `verb` belongs to the content."""
    doc = reader.doc
    start = verb.i
    while start > first and (
        doc[start - 1].dep_ in ("advmod", "aux", "neg") or doc[start - 1].lower_ == "by"
    ):
        start -= 1
    if verb.tag_ == "VBG" and doc[start - 1].text in PAUSES:
        return start - 2
    if verb.tag_ == "VBG" and doc[start - 1].lower_ in ("and", "while") and verb.dep_ in ("advcl", "conj"):
        return start - 2
    if doc[start - 1].dep_ == "cc" and verb.dep_ == "conj":
        main = verb.head if verb.head.i == cue.verb.i else reported_by(reader, verb)
        if main is not None and main.i == cue.verb.i:
            return start - 3 if doc[start - 2].text == "," else start - 2
    return second_speaker(reader, cue, verb)
