"""The registry of official lists."""

import datetime as dt

import pytest

from db.errors import ConfigError
from db.listregistry import UNKNOWN, load_lists, packaged_lists


def test_every_list_has_a_name_and_named_lists_an_authority():
    for entry in packaged_lists().lists.values():
        assert entry.name
        assert bool(entry.authority) == (entry.kind in {"list", "ban"}), entry.id


def test_trade_blacklist_of_commerce_is_the_entity_list():
    assert packaged_lists().infer("trade", "commerce", dt.date(2019, 10, 8)) == "entity-list"


def test_investment_blacklist_changes_its_list_in_june_2021():
    lists = packaged_lists()
    assert lists.infer("investment", "us", dt.date(2020, 12, 1)) == "ccmc"
    assert lists.infer("investment", "us", dt.date(2022, 6, 1)) == "ns-cmic"


def test_bare_blacklist_without_an_authority_means_no_list_we_know():
    assert packaged_lists().infer("blacklist", "none", dt.date(2024, 1, 1)) == UNKNOWN


def test_a_list_is_found_under_the_name_of_a_data_file():
    found = packaged_lists().by_source_name("BIS Entity List")
    assert found is not None
    assert found.id == "entity-list"


def test_rule_for_an_unknown_list_is_refused(tmp_path):
    path = tmp_path / "lists.toml"
    path.write_text(
        '[[list]]\nid="a"\nname="A"\nauthority="B"\ncountry="us"\nkind="list"\nurl=""\n[[rule]]\nsort="x"\nauthority=["us"]\nlist="b"\n'
    )
    with pytest.raises(ConfigError, match="unknown list"):
        load_lists(path)
