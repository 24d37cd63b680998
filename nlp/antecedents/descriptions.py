"""Who "the camera maker" and "the company" are: a party of the document, or nobody.

A description stands for a party only when exactly one fits: by what the text has called it, or by being the
only company near. Heads and modifiers are in nlp/data/descriptions.toml.
"""

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from spacy.tokens import Token

from db.records import EntityKind
from nlp.antecedents.focus import contradicts, in_focus
from nlp.antecedents.index import Reading, said_before, stem, subject_of
from nlp.names import key

MAX_STEPS = 12  # heads climbed; deeper parses are wrong parses
MAX_MODIFIERS = 7  # tokens between "the" and the head
AGENCY_REACH = 12  # sentences within which "the ministry" still means the last one named
#: After these the description is not about somebody already named: "the company that makes them".
RESTRICTING = frozenset(["that", "which", "whose", "behind", "where", "who", "concerned", "involved"])
#: Say nothing but that it is a company; "the start-up" tells one from others.
PLAIN = frozenset(["company", "firm", "group", "corporation"])
MODIFIER_TAGS = frozenset(["NOUN", "ADJ", "PROPN", "VERB", "NUM", "ADV", "PART"])


@dataclass(frozen=True, slots=True)
class Heads:
    """The words of descriptions.toml."""

    generic: frozenset[str]
    specific: frozenset[str]
    agency: frozenset[str]
    inside: dict[str, str]
    empty: frozenset[str]
    other: frozenset[str]


@cache
def heads() -> Heads:
    """The packaged words."""
    data = tomllib.loads((files("nlp") / "data" / "descriptions.toml").read_text(encoding="utf-8"))
    return Heads(
        generic=frozenset(data["generic"].split()),
        specific=frozenset(data["specific"].split()),
        agency=frozenset(data["agency"].split()),
        inside=data["inside"],
        empty=frozenset(data["modifiers"]["empty"].split()),
        other=frozenset(data["modifiers"]["other"].split()),
    )


def describe(reading: Reading, head: Token, number: int) -> tuple[int, int] | None:
    """(first token, entity) of the description with `head`, when one party fits it."""
    known, doc = heads(), reading.doc
    word = head.lower_
    if word == "up" and head.i >= 2 and doc[head.i - 1].text == "-" and doc[head.i - 2].lower_ == "start":
        word, before_head = "start-up", head.i - 3
    else:
        before_head = head.i - 1
    is_agency = word in known.agency
    if not (is_agency or word in known.generic or word in known.specific):
        return None
    first = _determiner(reading, before_head)
    if first is None or not _ends_here(reading, head, word):
        return None
    said = {stem(doc[i].lower_) for i in range(first + 1, before_head + 1) if doc[i].is_alpha}
    raw = {doc[i].lower_ for i in range(first + 1, before_head + 1)}
    if raw & known.other or any(i in reading.party_at for i in range(first, before_head + 1)):
        return None
    said -= known.empty
    if is_agency:
        return _agency(reading, first, word, said, number)
    if word in known.inside:
        said.add(known.inside[word])
    elif word in known.specific:
        said.add(stem(word))
    said |= _of_phrase(reading, head, word)
    entity = _fitting(reading, first, head, said, number)
    return None if entity is None else (first, entity)


def _determiner(reading: Reading, before_head: int) -> int | None:
    """The token "the" or "this" that opens the description."""
    doc, i = reading.doc, before_head
    while i >= 0 and before_head - i < MAX_MODIFIERS:
        token = doc[i]
        if token.lower_ in ("the", "this"):
            return i if reading.sentence_of[i] == reading.sentence_of[before_head] else None
        if token.text != "-" and token.pos_ not in MODIFIER_TAGS and token.tag_ != "POS":
            return None
        i -= 1
    return None


def _ends_here(reading: Reading, head: Token, word: str) -> bool:
    """False for "the company that ...", "the camera maker Haoyang", "the company spokesman", "the firms"."""
    if head.tag_ in ("NNS", "NNPS"):
        return False
    doc, j = reading.doc, head.i + 1
    if j >= len(doc):
        return True
    after = doc[j]
    if after.lower_ in RESTRICTING or j in reading.party_at:
        return False
    if after.lower_ == "of":
        return word in ("maker", "manufacturer", "producer", "supplier", "designer", "operator", "provider")
    return after.pos_ not in ("NOUN", "PROPN") or after.text in ("'s", "’s")


def _of_phrase(reading: Reading, head: Token, word: str) -> set[str]:
    """What "the maker of chip equipment" makes."""
    doc, j = reading.doc, head.i + 1
    if j >= len(doc) or doc[j].lower_ != "of":
        return set()
    return {
        stem(doc[k].lower_)
        for k in range(j + 1, min(j + 4, len(doc)))
        if doc[k].pos_ in ("NOUN", "PROPN", "ADJ")
    }


def _agency(reading: Reading, first: int, word: str, said: set[str], number: int) -> tuple[int, int] | None:
    """The last body named that is called so: "the ministry" after "Ministry of Commerce"."""
    for back in range(number, max(-1, number - AGENCY_REACH), -1):
        for at, entity in reversed(reading.sentences[back]):
            if at < first and reading.kind(entity) is EntityKind.AGENCY:
                words = set(key(reading.parties.drafts[entity].name).split())
                if word in words and said <= words:
                    return first, entity
    return None


def _fitting(reading: Reading, first: int, head: Token, said: set[str], number: int) -> int | None:
    """The one company that the description can mean."""
    barred = barred_subjects(reading, head)
    here = [e for e in reading.companies(number, first) if e not in barred]
    before = [e for e in reading.companies(number - 1) if e not in barred]
    near = set(here) | set(before)
    told = {entity for entity in near if said & reading.said_of[entity]}
    if len(told) == 1:
        return told.pop()
    near = {entity for entity in near if not contradicts(reading, said, entity)}
    if head.lower_ in PLAIN and not said and not here and _opens_block(reading, first):
        main = reading.main()  # a new paragraph goes back to the company that the text is about
        if main is not None and main not in barred and (main in reading.seen or main in near):
            return main
    everywhere = _called_so(reading, said) - barred
    if len(near) == 1 and not told:
        return _agreed(near.pop(), everywhere, in_focus(reading, number, first, barred, said))
    if near:
        entity = _sentence_subject(reading, head, first, set(here) & near) if not said or not told else None
        return entity if entity is not None else in_focus(reading, number, first, barred, said)
    if everywhere:
        return everywhere.pop() if len(everywhere) == 1 else None
    if head.lower_ in heads().specific:
        return None  # "the foundry" is nobody from afar who was never called one
    entity = in_focus(reading, number, first, barred, said)
    return entity if entity is not None else _alone_before(reading, number, barred, said)


def _alone_before(reading: Reading, number: int, barred: set[int], said: set[str]) -> int | None:
    """The only company of the last sentence that names any, a few sentences back."""
    for back in range(number - 2, max(-1, number - 5), -1):
        found = set(reading.companies(back)) - barred
        if found:
            entity = found.pop()
            topic = reading.topic() in (None, entity)
            return entity if topic and not found and not contradicts(reading, said, entity) else None
    return None


def _opens_block(reading: Reading, first: int) -> bool:
    start = reading.doc[first].idx
    return any(block.start <= start <= block.start + 2 for block in reading.doc._.blocks)


def _called_so(reading: Reading, said: set[str]) -> set[int]:
    """The companies named so far of which the text has said what the description says, places apart."""
    telling = said - reading.words.places
    return {e for word in telling for e in reading.described_by.get(word, ()) if e in reading.seen}


def _agreed(near: int, everywhere: set[int], focus: int | None) -> int | None:
    """The only company near, unless the description fits one from afar, or the text is about another."""
    if everywhere and near not in everywhere:
        return everywhere.pop() if len(everywhere) == 1 else None
    return near if focus is None or focus == near else focus


def _sentence_subject(reading: Reading, head: Token, first: int, here: set[int]) -> int | None:
    """The subject of a verb above the description in its sentence: "Haoyang told Tianhe that the company ..."."""
    verb = head.head
    said = said_before(reading, verb, first)
    if said is not None and said in here:
        return said
    for _ in range(MAX_STEPS):
        entity = reading.subject_party(verb, first)
        if entity is not None and entity in here:
            return entity
        if verb.head is verb:
            return None
        verb = verb.head
    return None


def barred_subjects(reading: Reading, head: Token) -> set[int]:
    """Who acts on the description and so cannot be it: "Calloway, which sells to the Shenzhen company"."""
    if head.dep_ in ("nsubj", "nsubjpass"):
        return set()
    node = head
    for _ in range(MAX_STEPS):
        if node.head is node:
            break
        node = node.head
        if node.dep_ == "relcl":  # "Brandow, a maker that had supplied the firm"
            over = (
                node.head if node.head.i in reading.party_at or node.head.dep_ != "appos" else node.head.head
            )
            if over.dep_ == "pobj" and over.head.lower_ == "of" and over.i not in reading.party_at:
                over = over.head.head if over.head.head.dep_ != "appos" else over.head.head.head
            return {reading.party_at[over.i]} if over.i in reading.party_at else set()
        subject = subject_of(node) if node.pos_ in ("VERB", "AUX") else None
        if subject is not None and subject.lower_ not in ("who", "which", "that"):
            return {reading.party_at[subject.i]} if subject.i in reading.party_at else set()
    return set()
