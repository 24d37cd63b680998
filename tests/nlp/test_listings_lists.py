"""Which list a text names."""

import datetime as dt
import re

import pytest

from db.listregistry import packaged_lists
from db.records import ArticleContext
from nlp.listings.lists import ANCHORS, find_lists
from nlp.pipeline import make_doc


def lists_in(pipeline, text, published=dt.date(2024, 5, 1)):
    return [
        (text[r.start : r.end], r.list, r.inferred)
        for r in find_lists(pipeline(make_doc(pipeline, text, ArticleContext(published=published))))
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("The firm is on the Entity List.", [("Entity List", "entity-list", False)]),
        (
            "It was put on China's unreliable entity list.",
            [("unreliable entity list", "unreliable-entity-list", False)],
        ),
        ("The UFLPA Entity List grew.", [("UFLPA Entity List", "uflpa", False)]),
        ("It was added to a trade blacklist in Washington.", [("trade blacklist", "entity-list", True)]),
        (
            "Beijing put it on its export control list.",
            [("export control list", "china-export-control", False)],
        ),
        ("The Pentagon updated the 1260H list.", [("1260H list", "1260h", False)]),
        ("The shopping list was long.", []),
        ("A list of demands followed. The list was long.", []),
    ],
)
def test_list_named(pipeline, text, expected):
    assert lists_in(pipeline, text) == expected


def test_the_list_points_back_to_the_list_named_before(pipeline):
    found = lists_in(pipeline, "Acme is on the Unverified List. Bolt was taken off the list.")
    assert [row[1] for row in found] == ["unverified-list", "unverified-list"]


def test_investment_blacklist_of_2020_is_the_older_military_list(pipeline):
    assert (
        lists_in(pipeline, "Washington put it on an investment blacklist.", dt.date(2020, 12, 5))[0][1]
        == "ccmc"
    )


def _obligatory(pattern):
    """`pattern` without its optional groups: what every match holds."""
    while True:
        shorter = re.sub(r"\((?:\?:)?[^()]*\)\?", "", pattern)
        if shorter == pattern:
            return pattern.lower()
        pattern = shorter


def test_every_list_name_holds_an_anchor():
    lists = packaged_lists()
    patterns = [p for entry in (*lists.lists.values(), *lists.loose) for p in entry.patterns]
    assert len(patterns) > 30
    without = [p for p in patterns if not any(anchor in _obligatory(p) for anchor in ANCHORS)]
    assert without == []


def test_names_longer_than_a_window_are_found_whole(pipeline):
    name = "list of companies owned or controlled by the Chinese military"
    assert lists_in(pipeline, f"The firm is on a {name}.") == [(name, "1260h", True)]
