"""Listings read from text: every example of tests/data/facts/listing.jsonl, and what a fact carries."""

import datetime as dt
import json
from pathlib import Path

import pytest

from db.records import Action, ArticleContext, ListingFact, Modality, Role, SpanRole, Standing
from nlp.pipeline import annotate_text

CASES = [
    json.loads(line)
    for line in (Path(__file__).parents[1] / "data/facts/listing.jsonl")
    .read_text(encoding="utf-8")
    .splitlines()
]
FORMS = (" Co., Ltd", " Co", " Ltd", " Inc", " LLC", " Corp", ", Inc")


def listings(pipeline, text, date="2023-04-12"):
    context = ArticleContext(published=dt.date.fromisoformat(date))
    return [f for f in annotate_text(pipeline, text, context).facts if isinstance(f, ListingFact)]


def short(name):
    """The name without its legal form: the mention may or may not hold it."""
    name = name.strip(" .,")
    for form in FORMS:
        name = name.removesuffix(form).strip(" .,")
    return name


def told(fact):
    company = fact.party(Role.COMPANY)
    return (short(company.surface), fact.list, str(fact.action), fact.as_of)


@pytest.mark.parametrize("case", CASES, ids=[c["id"] for c in CASES])
def test_listings_of_an_example(pipeline, case):
    found = {told(f) for f in listings(pipeline, case["text"], case["date"])}
    assert found == {tuple(row) for row in case["facts"]}


def test_there_are_near_misses_that_yield_nothing():
    assert sum(not case["facts"] for case in CASES) >= 12


def test_group_has_a_count_and_members_have_none(pipeline):
    facts = listings(
        pipeline,
        "The Commerce Department added 31 Chinese entities to the Entity List, including Tarvik Semiconductor Co.",
    )
    assert sorted((f.count or 0) for f in facts) == [0, 31]


def test_authority_is_the_body_the_sentence_names(pipeline):
    (fact,) = listings(
        pipeline, "The U.S. Commerce Department added Tarvik Semiconductor Co. to its Entity List."
    )
    authority = fact.party(Role.AUTHORITY)
    assert authority is not None
    assert "Commerce Department" in authority.surface


def test_trade_blacklist_is_marked_as_inferred_and_keeps_its_words(pipeline):
    (fact,) = listings(pipeline, "The United States added Tarvik Semiconductor Co. to its trade blacklist.")
    assert fact.list_inferred
    assert fact.list_text == "trade blacklist"


def test_a_planned_addition_is_no_asserted_one(pipeline):
    (fact,) = listings(
        pipeline, "The Commerce Department said it will add Tarvik Semiconductor Co. to the Entity List."
    )
    assert (fact.action, fact.modality) == (Action.ADD, Modality.PLANNED)


def test_an_old_listing_is_recalled(pipeline):
    (fact,) = listings(pipeline, "Tarvik Semiconductor Co. was added to the Entity List in May 2019.")
    assert fact.standing is Standing.RECALLED


@pytest.mark.parametrize(
    ("text", "standing"),
    [
        ("Tarvik Semiconductor Co. was placed on the Entity List two weeks ago.", Standing.RECALLED),
        ("Tarvik Semiconductor Co. was placed on the Entity List last month.", Standing.RECALLED),
        ("Tarvik Semiconductor Co., which was blacklisted on Monday, did not reply.", Standing.RECALLED),
        ("The blacklisting of Tarvik Semiconductor Co. is not on the agenda.", Standing.RECALLED),
        ("Tarvik Semiconductor Co. was blacklisted on Monday.", Standing.CURRENT),
        ("Tarvik Semiconductor Co., which was blacklisted on Thursday, did not reply.", Standing.CURRENT),
    ],
)
def test_what_is_told_as_past_is_no_news(pipeline, text, standing):
    for day in ("2026-11-06", "2026-11-27"):  # Fridays, at the beginning and the end of a month
        (fact,) = listings(pipeline, text, day)
        assert fact.standing is standing


def test_a_ministry_that_speaks_of_a_blacklisting_is_not_its_authority(pipeline):
    (fact,) = listings(
        pipeline,
        "The blacklisting of Tarvik Semiconductor Co. is not on the agenda, according to the commerce ministry in Beijing.",
    )
    assert fact.party(Role.AUTHORITY) is None
    assert fact.list_inferred


def test_reason_is_told_in_the_words_of_the_text(pipeline):
    (fact,) = listings(
        pipeline,
        "The Commerce Department added Tarvik Semiconductor Co. to the Entity List for supplying the military.",
    )
    assert fact.reason == "for supplying the military"


def test_every_span_says_what_the_text_says(pipeline):
    for case in CASES:
        for fact in listings(pipeline, case["text"], case["date"]):
            for span in (
                fact.evidence,
                *(s.span for s in fact.spans),
                *(p.span for p in fact.parties if p.span),
            ):
                assert case["text"][span.start : span.end] == span.text
            assert any(s.role is SpanRole.CUE for s in fact.spans)
