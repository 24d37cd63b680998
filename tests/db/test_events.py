"""Facts of several articles are grouped, and disagreement is found."""

from decimal import Decimal

import pytest

from db.articles import ArticleRow, put_article
from db.errors import UsageError
from db.event_values import slack_of
from db.events import events, group_events, settle
from db.facts import write_annotation
from db.records import Action, AmountFact, Annotation, ListingFact, Party, Role, Span
from db.review import review
from db.store import Store


@pytest.fixture
def store(tmp_path):
    with Store.open(tmp_path / "t.sqlite", create=True) as opened:
        yield opened


def tell(
    store,
    number,
    text,
    value,
    *,
    currency="USD",
    kind="contract",
    company="Veldt",
    published=None,
    told=None,
    **more,
):
    """An article that says that the company's fact has this value."""
    body = f"{company} has a {kind} worth {text}."
    others = tuple(Party(role=Role.COUNTERPARTY, surface=name) for name in more.pop("to", ()))
    conversion = more.pop("conversion", None)
    found = AmountFact(
        kind=kind,
        evidence=Span(0, len(body), body),
        parties=(Party(role=Role.COMPANY, surface=company), *others),
        amount=Decimal(str(value)),
        amount_text=text,
        currency=currency,
        conversion_amount=conversion and Decimal(str(conversion[0])),
        conversion_currency=conversion and conversion[1],
        rule="t",
        **more,
    )
    row = ArticleRow(
        url=f"https://{number}.example",
        title="t",
        body=body,
        published=published or f"2026-11-{number:02}",
        relevant=True,
    )
    with store.write() as connection:
        _, text_id = put_article(connection, row)
        write_annotation(connection, text_id, Annotation(facts=(found,)), "v")


def grouped(store, **asked):
    group_events(store)
    return [(e.dispute, e.sources, [f.amount_text for f in e.facts]) for e in events(store, **asked)]


def test_rounded_figures_are_one_event_without_dispute(store):
    tell(store, 1, "$1.85 billion", 1.85e9)
    tell(store, 2, "$1,852 million", 1.852e9)
    tell(store, 3, "nearly $2 billion", 2e9, approx=True)
    assert grouped(store) == [(None, 3, ["$1.85 billion", "$1,852 million", "nearly $2 billion"])]


def test_conversions_are_compared_in_their_currency(store):
    tell(store, 1, "1.85 billion yuan", 1.85e9, currency="CNY", conversion=(2.6e8, "USD"))
    tell(store, 2, "$260 million", 2.6e8)
    assert grouped(store) == [(None, 2, ["1.85 billion yuan", "$260 million"])]


@pytest.mark.parametrize(
    ("text", "value", "currency", "dispute"),
    [
        ("$2 million", 2e6, "USD", "factor 1,000"),
        ("€2 billion", 2e9, "EUR", "currency"),
        ("$2.45 billion", 2.45e9, "USD", "value"),
    ],
)
def test_mistakes_are_disputes(store, text, value, currency, dispute):
    tell(store, 1, "$2.00 billion", 2e9)
    tell(store, 2, text, value, currency=currency)
    assert [row[0] for row in grouped(store, disputed=True)] == [dispute]


@pytest.mark.parametrize(
    "second",
    [
        {"value": 5e9, "text": "$5 billion"},
        {"value": 2e9, "text": "$2 billion", "company": "Orrin"},
        {"value": 2e9, "text": "$2 billion", "kind": "fine"},
        {"value": 2e9, "text": "$2 billion", "published": "2025-01-01"},
        {"value": 2e9, "text": "$2 billion", "to": ("Tarn",)},
    ],
)
def test_different_things_are_no_event(store, second):
    tell(store, 1, "$2 billion", 2e9, to=("Quill",))
    tell(store, 2, second.pop("text"), second.pop("value"), **second)
    assert grouped(store) == []


def test_papers_that_differ_on_who_pays_whom_tell_of_one_deal(store):
    tell(store, 1, "3.2 billion yuan", 3.2e9, currency="CNY", company="Tarn", to=("Veldt",))
    tell(store, 2, "2.3 billion yuan", 2.3e9, currency="CNY", company="Veldt")
    assert grouped(store, disputed=True) == [("value", 2, ["3.2 billion yuan", "2.3 billion yuan"])]
    assert group_events(store)["made"] == 0


def test_a_deal_told_as_purchase_and_as_contract_is_one(store):
    tell(
        store, 1, "3.2 billion yuan", 3.2e9, currency="CNY", kind="purchases", company="Quill", to=("Veldt",)
    )
    tell(store, 2, "2.3 billion yuan", 2.3e9, currency="CNY", to=("Quill",))
    assert grouped(store) == [("value", 2, ["3.2 billion yuan", "2.3 billion yuan"])]
    assert [event.kind for event in events(store)] == ["contract"]
    tell(store, 3, "$5 million", 5e6, kind="purchases", company="Tarn")
    tell(store, 4, "$5 million", 5e6, kind="purchases", company="Tarn")
    assert (None, 2, ["$5 million", "$5 million"]) in grouped(store)
    assert sorted(event.kind for event in events(store)) == ["contract", "purchases"]


def test_copies_of_a_story_are_one_teller(store):
    tell(store, 1, "$2 billion", 2e9)
    tell(store, 2, "$2 billion", 2e9)
    with store.write() as connection:
        connection.execute("INSERT INTO stories (id, made_at) VALUES (1, '')")
        connection.execute("UPDATE articles SET story = 1")
    assert grouped(store) == []


def test_the_best_value_has_a_reason_and_follows_reviews(store):
    for number, text, value in ((1, "$2.00 billion", 2e9), (2, "$2.00 bn", 2e9), (3, "$2.50 billion", 2.5e9)):
        tell(store, number, text, value)
    group_events(store)
    (event,) = events(store)
    assert event.best in {f.id for f in event.facts[:2]}
    assert event.best_reason == "told by 2 of 3 independent stories"
    review(store, event.facts[2].id, "confirm", by="ada")
    group_events(store)
    (event,) = events(store)
    assert (event.best, event.best_reason) == (event.facts[2].id, "confirmed by a person")


def test_grouping_again_keeps_ids_and_a_rejected_fact_leaves(store):
    tell(store, 1, "$2 billion", 2e9)
    tell(store, 2, "$2 million", 2e6)
    group_events(store)
    (event,) = events(store, disputed=True)
    assert group_events(store)["made"] == 0
    tell(store, 3, "$2 billion", 2e9)
    group_events(store)
    assert [e.id for e in events(store)] == [event.id]
    review(store, event.facts[1].id, "reject", by="ada")
    group_events(store)
    (after,) = events(store)
    assert (after.id, after.dispute, after.sources) == (event.id, None, 2)
    assert after.settled_at is not None


def test_a_settled_dispute_stays_settled(store):
    tell(store, 1, "$2 billion", 2e9)
    tell(store, 2, "$2 million", 2e6)
    group_events(store)
    (event,) = events(store, disputed=True)
    settle(store, event.id, event.facts[1].id, by="ada", note="filing")
    tell(store, 3, "$2 billion", 2e9)
    group_events(store)
    assert events(store, disputed=True) == []
    (event,) = events(store, disputed=True, settled=True)
    assert event.best_reason == "settled by ada: filing"
    with pytest.raises(UsageError, match="not part"):
        settle(store, event.id, "none", by="ada")


def test_listings_with_different_dates_are_a_dispute(store):
    for number, day in ((1, "2026-11-02"), (2, "2026-11-20"), (3, "2026-11-02")):
        body = f"Veldt was added to the Entity List on {day}."
        found = ListingFact(
            kind="listing", evidence=Span(0, len(body), body), parties=(Party(role=Role.COMPANY, surface="Veldt"),),
            list="entity-list", action=Action.ADD, as_of=day, rule="t",
        )  # fmt: skip
        with store.write() as connection:
            _, text = put_article(
                connection, ArticleRow(url=f"https://{number}.example", title="t", body=body)
            )
            write_annotation(connection, text, Annotation(facts=(found,)), "v")
    group_events(store)
    (event,) = events(store, disputed=True)
    assert (event.dispute, event.sources) == ("date", 3)
    assert (event.best_reason, {f.as_of for f in event.facts if f.id == event.best}) == (
        "told by 2 of 3 independent stories",
        {"2026-11-02"},
    )


@pytest.mark.parametrize(
    ("text", "value", "slack"),
    [
        ("$1.85 billion", 1.85e9, 0.0027),
        ("$2 billion", 2e9, 0.1),
        ("1,850,000", 1.85e6, 0.0027),
        ("", 5.0, 0.005),
    ],
)
def test_slack_is_half_of_the_last_digit(text, value, slack):
    assert slack_of(text, value, False) == pytest.approx(slack, abs=1e-4)
