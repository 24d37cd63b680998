"""The `money` component of the stack: every amount of the text, before anybody asks what it is."""

import re

from spacy.language import Language
from spacy.tokens import Doc

from nlp import extensions as _extensions  # noqa: F401  registers doc._
from nlp.extensions import text_of, tokens_at
from nlp.money import find_amounts

#: "WASHINGTON, October 14 (Meridian) -": an agency's copy keeps the agency's dollar, whoever prints it.
AGENCY_COPY = re.compile(
    r"\s*[A-Z][A-Z .,'/-]{2,40}(?:, [A-Z][a-z]+\.? \d{1,2}(?:, \d{4})?)? \([^()\n]{2,30}\) ?[-–—] "
)


class Money:
    """Set `doc._.amounts` and, in the same order, `doc.spans["money"]`."""

    def __call__(self, doc: Doc) -> Doc:
        text = text_of(doc)
        country = None if AGENCY_COPY.match(text) else doc._.context.source_country
        doc._.amounts = find_amounts(text, country=country)
        spans = [tokens_at(doc, amount.start, amount.end) for amount in doc._.amounts]
        doc.spans["money"] = [span for span in spans if span is not None]
        return doc


@Language.factory("tradewire_money", requires=[], assigns=["doc._.amounts", "doc.spans"])
def make_money(nlp: Language, name: str) -> Money:
    return Money()
