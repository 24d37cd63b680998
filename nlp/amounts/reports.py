"""Nouns and adjectives that decide whether an amount stands: bids that are made, contracts that ended, reports that are false."""

import re

from nlp.amounts.lexicon import lemma
from nlp.amounts.sites import Site

#: "denied a report that it had won": the denial reaches through these nouns.
RUMOURS = frozenset(
    "report claim allegation suggestion rumour rumor speculation bid plan attempt effort right".split()
)
#: "Originally Acme sought X"
AT_FIRST = re.compile(r"\W*(?:originally|initially|at first)\b", re.I)
UNTRUE = frozenset(
    "false untrue wrong baseless unfounded incorrect inaccurate fabricated groundless fake".split()
)
ENDS = frozenset("termination cancellation scrapping annulment withdrawal revocation".split())
STOPS = frozenset("scrap cancel terminate abandon annul revoke void abort".split())


def offered(site: Site) -> str | None:
    """The word for a bid that is only made: "raised its offer for Acme to X"."""
    verb = site.verb
    near = (
        [site.anchor.head, *(c for c in verb.children if c.dep_ in {"dobj", "nsubjpass"})]
        if verb is not None
        else []
    )
    return next((t.text for t in near if lemma(t) in {"offer", "bid"} and t.pos_ == "NOUN"), None)


def ended(site: Site) -> str | None:
    """The word for a contract that has ended: "termination of the contracts", "the scrapped X deal"."""
    for token in site.ancestors[:4]:
        if lemma(token) in ENDS:
            return token.text
    noun = site.anchor.head
    for child in noun.children if noun.pos_ in {"NOUN", "PROPN"} else ():
        if child.dep_ == "amod" and child.tag_ in {"VBN", "VBD"} and lemma(child) in STOPS:
            return child.text
    return None


def untrue(site: Site) -> str | None:
    """The word that calls a report false: "Reports that Acme had won X are untrue"."""
    for token in site.ancestors:
        if token.pos_ == "NOUN" and lemma(token) in RUMOURS and token.head.pos_ == "AUX":
            for child in token.head.children:
                if child.dep_ in {"acomp", "attr"} and child.lower_ in UNTRUE:
                    return child.text
    return None
