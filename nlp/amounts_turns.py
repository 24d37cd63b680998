"""One role turned into another by what stands around its cue: a raise becomes an IPO, revenue that is lost lost sales."""

import re

from nlp.amounts_roles import Candidate, lemma, lexicon
from nlp.amounts_sites import Site
from nlp.extensions import is_company, mention_at

HAS_RAISED = re.compile(r"\b(?:has|have|had)\s+(?:so far |now |already )?raised\s+(?:\w+\s+){0,4}$", re.I)


SINCE = re.compile(r"\s*,\s*(?:most recently|the latest|including|of which)\b", re.I)


STAKES = frozenset({"stake", "share", "shareholding", "interest", "holding"})


def turned(site: Site, best: Candidate, others: list[Site]) -> str:
    """The role after the turns of the lexicon: a raise becomes an IPO, revenue that is lost lost sales."""
    role = best.role
    compared = (
        site.right.text.lower()
        .lstrip()
        .startswith(("lower", "less than", "below", "short of", "higher", "above", "more than"))
    )
    if compared and role in {"revenue", "profit", "loss", "cost", "market_cap"}:
        return "other"  # "sales will be $10 billion lower": a difference
    if role in {"acquisition", "disposal", "purchases"} and best.verb:
        bought = [lemma(c) for c in best.head(site.doc).children if c.dep_ in {"dobj", "nsubjpass"}]
        if any(word in STAKES for word in bought):
            return "stake"
    if role == "funding" and HAS_RAISED.search(site.left.text) and SINCE.match(site.right.text):
        return "funding_total"
    small = site.amount.value is not None and site.amount.value < 20_000
    if (
        best.verb
        and small
        and (role == "disposal" or (role == "cost" and lemma(best.head(site.doc)) == "cost"))
    ):
        return "price"
    if role == "contract" and not best.verb and lemma(best.head(site.doc)) in {"bid", "offer"}:
        aims = [c for c in best.head(site.doc).children if c.dep_ == "prep" and c.lower_ == "for"]
        for aim in (t for a in aims for t in a.children if t.dep_ == "pobj"):
            mention = mention_at(site.doc, aim.idx, aim.idx + len(aim))
            if mention is not None and is_company(mention):
                return "acquisition"
    text = site.sent.text.lower()
    lemmas = " " + " ".join(lemma(t) for t in site.sent) + " "
    for turn in lexicon().turns:
        if role not in turn["from"] or any(f" {w} " in lemmas or w in text for w in turn.get("unless", ())):
            continue
        if "cue" in turn and " ".join(lemma(t) for t in site.doc[best.start : best.end]) not in turn["cue"]:
            continue
        if "verbs" in turn:
            limit = 1 if turn.get("direct") else 2
            near = [lemma(v) for v in site.ancestors if v.pos_ == "VERB"][:limit]
            if not any(v in turn["verbs"] for v in near):
                continue
        if "right" in turn and not starts_phrase(site.right.text.lower(), turn["right"]):
            continue
        if "left" in turn and not any(w in site.left.text.lower()[-60:] for w in turn["left"]):
            continue
        if "via" in turn and site.via not in turn["via"]:
            continue
        if "words" in turn and not any(f" {w} " in lemmas for w in turn["words"]):
            continue
        role = turn["to"]
    return role


def starts_phrase(text: str, words: list[str]) -> bool:
    """True where one of `words` stands in the first words of `text`, before any comma."""
    near = text.split(",")[0].split(";")[0][:60]
    return any(near.lstrip().startswith(w) or f" {w} " in f" {near} " for w in words)
