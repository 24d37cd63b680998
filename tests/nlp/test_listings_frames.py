"""Verbs of movement and rest with a list: the preposition says which way, whatever the verb."""

import pytest
from tests_support import listings_told


@pytest.mark.parametrize(
    ("words", "listed", "action"),
    [
        ("Baijin Optics turned up on the Entity List on Monday.", "entity-list", "add"),
        ("Baijin Optics figures on the Pentagon's 1260H list.", "1260h", "add"),
        ("Baijin Optics wound up on the Entity List last year.", "entity-list", "add"),
        ("Baijin Optics found its way onto the Entity List in 2022.", "entity-list", "add"),
        ("Baijin Optics has spent four years on the Entity List.", "entity-list", "add"),
        ("Baijin Optics languishes on the Entity List.", "entity-list", "add"),
        ("Baijin Optics slid off the Unverified List in June.", "unverified-list", "remove"),
        ("Baijin Optics vanished from the Entity List without a word.", "entity-list", "remove"),
        ("The Commerce Department wrote Baijin Optics onto its Entity List on Friday.", "entity-list", "add"),
        ("The Pentagon shifted Baijin Optics onto its 1260H list on Friday.", "1260h", "add"),
        ("The department scrubbed Baijin Optics from the Entity List.", "entity-list", "remove"),
        ("The department crossed Baijin Optics off the Entity List.", "entity-list", "remove"),
        ("Baijin Optics' name appears on the Pentagon's latest 1260H list.", "1260h", "add"),
        ("The name of Baijin Optics turned up on the Entity List.", "entity-list", "add"),
        ("Investors fear that Baijin Optics could tumble onto the Entity List.", "entity-list", "threaten"),
    ],
)
def test_the_preposition_says_which_way(pipeline, words, listed, action):
    assert listings_told(pipeline, words) == {("Baijin Optics", listed, action)}


@pytest.mark.parametrize(
    "text",
    [
        "Baijin Optics has not turned up on the Entity List.",
        "Has Baijin Optics wound up on the Entity List?",
        "Baijin Optics has so far stayed off the Entity List.",
        "Baijin Optics commented on the Entity List.",
        "Baijin Optics sells to a company that sits on the Entity List.",
        "Baijin Optics took comfort from the Entity List.",
    ],
)
def test_nobody_moves(pipeline, text):
    assert listings_told(pipeline, text) == set()


def test_a_verb_takes_no_list_from_behind_a_name(pipeline):
    text = "Most of it went to Chengdu Xilin Simulation, a company on the Entity List since 2019."
    assert listings_told(pipeline, text) == {("Chengdu Xilin Simulation", "entity-list", "add")}
