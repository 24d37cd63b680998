"""Words about a company and the lists: named itself, its parent named, no longer named, not confirmed."""

import datetime as dt

import pytest

from db.companies import AliasSeed, CompanySeed, seed_companies
from db.decisions import record_decision
from db.listrows import ListFile, ListRow
from db.lists import import_rows, seed_lists
from db.profiles import company_profile
from db.standing import standings
from db.store import Store

SEEDS = [
    CompanySeed(id="top", name="Tarvik Holdings", aliases=(AliasSeed("Tarvik Holdings", "tarvik holdings"),)),
    CompanySeed(id="mid", name="Tarvik", parent="top", aliases=(AliasSeed("Tarvik", "tarvik"),)),
    CompanySeed(
        id="low",
        name="Tarvik Leasing",
        parent="mid",
        aliases=(AliasSeed("Tarvik Leasing", "tarvik leasing"),),
    ),
]


@pytest.fixture
def store(tmp_path):
    with Store.open(tmp_path / "s.sqlite", create=True) as opened:
        seed_companies(opened, SEEDS)
        yield opened


def take(store, company, number=1, **more):
    row = ListRow(
        **{"list": "entity-list", "company": company, "name": company, "effective_date": "2023-04-12", "citation": "88 FR 1", **more}
    )  # fmt: skip
    source = ListFile(
        importer="csl", name="f", hash=str(number), retrieved_at="2024-01-05T00:00:00Z", as_of="2024-01-01"
    )
    import_rows(store, [row], source)


def words(store, company, day="2024-06-01"):
    return [s.words for s in standings(store, company, dt.date.fromisoformat(day))]


def test_a_listed_company_is_on_the_list_with_day_and_citation(store):
    take(store, "mid")
    (one,) = standings(store, "mid", dt.date(2024, 6, 1))
    assert (one.words, one.named) == ("on the Entity List since 2023-04-12 (88 FR 1)", True)
    assert one.file == "2024-01-01"


def test_a_subsidiary_does_not_inherit_the_listing(store):
    take(store, "mid")
    assert words(store, "low") == [
        "not itself named on the Entity List; parent Tarvik is on the Entity List since 2023-04-12 (88 FR 1)"
    ]
    assert not any(s.named for s in standings(store, "low"))
    assert words(store, "top") == []  # and a parent does not inherit from below


def test_a_listing_of_the_parents_parent_is_told_and_passes_on_to_nobody(store):
    take(store, "top")
    assert [w.split(";")[1].split(" is ")[0] for w in words(store, "low")] == [" parent Tarvik Holdings"]


def test_a_subsidiary_that_is_named_itself_is_told_as_such(store):
    take(store, "mid")
    take(store, "low", 2, effective_date="2024-02-01", citation="89 FR 2")
    assert words(store, "low") == ["on the Entity List since 2024-02-01 (89 FR 2)"]
    assert words(store, "low", "2024-01-15")[0].startswith("not itself named")


def test_a_parent_that_was_taken_off_is_no_matter(store):
    take(store, "mid")
    take(store, "mid", 2, action="remove", effective_date="2024-03-01", citation="89 FR 3")
    assert words(store, "low") == []
    assert words(store, "mid") == ["was on the Entity List from 2023-04-12 to 2024-03-01 (89 FR 3)"]


def test_an_owner_circle_ends(store):
    with store.write() as connection:
        connection.execute(
            "INSERT INTO company_relations (a, b, kind, source) VALUES ('top', 'low', 'parent', 'x')"
        )
    take(store, "mid")
    assert len(words(store, "low")) == 1


def test_below_high_confidence_it_is_reported(store):
    take(store, "mid", confidence="medium")
    assert words(store, "mid") == ["reported on the Entity List since 2023-04-12, not confirmed (88 FR 1)"]


def test_packaged_events_are_no_file_of_a_list(store):
    seed_lists(store)
    assert {s.file for s in standings(store, "zte")} == {None}


def test_the_profile_has_the_events_of_records_merged_into_it(store):
    take(store, "low")
    record_decision(store, "same", "low", "mid", by="mei")
    profile = company_profile(store, "Tarvik")
    assert [e.name for e in profile.list_events] == ["low"]
    assert [s.words for s in profile.standing] == ["on the Entity List since 2023-04-12 (88 FR 1)"]
