"""Who sells, who gives and who is paid, where the sentence tells it beside the amount; and what the amount then is."""

import pytest
from tests_support import amounts_told

from db.records import AmountFact, ArticleContext, Role
from nlp.pipeline import annotate_text


@pytest.mark.parametrize(
    "sentence",
    [
        "Barlen Optics signed for $62 million of lenses on Monday, said the seller, Oreval Glass.",
        "Barlen Optics signed a contract over $62 million on Monday, the supplier, Oreval Glass, said.",
        "Barlen Optics signed for $62 million of glass, said the vendor, Oreval Glass.",
    ],
)
def test_a_contract_is_the_sellers_where_the_seller_is_named(pipeline, sentence):
    assert amounts_told(pipeline, sentence)["$62 million"] == ("contract", "Oreval Glass")


def test_a_seller_without_a_name_changes_nothing(pipeline):
    rows = amounts_told(
        pipeline, "Barlen Optics won a contract worth $62 million, and the supplier of the glass is unknown."
    )
    assert rows["$62 million"] == ("contract", "Barlen Optics")


@pytest.mark.parametrize(
    "giver",
    ["Tennessee", "the state of Tennessee", "a federal aid program", "the county", "the ministry"],
)
def test_what_a_state_gives_is_a_subsidy(pipeline, giver):
    rows = amounts_told(
        pipeline, f"Barlen Optics, which received $145 million from {giver} for a plant, would not comment."
    )
    assert rows["$145 million"] == ("subsidy", "Barlen Optics")


def test_what_customers_pay_is_no_subsidy(pipeline):
    rows = amounts_told(pipeline, "Barlen Optics received $145 million from its customers last year.")
    assert rows["$145 million"][0] != "subsidy"


@pytest.mark.parametrize("act", ["sales", "shipments", "deliveries"])
def test_acts_of_selling_belong_to_who_sells(pipeline, act):
    rows = amounts_told(
        pipeline, f"Barlen Optics made 118 {act} worth about $63.5 million to Oreval Glass in two years."
    )
    assert rows["$63.5 million"][1] == "Barlen Optics"


@pytest.mark.parametrize("verb", ["lost", "evaded", "saved"])
def test_duties_forgone_are_no_trade(pipeline, verb):
    rows = amounts_told(
        pipeline, f"The government of Denmark says the importers {verb} $87 million in duties."
    )
    assert rows["$87 million"][0] == "other"


@pytest.mark.parametrize("noun", ["sales", "revenue", "turnover"])
def test_a_loss_on_sales_leaves_them_sales(pipeline, noun):
    rows = amounts_told(
        pipeline, f"Barlen Optics lost $84 million on {noun} of $1.9 billion in the year to March."
    )
    assert rows["$84 million"] == ("loss", "Barlen Optics")
    assert rows["$1.9 billion"] == ("revenue", "Barlen Optics")


def test_lost_sales_stay_lost(pipeline):
    assert (
        amounts_told(pipeline, "Barlen Optics lost $84 million in sales to the ban.")["$84 million"][0]
        == "lost_sales"
    )


@pytest.mark.parametrize(
    "sentence",
    [
        "Shares of Barlen Optics, which supplies half of the country's observatories and owns a dealer in Leeds, rose 5% to $74.15.",
        "The stock of Barlen Optics, a maker of lenses that nobody outside Ohio had ever heard of, slid 3% to $74.15.",
        "Shares in Barlen Optics, whose chairman sold a large part of his own holding only last week, fell to $74.15.",
    ],
)
def test_shares_move_to_a_price_however_long_the_relative_clause(pipeline, sentence):
    assert amounts_told(pipeline, sentence)["$74.15"] == ("price", "Barlen Optics")


@pytest.mark.parametrize("union", ["consortium", "group of investors", "syndicate"])
def test_who_leads_buyers_is_the_buyer(pipeline, union):
    text = f"Barlen Optics has agreed to sell its glass business to a {union} led by Oreval Glass for $690 million."
    (fact,) = [f for f in annotate_text(pipeline, text, ArticleContext()).facts if isinstance(f, AmountFact)]
    parties = {p.name or p.surface for p in fact.parties if p.role in {Role.COMPANY, Role.COUNTERPARTY}}
    assert parties >= {"Barlen Optics", "Oreval Glass"}


@pytest.mark.parametrize("verb", ["paid", "handed over", "paid out"])
def test_the_record_is_of_the_kind_told_before(pipeline, verb):
    text = (
        "Oreval Glass agreed to a settlement of $50 million. "
        f"The record remains the $300 million that Barlen Optics {verb} in April 2023."
    )
    assert amounts_told(pipeline, text)["$300 million"] == ("fine", "Barlen Optics")


@pytest.mark.parametrize(
    "tail", ["that alone came to", "in Pishan county that alone was worth", "from a mine worth"]
)
def test_one_among_several_contracts_is_a_contract(pipeline, tail):
    text = f"Barlen Optics won five tenders for a total of $146 million in 2016, among them one {tail} $42 million."
    assert amounts_told(pipeline, text)["$42 million"] == ("contract", "Barlen Optics")


@pytest.mark.parametrize("relation", ["another supplier of", "the largest customer of", "a former unit of"])
def test_the_name_behind_a_relation_is_whose_fine_it_is(pipeline, relation):
    text = f"Last month {relation} Oreval Glass, Tidewater Cable LLC, pleaded guilty and agreed to forfeit $2.8 million."
    assert amounts_told(pipeline, text)["$2.8 million"] == ("fine", "Tidewater Cable LLC")
