"""When a listing event was: its own clause before another sentence, effective before announced."""

import datetime as dt
import re

from spacy.tokens import Doc, Token

from db.listregistry import packaged_lists
from db.records import Action, DateMention, Modality, Standing
from nlp.extensions import text_of, tokens_at
from nlp.listings.announced import PUBLISHING, SAYING, day_of_act, published_in, to_come
from nlp.listings.days import OFFSET, RECALL_DAYS, UNDATED, When, dates_in, iso, last_day, offset_of
from nlp.listings.effective import EFFECTIVE, effective_later
from nlp.listings.nouns import Event

UNTIL = re.compile(r"\b(?:until|till|through|expires?(?: on)?|expiring(?: on)?) (?:\w+ )?$", re.I)
SAME_DAY = re.compile(r"\bsame (?:day|time)\b", re.I)
LEAD_DAYS = 7  # an act told with a day of the last week is what the text is about
FISCAL = re.compile(r"\b(?:fiscal|financial) year|\bFY", re.I)
SINCE = re.compile(r"\b(?:since|in|from|as of)(?: the| early| late| mid| last| this| that)?\W$", re.I)
STATES = frozenset({"state-phrase", "verb-state", "state-which", "place-on", "inverted", "list-includes"})
RULING = frozenset({"rule", "find", "uphold", "argue", "complain", "recall", "remember"})


def when_of(doc: Doc, event: Event, events: list[Event]) -> When:
    """The date of the event: effective before announced, its own clause before another sentence."""
    sent = doc[event.first].sent
    dates = [d for d in dates_in(doc, sent) if not SAME_DAY.search(d.text)]
    for date in dates:
        if EFFECTIVE.search(text_of(doc)[max(sent.start_char, date.start - 60) : date.start]):
            return When(to_come(doc, event, date), (date.start, date.end), "effective")
    own = _own(doc, event, dates, [e for e in events if doc[e.first].sent == sent])
    told = When(to_come(doc, event, own), (own.start, own.end), "told") if own is not None else None
    later = effective_later(doc, event) if told is None or not _is_old(doc, told) else None
    if later is not None:
        return later
    offset = offset_of(doc, event, dates)
    if offset is not None:
        return offset
    if told is not None:
        return told
    if SAME_DAY.search(text_of(doc), sent.start_char, sent.end_char) is not None:
        return _same_day(doc, event, events)
    return _inherited(doc, event, events)


def _is_old(doc: Doc, when: When) -> bool:
    published, last = doc._.context.published, last_day(when.date or "")
    return published is not None and last is not None and (published - last).days > RECALL_DAYS


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
        dates = [d for d in dates_in(doc, named) if len(d.date or "") == 10]
        if named != sent and len(dates) == 1:
            return When(iso(dates[0]), (dates[0].start, dates[0].end), "told")
    lead = _with_the_lead(doc, event, events)
    return lead if lead.date is not None else _announced(doc, event)


def _with_the_lead(doc: Doc, event: Event, events: list[Event]) -> When:
    """The day of the act that the text is about, for another one of the same state told beside it without a day."""
    cue = doc[event.first]
    if (
        event.standing is not Standing.CURRENT
        or event.modality is not Modality.ASSERTED
        or event.rule in STATES
        or event.action not in (Action.ADD, Action.REMOVE)
        or cue.dep_ in {"relcl", "acl", "advcl", "pcomp"}
        or cue.tag_ not in {"VBD", "VBN"}
    ):
        return UNDATED
    leads: dict[str, tuple[int, When]] | None = doc.user_data.get("tradewire.leads")
    if leads is None:
        leads = doc.user_data["tradewire.leads"] = _leads(doc, events)
    first, lead = leads.get(_country(event), (event.first, UNDATED))
    return lead if first != event.first else UNDATED


def _announced(doc: Doc, event: Event) -> When:
    """The day of the authority's act told right before: "On Tuesday BIS published two rules. The first removes X"."""
    if (
        event.standing is not Standing.CURRENT
        or event.modality is not Modality.ASSERTED
        or event.rule in STATES
        or event.action not in (Action.ADD, Action.REMOVE)
        or doc[event.first].dep_ in {"relcl", "acl", "advcl", "pcomp"}
    ):
        return UNDATED
    return day_of_act(doc, event, _country(event), LEAD_DAYS)


def _leads(doc: Doc, events: list[Event]) -> dict[str, tuple[int, When]]:
    """By country of the list: the first act of the week before publication that is told with its day."""
    found: dict[str, tuple[int, When]] = {}
    published: dt.date | None = doc._.context.published
    if published is None:
        return found
    for event in events:
        if (
            event.standing is not Standing.CURRENT
            or event.modality is not Modality.ASSERTED
            or event.lender is not None
            or event.rule in STATES
            or event.action not in (Action.ADD, Action.REMOVE)
            or _country(event) in found
        ):
            continue
        sent = doc[event.first].sent
        dates = [d for d in dates_in(doc, sent) if len(d.date or "") == 10]
        others = [e for e in events if doc[e.first].sent == sent]
        own = _own(doc, event, dates, others) if offset_of(doc, event, dates) is None else None
        if own is not None and 0 <= (published - dt.date.fromisoformat(own.date or "")).days <= LEAD_DAYS:
            found[_country(event)] = (event.first, When(own.date, (own.start, own.end), "told"))
    return found


def _country(event: Event) -> str:
    return packaged_lists().lists[event.list].country


def _same_day(doc: Doc, event: Event, events: list[Event]) -> When:
    """The date of the act told before: "taken off at the same time"."""
    earlier = [
        e
        for e in events
        if doc[e.first].sent.start < doc[event.first].sent.start and e.standing is Standing.CURRENT
    ]
    for other in reversed(earlier):
        found = when_of(doc, other, events)
        if found.date is not None and not _is_old(doc, found):
            return found
    return UNDATED


def _own(doc: Doc, event: Event, dates: list[DateMention], others: list[Event]) -> DateMention | None:
    """The date of the event's own clause: after the cue and before the next one, else before it."""
    cue = doc[event.first]
    after = min([doc[o.first].idx for o in others if o.first > event.first], default=10**9)
    lists = [o.list_span[0] for o in others if o.first == event.first and o.list_span is not None]
    text = text_of(doc)
    usable = [
        d
        for d in dates
        if not OFFSET.search(text[d.start : d.end + 7])
        and not UNTIL.search(text[max(0, d.start - 24) : d.start])
        and not FISCAL.search(text[max(0, d.start - 16) : d.end])
    ]
    if event.rule in STATES and event.action is Action.ADD:
        # "ruled on Friday that it may keep X on the list" tells no day of the listing
        usable = [d for d in usable if SINCE.search(text[max(0, d.start - 16) : d.start])]
    if event.list_span is not None and len(set(lists)) > 1:
        usable = _of_list(usable, event.list_span[0], lists, cue.idx)
    right = [d for d in usable if cue.idx <= d.start < after and _belongs(doc, d, event, right=True)]
    if right:
        following = right[1] if len(right) > 1 and right[1].start - right[0].end < 6 else None
        if following is not None and len(following.date or "") == 10:
            return following  # "two weeks ago, on 29 September"
        return right[0]
    left = [d for d in usable if d.start < cue.idx and _belongs(doc, d, event, right=False)]
    return left[-1] if left else None


def _of_list(dates: list[DateMention], mine: int, lists: list[int], cue: int) -> list[DateMention]:
    """The dates of one of several lists of a verb: "put on one in 2019 and on the other in 2021"."""
    following = min([at for at in lists if at > mine], default=10**9)
    own = [d for d in dates if mine <= d.start < following]
    shared = [d for d in dates if d.start < cue or d.start > max(lists)]
    return own or shared


def _belongs(doc: Doc, date: DateMention, event: Event, *, right: bool) -> bool:
    """True where the date hangs on the cue's verb, or on one that governs it: never on another clause."""
    cue = doc[event.first]
    tokens = tokens_at(doc, date.start, date.end)
    if tokens is None:
        return False
    root = tokens.root
    verb = next((t for t in root.ancestors if t.pos_ in {"VERB", "AUX"}), None)
    if verb is None or cue.pos_ not in {"VERB", "AUX"}:
        spoken = verb is not None and verb.lemma_.lower() in SAYING and verb not in cue.subtree
        return abs(date.start - cue.idx) < 120 and not spoken  # "said on Monday of its inclusion"
    named = event.list_span is not None and event.list_span[0] <= verb.idx < event.list_span[1]
    if verb == cue or named:  # "designated as owned by the military on December 3"
        return True
    if verb.lemma_.lower() in RULING:
        return False  # "a judge ruled on Monday that it was right to put X on the list"
    if published_in(verb, cue):
        return True  # "in a notice published on Friday, the department added X"
    if right:
        return _within(verb, cue) or (cue in verb.subtree and not _verb_between(doc, cue, root))
    if date.start > verb.idx and _coordinated_with(cue, verb):
        # "published rules on Friday and put X on the list", but "needs a licence from November 8, and put X"
        return verb.lemma_.lower() in PUBLISHING and not any(c.dep_ == "nsubj" for c in cue.children)
    return verb in cue.ancestors


def _within(verb: Token, cue: Token) -> bool:
    """True where `verb` hangs on the cue, but in no clause that tells something else of a party."""
    current = verb
    while current != cue:
        if current.dep_ in {"relcl", "acl", "advcl", "parataxis"} or current.head == current:
            return False
        current = current.head
    return True


def _coordinated_with(cue: Token, verb: Token) -> bool:
    current = cue
    while current.head != current and current != verb:
        if current.dep_ == "conj" and current.head == verb:
            return True
        current = current.head
    return False


def _verb_between(doc: Doc, cue: Token, root: Token) -> bool:
    return any(t.tag_ in {"VBD", "VBZ", "VBP", "MD"} for t in doc[cue.i + 1 : root.i])
