"""What an amount without a word of its own is by the amounts told before: guidance, comparisons, the same sum told again."""

import re
from dataclasses import replace

from spacy.tokens import Token

from nlp.amounts.lexicon import lemma
from nlp.amounts.sites import Site
from nlp.amounts.worth import Decision

#: "against X", "compared with X": the amount stands for what the one before stood for.
AGAINST = re.compile(
    r"\b(?:against|versus|vs\.?|compared (?:with|to)|up from|down from)\s+(?:about |some |only |just |nearly )?$",
    re.I,
)
GUIDES = re.compile(r"\b(?:outlook|guidance|forecasts?|consensus|projections?|guided|guides)\b", re.I)
FORECASTERS = frozenset("analyst street market consensus economist investor broker".split())
EXPECTS = frozenset(
    "expect forecast pencil predict project model estimate anticipate look want see hope".split()
)
PERIOD = re.compile(r"\b(?:quarter|year|half|months|period)\b", re.I)
#: "The record remains X": of what was told before.
RANKED = frozenset("record largest biggest highest heaviest steepest".split())
STAYS = frozenset("be remain stand stay".split())
TERMS = frozenset("other price cost".split())


def by_earlier(site: Site, decision: Decision, earlier: list[tuple[Site, Decision]]) -> Decision | None:
    """A better decision for an amount without a word of its own, by the amounts told before."""
    hoped = decision.rule == "anaphora" and decision.role in {"revenue", "profit"} and decision.cue is None
    if hoped or decision.rule == "none":
        found = guided(site, earlier)
        if found is not None:
            return replace(found, superseded=decision.superseded)
    if decision.like is None:
        return told_again(site, decision, earlier)
    return None


def guided(site: Site, earlier: list[tuple[Site, Decision]]) -> Decision | None:
    """The role of a forecast that names none: that of the result told before to which it comes nearest."""
    if not forecast(site):
        return None
    best: tuple[float, Decision] | None = None
    value = site.amount.value or site.amount.low
    for other, decision in earlier:
        told = other.amount.value
        if decision.role not in {"revenue", "profit"} or not told or not value:
            continue
        if other.amount.currency != site.amount.currency:
            continue
        apart = max(float(value / told), float(told / value))
        if apart <= 2.5 and (best is None or apart < best[0]):
            best = apart, decision
    return Decision(best[1].role, None, "guided", 0.6) if best is not None else None


def forecast(site: Site) -> bool:
    """True for "the outlook: X for the quarter", "analysts had pencilled in X"."""
    verb = site.verb
    if verb is not None and lemma(verb) in EXPECTS:
        subjects = [c for c in verb.children if c.dep_ == "nsubj"]
        if any(lemma(s) in FORECASTERS for s in subjects):
            return True
    if GUIDES.search(site.left_text) is None:
        return False
    return PERIOD.search(site.right_text) is not None or PERIOD.search(site.left_text) is not None


def compared(site: Site, cue_start: int) -> bool:
    """True for "against X in the year of the listing": what stands further behind does not say what X is."""
    return AGAINST.search(site.near_left) is not None and cue_start > site.stop + 2


def ranked(site: Site, before: Decision, same_currency: bool) -> Decision | None:
    """ "The record remains the X that Acme paid": of the kind of the amount before."""
    for token in site.ancestors[:3]:
        if token.lemma_.lower() not in STAYS:
            continue
        if same_currency and any(leads(c) for c in token.children if c.dep_ == "nsubj"):
            return Decision(before.role, None, "ranked", 0.7)
    return None


def leads(token: Token) -> bool:
    return lemma(token) in RANKED or token.lower_ in RANKED


def told_again(site: Site, decision: Decision, earlier: list[tuple[Site, Decision]]) -> Decision | None:
    """The decision of the same sum told before, for one that is nothing by itself: "Price: X in cash"."""
    value = site.amount.value
    if value is None or decision.role not in TERMS or decision.score >= 0.8 or not telling(value):
        return None
    for other, told in earlier:
        same = other.amount.value == value and other.amount.currency == site.amount.currency
        if same and told.role not in TERMS and not other.amount.per:
            return Decision(told.role, told.cue, "again", 0.75, like=other.index)
    return None


def telling(value: object) -> bool:
    """True for a large sum of two digits and more: round ones are many things."""
    digits = str(int(float(str(value)))).rstrip("0")
    return float(str(value)) >= 1_000_000 and len(digits) >= 2
