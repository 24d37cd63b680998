"""Words that mean a role only in some sentences: "ordered it to pay" is no order, "the fund paid" names no fund."""

from spacy.tokens import Token

from nlp.amounts.lexicon import Cue, is_business, lemma, lexicon
from nlp.amounts.receivers import is_public
from nlp.amounts.sites import Site, arguments_of, noun_preps


def cue_fits(site: Site, cue: Cue, token: Token) -> bool:
    """False where a word means something else here: "ordered it to pay" is no order, "sale" alone no disposal."""
    if cue.verb and cue.words == ("order",):
        return not any(c.dep_ in {"xcomp", "ccomp"} for c in token.children)
    if cue.words == ("sale",):
        sold = noun_preps(token).get("of", [])
        return any(is_business(site.doc, t) or lemma(t) in STAKES for t in sold)
    if cue.words == ("worth",):
        return token.pos_ == "NOUN" and not (token.i == site.stop and starts_with_of(token))
    if cue.words == ("target",):  # "cut its target to X": of a share, by a broker
        return small_price(site) and not noun_preps(token).get("for", [])
    if cue.words == ("offer",) and not cue.verb:
        return any(is_business(site.doc, t) for t in noun_preps(token).get("for", []))
    if cue.role == "subsidy" and cue.verb and cue.words[0] in GIVES:
        return any(is_public(site, t) for t in arguments_of(token).agents) and not any(
            lemma(t) in PROMISES for t in site.sent
        )
    if cue.words[0] in DUTIES and token.dep_ == "nsubj" and lemma(token.head) in WEIGHS:
        return False  # "The tariff would add X to costs": what it costs, not what it is on
    if cue.words in {("export",), ("import",)} and token.dep_ == "compound":
        return lemma(token.head) in TRADED  # no "export ban", "import licence"
    if cue.role == "programme" and token.dep_ == "nsubj" and lemma(token.head) in ACTS:
        return False  # "The fund paid X for a stake": who pays, not what it is paid from
    if cue.role == "programme" and cue.verb:  # "$39 billion is set aside": told by whoever sets it aside
        return any(c.dep_ == "nsubj" for c in token.children)
    if cue.words == ("raise",) and site.via in {"to", "from", "by"}:  # "raised its offer to X"
        return not any(c.dep_ == "dobj" and c.pos_ in {"NOUN", "PROPN"} for c in token.children)
    if cue.words == ("cash",) and site.stop < len(site.doc):  # "paid X in cash"
        paid = site.doc[site.stop].lower_ == "in" and token.i == site.stop + 1
        return not paid or site.near_left.rstrip().endswith("and")
    if cue.verb and cue.role == "funding" and cue.words != ("raise",) and cue.via == ("",):
        return any(lemma(t) in lexicon().investors for t in site.sent)
    return True


def starts_with_of(token: Token) -> bool:
    """True for "worth of" in "$40 million worth of chips"."""
    return token.i + 1 < len(token.doc) and token.nbor().lower_ == "of"


def small_price(site: Site) -> bool:
    """True for an amount that one share may cost."""
    value = site.amount.value
    return value is not None and value < SHARE_PRICES.get(site.amount.currency or "", 20_000)


#: What a share may cost where a unit of money is worth little; elsewhere 20,000 is more than any.
SHARE_PRICES = {"KRW": 3_000_000, "JPY": 150_000, "INR": 150_000, "IDR": 500_000, "VND": 1_000_000}
STAKES = frozenset({"stake", "interest", "holding", "shareholding"})
PROMISES = frozenset("contract agreement order tender deal work".split())
DUTIES = frozenset({"tariff", "duty", "levy"})
WEIGHS = frozenset("add cost mean raise increase reduce cut shave wipe knock take inflict".split())
GIVES = frozenset("give hand grant provide promise pledge".split())
TRADED = frozenset("volume value figure total surplus deficit shipment good bill trade".split())
ACTS = frozenset(
    "pay invest spend buy acquire put take lead purchase sell own hold pour commit inject".split()
)
