"""Who receives and who gives: contracts, grants and loans, fines; read off the verb and the noun of the cue."""

from spacy.tokens import Token

from db.records import EntityKind
from nlp.amounts.lexicon import lemma, lexicon
from nlp.amounts.mentions import Who
from nlp.amounts.sites import Arguments, Site, arguments_of, noun_preps, relative_verb
from nlp.extensions import mention_at

CHOOSES = frozenset("choose pick select name tap hire appoint commission retain".split())
CONTESTS = frozenset("protest contest challenge dispute oppose criticise criticize question appeal".split())
SUPPLIES = frozenset("supply deliver provide equip furnish".split())
SUPPORTS = frozenset("support back help fund assist prop bail aid subsidise subsidize sponsor".split())
HOLDERS = frozenset("winner recipient beneficiary holder awardee grantee".split())
#: Nouns of states and their bodies; a place ("Tokyo", "the city of Leiden") is one, too.
BODIES = frozenset(
    "state government ministry department city county province council treasury region union agency navy army police"
    " pentagon authority municipality administration commission senate congress parliament".split()
)


def is_agency(site: Site, token: Token) -> bool:
    """True for a mention of a body of state."""
    mention = mention_at(site.doc, token.idx, token.idx + len(token))
    return mention is not None and mention.kind is EntityKind.AGENCY


def is_public(site: Site, token: Token) -> bool:
    """True for a state, its places and bodies."""
    return is_agency(site, token) or token.ent_type_ == "GPE" or lemma(token) in BODIES


def is_firm(site: Site, token: Token) -> bool:
    """True for a mention of a company."""
    mention = mention_at(site.doc, token.idx, token.idx + len(token))
    return mention is not None and mention.kind is EntityKind.COMPANY


def holder(noun: Token) -> list[Token] | None:
    """Who is called the winner or recipient of `noun`: the other side of "is", or what the word stands beside."""
    above = noun.head.head if noun.dep_ == "pobj" and noun.head.lower_ == "of" else None
    if above is None or lemma(above) not in HOLDERS:
        return None
    if above.dep_ == "appos":
        return [above.head]
    verb = above.head
    return [c for c in verb.children if c.dep_ in {"attr", "nsubj"} and c != above and verb.lemma_ == "be"]


def receiving_who(
    site: Site, noun: Token | None, owner: list[Token], args: Arguments | None, name: str, role: str
) -> Who:
    """Contracts, grants, loans: who receives is the company, who gives the counterparty."""
    verbs = lexicon().verbs
    preps = noun_preps(noun) if noun is not None else {}
    if noun is not None and (held := holder(noun)) is not None:  # "winner of the contract is Acme"
        return Who(company=held, counter=args.agents if args is not None else [])
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
    if role == "contract" and name in CONTESTS:
        return Who(company=owner, others=args.agents)
    if role == "contract" and name in SUPPLIES and noun is None:
        receivers = args.receivers + args.preps.get("to", []) + args.patients
        return Who(company=args.agents, counter=[t for t in receivers if is_firm(site, t)])
    if role == "contract" and name in CHOOSES:
        return Who(company=[p for p in args.patients if p != noun], counter=args.agents)
    if role == "subsidy" and name in SUPPORTS and not args.passive:
        return Who(company=[p for p in args.patients if p != noun], counter=args.agents)
    if name in verbs["give"] or (name == "pay" and args.receivers):
        receivers = args.receivers or merged.get("to", [])
        if args.passive:
            receivers = [p for p in args.patients if p != noun] or merged.get("to", []) or args.receivers
        return Who(company=receivers or merged.get("to", []), counter=args.agents)
    if name != "lose" and (got := preps.get("to", [])) and any(is_firm(site, t) for t in got):
        return Who(company=got, counter=args.agents if name in verbs["give"] else preps.get("from", []))
    if name in verbs["order"] and role == "contract":
        return Who(company=merged.get("from", []) or merged.get("with", []), counter=args.agents)
    if name in {"go"}:
        return Who(company=merged.get("to", []), counter=merged.get("from", []))
    subject = args.patients if args.passive else args.agents
    if noun is not None and any(noun in (s, *s.children) for s in subject):
        subject = []
    if noun is not None and args.receivers and name not in verbs["give"]:  # "cost Acme a X contract"
        return Who(company=args.receivers, counter=merged.get("with", []) + merged.get("from", []))
    ordered = lemma(noun) == "order" if noun is not None else False
    if noun is not None and ordered and owner and preps.get("for"):  # "its order for 20 sensors"
        return Who(company=merged.get("from", []) + merged.get("with", []), counter=owner)
    public = [t for t in subject if is_public(site, t)]
    if noun is not None and name in verbs["cancel"] and (ordered or preps.get("for") or public):
        return Who(company=merged.get("with", []), counter=[*subject, *owner])
    giver = merged.get("from", []) + merged.get("with", []) + merged.get("by", [])
    if args.passive:
        giver = args.agents + merged.get("from", [])
    if noun is not None and role == "contract" and not giver:  # "Pentagon orders"
        giver = [c for c in noun.children if c.dep_ == "compound" and is_agency(site, c)]
    company = owner if owner and name not in verbs["get"] else subject or owner
    company = company or merged.get("to", [])
    return Who(company=company, counter=giver)


def fine_who(site: Site, noun: Token | None, owner: list[Token], args: Arguments | None, name: str) -> Who:
    verbs = lexicon().verbs
    preps = noun_preps(noun) if noun is not None else {}
    target = preps.get("on", []) + preps.get("against", [])
    told = relative_verb(noun) if noun is not None else None
    if told is not None and lemma(told) in verbs["impose"] | verbs["give"] and not target:
        inner = arguments_of(told)  # "the penalty that the department imposed on Acme"
        on = [t for word in ("on", "against", "to") for t in inner.preps.get(word, [])]
        if on or (args is not None and lemma(args.verb) not in verbs["pay"]):
            return Who(company=on, counter=inner.agents)
        return Who(company=args.agents if args is not None else [], counter=inner.agents)
    if noun is not None and not target and told is None:  # the same, hung elsewhere by the parse
        for token in site.doc[noun.i + 1 : min(noun.i + 9, site.sent.end)]:
            if lemma(token) in verbs["impose"] and (on := noun_preps(token).get("on", [])):
                return Who(company=on, counter=arguments_of(token).agents)
    if args is not None and not target and noun is not None and noun in args.patients:
        target = [t for t in args.preps.get("on", []) if t.lower_ != "top"]
        target += args.preps.get("against", [])  # "cut a fine on X from Y to Z"
    if target:
        return Who(company=target, counter=args.agents if args and name in verbs["impose"] else owner)
    if args is None:
        return Who(company=owner)
    if noun is not None and name in verbs["give"] and args.preps.get("to"):  # "a fine was handed to Acme"
        return Who(company=args.preps["to"], counter=args.agents if args.passive else [])
    if noun is not None and noun in args.preps.get("with", []) and not args.patients:
        return Who(company=args.agents)  # "Acme, already hit with a fine"
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
    paid = [t for t in (*args.receivers, *args.patients) if t not in counter]
    counter += [t for t in paid if is_agency(site, t) or (name == "pay" and t.ent_type_ == "GPE")]
    return Who(company=payer or owner, counter=counter)
