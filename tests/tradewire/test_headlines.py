"""Facts in a few words: what a heading says of a list, a speaker, a relation."""

from types import SimpleNamespace

import pytest

from tradewire.digest.render import marked, office
from tradewire.headlines import headline, listed
from tradewire.web.charts import bars, every_month
from tradewire.web.health import counts_text


@pytest.mark.parametrize(
    ("action", "list_id", "words", "told"),
    [
        ("add", "entity-list", "the same list", "put on the Entity List"),
        ("remove", "1260h", "list of firms it says work with China's military", "taken off the 1260H List"),
        ("threaten", "ndaa-ban", None, "may be put under the NDAA procurement ban"),
        ("add", "eu-833-annex-iv", None, "put on EU 833/2014 Annex IV"),
        ("extend", "denied-persons", "denial order", "extended on the Denied Persons List (denial order)"),
        ("challenge", "uflpa", "forced labour list", "contests listing on the UFLPA Entity List"),
        ("add", "blacklist", "blacklisting", "put on a blacklist"),
        ("license", "export-licence", "license", "licence granted"),
        ("license", "entity-list", None, "licence for the Entity List"),
        ("add", "harbour-list", "the Harbour List", "put on the Harbour List"),
        ("add", None, None, "put on a list"),
    ],
)
def test_a_listing_names_the_list_whatever_the_sentence_calls_it(action, list_id, words, told):
    assert listed(action, list_id, words) == told


@pytest.mark.parametrize(
    ("cue", "told"),
    [
        ("according to", "According to Jane Roe"),
        (":", "Jane Roe said"),
        ("adding", "Jane Roe: adding"),
        ("warned", "Jane Roe warned"),
        (None, "Jane Roe said"),
    ],
)
def test_who_speaks_by_the_verb_of_the_sentence(cue, told):
    row = SimpleNamespace(kind="statement", company=None, speaker="Jane Roe", cue=cue)
    assert headline(row) == told


def test_kinds_are_written_as_people_write_them():
    names = {"a": ("Orbel Optics",), "b": ("Harbour Exchange",)}
    row = SimpleNamespace(
        kind="relation", company="Orbel Optics", speaker=None, relation_type="ipo", names=names.get
    )
    assert headline(row) == "Orbel Optics – IPO – Harbour Exchange"
    share = SimpleNamespace(
        kind="share", company="Orbel Optics", speaker=None, share_kind="market_share", pct=27.5
    )
    assert headline(share) == "Orbel Optics: market share 27.5%"


@pytest.mark.parametrize(
    ("line", "told"),
    [
        (("Jane Roe", "Secretary of", "Commerce"), "Secretary of Commerce"),
        (("Jane Roe", "department's under secretary for policy", "U.S. Commerce Department"), "under secretary for policy, U.S. Commerce Department"),
        (("a ministry spokesperson", "spokesperson", "Ministry of Trade"), "Ministry of Trade"),
        (("Orbel Optics", None, "Orbel Optics"), ""),
        (("Jane Roe", "founder", None), "founder"),
        (("Jane Roe", "Orbel's general counsel", None), "Orbel's general counsel"),
        (("Jane Roe", "head of", None), "head"),
    ],
)  # fmt: skip
def test_a_speakers_office_is_told_once(line, told):
    assert office(dict(zip(("speaker", "speaker_role", "speaker_org"), line))) == told


def test_every_part_of_a_split_quotation_is_marked():
    sentence = '"We <wait>," she said, "and see."'
    shown = str(marked(sentence, '"We <wait>," ... "and see."'))
    assert shown == "<mark>&#34;We &lt;wait&gt;,&#34;</mark> she said, <mark>&#34;and see.&#34;</mark>"
    assert str(marked(sentence, "not there")).count("<mark>") == 0
    assert str(marked("a ... b", "a ... b")) == "<mark>a ... b</mark>"


def test_months_without_articles_are_gaps_not_neighbours():
    assert every_month(["2026-02", "2025-11"]) == ["2025-11", "2025-12", "2026-01", "2026-02"]
    assert every_month([]) == []
    assert len(every_month(["1999-01", "2026-02"])) == 36
    assert [bar["count"] for bar in bars((("2025-12", 4), ("2026-02", 1)))] == [4, 0, 1]


def test_counts_of_a_run_have_their_plural():
    assert counts_text('{"events disputed": 1, "pages": 1200, "entries": 1, "failed": 0, "odd-name": 2}') == (
        "1 event disputed, 1,200 pages, 1 entry, 2 odd name"
    )
