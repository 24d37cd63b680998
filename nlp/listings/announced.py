"""Days of listings told with the notice and not with the act: "On Tuesday BIS published two rules. The first adds X"."""

import datetime as dt
import re

from spacy.tokens import Doc, Token

from db.records import DateMention, EntityKind, Modality
from nlp.extensions import mentions_in, text_of, tokens_at
from nlp.listings.days import UNDATED, When, dates_in, iso
from nlp.listings.groups import Target
from nlp.listings.lists import authority_in
from nlp.listings.nouns import Event

PUBLISHING = frozenset(
    {
        "publish",
        "issue",
        "announce",
        "release",
        "adopt",
        "unveil",
        "post",
        "sign",
        "gazette",
        "file",
        "impose",
        "expand",
    }
)
ACTING = PUBLISHING | {
    "bar",
    "ban",
    "hit",
    "sanction",
    "restrict",
    "tighten",
    "target",
    "blacklist",
    "curb",
    "retaliate",
}
SAYING = frozenset(
    "say tell comment respond react condemn criticise criticize urge protest demand ask answer reply deny reject "
    "oppose deplore note add vow call complain sue".split()
)
BACK = 3  # sentences back in which the notice may be told
NO_YEAR = re.compile(r"\b(?:19|20)\d\d\b")
FROM_THEN = re.compile(
    r"\b(?:as of|from|effective|starting|beginning|with effect from|until after|on or after) (?:\w+ )?$", re.I
)
COUNTRY = {"china": "cn", "eu": "eu", "uk": "gb", "other": ""}
RESPECTIVELY = re.compile(r"\brespectively\b", re.I)
A_YEAR = 366


def published_in(verb: Token, cue: Token) -> bool:
    """True for the participle of a notice that the act stands in: "in a rule published on Friday"."""
    if verb.lemma_.lower() not in PUBLISHING or verb.dep_ != "acl" or verb.tag_ != "VBN":
        return False
    noun = verb.head
    while noun.dep_ == "pobj" and noun.head.lower_ == "of":
        noun = noun.head.head
    prep = noun.head
    if noun.dep_ in {"nsubj", "nsubjpass"}:
        return noun.head == cue  # "The order, published on Wednesday, adds X"
    return prep.lower_ in {"in", "by", "under", "through", "with"} and prep.head == cue


def day_of_act(doc: Doc, event: Event, country: str, days: int) -> When:
    """The one day of the last `days` on which an authority of `country` is told to act, right before `event`."""
    published: dt.date | None = doc._.context.published
    sent = doc[event.first].sent
    if published is None:
        return UNDATED
    for _ in range(BACK):
        if sent.start == 0:
            return UNDATED
        sent = doc[sent.start - 1].sent
        found = [d for d in dates_in(doc, sent) if len(d.date or "") == 10 and _of_an_act(doc, d, country)]
        if found:
            day = dt.date.fromisoformat(found[-1].date or "")
            if 0 <= (published - day).days <= days:
                return When(found[-1].date, (found[-1].start, found[-1].end), "told")
            return UNDATED
    return UNDATED


def _of_an_act(doc: Doc, date: DateMention, country: str) -> bool:
    """True where the date is that of what an authority of `country` did."""
    tokens = tokens_at(doc, date.start, date.end)
    verb = next((t for t in tokens.root.ancestors if t.pos_ == "VERB"), None) if tokens is not None else None
    if verb is None or verb.tag_ != "VBD" or verb.lemma_.lower() not in ACTING:
        return False
    subject = next((c for c in verb.children if c.dep_ == "nsubj"), None)
    if subject is None or any(c.dep_ == "neg" for c in verb.children):
        return False
    words = doc[subject.left_edge.i : subject.right_edge.i + 1]
    authority = authority_in(words.text)
    agencies = [m for m in mentions_in(doc, words.start_char, words.end_char) if m.kind is EntityKind.AGENCY]
    if authority is None:
        return bool(agencies)
    return COUNTRY.get(authority, "us") == country


def to_come(doc: Doc, event: Event, date: DateMention) -> str | None:
    """The day as ISO; one without a year that is told as still to come is not that of last year."""
    value, published = iso(date), doc._.context.published
    if value is None or len(value) != 10 or published is None or NO_YEAR.search(date.text):
        return value
    ahead = event.modality is Modality.PLANNED or FROM_THEN.search(
        text_of(doc)[max(0, date.start - 30) : date.start]
    )
    day = dt.date.fromisoformat(value)
    if not ahead or (published - day).days < A_YEAR // 2 or (day.month, day.day) == (2, 29):
        return value
    return day.replace(year=day.year + 1).isoformat()


def respectively(doc: Doc, event: Event, targets: list[Target]) -> dict[int, When]:
    """ "were added in 2021 and 2023 respectively": the day of each target by its first token."""
    sent = doc[event.first].sent
    match = RESPECTIVELY.search(text_of(doc), doc[event.first].idx, sent.end_char)
    named = [t for t in targets if t.mention is not None]
    if match is None or len(named) < 2:
        return {}
    dates = [d for d in dates_in(doc, sent) if doc[event.first].idx <= d.start < match.start()]
    if len(dates) != len(named):
        return {}
    return {t.first: When(iso(d), (d.start, d.end), "told") for t, d in zip(named, dates, strict=True)}
