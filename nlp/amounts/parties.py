"""Whose amount it is: the tokens of company and counterparty, read off the parse from the amount and its cue outwards.

Each family of roles shares out the arguments of its verb in its own way; nlp/amounts/mentions.py makes parties of them.
"""

from spacy.tokens import Token

from nlp.amounts.lexicon import Candidate, lemma, lexicon
from nlp.amounts.mentions import COMPANY_KINDS, Who
from nlp.amounts.places import in_own_clause
from nlp.amounts.receivers import fine_who, holder, receiving_who
from nlp.amounts.sites import (
    Arguments,
    Site,
    arguments_of,
    noun_preps,
    objects_of,
    relative_verb,
    right_preps,
    shared_preps,
    verbs_above,
)
from nlp.amounts.supply import by_supply
from nlp.extensions import mention_at

#: Verbs whose subject is what a valuation speaks of.
REACH = frozenset(
    "raise have reach hit seek get secure close achieve command be fetch attract complete list float go gain attain top exceed"
    " receive boast carry hold lose obtain land see finish end stand double triple assume target".split()
)
INVESTORS = frozenset("backer investor shareholder bank financier".split())
IMPOSES = frozenset("impose slap levy place announce".split())
RECEIVE = {"contract", "subsidy", "loan"}
#: The adjectives of countries and plain words that name no counterparty.
SPEECH = frozenset(
    "say tell report announce state show write add note claim cite reveal disclose confirm argue".split()
)


def find_who(site: Site, role: str, cue: Candidate | None) -> Who:
    """The tokens that may name company, counterparty and target of an amount in `role`."""
    who = in_own_clause(site, read_who(site, role, cue))
    if role == "contract":
        who = by_supply(site, who)
    who.company, who.instead = nominal(site, who.company), nominal(site, who.instead)
    who.others = nominal(site, who.others)
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
    if role == "programme":
        return Who()
    told = relative_verb(site.anchor) if cue is None and noun is None else None
    if told is not None and arguments_of(told).agents:  # "the record is the X that Acme paid"
        return Who(company=arguments_of(told).agents)
    if role == "registered_capital":
        own = [c for c in noun.children if c.dep_ == "poss"] if noun is not None else []
        fronted = arguments is not None and name in {"set", "establish", "found", "register", "incorporate"}
        return Who(company=own or (arguments.patients if fronted and arguments is not None else []))
    if role == "trade_volume":
        told = [arguments_of(t) for t in site.sent if lemma(t) in IMPOSES and t.pos_ == "VERB"]
        imposers = [a for args in told for a in args.agents if a.pos_ == "PROPN" or a.ent_type_]
        return Who(counter=(list(arguments.agents) if arguments else []) + imposers)
    owner = [t for t in owners(noun) if not site.first <= t.i < site.stop] if noun is not None else []
    if verb is not None and arguments is not None:
        for word, tokens in (*right_preps(site).items(), *shared_preps(site).items()):
            arguments.preps.setdefault(word, []).extend(
                t for t in tokens if t not in arguments.preps.get(word, [])
            )
        if not arguments.agents and not arguments.passive:
            arguments.agents.extend(adjacent_subject(verb))
    if role == "valuation" or role == "market_cap" or role == "market_cap_change":
        return valuation_who(site, noun, owner, arguments, name)
    if role in RECEIVE:
        return receiving_who(site, noun, owner, arguments, name, role)
    if role == "fine":
        return fine_who(site, noun, owner, arguments, name)
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
    for word in ("of", "at", "for", "by"):
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


def funding_who(site: Site, noun: Token | None, owner: list[Token], args: Arguments | None, name: str) -> Who:
    verbs = lexicon().verbs
    lead = [t for v in site.sent if lemma(v) == "lead" and v.pos_ == "VERB" for t in arguments_of(v).agents]
    told = relative_verb(site.anchor)
    if told is not None and lemma(told) in verbs["fund"]:  # "the money that Harbour Fund put in"
        lead += [t for t in arguments_of(told).agents if t not in lead]
    held = holder(noun) or holder(site.anchor) if noun is not None else holder(site.anchor)
    if held:
        return Who(company=held, counter=lead)
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
    if not owner and not subject:  # "fresh capital has flowed into Acme"
        subject = args.preps.get("into", [])
    return Who(company=owner or subject, counter=giver)


def stake_who(site: Site, noun: Token | None, args: Arguments | None, name: str) -> Who:
    """Company is the issuer, counterparty the holder."""
    if noun is not None and lemma(noun) == "sale":  # "the sale of a 3% interest in Acme to Y"
        sold = noun_preps(noun).get("of", [])
        issuers = [t for thing in sold for word in ("in", "of") for t in noun_preps(thing).get(word, [])]
        return Who(company=issuers, counter=below(noun, "to"))
    issuer = noun_preps(noun).get("in", []) + noun_preps(noun).get("of", []) if noun is not None else []
    holder: list[Token] = []
    if args is not None:
        for thing in args.patients:  # "bought 12% of Acme"
            issuer += [t for t in noun_preps(thing).get("of", []) if t not in issuer and t.pos_ == "PROPN"]
        for thing in args.preps.get("for", []):  # "paid X for 14 per cent of Acme"
            if thing.text == "%" or thing.lower_ in {"percent", "cent"}:
                issuer += noun_preps(thing).get("of", [])
        issuer = issuer or args.preps.get("in", [])
        holder = args.agents
        if name in {"sell", "offload", "divest", "dispose"}:
            holder, issuer = args.preps.get("to", []) or args.receivers, issuer or args.agents
    if not issuer:
        for token in site.sent:  # "bought a 5% stake for X, valuing N at Y"
            if lemma(token) == "value" and token.pos_ == "VERB":
                issuer = arguments_of(token).patients
    return Who(company=issuer, counter=holder)


def below(noun: Token, word: str) -> list[Token]:
    """What `word` governs anywhere in the phrase of `noun`: the parse hangs it low."""
    return [
        t for token in noun.subtree if token.lower_ == word and token.pos_ == "ADP" for t in objects_of(token)
    ]


def deal_who(role: str, noun: Token | None, owner: list[Token], args: Arguments | None) -> Who:
    if args is None:
        return Who(company=owner)
    side = "to" if role == "disposal" else "from"
    other = args.preps.get(side, []) or (noun_preps(noun).get(side, []) if noun is not None else [])
    if (
        role == "disposal" and noun is not None and owner and noun in args.agents
    ):  # "Acme's sale of the unit to Y"
        poss = [c for c in noun.children if c.dep_ == "poss"]
        return Who(company=poss, instead=args.receivers, target=noun_preps(noun).get("of", []), counter=other)
    if role == "acquisition" and args.verb.lemma_ == "cost":
        return Who(
            company=args.receivers or args.patients, target=noun_preps(noun).get("of", []) if noun else []
        )
    if role == "purchases" and noun is not None and owner:
        return Who(company=owner, counter=other)
    if role == "purchases" and lemma(args.verb) in lexicon().goods["sell"]:
        return Who(company=args.preps.get("to", []), counter=args.agents)
    if role == "purchases" and args.verb.lemma_ == "go":
        other = args.preps.get("to", [])
    if (
        role == "acquisition"
        and noun is not None
        and lemma(noun) in {"acquisition", "takeover", "buyout", "purchase", "bid", "offer"}
    ):
        poss = [c for c in noun.children if c.dep_ == "poss"]
        return Who(
            company=poss
            or below(noun, "by")
            or ([] if args.passive else args.preps.get("by", []))
            or args.agents,
            target=[t for w in ("of", "for") for t in noun_preps(noun).get(w, [])],
            counter=noun_preps(noun).get("from", []),
        )
    return Who(company=args.agents, target=args.patients, counter=other)
