"""When, by whom and why: what stands around a listing event."""

import datetime as dt
import re
from functools import cache

from spacy.tokens import Doc
from spacy.tokens import Span as SpacySpan

from db.records import DateMention, EntityKind, Modality, Party, Role, Standing
from nlp.extensions import mentions_in, party_of
from nlp.listings_events import Event
from nlp.listings_lists import cues

EFFECTIVE = re.compile(
    r"(?:effective|with effect|takes? effect|took effect|taking effect|comes? into force|in force)\b(?: \w+){0,5}\s*$",
    re.I,
)
TAKES_EFFECT = re.compile(
    r"\b(?:takes?|took|taking|comes?|came|goes|went) (?:in)?(?:to )?(?:effect|force)\b", re.I
)
RECALL_DAYS = 21  # an event this long before publication is an old one told again


def date_of(doc: Doc, event: Event, events: list[Event]) -> tuple[DateMention | None, str | None]:
    """The date of the event, effective before announced, and which of the two it is."""
    sent = doc[event.first].sent
    dates = _dates(doc, sent)
    effective = next(
        (d for d in dates if EFFECTIVE.search(doc.text[max(sent.start_char, d.start - 60) : d.start])), None
    )
    if effective is not None:
        return effective, "effective"
    later = _effective_later(doc, event)
    if later is not None:
        return later, "effective"
    own = _nearest(
        doc, event, dates, [e for e in events if e.first != event.first and doc[e.first].sent == sent]
    )
    return (own, "told") if own is not None else (None, None)


def _dates(doc: Doc, sent: SpacySpan) -> list[DateMention]:
    return [
        d for d in doc._.dates if d.date is not None and d.start >= sent.start_char and d.end <= sent.end_char
    ]


def _nearest(doc: Doc, event: Event, dates: list[DateMention], others: list[Event]) -> DateMention | None:
    """The date of the event's own clause: one after the cue before the next cue, else one before it."""
    cue = doc[event.first].idx
    after = min([doc[o.first].idx for o in others if o.first > event.first], default=10**9)
    before = max([doc[o.first].idx for o in others if o.first < event.first], default=-1)
    right = [d for d in dates if cue <= d.start < after]
    left = [d for d in dates if before <= d.start < cue]
    if right:
        return right[0]
    if left:
        return left[-1]
    earlier = [d for d in dates if d.start < cue]
    return earlier[-1] if earlier and others else None


def _effective_later(doc: Doc, event: Event) -> DateMention | None:
    """ "The listing takes effect on Friday", a few sentences on."""
    for match in TAKES_EFFECT.finditer(
        doc.text, doc[event.last].idx, min(len(doc.text), doc[event.last].idx + 1200)
    ):
        sent = doc.char_span(match.start(), match.end(), alignment_mode="expand").sent
        if re.search(
            r"\b(?:listing|addition|designation|measure|rule|order|decision)s?\b",
            doc.text[sent.start_char : match.start()],
            re.I,
        ):
            found = [d for d in _dates(doc, sent) if d.start >= match.end()]
            return found[0] if found else None
    return None


@cache
def _reasons() -> re.Pattern[str]:
    return re.compile(r"\b(?:" + "|".join(cues()["reason"]["cues"]) + r")\s", re.I)


def reason_of(doc: Doc, event: Event) -> str | None:
    """Why, in the words of the sentence: what follows "for", "over", "citing" after the cue."""
    sent = doc[event.first].sent
    start = doc[event.last].idx
    match = _reasons().search(doc.text, start, sent.end_char)
    if match is None:
        return None
    words = re.split(r"[;:]|\.(?:\s|$)", doc.text[match.start() : sent.end_char])[0]
    words = " ".join(words.split()).strip(" ,.")
    if (
        len(words) < 8
        or len(words) > 240
        or re.match(r"over (?:the )?(?:\w+ )?(?:years?|months?|weeks?|decade)", words, re.I)
    ):
        return None
    return words


def authority_party(doc: Doc, event: Event) -> Party | None:
    """The government body of the same sentence, nearest before the cue, else the one after it."""
    sent = doc[event.first].sent
    found = [m for m in mentions_in(doc, sent.start_char, sent.end_char) if m.kind is EntityKind.AGENCY]
    cue = doc[event.first].idx
    before = [m for m in found if m.start < cue]
    chosen = before[-1] if before else (found[0] if found else None)
    return party_of(doc, chosen, Role.AUTHORITY) if chosen is not None else None


def standing_of(doc: Doc, event: Event, date: DateMention | None) -> Standing:
    """Recalled when the event lies clearly before publication."""
    published = doc._.context.published
    if event.standing is not Standing.CURRENT or event.modality is not Modality.ASSERTED:
        return event.standing
    if published is None or date is None or date.date is None:
        return event.standing
    last = _last_day(date.date)
    if last is not None and (published - last).days > RECALL_DAYS:
        return Standing.RECALLED
    return event.standing


def _last_day(iso: str) -> dt.date | None:
    """The last day that "2019", "2019-10" or "2019-10-09" may mean."""
    parts = iso.split("-")
    if not all(p.isdigit() for p in parts):
        return None
    year, *rest = (int(p) for p in parts)
    if not rest:
        return dt.date(year, 12, 31)
    if len(rest) == 1:
        return dt.date(year + (rest[0] == 12), rest[0] % 12 + 1, 1) - dt.timedelta(days=1)
    return dt.date(year, rest[0], rest[1])
