"""The `shares` component of the stack."""

from spacy.language import Language
from spacy.tokens import Doc

from nlp import extensions as _extensions  # noqa: F401  registers doc._


class Shares:
    def __call__(self, doc: Doc) -> Doc:
        return doc


@Language.factory("tradewire_shares", requires=["doc._.mentions"], assigns=["doc._.facts"])
def make_shares(nlp: Language, name: str) -> Shares:
    return Shares()
