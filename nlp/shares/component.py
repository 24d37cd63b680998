"""The `shares` component: percentages of revenue, of a market, of a company's stock.

A percentage is a share only where the words beside it say of what: "27.4 per cent of its sales", "a 5% stake in
Acme", "70% of the American market for drones". Changes, rates and shares of votes or staff are none. A stake is
kind `stake` as in the `amounts` component; one with a price is told there and not again.
"""

import re
from bisect import bisect_right
from dataclasses import dataclass

from spacy.language import Language
from spacy.tokens import Doc

from db.records import (
    Amount,
    AmountFact,
    Fact,
    FactSpan,
    Party,
    Role,
    ShareFact,
    SpanRole,
    Standing,
)
from nlp import extensions as _extensions  # noqa: F401  registers doc._
from nlp.amounts.details import date_of
from nlp.amounts.sites import Site
from nlp.amounts.stance import stance_of
from nlp.extensions import body_of, party_of, sentence_of, span_of
from nlp.shares.parties import bracketed, company_of_share, holder_before, named_of, of_output, stake_parties
from nlp.shares.wordings import (
    AND_LEFT,
    APPROX,
    BELONGS,
    BOUND,
    BY,
    CHANGE,
    COMES,
    FRACTIONS,
    MADE_UP,
    MARKET,
    MARKET_LEFT,
    NO_SHARE,
    OF_IT,
    OF_REVENUE,
    OF_TOTAL,
    OR_LEFT,
    OR_OF,
    OWNED,
    OWNED_LEFT,
    OWNER_WITH,
    OWNS,
    PERCENT,
    REVENUE,
    SHARES_LEFT,
    STAKE,
    STAKE_LEFT,
    STILL_BELONG,
    SUBJECT_REVENUE,
    TRADES,
    WHICH_LEFT,
)


@dataclass(frozen=True, slots=True)
class Found:
    """A percentage that is a share, before its parties are known."""

    start: int
    end: int
    pct: float
    kind: str
    site: Site
    superseded: bool = False
    continued: bool = False  #: "60% owned by A and 40% by B": of the same issuer
    parties: tuple[Party, ...] | None = None  #: those of the revenue that it is a part of


class Told:
    """The amounts of a text, to look up what "it" and "the total" are of."""

    def __init__(self, facts: list[AmountFact]) -> None:
        rows = [(s.span.end, f) for f in facts for s in f.spans[:1] if s.role is SpanRole.AMOUNT]
        rows.sort(key=lambda row: row[0])
        self.ends = [end for end, _ in rows]
        self.facts = [fact for _, fact in rows]

    def revenue(self, site: Site) -> tuple[Party, ...] | None:
        """The company of the revenue told last, in this sentence or the one before; None where it was another amount."""
        at = bisect_right(self.ends, site.amount.start) - 1
        before = site.doc[site.sent.start - 1].sent if site.sent.start else None
        since = site.sent.start_char if before is None else before.start_char
        if at >= 0 and self.ends[at] > since:
            fact = self.facts[at]
            return company_parties(fact) if fact.kind == "revenue" else None
        words = "" if before is None else body_of(site.doc)[since : site.sent.start_char]
        return None if not SUBJECT_REVENUE.match(words) else ()


def company_parties(fact: AmountFact) -> tuple[Party, ...]:
    return tuple(p for p in fact.parties if p.role is Role.COMPANY)


def holders(parties: tuple[Party, ...]) -> tuple[Party, ...]:
    return tuple(p for p in parties if p.role is Role.A)


def is_part(left: str, right: str) -> bool:
    """True for "83% of it", "of which 58% came from", "contributed X, or 2.9%, to revenue"."""
    if OF_IT.match(right) and not BELONGS.match(right) and not STILL_BELONG.match(right):
        return not SHARES_LEFT.search(left)
    if WHICH_LEFT.search(left) and COMES.match(right):
        return True
    return OR_LEFT.search(left) is not None and OR_OF.match(right) is not None


def is_stake(site: Site, left: str, right: str) -> bool:
    """True for a percentage of a company's stock."""
    if STAKE.match(right) or OWNED.match(right) or OWNER_WITH.search(left) or STAKE_LEFT.search(left):
        return True
    if BELONGS.match(right) or (SHARES_LEFT.search(left) and STILL_BELONG.match(right)):
        return True
    if OWNED_LEFT.search(left) and BY.match(right):
        return True
    if OWNS.search(left) and re.match(
        r"\s*(?:$|[,.;)]|(?:of|and|in|each|already|now|today|together)\b)", right
    ):
        return not OF_REVENUE.match(right) and not MARKET.match(right)
    return bracketed(site) or (TRADES.search(left) is not None and named_of(site) is not None)


class Shares:
    """Append a fact for every share and every stake without a price."""

    def __call__(self, doc: Doc) -> Doc:
        doc._.facts += tuple(self.find(doc))
        return doc

    def find(self, doc: Doc) -> list[Fact]:
        facts: list[Fact] = []
        amounts = [f for f in doc._.facts if isinstance(f, AmountFact)]
        told = Told(amounts)
        priced = [(f.pct, f.evidence.start) for f in amounts if f.kind == "stake" and f.pct]
        last: tuple[Found, Fact] | None = None
        for match in PERCENT.finditer(doc.text):
            pct = float(match["pct"]) if match["pct"] else FRACTIONS[match["part"].lower()]
            if pct > 100:
                continue
            site = Site(doc, Amount(start=match.start(), end=match.end(), text=match.group()), -1)
            found = self.classify(site, pct, last[0] if last else None, told)
            if found is None or (found.kind == "stake" and (pct, sentence_of(site.anchor).start) in priced):
                continue
            fact = self.fact(found, last[1] if last else None)
            if fact is not None:
                facts.append(fact)
                last = (found, fact)
        return facts

    def classify(self, site: Site, pct: float, last: Found | None, told: "Told") -> Found | None:
        """What the percentage is a share of; None where nothing beside it says so."""
        amount, sent = site.amount, site.sent
        left = body_of(site.doc)[max(sent.start_char, amount.start - 140) : amount.start]
        right = body_of(site.doc)[amount.end : min(sent.end_char, amount.end + 90)]
        near = last if last is not None and last.site.sent.start == sent.start else None
        whole = told.revenue(site) if is_part(left, right) else None
        if last is not None and not any(c.isdigit() for c in body_of(site.doc)[amount.start : amount.end]):
            whole = None  # "China was 14% of revenue. It will be half of that": of a share
        if whole is not None:
            return Found(amount.start, amount.end, pct, "revenue_share", site, parties=whole)
        if is_stake(site, left, right):
            return Found(amount.start, amount.end, pct, "stake", site)
        if near is not None and near.kind == "stake" and BY.match(right) and AND_LEFT.search(left):
            return Found(amount.start, amount.end, pct, "stake", site, continued=True)
        if OF_REVENUE.match(right) and not NO_SHARE.search(left):
            kind = "revenue_share"
        elif (MARKET.match(right) and named_of(site) is None and not of_output(site)) or MARKET_LEFT.search(
            left
        ):
            kind = "market_share"
        elif (OF_TOTAL.match(right) and re.search(rf"\b{REVENUE}\b", sent.text, re.I)) or MADE_UP.search(
            left
        ):
            kind = "revenue_share"
        elif near is not None and CHANGE.search(left):
            return Found(amount.start, amount.end, pct, near.kind, site, superseded=True)
        elif near is not None and near.kind == "stake" and holder_before(site) is not None:
            kind = "stake"
        else:
            return None
        return Found(amount.start, amount.end, pct, kind, site)

    def fact(self, found: Found, before: Fact | None) -> Fact | None:
        """The fact, with its parties; a market share or a stake without any is nobody's and left out."""
        site, doc = found.site, found.site.doc
        if found.superseded and before is not None:
            parties = before.parties
        elif found.parties:
            parties = found.parties
        elif found.kind == "stake":
            parties = stake_parties(site)
            if found.continued and before is not None:
                parties = holders(parties) + tuple(p for p in before.parties if p.role is Role.B)
        else:
            company = company_of_share(site, found.kind)
            parties = (party_of(doc, company, Role.COMPANY),) if company is not None else ()
        if not parties and found.kind in {"market_share", "stake"}:
            return None
        stance = stance_of(site, "share", False)
        left = body_of(doc)[max(0, found.start - 24) : found.start]
        bound = BOUND.search(left)
        as_of, dated = date_of(site)
        spans = [FactSpan(SpanRole.PCT, span_of(doc, found.start, found.end))]
        if dated is not None:
            spans.append(FactSpan(SpanRole.DATE, dated))
        common = ShareFact(
            kind="share",
            share_kind=found.kind,
            pct=found.pct,
            approx=APPROX.search(left) is not None or not site.amount.text[0].isdigit(),
            bound=None if bound is None else "max" if bound["max"] else "min",
            evidence=sentence_of(site.anchor),
            parties=parties,
            spans=tuple(spans),
            modality=stance.modality,
            standing=Standing.SUPERSEDED if found.superseded else stance.standing,
            stance_cue=stance.cue,
            attribution=stance.attribution,
            as_of=as_of,
            rule=f"shares:{found.kind}",
            confidence=0.85 if parties else 0.6,
        )
        return as_stake(common) if found.kind == "stake" else common


def as_stake(share: ShareFact) -> AmountFact:
    """A stake without a price is the same kind of fact as one with it."""
    return AmountFact(
        kind="stake",
        pct=share.pct,
        approx=share.approx,
        bound=share.bound,
        evidence=share.evidence,
        parties=share.parties,
        spans=share.spans,
        modality=share.modality,
        standing=share.standing,
        stance_cue=share.stance_cue,
        attribution=share.attribution,
        as_of=share.as_of,
        rule=share.rule,
        confidence=share.confidence,
    )


@Language.factory("tradewire_shares", requires=["doc._.mentions"], assigns=["doc._.facts"])
def make_shares(nlp: Language, name: str) -> Shares:
    return Shares()
