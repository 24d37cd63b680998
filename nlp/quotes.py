"""The `quotes` component of the stack."""

from spacy.language import Language
from spacy.tokens import Doc

from nlp import extensions as _extensions  # noqa: F401  registers doc._


class Quotes:
    def __call__(self, doc: Doc) -> Doc:
        return doc


@Language.factory("tradewire_quotes", requires=["doc._.blocks"], assigns=["doc._.quotes", "doc.spans"])
def make_quotes(nlp: Language, name: str) -> Quotes:
    return Quotes()
