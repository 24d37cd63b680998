"""Who sells and who gives: sellers named beside a deal, buyers of goods, grants that come from a state."""

from spacy.tokens import Token

from db.records import EntityKind
from nlp.amounts.lexicon import lemma
from nlp.amounts.mentions import Who, companies_of
from nlp.amounts.sites import Site, arguments_of, noun_preps, right_preps
from nlp.extensions import is_company, mention_at, tokens_at

SELLERS = frozenset("seller supplier vendor exporter".split())
TAKES = frozenset("take buy purchase import source".split())
#: "made sales worth X to Acme": acts of handing over, not what is of value to somebody.
HANDED = frozenset(
    "sale sales shipment delivery export transfer transaction consignment order purchase".split()
)
FEDERAL = frozenset("federal state provincial municipal government public".split())
STATE = frozenset("government state province county city ministry department council agency treasury".split())
SUPPORT = frozenset("program programme aid scheme relief".split())
DUTIES = frozenset("duty tariff levy".split())
OWES = frozenset("lose forgo evade dodge avoid owe save refund recover".split())


def by_supply(site: Site, who: Who) -> Who:
    """`who` of a contract by who sells: "Acme signed for X of beans, said the seller, Oreval" is Oreval's."""
    sellers = [t for t in site.sent if t.pos_ == "NOUN" and t.tag_ == "NN" and lemma(t) in SELLERS]
    sellers = [t for t in sellers if any(c.lower_ == "the" for c in t.children)]
    for token in sellers:
        named = named_behind(site, token)
        if named is None:
            continue
        buyers = companies_of(site.doc, who.company)
        if companies_of(site.doc, [named])[:1] != buyers[:1]:
            return Who(company=[named], counter=who.company or who.counter)
    verb = site.verb
    if verb is not None and lemma(verb) in TAKES:  # "committed itself to take metal worth X"
        args = arguments_of(verb)
        if args.agents and any(t in who.company for t in args.agents):
            return Who(company=args.preps.get("from", []), counter=args.agents, others=args.agents)
    return who


def named_behind(site: Site, token: Token) -> Token | None:
    """The head of the company's name right behind "the seller," or "the seller"."""
    at = token.i + 1
    if at < site.sent.end and site.doc[at].text == ",":
        at += 1
    if at >= site.sent.end:
        return None
    mention = mention_at(site.doc, site.doc[at].idx, site.doc[at].idx + 1)
    if mention is None or not is_company(mention) or mention.start != site.doc[at].idx:
        return None
    tokens = tokens_at(site.doc, mention.start, mention.end)
    return tokens.root if tokens is not None else None


def handed_over(subject: Token | None) -> bool:
    """True for "1,184 sales worth X to Acme": X is what was sold."""
    return subject is not None and lemma(subject) in HANDED


def from_state(site: Site) -> bool:
    """True for "received X from Tennessee", "got X from a federal aid programme"."""
    verb = site.verb
    givers = list(right_preps(site).get("from", []))
    if verb is not None:
        givers += arguments_of(verb).preps.get("from", [])
    for token in givers:
        mention = mention_at(site.doc, token.idx, token.idx + len(token))
        if mention is not None and mention.kind in {EntityKind.AGENCY, EntityKind.PLACE}:
            return True
        if mention is None and (token.ent_type_ == "GPE" or lemma(token) in STATE | SUPPORT):
            return lemma(token) not in SUPPORT or any(c.lower_ in FEDERAL for c in token.children)
    return False


def duties_forgone(site: Site) -> bool:
    """True for "lost X in duties": money of the state, not goods traded."""
    verb = site.verb
    if verb is None or lemma(verb) not in OWES:
        return False
    for holder in (verb, site.anchor):
        if any(lemma(t) in DUTIES for t in noun_preps(holder).get("in", [])):
            return True
    return False


def shares_moved(site: Site) -> bool:
    """True for "Shares of Acme, which ..., rose 5% to X"."""
    verb = site.verb
    if verb is None or site.via not in {"to", "at"}:
        return False
    return any(c.dep_ == "nsubj" and lemma(c) in {"share", "stock"} for c in verb.children)
