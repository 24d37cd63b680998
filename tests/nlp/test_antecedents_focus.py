"""Which company a text is about, where grammar does not say who "the firm" or "it" is."""

import datetime as dt

import pytest

from db.records import ArticleContext
from nlp.pipeline import annotate_text


def meant(pipeline, text, surface, title=None):
    """Names of the parties that `surface` means, in order."""
    found = annotate_text(pipeline, text, ArticleContext(published=dt.date(2026, 3, 1), title=title))
    return [found.entities[m.entity].name for m in found.mentions if m.text == surface]


STORY = (
    "Kelwick Photonics GmbH said on Monday it had stopped buying glass from Orvane Optics Ltd and won an order from "
    "Barlen Rail AG.\n\nThe Jena-based firm, whose lenses sit in most scanners, will hire 40 people.\n\nThe switch "
    "adds two euros to a lens, the company reckons."
)


def test_the_subject_that_the_text_keeps_is_the_firm(pipeline):
    title = "Kelwick Photonics drops a supplier"
    assert meant(pipeline, STORY, "The Jena-based firm", title) == ["Kelwick Photonics GmbH"]
    assert meant(pipeline, STORY, "the company", title) == ["Kelwick Photonics GmbH"]


@pytest.mark.parametrize(
    ("text", "surface", "name"),
    [
        (
            "The rest include Wuxi Orvane Robotics Co., Ltd., its Singapore affiliate Brimholt Pte and two others.",
            "its",
            "Wuxi Orvane Robotics Co., Ltd.",
        ),
        (
            "Kelwick Photonics GmbH was fined. Kelwick will appeal, its lawyer, Jane Harrow, told reporters.",
            "its",
            "Kelwick Photonics GmbH",
        ),
        (
            "Kelwick Photonics GmbH makes lenses. Kelwick shares fell by 10% on Monday. In a filing after the "
            "market shut, it put the loss at 3% of sales.",
            "it",
            "Kelwick Photonics GmbH",
        ),
    ],
)
def test_whose_and_who(pipeline, text, surface, name):
    assert name in meant(pipeline, text, surface)


@pytest.mark.parametrize(
    ("text", "surface"),
    [
        (
            "Kelwick Photonics GmbH and Orvane Optics Ltd both fell. The lens maker said no more.",
            "The lens maker",
        ),
        (
            "Kelwick Photonics GmbH cut shipments to Orvane Optics Ltd. The company said sales fell.",
            "The company",
        ),
        (
            "Kelwick Photonics GmbH grew. Orvane Optics Ltd, a maker of glass that had supplied the firm for years, "
            "returned a deposit.",
            "Orvane",
        ),
    ],
)
def test_nobody_where_two_fit_or_the_actor_would_be_meant(pipeline, text, surface):
    if surface == "Orvane":
        assert "Orvane Optics Ltd" not in meant(pipeline, text, "the firm")
    else:
        assert meant(pipeline, text, surface) == []


def test_an_affiliate_named_in_apposition_is_no_owner(pipeline):
    text = (
        "Kelwick Photonics GmbH won its largest order, the first that it did not share with Orvane Optics Ltd of "
        "Ghent, its partner in three earlier projects."
    )
    assert set(meant(pipeline, text, "its")) <= {"Kelwick Photonics GmbH"}


def test_the_subject_of_said_is_no_apposition(pipeline):
    text = (
        "The Commerce Department has granted Kelwick Photonics GmbH a licence to service machines at Orvane Optics Ltd, "
        "the Jena-based company said in a filing on Friday."
    )
    assert "Orvane Optics Ltd" not in meant(pipeline, text, "the Jena-based company")


def test_a_new_paragraph_goes_back_to_the_company_of_the_title(pipeline):
    text = (
        "Kelwick Photonics GmbH raised 40 million euros in a round led by Barlen Capital Partners.\n\n"
        "Barlen Capital Partners declined to comment on the terms.\n\nThe company has raised 90 million euros to date."
    )
    assert meant(pipeline, text, "The company", "Kelwick Photonics raises 40m euros") == [
        "Kelwick Photonics GmbH"
    ]
