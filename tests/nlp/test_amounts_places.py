"""Whose an amount is where its own clause leaves that open: results, forecasts, pronouns, clauses beyond a semicolon."""

import pytest
from tests_support import amounts_told

from db.records import AmountFact, ArticleContext
from nlp.pipeline import annotate_text

RESULTS = "Tarvik Semiconductor reports on Thursday. Tarvik Semiconductor makes etching tools in Reno."


@pytest.mark.parametrize(
    "sentence",
    [
        "The consensus stands at $900 million of revenue.",
        "Analysts expect revenue of $900 million.",
        "The estimate was for revenue of $900 million.",
        "Guidance was for revenue of $900 million.",
        "The quarter brought revenue of $900 million.",
    ],
)
def test_results_told_by_a_thing_are_those_of_the_company_reported_on(pipeline, sentence):
    rows = amounts_told(pipeline, f"{RESULTS} {sentence}", "Tarvik Semiconductor before its results")
    assert rows["$900 million"] == ("revenue", "Tarvik Semiconductor")


@pytest.mark.parametrize(
    "sentence",
    [
        "The industry figure was revenue of $900 million.",
        "The market consensus for carmakers is a profit of $900 million.",
        "A growth of the sector would mean revenue of $900 million.",
    ],
)
def test_results_of_an_industry_are_nobodys(pipeline, sentence):
    rows = amounts_told(pipeline, f"{RESULTS}\n\n{sentence}", "Tarvik Semiconductor before its results")
    assert rows["$900 million"][1] is None


@pytest.mark.parametrize(
    "sentence",
    [
        "Then came the outlook: $1.7 billion for the current quarter.",
        "Its guidance for the next quarter is $1.7 billion.",
        "Wall Street had pencilled in $1.7 billion.",
        "Analysts were looking for $1.7 billion.",
        "The forecast of $1.7 billion for the half-year disappointed.",
    ],
)
def test_a_forecast_is_of_the_result_told_before_that_it_comes_near(pipeline, sentence):
    text = f"{RESULTS} Tarvik Semiconductor had revenue of $1.9 billion and a net profit of $210 million. {sentence}"
    assert amounts_told(pipeline, text)["$1.7 billion"] == ("revenue", "Tarvik Semiconductor")


def test_a_forecast_far_from_all_results_has_no_role(pipeline):
    text = f"{RESULTS} Tarvik Semiconductor had revenue of $1.9 billion. Then came the outlook: $17 million for the current quarter."
    assert amounts_told(pipeline, text)["$17 million"][0] == "other"


def test_who_expects_is_never_the_company(pipeline):
    rows = amounts_told(
        pipeline, "Barlen Optics had sales of $40 million, while Wall Street had expected $45 million."
    )
    assert rows["$45 million"][1] in {None, "Barlen Optics"}


@pytest.mark.parametrize(
    ("sentence", "companies"),
    [
        (
            "Barlen Optics will bear $40 million itself; Oreval Glass brings the land.",
            {"$40 million": "Barlen Optics"},
        ),
        (
            "Barlen Optics agreed to take the glass for years; Oreval Glass will spend $45 million on a second line.",
            {"$45 million": "Oreval Glass"},
        ),
        (
            "Barlen Optics lost $3 million; Oreval Glass earned $5 million.",
            {"$3 million": "Barlen Optics", "$5 million": "Oreval Glass"},
        ),
        (
            "Barlen Optics has 40 shops; revenue at Oreval Glass was $5 million.",
            {"$5 million": "Oreval Glass"},
        ),
        (
            "Barlen Optics's revenue rose to $8 million; profit fell to $2 million.",
            {"$2 million": "Barlen Optics"},
        ),
    ],
)
def test_the_subject_stands_in_the_same_clause(pipeline, sentence, companies):
    rows = amounts_told(pipeline, sentence)
    assert {amount: rows[amount][1] for amount in companies} == companies


@pytest.mark.parametrize(
    "sentence",
    [
        "Barlen Optics, in which Harbour Fund bought 14% for $20 million, valuing it at $140 million, makes lenses.",
        "Barlen Optics, in which Harbour Fund took a 14% stake for $20 million, valuing it at $140 million, is hiring.",
    ],
)
def test_it_is_not_the_subject_of_its_own_verb(pipeline, sentence):
    assert amounts_told(pipeline, sentence)["$140 million"] == ("valuation", "Barlen Optics")


def test_his_company_is_that_of_the_person_who_spoke_last(pipeline):
    text = (
        "Barlen's chief executive, Anton Leclerc, wrote on Friday: “One year is a long time in glass.” His company is suing "
        "the Dutch state for €120 million. Barlen Optics is owned by Oreval Glass."
    )
    assert (
        amounts_told(pipeline, f"Barlen Optics was founded in 1990.\n\n{text}")["€120 million"][1]
        == "Barlen Optics"
    )


@pytest.mark.parametrize(
    "sentence",
    [
        "Sales reached $40 million in 2022, against $31 million in the year of the listing.",
        "Sales reached $40 million in 2022, compared with $31 million in the year of the stock market debut.",
        "Sales were $40 million in 2022, up from $31 million before the first takeover.",
        "Sales came to $40 million, versus $31 million in the months after the fine.",
        "Sales reached $40 million, against $31 million when the contract ended.",
    ],
)
def test_what_an_amount_is_compared_with_is_of_its_kind(pipeline, sentence):
    rows = amounts_told(pipeline, f"Barlen Optics grew. {sentence}")
    assert rows["$31 million"] == ("revenue", "Barlen Optics")


def test_a_comparison_with_its_own_noun_keeps_it(pipeline):
    rows = amounts_told(
        pipeline, "Barlen Optics had a profit of $40 million, against a loss of $31 million a year earlier."
    )
    assert rows["$31 million"][0] == "loss"


@pytest.mark.parametrize(
    "sentence",
    [
        "Barlen Optics wrote off $8 million, Oreval Glass, the larger of the two, $45 million.",
        "Barlen Optics lost $8 million, Oreval Glass, its oldest rival, $45 million.",
        "Barlen Optics invested $8 million and Oreval Glass, a newcomer, $45 million.",
    ],
)
def test_an_apposition_does_not_part_a_company_from_its_amount(pipeline, sentence):
    assert amounts_told(pipeline, sentence)["$45 million"][1] == "Oreval Glass"


def test_a_sum_told_again_is_what_it_was(pipeline):
    text = (
        "Barlen Optics has agreed to buy Oreval Glass for 6.9 billion kroner in Norway.\n\n"
        "Deal in detail\n\nPrice: 6.9 billion kroner in cash\n\nBreak fee: 150 million kroner"
    )
    found = annotate_text(pipeline, text, ArticleContext()).facts
    kinds = [(f.amount_text, f.kind) for f in found if isinstance(f, AmountFact)]
    assert kinds.count(("6.9 billion kroner", "acquisition")) == 2
    assert ("150 million kroner", "acquisition") not in kinds


def test_an_own_cost_that_a_company_estimates_is_its_own(pipeline):
    text = (
        "Oreval Glass makes crucibles. Barlen Optics, for which Oreval Glass makes the blanks, estimates that changing its "
        "supplier would take six years and cost up to $1.1 billion."
    )
    assert amounts_told(pipeline, text)["$1.1 billion"][1] == "Barlen Optics"


@pytest.mark.parametrize("ware", ["glass", "cobalt powder", "polysilicon", "timber", "resin"])
def test_a_material_bought_is_no_company_bought(pipeline, ware):
    rows = amounts_told(pipeline, f"Barlen Optics bought {ware} for $64 million from Oreval Glass last year.")
    assert rows["$64 million"] == ("purchases", "Barlen Optics")


def test_a_market_value_is_of_no_industry(pipeline):
    text = "Barlen Optics makes lenses. Barlen Optics is growing.\n\nBarlen Optics, which trades at 11 times earnings and carries a market capitalization of $71 billion, is hiring."
    assert amounts_told(pipeline, text)["$71 billion"] == ("market_cap", "Barlen Optics")
