"""`party_history` always holds what `party_acts` says, whatever writes to the store."""

import pytest
from sample_store import fill

from db.facts import write_annotation
from db.forget import forget_person
from db.records import Annotation
from db.review import review
from db.store import Store


@pytest.fixture
def store(tmp_path):
    with Store.open(tmp_path / "t.sqlite", create=True) as opened:
        fill(opened)
        yield opened


def held(store):
    found = store.rows("SELECT party, what, day, fact_n FROM party_history ORDER BY 1, 2, 3, 4")
    assert found == store.rows("SELECT DISTINCT party, what, day, fact_n FROM party_acts ORDER BY 1, 2, 3, 4")
    return found


def test_it_holds_listings_by_list_and_valuations_by_kind(store):
    kinds = {row["what"] for row in held(store)}
    assert "valuation" in kinds
    assert kinds - {"valuation"} <= {row["id"] for row in store.rows("SELECT id FROM lists")} | {
        "entity-list"
    }
    assert all(len(row["day"]) == 10 for row in held(store))


def test_corrections_dates_names_and_removals_reach_it(store):
    before = held(store)
    fact = store.value("SELECT id FROM facts WHERE kind = 'listing' AND state = 'live' ORDER BY id LIMIT 1")
    review(store, fact, "correct", by="Ann", changes={"as_of": "2020-02-02", "company": "Orrin Lathe Works"})
    moved = held(store)
    assert moved != before
    assert any(row["day"] == "2020-02-02" for row in moved)
    with store.write() as connection:
        connection.execute("UPDATE articles SET published = '2019-09-09'")
        connection.execute("UPDATE fact_parties SET company = NULL")
        connection.execute("UPDATE facts SET list = 'somewhere' WHERE list IS NOT NULL")
    assert {row["party"][0] for row in held(store)} == {"="}
    assert "somewhere" in {row["what"] for row in held(store)}
    name = held(store)[0]["party"].removeprefix("=")
    forget_person(store, name)
    assert f"={name}" not in {row["party"] for row in held(store)}
    with store.write() as connection:
        for row in store.rows("SELECT text FROM articles"):
            write_annotation(connection, row["text"], Annotation(facts=(), mentions=(), entities=()), "v2")
    held(store)
    with store.write() as connection:
        connection.execute("DELETE FROM facts")
    assert held(store) == []
