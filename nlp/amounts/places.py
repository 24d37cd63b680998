"""The company's place in a clause: who stands in it, who cannot, and where it is left open for the topic of the text."""

from spacy.tokens import Doc, Token

from db.records import Mention, Role, StatementFact
from nlp.amounts.lexicon import lemma
from nlp.amounts.mentions import GENERIC, Who, companies_of, known_heads
from nlp.amounts.sites import SUBJECTS, Site, verbs_above
from nlp.extensions import is_company, mention_at

FINITE = frozenset({"MD", "VBD", "VBZ", "VBP"})
#: What belongs to the company that a text reports on, whoever tells or expects it.
RESULTS = frozenset("revenue profit loss lost_sales market_cap market_cap_change".split())
VALUES = frozenset({"market_cap", "market_cap_change"})  # "market" is no industry in them
#: Things said, filed and expected about a company: "the consensus stands at X".
TOLD = frozenset(
    "consensus estimate expectation projection guidance outlook forecast target quarter half year period month figure number"
    " result margin growth rise increase decline drop fall jump surge slump beat miss bookings volume demand shipment sale"
    " release update call presentation segment division contribution total".split()
)
#: With one of these beside it the figure is of many: "the industry's revenue in the quarter".
MANY = frozenset("industry sector market country nation economy region world province city state".split())
HIS = frozenset({"his", "her"})


def open_result(doc: Doc, role: str, who: Who) -> bool:
    """True for results told of no company but by a thing: "the consensus stands at X of revenue"."""
    tokens = who.company or who.instead
    if role not in RESULTS or not tokens:
        return False
    return all(t.pos_ == "NOUN" and lemma(t) in TOLD and not of_many(t) for t in tokens)


def of_industry(role: str, who: Who) -> bool:
    """True for results of a whole industry, which are nobody's."""
    return role in RESULTS - VALUES and any(
        t.pos_ == "NOUN" and many_beside(t) for t in who.company or who.instead
    )


def many_beside(token: Token) -> bool:
    return any(lemma(t) in MANY for t in (token, *token.children))


def of_many(token: Token) -> bool:
    """True for "the industry's sales", "the market figure", "sales of carmakers"."""
    return any(lemma(t) in MANY or (t.tag_ == "NNS" and t != token) for t in token.subtree)


def stands_for(who: Who) -> bool:
    """True where "the company" or "it" holds the place, so that the amount is somebody's whatever it is."""
    tokens = who.company or who.instead
    return bool(tokens) and all(
        (t.lower_ in {"it", "its"} and t.pos_ == "PRON")
        or (lemma(t) in {"company", "firm", "group"} and t.tag_ == "NN" and is_definite(t))
        for t in tokens
    )


def is_definite(token: Token) -> bool:
    return any(c.lower_ in {"the", "this", "his", "her", "its"} for c in token.children)


def segments(site: Site) -> list[tuple[int, int]]:
    """The parts of a sentence between semicolons, as token ranges."""
    cuts = [t.i for t in site.sent if t.text == ";"]
    starts = [site.sent.start, *(c + 1 for c in cuts)]
    return list(zip(starts, [*cuts, site.sent.end]))


def in_own_clause(site: Site, who: Who) -> Who:
    """`who` without subjects from beyond a semicolon: "Acme will bear X itself; Harbour brings the land"."""
    parts = segments(site)
    if len(parts) < 2:
        return who
    start, end = next(((a, b) for a, b in parts if a <= site.first < b), parts[0])
    tokens = [*who.company, *who.instead]
    if not tokens or any(start <= t.i < end for t in tokens):
        return who
    own = clause_subject(site, start, end)
    if own is not None:
        return Who(company=[own], counter=who.counter, target=who.target, others=who.others)
    return who


def clause_subject(site: Site, start: int, end: int) -> Token | None:
    """The noun before the first finite verb of a clause."""
    doc = site.doc
    verb = next((i for i in range(start, end) if doc[i].tag_ in FINITE), None)
    if verb is None:
        return None
    token = next((doc[i] for i in range(start, verb) if doc[i].dep_ in SUBJECTS), None)
    token = token or (doc[verb - 1] if verb > start else None)
    if token is None or site.first <= token.i < site.stop or token.pos_ not in {"NOUN", "PROPN", "PRON"}:
        return None
    return token


def beyond(site: Site, who: Who) -> set[int]:
    """Companies of the clauses behind a semicolon, where a description of its own holds the place: not meant by it."""
    parts = segments(site)
    if len(parts) < 2 or not any(lemma(t) in GENERIC | known_heads() for t in who.company):
        return set()
    end = next((b for a, b in parts if a <= site.first < b), site.sent.end)
    if end >= site.sent.end:
        return set()
    return {
        m.entity for t in site.doc[end : site.sent.end] if (m := mention_at(site.doc, t.idx, t.idx + len(t)))
    }


def not_itself(site: Site, companies: list[Mention], who: Who) -> list[Mention]:
    """`companies`, but no pronoun that would mean its own subject: "Acme, in which the fund bought 14%, valuing it at X" is Acme's."""
    doc = site.doc
    others = {m.entity for m in companies_of(doc, who.counter)}
    kept = [m for m in companies if m.how != "pronoun" or m.entity not in others]
    if len(kept) == len(companies):
        return companies
    head = relative_head(site)
    employer = employer_of(site, [head]) if head is not None else None
    found = [employer] if employer is not None else companies_of(doc, [head]) if head is not None else []
    return [m for m in found if m.entity not in others]


def relative_head(site: Site) -> Token | None:
    """The noun whose relative clause holds the amount: "the company, in which Harbour bought 14%, valuing it at X"."""
    for verb in verbs_above(site.anchor):
        if verb.dep_ == "relcl":
            return verb.head
    return None


def employer_of(site: Site, tokens: list[Token]) -> Mention | None:
    """The company that "his company" means: that of the person whose words were told last."""
    for token in tokens:
        if lemma(token) not in GENERIC | known_heads() or token.tag_ != "NN":
            continue
        if not any(c.dep_ == "poss" and c.lower_ in HIS for c in token.children):
            continue  # the person's, whatever company was told of in between
        last: tuple[int, Mention] | None = None
        for fact in site.doc._.facts:
            if not isinstance(fact, StatementFact) or not 0 <= token.idx - fact.evidence.start <= 800:
                continue
            party = fact.party(Role.SPEAKER_ORG)
            if party is None or party.span is None or fact.party(Role.SPEAKER) is None:
                continue
            mention = mention_at(site.doc, party.span.start, party.span.end)
            if mention is None or not is_company(mention):
                continue
            if last is None or fact.evidence.start >= last[0]:
                last = fact.evidence.start, mention
        return last[1] if last is not None else None
    return None
