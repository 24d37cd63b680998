"""One role for each amount of a text, and which other amount it goes with.

Amounts that are parts, averages or earlier values of another one take its role and parties; for all others
the candidates of nlp/amounts_roles.py compete.
"""

import re
from dataclasses import dataclass

from spacy.tokens import Doc

from nlp.amounts_roles import LEAST, Candidate, Cue, candidates, cues_in, lemma, lexicon, turned
from nlp.amounts_sites import SUBJECTS, Site, resolve_relative
from nlp.extensions import is_company, mention_at

PRICED = frozenset(
    "share barrel ounce tonne ton kilogram kilo pound gallon litre liter bushel watt wafer chip day night hour".split()
)
STRONG = 0.93  # a cue right beside the amount: it decides also for a part of another amount
PART_LEFT = re.compile(
    r"(?:\bof (?:which|that|those|this|it|them|the \w+ \w+)[,:]?|,? includ(?:ing|es|ed)(?: an?)?(?: \w+){0,2}|\bthereof)\s*(?:about|some|up to)?\s*$",
    re.I,
)
PART_RIGHT = re.compile(r"\s*,? of (?:it|that|which|them|this|those)\b", re.I)
AVERAGE_LEFT = re.compile(
    r"\b(?:an? average(?: value)? of|averag(?:ing|es|ed)|on average)\s*(?:about|some)?\s*$", re.I
)
AVERAGE_RIGHT = re.compile(r"\s*(?:apiece|each)?\s*,?\s*on average\b", re.I)
CHANGE_LEFT = re.compile(
    r"(?:\b(?:up|down|compared|risen|fallen|increased|decreased|climbed|dropped|rose|fell|raised|lowered|cut|grew|shrank|slid|jumped|soared|instead)\b"
    r"[^,;.()]{0,30}?\b(?:from|with|to|of)|\b(?:versus|against|not|instead of|rather than))\s*(?:the|its|an?|about|some|nearly|almost|over)?\s*$",
    re.I,
)
TO_LEFT = re.compile(r"\b(?:to)\s*(?:about|some|nearly|almost|over)?\s*$", re.I)
ON_TOP = re.compile(
    r"\b(?:on top of|in addition to|besides|following|after|adds? to|comes? after)\s+(?:the|an?|its)?\s*(?:\w+ )?$",
    re.I,
)
WORTH = re.compile(
    r"\b(?:is|are|was|were|be|been|'s|now|once|then|company|firm|start-?up|business|group|maker|unicorn|,)\s+(?:\w+\s+){0,2}?worth\s+(?:an?\s+)?(?:combined\s+|total\s+|\w+ly\s+)?(?:of\s+)?(?:about|around|some|more than|at least|up to|over|as much as|less than|just)?\s*$",
    re.I,
)


@dataclass(frozen=True, slots=True)
class Decision:
    """The role of one amount, and how it came to it."""

    role: str
    cue: Candidate | None
    rule: str
    score: float
    like: int | None = None  #: index of the amount whose parties it shares
    part_of: int | None = None
    superseded: bool = False
    average: bool = False


def decide(doc: Doc, sites: list[Site]) -> dict[int, Decision]:
    """A decision for each amount, by its index."""
    made: dict[int, Decision] = {}
    by_sentence: dict[int, list[Site]] = {}
    for site in sites:
        by_sentence.setdefault(site.sent.start, []).append(site)
    previous: Site | None = None
    for group in by_sentence.values():
        cues = cues_in(group[0].sent)
        for i, site in enumerate(group):
            made[site.index] = decide_one(site, group[:i], cues, group, made, previous)
        previous = group[-1]
    return made


def decide_one(
    site: Site, earlier: list[Site], cues: list[tuple[Cue, int, int]], group: list[Site],
    made: dict[int, Decision], previous: Site | None,
) -> Decision:  # fmt: skip
    """The decision for one amount; `earlier`: those before it in the sentence, `previous`: the last one before that."""
    ranked = candidates(site, cues, group)
    best = ranked[0] if ranked else None
    left, right = site.left.text_with_ws, site.right.text
    last = earlier[-1] if earlier else None
    amount = site.amount
    if (amount.per is not None and amount.per.split()[-1].rstrip("s") in PRICED) or (
        amount.per or ""
    ).endswith("shares"):
        return Decision(
            "price",
            best if best and best.role == "price" else None,
            "price",
            0.9,
            like=owner_of(site, earlier, made),
        )
    average = (
        AVERAGE_LEFT.search(left) or AVERAGE_RIGHT.match(right) or (amount.per == "unit" and last is not None)
    )
    if average and last is not None:
        return Decision("other", None, "average", 0.85, like=last.index, average=True)
    if last is not None:
        gap = doc_between(last, site)
        if PART_LEFT.search(left) or PART_RIGHT.match(right):
            whole = whole_of(site, earlier, left)
            role = best.role if best is not None and best.score >= STRONG else made[whole.index].role
            return Decision(role, best, "part", 0.85, like=whole.index, part_of=whole.index)
        if CHANGE_LEFT.search(left) and not (
            best and best.score >= STRONG and best.start >= last.stop and best.role != made[last.index].role
        ):
            grown = TO_LEFT.search(left) and re.search(r"\bfrom\b", doc_before(last))
            if (
                re.search(r"\b(?:from|with|versus|against|not|than|of)\s*(?:\w+\s*)?$", left, re.I)
                and not grown
            ):
                return Decision(
                    made[last.index].role,
                    made[last.index].cue,
                    "change",
                    0.85,
                    like=last.index,
                    superseded=True,
                )
        if re.fullmatch(
            r"\s*(?:,|and|, and|or|;|plus|&)\s*(?:another\s+|a further\s+|an additional\s+)?", gap
        ) and not (best and best.score >= STRONG):
            role = made[last.index].role
            if not (best and best.score >= 0.8 and best.role != role):
                return Decision(role, made[last.index].cue, "list", 0.8, like=last.index)
        verb = site.verb
        left_at = verb is not None and lemma(verb) in {"leave", "bring", "take"} and site.via in {"at", "to"}
        if left_at and made[last.index].role in {"market_cap_change", "market_cap"}:
            return Decision("market_cap", made[last.index].cue, "level", 0.9, like=last.index)
        if ON_TOP.search(left) and not (best and best.score >= STRONG):
            return Decision(made[last.index].role, made[last.index].cue, "on-top", 0.85, like=last.index)
        if re.search(r"\b(?:another|a further|an additional)\s*$", left, re.I) and not (
            best and best.score >= STRONG
        ):
            return Decision(made[last.index].role, made[last.index].cue, "further", 0.8, like=last.index)
    if worth_company(site, best):
        return Decision("valuation", None, "worth", 0.95)
    if (
        re.search(r"\b(?:on top of|of the new|of the old)\b", left)
        and previous is not None
        and (best is None or best.score < STRONG)
    ):
        return Decision(
            made[previous.index].role, made[previous.index].cue, "on-top", 0.7, like=previous.index
        )
    if best is not None and best.score >= LEAST:
        role = turned(site, best, group)
        if best.score < 0.55 and previous is not None and anaphoric(site, previous):
            return Decision(made[previous.index].role, None, "anaphora", 0.6)
        return Decision(role, best, "cue", best.score)
    if previous is not None and anaphoric(site, previous):
        return Decision(made[previous.index].role, None, "anaphora", 0.6)
    if last is not None and made[last.index].role == "price":
        return Decision("price", None, "list", 0.6)
    return Decision("other", best, "none", 0.5)


def doc_between(a: Site, b: Site) -> str:
    doc: Doc = a.doc
    return doc[a.stop : b.first].text if a.stop < b.first else ""


def doc_before(site: Site) -> str:
    return site.left.text[-20:].lower()


def owner_of(site: Site, earlier: list[Site], made: dict[int, Decision]) -> int | None:
    """A price told as "or $1.85 a share" belongs to the party of the amount before it."""
    if earlier and re.search(r"(?:\bor|,)\s*$", site.left.text):
        return earlier[-1].index
    return None


def whole_of(site: Site, earlier: list[Site], left: str) -> Site:
    """The amount that this one is part of: the largest one before it in the same currency."""
    same = [s for s in earlier if s.amount.currency == site.amount.currency]
    value = site.amount.value or site.amount.high
    if value is not None:
        larger = [s for s in same if (s.amount.value or s.amount.high or 0) > value]
        if larger:
            return larger[-1]
    return (same or earlier)[-1]


def worth_company(site: Site, best: Candidate | None) -> bool:
    """ "X is worth $5bn": a valuation where X is a company, not goods or a contract."""
    if not WORTH.search(site.left.text_with_ws[-90:]):
        return False
    worth = next((t for t in reversed(list(site.left[-9:])) if t.lower_ == "worth"), None)
    if worth is None:
        return False
    verb = next((a for a in worth.ancestors if a.pos_ in {"AUX", "VERB"}), None)
    subjects = [resolve_relative(c) for c in verb.children if c.dep_ in SUBJECTS] if verb is not None else []
    if worth.head.pos_ in {"NOUN", "PROPN", "PRON"}:
        subjects = [resolve_relative(worth.head)]
    if not subjects:
        return best is None or best.score < LEAST
    subject = subjects[0]
    if lemma(subject) in lexicon().heads:
        return False
    mention = mention_at(site.doc, subject.idx, subject.idx + len(subject))
    if mention is not None:
        return is_company(mention)
    return lemma(subject) in {
        "company",
        "firm",
        "start-up",
        "startup",
        "group",
        "maker",
        "business",
        "unicorn",
        "chipmaker",
        "carmaker",
        "giant",
    }


def anaphoric(site: Site, previous: Site) -> bool:
    """True where the sentence speaks of "the figure", "the rest" of an amount told just before."""
    if site.sent.start - previous.sent.end > 40:
        return False
    return any(
        lemma(t) in lexicon().anaphora and any(c.dep_ == "det" for c in t.children)
        for t in site.sent
        if t.pos_ == "NOUN"
    )
