"""Reading facts and company profiles."""

import pytest

import db.parties
from db.errors import UsageError
from db.profiles import company_profile
from db.queries import fact, facts, statements


@pytest.fixture(scope="module")
def store(sample_store):
    return sample_store


def test_facts_come_with_parties_sentence_and_source(store):
    (row,) = facts(store, kind="valuations")
    assert (row.company, row.company_id, row.amount, row.currency) == ("SMIC", "smic", 7.5e9, "USD")
    assert "S.M.I.C. is worth" in row.sentence
    assert row.source_name == "Harbour Times"
    assert row.parties[0].surface == "S.M.I.C."
    assert "list" not in row.as_dict()


@pytest.mark.parametrize(
    ("asked", "kinds"),
    [
        ({}, ["listing", "valuation", "statement"]),
        ({"company": "中芯国际"}, ["valuation"]),
        ({"company": "orrin semiconductor"}, ["listing"]),
        ({"company": "Orrin Semiconductor Co., Ltd."}, ["listing"]),
        ({"company": "Orrin Semiconductor Group"}, []),
        ({"company": "nobody"}, []),
        ({"min_amount": 1e9}, ["valuation"]),
        ({"min_amount": 8e9}, []),
        ({"max_amount": 8e9, "currency": "usd"}, ["valuation"]),
        ({"currency": "EUR"}, []),
        ({"since": "2026-10"}, ["listing", "valuation"]),
        ({"until": "2025"}, ["statement"]),
        ({"list": "Entity List"}, ["listing"]),
        ({"action": "add"}, ["listing"]),
        ({"source": "tide"}, ["statement"]),
        ({"speaker": "Quill"}, ["statement"]),
        ({"modality": "planned"}, ["contract"]),
        ({"modality": ("planned", "asserted")}, ["listing", "valuation", "contract", "statement"]),
        ({"everything": True, "kind": "contract"}, ["contract"]),
        ({"limit": 1}, ["listing"]),
        ({"limit": 1, "offset": 1}, ["valuation"]),
        ({"sort": "amount", "limit": 1}, ["valuation"]),
    ],
)
@pytest.mark.parametrize("walked", [100, -1])
def test_conditions_narrow(store, asked, kinds, walked, monkeypatch):
    monkeypatch.setattr(
        db.parties, "WALKED", walked
    )  # small stores look at every party, large ones at few texts
    assert [row.kind for row in facts(store, **asked)] == kinds


def test_statements_are_found_by_speaker_and_verb(store):
    (row,) = statements(store, speaker="ada quill", cue="said")
    assert row.speaker == "Ada Quill"
    assert row.quote == "We will not accept new tariffs"
    assert statements(store, cue="denied") == []
    assert statements(store, about="tariffs") == [row]


def test_an_odd_date_or_kind_is_a_clear_error(store):
    with pytest.raises(UsageError, match="no date"):
        facts(store, since="soon")
    with pytest.raises(UsageError, match="known: valuation"):
        facts(store, kind="rumour")


def test_a_fact_is_found_by_its_id(store):
    row = facts(store, kind="contract", everything=True)[0]
    assert fact(store, row.id) == row
    assert fact(store, "none") is None


def test_a_profile_gathers_what_is_known(store):
    profile = company_profile(store, "S.M.I.C.")
    assert profile is not None
    assert profile.name == "SMIC"
    assert [name.text for name in profile.names][:1] == ["S.M.I.C."]
    assert [row.kind for row in profile.amounts] == ["valuation"]
    assert profile.mentions == (("2026-10", 1),)
    assert [what for _, what, _ in profile.timeline()] == ["valuation"]
    listed = company_profile(store, "orrin")
    assert listed is not None
    assert [event.citation for event in listed.list_events] == ["99 FR 99999"]
    assert [what for _, what, _ in listed.timeline()] == ["Entity List: add", "listing"]
    assert company_profile(store, "Nobody Ltd") is None


def test_a_name_without_record_still_has_a_page(store):
    profile = company_profile(store, "Ada Quill")
    assert profile is not None
    assert profile.company is None
    assert [row.kind for row in profile.said] == ["statement"]


@pytest.mark.parametrize("name", ["a\0b", "\0", 'n\x8d"\0\u00d7*', "(", "NEAR(a b)"])
def test_no_name_of_any_kind_is_an_error(store, name):
    for asked in ("about", "company", "speaker"):
        assert facts(store, **{asked: name}) == []


@pytest.mark.parametrize("name", ["modality", "standing", "action", "review", "state"])
def test_a_value_that_no_fact_can_have_is_told_with_those_that_can(store, name):
    with pytest.raises(UsageError, match=f"there is no {name} 'nope'; known: "):
        facts(store, **{name: "nope"})
