"""Amounts in their roles: every example of tests/data/facts for the kinds of this family, and what a fact carries."""

import datetime as dt
import json
from pathlib import Path

import pytest

from db.kinds import packaged_kinds
from db.records import AmountFact, ArticleContext, Modality, Role, ShareFact, SpanRole, Standing
from nlp.pipeline import annotate_text

FACTS = Path(__file__).parents[1] / "data/facts"
KINDS = [kind.name for kind in packaged_kinds().values() if kind.family in {"amount", "share"}]
CASES = [
    json.loads(line)
    for kind in KINDS
    if (FACTS / f"{kind}.jsonl").exists()
    for line in (FACTS / f"{kind}.jsonl").read_text(encoding="utf-8").splitlines()
]
WEDNESDAY = dt.date(2019, 10, 9)


def facts_of(pipeline, text, **context):
    context.setdefault("published", WEDNESDAY)
    found = annotate_text(pipeline, text, ArticleContext(**context)).facts
    return [f for f in found if isinstance(f, AmountFact | ShareFact)]


def names(fact, role):
    return [p.name or p.surface for p in fact.all_parties(role)]


def row(fact, expected):
    """`fact` reduced to the keys that `expected` speaks of."""
    kind = fact.kind if isinstance(fact, AmountFact) else fact.share_kind
    everything = {
        "kind": kind,
        "modality": fact.modality.value,
        "standing": fact.standing.value,
        "pct": fact.pct,
        **{
            role.value: names(fact, role)
            for role in (Role.COMPANY, Role.JOINT, Role.COUNTERPARTY, Role.A, Role.B)
        },
    }
    if isinstance(fact, AmountFact):
        for key in ("amount", "low", "high"):
            value = getattr(fact, key)
            everything[key] = None if value is None else float(value)
        everything |= {"currency": fact.currency, "undisclosed": fact.undisclosed, "part_of": fact.part_of}
    empty = {"modality": "asserted", "standing": "current", "undisclosed": False}
    wanted = {"kind", "company", "joint", "counterparty", "a", "b", "modality", "standing", *expected}
    return {k: v for k, v in everything.items() if k in wanted and v not in (None, [], empty.get(k, ""))}


@pytest.mark.parametrize("case", CASES, ids=[case["id"] for case in CASES])
def test_example_yields_exactly_its_facts(pipeline, case):
    found = facts_of(pipeline, case["text"])
    assert len(found) == len(case["facts"])
    assert [row(f, e) for f, e in zip(found, case["facts"])] == case["facts"]


def test_every_kind_of_the_family_has_examples_and_there_are_near_misses():
    missing = [kind for kind in KINDS if not (FACTS / f"{kind}.jsonl").exists()]
    assert missing == []
    assert sum(not case["facts"] for case in CASES) >= 12
    assert len(CASES) >= 150


def test_amount_keeps_conversion_place_date_and_the_words_it_rests_on(pipeline):
    (fact,) = facts_of(
        pipeline,
        "Haoyang Cameras won a contract worth 1.85 billion yuan ($260 million) in Jinta in 2017.",
    )
    assert (fact.amount, fact.currency) == (1_850_000_000, "CNY")
    assert (fact.conversion_amount, fact.conversion_currency) == (260_000_000, "USD")
    assert (fact.place, fact.as_of) == ("Jinta", "2017")
    assert {s.role: s.span.text for s in fact.spans} == {
        SpanRole.AMOUNT: "1.85 billion yuan",
        SpanRole.CONVERSION: "$260 million",
        SpanRole.CUE: "contract",
        SpanRole.DATE: "2017",
    }


def test_part_of_a_fine_is_suspended_and_the_whole_is_not(pipeline):
    whole, part = facts_of(
        pipeline,
        "Tianhe Telecom agreed to pay a $1.4 billion fine to the Commerce Department, of which $250 million is suspended.",
    )
    assert (whole.standing, part.standing) == (Standing.CURRENT, Standing.SUSPENDED)
    assert part.part_of == "$1.4 billion"
    assert names(part, Role.COMPANY) == ["Tianhe Telecom"]


def test_earlier_value_is_superseded_and_keeps_its_own_date(pipeline):
    now, before = facts_of(
        pipeline,
        "The valuation of Beilin Vision reached $6.8 billion in September, up from $4.1 billion in May 2018.",
    )
    assert (now.standing, now.as_of) == (Standing.CURRENT, "2019-09")
    assert (before.standing, before.as_of) == (Standing.SUPERSEDED, "2018-05")


def test_joint_amount_belongs_to_several_and_to_none_alone(pipeline):
    (fact,) = facts_of(pipeline, "Orient Lidar and Haoyang Cameras are worth a combined $54 billion.")
    assert names(fact, Role.JOINT) == ["Orient Lidar", "Haoyang Cameras"]
    assert names(fact, Role.COMPANY) == []


def test_average_is_never_a_contract(pipeline):
    total, average = facts_of(
        pipeline,
        "Police bureaus handed Haoyang Cameras 2.4 billion yuan of contracts, or 300 million yuan apiece on average.",
    )
    assert (total.kind, average.kind) == ("contract", "other")


def test_distributive_list_gives_each_amount_its_year(pipeline):
    found = facts_of(
        pipeline,
        "Haoyang Cameras had revenue of 58.8 billion yuan, 69.1 billion yuan and 76.4 billion yuan"
        " in 2016, 2017 and 2018 respectively.",
    )
    assert [(f.kind, f.as_of) for f in found] == [
        ("revenue", "2016"),
        ("revenue", "2017"),
        ("revenue", "2018"),
    ]


def test_company_is_found_over_the_sentence_border(pipeline):
    text = "Vesper Motors reported results on Tuesday. Revenue was 5.2 billion euros. It expects to lose $40 million in sales."
    found = facts_of(pipeline, text)
    assert [(f.kind, names(f, Role.COMPANY)) for f in found] == [
        ("revenue", ["Vesper Motors"]),
        ("lost_sales", ["Vesper Motors"]),
    ]
    assert found[1].modality is Modality.EXPECTED


def test_investor_is_not_the_valued_company(pipeline):
    stake, valuation = facts_of(
        pipeline, "Harbour Fund bought a 5% stake for $150 million, valuing Beilin Vision at $3 billion."
    )
    assert (names(stake, Role.A), names(stake, Role.B), stake.pct) == (
        ["Harbour Fund"],
        ["Beilin Vision"],
        5.0,
    )
    assert names(valuation, Role.COMPANY) == ["Beilin Vision"]


def test_source_is_kept_and_makes_a_plan_a_rumour(pipeline):
    (fact,) = facts_of(
        pipeline,
        "Beilin Vision will seek up to $1 billion in a Hong Kong listing, two people familiar with the matter said.",
    )
    assert fact.attribution == "two people familiar with the matter"
    assert (fact.kind, fact.modality, fact.bound) == ("ipo", Modality.RUMOURED, "max")


def test_spans_stand_in_the_text(pipeline):
    text = "Acme Corp. raised $5 million.\n\nIts rival Beta Ltd. was fined €3 million in 2017."
    for fact in facts_of(pipeline, text):
        for span in (fact.evidence, *(s.span for s in fact.spans), *(p.span for p in fact.parties if p.span)):
            assert text[span.start : span.end] == span.text


def test_time_is_linear_in_the_number_of_amounts(pipeline):
    import time

    def seconds(n):
        doc = pipeline("Acme Corp. won an order worth $5 million from the navy in 2017. " * n)
        doc._.facts = ()
        begin = time.process_time()
        pipeline.get_pipe("tradewire_amounts")(doc)
        return time.process_time() - begin

    assert seconds(120) < 20 * seconds(12) + 0.3


@pytest.mark.parametrize(
    ("opening", "currency"),
    [
        ("WASHINGTON, October 14 (Meridian) - ", "USD"),  # an agency's copy in a Hong Kong paper
        ("", "HKD"),
    ],
)
def test_copy_of_an_agency_keeps_its_dollar(pipeline, opening, currency):
    text = f"{opening}Tarvik Semiconductor was fined $4.9 million on Tuesday, the court said."
    found = annotate_text(pipeline, text, ArticleContext(source_country="hk"))
    assert [fact.currency for fact in found.facts if isinstance(fact, AmountFact)] == [currency]


def test_who_values_another_company_is_not_what_the_next_sentence_values(pipeline):
    text = (
        "Barlen Capital Partners now values the chip designer Tarvik Semiconductor at 43 billion yuan. "
        "That round put it at 61 billion yuan."
    )
    found = annotate_text(pipeline, text, ArticleContext())
    worth = [fact.party(Role.COMPANY) for fact in found.facts if isinstance(fact, AmountFact)]
    assert [party.surface for party in worth if party] == ["Tarvik Semiconductor", "Tarvik Semiconductor"]
