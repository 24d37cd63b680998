"""From tokens to parties: the mention that a token heads, counterparties, and which places stay open.

A token becomes a party only through a mention of the document (names, short forms, and the descriptions and
pronouns that `antecedents` resolved). No mention, no company.
"""

from dataclasses import dataclass, field
from functools import cache

from spacy.tokens import Doc, Token

from db.records import EntityKind, Mention, Party, Role, Span
from nlp.amounts.lexicon import lemma, lexicon
from nlp.amounts.sites import conjuncts, noun_preps
from nlp.antecedents.descriptions import heads
from nlp.extensions import mention_at, party_of, span_of, text_of

COMPANY_KINDS = {EntityKind.COMPANY}


#: "Tianhe's suppliers slid" tells nothing of Tianhe; "Tianhe's shares fell" does.
OTHERS = frozenset(
    "supplier rival customer competitor partner backer investor owner parent shareholder buyer lender regulator peer seller"
    " client critic opponent neighbour neighbor government ministry department country analyst lawyer operator importer exporter landlord insurer contractor".split()
)


#: "the company": a description that stands for the company the text is about.
GENERIC = frozenset(
    "company firm group maker start-up startup chipmaker carmaker business manufacturer foundry developer share stock order"
    " book stockpile consumption unit deal round transaction board management plan timetable proposal move talk prospectus"
    " filing report statement notice account result forecast guidance outlook deck pitch memo target instalment installment".split()
)


#: Nouns that are parties without being names; other nouns ("the listing") are none.
BODIES = frozenset(
    "government bureau army navy police department ministry agency county city province supplier customer company firm investor"
    " bank fund carmaker maker operator authority regulator court state university hospital buyer client people force council"
    " municipality administration commission carrier utility consortium group guard military embassy office airline railway employee"
    " officer official congress parliament union founder chairman lender creditor shareholder".split()
)


#: Who tells or guesses about a company, and who acts for it: neither fills its place.
OUTSIDERS = frozenset(
    "analyst economist strategist banker investor backer shareholder fund board management director executive bank market"
    " plan line customer designation ruling verdict listing curb measure".split()
)


#: What several companies form; who leads it stands for it.
UNIONS = frozenset("consortium group team syndicate alliance pool".split())


@cache
def known_heads() -> frozenset[str]:
    """The nouns that describe companies: "the camera maker", "the lender"."""
    words = heads()
    return words.generic | words.specific


@dataclass
class Who:
    """Tokens that hold the parties of an amount; of `company` the first that names one counts, then `instead`."""

    company: list[Token] = field(default_factory=list)
    instead: list[Token] = field(default_factory=list)
    counter: list[Token] = field(default_factory=list)
    target: list[Token] = field(default_factory=list)
    others: list[Token] = field(default_factory=list)  #: who certainly is not the company


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
    comma = token.doc[token.i + 1] if token.i + 2 < len(doc) else None
    if comma is not None and comma.text == "," and token.pos_ == "NOUN":  # "its auditor, Pell & Croft, was"
        named = mention_at(doc, comma.idx + 2, comma.idx + 3)
        closed = (
            named is not None
            and named.start == comma.idx + 2
            and text_of(doc)[named.end : named.end + 1] == ","
        )
        if named is not None and closed and named.kind in kinds:
            return named
    if token.dep_ == "appos":  # "Acme, a rival valued at X"
        inner = mention_at(doc, token.head.idx, token.head.idx + len(token.head))
        if inner is not None:
            return inner if inner.kind in kinds else None
    if token.pos_ == "NOUN" and (apposed := behind_of(doc, token)) is not None and apposed.kind in kinds:
        return apposed  # "another supplier of Acme, Harbour Glass, agreed"
    if lemma(token) in UNIONS:  # "a consortium led by Acme"
        for clause in (c for c in token.children if c.dep_ == "acl" and lemma(c) in {"lead", "head"}):
            for by in (c for c in clause.children if c.dep_ == "agent"):
                for led in by.children:
                    inner = mention_at(doc, led.idx, led.idx + len(led))
                    if inner is not None and inner.kind in kinds:
                        return inner
    if lemma(token) in OTHERS:
        return None
    for child in token.children:
        if child.dep_ in {"poss", "compound", "nmod"}:
            inner = mention_at(doc, child.idx, child.idx + len(child))
            if inner is not None and inner.kind in kinds:
                return inner
    words = ("of", "at", "in") if lemma(token) in {"share", "stock", "stake"} else ("of", "at")
    for objects in (noun_preps(token).get(word, []) for word in words):
        for item in objects:
            inner = mention_at(doc, item.idx, item.idx + len(item))
            if inner is not None and inner.kind in kinds:
                return inner
    return None


def behind_of(doc: Doc, token: Token) -> Mention | None:
    """The company between commas behind "supplier of X": it is the supplier."""
    text = text_of(doc)
    for owned in noun_preps(token).get("of", []):
        first = mention_at(doc, owned.idx, owned.idx + len(owned))
        if first is None or text[first.end : first.end + 2] != ", ":
            continue
        second = mention_at(doc, first.end + 2, first.end + 3)
        closed = second is not None and text[second.end : second.end + 1] == ","
        if second is not None and closed and second.start == first.end + 2 and second.entity != first.entity:
            verb = token.head if token.dep_ in {"nsubj", "nsubjpass"} else None
            told = doc.char_span(second.end + 2, second.end + 3, alignment_mode="expand")
            if verb is not None and told is not None and told[0].pos_ in {"VERB", "AUX"}:
                return second
    return None


def one_of_two(doc: Doc, token: Token) -> Mention | None:
    """The company that "the latter" or "the former" means: of the two named last."""
    if token.lower_ not in {"latter", "former"} or (token.pos_ == "ADJ" and token.dep_ == "amod"):
        return None
    since = doc[max(0, token.sent.start - 1)].sent.start
    named = [m for m in doc._.mentions if doc[since].idx <= m.start < token.idx and m.kind in COMPANY_KINDS]
    if len({m.entity for m in named}) != 2:
        return None
    return (
        named[-1]
        if token.lower_ == "latter"
        else next(m for m in reversed(named) if m.entity != named[-1].entity)
    )


def companies_of(doc: Doc, tokens: list[Token]) -> list[Mention]:
    """Company mentions of `tokens` and of what is coordinated with them, one for each entity."""
    found: dict[int, Mention] = {}
    for token in tokens:
        items = conjuncts(token)
        if lemma(token) in {"share", "stock"}:  # "Shares in Acme and Tianhe fell"
            items += [
                c for word in ("in", "of") for t in noun_preps(token).get(word, []) for c in conjuncts(t)
            ]
        for item in items:
            mention = mention_of(doc, item, COMPANY_KINDS) or one_of_two(doc, item)
            if mention is not None:
                found.setdefault(mention.entity, mention)
    return list(found.values())


def named_by_parse(doc: Doc, tokens: list[Token]) -> Party | None:
    """A proper noun in the company's place that no component knows: named by the parse, so still a party."""
    for token in tokens:
        unknown = mention_at(doc, token.left_edge.idx, token.idx + len(token)) is None
        placed = token.dep_ in {"nsubj", "nsubjpass", "dobj", "dative", "pobj", "poss", "conj"}
        if lemma(token) in lexicon().heads or is_market(token) or not placed or not token.is_title:
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
                place = [t for t in noun_preps(item).get("of", []) if t.ent_type_ == "GPE"]
                if place:  # "the city of Leiden"
                    span = span_of(doc, span.start, place[-1].idx + len(place[-1]))
                if all(p.span != span for p in found):
                    found.append(Party(role=Role.COUNTERPARTY, surface=span.text, span=span))
    return found


def open_to_topic(who: Who, doc: Doc) -> bool:
    """True where nothing else fills the company's place: no subject, a pronoun, "the company", "its revenue"."""
    for token in who.company or who.instead:
        mention = mention_at(doc, token.idx, token.idx + len(token))
        if mention is not None:
            return mention.kind in {EntityKind.PERSON, EntityKind.PLACE, EntityKind.DOCUMENT}
        if is_name(token):
            return False
        if (
            token.pos_ == "PRON"
            or is_market(token)
            or lemma(token) in GENERIC
            or lemma(token) in lexicon().heads
        ):
            continue
        if lemma(token) in OTHERS and any(c.dep_ == "poss" for c in token.children):
            return False  # "Tianhe's suppliers"
        if definite_goods(token):
            continue
        if token.pos_ in {"ADJ", "DET"}:
            continue  # "the biggest was a contract over X"
        if lemma(token) in OUTSIDERS or lemma(token) in known_heads():
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


def is_market(token: Token) -> bool:
    """True for "Wall Street", "the Street", "the market": who expects, never whose figure it is."""
    return (token.lower_ in {"street", "market", "markets"} and token.ent_type_ not in {"GPE", "LOC"}) or (
        token.lower_ == "street" and token.i > 0 and token.nbor(-1).lower_ in {"wall", "bay", "dalal"}
    )


def is_name(token: Token) -> bool:
    """True for a name of two words that no component knows: it fills its place, whatever it is called ("Halden Guidance")."""
    if is_market(token):
        return False
    named = token.pos_ == "PROPN" and token.is_title and token.ent_type_ in {"", "ORG", "PERSON", "PRODUCT"}
    return named and any(c.dep_ == "compound" and c.pos_ == "PROPN" and c.is_title for c in token.children)


def definite_goods(token: Token) -> bool:
    """True for "the servers", "these machines": goods told of before, of the company told of before."""
    known = lemma(token) in lexicon().goods["nouns"] and token.pos_ == "NOUN"
    return known and any(c.dep_ == "det" and c.lower_ in {"the", "these", "those"} for c in token.children)


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
