"""The `listings` component: who is put on, taken off or threatened with an official list, as the text claims."""

import re
from functools import cache

from spacy.language import Language
from spacy.tokens import Doc

from db.records import FactSpan, ListingFact, Party, Role, SpanRole
from nlp import extensions as _extensions  # noqa: F401  registers doc._
from nlp.extensions import evidence_of, party_of, span_of, text_of
from nlp.listings.announced import respectively
from nlp.listings.context import authority_party, reason_of, standing_of
from nlp.listings.ellipsis import EllipsisFinder
from nlp.listings.finder import EventFinder
from nlp.listings.follow import Follower
from nlp.listings.groups import Target
from nlp.listings.lists import find_lists
from nlp.listings.money_bans import WithheldFinder
from nlp.listings.notices import NoticeFinder
from nlp.listings.nouns import Event
from nlp.listings.special import SpecialFinder
from nlp.listings.targets import Targets
from nlp.listings.when import when_of


class Listings:
    """Find the events of a text, then tell each party's part in them as one fact."""

    def __call__(self, doc: Doc) -> Doc:
        doc._.facts += tuple(self.find(doc))
        return doc

    def find(self, doc: Doc) -> list[ListingFact]:
        """One fact a party and event; repeats are told once, at their fullest."""
        if not _worth_reading().search(text_of(doc)):
            return []
        targets = Targets.of(doc)
        finder = EventFinder(doc, find_lists(doc), targets)
        found = [*finder.find(), *SpecialFinder(doc, finder).find()]
        found += [*NoticeFinder(finder).find(), *WithheldFinder(finder).find()]
        events = sorted([*found, *EllipsisFinder(finder, found).find()], key=lambda e: e.first)
        events = Follower(doc, finder, events).follow()
        facts = [fact for event in events for fact in self.facts_of(doc, event, events)]
        return merged(facts)

    def facts_of(self, doc: Doc, event: Event, events: list[Event]) -> list[ListingFact]:
        common = when_of(doc, event, events)
        each = respectively(doc, event, list(event.targets))
        authority = authority_party(doc, event)
        reason = reason_of(doc, event)
        facts = []
        for target in without_parts(event.targets):
            party = _party(doc, target)
            when = each.get(target.first, common)
            spans = [
                FactSpan(
                    SpanRole.CUE,
                    span_of(doc, doc[event.first].idx, doc[event.last].idx + len(doc[event.last])),
                )
            ]
            if event.list_span is not None:
                spans.append(FactSpan(SpanRole.LIST, span_of(doc, *event.list_span)))
            if when.span is not None:
                spans.append(FactSpan(SpanRole.DATE, span_of(doc, *when.span)))
            starts = [doc[event.first].idx, target.start]
            ends = [doc[event.last].idx + len(doc[event.last]), target.end]
            facts.append(
                ListingFact(
                    kind="listing",
                    evidence=evidence_of(doc, min(starts), max(ends)),
                    parties=(party, *((authority,) if authority is not None else ())),
                    spans=tuple(spans),
                    modality=event.modality,
                    standing=standing_of(doc, event, when),
                    stance_cue=event.stance_cue,
                    cue=doc[event.first : event.last + 1].text,
                    as_of=when.date,
                    rule=event.rule,
                    confidence=event.confidence,
                    list=event.list,
                    list_text=text_of(doc)[slice(*event.list_span)] if event.list_span is not None else None,
                    list_inferred=event.inferred,
                    action=event.action,
                    count=target.count,
                    reason=reason,
                    detail={"date_kind": when.kind} if when.date is not None else {},
                )
            )
        return facts


def without_parts(targets: tuple[Target, ...]) -> list[Target]:
    """The targets without the counts that are parts of a count told before: 14 = nine bureaus + five companies."""
    groups = [t for t in targets if t.count is not None]
    if len(groups) > 2 and groups[0].count == sum(t.count or 0 for t in groups[1:]):
        return [t for t in targets if t.count is None or t is groups[0]]
    return list(targets)


def _party(doc: Doc, target: Target) -> Party:
    if target.mention is not None:
        return party_of(doc, target.mention, Role.COMPANY)
    span = span_of(doc, target.start, target.end)
    return Party(role=Role.COMPANY, surface=span.text, span=span)


def merged(facts: list[ListingFact]) -> list[ListingFact]:
    """One fact where the text tells the same thing again: the dated, named, surest one."""
    kept: dict[tuple[str, str, str, int | None], list[ListingFact]] = {}
    for fact in facts:
        company = fact.party(Role.COMPANY)
        assert company is not None
        who = company.company or company.name or company.surface
        if fact.count is not None:
            who = ""
        rows = kept.setdefault((who.casefold(), fact.list, str(fact.action), fact.count), [])
        for i, row in enumerate(rows):
            if (
                row.as_of is None
                or fact.as_of is None
                or row.as_of.startswith(fact.as_of)
                or fact.as_of.startswith(row.as_of)
            ):
                if _rank(fact) > _rank(row):
                    rows[i] = fact
                break
        else:
            rows.append(fact)
    chosen = {id(f) for rows in kept.values() for f in rows}
    return [f for f in facts if id(f) in chosen]


def _rank(fact: ListingFact) -> tuple[int, int, float]:
    return (len(fact.as_of or ""), not fact.list_inferred, fact.confidence)


@cache
def _worth_reading() -> re.Pattern[str]:
    """Text without any of these words holds no listing: most articles end here."""
    return re.compile(
        r"list|sanction|denial|privilege|(?:money|funds|funding|dollars|contracts|grants|purchases|spending) (?:away )?from|ban\b|banned|barr?(?:ed|ing|s)?\b|forb|prohibit|exclud|annex|export control|not (?:buy|purchase|procure)|licen[cs]e|waiver|exemption|1260H|CMIC|section 889|UVL|unreliable entit|Chinese military compan",
        re.I,
    )


@Language.factory("tradewire_listings", requires=["doc._.mentions", "doc._.dates"], assigns=["doc._.facts"])
def make_listings(nlp: Language, name: str) -> Listings:
    return Listings()
