"""What is worth an amount: companies, not goods; and what is taken off the value of a company."""

import re
from dataclasses import dataclass

from spacy.tokens import Token

from db.records import Mention
from nlp.amounts.lexicon import Candidate, is_business, lemma, lexicon
from nlp.amounts.roles import LEAST
from nlp.amounts.sites import SUBJECTS, Site, arguments_of, resolve_relative
from nlp.amounts.supply import handed_over
from nlp.extensions import is_company, mention_at

WORTH = re.compile(
    r"(?:\b(?:is|are|was|were|be|been|now|once|then|company|firm|start-?up|business|group|maker|unicorn)|'s|,)\s+(?:\w+\s+){0,2}?worth\s+(?:an?\s+)?"
    r"(?:combined\s+|total\s+|\w+ly\s+)?(?:of\s+)?(?:about|around|some|more than|at least|up to|over|as much as|less than|just)?\s*$",
    re.I,
)


WORTH_TO = re.compile(
    r"\s*(?:(?:a|each|per|every) (?:year|quarter)\s+|annually\s+)?to (?:the |its |this )?(?:company|firm|group|\w+maker|us\b|it\b|them\b|[A-Z])"
)


MADE_WORTH = re.compile(
    r"\b(?:makes?|made|making|reckons?|considers?|thinks?|believes?|deems?)\b.*\bworth\b[^,;]{0,24}$", re.I
)


VALUE_NOUN = re.compile(r"value$|worth$|cap$|capitali[sz]ation$")


VALUE_OFF = re.compile(
    r"[\s)]*(?:off|from)\s+(?:[\w'’-]+\s+){0,4}?(?:market\s+(?:value|worth|cap\w*)|capitali[sz]ation|value)\b",
    re.I,
)


OFF = re.compile(r"[\s)]*off\b", re.I)


CUTS = frozenset(
    "evaporate vanish disappear wipe take cut knock slice shave erase strip chop lop slash carve".split()
)


FIRMS = frozenset(
    "company firm start-up startup group maker business unicorn chipmaker carmaker giant developer manufacturer foundry".split()
)


@dataclass(frozen=True, slots=True)
class Decision:
    """The role of one amount, and how it came to it."""

    role: str
    cue: Candidate | None
    rule: str
    score: float
    like: int | None = None  #: index of the amount whose parties it shares
    part_of: int | None = None
    superseded: bool = False
    average: bool = False
    owner: Mention | None = None  #: the party that stands right before the amount


def takes_value_off(site: Site) -> Decision | None:
    """The decision for "took X off its market value", "wiped X off the company"."""
    verb = site.verb
    if verb is None or lemma(verb) not in CUTS:
        return None
    right = site.right_text
    if verb.i >= site.stop:  # "X evaporated from the market value of Acme"
        right = site.right_text[verb.idx + len(verb) - site.doc[site.stop].idx :]
    if VALUE_OFF.match(right):
        value = next(t for t in site.right if VALUE_NOUN.match(t.lower_))
        cue = Candidate("market_cap_change", 0.9, value.i, value.i + 1)
        return Decision("market_cap_change", cue, "cue", 0.9)
    off = next((t for t in site.right[:4] if t.lower_ == "off"), None) if OFF.match(right) else None
    for token in off.children if off is not None else ():
        if token.dep_ == "pobj" and is_business(site.doc, token):
            owner = mention_at(site.doc, token.idx, token.idx + len(token))
            return Decision("market_cap_change", None, "cue", 0.9, owner=owner)
    return None


def buyer_worth(site: Site) -> Mention | None:
    """The company in "is worth X a year to the company"."""
    for token in site.right[:8]:
        mention = mention_at(site.doc, token.idx, token.idx + len(token))
        if mention is not None:
            return mention if is_company(mention) else None
    return None


def values_goods(site: Site, candidate: Candidate) -> bool:
    """True where "valued at" speaks of a project or shares, not of a company."""
    if candidate.role != "valuation" or not candidate.verb:
        return public_value(site, candidate)
    head = candidate.head(site.doc)
    strict = lemma(head) != "value"  # "put it at": only of what is known as a company
    valued = [resolve_relative(t) for t in arguments_of(head).patients]
    others = (c for c in head.children if c.dep_ == "nsubj" and c.tag_ not in {"WDT", "WP"})
    if not valued and head.dep_ == "relcl" and next(others, None) is not None:
        valued = [head.head]  # "a tax break the county values at X"
    for token in valued:
        mention = mention_at(site.doc, token.idx, token.idx + len(token))
        if mention is not None:
            return not is_company(mention)
        if token.pos_ == "NOUN":
            if token.lower_ == "up" and token.i and site.doc[token.i - 1].text == "-":
                return False  # "the start-up" is cut in three
            return lemma(token) not in FIRMS | VALUED and not is_business(site.doc, token)
        if token.lower_ == "it" and any(lemma(a) in DEALS for a in arguments_of(head).agents):
            return False  # "the round put it at"
    return strict


def public_value(site: Site, candidate: Candidate) -> bool:
    """True for "a tax break the county values at X", read as a noun: what a state values is no company."""
    if candidate.role != "valuation" or site.doc[candidate.start].lower_ != "values":
        return False
    noun = candidate.head(site.doc)
    return noun.dep_ == "appos" and noun.head.pos_ == "NOUN" and not is_business(site.doc, noun.head)


#: What sets a value on a company.
DEALS = frozenset(
    "round deal offer sale placement investment transaction listing ipo flotation injection".split()
)


#: What is valued beside companies.
VALUED = frozenset({"share", "stock", "issuer", "equity"})


def worth_role(site: Site, best: Candidate | None) -> str | None:
    """ "X is worth $5bn": a valuation where X is a company, not goods or a contract; market value for its shares."""
    left = site.near_left[-90:]
    if "worth" not in left:
        return None
    subject = worth_subject(site)
    if WORTH_TO.match(site.right_text) and handed_over(subject):
        return "contract"  # "made 1,184 sales worth X to Acme"
    if WORTH_TO.match(site.right_text):
        return "revenue" if subject is None or lemma(subject) not in lexicon().goods["nouns"] else None
    if not WORTH.search(left):
        named = None if subject is None else mention_at(site.doc, subject.idx, subject.idx + len(subject))
        return "valuation" if named is not None and is_company(named) and MADE_WORTH.search(left) else None
    if subject is None:
        return "valuation" if best is None or best.score < LEAST else None
    if lemma(subject) in {"share", "stock"}:
        return "market_cap"
    mention = mention_at(site.doc, subject.idx, subject.idx + len(subject))
    if mention is not None:
        return "valuation" if is_company(mention) else None
    if subject.lower_ in {"two", "three", "both", "pair", "duo", "trio"}:
        return "valuation" if best is None or best.score < LEAST else None
    return "valuation" if lemma(subject) in FIRMS | lexicon().businesses - {"portfolio"} else None


def worth_subject(site: Site) -> Token | None:
    """What is worth the amount: the noun before "worth", or the subject of "is worth"."""
    worth = next((t for t in reversed(list(site.left[-9:])) if t.lower_ == "worth"), None)
    if worth is None:
        return None
    is_so = worth.i - 1 > site.sent.start and worth.nbor(-1).lower_ in {"is", "was"}
    last = worth.nbor(-2) if is_so else None
    if last is not None and last.pos_ in {"NOUN", "PROPN"}:
        told = next((c for c in worth.head.children if c.dep_ in SUBJECTS), None)
        if told is not None and told.ent_type_ in {"DATE", "TIME"}:  # "Seven years on the start-up is worth"
            return last
    own = next((c for c in worth.children if c.dep_ in SUBJECTS), None)
    if own is not None:
        return resolve_relative(own)
    before = site.doc[worth.i - 1] if worth.i > site.sent.start else None
    if before is not None and before.text == "," and before.i > site.sent.start:
        before = site.doc[before.i - 1]
    if before is not None and before.pos_ in {"NOUN", "PROPN"}:
        return before
    if worth.head.pos_ in {"NOUN", "PROPN", "PRON"}:
        return resolve_relative(worth.head)
    verb = next((a for a in worth.ancestors if a.pos_ in {"AUX", "VERB"}), None)
    subjects = arguments_of(verb).agents if verb is not None and verb.lemma_ in {"be", "make"} else []
    return subjects[0] if subjects else None
