"""Reviews are kept, and no later run overwrites or doubles what a person decided."""

from decimal import Decimal

import pytest

from db.articles import ArticleRow, put_article
from db.errors import StoreError, UsageError
from db.facts import write_annotation
from db.queries import fact, facts
from db.records import AmountFact, Annotation, FactSpan, Party, Role, Span, SpanRole
from db.review import agreement, history, queue, review
from db.store import Store

BODY = "Veldt won a $2bn contract from Orrin. Nobody else was named."


@pytest.fixture
def store(tmp_path):
    with Store.open(tmp_path / "t.sqlite", create=True) as opened:
        yield opened


def contract(body=BODY, confidence=0.8):
    start, end = body.index("Veldt"), body.index("Orrin.") + 6
    at = body.index("$2bn")
    return AmountFact(
        kind="contract",
        evidence=Span(start, end, body[start:end]),
        parties=(Party(role=Role.COMPANY, surface="Veldt"), Party(role=Role.COUNTERPARTY, surface="Orrin")),
        spans=(FactSpan(SpanRole.AMOUNT, Span(at, at + 4, "$2bn")),),
        amount=Decimal(2_000_000_000),
        amount_text="$2bn",
        currency="USD",
        rule="test",
        confidence=confidence,
    )


def run(store, body=BODY, *found, url="https://x.example"):
    with store.write() as connection:
        _, text = put_article(connection, ArticleRow(url=url, title="t", body=body, relevant=True))
        write_annotation(connection, text, Annotation(facts=found or (contract(body),)), "v1")
    return [row.id for row in facts(store, everything=True, sort="oldest") if row.state == "live"]


def test_a_confirmed_fact_is_shown_below_the_bar(store):
    (found,) = run(store, BODY, contract(confidence=0.3))
    assert facts(store, kind="contract") == []
    review(store, found, "confirm", by="ada", note="checked")
    (row,) = facts(store, kind="contract")
    assert row.review == "confirmed"
    assert [(r.by, r.decision, r.note) for r in history(store, found)] == [("ada", "confirm", "checked")]


def test_a_correction_changes_values_and_parties_and_can_be_taken_back(store):
    (found,) = run(store)
    original = fact(store, found)
    done = review(
        store, found, "correct", by="ada", changes={"amount": "2.2e9", "currency": "eur", "company": "Orrin"}
    )
    assert done.before == {"review": "auto", "amount": 2e9, "currency": "USD", "company": ["Veldt"]}
    row = fact(store, found)
    assert row is not None
    assert (row.review, row.amount, row.currency, row.company) == ("corrected", 2.2e9, "EUR", "Orrin")
    assert (row.parties[0].start, row.parties[0].end) == (31, 36)
    review(store, found, "reopen", by="bo")
    row = fact(store, found)
    assert row is not None
    assert (row.review, row.amount, row.currency, row.company) == ("auto", 2e9, "USD", "Veldt")
    assert original is not None
    assert row.sentence == original.sentence
    assert [r.decision for r in history(store, found)] == ["correct", "reopen"]


@pytest.mark.parametrize("decision", ["confirm", "reject", "correct"])
def test_three_runs_and_a_text_change_make_no_twin(store, decision):
    (found,) = run(store)
    review(store, found, decision, by="ada", changes={"amount": "3e9"} if decision == "correct" else None)
    before = fact(store, found)
    for _ in range(3):
        assert run(store) == [found]
    changed = BODY.replace("Veldt won a", "Veldt has won a").replace("Nobody", "No one")
    for body in (changed, changed, BODY):
        assert run(store, body) == [found]
    assert fact(store, found) == before
    assert store.value("SELECT count(*) FROM facts") == 1


def test_a_different_amount_in_the_new_text_is_a_new_fact(store):
    (found,) = run(store)
    review(store, found, "reject", by="ada")
    body = BODY.replace("$2bn", "$3bn")
    other = contract(BODY)
    at = body.index("$3bn")
    fresh = AmountFact(
        kind="contract",
        evidence=Span(0, other.evidence.end, body[: other.evidence.end]),
        parties=other.parties,
        spans=(FactSpan(SpanRole.AMOUNT, Span(at, at + 4, "$3bn")),),
        amount=Decimal(3_000_000_000),
        amount_text="$3bn",
        rule="test",
    )
    assert len(run(store, body, fresh)) == 2


def test_a_withdrawn_twin_does_not_come_back_beside_the_reviewed_fact(store):
    (first,) = run(store)
    changed = BODY.replace("won a", "has won a")
    (second,) = run(store, changed)
    assert first != second
    review(store, second, "confirm", by="ada")
    assert run(store, BODY) == [second]
    row = fact(store, first)
    assert row is not None
    assert row.state == "withdrawn"


def test_odd_decisions_are_refused_and_change_nothing(store):
    (found,) = run(store)
    for arguments in (
        {"decision": "maybe"},
        {"decision": "correct"},
        {"decision": "confirm", "changes": {"amount": "1"}},
        {"decision": "correct", "changes": {"id": "x"}},
        {"decision": "correct", "changes": {"amount": "much"}},
        {"decision": "correct", "changes": {"kind": "rumour"}},
        {"decision": "correct", "changes": {"currency": "dollars"}},
        {"decision": "confirm", "by": " "},
    ):
        with pytest.raises(UsageError):
            review(store, found, **{"by": "ada"} | arguments)
    with pytest.raises(UsageError, match="no fact"):
        review(store, "none", "confirm", by="ada")
    assert history(store, found) == []


def test_the_history_cannot_be_rewritten(store):
    (found,) = run(store)
    review(store, found, "confirm", by="ada")
    with pytest.raises(StoreError, match="append-only"), store.write() as connection:
        connection.execute("UPDATE fact_reviews SET by = 'bo'")


def test_the_queue_starts_with_doubt_times_weight_and_leaves_out_what_was_decided(store):
    run(store, BODY, contract(confidence=0.9))
    run(store, BODY, contract(confidence=0.4), url="https://y.example")
    ids = [row.id for row in queue(store)]
    assert [row.confidence for row in queue(store)] == [0.4, 0.9]
    review(store, ids[0], "reject", by="ada")
    assert [row.id for row in queue(store)] == ids[1:]
    assert [(a.rule, a.share) for a in agreement(store)] == [("test", 0.0)]
