"""Whose amount it is: the tokens of company and counterparty, read off the parse from the amount and its cue outwards.

Each family of roles shares out the arguments of its verb in its own way; nlp/amounts/mentions.py makes parties of them.
"""

from spacy.tokens import Token

from nlp.amounts.lexicon import Candidate, lemma, lexicon
from nlp.amounts.mentions import COMPANY_KINDS, Who
from nlp.amounts.sites import Arguments, Site, arguments_of, noun_preps, right_preps, verbs_above
from nlp.extensions import mention_at

#: Verbs whose subject is what a valuation speaks of.
REACH = frozenset(
    "raise have reach hit seek get secure close achieve command be fetch attract complete list float go gain attain top exceed"
    " receive boast carry hold lose obtain land see finish end stand double triple assume target".split()
)
INVESTORS = frozenset("backer investor shareholder bank financier".split())
RECEIVE = {"contract", "subsidy", "loan"}
#: The adjectives of countries and plain words that name no counterparty.
SPEECH = frozenset(
    "say tell report announce state show write add note claim cite reveal disclose confirm argue".split()
)


def find_who(site: Site, role: str, cue: Candidate | None) -> Who:
    """The tokens that may name company, counterparty and target of an amount in `role`."""
    who = read_who(site, role, cue)
    who.company, who.instead = nominal(site, who.company), nominal(site, who.instead)
    who.counter, who.target = nominal(site, who.counter), nominal(site, who.target)
    return who


def nominal(site: Site, tokens: list[Token]) -> list[Token]:
    """`tokens` without dates, numbers and the amount itself."""
    no_party = {"DATE", "TIME", "PERCENT", "MONEY", "CARDINAL", "QUANTITY", "ORDINAL"}
    return [
        t
        for t in tokens
        if t.pos_ in {"NOUN", "PROPN", "PRON", "ADV", "ADJ", "X"}
        and (t.ent_type_ not in no_party or t.pos_ == "PRON")
        and not site.first <= t.i < site.stop
    ]


def read_who(site: Site, role: str, cue: Candidate | None) -> Who:
    """`find_who` before dates and numbers are taken out."""
    noun = cue_noun(site, cue)
    verb = governing_verb(site, noun, cue)
    arguments = arguments_of(verb) if verb is not None else None
    name = lemma(verb) if verb is not None else ""
    if role in {"programme", "registered_capital"}:
        return Who()
    if role == "trade_volume":
        return Who(counter=list(arguments.agents) if arguments else [])
    owner = [t for t in owners(noun) if not site.first <= t.i < site.stop] if noun is not None else []
    if verb is not None and arguments is not None:
        for word, tokens in right_preps(site).items():
            arguments.preps.setdefault(word, []).extend(
                t for t in tokens if t not in arguments.preps.get(word, [])
            )
        if not arguments.agents and not arguments.passive:
            arguments.agents.extend(adjacent_subject(verb))
    if role == "valuation" or role == "market_cap" or role == "market_cap_change":
        return valuation_who(site, noun, owner, arguments, name)
    if role in RECEIVE:
        return receiving_who(noun, owner, arguments, name, role)
    if role == "fine":
        return fine_who(noun, owner, arguments, name)
    if role in {"funding", "funding_total", "ipo"}:
        return funding_who(site, noun, owner, arguments, name)
    if role == "stake":
        return stake_who(site, noun, arguments, name)
    if role == "fine" and noun is None and name == "pay" and arguments is not None:
        payees = arguments.receivers + [p for p in arguments.patients if p.ent_type_ == "ORG"]
        return Who(company=arguments.agents, counter=payees + arguments.preps.get("to", []))
    if role in {"acquisition", "disposal", "purchases"}:
        return deal_who(role, noun, owner, arguments)
    if arguments is None:
        return Who(company=owner)
    subject = arguments.patients if arguments.passive else arguments.agents
    if role == "investment" and any(lemma(s) in INVESTORS for s in subject):
        into = [t for w in ("into", "in") for t in arguments.preps.get(w, [])]
        return Who(company=[t for t in into if t.pos_ == "PROPN"], counter=subject)
    if role == "investment" and name in lexicon().verbs["fund"]:
        into = [t for w in ("into", "in") for t in arguments.preps.get(w, []) if t.pos_ == "PROPN"]
        return Who(company=subject, instead=into, counter=into)
    if name == "cost":
        return Who(company=arguments.receivers or [p for p in arguments.patients if p.pos_ != "NUM"])
    return Who(company=owner or subject, instead=subject)


def adjacent_subject(verb: Token) -> list[Token]:
    """The company right before a verb that the parse left without a subject."""
    at = verb.i
    while (
        at > verb.sent.start
        and verb.doc[at - 1].pos_ in {"AUX", "ADV", "PART"}
        and verb.doc[at - 1].ent_type_ == ""
    ):
        at -= 1
    if at == verb.sent.start:
        return []
    token = verb.doc[at - 1]
    mention = mention_at(verb.doc, token.idx, token.idx + len(token))
    return [token] if mention is not None and mention.kind in COMPANY_KINDS else []


def cue_noun(site: Site, cue: Candidate | None) -> Token | None:
    """The noun of the cue, or the noun that the amount itself qualifies ("a $380 million series B")."""
    if cue is not None and not cue.verb:
        return cue.head(site.doc)
    head = site.anchor.head
    if site.anchor.dep_ in {"nummod", "compound", "amod", "nmod"} and head.pos_ in {"NOUN", "PROPN"}:
        return head
    return None


def governing_verb(site: Site, noun: Token | None, cue: Candidate | None) -> Token | None:
    """The verb whose arguments are the parties."""
    if cue is not None and cue.verb:
        verb = cue.head(site.doc)
        return verb if verb.pos_ in {"VERB", "AUX"} else site.verb
    base = noun if noun is not None and noun not in site.anchor.subtree else site.anchor
    for verb in verbs_above(base):
        if lemma(verb) in {"value", "worth", "total", "include"} and verb.dep_ in {"acl", "amod", "prep"}:
            continue
        if verb.pos_ == "AUX" and verb.dep_ in {"aux", "auxpass"}:
            continue
        return verb
    return site.verb


def owners(noun: Token) -> list[Token]:
    """Whose noun it is: "Acme's fine", "the valuation of Acme", "Acme revenue", "revenue at Acme"."""
    found = [c for c in noun.children if c.dep_ == "poss"]
    preps = noun_preps(noun)
    for word in ("of", "at", "for"):
        found += [t for t in preps.get(word, []) if not t.like_num and not t.is_currency]
    above = noun.head.head if noun.dep_ == "pobj" and noun.head.lower_ == "of" else None
    if not found and above is not None and above.pos_ == "NOUN":  # "its forecast of sales"
        found += [c for c in above.children if c.dep_ == "poss"]
    places = {"GPE", "LOC", "NORP", "DATE", "LAW", "EVENT"}
    found += [
        c
        for c in noun.children
        if c.dep_ in {"compound", "nmod"} and c.pos_ == "PROPN" and c.ent_type_ not in places
    ]
    return found


def valuation_who(
    site: Site, noun: Token | None, owner: list[Token], args: Arguments | None, name: str
) -> Who:
    if noun is None and name != "value":
        worth = next((t for t in reversed(list(site.left[-9:])) if t.lower_ == "worth"), None)
        if worth is not None:
            before = (
                worth.nbor(-2 if worth.nbor(-1).text == "," else -1)
                if worth.i - 2 >= site.sent.start
                else None
            )
            if before is not None and before.pos_ in {"NOUN", "PROPN", "PRON"}:
                return Who(company=[before])
    if args is None:
        return Who(company=owner)
    if owner:
        return Who(company=owner, instead=args.agents)
    if noun is not None and name not in REACH and name not in {"give", "grant", "put", "set", "value"}:
        return Who()  # "led an investment in X at a valuation of Y": the subject is not what is valued
    if name == "value":
        return Who(company=args.patients, counter=args.agents)
    if name in {"give", "grant"}:
        return Who(company=args.receivers or args.patients)
    if name in {
        "put",
        "carry",
        "mark",
        "price",
        "appraise",
        "set",
        "leave",
        "assess",
        "estimate",
        "peg",
        "consider",
    }:
        return Who(company=args.patients or args.agents)
    return Who(company=args.patients if args.passive else args.agents)


def receiving_who(
    noun: Token | None, owner: list[Token], args: Arguments | None, name: str, role: str
) -> Who:
    """Contracts, grants, loans: who receives is the company, who gives the counterparty."""
    verbs = lexicon().verbs
    preps = noun_preps(noun) if noun is not None else {}
    if args is None:
        return Who(
            company=owner or preps.get("to", []), counter=preps.get("from", []) + preps.get("with", [])
        )
    for clause in noun.children if noun is not None else ():
        if (
            clause.dep_ == "acl" and clause.pos_ == "VERB"
        ):  # "a tender won by Acme", "a grant awarded to Acme"
            inner = arguments_of(clause)
            if lemma(clause) in verbs["get"] and inner.agents:
                return Who(company=inner.agents, counter=args.agents)
            if lemma(clause) in verbs["give"] and inner.preps.get("to"):
                return Who(company=inner.preps["to"], counter=inner.agents)
    merged = {
        w: preps.get(w, []) + [t for t in args.preps.get(w, []) if t not in preps.get(w, [])]
        for w in {*preps, *args.preps}
    }
    if name in verbs["give"]:
        receivers = args.receivers or merged.get("to", [])
        if args.passive:
            receivers = [p for p in args.patients if p != noun] or merged.get("to", []) or args.receivers
        return Who(company=receivers or merged.get("to", []), counter=args.agents)
    if name in verbs["order"] and role == "contract":
        return Who(company=merged.get("from", []) or merged.get("with", []), counter=args.agents)
    if name in {"go"}:
        return Who(company=merged.get("to", []))
    subject = args.patients if args.passive else args.agents
    if noun is not None and any(noun in (s, *s.children) for s in subject):
        subject = []
    if noun is not None and args.receivers and name not in verbs["give"]:  # "cost Acme a X contract"
        return Who(company=args.receivers, counter=merged.get("with", []) + merged.get("from", []))
    ordered = lemma(noun) == "order" if noun is not None else False
    if noun is not None and ordered and owner and preps.get("for"):  # "its order for 20 sensors"
        return Who(company=merged.get("from", []) + merged.get("with", []), counter=owner)
    if noun is not None and name in verbs["cancel"] and (ordered or preps.get("for")):
        return Who(company=merged.get("with", []), counter=[*subject, *owner])
    giver = merged.get("from", []) + merged.get("with", []) + merged.get("by", [])
    if args.passive:
        giver = args.agents + merged.get("from", [])
    company = owner if owner and name not in verbs["get"] else subject or owner
    company = company or merged.get("to", [])
    return Who(company=company, counter=giver)


def fine_who(noun: Token | None, owner: list[Token], args: Arguments | None, name: str) -> Who:
    verbs = lexicon().verbs
    preps = noun_preps(noun) if noun is not None else {}
    target = preps.get("on", []) + preps.get("against", [])
    if args is not None and not target and noun is not None and noun in args.patients:
        target = args.preps.get("on", []) + args.preps.get("against", [])  # "cut a fine on X from Y to Z"
    if target:
        return Who(company=target, counter=args.agents if args and name in verbs["impose"] else owner)
    if args is None:
        return Who(company=owner)
    if name == "award":  # by a jury: who is awarded damages does not pay them
        return Who(counter=args.receivers or args.patients)
    if (name in verbs["impose"] and name not in {"order", "charge"}) or (
        name in {"order", "charge"} and not args.passive
    ):
        on = args.preps.get("on", []) + args.preps.get("against", [])
        patients = [p for p in args.patients if p != noun]
        return Who(company=on or patients or args.receivers, counter=args.agents)
    if noun is not None and noun in args.agents:
        return Who(company=owner)
    payer = args.patients if args.passive and name in verbs["impose"] else args.agents
    counter = args.preps.get("to", []) + args.preps.get("with", [])
    counter += [t for t in preps.get("with", []) + preps.get("from", []) if t not in counter]
    return Who(company=payer or owner, counter=counter)


def funding_who(site: Site, noun: Token | None, owner: list[Token], args: Arguments | None, name: str) -> Who:
    verbs = lexicon().verbs
    lead = [t for v in site.sent if lemma(v) == "lead" and v.pos_ == "VERB" for t in arguments_of(v).agents]
    if args is None:
        return Who(company=owner, counter=lead)
    giver = args.preps.get("from", []) + lead
    if name in verbs["fund"] and name != "lead":
        into = args.preps.get("in", []) + args.preps.get("into", [])
        return Who(company=into, counter=args.agents)
    subject = args.patients if args.passive else args.agents
    if (noun is not None and noun in subject) or any(lemma(s) in lexicon().heads for s in subject):
        subject = [o for s in subject for o in owners(s)]
        if (
            not subject and args.verb.dep_ == "relcl"
        ):  # "a listing that could raise": who lists is the company
            above = next(verbs_above(args.verb.head), None)
            subject = owners(args.verb.head) or (arguments_of(above).agents if above is not None else [])
    return Who(company=owner or subject, counter=giver)


def stake_who(site: Site, noun: Token | None, args: Arguments | None, name: str) -> Who:
    """Company is the issuer, counterparty the holder."""
    issuer = noun_preps(noun).get("in", []) + noun_preps(noun).get("of", []) if noun is not None else []
    holder: list[Token] = []
    if args is not None:
        for thing in args.patients:  # "bought 12% of Acme"
            issuer += [t for t in noun_preps(thing).get("of", []) if t not in issuer and t.pos_ == "PROPN"]
        issuer = issuer or args.preps.get("in", [])
        holder = args.agents
        if name in {"sell", "offload", "divest", "dispose"}:
            holder, issuer = args.preps.get("to", []) or args.receivers, issuer or args.agents
    if not issuer:
        for token in site.sent:  # "bought a 5% stake for X, valuing N at Y"
            if lemma(token) == "value" and token.pos_ == "VERB":
                issuer = arguments_of(token).patients
    return Who(company=issuer, counter=holder)


def deal_who(role: str, noun: Token | None, owner: list[Token], args: Arguments | None) -> Who:
    if args is None:
        return Who(company=owner)
    other = args.preps.get("to" if role == "disposal" else "from", [])
    if (
        role == "acquisition"
        and noun is not None
        and lemma(noun) in {"acquisition", "takeover", "buyout", "purchase"}
    ):
        poss = [c for c in noun.children if c.dep_ == "poss"] + noun_preps(noun).get("by", [])
        return Who(
            company=poss or args.agents,
            target=noun_preps(noun).get("of", []),
            counter=noun_preps(noun).get("from", []),
        )
    return Who(company=args.agents, target=args.patients, counter=other)
