"""How sure an amount is, whether it still holds, and by whom it is told.

Modality and standing are read from the verbs that govern the amount, nearest first, up to the verb of saying;
the words that say so are kept.
"""

import re
from dataclasses import dataclass
from functools import cache

from spacy.tokens import Token

from db.records import Modality, Standing
from nlp.amounts.lexicon import lemma, lexicon
from nlp.amounts.reports import AT_FIRST, RUMOURS, ended, offered, untrue
from nlp.amounts.sites import Site

SAY = frozenset(
    "say tell report announce state show write add note claim cite reveal disclose confirm argue warn explain publish declare"
    " describe post comment suggest indicate according".split()
)
CHANGED = re.compile(
    r"(?:\b(?:up|down|compared|rise|rose|fell|increase|decline|drop)\b[^,]{0,24}(?:from|with)|\b(?:versus|against))\s*$",
    re.I,
)
EARLIER = re.compile(
    r"\b(?:the|its|an?)?\s*(?:previous|prior|earlier|former|old|original|initial)\s+(?:\w+\s+){0,3}(?:of|at|was)?\s*$",
    re.I,
)
#: "is in talks to buy", "has plans to build": what the noun above an infinitive makes of it.
INTENTS = {
    "talk": Modality.RUMOURED,
    "negotiation": Modality.RUMOURED,
    "discussion": Modality.RUMOURED,
    "plan": Modality.PLANNED,
    "proposal": Modality.PLANNED,
    "intention": Modality.PLANNED,
    "option": Modality.PLANNED,
    "right": Modality.PLANNED,
}
FORECASTS = frozenset({"forecast", "outlook", "guidance", "target", "estimate", "projection"})
NOW = re.compile(r"\bnow\b", re.I)
ONCE = re.compile(
    r"\b(?:once|at its peak|heyday|formerly|previously|used to be|had been|last valued|was worth)\b", re.I
)


@dataclass(frozen=True, slots=True)
class Stance:
    modality: Modality = Modality.ASSERTED
    standing: Standing = Standing.CURRENT
    cue: str | None = None
    attribution: str | None = None


def stance_of(site: Site, role: str, as_of_past: bool) -> Stance:
    """Modality, standing, the words that say so, and the source."""
    standing, word = standing_of(site, role)
    modality, cue = modality_of(site)
    holds = standing in {Standing.CURRENT, Standing.SUPERSEDED}
    if role == "acquisition" and modality is Modality.ASSERTED and holds and (bid := offered(site)):
        modality, cue = Modality.PLANNED, bid
    if (
        modality in {Modality.PLANNED, Modality.EXPECTED}
        and standing is Standing.CURRENT
        and AT_FIRST.match(site.left_text)
    ):
        standing, word = Standing.SUPERSEDED, "originally"
    source = attribution_of(site)
    if modality is Modality.PLANNED and source is not None and is_unnamed(source):
        modality = Modality.RUMOURED
    return Stance(modality, standing, word or cue, source)


def chain(site: Site) -> list[Token]:
    """The verbs above the amount, nearest first, down to (not including) the verb of saying."""
    found: list[Token] = []
    for token in site.ancestors:
        if token.pos_ not in {"VERB", "AUX"}:
            continue
        if found and lemma(token) in SAY and found[-1].dep_ in {"ccomp", "parataxis", "dep", "advcl"}:
            break
        if (
            found
            and found[-1].dep_ in {"ccomp", "parataxis"}
            and has_subject(found[-1])
            and lemma(token) not in modal_heads() - lexicon_of_ends()
        ):
            break
        if found and found[-1].dep_ == "advcl" and has_subject(found[-1]):
            break
        if found and token.i > found[-1].i and any(t.text == ";" for t in token.doc[found[-1].i : token.i]):
            break  # "expect X; they had forecast Y" are two clauses
        if found and found[-1].dep_ == "relcl":
            break
        if found and found[-1].dep_ == "acl" and lemma(found[-1].head) not in RUMOURS:
            break
        found.append(token)
        if token.dep_ == "conj" and (has_subject(token) or is_finite(token)):
            break  # "had planned X but will now spend Y"
    return found


@cache
def modal_heads() -> frozenset[str]:
    """Verbs through which a clause below them is read: they make its modality or standing."""
    rows = (*lexicon().modality.values(), *lexicon().standing.values())
    return frozenset(word for words in rows for word in words)


@cache
def lexicon_of_ends() -> frozenset[str]:
    """Verbs that end or suspend a thing, never what a clause below them tells."""
    ends = {*lexicon().standing["terminated"], *lexicon().standing["suspended"]}
    return frozenset(ends - {*lexicon().standing["denied"]})


def is_finite(verb: Token) -> bool:
    return verb.tag_ in {"VBD", "VBZ", "VBP"} or any(
        c.dep_ == "aux" and c.lower_ != "to" for c in verb.children
    )


def has_subject(verb: Token) -> bool:
    return any(c.dep_ in {"nsubj", "nsubjpass"} for c in verb.children)


def modality_of(site: Site) -> tuple[Modality, str | None]:
    words = lexicon().modality
    window = clause_text(site)
    for word in words["preliminary"]:
        if word in window:
            return Modality.PRELIMINARY, word
    if re.search(
        r"\b(?:allegedly|is understood to|are understood to|is alleged|is accused of|are accused of)\b",
        window,
    ):
        return Modality.ALLEGED, "allegedly"
    verbs = chain(site)
    for verb in verbs:
        name = lemma(verb)
        modals = {c.lower_ for c in verb.children if c.dep_ in {"aux", "auxpass"}}
        if verb.dep_ == "aux" and verb.tag_ == "MD":
            modals.add(verb.lower_)
        for word in ("could", "may", "might"):
            if word in modals:
                return Modality.RUMOURED, word
        if name in words["rumoured"] and name != "talk":
            return Modality.RUMOURED, verb.text
        if (name in words["expected"] and verb is not verbs[0]) or (
            name in words["expected"]
            and verb is verbs[0]
            and name in {"expect", "forecast", "predict", "anticipate", "fear", "project"}
        ):
            return Modality.EXPECTED, verb.text
        if (
            name in words["planned"]
            and name not in {"will", "would"}
            and not (
                verb is verbs[0]
                and name in {"target", "offer", "pledge", "promise", "commit"}
                and verb.tag_ in {"VBD", "VBN"}
            )
        ):
            return Modality.PLANNED, verb.text
        if modals & {"will", "would", "shall", "'ll", "wo"}:
            return Modality.PLANNED, sorted(modals & {"will", "would", "shall", "'ll", "wo"})[0]
        if any(
            c.dep_ in {"acomp", "prep"} and c.lower_ in {"set", "due", "likely", "close"}
            for c in verb.children
        ):
            return Modality.PLANNED, "set to"
        if (
            name == "be"
            and any(c.dep_ == "xcomp" and c.tag_ == "VB" for c in verb.children)
            and (verb is not verbs[0] or site.first < verb.i)
        ):
            return Modality.PLANNED, "is to"
    if verbs and any(c.dep_ == "nsubj" and lemma(c) in {"plan", "proposal"} for c in verbs[0].children):
        return Modality.PLANNED, "plan"  # "an earlier plan had foreseen X"
    for verb in verbs:
        head = verb.head
        if verb.dep_ in {"acl", "pcomp", "relcl"} and lemma(head) in INTENTS:
            return INTENTS[lemma(head)], head.text
        if any(c.dep_ in {"dobj", "nsubjpass"} and lemma(c) in FORECASTS for c in verb.children):
            return Modality.EXPECTED, "forecast"
        if any(
            c.dep_ == "prep" and any(lemma(g) == "talk" for g in c.children)
            for c in head.children
            if head.pos_ in {"VERB", "AUX"}
        ):
            return Modality.RUMOURED, "in talks"
    noun = site.anchor.head if site.anchor.head.pos_ == "NOUN" else None
    for token in [noun, *[a for a in site.ancestors if a.pos_ == "NOUN"][:2]]:
        if token is None:
            continue
        if lemma(token) in {"plan", "proposal", "forecast", "outlook", "guidance", "estimate", "target"}:
            kind = Modality.PLANNED if lemma(token) in {"plan", "proposal", "target"} else Modality.EXPECTED
            return kind, token.text
        if any(
            c.lower_ in {"planned", "proposed", "potential", "possible", "expected"} for c in token.children
        ):
            return Modality.PLANNED, "planned"
    return Modality.ASSERTED, None


def clause_text(site: Site) -> str:
    return site.sent_text.lower()


#: What one can lose out on; revenue that one misses out on is lost.
TO_BE_HAD = frozenset("contract funding subsidy loan stake acquisition ipo investment".split())


def standing_of(site: Site, role: str) -> tuple[Standing, str | None]:
    """Whether the thing still holds, with the word that says so."""
    left = site.near_left.rstrip()
    changed = CHANGED.search(left)
    if changed and site.amount.low is None and not NOW.search(changed.group()):
        return Standing.SUPERSEDED, changed.group().strip()
    earlier = EARLIER.search(left)
    if earlier:
        return Standing.SUPERSEDED, earlier.group().strip()
    for token in site.ancestors[:3]:
        if token.pos_ == "NOUN" and any(c.dep_ == "det" and c.lower_ == "no" for c in token.children):
            return Standing.DENIED, "no"  # "No subsidy of X was ever paid"
    false = untrue(site)
    if false is not None:
        return Standing.DENIED, false
    end = ended(site) if role in {"contract", "acquisition", "disposal", "ipo", "investment"} else None
    if end is not None:
        return Standing.TERMINATED, end
    verbs = chain(site)
    right = site.right_text[:90].lower()
    if re.match(
        r"[^.;,$€£\d]{0,60}?\b(?:is|are|was|were|be|been|to be|stays?|remains?)\s+(?:\w+\s+)?suspended\b",
        right,
    ) or any(lemma(v) == "suspend" for v in verbs[:2]):
        return Standing.SUSPENDED, "suspended"
    for depth, verb in enumerate(verbs):
        name = lemma(verb)
        past = any(c.lower_ == "had" for c in verb.children if c.dep_ == "aux")
        if past and name in {
            "hope",
            "plan",
            "expect",
            "seek",
            "target",
            "aim",
            "fear",
            "want",
            "forecast",
            "intend",
            "predict",
        }:
            return Standing.SUPERSEDED, f"had {verb.text}"
        if name in lexicon().standing["denied"]:
            return Standing.DENIED, verb.text
        out = any(c.dep_ == "prt" and c.lower_ == "out" for c in verb.children)
        if name in {"lose", "miss"} and out and role in TO_BE_HAD:
            return Standing.DENIED, f"{verb.text} out"
        if name == "fail" or (
            name == "lose" and any(lemma(c) in {"bid", "tender", "race"} for c in verb.children)
        ):
            return Standing.DENIED, verb.text
        if any(c.dep_ == "neg" for c in verb.children) and depth < 2:
            return Standing.DENIED, "not"
        if depth < 2 and role in {
            "contract",
            "acquisition",
            "disposal",
            "investment",
            "ipo",
            "funding",
            "stake",
            "loan",
            "subsidy",
        }:
            objects = {lemma(c) for c in verb.children if c.dep_ in {"dobj", "nsubjpass", "nsubj"}}
            if name in lexicon().standing["terminated"] or (
                name in {"cost", "lose"} and objects & {"order", "contract", "deal"}
            ):
                return Standing.TERMINATED, verb.text
    if (
        ONCE.search(left[-70:])
        and role in {"valuation", "market_cap"}
        and not re.search(r"last valued|\bnow\b", left)
    ):
        return Standing.SUPERSEDED, "once"
    return Standing.CURRENT, None


def attribution_of(site: Site) -> str | None:
    """Who tells it: "according to X", or the subject of the verb of saying above the clause."""
    spoken = site.sent if "according" in site.sent_text.lower() else ()
    for i, token in enumerate(spoken):
        if token.lower_ == "according" and site.sent.start + i + 2 < site.sent.end:
            objects = [t for t in site.doc[token.i + 1].children if t.dep_ == "pobj"]
            if objects:
                return phrase(objects[0])
    for token in site.ancestors:
        if lemma(token) in SAY and token.pos_ == "VERB" and token != site.verb:
            subject = next((c for c in token.children if c.dep_ == "nsubj"), None)
            if subject is not None and subject.pos_ != "PRON":
                return phrase(subject)
    return None


def phrase(token: Token) -> str:
    """The noun phrase of `token` without clauses behind it, and without a leading article."""
    words = [
        t
        for t in token.subtree
        if t.i <= token.i
        or not any(
            a.dep_ in {"relcl", "acl", "appos"} and a.i > token.i and a in token.subtree
            for a in [t, *t.ancestors]
        )
    ]
    words = [t for t in words if t.i >= token.left_edge.i]
    text = token.doc[words[0].i : words[-1].i + 1].text
    return text.strip(" ,")


def is_unnamed(source: str) -> bool:
    low = source.lower()
    return any(word in low for word in lexicon().unnamed)
