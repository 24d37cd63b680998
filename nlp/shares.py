"""The `shares` component: percentages of revenue, of a market, of a company's stock.

A percentage is a share only where the words beside it say of what: "27.4 per cent of its sales", "a 5% stake in
Acme", "70% of the American market for drones". Changes, rates and shares of votes or staff are none. A stake is
kind `stake` as in the `amounts` component; one with a price is told there and not again.
"""

import re
from dataclasses import dataclass

from spacy.language import Language
from spacy.tokens import Doc

from db.records import (
    Amount,
    AmountFact,
    Fact,
    FactSpan,
    Mention,
    Party,
    Role,
    ShareFact,
    SpanRole,
    Standing,
)
from nlp import extensions as _extensions  # noqa: F401  registers doc._
from nlp.amounts.details import date_of, subject_company
from nlp.amounts.mentions import companies_of
from nlp.amounts.sites import Site, arguments_of, verbs_above
from nlp.amounts.stance import stance_of
from nlp.amounts.topic import topics
from nlp.extensions import body_of, is_company, mention_at, mentions_in, party_of, sentence_of, span_of

FRACTIONS = {
    "half": 50.0, "a half": 50.0, "a third": 33.3, "one third": 33.3, "one-third": 33.3, "1/3rd": 33.3, "1/3": 33.3,
    "two thirds": 66.7, "two-thirds": 66.7, "a quarter": 25.0, "one quarter": 25.0, "one-quarter": 25.0,
    "three quarters": 75.0, "three-quarters": 75.0, "a fifth": 20.0, "one fifth": 20.0, "one-fifth": 20.0,
    "two-fifths": 40.0, "a tenth": 10.0, "one-tenth": 10.0, "nine-tenths": 90.0,
}  # fmt: skip
PERCENT = re.compile(
    r"(?<![\w.,])(?P<pct>\d{1,3}(?:\.\d+)?)(?:\s|-)?(?:%|per\s?cent\b|percent\b|pct\b)"
    rf"|\b(?P<part>{'|'.join(sorted(FRACTIONS, key=len, reverse=True))})(?=\s+(?:of|share|stake)\b)",
    re.I,
)
REVENUE = r"(?:revenues?|sales|turnover|income|receipts|orders)"
OF_REVENUE = re.compile(
    rf"\s*(?:of|in)\s+(?:(?:all|about)\s+)?(?:(?!purchases|costs|goods|staff)[\w.’'-]+\s+){{0,6}}?{REVENUE}\b",
    re.I,
)
OF_TOTAL = re.compile(r"\s*(?:of\s+(?:the\s+|its\s+)?(?:group\s+|company\s+)?(?:total|them)\b)", re.I)
MADE_UP = re.compile(
    rf"\b{REVENUE}\b[^.;]*\bof which\b[^.;]*\b(?:made up|accounted for|came to|represented|contributed)\s+(?:\w+\s+)?$",
    re.I,
)
STAKE = re.compile(
    r"[\s-]*(?:(?!and\b|the\b|of\b|or\b)\w+[\s-]){0,2}?(?:stake|interest|shareholding|holding|equity stake)\b|\s+of\s+(?:the\s+|its\s+)?(?:\w+\s+)?(?:shares|stock|equity|venture|joint venture|company|firm|voting rights)\b",
    re.I,
)
STAKE_LEFT = re.compile(
    r"\b(?:stake|shareholding|holding)\b(?:\s+(?:in|of)\s+[^.;,]{0,40})?\s+(?:to|of|at|from)\s+(?:about\s+|some\s+|nearly\s+)?$",
    re.I,
)
OWNED = re.compile(r"[\s-]*(?:is\s+|was\s+)?(?:owned|held|controlled)\b", re.I)
OWNS = re.compile(
    r"\b(?:owns?|owned|owning|holds?|held|holding|hold|own|control|controls|controlled|with a stake of|stake of|keep)\s+(?:about\s+|some\s+|nearly\s+|around\s+|just\s+under\s+|more than\s+|a\s+|an\s+)?$",
    re.I,
)
OWNER_WITH = re.compile(r"\b(?:owner|shareholder|investor)s?\b[^.;]{0,60}\bwith\s+(?:about\s+)?$", re.I)
MARKET = re.compile(
    r"\s*(?:share\s+)?of\s+(?:(?!revenue|sales|its)[\w.’'-]+\s+){0,6}?(?:market|world['’]s|global|supply|output|production|shipments|capacity)\b"
    r"|\s*(?:\w+\s+){0,3}?market share\b",
    re.I,
)
MARKET_LEFT = re.compile(
    r"\bmarket share (?:of|was|is|at|to|reached)\s+(?:about\s+)?$|\bshare of (?:the )?(?:[\w-]+\s){0,4}market\b[^.;,]{0,30}$",
    re.I,
)
CHANGE = re.compile(r"\b(?:up|down|compared|against|versus)\s+(?:from|with|to)?\s*(?:about\s+)?$", re.I)
APPROX = re.compile(
    r"\b(?:about|around|nearly|almost|some|roughly|approximately|close to|less than|just under)\s*(?:a\s+)?$",
    re.I,
)
BOUND = re.compile(
    r"\b(?P<max>less than|under|below|up to|at most)\s*$|\b(?P<min>more than|over|at least|above)\s*$", re.I
)
NO_SHARE = re.compile(
    r"\b(?:tariffs?|dut(?:y|ies)|levy|levies|rose|fell|gained|lost|dropped|grew|increased|jumped|slid|climbed|tumbled)\s+(?:of\s+|by\s+)?(?:about\s+)?$",
    re.I,
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


class Shares:
    """Append a fact for every share and every stake without a price."""

    def __call__(self, doc: Doc) -> Doc:
        doc._.facts += tuple(self.find(doc))
        return doc

    def find(self, doc: Doc) -> list[Fact]:
        facts: list[Fact] = []
        priced = [
            (f.pct, f.evidence.start)
            for f in doc._.facts
            if isinstance(f, AmountFact) and f.kind == "stake" and f.pct
        ]
        last: tuple[Found, Fact] | None = None
        for match in PERCENT.finditer(doc.text):
            pct = float(match["pct"]) if match["pct"] else FRACTIONS[match["part"].lower()]
            if pct > 100:
                continue
            site = Site(doc, Amount(start=match.start(), end=match.end(), text=match.group()), -1)
            found = self.classify(site, pct, last[0] if last else None)
            if found is None or (found.kind == "stake" and (pct, sentence_of(site.anchor).start) in priced):
                continue
            fact = self.fact(found, last[1] if last else None)
            if fact is not None:
                facts.append(fact)
                last = (found, fact)
        return facts

    def classify(self, site: Site, pct: float, last: Found | None) -> Found | None:
        """What the percentage is a share of; None where nothing beside it says so."""
        doc, amount, sent = site.doc, site.amount, site.sent
        left = body_of(doc)[max(sent.start_char, amount.start - 140) : amount.start]
        right = body_of(doc)[amount.end : min(sent.end_char, amount.end + 90)]
        kind = None
        near = last is not None and last.site.sent.start == sent.start
        if STAKE.match(right) or OWNED.match(right) or OWNER_WITH.search(left) or STAKE_LEFT.search(left):
            kind = "stake"
        elif OF_REVENUE.match(right) and not NO_SHARE.search(left):
            kind = "revenue_share"
        elif MARKET.match(right) or MARKET_LEFT.search(left):
            kind = "market_share"
        elif (OF_TOTAL.match(right) and re.search(rf"\b{REVENUE}\b", sent.text, re.I)) or MADE_UP.search(
            left
        ):
            kind = "revenue_share"
        elif OWNS.search(left) and re.match(r"\s*(?:$|[,.;)]|of\b|and\b|in\b|each\b)", right):
            kind = "stake"
        elif near and last is not None and CHANGE.search(left):
            return Found(amount.start, amount.end, pct, last.kind, site, superseded=True)
        elif near and last is not None and last.kind == "stake" and self.holder_before(site) is not None:
            kind = "stake"
        return None if kind is None else Found(amount.start, amount.end, pct, kind, site)

    def holder_before(self, site: Site) -> Mention | None:
        """ "..., the fund Acme 30 per cent": the company right before a percentage."""
        text = body_of(site.doc)
        at = site.amount.start
        while at > 0 and text[at - 1] == " ":
            at -= 1
        mention = mention_at(site.doc, at - 1, at) if at else None
        return mention if mention is not None and is_company(mention) else None

    def fact(self, found: Found, before: Fact | None) -> Fact | None:
        """The fact, with its parties; a market share without a company is nobody's and left out."""
        site, doc = found.site, found.site.doc
        if found.superseded and before is not None:
            parties = before.parties
        elif found.kind == "stake":
            parties = self.stake_parties(site)
        else:
            company = self.company(site, found.kind)
            parties = (party_of(doc, company, Role.COMPANY),) if company is not None else ()
        if not parties and found.kind == "market_share":
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

    def company(self, site: Site, kind: str) -> Mention | None:
        """Whose revenue or market share it is."""
        doc = site.doc
        if kind == "revenue_share":  # "7% of its revenue": the owner named behind the percentage
            behind = mentions_in(doc, site.amount.end, min(site.sent.end_char, site.amount.end + 60))
            behind = [m for m in behind if is_company(m)]
            phrase = OF_REVENUE.match(body_of(doc), site.amount.end)
            if phrase is not None:
                own = [m for m in behind if m.end <= phrase.end()]
                own += [
                    m
                    for m in behind
                    if re.fullmatch(r"\s*(?:at|of)\s+", body_of(doc)[phrase.end() : m.start])
                ]
                if own:
                    return own[0]
        verb = next(verbs_above(site.anchor), None)
        if verb is not None:
            arguments = arguments_of(verb)
            subjects = companies_of(doc, arguments.patients if arguments.passive else arguments.agents)
            if len(subjects) == 1:
                return subjects[0]
        if kind == "market_share":
            return subject_company(doc, site.sent.root)
        return topics(doc).company(site, set())

    def stake_parties(self, site: Site) -> tuple[Party, ...]:
        """Holder (a) and issuer (b) of a stake."""
        doc, end = site.doc, site.sent.end_char
        right = body_of(doc)[site.amount.end : end]
        companies = [m for m in mentions_in(doc, site.sent.start_char, end) if is_company(m)]
        holder: Mention | None = None
        issuer: Mention | None = None
        if OWNED.match(right):  # "62% owned by A"
            behind = [m for m in companies if m.start >= site.amount.end]
            holder = owned_by(doc, site, behind)
            ahead = [m for m in companies if m.end <= site.amount.start]
            issuer = ahead[-1] if ahead else None
        else:
            holder = self.holder_before(site)
            before = re.compile(r".*\bstake in (?:the )?").match(
                body_of(doc), site.sent.start_char, site.amount.start
            )
            if before is not None:
                issuer = next((m for m in companies if m.start <= before.end() <= m.end), None)
            into = re.compile(r"[^,.;]{0,60}?\b(?:in|of)\s+(?:the\s+)?").match(body_of(doc), site.amount.end)
            if into is not None and issuer is None:
                issuer = next(
                    (m for m in companies if m.start <= into.end() <= m.end and m.start >= site.amount.end),
                    None,
                )
            verb = next(verbs_above(site.anchor), None)
            relative = re.search(r"\bin which\b", body_of(doc)[site.sent.start_char : site.amount.start])
            if relative is not None:  # "Acme, in which Harbour holds a 39.6 per cent stake"
                ahead = [m for m in companies if m.end <= site.sent.start_char + relative.start()]
                inner = [
                    m
                    for m in companies
                    if site.sent.start_char + relative.end() <= m.start < site.amount.start
                ]
                issuer = issuer or (ahead[-1] if ahead else None)
                holder = holder or (inner[-1] if inner else None)
            if holder is None and verb is not None:
                found = companies_of(doc, arguments_of(verb).agents)
                found = [m for m in found if issuer is None or m.entity != issuer.entity]
                holder = found[0] if len(found) == 1 else None
            if holder is None and OWNER_WITH.search(body_of(doc)[site.sent.start_char : site.amount.start]):
                ahead = [m for m in companies if m.end <= site.amount.start]
                holder = ahead[-1] if ahead else None
                if len(ahead) > 1 and ahead[-2].entity != ahead[-1].entity:
                    issuer = issuer or ahead[-2]
        parties = []
        if holder is not None:
            parties.append(party_of(doc, holder, Role.A))
        if issuer is not None and (holder is None or issuer.entity != holder.entity):
            parties.append(party_of(doc, issuer, Role.B))
        return tuple(parties)


def owned_by(doc: Doc, site: Site, behind: list[Mention]) -> Mention | None:
    """The holder behind "owned by": in "Acme's parent Harbour" the parent, not Acme."""
    for i, mention in enumerate(behind):
        after = body_of(doc)[mention.end : mention.end + 3]
        following = behind[i + 1] if i + 1 < len(behind) else None
        if after.startswith(("'s", "’s")) and following is not None and following.start - mention.end < 30:
            continue
        return mention
    return None


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
