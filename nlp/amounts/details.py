"""What goes with an amount: its date, place and percentage, undisclosed sums, joint and distributed amounts."""

import re
from collections.abc import Iterator

from spacy.strings import get_string_id
from spacy.tokens import Doc, Token
from spacy.tokens import Span as SpacySpan

from db.records import Amount, DateMention, Mention, Party, Role, Span
from nlp.amounts.lexicon import lemma, lexicon
from nlp.amounts.parties import SPEECH
from nlp.amounts.sites import SUBJECTS, Site, noun_preps, verbs_above
from nlp.extensions import (
    body_of,
    is_company,
    mention_at,
    mentions_in,
    party_of,
    span_of,
    text_of,
    tokens_at,
)

UNDISCLOSED = re.compile(
    r"\b(?:an? )?(?:undisclosed|unspecified) (?:sum|amount|price|fee|figure|consideration)\b|\b(?:price|sum|amount|terms|value) (?:\w+ ){0,4}(?:was|were) not (?:disclosed|revealed|made public|given)\b"
)
STAKE_PCT = re.compile(
    r"(\d+(?:\.\d+)?)\s?(?:%|per ?cent|percent)(?:\s+(?:\w+[- ]){0,3}?(?:stake|interest|holding|shareholding|shares?|of))",
    re.I,
)
RATE_PCT = re.compile(r"(\d+(?:\.\d+)?)\s?(?:%|per ?cent|percent)", re.I)
PLACE_TYPES = {get_string_id(label) for label in ("GPE", "LOC", "FAC")}
LOCATIVE = {"in", "at", "near", "from", "to", "outside"}
PLACED = {
    "contract",
    "investment",
    "ipo",
    "subsidy",
    "loan",
    "funding",
    "acquisition",
    "disposal",
    "revenue",
    "other",
    "market_cap",
    "valuation",
    "price",
}
JOINT = re.compile(
    r"\b(?:combined|together|between them|in total|a total|totalling|totaling|jointly|both|joint|collectively)\b",
    re.I,
)


def undisclosed_amounts(doc: Doc) -> list[Amount]:
    """Sums that are not told, as amounts without value; `per` marks them until the fact is made."""
    if "disclosed" not in text_of(doc) and "unspecified" not in text_of(doc):
        return []
    return [
        Amount(start=m.start(), end=m.end(), text=m.group(), per="undisclosed")
        for m in UNDISCLOSED.finditer(text_of(doc))
        if m.group().split()[0].lower() in {"an", "a", "undisclosed", "unspecified"}
    ]


def date_of(site: Site) -> tuple[str | None, Span | None]:
    """The date of the fact: of those in the sentence, the one that belongs to the amount's own clause."""
    doc, best, best_score = site.doc, None, 0.0
    for mention in doc._.dates:
        if mention.date is None or mention.end <= site.sent.start_char or mention.start >= site.sent.end_char:
            continue
        score = date_score(site, mention)
        if score > best_score:
            best, best_score = mention, score
    if best is None:
        return None, None
    return best.date, span_of(doc, best.start, best.end)


def date_score(site: Site, mention: DateMention) -> float:
    doc = site.doc
    tokens = tokens_at(doc, mention.start, mention.end)
    if tokens is None:
        return 0.0
    verb = next(verbs_above(tokens.root), None)
    behind = mention.start >= site.amount.end
    between = doc[site.stop : tokens.start] if behind else doc[tokens.end : site.first]
    others = (
        sum(1 for a in doc._.amounts if between.start_char <= a.start < between.end_char)
        if len(between)
        else 0
    )
    marks = sum(1 for t in between if t.text in {",", ";", "(", ")", ":"})
    score = 1.2 + (0.3 if behind else 0.0) - 0.04 * len(between) - 0.7 * others - 0.15 * marks
    if verb is not None and verb == site.verb:
        score += 0.5
    if verb is not None and lemma(verb) in SPEECH and verb != site.verb:
        score -= 1.2
    if any(t.text == ";" for t in between):
        score -= 0.8
    return score


def place_of(site: Site, role: str) -> str | None:
    """The place of the fact: "in Jinta" behind the amount, else before it in the clause, else "a Ningbo plant"."""
    if role not in PLACED:
        return None
    direct = place_of_noun(site)
    if direct is not None:
        return direct
    best: tuple[float, str] | None = None
    for ent in places_in(site.sent):
        mention = mention_at(site.doc, ent.start_char, ent.end_char)
        if any(t.like_num or t.is_currency or "$" in t.text for t in ent):
            continue  # "HK$18.40"
        if mention is not None and is_company(mention):
            continue
        before = site.doc[ent.start - 1] if ent.start > site.sent.start else None
        located = before is not None and before.lower_ in LOCATIVE - {"from", "to"}
        above = ent.root.head
        named = above.pos_ == "NOUN" or lemma(above) in lexicon().heads  # "its Hong Kong IPO"
        compound = ent.root.dep_ in {"compound", "nmod", "amod"} and named
        if not located and not compound:
            continue
        distance = ent.start - site.stop if ent.start >= site.stop else site.first - ent.end + 3
        score = (1.0 if located else 0.7) - 0.03 * distance
        if best is None or score > best[0]:
            best = (score, ent.text)
    return best[1] if best is not None and best[0] > 0.2 else None


def place_of_noun(site: Site) -> str | None:
    """The place of the thing that the amount qualifies: "a $4 billion plant in Johor", also where no model knows it."""
    noun = site.anchor.head
    if noun.pos_ != "NOUN" or noun.i < site.stop:
        return None
    for token in noun_preps(noun).get("in", []):
        mention = mention_at(site.doc, token.idx, token.idx + len(token))
        if (
            token.pos_ != "PROPN"
            or token.ent_type_ in NO_PLACE
            or (mention is not None and is_company(mention))
        ):
            continue
        words = [t for t in token.subtree if t.i <= token.i and t.dep_ in {"compound", "nmod"}]
        start = words[0] if words else token
        return text_of(site.doc)[start.idx : token.idx + len(token)]
    return None


NO_PLACE = frozenset({"DATE", "TIME", "MONEY", "EVENT", "LAW", "PRODUCT"})


def places_in(sent: SpacySpan) -> Iterator[SpacySpan]:
    """Entities of `sent` that are places; `sent.ents` would build those of the whole text each time."""
    start = None
    for token in sent:
        inside = token.ent_type in PLACE_TYPES
        if start is not None and (not inside or token.ent_iob_ == "B"):
            yield sent.doc[start : token.i]
            start = None
        if inside and start is None:
            start = token.i
    if start is not None:
        yield sent.doc[start : sent.end]


def percentage_of(site: Site, role: str) -> float | None:
    """The stake bought, or the rate of duty, that stands nearest to the amount."""
    if role == "stake":
        found = list(STAKE_PCT.finditer(site.sent_text))
    elif role == "trade_volume":
        found = list(RATE_PCT.finditer(site.sent_text))
    else:
        return None
    here = site.amount.start - site.sent.start_char
    near = sorted(found, key=lambda m: abs(m.start() - here) + (30 if m.start() > here else 0))
    if not near or abs(near[0].start() - here) > 80:
        return None
    return float(near[0].group(1))


def joint(site: Site, companies: list[Mention], role: Role) -> tuple[Party, ...]:
    """One company, or several that share the amount."""
    if not companies:
        return ()
    companies = beside(site, companies)
    if len(companies) == 1:
        return (party_of(site.doc, companies[0], role),)
    return tuple(party_of(site.doc, m, Role.JOINT) for m in companies)


def beside(site: Site, companies: list[Mention]) -> list[Mention]:
    """`companies` and those coordinated right before or behind, where the sentence says that they share the amount."""
    if not JOINT.search(site.sent_text) or len(companies) > 1:
        return companies
    text, found = body_of(site.doc), list(companies)
    row = [m for m in mentions_in(site.doc, site.sent.start_char, site.sent.end_char) if is_company(m)]
    grown = True
    while grown:
        grown = False
        for m in row:
            if m.entity in {f.entity for f in found}:
                continue
            for f in found:
                first, second = (m, f) if m.start < f.start else (f, m)
                if re.fullmatch(r"\s*(?:,|and|, and|&)\s*", text[first.end : second.start]):
                    found, grown = sorted([*found, m], key=lambda x: x.start), True
                    break
    return found


def distribute(doc: Doc, sites: list[Site]) -> dict[int, "Mention | str"]:
    """ "A, B and C in 2020, 2021 and 2022 respectively": amount -> its date, or its company."""
    out: dict[int, Mention | str] = {}
    for run in runs_of(sites):
        sent = run[0].sent
        if "respectively" not in run[0].sent_text:
            continue
        dates = [d for d in doc._.dates if sent.start_char <= d.start < sent.end_char and d.date]
        dates = [d for d in dates if d.start > run[-1].amount.end] or [
            d for d in dates if d.end < run[0].amount.start
        ]
        if len(dates) == len(run):
            out |= {site.index: d.date for site, d in zip(run, dates)}
            continue
        companies = [m for m in mentions_in(doc, sent.start_char, sent.end_char) if is_company(m)]
        behind = [m for m in companies if m.start > run[-1].amount.end][: len(run)]
        before = [m for m in companies if m.end < run[0].amount.start][-len(run) :]
        chosen = behind if len(behind) == len(run) else before
        if len(chosen) == len(run):
            out |= {site.index: m for site, m in zip(run, chosen)}
    return out


def runs_of(sites: list[Site]) -> list[list[Site]]:
    """Neighbouring amounts with nothing but commas and "and" between them, two or more."""
    runs: list[list[Site]] = []
    for site in sites:
        last = runs[-1][-1] if runs else None
        if (
            last is not None
            and last.sent.start == site.sent.start
            and re.fullmatch(
                r"\s*(?:,|and|, and)\s*",
                site.doc[last.stop : site.first].text if last.stop < site.first else "x",
            )
        ):
            runs[-1].append(site)
        else:
            runs.append([site])
    return [run for run in runs if len(run) > 1]


def subject_company(doc: Doc, root: Token) -> Mention | None:
    """The company that is the subject of the main clause, or owns it ("Penrose's shares")."""
    for child in root.children:
        if child.dep_ in SUBJECTS and not child.conjuncts:
            for token in (child, *child.children):
                if token == child or token.dep_ in {"poss", "compound"}:
                    mention = mention_at(doc, token.idx, token.idx + len(token))
                    if mention is not None and is_company(mention):
                        return mention
    return None
