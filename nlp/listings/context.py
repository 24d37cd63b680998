"""When, by whom and why: what stands around a listing event."""

import datetime as dt
import re
from dataclasses import dataclass
from functools import cache

from spacy.tokens import Doc, Token
from spacy.tokens import Span as SpacySpan

from db.records import DateMention, EntityKind, Modality, Party, Role, Standing
from nlp.extensions import mentions_in, party_of, text_of, tokens_at
from nlp.listings.events import ASIDE
from nlp.listings.groups import NUMBERS
from nlp.listings.lists import cues
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
UNTIL = re.compile(r"\b(?:until|till|through|expires?(?: on)?|expiring(?: on)?) (?:\w+ )?$", re.I)
# "three days after Washington added": the event lies before what the sentence tells.
OFFSET = re.compile(
    r"\b(?P<n>a|an|one|two|three|four|five|six|seven|ten|\d{1,2}|several|a few|)\s*(?P<unit>minutes?|hours?|days?|weeks?|months?|years?) (?P<way>after|before)\b",
    re.I,
)
SAME_DAY = re.compile(r"\bsame (?:day|time)\b", re.I)
RECALL_DAYS = 10  # an event this long before publication is an old one told again
ASIDE_DAYS = 2  # the same for one told in a relative clause: "X, which was blacklisted on Monday"
AGO = re.compile(r"\b(?:weeks?|months?|years?) (?:ago|earlier)\b|\b(?:last|previous) (?:month|year)\b", re.I)
RULING = frozenset({"rule", "find", "uphold", "argue", "complain", "recall", "remember"})
DAYS = {"day": 1, "week": 7, "month": 30, "year": 365}


@dataclass(frozen=True, slots=True)
class When:
    """The date of an event: ISO as exact as the text, the words, and how we read them."""

    date: str | None = None
    span: tuple[int, int] | None = None
    kind: str | None = None  #: effective, told, offset


UNDATED = When()


def when_of(doc: Doc, event: Event, events: list[Event]) -> When:
    """The date of the event: effective before announced, its own clause before another sentence."""
    sent = doc[event.first].sent
    dates = [d for d in _dates(doc, sent) if not SAME_DAY.search(d.text)]
    for date in dates:
        if EFFECTIVE.search(text_of(doc)[max(sent.start_char, date.start - 60) : date.start]):
            return When(_iso(date), (date.start, date.end), "effective")
    later = _effective_later(doc, event)
    if later is not None:
        return later
    offset = _offset(doc, event, dates)
    if offset is not None:
        return offset
    same = SAME_DAY.search(text_of(doc), doc[event.first].idx, sent.end_char)
    if same is not None:
        return _same_day(doc, event, events)
    own = _own(doc, event, dates, [e for e in events if e.first != event.first and doc[e.first].sent == sent])
    if own is not None:
        return When(_iso(own), (own.start, own.end), "told")
    return _inherited(doc, event, events)


def _inherited(doc: Doc, event: Event, events: list[Event]) -> When:
    """The date of the event leaned on; of another act in the sentence; of the sentence that names the list."""
    if event.lender is not None:
        return when_of(doc, event.lender, events)
    sent = doc[event.first].sent
    if event.standing is Standing.CURRENT and event.modality is Modality.ASSERTED:
        for other in events:
            if (
                (other.first < event.first or _coordinated_with(doc[other.first], doc[event.first]))
                and other is not event
                and doc[other.first].sent == sent
                and other.standing is Standing.CURRENT
                and other.lender is None
                and not (doc[other.first].dep_ == "relcl" and doc[event.first].dep_ != "relcl")
            ):
                found = when_of(doc, other, [other])
                if found.date is not None:
                    return found
    if event.rule == "focus-passive" and event.list_span is not None:
        named = doc.char_span(*event.list_span, alignment_mode="expand").sent
        dates = [d for d in _dates(doc, named) if len(d.date or "") == 10]
        if named != sent and len(dates) == 1:
            return When(_iso(dates[0]), (dates[0].start, dates[0].end), "told")
    return UNDATED


def _same_day(doc: Doc, event: Event, events: list[Event]) -> When:
    """The date of the act told before: "taken off at the same time"."""
    earlier = [
        e
        for e in events
        if doc[e.first].sent.start < doc[event.first].sent.start and e.standing is Standing.CURRENT
    ]
    for other in reversed(earlier):
        found = when_of(doc, other, events)
        if found.date is not None:
            return found
    return UNDATED


def _iso(date: DateMention) -> str | None:
    """The date, a week as the month it lies in: nobody reads "2022-W27"."""
    value = date.date
    match = re.fullmatch(r"(\d{4})-W(\d{2})", value or "")
    if match is None:
        return value
    first = dt.date.fromisocalendar(int(match[1]), int(match[2]), 1)
    last = first + dt.timedelta(days=6)
    return f"{first:%Y-%m}" if first.month == last.month else f"{first:%Y}"


def _dates(doc: Doc, sent: SpacySpan) -> list[DateMention]:
    return [
        d for d in doc._.dates if d.date is not None and d.start >= sent.start_char and d.end <= sent.end_char
    ]


def _own(doc: Doc, event: Event, dates: list[DateMention], others: list[Event]) -> DateMention | None:
    """The date of the event's own clause: after the cue and before the next one, else before it."""
    cue = doc[event.first]
    after = min([doc[o.first].idx for o in others if o.first > event.first], default=10**9)
    text = text_of(doc)
    usable = [
        d
        for d in dates
        if not OFFSET.search(text[d.start : d.end + 7])
        and not UNTIL.search(text[max(0, d.start - 24) : d.start])
    ]
    right = [d for d in usable if cue.idx <= d.start < after and _belongs(doc, d, cue, right=True)]
    if right:
        return right[0]
    left = [d for d in usable if d.start < cue.idx and _belongs(doc, d, cue, right=False)]
    return left[-1] if left else None


def _belongs(doc: Doc, date: DateMention, cue: Token, *, right: bool) -> bool:
    """True where the date hangs on the cue's verb, or on one that governs it: never on another clause."""
    tokens = tokens_at(doc, date.start, date.end)
    if tokens is None:
        return False
    root = tokens.root
    verb = next((t for t in root.ancestors if t.pos_ in {"VERB", "AUX"}), None)
    if verb is None or cue.pos_ not in {"VERB", "AUX"}:
        return abs(date.start - cue.idx) < 120
    if verb == cue:
        return True
    if verb.lemma_.lower() in RULING:
        return False  # "a judge ruled on Monday that it was right to put X on the list"
    if right:
        return verb in cue.subtree or (cue in verb.subtree and not _verb_between(doc, cue, root))
    if date.start > verb.idx and _coordinated_with(cue, verb):
        return False  # "needs a licence from November 8, and put X on the list"
    return verb in cue.ancestors


def _coordinated_with(cue: Token, verb: Token) -> bool:
    current = cue
    while current.head != current and current != verb:
        if current.dep_ == "conj" and current.head == verb:
            return True
        current = current.head
    return False


def _verb_between(doc: Doc, cue: Token, root: Token) -> bool:
    return any(t.tag_ in {"VBD", "VBZ", "VBP", "MD"} for t in doc[cue.i + 1 : root.i])


def _effective_later(doc: Doc, event: Event) -> When | None:
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
        found = [d for d in _dates(doc, sent) if d.start >= end]
        if not found:
            continue
        value = _iso(found[0])
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


def _offset(doc: Doc, event: Event, dates: list[DateMention]) -> When | None:
    """ "..., two weeks after the Treasury put X on": counted from what the sentence tells, else from publication."""
    cue = doc[event.first]
    sent = cue.sent
    for match in OFFSET.finditer(text_of(doc), sent.start_char, cue.idx):
        between = text_of(doc)[match.end() : cue.idx]
        if len(between.split()) > 9 or re.search(r"[;,]\s", between):
            continue
        base = _base(doc, match.start(), dates)
        if base is None:
            return UNDATED
        unit = match.group("unit").lower().rstrip("s")
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


def _base(doc: Doc, position: int, dates: list[DateMention]) -> dt.date | None:
    """The day that the words before `position` tell, else the day of publication."""
    before = [d for d in dates if d.end <= position and len(d.date or "") == 10]
    if before:
        return dt.date.fromisoformat(before[-1].date or "")
    published: dt.date | None = doc._.context.published
    return published


@cache
def _reasons() -> re.Pattern[str]:
    return re.compile(r"\b(?:" + "|".join(cues()["reason"]["cues"]) + r")\s", re.I)


def reason_of(doc: Doc, event: Event) -> str | None:
    """Why, in the words of the sentence: what follows "for", "over", "citing" after the cue."""
    sent = doc[event.first].sent
    match = _reasons().search(text_of(doc), doc[event.last].idx, sent.end_char)
    if match is None:
        return None
    words = re.split(r"[;:]|\.(?:\s|$)", text_of(doc)[match.start() : sent.end_char])[0]
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
    for source in (event, event.lender):
        if source is None or source.rule == ASIDE:
            continue
        sent = doc[source.first].sent
        found = [m for m in mentions_in(doc, sent.start_char, sent.end_char) if m.kind is EntityKind.AGENCY]
        found = [m for m in found if m.how not in {"pronoun", "description"}] or found
        before = [m for m in found if m.start < doc[source.first].idx]
        chosen = before[-1] if before else (found[0] if found else None)
        if chosen is not None:
            return party_of(doc, chosen, Role.AUTHORITY)
    return None


def standing_of(doc: Doc, event: Event, when: When) -> Standing:
    """Recalled when the event lies clearly before publication."""
    published = doc._.context.published
    if event.standing is not Standing.CURRENT or event.modality is not Modality.ASSERTED or published is None:
        return event.standing
    last = _last_day(when.date or "")
    if last is None:
        return event.standing
    if when.span is not None and when.kind == "told" and AGO.search(text_of(doc)[slice(*when.span)]):
        return Standing.RECALLED
    cue = doc[event.first]
    aside = cue.dep_ == "relcl" or any(c.tag_ in {"WDT", "WP"} for c in cue.children)
    days = (published - last).days
    if days > RECALL_DAYS or (aside and days >= ASIDE_DAYS) or (days > 0 and len(when.date or "") < 10):
        return Standing.RECALLED  # told with its month alone, it is not of these days
    return event.standing


def _last_day(iso: str) -> dt.date | None:
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
