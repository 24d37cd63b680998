"""The `money` component of the stack: every amount of the text, before anybody asks what it is."""

from spacy.language import Language
from spacy.tokens import Doc

from nlp import extensions as _extensions  # noqa: F401  registers doc._
from nlp.extensions import tokens_at
from nlp.money import find_amounts


class Money:
    """Set `doc._.amounts` and, in the same order, `doc.spans["money"]`."""

    def __call__(self, doc: Doc) -> Doc:
        doc._.amounts = find_amounts(doc.text, country=doc._.context.source_country)
        spans = [tokens_at(doc, amount.start, amount.end) for amount in doc._.amounts]
        doc.spans["money"] = [span for span in spans if span is not None]
        return doc


@Language.factory("tradewire_money", requires=[], assigns=["doc._.amounts", "doc.spans"])
def make_money(nlp: Language, name: str) -> Money:
    return Money()
