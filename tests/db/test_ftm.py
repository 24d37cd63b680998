"""The FollowTheMoney export: valid by the library, weak names weak, lists and articles apart."""

import pytest

from db.ftm import company_key, entities
from db.listrows import ListFile, ListRow
from db.lists import import_rows, seed_lists
from db.store import Store


@pytest.fixture
def listed(tmp_path):
    with Store.open(tmp_path / "s.sqlite", create=True) as store:
        seed_lists(store)
        yield store


def of(store, schema):
    return [e for e in entities(store) if e["schema"] == schema]


def sanctions(store, company):
    return [
        e["properties"] for e in of(store, "Sanction") if e["properties"]["entity"] == [company_key(company)]
    ]


def validated(found):
    """How many entities the library takes with every value kept."""
    model = pytest.importorskip("followthemoney").model
    count = 0
    for data in found:
        schema = model.get(data["schema"])
        assert schema is not None, data["schema"]
        proxy = model.make_entity(data["schema"])
        proxy.id = data["id"]
        for name, values in data["properties"].items():
            assert name in schema.properties, (data["schema"], name)
            for value in values:
                proxy.add(name, value)
            assert len(proxy.get(name)) == len(values), (data["schema"], name, values)
        schema.validate(proxy.to_dict())
        count += 1
    return count


def test_every_entity_of_the_packaged_lists_is_valid(listed):
    assert validated(entities(listed)) > 300


def test_every_entity_of_a_store_with_articles_is_valid(sample_store):
    found = list(entities(sample_store))
    assert validated(found) == len(found)
    assert {e["schema"] for e in found} >= {"Company", "Article", "Mention"}


def test_ids_are_unique_and_stable(listed):
    ids = [e["id"] for e in entities(listed)]
    assert len(ids) == len(set(ids))
    assert ids == [e["id"] for e in entities(listed)]


def test_a_removal_ends_the_sanction_it_follows(listed):
    (entity_list,) = [s for s in sanctions(listed, "zte") if s["program"] == ["Entity List"]]
    assert (entity_list["startDate"], entity_list["endDate"]) == (["2016-03-08"], ["2017-03-29"])


def test_below_high_confidence_the_status_says_so(listed):
    (covered,) = [s for s in sanctions(listed, "zte") if s["program"] == ["FCC Covered List"]]
    assert covered["status"] == ["listed (reported, not confirmed)"]


def test_weak_and_former_names_are_kept_apart(listed):
    row = ListRow(
        list="entity-list",
        name="Tarvik Semiconductor Co., Ltd.",
        aliases=("Tarvik Chips",),
        weak_aliases=("TSC",),
        former=("Old Tarvik",),
        effective_date="2023-04-12",
    )
    import_rows(
        listed,
        [row],
        ListFile(importer="x", name="x", hash="x", retrieved_at="2024-01-01T00:00:00Z", full=False),
    )
    (company,) = [e["properties"] for e in of(listed, "Company") if e["caption"] == row.name]
    assert (company["alias"], company["weakAlias"], company["previousName"]) == (
        ["Tarvik Chips"],
        ["TSC"],
        ["Old Tarvik"],
    )


def test_an_affiliate_is_a_link_and_no_ownership(listed):
    row = ListRow(
        list="entity-list",
        name="Hangzhou Tarvik Enterprises",
        affiliate_of="Tarvik Technologies",
        effective_date="2023-04-12",
    )
    import_rows(
        listed,
        [row],
        ListFile(importer="x", name="x", hash="x", retrieved_at="2024-01-01T00:00:00Z", full=False),
    )
    (link,) = of(listed, "UnknownLink")
    assert link["properties"]["role"] == ["affiliate"]
    assert of(listed, "Ownership") == []
