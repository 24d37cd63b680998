"""Each new hit of a saved search or watched company is told once."""

from decimal import Decimal

import pytest

from db.articles import ArticleRow, put_article
from db.companies import AliasSeed, CompanySeed, seed_companies
from db.errors import UsageError
from db.facts import write_annotation
from db.records import AmountFact, Annotation, FactSpan, Party, Role, Span, SpanRole
from db.saved import (
    alerts,
    find_alerts,
    mark,
    remove_search,
    save_search,
    saved_searches,
    unwatch,
    watch,
    watches,
)
from db.store import Store


@pytest.fixture
def store(tmp_path):
    with Store.open(tmp_path / "t.sqlite", create=True) as opened:
        seed_companies(
            opened, [CompanySeed(id="veldt", name="Veldt", aliases=(AliasSeed("Veldt", "veldt"),))]
        )
        yield opened


def publish(store, number, body="Veldt won a $2bn contract.", fingerprint="v1"):
    end = body.index(".") + 1
    at = body.index("$")
    found = AmountFact(
        kind="contract",
        evidence=Span(0, end, body[:end]),
        parties=(Party(role=Role.COMPANY, surface="Veldt"),),
        spans=(FactSpan(SpanRole.AMOUNT, Span(at, at + 4, body[at : at + 4])),),
        amount=Decimal(2_000_000_000),
        amount_text=body[at : at + 4],
        currency="USD",
        rule="t",
    )
    row = ArticleRow(url=f"https://{number}.example", title=f"Title {number}", body=body, relevant=True)
    with store.write() as connection:
        article, text = put_article(connection, row)
        write_annotation(connection, text, Annotation(facts=(found,)), fingerprint)
        connection.execute("UPDATE fact_parties SET company = 'veldt'")
    return article


def age(store):
    """Everything so far happened long ago."""
    with store.write() as connection:
        connection.execute("UPDATE articles SET first_seen = '2020-01-01T00:00:00Z'")
        connection.execute("UPDATE texts SET made_at = '2020-01-01T00:00:00Z'")
        connection.execute("UPDATE facts SET first_seen = '2020-01-01T00:00:00Z'")


def told(store):
    return [(alert.kind, alert.text) for alert in find_alerts(store)]


def test_a_search_tells_new_articles_once(store):
    publish(store, 1)
    age(store)
    save_search(store, "deals", "veldt contract", alert=True)
    assert told(store) == []
    publish(store, 2)
    assert told(store) == [("search", "Title 2 (no source)")]
    assert told(store) == []


def test_an_old_article_that_changed_so_that_it_matches_is_told_once(store):
    publish(store, 1)
    age(store)
    save_search(store, "won", "zebrafish", alert=True)
    for _ in range(2):
        publish(store, 1, "Veldt won a $2bn contract. Zebrafish were seen.")
    assert told(store) == [("search", "Title 1 (no source)")]
    publish(store, 1, "Veldt won a $2bn contract. More zebrafish were seen.")
    assert told(store) == []


def test_three_runs_and_a_text_change_tell_no_fact_twice(store):
    save_search(store, "big", {"kind": "contract", "min_amount": 1e9}, alert=True)
    publish(store, 1)
    assert [kind for kind, _ in told(store)] == ["search"]
    for n in range(3):
        publish(store, 1, fingerprint=f"v{n}")
        assert told(store) == []
    publish(store, 1, "Veldt has won a $2bn contract.")
    assert store.value("SELECT count(*) FROM facts") == 2
    assert told(store) == []


def test_a_copy_of_a_told_story_is_not_told(store):
    save_search(store, "deals", "veldt", alert=True)
    save_search(store, "big", {"kind": "contract"}, alert=True)
    with store.write() as connection:
        connection.execute("INSERT INTO stories (id, made_at) VALUES (1, '')")
    for number in (1, 2):
        article = publish(store, number)
        with store.write() as connection:
            connection.execute("UPDATE articles SET story = 1 WHERE id = ?", (article,))
        assert len(told(store)) == (2 if number == 1 else 0)


def test_a_search_without_alert_is_silent(store):
    save_search(store, "quiet", "veldt")
    publish(store, 1)
    assert told(store) == []


def test_watched_companies_tell_facts_lists_and_disputes(store):
    assert watch(store, "VELDT", by="ada") == "veldt"
    publish(store, 1)
    with store.write() as connection:
        connection.execute(
            "INSERT INTO lists (id, name, authority) VALUES ('entity-list', 'Entity List', 'Commerce')"
        )
        connection.execute(
            "INSERT INTO list_entries (id, list, company, name, action, effective_date, citation, retrieved_at, confidence)"
            " VALUES ('e', 'entity-list', 'veldt', 'Veldt', 'add', '2026-11-20', NULL, '2999-01-01', 'medium')"
        )
        connection.execute(
            "INSERT INTO events (kind, company, key, disputed, dispute, made_at)"
            " VALUES ('contract', 'veldt', 'k', 1, 'factor 1,000', '2999-01-01')"
        )
    found = told(store)
    assert [kind for kind, _ in found] == ["watch", "list", "dispute"]
    assert "reported, not confirmed" in found[1][1]
    assert told(store) == []
    assert [row["name"] for row in watches(store)] == ["Veldt"]
    assert unwatch(store, "veldt")
    assert not unwatch(store, "veldt")


def test_alerts_are_marked(store):
    save_search(store, "deals", "veldt", alert=True)
    publish(store, 1)
    (alert,) = find_alerts(store)
    mark(store, [alert.id], read=True)
    assert alerts(store, unread=True) == []
    assert len(alerts(store, unsent=True)) == 1
    assert remove_search(store, "deals")
    assert not remove_search(store, "deals")
    assert saved_searches(store) == []


def test_odd_searches_are_refused(store):
    with pytest.raises(UsageError, match="name"):
        save_search(store, " ", "x")
    with pytest.raises(UsageError, match="no colour"):
        save_search(store, "n", {"colour": "red"})
    with pytest.raises(UsageError, match="no fact kind"):
        save_search(store, "n", {"kind": "rumour"})
    with pytest.raises(UsageError, match="no company record"):
        watch(store, "nobody")
    assert save_search(store, "odd", 'AND ( "', alert=True).query == 'AND ( "'
    assert find_alerts(store) == []
