"""Days of listing events: values, the dates of a sentence, and "two weeks after X was added"."""

import datetime as dt
import re
from dataclasses import dataclass

from spacy.tokens import Doc
from spacy.tokens import Span as SpacySpan

from db.records import DateMention
from nlp.extensions import text_of, tokens_at
from nlp.listings.groups import NUMBERS
from nlp.listings.nouns import Event

# "three days after Washington added": the event lies before what the sentence tells.
OFFSET = re.compile(
    r"\b(?P<n>a|an|one|two|three|four|five|six|seven|ten|\d{1,2}|several|a few|)\s*(?P<unit>minutes?|hours?|days?|weeks?|months?|years?) (?P<way>after|before)\b",
    re.I,
)
RECALL_DAYS = 10  # an event this long before publication is an old one told again
DAYS = {"day": 1, "week": 7, "month": 30, "year": 365}


@dataclass(frozen=True, slots=True)
class When:
    """The date of an event: ISO as exact as the text, the words, and how we read them."""

    date: str | None = None
    span: tuple[int, int] | None = None
    kind: str | None = None  #: effective, told, offset


UNDATED = When()


def iso(date: DateMention) -> str | None:
    """The date, a week as the month it lies in: nobody reads "2022-W27"."""
    value = date.date
    match = re.fullmatch(r"(\d{4})-W(\d{2})", value or "")
    if value is not None and "/" in value:
        return value[:4] if value[:4] == value.partition("/")[2][:4] else None
    if match is None:
        return value
    first = dt.date.fromisocalendar(int(match[1]), int(match[2]), 1)
    last = first + dt.timedelta(days=6)
    return f"{first:%Y-%m}" if first.month == last.month else f"{first:%Y}"


def dates_in(doc: Doc, sent: SpacySpan) -> list[DateMention]:
    return [
        d for d in doc._.dates if d.date is not None and d.start >= sent.start_char and d.end <= sent.end_char
    ]


def last_day(iso: str) -> dt.date | None:
    """The last day that "2019", "2019-10" or "2019-10-09" may mean."""
    parts = iso.split("-")
    if not all(p.isdigit() for p in parts) or len(parts) > 3:
        return None
    year, *rest = (int(p) for p in parts)
    if not rest:
        return dt.date(year, 12, 31)
    if len(rest) == 1:
        return dt.date(year + (rest[0] == 12), rest[0] % 12 + 1, 1) - dt.timedelta(days=1)
    return dt.date(year, rest[0], rest[1])


def offset_of(doc: Doc, event: Event, dates: list[DateMention]) -> When | None:
    """ "..., two weeks after the Treasury put X on": counted from what the sentence tells, else from publication."""
    cue = doc[event.first]
    sent = cue.sent
    for match in OFFSET.finditer(text_of(doc), sent.start_char, cue.idx):
        between = text_of(doc)[match.end() : cue.idx]
        clause = tokens_at(doc, match.end(), cue.idx)
        finite = clause is not None and any(
            t.tag_ in {"VBD", "VBZ", "VBP"} and t.dep_ != "auxpass" for t in clause
        )
        if len(between.split()) > 9 or (finite and re.search(r"[;,]\s", between)):
            continue
        unit = match.group("unit").lower().rstrip("s")
        base = _base(doc, match.start(), dates, whole=unit in {"month", "year"})
        if base is None:
            return UNDATED
        if unit in {"hour", "minute"}:
            return When(base.isoformat(), (match.start(), match.end()), "offset")
        word = match.group("n").lower()
        count = (
            1 if word in {"a", "an", "one"} else NUMBERS.get(word) or (int(word) if word.isdigit() else None)
        )
        if count is None:
            return UNDATED
        sign = -1 if match.group("way").lower() == "after" else 1
        day = base + dt.timedelta(days=sign * count * DAYS[unit])
        exact = {
            "day": day.isoformat(),
            "week": f"{day:%Y-%m}",
            "month": f"{day:%Y-%m}",
            "year": f"{day:%Y}",
        }[unit]
        return When(exact, (match.start(), match.end()), "offset")
    return None


def _base(doc: Doc, position: int, dates: list[DateMention], *, whole: bool = False) -> dt.date | None:
    """The day that the words before `position` tell, else the day of publication."""
    wanted = (7, 10) if whole else (10,)
    before = [
        d for d in dates if d.end <= position and len(d.date or "") in wanted and "W" not in (d.date or "")
    ]
    if before:
        return dt.date.fromisoformat((before[-1].date or "") + "-15"[: 3 * (len(before[-1].date or "") == 7)])
    published: dt.date | None = doc._.context.published
    return published
