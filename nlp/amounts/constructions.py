"""Roles read off a whole construction, not off one cue: "ordered to pay X over", "$7bn was handed over" for what is bought.

Each function gives a candidate for one amount where its construction is there, with the words that make it.
"""

import re

from spacy.tokens import Token

from nlp.amounts.context import with_before
from nlp.amounts.lexicon import Candidate, Cue, lemma, lexicon
from nlp.amounts.sites import SUBJECTS, Site, arguments_of, noun_preps, objects_of
from nlp.extensions import is_company, mention_at

PAYS = frozenset("pay remit surrender relinquish refund repay".split()) | {"hand over", "give up"}
JUDGES = frozenset(
    "court judge tribunal jury arbitrator regulator watchdog prosecutor authority commission".split()
)
ORDERS = frozenset("order tell require sentence condemn direct instruct oblige".split())
BREACH = re.compile(
    r"\b(?:fine[sd]?|penalt\w+|settle\w*|court|judge|regulators?|allegations?|violat\w+|breach\w*|sanctions|export[- ]controls?|prosecutors?|probe|lawsuit)\b",
    re.I,
)
AGREED = re.compile(
    r"\b(?:consent (?:agreement|decree|order)|settlement(?: agreement)?|plea(?: agreement| deal| bargain)?|(?:deferred|non)[- ]prosecution agreement)\b",
    re.I,
)
BUYS = frozenset("buy acquire purchase".split())
DEALS = frozenset("takeover acquisition purchase buyout".split())
INSTALMENT_LEFT = re.compile(
    r"\b(?:instal?lments?|tranches?|(?:down |upfront |final |first |second )?payments?|deposits?) of\s+(?:about |some )?$",
    re.I,
)
FALLS_DUE = frozenset("hand pay fall remit transfer follow".split())
WORKS = frozenset(
    "plant factory fab foundry campus facility line hall complex laboratory lab expansion centre center".split()
)
AT_VALUATION = re.compile(r"\s*,?\s*(?:at|on)\s+an?\s+(?:[\w-]+\s+){0,4}?valuation\b", re.I)


def constructions(site: Site, cues: list[tuple[Cue, int, int]]) -> list[Candidate]:
    """All candidates of constructions for one amount."""
    found = (paid_over(site), instalment(site, cues), flows(site), raised_at(site), worth_behind(site, cues))
    return [candidate for candidate in found if candidate is not None]


def paid_over(site: Site) -> Candidate | None:
    """ "agreed to pay X over shipments to Iran", "the court ordered it to pay X": a fine."""
    verb = site.verb
    if verb is None or verb.i > site.first or site.via != "" or not is_payment(verb):
        return None
    above = verb.head
    ordered = verb.dep_ == "xcomp" and lemma(above) in ORDERS and above.pos_ == "VERB"
    if ordered and any(lemma(a) in JUDGES for a in arguments_of(above).agents):
        return Candidate("fine", 1.0, verb.i, verb.i + 1, True)
    reason = next((t for t in site.right[:4] if t.lower_ in {"over", "for", "to"}), None)
    if AGREED.search(site.left_text):
        return Candidate("fine", 1.0, verb.i, verb.i + 1, True)
    if reason is None:
        return None
    settles = (
        reason.lower_ == "to" and lemma(reason.head) in {"settle", "resolve", "end"} and reason.dep_ == "aux"
    )
    over = reason.lower_ == "over" and not any(t.ent_type_ in {"DATE", "TIME"} for t in objects_of(reason))
    if settles or (over and BREACH.search(with_before(site))):
        return Candidate("fine", 1.0, verb.i, verb.i + 1, True)
    return None


def is_payment(verb: Token) -> bool:
    particle = next((f" {c.lower_}" for c in verb.children if c.dep_ == "prt"), "")
    return lemma(verb) + particle in PAYS


def instalment(site: Site, cues: list[tuple[Cue, int, int]]) -> Candidate | None:
    """ "It is buying Acme in stages: X was handed over in May, and a final instalment of Y falls due": parts of a price."""
    verb = site.verb
    told = INSTALMENT_LEFT.search(site.near_left) is not None
    due = verb is not None and lemma(verb) in FALLS_DUE and site.anchor in arguments_of(verb).patients
    if not told and not due:
        return None
    bought = [
        (cue, start, end)
        for cue, start, end in cues
        if end <= site.first
        and cue.role in {"acquisition", "purchases"}
        and lemma(site.doc[start]) in BUYS | DEALS
    ]
    if not bought:
        return None
    cue, start, end = bought[-1]
    return Candidate("acquisition", 0.95, start, end, cue.verb)


def flows(site: Site) -> Candidate | None:
    """ "another X will flow into a pilot plant", "X goes towards a new line": an investment."""
    verb = site.verb
    if verb is None or lemma(verb) not in {"flow", "go"} or site.anchor.dep_ not in SUBJECTS:
        return None
    for child in verb.children:
        if child.lower_ not in {"into", "to", "toward", "towards"}:
            continue
        for aim in objects_of(child):
            if lemma(aim) in WORKS:
                return Candidate("investment", 0.9, aim.i, aim.i + 1)
    return None


def raised_at(site: Site) -> Candidate | None:
    """ "asks for X at a valuation of Y": X is to be raised."""
    if not AT_VALUATION.match(site.right_text):
        return None
    verb = site.verb
    if verb is None or verb.i > site.first or {lemma(verb)} & lexicon().verbs["fund"]:
        return None  # "invested X at a valuation of Y": told by its own verb
    if any(
        is_company_at(site, t)
        for c in verb.children
        if c.dep_ == "dobj"
        for t in (c, *noun_preps(c).get("in", []))
    ):
        return None
    return Candidate("funding", 0.8, verb.i, verb.i + 1, True)


def is_company_at(site: Site, token: Token) -> bool:
    mention = mention_at(site.doc, token.idx, token.idx + len(token))
    return mention is not None and is_company(mention)


def worth_behind(site: Site, cues: list[tuple[Cue, int, int]]) -> Candidate | None:
    """ "Washington's new fund, worth X, bought": "Under the deal, valued at X,": the noun before the comma is worth it."""
    doc = site.doc
    at = site.first - 1
    while at > site.sent.start and doc[at].lower_ in {"about", "some", "nearly", "over", "to", "up"}:
        at -= 1
    if doc[at].lower_ == "at" and at > site.sent.start and doc[at - 1].lower_ == "valued":
        at -= 1
    if at - 2 < site.sent.start or doc[at].lower_ not in {"worth", "valued"} or doc[at - 1].text != ",":
        return None
    bought = any(c.role == "acquisition" for c, _, _ in cues)
    for cue, start, end in cues:
        if end == at - 1 and not cue.verb and cue.role in WORTHY and cue.side != "right":
            deal = bought and cue.words[-1] == "deal"
            return Candidate("acquisition" if deal else cue.role, 1.2, start, end)
    return None


WORTHY = frozenset({"programme", "contract", "subsidy", "loan", "funding"})
