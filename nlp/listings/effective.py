"""Measures that take effect on a day told elsewhere: "The listing takes effect on Friday"."""

import datetime as dt
import re

from spacy.tokens import Doc

from db.records import Modality, Standing
from nlp.extensions import text_of
from nlp.listings.days import When, dates_in, iso
from nlp.listings.nouns import Event

EFFECTIVE = re.compile(
    r"(?:effective|with effect|takes? effect|took effect|taking effect|comes? into force|in force)\b(?: \S+){0,5}\s*$",
    re.I,
)
TAKES_EFFECT = re.compile(
    r"\b(?:takes?|took|taking|comes?|came|goes|went) (?:in)?(?:to )?(?:effect|force)\b", re.I
)
MEASURE = re.compile(r"\b(?:listings?|additions?|designations?|measures?|rules?|orders?|decisions?)\b", re.I)
BOTH = re.compile(
    r"\s*(?:both|they|these|all|the (?:two |three |new )?(?:measures|rules|listings|additions))\b", re.I
)


def effective_later(doc: Doc, event: Event) -> When | None:
    """ "The listing takes effect on Friday", a few sentences on."""
    if event.standing is not Standing.CURRENT or event.modality is not Modality.ASSERTED:
        return None
    begin = doc[event.last].idx
    for start, end in _effects(doc):
        if not begin - 900 <= start < begin + 1200:
            continue
        sent = doc.char_span(start, end, alignment_mode="expand").sent
        subject = text_of(doc)[sent.start_char : start]
        if start < begin and not BOTH.match(subject):  # announced first, then told one by one
            continue
        if start > begin and not MEASURE.search(subject):
            continue
        found = [d for d in dates_in(doc, sent) if d.start >= end]
        if not found:
            continue
        value = iso(found[0])
        published = doc._.context.published
        present = text_of(doc)[start:end].lower().startswith(("take ", "takes", "come ", "comes", "goes"))
        if present and found[0].relative and published is not None and value is not None and len(value) == 10:
            day = dt.date.fromisoformat(value)
            while day < published:  # a weekday to come
                day += dt.timedelta(days=7)
            value = day.isoformat()
        return When(value, (found[0].start, found[0].end), "effective")
    return None


def _effects(doc: Doc) -> list[tuple[int, int]]:
    """Where something takes effect; looked up by every event of the text."""
    found: list[tuple[int, int]] | None = doc.user_data.get("tradewire.effects")
    if found is None:
        found = [match.span() for match in TAKES_EFFECT.finditer(text_of(doc))]
        doc.user_data["tradewire.effects"] = found
    return found
