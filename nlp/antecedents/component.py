"""The antecedents component: definitions, short forms, descriptions and pronouns join the parties they mean."""

from collections import defaultdict

from spacy.attrs import LOWER
from spacy.language import Language
from spacy.strings import get_string_id
from spacy.tokens import Doc, Token

from nlp import extensions as _extensions  # noqa: F401  registers doc._
from nlp.antecedents.descriptions import describe, heads
from nlp.antecedents.index import Reading
from nlp.antecedents.names import learn_definitions, learn_short_forms
from nlp.antecedents.pronouns import pronoun_party
from nlp.antecedents.terms import learn_terms
from nlp.extensions import body_of
from nlp.lexicon import Lexicon, lexicon
from nlp.parties import Parties


class Antecedents:
    """Complete doc._.mentions and doc._.entities."""

    def __init__(self, words: Lexicon) -> None:
        self.words = words
        known = heads()
        self.heads = known.generic | known.specific | known.agency | {"up"}
        self.wanted = frozenset(get_string_id(word) for word in (*self.heads, "it", "its"))

    def __call__(self, doc: Doc) -> Doc:
        parties = Parties.of(body_of(doc), doc._.mentions, doc._.entities)
        learn_terms(parties)
        learn_definitions(parties, self.words)
        learn_short_forms(parties, self.words)
        if doc.has_annotation("DEP"):
            self.read_on(doc, parties)
        doc._.mentions, doc._.entities = parties.finish()
        return doc

    def read_on(self, doc: Doc, parties: Parties) -> None:
        """Sentence by sentence: first what is described, then the pronouns, so that each sees what was found before."""
        reading = Reading(doc, parties, self.words)
        by_sentence: dict[int, list[Token]] = defaultdict(list)
        for i, word in enumerate(doc.to_array([LOWER]).tolist()):
            if word in self.wanted and i not in reading.party_at:
                by_sentence[reading.sentence_of[i]].append(doc[i])
        for number in range(len(reading.sentences)):
            candidates = by_sentence.get(number, [])
            for token in candidates:
                if token.lower_ in self.heads and (found := describe(reading, token, number)):
                    first, entity = found
                    reading.note(first, token.i, entity)
                    start, end = doc[first].idx, token.idx + len(token)
                    parties.add(start, end, entity, "description", 0.7)
            for token in candidates:
                if token.lower_ in ("it", "its"):
                    party = pronoun_party(reading, token, number)
                    if party is not None:
                        reading.note(token.i, token.i, party)
                        parties.add(token.idx, token.idx + len(token), party, "pronoun", 0.6)
            reading.seen.update(reading.companies(number))


@Language.factory(
    "tradewire_antecedents", requires=["doc._.mentions"], assigns=["doc._.mentions", "doc._.entities"]
)
def make_antecedents(nlp: Language, name: str) -> Antecedents:
    return Antecedents(lexicon())
