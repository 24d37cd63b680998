"""The `amounts` component: every amount of the text as a fact, in one role, with whose it is and how sure.

What the roles are, and the words that speak for them, is data (nlp/data/roles.toml); the steps are

    amounts_sites     where an amount stands in its sentence
    amounts_roles     candidates for its role
    amounts_decide    which of them wins, and which other amount it goes with
    amounts_parties   whose it is
    amounts_stance    modality, standing, source
    amounts_details   date, place, rate, undisclosed sums
"""

from dataclasses import replace
from decimal import Decimal

from spacy.language import Language
from spacy.tokens import Doc

from db.records import (
    Amount,
    AmountFact,
    FactSpan,
    Mention,
    Modality,
    Party,
    Role,
    Span,
    SpanRole,
    Standing,
)
from nlp import extensions as _extensions  # noqa: F401  registers doc._
from nlp.amounts.decide import decide
from nlp.amounts.details import (
    date_of,
    distribute,
    joint,
    percentage_of,
    place_of,
    undisclosed_amounts,
)
from nlp.amounts.lexicon import Candidate, lemma
from nlp.amounts.mentions import (
    companies_of,
    counterparties_of,
    named_by_parse,
    noun_phrase,
    open_to_topic,
)
from nlp.amounts.parties import SPEECH, find_who
from nlp.amounts.places import (
    beyond,
    employer_of,
    not_itself,
    of_industry,
    open_result,
    stands_for,
)
from nlp.amounts.shared import (
    NOBODYS,
    by_time,
    company_role,
    in_first_person,
    inherited,
    lone,
    nobodys,
    of_person,
    others_in,
    owned,
    paid,
    pair_before,
    round_before,
    seller_before,
    sibling,
    valuers,
)
from nlp.amounts.sites import Site, arguments_of, verbs_above
from nlp.amounts.stance import stance_of
from nlp.amounts.topic import topics
from nlp.amounts.worth import Decision
from nlp.extensions import is_company, party_of, span_of


class Amounts:
    """Give each amount at most one role, reading the parties off the parse from the amount outwards."""

    def __call__(self, doc: Doc) -> Doc:
        doc._.facts += tuple(self.find(doc))
        return doc

    def find(self, doc: Doc) -> list[AmountFact]:
        """A fact for every amount of `doc`, and for deals whose sum is not told."""
        amounts: list[Amount] = sorted((*doc._.amounts, *undisclosed_amounts(doc)), key=lambda a: a.start)
        sites = [Site(doc, amount, i) for i, amount in enumerate(amounts)]
        decisions = decide(doc, sites)
        shared = distribute(doc, sites)
        facts: dict[int, AmountFact] = {}
        for site in sorted(sites, key=lambda s: (max(s.index, decisions[s.index].like or 0), s.index)):
            decision = decisions[site.index]  # the one it goes with first
            undisclosed = site.amount.per == "undisclosed"
            if undisclosed and decision.role not in {
                "acquisition",
                "disposal",
                "stake",
                "contract",
                "investment",
                "funding",
            }:
                continue
            fact = self.fact(site, decision, facts, shared)
            facts[site.index] = replace(fact, per=None, undisclosed=True) if undisclosed else fact
        return [facts[index] for index in sorted(facts)]

    def fact(
        self, site: Site, decision: Decision, facts: dict[int, AmountFact], shared: dict[int, "Mention | str"]
    ) -> AmountFact:
        """The fact for one amount."""
        doc, amount, role = site.doc, site.amount, decision.role
        like = facts.get(decision.like) if decision.like is not None else None
        parties, topical = self.parties(site, decision, like, shared, facts)
        stance = stance_of(site, role, False)
        standing, modality = stance.standing, stance.modality
        if decision.superseded and standing is Standing.CURRENT:
            standing = Standing.SUPERSEDED
        if like is not None and decision.rule in {"part", "list", "change"} and standing is Standing.CURRENT:
            standing = like.standing if decision.rule == "list" else standing
            if modality is type(modality).ASSERTED and not decision.superseded:
                modality = like.modality
        dated = shared.get(site.index)
        as_of, date_span = (dated, None) if isinstance(dated, str) else date_of(site)
        conversion = amount.conversions[0] if amount.conversions else None
        whole = facts.get(decision.part_of) if decision.part_of is not None else None
        spans = [FactSpan(SpanRole.AMOUNT, span_of(doc, amount.start, amount.end))]
        if conversion is not None:
            spans.append(FactSpan(SpanRole.CONVERSION, span_of(doc, conversion.start, conversion.end)))
        cue = None
        if decision.cue is not None and decision.role != "other":
            cue = doc[decision.cue.start : decision.cue.end]
            spans.append(FactSpan(SpanRole.CUE, span_of(doc, cue.start_char, cue.end_char)))
        if date_span is not None:
            spans.append(FactSpan(SpanRole.DATE, date_span))
        value = amount.value
        if role == "programme" and site.anchor.head.dep_ not in {
            "dobj",
            "nsubj",
            "nsubjpass",
        }:  # the size of a law or fund stands, whatever becomes of the money
            modality = Modality.ASSERTED
        if role == "market_cap_change" and value is not None and not gained(site):
            value = -value
        bound = amount.bound
        if bound is None and like is not None and decision.rule == "list":
            bound = like.bound
        return AmountFact(
            kind="other" if lone(doc, decision, parties) else role,
            evidence=site.evidence,
            parties=parties,
            spans=tuple(spans),
            modality=modality,
            standing=standing,
            stance_cue=stance.cue,
            cue=cue.text if cue is not None else None,
            cue_class=decision.rule,
            attribution=stance.attribution,
            place=place_of(site, role),
            as_of=as_of,
            rule=f"amounts:{decision.rule}",
            confidence=confidence(decision, bool(parties), topical),
            amount=value,
            amount_text=amount.text,
            low=amount.low,
            high=amount.high,
            currency=amount.currency,
            conversion_amount=number_of(conversion),
            conversion_currency=conversion.currency if conversion is not None else None,
            pct=percentage_of(site, role),
            per=amount.per,
            bound=bound,
            approx=amount.approx,
            part_of=whole.amount_text if whole is not None else None,
        )

    def parties(
        self,
        site: Site,
        decision: Decision,
        like: AmountFact | None,
        shared: dict[int, "Mention | str"],
        facts: dict[int, AmountFact],
    ) -> tuple[tuple[Party, ...], bool]:
        """The parties of an amount, and whether its company was taken from the sentence before."""
        doc, role = site.doc, decision.role
        owner = shared.get(site.index)
        if isinstance(owner, Mention):
            return (party_of(doc, owner, company_role(role)),), False
        who = find_who(site, role, decision.cue)
        companies = (
            [] if role in NOBODYS else companies_of(doc, who.company) or companies_of(doc, who.instead)
        )
        if role not in {"price", "stake"}:  # who estimates is not what is estimated
            companies = [m for m in companies if topics(doc).manner.get(m.start) != "source"]
        if (role == "price" and by_time(site)) or (role == "fine" and of_person(doc, who)):
            companies = []  # wages, rents; what a person pays
        if decision.owner is not None and is_company(decision.owner) and role not in NOBODYS:
            companies = [decision.owner]
        if role == "valuation":
            companies = not_itself(site, companies, who)
        if role not in NOBODYS:
            employer = employer_of(site, who.company or who.instead)
            companies = [employer] if employer is not None else companies
        if like is not None:
            kept = inherited(doc, decision, like, companies, who)
            if kept:
                return kept, False
        topical = False
        taken = {m.entity for m in companies}
        set_by_broker = role == "price" and decision.cue is not None and targets(doc, decision.cue)
        if set_by_broker:
            companies = []  # "Peregrine cut its target price to X": of the share, not of the broker
        counter = counterparties_of(doc, who.counter, taken)
        untold = role == "registered_capital" and not who.company  # of a venture without a name
        pair = () if companies or role in NOBODYS else pair_before(doc, site, who)
        if pair:  # "The two had a combined X"
            return tuple(party_of(doc, m, Role.JOINT) for m in pair) + tuple(counter), False
        if (
            not companies
            and role not in NOBODYS
            and not untold
            and (owned(doc, decision) or stands_for(who))
            and not (nobodys(doc, site, role, who) or of_industry(role, who))
            and (set_by_broker or open_to_topic(who, doc) or open_result(doc, role, who))
        ):
            taken |= {m.entity for m in companies_of(doc, who.counter + who.others)}
            taken |= others_in(doc, site, facts) | beyond(site, who)
            if (
                role == "valuation" and decision.cue is not None and decision.cue.verb
            ):  # who values is not what is valued
                taken |= {
                    m.entity
                    for v in verbs_above(site.anchor)
                    if lemma(v) not in SPEECH
                    for m in companies_of(doc, arguments_of(v).agents)
                }
            if role == "valuation":
                taken |= valuers(doc, site, facts)
            found = sibling(doc, site, role, facts)
            found = found or (seller_before(site, decision) if role == "contract" else None)
            found = found or topics(doc).company(site, taken, in_first_person(who), about=role == "price")
            found = found or round_before(doc, site, role, facts)
            companies, topical = ([found], True) if found is not None else ([], False)
        if role == "stake":
            a = tuple(replace(p, role=Role.A) for p in counter)
            return a + tuple(party_of(doc, m, Role.B) for m in companies[:1]), topical
        if role == "contract" and not companies:  # "the ministry signed a deal with Acme": Acme is paid
            companies, counter = paid(doc, counter, who)
        if role in {"valuation", "market_cap", "market_cap_change"}:
            counter = []
        main = joint(site, companies, company_role(role))
        unknown = named_by_parse(doc, who.company) if not main and role not in NOBODYS | {"price"} else None
        if unknown is not None:
            main = (replace(unknown, role=company_role(role)),)
        target = tuple(
            Party(role=Role.TARGET, surface=span.text, span=span)
            for span in (noun_phrase_of(doc, t) for t in who.target)
            if span is not None and not span.start < site.amount.end <= span.end
        )
        return main + tuple(counter) + target, topical


def noun_phrase_of(doc: Doc, token: object) -> Span | None:
    """The phrase of a thing bought or sold."""
    from spacy.tokens import Token

    if not isinstance(token, Token) or token.pos_ not in {"NOUN", "PROPN"} or token.like_num:
        return None
    start = noun_phrase(doc, token)
    end = max(
        (t.idx + len(t) for t in token.subtree if t.i > token.i and in_of_phrase(t, token)), default=start.end
    )
    return span_of(doc, start.start, max(end, start.end))


def in_of_phrase(token: object, noun: object) -> bool:
    """True for the words of "of X" directly behind a noun."""
    from spacy.tokens import Token

    assert isinstance(token, Token)
    assert isinstance(noun, Token)
    path = token
    while path != noun:
        if path.dep_ not in {"pobj", "compound", "det", "amod", "poss", "case"} and not (
            path.dep_ == "prep" and path.lower_ == "of"
        ):
            return False
        path = path.head
    return True


def targets(doc: Doc, cue: Candidate) -> bool:
    """True for "target price": what a broker sets for another company's share."""
    return any(token.lower_ == "target" for token in doc[cue.start : cue.end])


def gained(site: Site) -> bool:
    verb = site.verb
    return verb is not None and verb.lemma_.lower() in {"add", "gain"}


def number_of(amount: Amount | None) -> Decimal | None:
    if amount is None:
        return None
    return amount.value if amount.value is not None else amount.high


#: How often facts made by a rule are right in kind and company, measured; see docs/facts-amounts.md.
LOOSE = {"list": 0.72, "gapping": 0.7, "anaphora": 0.72}
NO_PARTY = 0.6


def confidence(decision: Decision, has_party: bool, topical: bool) -> float:
    """How often facts made like this one are right (table in docs/facts-amounts.md)."""
    if not has_party and decision.role not in NOBODYS | {"other", "price"}:
        return NO_PARTY
    if decision.rule in LOOSE:
        return LOOSE[decision.rule]
    if decision.rule == "cue" and decision.score < 0.55:
        return 0.65
    return 0.8 if topical else 0.9


@Language.factory(
    "tradewire_amounts", requires=["doc._.amounts", "doc._.mentions", "doc._.dates"], assigns=["doc._.facts"]
)
def make_amounts(nlp: Language, name: str) -> Amounts:
    return Amounts()
