"""The `dates` component of the stack."""

from spacy.language import Language
from spacy.tokens import Doc

from nlp import extensions as _extensions  # noqa: F401  registers doc._


class Dates:
    def __call__(self, doc: Doc) -> Doc:
        return doc


@Language.factory("tradewire_dates", requires=["doc._.blocks"], assigns=["doc._.dates", "doc.spans"])
def make_dates(nlp: Language, name: str) -> Dates:
    return Dates()
