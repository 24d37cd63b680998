"""Who a speaker is: person, role and organisation split, pronouns and descriptions resolved, documents and
unnamed sources told apart.

"Zhao Li, a spokesman for the foreign ministry" gives the person, the role "spokesman" and the ministry.
"""

import re
from dataclasses import dataclass, replace

from spacy.tokens import Token

from db.records import EntityKind, Mention, Party, Role
from nlp.extensions import party_of, span_of
from nlp.statements.documents import document_meant_by
from nlp.statements.mentions import BODIES
from nlp.statements.owners import calls_itself, issuer_of, served_by, spoken_for
from nlp.statements.persons import MOST_DISTANT, Person, Persons, source_words
from nlp.statements.reader import Reader, Speaker
from nlp.statements.roles import own_body, role_of
from nlp.statements.speakers import mention_of
from nlp.statements.subjects import may_speak

AND = re.compile(r"\s*(?:,|,?\s*(?:and|or|&))\s*(?:the\s+)?")
BOTH = re.compile(r"\s*,?\s*(?:and|or|&)\s*(?:the\s+)?")  #: "a spokesman for Acme and Olmen"
SAME_DOCUMENT = 400  # characters: "The filing says ... It adds ..."
AGED = re.compile(r"[Tt]he \d+-year-old")


@dataclass(frozen=True, slots=True)
class Voice:
    """The parties of a speaker, and what kind of source it is."""

    parties: tuple[Party, ...] = ()
    source_type: EntityKind | None = None
    entity: int | None = None  #: of the person who speaks
    body: Mention | None = None  #: the organisation that speaks or is spoken for


def voice_of(reader: Reader, persons: Persons, speaker: Speaker) -> Voice:
    """Speaker, person, role and organisation of `speaker`, as far as the text names them."""
    if speaker.head.lower_ == "they":
        return _several(reader, persons, speaker)
    doc, head = reader.doc, speaker.head
    surface = span_of(doc, speaker.start, speaker.end)
    words = source_words()
    mention = persons.at(head)
    inside = persons.inside(speaker.start, speaker.end)
    if mention is not None and mention.how == "description":
        apposed = _apposed(persons, head, inside)
        if apposed is not None and apposed.entity != mention.entity:  # "the distributor, Acme, said"
            inside.remove(mention)
            mention = apposed
        elif persons.is_guess(head, mention):
            mention = None
    person: Person | None = None
    named = mention if mention is not None and mention.kind is EntityKind.PERSON else None
    if named is None:
        named = _apposed_person(persons, head, inside)
    body: Mention | None = None
    role: str | None = None
    listed: list[Mention] = []
    if named is not None:
        person = persons.known.get(named.entity)
        name = person.name if person is not None else doc._.entities[named.entity].name
        bodies = [m for m in inside if m.kind in BODIES and m.entity != named.entity]
        body = own_body(reader.text, named, bodies)
        role = role_of(reader.text, speaker, named, body, bodies)
        others = [m for m in inside if m.kind is EntityKind.PERSON and m.entity != named.entity]
        listed = [m for m in others if role is not None and m.text in role]
        role = None if listed else role  # "Jane Roe, John Doe and Ann Poe"
    elif head.lower_ in ("he", "she", "his", "her") or AGED.fullmatch(surface.text):
        person = persons.meant_by(head)
        name = person.name if person is not None else None
    elif mention is not None and (mention in inside or mention.start <= head.idx < mention.end):
        name = doc._.entities[mention.entity].name
        if mention.kind in BODIES:
            body = mention
    else:
        name = None
        bodies = [m for m in inside if m.kind in BODIES]
        if head.lower_ in words.spokespersons or head.lower_ in words.people or head.lower_ in words.roles:
            role = head.lower_ if head.pos_ != "PRON" else None
            body = bodies[0] if bodies else served_by(persons, head) or spoken_for(reader, persons, head)
            if not bodies and _definite(head):
                person = persons.bearer_of(head)
                name = person.name if person is not None else None
        elif head.lemma_.lower() in words.documents:
            owner = next((c for c in head.lefts if c.dep_ == "poss"), None)
            body = bodies[0] if bodies else served_by(persons, head) if owner is not None else None
            if body is None and owner is None and _definite(head):
                body = issuer_of(reader, persons, head)
        elif (document := document_meant_by(reader, head)) is not None:
            bodies = [m for m in persons.inside(document.left_edge.idx, document.idx) if m.kind in BODIES]
            body = bodies[0] if bodies else issuer_of(reader, persons, document)
            meant = mention_of(reader, document)
            name = span_of(doc, meant.start, meant.end).text
        elif (
            head.lower_ == "it"
            and persons.document is not None
            and head.idx - persons.document[0] < SAME_DOCUMENT
        ):
            _, name, body = persons.document
        elif head.lower_ in ("it", "its") or (_definite(head) and head.lower_ in words.bodies):
            body = persons.body_meant_by(head)
            name = doc._.entities[body.entity].name if body is not None else None
    if name is None and body is None and persons.issuer is not None and calls_itself(head):
        body, name = persons.issuer, doc._.entities[persons.issuer.entity].name
    if person is not None:
        person.role = person.role or role
        person.body = person.body or body
        role, body = role or person.role, body or person.body
    between = AND if role is None else BOTH
    joint = _beside(reader.text, body, inside, between) if person is None and body is not None else []
    if body is not None and joint:
        together = sorted([body, *joint], key=lambda m: m.start)
        name = " and ".join(dict.fromkeys(doc._.entities[m.entity].name for m in together))
    parties = [
        Party(
            role=Role.SPEAKER,
            surface=surface.text,
            name=name if name != surface.text else None,
            span=surface,
            company=mention.company if mention is not None else None,
            kind=mention.kind if mention is not None else None,
        )
    ]
    if person is not None:
        parties.append(
            Party(
                role=Role.SPEAKER_PERSON,
                surface=named.text if named is not None else surface.text,
                name=person.name if named is None or person.name != named.text else None,
                span=named.span if named is not None else surface,
                kind=EntityKind.PERSON,
            )
        )
        for other in inside:
            if (
                other.kind is EntityKind.PERSON
                and other.entity != person.entity
                and (other in listed or _joined(persons, head, other))
            ):
                parties.append(party_of(doc, other, Role.SPEAKER_PERSON))
    if role:
        parties.append(Party(role=Role.SPEAKER_ROLE, surface=role))
    if body is not None:
        parties.append(party_of(doc, body, Role.SPEAKER_ORG))
        parties.extend(party_of(doc, m, Role.SPEAKER_ORG) for m in joint if m.entity != body.entity)
    return Voice(
        tuple(parties),
        _source_type(head, mention, person, body),
        person.entity if person is not None else None,
        body,
    )


def _several(reader: Reader, persons: Persons, speaker: Speaker) -> Voice:
    """The voice of "they": of the several who are the subject of the sentence before, or of nobody known."""
    doc, they = reader.doc, speaker.head
    surface = span_of(doc, speaker.start, speaker.end)
    start = they.sent.start
    before = doc[start - 1].sent.root if start else None
    meant = next((c for c in before.lefts if c.dep_ in ("nsubj", "nsubjpass")), None) if before else None
    if meant is not None and meant.lower_ == "they":
        return persons.several or Voice((Party(role=Role.SPEAKER, surface=surface.text, span=surface),))
    own = any(t.dep_ in ("nsubj", "nsubjpass") and t.tag_ in ("NNS", "NNPS") for t in doc[start : they.i])
    joined = meant is not None and any(c.dep_ == "conj" for c in meant.rights)
    if (
        own
        or meant is None
        or reader.quoted(meant)
        or not may_speak(meant)
        or not (joined or meant.tag_ in ("NNS", "NNPS"))
        or they.idx - meant.idx > MOST_DISTANT
    ):
        return Voice((Party(role=Role.SPEAKER, surface=surface.text, span=surface),))
    voice = voice_of(reader, persons, mention_of(reader, meant))
    first = voice.parties[0]
    names = [p.name or p.surface for p in voice.parties if p.role is Role.SPEAKER_PERSON]
    words = " and ".join(names) if len(names) > 1 else first.name or first.surface
    parties = (replace(first, surface=surface.text, span=surface, name=words), *voice.parties[1:])
    persons.several = Voice(parties, voice.source_type, None, voice.body)
    return persons.several


def _joined(persons: Persons, head: Token, other: Mention) -> bool:
    """True for the second name of "Jane Roe and John Doe"."""
    return any(c.dep_ == "conj" and persons.at(c) == other for c in head.children)


def _beside(text: str, body: Mention, inside: list[Mention], between: re.Pattern[str]) -> list[Mention]:
    """Organisations that speak together with `body`: "Acme and Olmen", "Acme, Olmen and Tarvik"."""
    bodies = [m for m in inside if m.kind in BODIES]
    if body not in bodies:
        return []
    first = last = bodies.index(body)
    while first > 0 and between.fullmatch(text, bodies[first - 1].end, bodies[first].start):
        first -= 1
    while last + 1 < len(bodies) and between.fullmatch(text, bodies[last].end, bodies[last + 1].start):
        last += 1
    return [m for m in bodies[first : last + 1] if m.entity != body.entity]


def _definite(head: Token) -> bool:
    return any(c.lower_ in ("the", "this", "that") for c in head.lefts) and head.tag_ in ("NN", "NNP")


def _apposed(persons: Persons, head: Token, inside: list[Mention]) -> Mention | None:
    """The name behind a description: "the distributor, Acme"."""
    for child in head.rights:
        found = persons.at(child) if child.dep_ == "appos" else None
        if found is not None and found in inside and found.how not in ("description", "pronoun"):
            return found
    return None


def _apposed_person(persons: Persons, head: Token, inside: list[Mention]) -> Mention | None:
    """The person of "the trade minister, Lieke van Doorn", also where the parser hung the name on another noun of
    the title ("the chief executive of Acme, Jane Roe")."""
    words = source_words()
    titled = head.lower_ in words.roles or head.lower_ in words.spokespersons
    hung: list[Mention] = []
    for mention in inside:
        if mention.kind is not EntityKind.PERSON or mention.start < head.idx:
            continue
        named = {t.dep_: t for t in _tokens_of(persons, mention)}.get("appos")
        if named is not None and named.head.i == head.i:
            return mention
        if named is not None and titled and named.doc[named.left_edge.i - 1].text == ",":
            hung.append(mention)
    return hung[0] if len(hung) == 1 else None


def _tokens_of(persons: Persons, mention: Mention) -> list[Token]:
    reader = persons.reader
    return [reader.doc[i] for i in reader.tokens(mention.start, mention.end)]


def _source_type(
    head: Token, mention: Mention | None, person: Person | None, body: Mention | None
) -> EntityKind | None:
    words = source_words()
    if person is not None:
        return EntityKind.PERSON
    if mention is not None:
        return EntityKind.AGENCY if mention.kind is EntityKind.PLACE else mention.kind
    if head.lemma_.lower() in words.documents or head.lower_ in words.documents:
        return EntityKind.DOCUMENT
    if body is not None and (
        head.lower_ in words.spokespersons or head.lower_ in words.bodies or head.lower_ == "it"
    ):
        return body.kind
    if head.lower_ in words.people or head.lower_ in words.spokespersons or head.lower_ in words.roles:
        return EntityKind.UNNAMED
    if head.ent_type_ == "PERSON" or head.lower_ in ("he", "she", "i"):
        return EntityKind.PERSON
    if head.ent_type_ in ("GPE", "NORP"):
        return EntityKind.AGENCY
    if head.ent_type_ == "ORG":
        return EntityKind.ORGANISATION
    return None
