"""For whom a nameless source speaks: "a ministry spokesman", "the prospectus", "the board" of an announcement."""

from spacy.tokens import Token

from db.records import EntityKind, Mention
from nlp.statements.documents import Documents
from nlp.statements.mentions import BODIES
from nlp.statements.persons import Persons, source_words
from nlp.statements.reader import Reader

#: "a company spokesman": for whom, but of which one?
COMPANIES = frozenset({"company", "firm", "bank", "group"})


def issuer_of(reader: Reader, persons: Persons, document: Token) -> Mention | None:
    """Whose paper "the prospectus" or "the complaint" is, where the text told before."""
    said_in = persons.issued.get(document.lemma_.lower())
    if said_in is not None:
        return said_in
    if persons.documents is None:
        persons.documents = Documents.of(reader, persons)
    return persons.documents.owner_of(document)


def served_by(persons: Persons, head: Token) -> Mention | None:
    """The body of "a ministry spokesman", "the bank's chairman", where the text named it before."""
    words = source_words()
    for child in head.lefts:
        if child.dep_ not in ("compound", "poss", "nmod") or child.lower_ not in words.bodies | {"its"}:
            continue
        if child.lower_ in words.authorities:
            return persons.authority_of(child) or (persons.body_meant_by(child) if _the(child) else None)
        if child.dep_ == "poss":
            return persons.body_meant_by(child)
        found = persons.body_meant_by(child) if child.lower_ in COMPANIES else None
        return found if found is not None and found.kind is EntityKind.COMPANY else None
    return None


def spoken_for(reader: Reader, persons: Persons, head: Token) -> Mention | None:
    """The body of a bare "a spokesman": the subject of this sentence or the one before, where no other is named."""
    if head.lower_ not in source_words().spokespersons or any(c.dep_ != "det" for c in head.children):
        return None
    first, _ = reader.sentence(head.i)
    near = _bodies(persons, reader.starts[first], head.idx)
    if not near and first and reader.block_at[first - 1] == reader.block_at[head.i]:
        before, _ = reader.sentence(first - 1)
        near = _bodies(persons, reader.starts[before], reader.starts[first])
    named = near[-1] if len({m.entity for m in near}) == 1 else None
    return named if named is not None and any(persons.is_subject(m) for m in near) else None


def _bodies(persons: Persons, start: int, end: int) -> list[Mention]:
    return [m for m in persons.inside(start, end) if m.kind in BODIES]


def calls_itself(head: Token) -> bool:
    """True for the words by which an issuer calls itself in its own announcement."""
    return head.lower_ == "we" or (head.lower_ in ("board", "company", "group", "directors") and _the(head))


def _the(head: Token) -> bool:
    return any(c.lower_ == "the" for c in head.lefts)
