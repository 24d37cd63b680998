"""The `listings` component of the stack."""

from spacy.language import Language
from spacy.tokens import Doc

from nlp import extensions as _extensions  # noqa: F401  registers doc._


class Listings:
    def __call__(self, doc: Doc) -> Doc:
        return doc


@Language.factory("tradewire_listings", requires=["doc._.mentions", "doc._.dates"], assigns=["doc._.facts"])
def make_listings(nlp: Language, name: str) -> Listings:
    return Listings()
