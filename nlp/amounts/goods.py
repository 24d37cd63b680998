"""Goods beside an amount: bought, sold, or traded over a border, by the verbs above them."""

from collections.abc import Iterable
from itertools import islice

from spacy.tokens import Token

from nlp.amounts.lexicon import Candidate, is_business, lemma, lexicon
from nlp.amounts.mentions import definite_goods
from nlp.amounts.sites import SUBJECTS, Site, arguments_of, objects_of, relative_verb

WORTH_WORDS = frozenset({"worth", "valued", "costing"})


def goods_before(site: Site) -> list[Candidate]:
    """ "panels worth $610 million": sold, bought, or traded over a border."""
    worth = next((t for t in reversed(list(site.left[-5:])) if t.lower_ in WORTH_WORDS), None)
    if worth is None or worth.i == site.sent.start:
        return []
    before = worth.nbor(-1)
    noun = before if before.pos_ == "NOUN" else worth.head
    if noun.pos_ == "AUX":  # "The servers were worth X"
        noun = next((c for c in noun.children if c.dep_ in SUBJECTS), noun)
    if noun.pos_ != "NOUN" or lemma(noun) not in lexicon().goods["nouns"] or lemma(noun) in lexicon().heads:
        return []
    role = traded(site, noun.ancestors)
    if role == "trade_volume" and definite_goods(noun):
        role = "other"  # "The goods were worth X": those of the company told of before
    return [Candidate(role, 0.97, noun.i, noun.i + 1)]


def traded(site: Site, above: Iterable[Token]) -> str:
    """What goods in a sentence are: bought or sold by the nearest verb `above` them that says so, traded over a border, or only goods."""
    goods = lexicon().goods
    for verb in islice((token for token in above if token.pos_ == "VERB"), 2):
        name = lemma(verb)
        if name in goods["sell"]:
            agents = arguments_of(verb).agents
            country = bool(agents) and all(
                t.ent_type_ in {"GPE", "LOC", "NORP"} and not is_business(site.doc, t) for t in agents
            )
            return "trade_volume" if country else "revenue"  # "Taiwan shipped X of servers"
        if name in goods["buy"]:
            return "purchases"
        if any(is_business(site.doc, t) for t in arguments_of(verb).agents):
            return "other"  # "Acme moved X worth of chips over the border"
    return "trade_volume" if any(t.lower_ in goods["trade"] for t in site.sent) else "other"


def goods_behind(site: Site) -> list[Candidate]:
    """ "$40 billion of parts": bought, sold, or traded over a border."""
    goods = lexicon().goods
    behind = [t for t in site.right[:7] if not t.is_space]
    spent = bool(
        site.verb is not None and lemma(site.verb) == "spend" and behind and behind[0].lower_ == "on"
    )
    told = relative_verb(site.anchor)  # "the $19 billion that it spent on parts"
    if told is not None and lemma(told) == "spend":
        on = [t for c in told.children if c.lower_ == "on" for t in objects_of(c)]
        behind = [c for t in on for c in (t.head, t)] or behind
        spent = bool(on)
    if not behind or (behind[0].lower_ not in {"of", "worth", "in"} and not spent):
        return []
    worth_of = behind[0].lower_ == "worth" and len(behind) > 1 and behind[1].lower_ == "of"
    if worth_of:  # "$41 million worth of voltage regulators": goods, whatever they are
        behind = behind[1:]
    for token in behind[1:]:
        if token.pos_ in {"VERB", "SCONJ"} or token.is_punct:
            break
        if token.dep_ == "compound" and token.head.pos_ == "NOUN" and token.head.i > token.i:
            continue  # "a wafer plant" is no wafer
        handed = site.verb is not None and site.via == "" and lemma(site.verb) in goods["buy"] | goods["sell"]
        wares = (worth_of and token.pos_ == "NOUN" and lemma(token) not in lexicon().heads) or (
            handed and token.tag_ == "NNS" and not is_business(site.doc, token)
        )  # "sold $120 million of combines"
        if wares or lemma(token) in goods["nouns"] or token.lower_ in goods["nouns"]:
            role = "purchases" if spent else traded(site, site.ancestors)
            return [
                Candidate(role, 1.1 if worth_of else 1.0 if role != "other" else 0.5, token.i, token.i + 1)
            ]
    return []
