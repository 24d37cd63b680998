"""The `statements` component of the stack."""

from spacy.language import Language
from spacy.tokens import Doc

from nlp import extensions as _extensions  # noqa: F401  registers doc._


class Statements:
    def __call__(self, doc: Doc) -> Doc:
        return doc


@Language.factory(
    "tradewire_statements", requires=["doc._.quotes", "doc._.mentions"], assigns=["doc._.facts"]
)
def make_statements(nlp: Language, name: str) -> Statements:
    return Statements()
