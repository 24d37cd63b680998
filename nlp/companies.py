"""The `companies` component of the stack."""

from spacy.language import Language
from spacy.tokens import Doc

from nlp import extensions as _extensions  # noqa: F401  registers doc._


class Companies:
    def __call__(self, doc: Doc) -> Doc:
        return doc


@Language.factory("tradewire_companies", requires=["doc.ents"], assigns=["doc._.mentions", "doc._.entities"])
def make_companies(nlp: Language, name: str) -> Companies:
    return Companies()
