"""Roles that the sentence before decides: what an award is of, a bid for, what is brought into a venture."""

import re

from nlp.amounts.lexicon import Candidate, lemma
from nlp.amounts.sites import Site
from nlp.extensions import text_of

#: "Wenling brings X" to a joint venture.
VENTURE = re.compile(r"\bjoint venture\b", re.I)
TAKEOVER = re.compile(
    r"\b(?:take ?overs?|taken? over|took over|acqui(?:re|res|red|sition)|buyout|buy out|stake|shareholders?|suitors?)\b",
    re.I,
)
TENDER = re.compile(r"\b(?:tenders?|contracts?|project|procurement|supply)\b", re.I)
GRANTED = re.compile(r"\b(?:subsid\w+|grants?|incentives?|chips act|tax credits?|state aid|loans?)\b", re.I)
CONTRACTED = re.compile(
    r"\b(?:contracts?|tenders?|procurement|navy|army|air force|pentagon|defen[cs]e|missiles?|modification|military|orders?)\b",
    re.I,
)


def with_before(site: Site) -> str:
    """The sentence of an amount with the one before it."""
    before = site.doc[site.sent.start - 1].sent.text if site.sent.start else ""
    return f"{before} {site.sent_text}"


def award_kind(site: Site) -> str:
    """Whether an award is of a grant or of a contract: by the words beside it, else by those of the whole text."""
    for text in (site.sent_text, with_before(site), text_of(site.doc)):
        granted, contracted = len(GRANTED.findall(text)), len(CONTRACTED.findall(text))
        if granted != contracted:
            return "subsidy" if granted > contracted else "contract"
    return "subsidy"


def by_context(site: Site, best: Candidate, role: str) -> str:
    """The role of words that mean several things, by what is told around them."""
    word = lemma(best.head(site.doc))
    if role in {"contract", "subsidy"} and not best.verb and word == "award":
        return award_kind(site)
    if role == "revenue" and best.verb and word == "bring":
        sales = site.right_text.lstrip().startswith(("in revenue", "in sales"))
        return "investment" if VENTURE.search(with_before(site)) and not sales else role
    if role == "contract" and not best.verb and word == "bid":
        told = with_before(site)
        return "acquisition" if TAKEOVER.search(told) and not TENDER.search(told) else role
    return role
