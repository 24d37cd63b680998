"""The `money` component of the stack."""

from spacy.language import Language
from spacy.tokens import Doc

from nlp import extensions as _extensions  # noqa: F401  registers doc._


class Money:
    def __call__(self, doc: Doc) -> Doc:
        return doc


@Language.factory("tradewire_money", requires=[], assigns=["doc._.amounts", "doc.spans"])
def make_money(nlp: Language, name: str) -> Money:
    return Money()
