"""By whom and why: what stands around a listing event, and whether it is an old one."""

import re
from functools import cache

from spacy.tokens import Doc

from db.records import EntityKind, Modality, Party, Role, Standing
from nlp.extensions import mentions_in, party_of, text_of
from nlp.listings.days import RECALL_DAYS, When, last_day
from nlp.listings.events import ASIDE
from nlp.listings.lists import cues
from nlp.listings.nouns import Event

ASIDE_DAYS = 2  # the same for one told in a relative clause: "X, which was blacklisted on Monday"
AGO = re.compile(r"\b(?:weeks?|months?|years?) (?:ago|earlier)\b|\b(?:last|previous) (?:month|year)\b", re.I)


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
    last = last_day(when.date or "")
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
