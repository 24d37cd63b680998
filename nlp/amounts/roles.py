"""Which role an amount has: every cue of its sentence is a candidate, the one that stands closest to it wins.

The cues are data (nlp/data/roles.toml). A cue scores its weight times how it hangs together with the amount:
right beside it ("contracts worth X", "a X fine"), above it in the parse, or somewhere in the clause.
"""

import re
from dataclasses import replace
from typing import Any

from spacy.attrs import LEMMA, LOWER
from spacy.tokens import Doc, Token
from spacy.tokens import Span as SpacySpan

from nlp.amounts.constructions import constructions
from nlp.amounts.fits import cue_fits
from nlp.amounts.goods import goods_before, goods_behind
from nlp.amounts.lexicon import Candidate, Cue, lemma, lexicon
from nlp.amounts.sites import Site, arguments_of, relative_verb
from nlp.extensions import is_company, mention_at, text_of

LEAST = 0.34  # below this a cue is only a word in the same sentence; such amounts are `other`
#: Words that may stand between a cue and its amount without parting them.
CONNECT = frozenset(
    "of worth be at to about a an the total totalling totaling with for value reach stand amount combine combined nearly up"
    " as much more than least some around almost over in by on some only just an estimated hit rise fall climb grow jump"
    " increase decrease drop exceed top come be was were of roughly approximately below under above its their his remain"
    " surpass slip decline double nearly record is set price fix have had".split()
)
NOMINAL = {"ADJ", "NOUN", "PROPN", "DET", "ADP", "PRON"}
GENERIC_VERBS = {
    "be",
    "have",
    "reach",
    "stand",
    "total",
    "amount",
    "come",
    "rise",
    "fall",
    "grow",
    "climb",
    "drop",
    "include",
}


def cues_in(sent: SpacySpan) -> list[tuple[Cue, int, int]]:
    """Cues in `sent`, the longest where several begin at one token."""
    book, opens = lexicon().cues, lexicon().opens
    found, taken = [], -1
    for i, ids in enumerate(sent.to_array([LOWER, LEMMA]).tolist()):
        if i <= taken or opens.isdisjoint(ids):
            continue
        token, longest = sent[i], 0
        first, written = lemma(token), token.lower_
        known = book.get(first, ())
        if written != first:  # cues whose first word is no lemma ("registered capital")
            known = (*known, *book.get(written, ()))
        for cue in known:
            n = len(cue.words)
            if n < longest or len(sent) < i + n:
                continue
            rest = sent[i + 1 : i + n]
            if any(word not in (lemma(t), t.lower_) for word, t in zip(cue.words[1:], rest)):
                continue
            if cue.verb != (token.pos_ in {"VERB", "AUX"} and not is_nominal(token)) and not (
                cue.verb is False and token.pos_ == "VERB" and n > 1
            ):
                continue
            found.append((cue, token.i, token.i + n))
            longest = n
        if longest > 1:
            taken = i + longest - 1
    return found


def is_nominal(token: Token) -> bool:
    """True for a noun that the tagger took for a verb: "a New York float"."""
    return token.dep_ in {"pobj", "dobj"} and any(c.dep_ in {"det", "poss"} for c in token.children)


def candidates(site: Site, cues: list[tuple[Cue, int, int]], others: list[Site]) -> list[Candidate]:
    """Roles for one amount, best first."""
    found = []
    for cue, start, end in cues:
        if (start < site.stop and end > site.first) or in_a_name(site.doc, cue, end - 1):
            continue
        factor = link(site, cue, start, end, others)
        if factor > 0:
            found.append(Candidate(cue.role, cue.weight * factor, start, end, cue.verb))
    found = outranked(site.doc, found)
    found += goods_behind(site) + goods_before(site) + summed_up(site, cues) + by_subject(site, cues)
    found += constructions(site, cues)
    return sorted(found, key=lambda c: -c.score)


def in_a_name(doc: Doc, cue: Cue, at: int) -> bool:
    """True for a noun inside a company's name: "Harbour Fund paid X" tells of no fund."""
    if cue.verb or doc[at].pos_ != "PROPN":
        return False
    mention = mention_at(doc, doc[at].idx, doc[at].idx + len(doc[at]))
    return mention is not None and is_company(mention) and mention.start < doc[at].idx


def link(site: Site, cue: Cue, start: int, end: int, others: list[Site]) -> float:
    """How closely a cue and an amount hang together: 1 side by side, 0 not at all."""
    before = end <= site.first
    if cue.side == ("left" if not before else "right"):
        return 0.0
    doc = site.doc
    between = doc[end : site.first] if before else doc[site.stop : start]
    if not cue_fits(site, cue, doc[start:end].root):
        return 0.0
    if cue.via and not via_fits(site, cue, doc[start]):
        return 0.0
    if not before and position_of_other(site, doc, start, end, others):
        return 0.3 * above(site, doc[start:end].root, cue)
    crossed = sum(1 for o in others if o is not site and between.start <= o.first < between.end)
    position = beside(site, between, before, cue.verb) * (0.5**crossed)
    if before and in_clause_before(site, doc[end - 1]):
        position *= 0.6
    if cue.verb and not before and "for" in cue.via and FRONTED_FOR.fullmatch(site.left_text):
        position = max(position, 0.8)  # "For X in cash, Acme is to take over ..."
    if cue.side and position < 0.9:
        position *= 0.5  # "a X plant", "the X law": only right beside the amount
    return max(position, above(site, doc[start:end].root, cue))


def position_of_other(site: Site, doc: Doc, start: int, end: int, others: list[Site]) -> bool:
    """True for a noun behind the amount that opens another one: "asks for X at a valuation of Y"."""
    if start - site.stop < 2:
        return False
    ahead = next((o for o in others if o.first >= end), None)
    return (
        ahead is not None
        and 1 <= ahead.first - end <= 2
        and all(t.lower_ in {"of", "about", "at"} for t in doc[end : ahead.first])
    )


def in_clause_before(site: Site, noun: Token) -> bool:
    """True for a noun of the clause that the amount's own is joined to: "earns 27% of its revenue here and is down to X"."""
    verb = site.verb
    return (
        verb is not None
        and verb.dep_ == "conj"
        and noun.i < verb.i
        and verb.head.i <= noun.i
        and verb not in noun.ancestors
    )


#: Roles of what a company earns and spends: what they are of ("the cost of the tariffs") is no role of its own.
INCOME = frozenset({"cost", "revenue", "profit", "loss", "lost_sales"})


def outranked(doc: Doc, found: list[Candidate]) -> list[Candidate]:
    """`found` with a noun in the of-phrase of another one behind it: "the cost of the tariffs", "revenue from exports"."""
    found = headed(doc, found)
    outer = {c.head(doc).i for c in found if not c.verb and c.role in INCOME}
    if not outer:
        return found

    def inside(c: Candidate) -> bool:
        token = c.head(doc)
        return (
            not c.verb
            and token.dep_ == "pobj"
            and token.head.dep_ == "prep"
            and token.head.head.i in outer
            and c.role not in INCOME
        )

    return [replace(c, score=0.7 * c.score) if inside(c) else c for c in found]


def headed(doc: Doc, found: list[Candidate]) -> list[Candidate]:
    """`found` without a noun that another one behind it owns: a "grant scheme" is a scheme."""
    heads = {c.start for c in found if not c.verb and c.role == "programme"}
    return [
        c
        for c in found
        if c.verb or c.role == "programme" or doc[c.end - 1].dep_ != "compound" or c.end not in heads
    ]


FRONTED_FOR = re.compile(r"\W*for(?: about| some| nearly)?\s*", re.I)
BRINGS = frozenset("cost change bring fetch raise yield generate take net draw attract earn".split())


def by_subject(site: Site, cues: list[tuple[Cue, int, int]]) -> list[Candidate]:
    """ "the sale of the unit could fetch X", "the issue will raise X": what brings the money says what it is."""
    verb = site.verb
    if verb is None or lemma(verb) not in BRINGS or site.via not in {"", "up", "for"}:
        return []
    subjects = {s.i for s in arguments_of(verb).agents}
    subjects |= {site.doc[i].head.head.i for i in subjects if site.doc[i].dep_ == "pobj"}
    return [
        Candidate(c.role, (1.6 if c.role == "acquisition" else 1.05) * c.weight, a, b)
        for c, a, b in cues
        if not c.verb and b - 1 in subjects and c.role in BROUGHT and cue_fits(site, c, site.doc[b - 1])
        if (c.role == "acquisition") == (lemma(verb) == "cost")
    ]


BROUGHT = frozenset({"disposal", "ipo", "funding", "contract", "acquisition", "stake"})


def via_fits(site: Site, cue: Cue, verb: Token) -> bool:
    """True where the amount hangs on `verb` as the cue wants: directly, or by one of its prepositions."""
    if site.via == "" or site.via in {"up", "as", "than", "about", "over", "around", "of", "under", "least"}:
        return "" in cue.via and (verb in site.ancestors[:3] or verb == relative_verb(site.anchor))
    return site.via in cue.via


def beside(site: Site, between: Any, before: bool, verb: bool) -> float:
    """By position: 1 where only connecting words part cue and amount, less with every word that does not connect."""
    words = without_aside([t for t in between if not t.is_space])
    if any(t.text in {";", "\n"} for t in words):
        return 0.1
    if before:
        tight = all(
            connects(t) or t.pos_ in {"ADV", "PART", "SYM"} or t.text in {"-", "$", ":"} for t in words
        )
        if tight and len(words) <= 8:
            return 1.0 - 0.01 * len(words)
    elif not verb:
        if not words or (
            len(words) <= 4
            and not any((t.is_punct and t.text != "-") or t.pos_ in {"VERB", "ADP", "CCONJ"} for t in words)
        ):
            return 1.02 - 0.01 * len(words)
        joined = words[0].lower_ in {"in", "of", "worth"} and len(words) <= 5 and words[0].i == site.stop
        nominal = all(t.pos_ in NOMINAL or t.tag_ in {"VBN", "VBG"} for t in words)
        if joined and nominal and sum(1 for t in words if t.pos_ == "ADP" and t.lower_ != "of") <= 1:
            return 1.01 - 0.01 * len(words)
    commas = sum(1 for t in words if t.text in {",", ":", "(", ")", "—", "–"})
    verbs = sum(1 for t in words if t.pos_ == "VERB" and lemma(t) not in CONNECT)
    names = sum(1 for t in words if t.pos_ == "PROPN")
    score = 0.72 - 0.025 * (len(words) - names) - 0.12 * commas - 0.08 * verbs - (0.0 if before else 0.15)
    return max(score, 0.12)


def without_aside(words: list[Token]) -> list[Token]:
    """`words` without a short aside between two commas: "the total cost, lawyers included, at X"."""
    commas = [i for i, t in enumerate(words) if t.text == ","]
    if len(commas) != 2 or commas[1] - commas[0] > 5:
        return words
    return words[: commas[0]] + words[commas[1] + 1 :]


def connects(token: Token) -> bool:
    """True for a word that joins a cue to its amount; "value" only as a verb ("contracts valued at")."""
    return lemma(token) in CONNECT and (token.lower_ != "value" or token.pos_ == "VERB")


def above(site: Site, token: Token, cue: Cue) -> float:
    """By the parse: a governor of the amount, or the subject or object of its governing verb."""
    depth, clauses = 0, 0
    for governor in site.ancestors:
        depth += governor.pos_ not in {"ADP", "AUX"}
        if governor == token:
            return max(0.9 - 0.06 * (depth - 1) - 0.3 * clauses, 0.0)
        if governor.pos_ in {"VERB", "AUX"}:
            for child in governor.children:
                if child.dep_ in {"nsubj", "nsubjpass", "dobj", "attr"} and related(child, token):
                    light = lemma(governor) in GENERIC_VERBS
                    return max((0.86 if light else 0.66) - 0.06 * (depth - 1) - 0.3 * clauses, 0.0)
            if governor.dep_ in {"ccomp", "parataxis", "conj"} and ";" in parted(site, governor.head):
                return 0.0
            clauses += governor.dep_ in {"ccomp", "advcl", "relcl", "conj", "parataxis"}
            if governor.dep_ == "relcl" and depth == 1 and any(c.dep_ == "nsubj" for c in governor.children):
                clauses += 1  # "whose founder paid X": what the main clause tells is another thing
    return 0.0


def parted(site: Site, governor: Token) -> str:
    """What stands between the amount and a word that governs its clause."""
    first, last = sorted((site.first, governor.i))
    return text_of(site.doc)[site.doc[first].idx : site.doc[last].idx]


def related(child: Token, token: Token) -> bool:
    """True where `token` is `child`, or the noun in a phrase like "sales to China"."""
    return child == token or (token.head == child and token.dep_ in {"compound", "amod"})


SUMS = frozenset({"amounting", "totalling", "totaling", "worth", "costing", "valued", "totalled", "totaled"})
SUMMED = frozenset(
    "contract fine investment subsidy loan acquisition funding purchases stake disposal ipo".split()
)


def summed_up(site: Site, cues: list[tuple[Cue, int, int]]) -> list[Candidate]:
    """ "won contracts from X, including one for Y, amounting to Z": the last noun before speaks for the sum."""
    words = [t.lower_ for t in site.doc[max(site.sent.start, site.first - 5) : site.first]]
    if not SUMS.intersection(words):
        return []
    before = [
        (c, a, b)
        for c, a, b in cues
        if b <= site.first and not c.verb and c.role in SUMMED and c.side != "right"
    ]
    return [Candidate(c.role, 0.62 * c.weight, a, b) for c, a, b in before[-1:]]
