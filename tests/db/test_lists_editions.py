"""Editions of one list over time: gone, back, gone again, in any order, and files that break off."""

import datetime as dt

import pytest

from db.ftm import entities
from db.list_status import compare, status_of
from db.listrows import ListFile, ListRow
from db.lists import MANY_GONE, import_rows
from db.store import Store

OTHER = "Olmen Photonics Ltd."


@pytest.fixture
def store(tmp_path):
    with Store.open(tmp_path / "s.sqlite", create=True) as opened:
        yield opened


def row(name=OTHER, **more):
    return ListRow(
        **{
            "list": "entity-list",
            "name": name,
            "effective_date": "2023-04-12",
            "citation": "88 FR 23332",
            **more,
        }
    )


def take(store, month, *rows, dated=True):
    """Import the edition of `month` of 2024; without `dated` only the day it was fetched is known."""
    source = ListFile(
        importer="csl",
        name=f"f{month}.json",
        hash=f"hash{month}",
        retrieved_at=f"2024-{month:02}-01T00:00:00Z",
        as_of=f"2024-{month:02}-01" if dated else None,
    )
    return import_rows(store, [row("Tarvik Semiconductor Co., Ltd."), *rows], source)


def status(store, day="2024-12-31"):
    company = store.value("SELECT company FROM list_entries WHERE name = ?", (OTHER,))
    (found,) = status_of(store, company, dt.date.fromisoformat(day))
    return found.listed, found.uncertain


def test_a_name_that_is_gone_again_is_uncertain_again(store):
    take(store, 1, row())
    assert take(store, 2).gone
    assert take(store, 3, row()).changed == [f"{OTHER} (entity-list, back in the file)"]
    assert take(store, 4).gone
    assert status(store) == (True, True)
    assert status(store, "2024-03-15") == (True, False)
    assert status(store, "2024-02-15") == (True, True)


def test_coming_back_is_told_once(store):
    take(store, 1, row())
    take(store, 2)
    take(store, 3, row())
    later = take(store, 4, row())
    assert (later.added, later.changed, later.same) == ([], [], 2)
    assert status(store) == (True, False)


def test_a_name_is_back_where_no_file_tells_its_day(store):
    take(store, 1, row(), dated=False)
    take(store, 2, dated=False)
    take(store, 3, row(), dated=False)
    assert status(store) == (True, False)


def test_a_row_without_a_date_goes_and_comes_back(store):
    undated = row(effective_date=None, citation=None, action="listed")
    take(store, 1, undated)
    take(store, 2)
    assert status(store) == (True, True)
    take(store, 3, undated)
    assert status(store) == (True, False)


def test_an_older_edition_proposes_no_end_for_what_came_after_it(store):
    take(store, 5, row())
    assert take(store, 2).gone == []
    assert status(store) == (True, False)


def test_gone_is_told_once_over_many_editions(store):
    take(store, 1, row())
    assert [len(take(store, month).gone) for month in (2, 3, 4)] == [1, 0, 0]


def test_a_removal_by_notice_needs_no_proposal(store):
    take(store, 1, row(), row(action="remove", effective_date="2023-12-01", citation="88 FR 90000"))
    assert take(store, 2).gone == []
    assert status(store) == (False, False)


def test_the_same_company_under_another_spelling_is_not_gone(store):
    take(store, 1, row())
    store_company = store.value("SELECT company FROM list_entries WHERE name = ?", (OTHER,))
    done = take(store, 2, row("OLMEN PHOTONICS LTD.", company=store_company))
    assert done.gone == []


def test_a_file_that_lacks_a_great_part_of_the_list_touches_nobody(store):
    many = [row(f"Olmen Works Number {n}", citation=f"88 FR {n}") for n in range(MANY_GONE + 10)]
    take(store, 1, row(), *many)
    done = take(store, 2)
    assert done.doubtful
    assert done.gone == []
    assert "taken as part of the list" in done.problems[-1]
    assert status(store) == (True, False)


def test_what_came_back_is_listed_in_the_export_too(store):
    take(store, 1, row())
    take(store, 2)

    def told():
        company = store.value("SELECT company FROM list_entries WHERE name = ?", (OTHER,))
        return [
            e["properties"]["status"]
            for e in entities(store)
            if e["schema"] == "Sanction" and e["properties"]["entity"] == [f"tradewire-{company}"]
        ]

    assert told() == [["uncertain: no longer in the newest file"]]
    take(store, 3, row())
    assert told() == [["listed"]]


def test_removed_and_added_again_at_any_day(store):
    events = [
        row(effective_date="2019-05-21", citation="84 FR 1"),
        row(action="remove", effective_date="2020-06-01", citation="85 FR 1"),
        row(effective_date="2022-10-07", citation="87 FR 1"),
    ]
    take(store, 1, *events)
    company = store.value("SELECT company FROM list_entries WHERE name = ?", (OTHER,))

    def on(day):
        return [
            (s.listed, s.since, s.until, s.citation)
            for s in status_of(store, company, dt.date.fromisoformat(day))
        ]

    assert on("2019-05-20") == []
    assert on("2019-05-21") == [(True, "2019-05-21", None, "84 FR 1")]
    assert on("2020-05-31") == [(True, "2019-05-21", None, "84 FR 1")]
    assert on("2020-06-01") == [(False, "2019-05-21", "2020-06-01", "85 FR 1")]
    assert on("2022-10-06") == [(False, "2019-05-21", "2020-06-01", "85 FR 1")]
    assert on("2022-10-07") == [(True, "2022-10-07", None, "87 FR 1")]


def test_a_row_without_a_date_says_nothing_of_days_before_its_file(store):
    take(store, 3, row(effective_date=None, citation=None, action="listed"))
    assert status(store, "2024-03-01") == (True, False)
    company = store.value("SELECT company FROM list_entries WHERE name = ?", (OTHER,))
    assert status_of(store, company, dt.date(2024, 2, 29)) == []


def test_a_list_without_days_contradicts_no_day_of_an_article(store):
    take(store, 3, row(effective_date=None, citation=None, action="listed"))
    company = store.value("SELECT company FROM list_entries WHERE name = ?", (OTHER,))
    assert compare(store, company, "entity-list", "add", "2023-05-01").verdict == "agrees"
    assert compare(store, company, "sdn", "add", "2023-05-01").verdict == "unknown to the lists"
