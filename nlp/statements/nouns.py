"""Nouns that report speech: "Beijing's claim that ...", "issued a warning that ...", "its denial of wrongdoing".

Only where the text says whose words they are: an owner, "by", or the subject of "made", "issued", "repeated".
Knowledge: the [[noun]] groups of nlp/data/cues.toml.
"""

import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from spacy.attrs import LEMMA
from spacy.strings import get_string_id
from spacy.symbols import NOUN
from spacy.tokens import Token

from db.records import BlockKind
from nlp.statements.cues import PACKAGED
from nlp.statements.reader import Draft, Reader, Speaker
from nlp.statements.speakers import mention_of
from nlp.statements.subjects import is_passive, may_speak, never_speaks, subject_of
from nlp.wordids import places

#: Verbs whose subject makes the claim that is their object.
MAKING = frozenset(
    {"make", "issue", "repeat", "reiterate", "renew", "give", "offer", "withdraw", "voice", "deliver", "release", "sound",
     "retract", "level", "publish"}
)  # fmt: skip
CLAUSES = frozenset({"acl", "ccomp", "relcl", "appos"})
LONGEST = 120  # words; no clause behind a noun is longer


@dataclass(frozen=True, slots=True)
class NounCue:
    """What a noun of speech means and takes."""

    cue_class: str
    polarity: str | None
    takes: frozenset[str]


@cache
def noun_cues() -> dict[str, NounCue]:
    """The packaged nouns by lemma."""
    groups = tomllib.loads(PACKAGED.read_text(encoding="utf-8"))["noun"]
    return {
        noun: NounCue(group["class"], group.get("polarity"), frozenset(group["takes"]))
        for group in groups
        for noun in group["nouns"].split()
    }


@cache
def _noun_ids() -> frozenset[int]:
    return frozenset(map(get_string_id, noun_cues()))


def noun_statements(reader: Reader) -> Iterator[Draft]:
    """Statements of nouns outside quotations, in order."""
    doc, words = reader.doc, noun_cues()
    for i in places(doc, LEMMA, _noun_ids()):
        if reader.quote_at[i] >= 0 or doc[i].pos != NOUN:
            continue
        noun = doc[i]
        block = reader.block(noun)
        if block is not None and block.kind is BlockKind.FURNITURE:
            continue
        draft = _statement(reader, noun, words[noun.lemma_])
        if draft is not None:
            yield draft


def _statement(reader: Reader, noun: Token, word: NounCue) -> Draft | None:
    if any(c.lower_ in ("no", "any", "every") for c in noun.lefts):
        return None
    content = _content(reader, noun, word)
    owner = _owner(noun) if content is not None else None
    if (
        content is None
        or owner is None
        or reader.quoted(owner)
        or never_speaks(owner)
        or not may_speak(owner)
    ):
        return None
    return Draft(
        cue=None,
        spans=[reader.chars(*content)],
        rule="noun",
        speaker=_named(reader, owner),
        cue_span=reader.chars(noun.i, noun.i),
        cue_lemma=noun.lemma_,
        cue_class=word.cue_class,
        polarity=word.polarity,
    )


def _named(reader: Reader, owner: Token) -> Speaker:
    """The words for the owner, without its "'s"."""
    speaker = mention_of(reader, owner, "owner")
    case = next((c for c in owner.rights if c.dep_ == "case"), None)
    end = owner.idx + len(owner) if case is not None else speaker.end
    return Speaker(speaker.start, end, owner, "owner")


def _content(reader: Reader, noun: Token, word: NounCue) -> tuple[int, int] | None:
    """Tokens [first, last] of the clause or phrase behind the noun."""
    for child in noun.rights:
        last = min(child.right_edge.i, child.i + LONGEST)
        if "clause" in word.takes and child.dep_ in CLAUSES:
            mark = next((c for c in child.lefts if c.lower_ == "that" and c.dep_ == "mark"), None)
            if mark is not None and mark.i <= noun.i + 8:
                return mark.i, _end(reader, mark.i, last)
        if child.dep_ == "prep" and child.lower_ in word.takes:
            inner = next((c for c in child.rights if c.dep_ in ("pobj", "pcomp")), None)
            if inner is not None and inner.pos_ != "PRON" and inner.ent_type_ != "PERSON":
                return inner.left_edge.i, _end(reader, inner.i, last)
    return None


def _end(reader: Reader, first: int, last: int) -> int:
    """`last`, a quotation that is begun taken whole, punctuation left out."""
    doc = reader.doc
    number = reader.quote_at[last]
    if number >= 0 and reader.quotes[number].first >= first:
        last = max(last, reader.quotes[number].last)
    while last > first and (doc[last].is_space or doc[last].text in {",", ".", ";", ":", "—", "–", "-"}):
        last -= 1
    return last


def _owner(noun: Token) -> Token | None:
    """Whose words they are."""
    for child in noun.lefts:
        if child.dep_ == "poss":
            return child
    by = next((c for c in noun.rights if c.dep_ == "prep" and c.lower_ == "by"), None)
    if by is not None:
        return next((c for c in by.rights if c.dep_ == "pobj"), None)
    verb = noun.head
    if noun.dep_ != "dobj" or verb.lemma_ not in MAKING or is_passive(verb):
        return None
    if any(c.dep_ == "neg" for c in verb.children):
        return None
    return subject_of(verb)
