"""Whose amount it is: company and counterparty, read off the parse from the amount and its cue outwards.

A token becomes a party only through a mention of the document (names, short forms, and the descriptions and
pronouns that `antecedents` resolved). No mention, no company.
"""

from dataclasses import dataclass, field

from spacy.tokens import Doc, Token

from db.records import EntityKind, Mention, Party, Role, Span
from nlp.amounts_roles import Candidate, lemma, lexicon
from nlp.amounts_sites import Arguments, Site, arguments_of, conjuncts, noun_preps, right_preps, verbs_above
from nlp.extensions import mention_at, party_of, span_of

COMPANY_KINDS = {EntityKind.COMPANY}
#: "Tianhe's suppliers slid" tells nothing of Tianhe; "Tianhe's shares fell" does.
OTHERS = frozenset(
    "supplier rival customer competitor partner backer investor owner parent shareholder buyer lender regulator peer seller"
    " client critic opponent neighbour neighbor government ministry department country analyst lawyer".split()
)
#: "the company": a description that stands for the company the text is about.
GENERIC = frozenset(
    "company firm group maker start-up startup chipmaker carmaker business manufacturer foundry developer share stock order"
    " book stockpile consumption unit deal round transaction board management plan timetable proposal move talk prospectus"
    " filing report statement notice account result".split()
)
#: Nouns that are parties without being names; other nouns ("the listing") are none.
BODIES = frozenset(
    "government bureau army navy police department ministry agency county city province supplier customer company firm investor"
    " bank fund carmaker maker operator authority regulator court state university hospital buyer client people force council"
    " municipality administration commission carrier utility consortium group guard military embassy office airline railway employee"
    " officer official congress parliament union founder chairman lender creditor shareholder".split()
)
#: Verbs whose subject is what a valuation speaks of.
REACH = frozenset(
    "raise have reach hit seek get secure close achieve command be fetch attract complete list float go gain attain top exceed"
    " receive boast carry hold lose obtain land see finish end stand double triple assume target".split()
)
RECEIVE = {"contract", "subsidy", "loan"}
#: The adjectives of countries and plain words that name no counterparty.
SPEECH = frozenset(
    "say tell report announce state show write add note claim cite reveal disclose confirm argue".split()
)


@dataclass
class Who:
    """Tokens that hold the parties of an amount; of `company` the first that names one counts, then `instead`."""

    company: list[Token] = field(default_factory=list)
    instead: list[Token] = field(default_factory=list)
    counter: list[Token] = field(default_factory=list)
    target: list[Token] = field(default_factory=list)


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
    if role in {"acquisition", "disposal", "purchases"}:
        return deal_who(role, noun, owner, arguments)
    if arguments is None:
        return Who(company=owner)
    subject = arguments.patients if arguments.passive else arguments.agents
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
    if name in {"put", "set", "leave", "assess", "estimate", "peg", "consider"}:
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
    if target:
        return Who(company=target, counter=args.agents if args and name in verbs["impose"] else owner)
    if args is None:
        return Who(company=owner)
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


def mention_of(doc: Doc, token: Token, kinds: set[EntityKind]) -> Mention | None:
    """The mention that `token` heads, or that owns what it heads ("Haoyang's shares", "the shares of Haoyang")."""
    found = mention_at(doc, token.idx, token.idx + len(token))
    if found is not None:
        return found if found.kind in kinds else None
    chunk_start = token.left_edge
    wide = mention_at(doc, chunk_start.idx, token.idx + len(token)) if chunk_start.i < token.i else None
    if wide is not None and wide.end >= token.idx and wide.kind in kinds:
        return wide
    for child in token.children:  # "its smaller rival Dongshi"
        if child.dep_ == "appos":
            inner = mention_at(doc, child.idx, child.idx + len(child))
            if inner is not None and inner.kind in kinds:
                return inner
    if token.dep_ == "appos":  # "Acme, a rival valued at X"
        inner = mention_at(doc, token.head.idx, token.head.idx + len(token.head))
        if inner is not None:
            return inner if inner.kind in kinds else None
    if lemma(token) in OTHERS:
        return None
    for child in token.children:
        if child.dep_ in {"poss", "compound", "nmod"}:
            inner = mention_at(doc, child.idx, child.idx + len(child))
            if inner is not None and inner.kind in kinds:
                return inner
    for objects in (noun_preps(token).get("of", []), noun_preps(token).get("at", [])):
        for item in objects:
            inner = mention_at(doc, item.idx, item.idx + len(item))
            if inner is not None and inner.kind in kinds:
                return inner
    return None


def companies_of(doc: Doc, tokens: list[Token]) -> list[Mention]:
    """Company mentions of `tokens` and of what is coordinated with them, one for each entity."""
    found: dict[int, Mention] = {}
    for token in tokens:
        for item in conjuncts(token):
            mention = mention_of(doc, item, COMPANY_KINDS)
            if mention is not None:
                found.setdefault(mention.entity, mention)
    return list(found.values())


def named_by_parse(doc: Doc, tokens: list[Token]) -> Party | None:
    """A proper noun in the company's place that no component knows: named by the parse, so still a party."""
    for token in tokens:
        unknown = mention_at(doc, token.left_edge.idx, token.idx + len(token)) is None
        placed = token.dep_ in {"nsubj", "nsubjpass", "dobj", "dative", "pobj", "poss", "conj"}
        if lemma(token) in lexicon().heads or not placed or not token.is_title:
            continue
        if token.pos_ == "PROPN" and token.ent_type_ in {"", "ORG", "PRODUCT"} and unknown:
            span = noun_phrase(doc, token)
            return Party(role=Role.COMPANY, surface=span.text, span=span, kind=EntityKind.COMPANY)
    return None


def counterparties_of(doc: Doc, tokens: list[Token], taken: set[int]) -> list[Party]:
    """Counterparties: mentions of any kind, else the plain noun phrase ("police bureaus")."""
    found: list[Party] = []
    for token in tokens:
        for item in conjuncts(token):
            if item.like_num or item.is_currency or item.pos_ in {"PRON", "NUM", "VERB", "ADJ"}:
                mention = mention_of(doc, item, set(EntityKind)) if item.pos_ == "PRON" else None
            else:
                mention = mention_of(doc, item, set(EntityKind) - {EntityKind.DOCUMENT})
            if mention is not None:
                if mention.entity not in taken and all(p.span != mention.span for p in found):
                    found.append(party_of(doc, mention, Role.COUNTERPARTY))
            elif is_body(item):
                span = noun_phrase(doc, item)
                if all(p.span != span for p in found):
                    found.append(Party(role=Role.COUNTERPARTY, surface=span.text, span=span))
    return found


def open_to_topic(who: Who, doc: Doc) -> bool:
    """True where nothing else fills the company's place: no subject, a pronoun, "the company", "its revenue"."""
    for token in who.company or who.instead:
        mention = mention_at(doc, token.idx, token.idx + len(token))
        if mention is not None:
            return mention.kind in {EntityKind.PERSON, EntityKind.PLACE, EntityKind.DOCUMENT}
        if token.pos_ == "PRON" or lemma(token) in GENERIC or lemma(token) in lexicon().heads:
            continue
        if lemma(token) in lexicon().anaphora or token.ent_type_ in {"GPE", "LOC", "NORP"}:
            continue
        if (
            token.lower_ == "up" and token.i > 1 and doc[token.i - 1].text == "-"
        ):  # "start-up", cut by the tokeniser
            continue
        if token.pos_ == "NOUN" and any(c.dep_ == "poss" and c.pos_ == "PRON" for c in token.children):
            continue
        if token.like_num or token.is_currency or token.pos_ in {"NUM", "SYM"}:
            continue
        return False
    return True


def is_body(token: Token) -> bool:
    """True for a noun that can be a party: a name, "police bureaus", "the county government"."""
    if lemma(token) in lexicon().heads - BODIES:  # "the IPO"
        return False
    if token.pos_ == "PROPN":
        return token.ent_type_ not in {"DATE", "MONEY", "PERCENT", "CARDINAL", "EVENT", "LAW"}
    return token.pos_ == "NOUN" and (lemma(token) in BODIES or token.lower_.rstrip("s") in BODIES)


def noun_phrase(doc: Doc, token: Token) -> Span:
    """`token` with the words before it, without article."""
    start = token
    for child in token.children:
        if child.i < token.i and child.dep_ in {"compound", "amod", "nmod", "poss"} and child.i < start.i:
            start = child.left_edge if child.dep_ != "poss" else child
    while start.dep_ in {"det", "punct"} and start.i < token.i:
        start = doc[start.i + 1]
    return span_of(doc, start.idx, token.idx + len(token))
