"""The `antecedents` component of the stack."""

from spacy.language import Language
from spacy.tokens import Doc

from nlp import extensions as _extensions  # noqa: F401  registers doc._


class Antecedents:
    def __call__(self, doc: Doc) -> Doc:
        return doc


@Language.factory(
    "tradewire_antecedents", requires=["doc._.mentions"], assigns=["doc._.mentions", "doc._.entities"]
)
def make_antecedents(nlp: Language, name: str) -> Antecedents:
    return Antecedents()
