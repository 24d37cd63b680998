"""Who a speaker is: person, role and organisation split, pronouns and descriptions resolved, documents and
unnamed sources told apart.

"Zhao Li, a spokesman for the foreign ministry" gives the person, the role "spokesman" and the ministry.
"""

import re
from dataclasses import dataclass, replace

from spacy.tokens import Token

from db.records import EntityKind, Mention, Party, Role
from nlp.extensions import party_of, span_of
from nlp.statements.persons import BODIES, MOST_DISTANT, Person, Persons, source_words
from nlp.statements.reader import Reader, Speaker
from nlp.statements.speakers import mention_of
from nlp.statements.subjects import may_speak

AND = re.compile(r"\s*(?:,|,?\s*(?:and|or|&))\s*(?:the\s+)?")
BOTH = re.compile(r"\s*,?\s*(?:and|or|&)\s*(?:the\s+)?")  #: "a spokesman for Acme and Olmen"
ROLE_CUT = (",", "(", "—", "–", ";")
SAME_DOCUMENT = 400  # characters: "The filing says ... It adds ..."
COMPANIES = frozenset(
    {"company", "firm", "bank", "group"}
)  #: "a company spokesman": for whom, but of which one?
AGED = re.compile(r"[Tt]he \d+-year-old")
MAX_ROLE = 90  # characters; longer appositions are descriptions, not roles


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
        name = doc._.entities[named.entity].name
        bodies = [m for m in inside if m.kind in BODIES and m.entity != named.entity]
        body = _own_body(reader.text, named, bodies)
        role = _role(reader.text, speaker, named, body, bodies)
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
            body = bodies[0] if bodies else _served(persons, head)
            if not bodies and _definite(head):
                person = persons.bearer_of(head)
                name = person.name if person is not None else None
        elif head.lemma_.lower() in words.documents:
            owner = next((c for c in head.lefts if c.dep_ == "poss"), None)
            body = bodies[0] if bodies else _served(persons, head) if owner is not None else None
            if body is None and owner is None and _definite(head):
                body = persons.issued.get(head.lemma_.lower())
        elif (
            head.lower_ == "it"
            and persons.document is not None
            and head.idx - persons.document[0] < SAME_DOCUMENT
        ):
            _, name, body = persons.document
        elif head.lower_ in ("it", "its") or (_definite(head) and head.lower_ in words.bodies):
            body = persons.body_meant_by(head)
            name = doc._.entities[body.entity].name if body is not None else None
    if name is None and body is None and persons.issuer is not None and _own(head):
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


def _served(persons: Persons, head: Token) -> Mention | None:
    """The body of "a ministry spokesman", "the bank's chairman", where the text named it before."""
    words = source_words()
    for child in head.lefts:
        if child.dep_ not in ("compound", "poss", "nmod") or child.lower_ not in words.bodies | {"its"}:
            continue
        if child.lower_ in words.authorities:
            return persons.authority_of(child)
        if child.dep_ == "poss":
            return persons.body_meant_by(child)
        found = persons.body_meant_by(child) if child.lower_ in COMPANIES else None
        return found if found is not None and found.kind is EntityKind.COMPANY else None
    return None


def _own(head: Token) -> bool:
    """True for the words by which an issuer calls itself in its own announcement."""
    return head.lower_ == "we" or (head.lower_ in ("board", "company", "group", "directors") and _the(head))


def _the(head: Token) -> bool:
    return any(c.lower_ == "the" for c in head.lefts)


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
    """The person of "the trade minister, Lieke van Doorn" and "spokesman Li Wei", where a noun is the head."""
    for child in head.children:
        if child.dep_ in ("appos", "compound", "nmod", "flat"):
            found = persons.at(child)
            if (
                found is not None
                and found.kind is EntityKind.PERSON
                and found in inside
                and child.dep_ == "appos"
            ):
                return found
    return None


def _own_body(text: str, named: Mention, bodies: list[Mention]) -> Mention | None:
    """The organisation of a person: the first one after the name, else the one before it."""
    after = [m for m in bodies if m.start >= named.end]
    before = [m for m in bodies if m.end <= named.start]
    for mention in after:
        between = text[named.end : mention.start]
        if len(between) <= MAX_ROLE + 40:
            return mention
    return before[-1] if before else None


def _role(
    text: str, speaker: Speaker, named: Mention, body: Mention | None, bodies: list[Mention]
) -> str | None:
    """What the person is, as written: the apposition behind the name, or the words before it."""
    after = text[named.end : speaker.end]
    if after.startswith(","):
        words = after[1:].strip()
        stop = (
            body.start - (speaker.end - len(after[1:].lstrip()))
            if body is not None and body.start > named.end
            else None
        )
        if stop is not None and stop > 0:
            words = words[:stop].rstrip()
            words = _without_tail(words)
        words = words.split(",")[0].split("(")[0].strip()
        cleaned = _without_article(words)
        if cleaned and len(cleaned) <= MAX_ROLE and not cleaned[0].isdigit():
            return cleaned
    before = text[speaker.start : named.start].strip().rstrip(",").strip()
    if not before:
        return None
    before = before.replace("’s ", "'s ").rpartition("'s ")[2]
    for mention in bodies:
        if mention.end <= named.start:
            before = before.replace(mention.text, " ")
    words_list = [w for w in before.split() if w.strip(",.")]
    words_list = [w for w in words_list if w.lower() not in source_words().honorifics]
    cleaned = _without_article(" ".join(words_list).strip(" ,"))
    return cleaned if cleaned and len(cleaned) <= MAX_ROLE else None


def _without_article(words: str) -> str:
    first, _, rest = words.partition(" ")
    return rest.strip() if first.lower() in ("a", "an", "the", "its", "their") else words


def _without_tail(words: str) -> str:
    """ "spokesman for the" -> "spokesman"."""
    parts = words.split()
    while parts and parts[-1].lower() in (
        "the",
        "for",
        "of",
        "at",
        "with",
        "from",
        "in",
        "to",
        "a",
        "an",
        "and",
    ):
        parts.pop()
    return " ".join(parts)


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
