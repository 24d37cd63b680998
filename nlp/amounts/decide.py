"""One role for each amount of a text, and which other amount it goes with.

Amounts that are parts, averages or earlier values of another one take its role and parties; for all others
the candidates of nlp/amounts/roles.py compete.
"""

import re

from spacy.tokens import Doc

from nlp.amounts.beside import gapped, headed_by, mention_before, parenthesised
from nlp.amounts.context import award_kind
from nlp.amounts.fits import small_price
from nlp.amounts.lexicon import Candidate, lemma, lexicon
from nlp.amounts.results import by_earlier, compared, ranked
from nlp.amounts.roles import LEAST, candidates, cues_in
from nlp.amounts.sites import SUBJECTS, Site
from nlp.amounts.supply import shares_moved
from nlp.amounts.turns import turned
from nlp.amounts.wordings import (
    AVERAGE_LEFT,
    AVERAGE_RIGHT,
    CHANGE_LEFT,
    COLON,
    FIGURE,
    FROM_GAP,
    FROM_LEFT,
    FRONTED,
    HOPED,
    HOPES,
    LEVEL,
    LISTED,
    OF_IT,
    OF_THE,
    ON_TOP,
    PART_LEFT,
    PART_RIGHT,
    PRICE_LEFT,
    PRICED,
    RAISED,
    SAME,
    SERIES,
    STRONG,
    VALUED_AT,
)
from nlp.amounts.worth import Decision, buyer_worth, takes_value_off, values_goods, worth_role

REACH = 12  #: amounts before one among which a forecast or a sum told again looks for its own


def decide(doc: Doc, sites: list[Site]) -> dict[int, Decision]:
    """A decision for each amount, by its index."""
    made: dict[int, Decision] = {}
    by_sentence: dict[int, list[Site]] = {}
    for site in sites:
        by_sentence.setdefault(site.sent.start, []).append(site)
    previous: Site | None = None
    for group in by_sentence.values():
        cues = cues_in(group[0].sent)
        if len(group) > 1 and fronted(group):  # "Instead of the X first planned, it will settle for Y"
            group = [*group[1:], group[0]]
        for i, site in enumerate(group):
            ranked = [c for c in candidates(site, cues, group) if not values_goods(site, c)]
            best = ranked[0] if ranked else None
            decision = price_or_average(site, best, group[:i], made)
            if i and site.index < group[0].index:
                first = made[group[0].index]
                decision = Decision(
                    first.role, first.cue, "change", 0.8, like=group[0].index, superseded=True
                )
            if decision is None and i:
                decision = within_sentence(site, best, group[:i], made)
            decision = decision or alone(site, best, group, previous, made)
            near = range(max(0, site.index - REACH), site.index)
            earlier = [(sites[n], made[n]) for n in near if n in made]
            decision = by_earlier(site, decision, earlier) or decision
            made[site.index] = decision
        previous = max(group, key=lambda site: site.index)
    return made


def fronted(group: list[Site]) -> bool:
    """True where the sentence opens with the value that the next one replaced: "From X in 2021, the value sank to Y"."""
    first, second = group[0], group[1]
    same = first.amount.currency == second.amount.currency and first.amount.per == second.amount.per
    return same and "," in doc_between(first, second) and FRONTED.fullmatch(first.left_text) is not None


def price_or_average(
    site: Site, best: Candidate | None, earlier: list[Site], made: dict[int, Decision]
) -> Decision | None:
    """Prices of shares and goods, and averages that must not be added to a total."""
    amount, left, last = site.amount, site.near_left, earlier[-1] if earlier else None
    per = (amount.per or "").split()
    if per and (per[-1].rstrip("s") in PRICED):
        joined = last is not None and re.search(r"(?:\bor|,)\s*$", left) is not None
        return Decision(
            "price", cue_if(best, "price"), "price", 0.9, like=last.index if joined and last else None
        )
    if is_price(site, left):
        return Decision(
            "price", cue_if(best, "price"), "price", 0.85, owner=mention_before(site, site.sent.start_char)
        )
    average = AVERAGE_LEFT.search(left) or AVERAGE_RIGHT.match(site.right_text)
    if last is not None and (average or amount.per == "unit"):
        return Decision("other", None, "average", 0.85, like=last.index, average=True)
    return None


def within_sentence(
    site: Site, best: Candidate | None, earlier: list[Site], made: dict[int, Decision]
) -> Decision | None:
    """What an amount is by its relation to one before it in the sentence: part, earlier value, list, level."""
    last = earlier[-1]
    left, gap = site.near_left, doc_between(last, site)
    before = made[last.index]
    strong = best is not None and best.score >= STRONG
    if PART_LEFT.search(left) or PART_RIGHT.match(site.right_text):
        whole = whole_of(site, earlier)
        role = best.role if best is not None and strong else made[whole.index].role
        return Decision(role, best, "part", 0.85, like=whole.index, part_of=whole.index)
    of_it = OF_THE.fullmatch(last.left_text) and last.amount.currency == site.amount.currency
    if of_it and not (best is not None and before.role in {"programme", "other"}):
        role = best.role if best is not None and strong else before.role
        return Decision(
            role, best if strong else before.cue, "part", 0.8, like=last.index, part_of=last.index
        )
    if FROM_GAP.fullmatch(gap):
        return Decision(before.role, before.cue, "change", 0.85, like=last.index, superseded=True)
    if (
        LISTED.fullmatch(gap)
        and re.search(r"\bof (?:the|its|that)\s*$", doc_before(last), re.I)
        and "," in gap
    ):
        return Decision(before.role, before.cue, "part", 0.75, like=last.index, part_of=last.index)
    new = best is not None and best.start >= last.stop and best.role != before.role
    apart = new and (strong or (best is not None and best.score >= 0.6 and is_subject(site, best)))
    against = best is not None and compared(site, best.start)
    if against or (CHANGE_LEFT.search(left) and FROM_LEFT.search(left) and not apart):
        return Decision(before.role, before.cue, "change", 0.85, like=last.index, superseded=True)
    if LISTED.fullmatch(gap) and not strong and not (best and best.score >= 0.8 and best.role != before.role):
        return Decision(before.role, before.cue, "list", 0.8, like=last.index)
    if COLON.fullmatch(gap) and not strong:
        return Decision(before.role, before.cue, "part", 0.8, like=last.index, part_of=last.index)
    if before.rule == "part" and SERIES.fullmatch(gap) and not apart:
        return Decision(before.role, before.cue, "part", 0.75, like=before.like, part_of=before.part_of)
    owner = gapped(site, last)
    if owner is not None and not (strong and best is not None and best.start >= last.stop):
        return Decision(before.role, before.cue, "gapping", 0.75, like=last.index, owner=owner)
    verb = site.verb
    left_at = verb is not None and lemma(verb) in {"leave", "bring", "take"} and site.via in {"at", "to"}
    if left_at and before.role in {"market_cap_change", "market_cap"}:
        return Decision("market_cap", before.cue, "level", 0.9, like=last.index)
    if ON_TOP.search(left) and not strong:
        return Decision(before.role, before.cue, "on-top", 0.85, like=last.index)
    if VALUED_AT.fullmatch(gap) and before.role in RAISED and more(site, last):
        return Decision("valuation", best if best and best.role == "valuation" else None, "at", 0.85)
    own = best is not None and best.start >= last.stop and best.role != before.role and best.score >= 0.6
    if re.search(r"\b(?:another|a further|an additional)\s*$", left, re.I) and not strong and not own:
        return Decision(before.role, before.cue, "further", 0.8, like=last.index)
    return None


def more(site: Site, last: Site) -> bool:
    """True where the amount is larger than the last one, in the same currency."""
    here, there = site.amount.value or site.amount.low, last.amount.value or last.amount.low
    return (
        here is not None
        and there is not None
        and here > there
        and site.amount.currency == last.amount.currency
    )


def is_subject(site: Site, best: Candidate) -> bool:
    """True where the cue is the subject of the amount's own clause: "while revenue climbed from X"."""
    noun = best.head(site.doc)
    return not best.verb and noun.dep_ in SUBJECTS and noun.head == site.verb


def alone(
    site: Site, best: Candidate | None, group: list[Site], previous: Site | None, made: dict[int, Decision]
) -> Decision:
    """What an amount is by the words of its sentence, or by the amount told in the sentence before."""
    left = site.near_left
    lost = takes_value_off(site)
    if lost is not None:
        return lost
    worth = worth_role(site, best)
    if worth is not None:
        return Decision(worth, None, "worth", 0.95, owner=buyer_worth(site) if worth == "revenue" else None)
    first = group[0] is site
    before_it = made_before(site, group, previous)
    if before_it is not None and (best is None or best.score < LEAST):
        same = before_it.amount.currency == site.amount.currency
        if (rank := ranked(site, made[before_it.index], same)) is not None:
            return rank
    if previous is not None and first:
        before = made[previous.index]
        same = best is None or best.role == before.role or best.score < LEAST
        if PART_LEFT.search(left) and same:
            return Decision(before.role, best, "part", 0.75, like=previous.index, part_of=previous.index)
        if FIGURE.search(left) and (best is None or best.score < 0.6):
            return Decision(before.role, None, "anaphora", 0.7, like=previous.index)
        if ON_TOP.search(left) and (best is None or best.score < STRONG):
            return Decision(before.role, before.cue, "on-top", 0.7, like=previous.index)
        if (best is None or best.score < 0.55) and anaphoric(site, previous):
            return Decision(before.role, None, "anaphora", 0.6, like=previous.index)
    if best is None or best.score < LEAST or (best.score < 0.7 and LEVEL.search(left)):
        last = made_before(site, group, previous)
        carried = carry(site, last, made)
        if carried is not None:
            return carried
    if best is not None and best.score >= LEAST:
        return Decision(
            turned(site, best, group), best, "cue", best.score, owner=parenthesised(site) or headed_by(site)
        )
    earlier = [s for s in group if s.index < site.index]
    if earlier and made[earlier[-1].index].role == "price":
        return Decision("price", None, "list", 0.6)
    return Decision("other", best, "none", 0.5)


def made_before(site: Site, group: list[Site], previous: Site | None) -> Site | None:
    """The amount told last: before this one in the sentence, or in the sentence right before."""
    earlier = [s for s in group if s.index < site.index]
    if earlier:
        return earlier[-1]
    near = previous is not None and site.sent.start - previous.sent.end <= 40
    return previous if near else None


def carry(site: Site, last: Site | None, made: dict[int, Decision]) -> Decision | None:
    """The role of an amount without a cue of its own that is told as another one was: "It had forecast X", "That was X"."""
    verb = site.verb
    if verb is None:
        return None
    subjects = [c for c in verb.children if c.dep_ in SUBJECTS]
    stands_in = any(s.lower_ in {"it", "that", "this"} for s in subjects)
    if last is not None:
        before = made[last.index]
        same = last.amount.currency == site.amount.currency
        hoped = lemma(verb) in HOPES and before.role in HOPED
        had = any(c.dep_ == "aux" and c.lower_ == "had" for c in verb.children)
        if same and hoped:
            return Decision(before.role, None, "anaphora", 0.6, like=last.index, superseded=had)
        if same and before.role == "market_cap_change" and LEVEL.search(site.near_left):
            return Decision("market_cap", None, "level", 0.8, like=last.index)
        if same and stands_in and lemma(verb) in SAME and before.role in HOPED:
            up_from = CHANGE_LEFT.search(site.near_left) is not None
            return Decision(before.role, None, "anaphora", 0.6, like=last.index, superseded=up_from)
    of_it = OF_IT.match(site.right_text) is not None
    if (stands_in and lemma(verb) in SAME and site.sent.start) or of_it:
        role = role_named_before(site)
        if role is not None:
            return Decision(role, None, "anaphora", 0.55)
    return None


def role_named_before(site: Site) -> str | None:
    """The role that the last noun cue of the sentence before speaks for: "23% of its sales ... That came to X"."""
    before = site.sent
    while before.start and (before is site.sent or (len(before) <= 4 and before[-1].text in {":", "\n"})):
        before = site.doc[before.start - 1].sent  # not the name of the one who answers
    if before is site.sent:
        return None
    nouns = [cue for cue, start, _ in cues_in(before) if not cue.verb and cue.side == ""]
    if nouns and nouns[-1].words == ("award",):
        return award_kind(site)
    return nouns[-1].role if nouns and nouns[-1].role in HOPED | {"subsidy", "loan", "contract"} else None


def cue_if(best: Candidate | None, role: str) -> Candidate | None:
    return best if best is not None and best.role == role else None


def doc_between(a: Site, b: Site) -> str:
    doc: Doc = a.doc
    return doc[a.stop : b.first].text if a.stop < b.first else ""


def doc_before(site: Site) -> str:
    return site.left_text.rstrip()[-20:]


def whole_of(site: Site, earlier: list[Site]) -> Site:
    """The amount that this one is part of: the last larger one before it in the same currency."""
    same = [s for s in earlier if s.amount.currency == site.amount.currency]
    value = site.amount.value or site.amount.high
    if value is not None:
        larger = [s for s in same if (s.amount.value or s.amount.high or 0) > value]
        if larger:
            return larger[-1]
    return (same or earlier)[-1]


def is_price(site: Site, left: str) -> bool:
    """ "shares closed at $79.12": a small amount after a word of the exchange."""
    return small_price(site) and (PRICE_LEFT.search(left) is not None or shares_moved(site))


def anaphoric(site: Site, previous: Site) -> bool:
    """True where the sentence speaks of "the figure", "the rest" of an amount told just before."""
    if site.sent.start - previous.sent.end > 40:
        return False
    return any(
        lemma(t) in lexicon().anaphora and t.tag_ == "NN" and any(c.dep_ == "det" for c in t.children)
        for t in site.sent
        if t.pos_ == "NOUN"
    )
