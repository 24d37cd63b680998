"""Persons of one document as speakers: their names, what they are and for whom, and what "he" and "she" mean.

Knowledge: nlp/data/sources.toml.
"""

import re
import tomllib
from bisect import bisect_left, bisect_right
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from spacy.tokens import Token

from db.records import EntityKind, Mention
from nlp.statements.mentions import BODIES, fits, with_short_names
from nlp.statements.reader import Reader

if TYPE_CHECKING:
    from nlp.statements.documents import Documents

PACKAGED = Path(__file__).parent.parent / "data" / "sources.toml"
MALE, FEMALE = frozenset({"he", "him", "his"}), frozenset({"she", "her", "hers"})
#: 'Acme Inc. ("Acme", or together with its subsidiaries, "we")': whose text it is.
OWN_NAME = re.compile(r"\([^()\n]{0,90}[\"“](?:we|us|our)[,.]?[\"”]")
MOST_DISTANT = 600  # characters, about two paragraphs: an "it" further on means something else
LOOK_BACK = 6  # person mentions that a pronoun may skip: further back nobody reads it as meant


@dataclass(frozen=True, slots=True)
class SourceWords:
    """The word lists of sources.toml."""

    documents: frozenset[str]
    people: frozenset[str]
    spokespersons: frozenset[str]
    honorifics: frozenset[str]
    male: frozenset[str]
    female: frozenset[str]
    roles: frozenset[str]
    bodies: frozenset[str]
    groups: frozenset[str]
    finders: frozenset[str]
    authorities: frozenset[str]
    things: frozenset[str]


@cache
def source_words() -> SourceWords:
    data = tomllib.loads(PACKAGED.read_text(encoding="utf-8"))
    return SourceWords(**{key: frozenset(value.replace("_", " ").split()) for key, value in data.items()})


@dataclass(slots=True)
class Person:
    """A person of the document: fullest name, and what the document says about them."""

    name: str
    entity: int
    role: str | None = None
    body: Mention | None = None  #: the organisation they belong to
    sex: str | None = None


@dataclass(slots=True)
class Persons:
    """Mentions by place, and the persons among them."""

    reader: Reader
    mentions: tuple[Mention, ...]
    starts: list[int] = field(default_factory=list)
    known: dict[int, Person] = field(default_factory=dict)  #: by entity
    named: list[Mention] = field(default_factory=list)  #: person mentions outside quotations
    named_starts: list[int] = field(default_factory=list)
    spoke: list[tuple[int, int]] = field(default_factory=list)  #: (offset, entity) of speakers so far
    document: tuple[int, str, Mention | None] | None = (
        None  #: (offset, words, owner) of the last one that spoke
    )
    bodies_spoke: list[tuple[int, Mention]] = field(default_factory=list)  #: organisations that spoke so far
    several: Any = None  #: the voice that the last "they" had
    meant: list[tuple[Token, int]] = field(default_factory=list)  #: pronouns that spoke, and whom they mean
    last: Any = None  #: (block, voice) of the statement before
    issued: dict[str, Mention] = field(default_factory=dict)  #: document noun -> the body that issued it last
    documents: "Documents | None" = None  #: whose the documents of the text are, worked out when one speaks
    issuer: Mention | None = None  #: the body that calls itself "we" in this text

    @classmethod
    def of(cls, reader: Reader) -> "Persons":
        doc = reader.doc
        persons = cls(reader, with_short_names(doc))
        persons.starts = [m.start for m in persons.mentions]
        words = source_words()
        for mention in persons.mentions:
            if mention.kind is not EntityKind.PERSON or mention.how in ("pronoun", "description"):
                continue
            token = persons.token_at(mention)
            if token is None or reader.quoted(token) or mention.text.lower() in words.roles:
                continue
            persons.named.append(mention)
            person = persons.known.setdefault(
                mention.entity, Person(doc._.entities[mention.entity].name, mention.entity)
            )
            if mention.text.startswith(person.name):
                person.name = mention.text
            before = doc[token.i - 1].lower_ if token.i else ""
            if before in words.male:
                person.sex = "m"
            elif before in words.female:
                person.sex = "f"
        persons.named_starts = [m.start for m in persons.named]
        own = OWN_NAME.search(reader.text)
        if own is not None:
            before = [m for m in persons.inside(max(0, own.start() - 150), own.start()) if m.kind in BODIES]
            persons.issuer = before[-1] if before else None
        return persons

    def token_at(self, mention: Mention) -> Token | None:
        span = self.reader.doc.char_span(mention.start, mention.end, alignment_mode="expand")
        return span[0] if span is not None and len(span) else None

    def at(self, token: Token) -> Mention | None:
        """The mention that covers `token`."""
        i = bisect_right(self.starts, token.idx)
        for mention in self.mentions[max(0, i - 3) : i]:
            if mention.start <= token.idx < mention.end:
                return mention
        return None

    def inside(self, start: int, end: int) -> list[Mention]:
        """Mentions that begin inside [start, end)."""
        return list(self.mentions[bisect_left(self.starts, start) : bisect_left(self.starts, end)])

    def meant_by(self, pronoun: Token) -> Person | None:
        """The person that "he" or "she" means; None where two are as likely.

        Whoever spoke last is meant unless another person was named since; then it is the only person of
        the nearest sentence with one, or that sentence's subject.
        """
        sex = "m" if pronoun.lower_ in MALE else "f" if pronoun.lower_ in FEMALE else None
        if sex is None and pronoun.lower_ != "old":  # "the 38-year-old" may be either
            return None
        limit = bisect_left(self.named_starts, pronoun.idx)
        recent = [
            (m.start, m.entity, self.is_subject(m))
            for m in self.named[max(0, limit - LOOK_BACK) : limit]
            if self._may_be(m.entity, sex)
        ]
        if not recent:
            return None
        for said, entity in self.meant[-LOOK_BACK:]:  # "he told Acme. He said": the first "he" counts too
            if recent[0][0] < said.idx < pronoun.idx and self._may_be(entity, sex):
                recent.append((said.idx, entity, said.dep_ in ("nsubj", "nsubjpass")))
        recent.sort()
        last_speaker = next((e for at, e in reversed(self.spoke) if at < pronoun.idx), None)
        chosen = None
        if last_speaker is not None and recent[-1][1] == last_speaker:
            chosen = last_speaker
        else:
            chosen = self._of_nearest_sentence(recent, last_speaker)
        if chosen is None:
            return None
        person = self.known[chosen]
        person.sex = person.sex or sex
        self.meant.append((pronoun, chosen))
        return person

    def may_be(self, entity: int, pronoun: Token) -> bool:
        """True where "he" or "she" may mean the person."""
        return entity in self.known and self._may_be(entity, "m" if pronoun.lower_ in MALE else "f")

    def _may_be(self, entity: int, sex: str | None) -> bool:
        known = self.known[entity].sex
        return known is None or sex is None or known == sex

    def _of_nearest_sentence(
        self, recent: list[tuple[int, int, bool]], last_speaker: int | None
    ) -> int | None:
        """`recent`: offset, entity and whether it is a subject."""
        span = self.reader.doc.char_span(recent[-1][0], recent[-1][0] + 1, alignment_mode="expand")
        if span is None or not len(span):
            return None
        sentence = span[0].sent
        group = [m for m in recent if sentence.start_char <= m[0] < sentence.end_char]
        entities = {entity for _, entity, _ in group}
        if len(entities) == 1:
            return group[0][1]
        subjects = [entity for _, entity, is_subject in group if is_subject]
        if len(set(subjects)) == 1:
            return subjects[0]
        return last_speaker if last_speaker in entities else None

    def is_subject(self, mention: Mention) -> bool:
        """True for a mention that is the subject of its clause."""
        span = self.reader.doc.char_span(mention.start, mention.end, alignment_mode="expand")
        return span is not None and span.root.dep_ in ("nsubj", "nsubjpass")

    def body_meant_by(self, token: Token) -> Mention | None:
        """The organisation that "it", "its" or "the company" means; None where two are as likely.

        The one of the same sentence, or of the nearest one before that names any: the only one, its subject,
        or whoever spoke last.
        """
        if any(c.text[:1].isupper() and c.dep_ != "det" for c in token.lefts):
            return None  # "the Boston company", "the Solar Council": it says itself which one is meant
        if self._after_unknown(token):
            return None
        limit = bisect_left(self.starts, token.idx)
        kinds = _kinds(token)
        near = [
            m
            for m in self.mentions[max(0, limit - 2 * LOOK_BACK) : limit]
            if m.kind in kinds
            and token.idx - m.end <= MOST_DISTANT
            and fits(token.lower_, m.text)
            and not self._quoted(m)
        ]
        if not near:
            return None
        first, _ = self.reader.sentence(next(iter(self.reader.tokens(near[-1].start, near[-1].end)), token.i))
        start = self.reader.starts[first]
        group = [m for m in near if m.start >= start]
        if len({m.entity for m in group}) == 1:
            return group[0]
        subjects = [m for m in group if self.is_subject(m)]
        if len({m.entity for m in subjects}) == 1:
            return subjects[0]
        last = next((m for _, m in reversed(self.bodies_spoke) if m.kind in kinds), None)
        return last if last is not None and any(m.entity == last.entity for m in group) else None

    def authority_of(self, word: Token) -> Mention | None:
        """The one government body named before that "ministry" of "a ministry spokesman" can mean."""
        before = self.mentions[: bisect_left(self.starts, word.idx)]
        named = [m for m in before if m.kind is EntityKind.AGENCY and word.lower_ in m.text.lower().split()]
        return named[-1] if len({m.entity for m in named}) == 1 else None

    def is_guess(self, head: Token, mention: Mention) -> bool:
        """True for "the Boston company" among several companies where nothing ties the one meant to Boston."""
        places = [t.text.partition("-")[0] for t in head.lefts if t.ent_type_ == "GPE" or "-" in t.text]
        places = [place for place in places if place[:1].isupper()]
        limit = bisect_left(self.starts, mention.start)
        near = [m for m in self.mentions[max(0, limit - LOOK_BACK) : limit] if m.kind is EntityKind.COMPANY]
        if not places or len({m.entity for m in near}) < 2:
            return False
        doc = self.reader.doc
        for other in self.mentions:
            if other.entity == mention.entity and other.start != mention.start:
                span = doc.char_span(other.start, other.end, alignment_mode="expand")
                if span is not None and len(span) and any(place in span[0].sent.text for place in places):
                    return False
        return True

    def _after_unknown(self, token: Token) -> bool:
        """True for the "it" after a sentence about "the Boston company", "Roe's firm" of which nobody knows which one it is."""
        first = token.sent.start
        if token.lower_ not in ("it", "its") or first == 0:
            return False
        if any(m.kind in BODIES for m in self.inside(self.reader.starts[first], token.idx)):
            return False
        before = self.reader.doc[first - 1].sent
        subject = next((c for c in before.root.lefts if c.dep_ in ("nsubj", "nsubjpass")), None)
        return (
            subject is not None
            and subject.lower_ in source_words().bodies
            and not any(self.at(t) is not None for t in (subject, *subject.rights))
        )

    def _quoted(self, mention: Mention) -> bool:
        return any(self.reader.quote_at[i] >= 0 for i in self.reader.tokens(mention.start, mention.end))

    def bearer_of(self, noun: Token) -> Person | None:
        """The person named before whose role "the minister", "the spokesman" repeats."""
        wanted = noun.lower_
        words = source_words()
        spokes = wanted in words.spokespersons
        for at, entity in reversed(self.spoke):
            person = self.known.get(entity)
            if at >= noun.idx or person is None or person.role is None:
                continue
            role = person.role.lower().split()
            if wanted in role or (spokes and words.spokespersons & set(role)):
                return person
        return None


def _kinds(token: Token) -> frozenset[EntityKind]:
    """What a description can mean: "the ministry" no company, "the company" no ministry."""
    word = token.lower_
    if word in source_words().authorities:
        return frozenset({EntityKind.AGENCY})
    if word in source_words().bodies:
        return BODIES - {EntityKind.AGENCY}
    return BODIES
