"""Official lists in the store: idempotent import, proposed ends, status as of a day."""

import datetime as dt

import pytest

from db.list_status import compare, compare_facts, entries_of, status_of
from db.listrows import ListFile, ListRow
from db.lists import import_rows, seed_lists
from db.store import Store


@pytest.fixture
def store(tmp_path):
    with Store.open(tmp_path / "s.sqlite", create=True) as opened:
        yield opened


def file(number, *, full=True, as_of=None):
    return ListFile(
        importer="csl",
        name=f"f{number}.json",
        hash=f"hash{number}",
        retrieved_at=f"2024-0{number}-01T00:00:00Z",
        as_of=as_of or f"2024-0{number}-01",
        full=full,
    )


def row(name="Tarvik Semiconductor Co., Ltd.", **more):
    return ListRow(
        **{
            "list": "entity-list",
            "name": name,
            "effective_date": "2023-04-12",
            "citation": "88 FR 23332",
            **more,
        }
    )


def company(store, name):
    return store.value("SELECT company FROM list_entries WHERE name = ?", (name,))


def on(store, who, day):
    return {(s.list, s.listed) for s in status_of(store, who, dt.date.fromisoformat(day))}


def test_packaged_events_go_in_once(store):
    assert len(seed_lists(store).added) == 198
    again = seed_lists(store)
    assert (again.added, again.changed, again.same) == ([], [], 198)


def test_zte_from_list_to_list_r5(store):
    seed_lists(store)
    assert ("entity-list", True) in on(store, "zte", "2016-06-01")
    assert ("entity-list", False) in on(store, "zte", "2017-06-01")
    assert on(store, "zte", "2018-05-01") == {("denied-persons", True), ("entity-list", False)}
    assert all(not listed for _, listed in on(store, "zte", "2019-01-01"))
    assert ("fcc-covered", True) in on(store, "zte", "2021-06-01")


def test_ymtc_moves_from_unverified_to_entity_list_r6(store):
    seed_lists(store)
    assert on(store, "ymtc", "2022-11-01") == {("unverified-list", True)}
    assert {name for name, listed in on(store, "ymtc", "2023-01-01") if listed} == {"entity-list"}


def test_megvii_leaves_one_list_and_stays_on_two_r7(store):
    seed_lists(store)
    found = {s.list: s for s in status_of(store, "megvii", dt.date(2025, 2, 1))}
    assert (found["1260h"].since, found["1260h"].until) == ("2024-01-31", "2025-01-07")
    assert (found["entity-list"].since, found["entity-list"].citation) == (
        "2019-10-09",
        "84 FR 54002 (FR Doc 2019-22210)",
    )
    assert found["ns-cmic"].listed


def test_medium_confidence_is_not_confirmed(store):
    seed_lists(store)
    found = {s.list: s.confirmed for s in status_of(store, "zte", dt.date(2021, 6, 1))}
    assert found["fcc-covered"] is False


def test_before_the_first_event_there_is_no_status(store):
    seed_lists(store)
    assert status_of(store, "huawei", dt.date(2018, 1, 1)) == []


def test_affiliate_gets_its_own_record_and_an_edge_r8(store):
    affiliate = row("Hangzhou Tarvik Enterprises", affiliate_of="Tarvik Semiconductor Co., Ltd.")
    import_rows(store, [row(), affiliate], file(1))
    own, parent = (
        company(store, "Hangzhou Tarvik Enterprises"),
        company(store, "Tarvik Semiconductor Co., Ltd."),
    )
    assert own != parent
    assert store.rows("SELECT a, b, kind FROM company_relations") == [
        {"a": own, "b": parent, "kind": "affiliate"}
    ]


def test_the_same_file_again_changes_nothing(store):
    import_rows(store, [row(), row("Olmen Photonics Ltd.")], file(1))
    before = store.rows("SELECT * FROM list_entries ORDER BY id")
    again = import_rows(store, [row(), row("Olmen Photonics Ltd.")], file(1))
    assert (again.added, again.changed, again.gone, again.same) == ([], [], [], 2)
    assert store.rows("SELECT * FROM list_entries ORDER BY id") == before


def test_absence_from_a_new_full_file_proposes_an_end_and_ends_nothing(store):
    import_rows(store, [row(), row("Olmen Photonics Ltd.")], file(1))
    who = company(store, "Olmen Photonics Ltd.")
    done = import_rows(store, [row()], file(2))
    assert done.gone == ["Olmen Photonics Ltd. (entity-list)"]
    (status,) = status_of(store, who, dt.date(2024, 6, 1))
    assert (status.listed, status.uncertain, status.confirmed) == (True, True, False)


def test_a_name_that_comes_back_is_certain_again(store):
    import_rows(store, [row(), row("Olmen Photonics Ltd.")], file(1))
    import_rows(store, [row()], file(2))
    import_rows(store, [row(), row("Olmen Photonics Ltd.")], file(3))
    (status,) = status_of(store, company(store, "Olmen Photonics Ltd."), dt.date(2024, 6, 1))
    assert (status.listed, status.uncertain) == (True, False)


def test_absence_from_a_partial_file_means_nothing(store):
    import_rows(store, [row(), row("Olmen Photonics Ltd.")], file(1))
    assert import_rows(store, [row()], file(2, full=False)).gone == []


def test_a_corrected_date_changes_the_entry_and_keeps_the_old_one_in_the_raw_row(store):
    import_rows(store, [row()], file(1))
    done = import_rows(store, [row(effective_date="2023-04-17")], file(2))
    assert (len(done.changed), done.added, done.gone) == (1, [], [])
    (entry,) = entries_of(store, listed="entity-list")
    assert entry["effective_date"] == "2023-04-17"
    assert '"2023-04-12"' in entry["raw"]


def test_an_alias_never_links_a_row_to_another_company(store):
    import_rows(store, [row("Tarvik Semiconductor Co., Ltd.", weak_aliases=("TSC",)), row("TSC")], file(1))
    assert company(store, "TSC") != company(store, "Tarvik Semiconductor Co., Ltd.")


def test_a_person_is_an_entry_without_a_company_record(store):
    import_rows(store, [row("DOE, John", party="person", list="sdn")], file(1))
    assert company(store, "DOE, John") is None
    assert store.value("SELECT count(*) FROM companies") == 0


def test_a_year_counts_as_listed_from_its_end_and_as_removed_from_its_start(store):
    import_rows(
        store,
        [row(effective_date="2020"), row(action="remove", effective_date="2022", citation="x")],
        file(1),
    )
    who = company(store, "Tarvik Semiconductor Co., Ltd.")
    assert on(store, who, "2020-06-01") == set()
    assert on(store, who, "2021-01-01") == {("entity-list", True)}
    assert on(store, who, "2022-02-01") == {("entity-list", False)}


@pytest.mark.parametrize(
    ("action", "date", "verdict"),
    [
        ("add", "2019-10-09", "agrees"),
        ("add", "2019-10", "agrees"),
        ("add", "2019-10-07", "agrees"),
        ("add", None, "agrees"),
        ("add", "2021-05-01", "date differs"),
        ("remove", "2019-10-09", "unknown to the lists"),
    ],
)
def test_an_articles_listing_is_compared_with_the_official_one(store, action, date, verdict):
    seed_lists(store)
    assert compare(store, "hikvision", "entity-list", action, date).verdict == verdict


def test_listings_of_many_articles_are_compared_at_once(store):
    seed_lists(store)

    class Row:
        def __init__(self, ident, action="add", as_of=None, company="hikvision", kind="listing"):
            self.id, self.kind, self.action, self.as_of, self.company_id = ident, kind, action, as_of, company
            self.list = "entity-list"

    rows = [
        Row("right", as_of="2019-10-09"),
        Row("late", as_of="2021-05-01"),
        Row("gone", action="remove"),
        Row("threat", action="threaten"),
        Row("nobody", company=None),
        Row("other", kind="statement", company="zte"),
    ]
    found = {ident: comparison.verdict for ident, comparison in compare_facts(store, rows).items()}
    assert found == {"right": "agrees", "late": "date differs", "gone": "unknown to the lists"}


def test_a_company_without_a_record_is_unknown_to_the_lists(store):
    assert compare(store, None, "entity-list", "add", None).verdict == "unknown to the lists"
