"""Who short forms, descriptions and pronouns mean; nobody where two parties fit."""

import pytest

from db.records import EntityKind
from nlp.pipeline import annotate_text


def parties(pipeline, text):
    """(surface, name of its party, how) of every mention."""
    found = annotate_text(pipeline, text)
    return [(m.text, found.entities[m.entity].name, m.how) for m in found.mentions]


def named(pipeline, text, surface):
    """Names of the parties that `surface` means, in order."""
    return [name for words, name, _ in parties(pipeline, text) if words == surface]


@pytest.mark.parametrize(
    ("text", "surface", "name"),
    [
        ("Kelwick Photonics GmbH sued. Kelwick wants damages.", "Kelwick", "Kelwick Photonics GmbH"),
        (
            "Hangzhou Orvane Robotics Co., Ltd. was named. Orvane objected.",
            "Orvane",
            "Hangzhou Orvane Robotics Co., Ltd.",
        ),
        (
            "Orvane (full name: Wuxi Orvane Robotics Co., Ltd.) was named.",
            "Orvane",
            "Wuxi Orvane Robotics Co., Ltd.",
        ),
        ("Northgate Lattice Foundry (NLF) grew. NLF makes masks.", "NLF", "Northgate Lattice Foundry"),
        ("Veldt Optical Corp., better known as Veldox, sued.", "Veldox", None),
        ("Jane Harrow, a lawyer, spoke. Harrow was calm.", "Harrow", "Jane Harrow"),
        ("The Department of Defense (DoD) spoke. DoD will act.", "DoD", "Department of Defense"),
    ],
)
def test_short_forms(pipeline, text, surface, name):
    assert set(named(pipeline, text, surface)) <= {name}
    if name is not None:
        assert named(pipeline, text, surface)


def test_a_short_form_of_two_companies_is_neither(pipeline):
    text = "Ferrow Unmanned Systems and Ferrow Optics were named. Ferrow did not comment."
    assert not {"Ferrow Unmanned Systems", "Ferrow Optics"} & set(named(pipeline, text, "Ferrow"))


def test_a_defined_short_form_is_not_the_subsidiary_that_begins_with_it(pipeline):
    text = (
        'Veritone Layout Systems, Inc. ("Veritone") sold tools through Veritone (Suzhou) Software Co., Ltd. '
        "Veritone pleaded guilty."
    )
    found = annotate_text(pipeline, text)
    mentions = {m.start: found.entities[m.entity].name for m in found.mentions}
    assert mentions[text.rindex("Veritone")] == "Veritone Layout Systems, Inc."
    assert mentions[text.index("Veritone (Suzhou)")] == "Veritone (Suzhou) Software Co., Ltd."


def test_a_place_is_no_short_form(pipeline):
    text = "Hefei Qinghe Memory Technologies Inc. was named. Officials in Hefei objected."
    assert named(pipeline, text, "Hefei") == []


@pytest.mark.parametrize(
    ("text", "surface", "name"),
    [
        ("Haoyang Cameras fell. The camera maker blamed the curbs.", "The camera maker", "Haoyang Cameras"),
        (
            "Orvane Robotics fell. The Shenzhen-based start-up blamed the curbs.",
            "The Shenzhen-based start-up",
            "Orvane Robotics",
        ),
        ("Orvane Robotics said the company would appeal.", "the company", "Orvane Robotics"),
        ("Orvane Robotics fell. Sales shrank. The firm blamed the curbs.", "The firm", "Orvane Robotics"),
        (
            "Orvane Robotics, backed by Kelwick Capital, has raised $80 million. The company is suing.",
            "The company",
            "Orvane Robotics",
        ),
        ("The Commerce Department spoke. The department will act.", "The department", "Commerce Department"),
        (
            "Chip designer Kelwick Silicon and camera maker Orvane Vision fell. The chip designer lost 5 percent.",
            "The chip designer",
            "Kelwick Silicon",
        ),
    ],
)
def test_descriptions(pipeline, text, surface, name):
    assert named(pipeline, text, surface) == [name]


@pytest.mark.parametrize(
    ("text", "surface"),
    [
        ("Orvane Robotics and Kelwick Silicon fell. The company gave no reason.", "The company"),
        ("Shares of the camera maker rose, a broker said.", "the camera maker"),
        ("Orvane Robotics perfected the art of the shell company.", "the shell company"),
        ("Orvane Robotics fell. The company that makes its chips rose.", "The company"),
        ("Orvane Robotics fell. The rival firm rose.", "The rival firm"),
        ("Kelwick Silicon sells to the company.", "the company"),
    ],
)
def test_descriptions_of_nobody(pipeline, text, surface):
    assert named(pipeline, text, surface) == []


@pytest.mark.parametrize(
    ("text", "surface", "name"),
    [
        ("Orvane Robotics said it would appeal.", "it", "Orvane Robotics"),
        ("Orvane Robotics closed its plant.", "its", "Orvane Robotics"),
        ("Orvane Robotics fell. It gave no reason.", "It", "Orvane Robotics"),
        (
            "Orvane Robotics held 70 percent of the market, says Kelwick Research. Its revenue rose.",
            "Its",
            "Orvane Robotics",
        ),
        ("Orvane Robotics will appeal, it said in a filing.", "it", "Orvane Robotics"),
        ("The Commerce Department added two firms to its Entity List.", "its", "Commerce Department"),
    ],
)
def test_pronouns(pipeline, text, surface, name):
    assert named(pipeline, text, surface) == [name]


@pytest.mark.parametrize(
    ("text", "surface"),
    [
        ("It is expected that Orvane Robotics will appeal.", "It"),
        ("Orvane Robotics bought $3bn of parts, $1bn of it abroad.", "it"),
        ("The Commerce Department barred its shares from sale.", "its"),
        ("Orvane Robotics told retailers “to eat it”.", "it"),
    ],
)
def test_pronouns_of_nobody(pipeline, text, surface):
    assert named(pipeline, text, surface) == []


def test_mentions_of_one_party_share_the_entity_and_kind(pipeline):
    text = "Orvane Robotics Inc. (ORI) fell. The company said it would appeal. ORI’s rivals rose."
    found = annotate_text(pipeline, text)
    assert {m.entity for m in found.mentions} == {0}
    assert {m.kind for m in found.mentions} == {EntityKind.COMPANY}
    assert found.entities[0].aliases == ("ORI",)
