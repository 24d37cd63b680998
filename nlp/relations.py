"""The `relations` component of the stack."""

from spacy.language import Language
from spacy.tokens import Doc

from nlp import extensions as _extensions  # noqa: F401  registers doc._


class Relations:
    def __call__(self, doc: Doc) -> Doc:
        return doc


@Language.factory("tradewire_relations", requires=["doc._.mentions"], assigns=["doc._.facts"])
def make_relations(nlp: Language, name: str) -> Relations:
    return Relations()
