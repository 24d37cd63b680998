"""The `amounts` component of the stack."""

from spacy.language import Language
from spacy.tokens import Doc

from nlp import extensions as _extensions  # noqa: F401  registers doc._


class Amounts:
    def __call__(self, doc: Doc) -> Doc:
        return doc


@Language.factory(
    "tradewire_amounts", requires=["doc._.amounts", "doc._.mentions", "doc._.dates"], assigns=["doc._.facts"]
)
def make_amounts(nlp: Language, name: str) -> Amounts:
    return Amounts()
