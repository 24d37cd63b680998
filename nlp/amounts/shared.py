"""What amounts share with each other and with the text: parties taken over, parties that others hold, and open places."""

import re

from spacy.tokens import Doc, Token

from db.records import AmountFact, EntityKind, Mention, Party, Role
from nlp.amounts.lexicon import lemma
from nlp.amounts.mentions import Who, companies_of, counterparties_of, definite_goods
from nlp.amounts.receivers import is_public
from nlp.amounts.sites import SUBJECTS, Site, arguments_of, verbs_above
from nlp.amounts.worth import Decision
from nlp.extensions import body_of, is_company, mention_at, mentions_in, party_of

#: Roles that are nobody's income.
FIRST_PERSON = {"we", "us", "our", "ours", "i", "my"}


NOBODYS = {"programme", "trade_volume"}


#: Things of which a company has a sum; other amounts without a role are nobody's unless the parse says so.
OWNED = {"cash", "debt", "asset", "inventory", "stockpile", "saving", "savings"}


def owned(doc: Doc, decision: Decision) -> bool:
    """True where the amount must be somebody's, so that an open place means the company in focus."""
    if decision.role != "other":
        return True
    if decision.cue is None:
        return False
    cue = decision.cue.head(doc)
    return lemma(cue) in OWNED or definite_goods(cue)


def in_first_person(who: Who) -> bool:
    """True where the company's place is held by "we", "us" or "our ..."."""
    return any(
        t.lower_ in FIRST_PERSON or any(c.dep_ == "poss" and c.lower_ in FIRST_PERSON for c in t.children)
        for t in (*who.company, *who.instead)
    )


def lone(doc: Doc, decision: Decision, parties: tuple[Party, ...]) -> bool:
    """True where a loose cue needs a party to mean its role: "a $5 billion deal", "earned $3 million"."""
    if decision.cue is None or parties:
        return False
    if decision.role == "profit":
        return decision.cue.verb
    return decision.role == "contract" and decision.cue.head(doc).lemma_.lower() in {
        "deal",
        "agreement",
        "scheme",
        "project",
    }


def paid(doc: Doc, counter: list[Party], who: Who) -> tuple[list[Mention], list[Party]]:
    """Company and counterparties of a contract whose subject is an authority: the company named beside it is paid."""
    firms = [p for p in counter if p.kind is EntityKind.COMPANY and p.span is not None]
    givers = counterparties_of(doc, who.company, set())
    if len(firms) != 1 or firms[0].span is None or not givers:
        return [], counter
    mention = mention_at(doc, firms[0].span.start, firms[0].span.end)
    return ([mention], givers) if mention is not None else ([], counter)


def others_in(doc: Doc, site: Site, facts: dict[int, AmountFact]) -> set[int]:
    """Entities that are the other side of an amount told before in the sentence: investors, awarders."""
    found = set()
    for index in range(max(0, site.index - 3), site.index):
        fact = facts.get(index)
        if fact is None or fact.evidence.start != site.evidence.start:
            continue
        for party in fact.parties:
            mention = mention_at(doc, party.span.start, party.span.end) if party.span is not None else None
            if mention is not None and party.role in {Role.COUNTERPARTY, Role.A}:
                found.add(mention.entity)
    return found


def valuers(doc: Doc, site: Site, facts: dict[int, AmountFact]) -> set[int]:
    """Who valued another company in the sentence before: "Ardent values Kaiwu at X. The round put it at Y." is not Ardent's."""
    before = facts.get(site.index - 1)
    if (
        before is None
        or before.kind != "valuation"
        or not 0 <= site.sent.start_char - before.evidence.end <= 2
    ):
        return set()
    party = before.party(Role.COMPANY)
    mention = mention_at(doc, party.span.start, party.span.end) if party is not None and party.span else None
    if mention is None:
        return set()
    there = range(before.evidence.start, before.evidence.end)
    return {m.entity for m in doc._.mentions if m.start in there} - {mention.entity}


PRICED_DEALS = {"funding", "ipo", "stake", "investment"}


def sibling(doc: Doc, site: Site, role: str, facts: dict[int, AmountFact]) -> Mention | None:
    """ "raised X at a valuation of Y": the company that a round in the same sentence has."""
    before = facts.get(site.index - 1)
    if role not in {"valuation", "market_cap"} or before is None or before.kind not in PRICED_DEALS:
        return None
    party = before.party(Role.COUNTERPARTY if before.kind == "investment" else company_role(before.kind))
    if party is None or party.span is None or before.evidence != site.evidence:
        return None
    return mention_at(doc, party.span.start, party.span.end)


def inherited(
    doc: Doc, decision: Decision, like: AmountFact, companies: list[Mention], who: Who
) -> tuple[Party, ...]:
    """The parties that an amount takes over from the one it goes with; () where it has its own."""
    if (
        decision.rule == "gapping"
    ):  # "Acme injected X, and Harbour Fund Y": another subject, the rest the same
        role = company_role(decision.role)
        rest = tuple(p for p in like.parties if p.role not in {role, Role.JOINT})
        return (party_of(doc, companies[0], role), *rest) if companies else ()
    if decision.rule in {"on-top", "further", "anaphora"} and companies and decision.role == like.kind:
        return ()
    if decision.role != like.kind and not (decision.average or decision.rule in {"price", "part", "level"}):
        return ()
    parts = decision.rule == "part"
    kept = tuple(
        p for p in like.parties
        if p.role is not Role.COUNTERPARTY or decision.rule in {"list", "change", "average", "anaphora"}
    )  # fmt: skip
    if parts:
        names = {p.surface for p in kept}
        kept += tuple(p for p in counterparties_of(doc, who.counter, set()) if p.surface not in names)
    return kept


def company_role(role: str) -> Role:
    return Role.B if role == "stake" else Role.COMPANY


TIMES = frozenset("hour day night week month".split())
SHARES = re.compile(
    r"\b(?:shares?|stock|dividends?|target|closed?|trading|traded|float|ipo|offering|issue price)\b", re.I
)
BUYING = frozenset({"purchases", "acquisition", "cost", "investment"})
FIRMS = frozenset(
    "fund company firm bank investor carmaker automaker chipmaker maker manufacturer start-up startup business group country household".split()
)
PEOPLE = frozenset(
    "executive director chairman chairwoman founder manager employee officer chief president boss engineer trader broker man woman"
    " salesman owner partner".split()
)


def by_time(site: Site) -> bool:
    """True for an amount by the hour, day or month."""
    per = (site.amount.per or "").split()
    return bool(per) and per[-1].rstrip("s") in TIMES


def nobodys(doc: Doc, site: Site, role: str, who: Who) -> bool:
    """True where an open place is nobody's: wages by the hour, prices of goods, what a country buys, a person's fine."""
    if role == "price" and (by_time(site) or not SHARES.search(site.sent_text)):
        return True
    tokens = who.company or who.instead
    if role in BUYING and any(t.ent_type_ in {"GPE", "LOC"} or is_generic(t) for t in tokens):
        return True
    if counted(site, who) or any(told_by_state(site, t) for t in tokens):
        return True
    return role == "fine" and of_person(doc, who)


def told_by_state(site: Site, token: Token) -> bool:
    """True for "it" in "The government said it would spend X"."""
    verb = token.head.head if token.dep_ in SUBJECTS and token.head.dep_ == "ccomp" else None
    if verb is None or token.lower_ not in {"it", "they"}:
        return False
    return any(is_public(site, c) for c in verb.children if c.dep_ == "nsubj")


def is_generic(token: Token) -> bool:
    """True for firms at large: "venture funds have put X into Chinese start-ups"."""
    owned = any(c.dep_ in {"det", "poss"} for c in token.children)
    return token.tag_ == "NNS" and not owned and lemma(token) in FIRMS


def of_person(doc: Doc, who: Who) -> bool:
    """True where a person pays: "told its former chief executive to pay X"."""
    kinds = [m.kind for t in who.company if (m := mention_at(doc, t.idx, t.idx + len(t))) is not None]
    return EntityKind.PERSON in kinds or any(t.pos_ == "NOUN" and lemma(t) in PEOPLE for t in who.company)


COUNTED = {"two": 2, "both": 2, "pair": 2, "duo": 2, "three": 3, "trio": 3}


def pair_before(doc: Doc, site: Site, who: Who) -> tuple[Mention, ...]:
    """ "The two had a combined X": the companies told of before, where they are just as many."""
    for count in counted(site, who):
        named = told_before(doc, site, count)
        if len(named) == count:
            return named
    return ()


def counted(site: Site, who: Who) -> list[int]:
    """How many companies "the two", "both firms" are that no component knows."""
    verb = next(verbs_above(site.anchor), None)
    subjects = [c for c in verb.children if c.dep_ in SUBJECTS] if verb is not None else []
    found = []
    for token in (*who.company, *subjects):
        words = [token, *(c for c in token.children if c.dep_ in {"nummod", "det", "predet"})]
        plural = token.tag_ == "NNS" and lemma(token) in {"company", "firm", "group", "partner"}
        count = next((COUNTED[w.lower_] for w in words if w.lower_ in COUNTED and (w == token or plural)), 0)
        if count and mention_at(site.doc, token.idx, token.idx + len(token)) is None:
            found.append(count)
    return found


def told_before(doc: Doc, site: Site, count: int) -> tuple[Mention, ...]:
    """The companies named in the three sentences before, first mentions in order; () where they are more than `count`."""
    start = site.sent.start
    for _ in range(3):
        if start:
            start = doc[start - 1].sent.start
            found: dict[int, Mention] = {}
            for mention in mentions_in(doc, doc[start].idx, site.sent.start_char):
                if is_company(mention):
                    found.setdefault(mention.entity, mention)
            if len(found) >= count:
                return tuple(found.values()) if len(found) == count else ()
    return ()


def seller_before(site: Site, decision: Decision) -> Mention | None:
    """ "Acme will ship Harbour 18,000 sensors. The order is worth X": who delivers, told in the sentence before."""
    if (
        decision.cue is None
        or not site.sent.start
        or lemma(decision.cue.head(site.doc)) not in {"order", "contract", "deal"}
    ):
        return None
    noun = decision.cue.head(site.doc)
    if not any(c.dep_ == "det" and c.lower_ in {"the", "this", "that"} for c in noun.children):
        return None
    for token in site.doc[site.sent.start - 1].sent:
        if token.pos_ != "VERB":
            continue
        if lemma(token) in DELIVERS:
            found = companies_of(site.doc, arguments_of(token).agents)
        elif lemma(token) in ORDERS:
            found = companies_of(site.doc, arguments_of(token).preps.get("from", []))
        else:
            continue
        if len(found) == 1:
            return found[0]
    return None


DELIVERS = frozenset("ship supply deliver provide build make sell".split())
ORDERS = frozenset("order buy purchase".split())
ROUNDS = frozenset("funding funding_total ipo valuation".split())


def round_before(doc: Doc, site: Site, role: str, facts: dict[int, AmountFact]) -> Mention | None:
    """The company of the round told just before in the paragraph: "Acme raised X. Harbour led. Post-money: Y"."""
    before = facts.get(site.index - 1)
    if role not in ROUNDS or before is None or before.kind not in ROUNDS:
        return None
    between = body_of(doc)[before.evidence.start : site.amount.start]
    party = before.party(Role.COMPANY)
    if "\n" in between or len(between) > 500 or party is None or party.span is None:
        return None
    return mention_at(doc, party.span.start, party.span.end)
