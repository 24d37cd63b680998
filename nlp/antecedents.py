"""The antecedents component: definitions, short forms, descriptions and pronouns join the parties they mean."""

from spacy.language import Language
from spacy.tokens import Doc

from nlp import extensions as _extensions  # noqa: F401  registers doc._
from nlp.antecedents_descriptions import Descriptions
from nlp.antecedents_names import learn_definitions, learn_short_forms
from nlp.extensions import body_of
from nlp.lexicon import Lexicon, lexicon
from nlp.parties import Parties


class Antecedents:
    """Complete doc._.mentions and doc._.entities."""

    def __init__(self, words: Lexicon) -> None:
        self.words = words

    def __call__(self, doc: Doc) -> Doc:
        parties = Parties.of(body_of(doc), doc._.mentions, doc._.entities)
        learn_definitions(parties, self.words)
        learn_short_forms(parties, self.words)
        if doc.has_annotation("DEP"):
            Descriptions(doc, parties, self.words).resolve()
        doc._.mentions, doc._.entities = parties.finish()
        return doc


@Language.factory(
    "tradewire_antecedents", requires=["doc._.mentions"], assigns=["doc._.mentions", "doc._.entities"]
)
def make_antecedents(nlp: Language, name: str) -> Antecedents:
    return Antecedents(lexicon())
