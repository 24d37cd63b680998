"""One role turned into another by what stands around its cue: a raise becomes an IPO, revenue that is lost lost sales."""

import re

from spacy.tokens import Token

from db.records import EntityKind
from nlp.amounts.context import by_context
from nlp.amounts.lexicon import Candidate, is_business, lemma, lexicon
from nlp.amounts.sites import Arguments, Site, arguments_of, noun_preps, objects_of
from nlp.amounts.supply import duties_forgone, from_state
from nlp.extensions import is_company, mention_at

TOTAL = re.compile(
    r"\b(?:including|counting|with) (?:the|its|this) (?:new|latest|fresh|recent)\b"
    r"|\b(?:over|in|across|through) (?:several|two|three|four|five|six|seven|eight|nine|\d+) (?:\w+ )?rounds\b",
    re.I,
)
TOTAL_LEFT = re.compile(
    r"\b(?:brings?|takes?|lifts?|pushes|bringing|taking|lifting|pushing) (?:its|the|their) (?:total|sum|tally|overall|capital raised)\b",
    re.I,
)
TO_DATE = re.compile(
    r"\b(?:to date|so far|since (?:its|their) (?:founding|foundation|inception|start|launch|creation))\b",
    re.I,
)
HAS_RAISED = re.compile(r"\b(?:has|have|had)\s+(?:so far |now |already )?raised\s+(?:\w+\s+){0,4}$", re.I)


SINCE = re.compile(r"\s*,\s*(?:most recently|the latest|including|of which)\b", re.I)


#: "lost $3 million on revenue of": a loss, and revenue.
LOSS_ON = re.compile(
    r"\blos\w+ (?:of )?[^\s\d]{0,4}\d\S*(?: \w+){0,3} on (?:revenues?|sales|turnover)\b", re.I
)


STAKES = frozenset({"stake", "share", "shareholding", "interest", "holding"})


#: Work that is taken on, not bought.
WORK = frozenset({"job", "contract", "order", "work", "project", "deal"})
PAYS = frozenset({"pay", "spend", "put", "offer", "commit", "invest", "remit", "agree"})
NO_FINE = re.compile(r"\b(?:tax|taxes|fees?|royalt\w+|rent|licen[cs]e|dut(?:y|ies)|lobby\w*)\b", re.I)
PART_OF_REVENUE = re.compile(
    r"[^.;]{0,40}?,\s*(?:or |about |some |around |nearly )*\d+(?:\.\d+)?\s?(?:%|per ?cent|percent)\s+of\s+"
    r"(?:its|the|their|total|group|annual|[\w'’]+)\s+(?:\w+\s+){0,2}?(?:revenues?|sales|turnover)\b",
    re.I,
)
JUDGES = frozenset({"jury", "court", "judge", "tribunal", "arbitrator", "panel"})
PAYERS = frozenset({"customer", "buyer", "client", "consumer", "shopper"})


def by_argument(site: Site, best: Candidate) -> str:
    """The role by what is bought, sold or paid for, and by who is paid."""
    doc, role = site.doc, best.role
    if not best.verb:
        return role
    head = best.head(doc)
    word = lemma(head)
    objects = [
        c for c in head.children if c.dep_ in {"dobj", "nsubjpass"} and not site.first <= c.i < site.stop
    ]
    if role in {"acquisition", "disposal", "purchases"}:
        if any(lemma(c) in STAKES or is_percentage(c) or is_fraction(c) for c in objects):
            return "stake"
        if role == "acquisition" and any(lemma(c) in WORK for c in objects):
            return "contract"
        if any(is_ware(site, c) for c in objects):
            return {"acquisition": "purchases", "disposal": "revenue"}.get(role, role)
        return role
    if role == "programme" and not any(is_public(site, a) for a in arguments_of(head).agents):
        return "other"  # a company sets money aside, too
    if role == "investment" and any(
        lemma(a) in INVESTORS and a.pos_ == "NOUN" for a in arguments_of(head).agents
    ):
        into = [t for w in ("into", "in") for t in arguments_of(head).preps.get(w, [])]
        if any(is_company_at(site, t) for t in into):
            return "funding"  # "investors have poured $870 million into X"
    if role == "subsidy" and word in CONTRIBUTES and SALES.search(site.right_text):
        return "revenue"  # "America contributed $2.8 billion of the $12.7 billion in sales"
    if role == "subsidy" and word in CONTRIBUTES:
        givers = arguments_of(head).agents
        if any(is_company_at(site, t) for t in givers):
            return "investment"
        return "subsidy" if any(is_public(site, t) for t in givers) else "other"
    if role == "profit" and PART_OF_REVENUE.match(site.right_text):
        return "revenue"
    if role == "contract" and word == "award" and any(lemma(a) in JUDGES for a in arguments_of(head).agents):
        return "fine"
    if head.i > site.first or word not in PAYS or role not in {"cost", "investment", "fine"}:
        return role
    arguments = arguments_of(head)
    for aim in paid_for(site, arguments):
        if lemma(aim) in STAKES or is_percentage(aim):
            return "stake"
        if is_business(doc, aim):
            return "acquisition"
    if role == "cost" and word == "pay" and arguments.passive and arguments.patients:
        return "other"  # "Acme was paid X": received
    if role == "cost" and word == "pay":
        if any(lemma(a) in PAYERS for a in arguments.agents):
            return "price"
        payees = [*objects, *arguments.receivers, *arguments.preps.get("to", [])]
        kinds = {m.kind for t in payees if (m := mention_at(doc, t.idx, t.idx + len(t))) is not None}
        if EntityKind.AGENCY in kinds and not NO_FINE.search(site.sent_text):
            return "fine"
    return role


def is_percentage(token: Token) -> bool:
    """True for "12%" in the place of the thing bought: "bought 12% of Acme"."""
    return token.text == "%" or token.lower_ in {"percent", "cent"}


def is_fraction(token: Token) -> bool:
    """True for "a fifth of the shares of Acme"."""
    if token.lower_ not in {"half", "third", "quarter", "fifth", "tenth", "majority", "minority"}:
        return False
    return any(lemma(t) in STAKES for t in noun_preps(token).get("of", []))


def is_company_at(site: Site, token: Token) -> bool:
    mention = mention_at(site.doc, token.idx, token.idx + len(token))
    return mention is not None and is_company(mention)


def is_public(site: Site, token: Token) -> bool:
    """True for a state, its places and bodies."""
    mention = mention_at(site.doc, token.idx, token.idx + len(token))
    if mention is not None and mention.kind is EntityKind.AGENCY:
        return True
    return token.ent_type_ == "GPE" or lemma(token) in PUBLIC


INVESTORS = frozenset("investor backer shareholder financier fund".split())
SALES = re.compile(r"[^.;]{0,60}\b(?:sales|revenues?|turnover)\b", re.I)
PUBLIC = frozenset(
    "state government ministry department city county province council taxpayer treasury region union agency".split()
)
CONTRIBUTES = frozenset({"cover", "shoulder", "contribute", "chip"})


def paid_for(site: Site, arguments: Arguments) -> list[Token]:
    """What money is paid for: the object of a "for" right behind the amount, or of the verb."""
    found = list(arguments.preps.get("for", []))
    for token in site.right[:2]:
        if token.lower_ == "for":
            found += [t for t in objects_of(token) if t not in found]
    return found


def is_ware(site: Site, token: Token) -> bool:
    """True for goods: "components", "6,000 drones"; not for a business or something named."""
    if token.pos_ != "NOUN" or is_business(site.doc, token) or lemma(token) in WORK:
        return False
    bare = token.tag_ == "NN" and not any(c.dep_ in {"det", "poss", "nummod"} for c in token.children)
    return bare or token.tag_ == "NNS" or lemma(token) in lexicon().goods["nouns"]  # "bought glass"


def turned(site: Site, best: Candidate, others: list[Site]) -> str:
    """The role after the turns of the lexicon: a raise becomes an IPO, revenue that is lost lost sales."""
    role = best.role
    compared = (
        site.right_text.lower()
        .lstrip()
        .startswith(("lower", "less than", "below", "short of", "higher", "above", "more than"))
    )
    if (
        compared
        and role == "revenue"
        and not site.right_text.lower().lstrip().startswith(("higher", "above", "more"))
    ):
        return "lost_sales"  # "expects its revenue to be $14 billion lower"
    if compared and role in {"revenue", "profit", "loss", "cost", "market_cap"}:
        return "other"  # "sales will be $10 billion lower": a difference
    role = by_argument(site, best)
    if (
        role == "subsidy"
        and best.verb
        and lemma(best.head(site.doc)) in {"receive", "get"}
        and from_state(site)
    ):
        return role
    if role == "trade_volume" and duties_forgone(site):
        return "other"
    if role == "funding" and TO_DATE.search(site.sent_text):
        return "funding_total"
    if role != best.role:
        return role
    if role == "funding" and (TOTAL.search(site.sent_text) or TOTAL_LEFT.search(site.left_text)):
        return "funding_total"
    if role in {"investment", "cost"} and project_won(site):
        return "contract"
    if role == "revenue" and under_contract(site):
        return "contract"
    if role == "disposal" and not best.verb:
        sold = noun_preps(best.head(site.doc)).get("of", [])
        if any(lemma(t) in STAKES for t in sold):
            return "stake"  # "the sale of a 3% interest in Acme"
    if role == "revenue" and bought_from_others(site):
        return "purchases"
    if role == "funding" and HAS_RAISED.search(site.near_left.rstrip()) and SINCE.match(site.right_text):
        return "funding_total"
    small = site.amount.value is not None and site.amount.value < 20_000
    if (
        best.verb
        and small
        and (role == "disposal" or (role == "cost" and lemma(best.head(site.doc)) == "cost"))
    ):
        return "price"
    role = by_context(site, best, role)
    if role == "contract" and not best.verb and lemma(best.head(site.doc)) in {"bid", "offer"}:
        aims = [c for c in best.head(site.doc).children if c.dep_ == "prep" and c.lower_ == "for"]
        for aim in (t for a in aims for t in a.children if t.dep_ == "pobj"):
            mention = mention_at(site.doc, aim.idx, aim.idx + len(aim))
            if mention is not None and is_company(mention):
                return "acquisition"
    if role == "valuation" and best.verb:
        valued = arguments_of(best.head(site.doc)).patients
        if any(lemma(t) in {"share", "stock"} for t in valued):
            return "market_cap"
    if role in {"revenue", "loss"} and LOSS_ON.search(site.sent_text):
        return role
    text = site.sent_text.lower()
    lemmas = " " + " ".join(lemma(t) for t in site.sent) + " "
    for turn in lexicon().turns:
        if role not in turn["from"] or any(f" {w} " in lemmas or w in text for w in turn.get("unless", ())):
            continue
        if "cue" in turn and " ".join(lemma(t) for t in site.doc[best.start : best.end]) not in turn["cue"]:
            continue
        if "verbs" in turn:
            limit = 1 if turn.get("direct") else 2
            near = [lemma(v) for v in own_verbs(site, best)[:limit]]
            if not any(v in turn["verbs"] for v in near):
                continue
        if "right" in turn and not starts_phrase(site.right_text.lower(), turn["right"]):
            continue
        if "left" in turn and not any(w in site.left_text.rstrip().lower()[-60:] for w in turn["left"]):
            continue
        if "via" in turn and site.via not in turn["via"]:
            continue
        if "words" in turn and not any(f" {w} " in lemmas for w in turn["words"]):
            continue
        role = turn["to"]
    return role


def own_verbs(site: Site, best: Candidate) -> list[Token]:
    """The verbs above an amount, up to the one whose subject the cue is: "lost X, while revenue climbed to Y" loses no revenue."""
    found = [v for v in site.ancestors if v.pos_ == "VERB"]
    noun = best.head(site.doc)
    own = next(
        (i for i, v in enumerate(found) if not best.verb and noun.dep_ == "nsubj" and noun.head == v), None
    )
    return found if own is None else found[: own + 1]


WINS = frozenset("win secure land clinch get bag award".split())
BUILDERS = frozenset("builder contractor winner supplier developer operator".split())


def project_won(site: Site) -> bool:
    """True for what a project costs that somebody won: "won a project in which X is to be invested"."""
    for token in site.sent:
        if lemma(token) not in {"project", "scheme"} or token.pos_ != "NOUN":
            continue
        verb = token.head
        taken = verb.pos_ == "VERB" and lemma(verb) in WINS and token.dep_ in {"dobj", "nsubjpass"}
        named = verb.lower_ == "of" and lemma(verb.head) in BUILDERS
        inside = site.anchor in token.subtree or site.left_text.lower().lstrip().startswith("with a total")
        if (taken or named) and inside:
            return True
    return False


def under_contract(site: Site) -> bool:
    """True for goods worth X that are delivered "under a contract"."""
    for token in site.left:
        if token.lower_ == "under":
            return any(lemma(t) in {"contract", "deal", "agreement", "order"} for t in objects_of(token))
    return False


def bought_from_others(site: Site) -> bool:
    """True for "American companies sold chips worth X to Acme": of the two only the buyer is named."""
    verb = site.verb
    seller = next(
        (a for a in site.ancestors if lemma(a) in lexicon().goods["sell"] and a.pos_ == "VERB"), verb
    )
    if seller is None or lemma(seller) not in lexicon().goods["sell"]:
        return False
    agents = arguments_of(seller).agents
    if not agents or any(is_company_at(site, a) or a.pos_ == "PRON" for a in agents):
        return False
    if any(c.dep_ == "poss" for a in agents for c in a.children):
        return False
    return any(is_company_at(site, t) for t in buyers(site, seller))


def buyers(site: Site, seller: Token) -> list[Token]:
    """To whom goods are sold, wherever the parse hangs it."""
    behind = [t for token in site.right[:3] if token.lower_ == "to" for t in objects_of(token)]
    return arguments_of(seller).preps.get("to", []) + behind


def starts_phrase(text: str, words: list[str]) -> bool:
    """True where one of `words` stands in the first words of `text`, before any comma."""
    near = text.split(",")[0].split(";")[0][:60]
    return any(near.lstrip().startswith(w) or f" {w} " in f" {near} " for w in words)
