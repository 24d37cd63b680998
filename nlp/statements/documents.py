"""Whose words a document holds: "The filing says" of the company that filed for a listing, "the complaint" of who sued."""

from bisect import bisect_left
from dataclasses import dataclass, field

from spacy.attrs import LEMMA
from spacy.strings import get_string_id
from spacy.tokens import Token

from db.records import Mention
from nlp.statements.mentions import BODIES
from nlp.statements.persons import Persons, source_words
from nlp.statements.reader import Reader
from nlp.statements.subjects import is_passive, subject_of
from nlp.wordids import places

FURTHEST = 1500  # characters, about five paragraphs: a filing further back is another one
#: What a verb brings into the world without naming it: who sues writes a complaint.
BROUGHT = {
    "sue": frozenset({"complaint", "lawsuit", "suit", "petition"}),
    "file": frozenset({"prospectus", "filing", "document", "complaint", "lawsuit", "suit", "petition"}),
    "apply": frozenset({"prospectus", "filing", "application"}),
}
#: Verbs whose object is the document.
ISSUING = frozenset({"publish", "release", "issue", "submit", "lodge", "file", "post", "send", "circulate"})
#: Words for a document named more closely before.
GENERAL = frozenset({"document", "filing", "paper", "text"})
_VERB_IDS = frozenset(map(get_string_id, {*BROUGHT, *ISSUING}))


@dataclass(slots=True)
class Documents:
    """Documents of a text by the verbs that issue them, in order."""

    starts: list[int] = field(default_factory=list)
    issued: list[tuple[frozenset[str], Mention]] = field(default_factory=list)  #: nouns, and whose they are

    @classmethod
    def of(cls, reader: Reader, persons: Persons) -> "Documents":
        documents = cls()
        for i in places(reader.doc, LEMMA, _VERB_IDS):
            verb = reader.doc[i]
            if verb.pos_ != "VERB" or reader.quote_at[i] >= 0 or is_passive(verb):
                continue
            nouns = _nouns(verb)
            subject = subject_of(verb) if nouns else None
            owner = persons.at(subject) if subject is not None else None
            if owner is not None and owner.kind in BODIES:
                documents.starts.append(verb.idx)
                documents.issued.append((nouns, owner))
        return documents

    def owner_of(self, noun: Token) -> Mention | None:
        """The body that issued `noun` last, not too far before it."""
        lemma = noun.lemma_.lower()
        for k in range(bisect_left(self.starts, noun.idx) - 1, -1, -1):
            if noun.idx - self.starts[k] > FURTHEST:
                return None
            nouns, owner = self.issued[k]
            if lemma in nouns or (lemma in GENERAL and nouns):
                return owner
        return None


def _nouns(verb: Token) -> frozenset[str]:
    """Lemmas of the documents that `verb` brings."""
    words = source_words().documents
    named = {
        c.lemma_.lower()
        for c in verb.rights
        if c.dep_ == "dobj" and c.lemma_.lower() in words and verb.lemma_ in ISSUING
    }
    return BROUGHT.get(verb.lemma_, frozenset()) | named


def document_meant_by(reader: Reader, pronoun: Token) -> Token | None:
    """The document that "it" means: the subject of the sentence before ("The prospectus gives no size. It says ...")."""
    first = pronoun.sent.start
    if pronoun.lower_ != "it" or first == 0 or pronoun.i - first > 2:
        return None
    before = reader.doc[first - 1].sent
    subject = next((c for c in before.root.lefts if c.dep_ in ("nsubj", "nsubjpass")), None)
    if subject is None or reader.quoted(subject) or subject.tag_ not in ("NN", "NNP"):
        return None
    return subject if subject.lemma_.lower() in source_words().documents else None
