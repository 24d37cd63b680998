"""A digest document against the answer of the busiest week."""

import datetime as dt
from typing import Any

import pytest

from crawler.newsroom.compare_digest import compare_digest
from crawler.newsroom.key import load_digest_key

AS_OF = dt.date(2026, 11, 21)
Row = dict[str, Any]


@pytest.fixture
def perfect() -> Row:
    key = load_digest_key(AS_OF)
    groups = [
        {"company": f"{g['count']} names", "count": g["count"], "list": g["list"]}
        for g in key["groups_added"]
    ]
    return {
        "sections": {
            "added": key["listings_added"] + groups,
            "removed": key["listings_removed"] + key["listings_suspended"],
            "threatened": key["listings_threatened"],
            "contracts": [c for c in key["contracts"] if c.get("standing") == "current"],
            "valuations": [{**v["to"], "company": v["company"]} for v in key["valuations"]],
            "disputes": {"open": key["disputes"], "settled": []},
        }
    }


def test_the_answer_itself_is_whole(perfect: Row) -> None:
    report = compare_digest(perfect, AS_OF)
    assert (report.missed, report.false) == ([], [])
    assert len(report.found) > 20


def test_an_empty_digest_leaves_everything_out() -> None:
    report = compare_digest({"sections": {}}, AS_OF)
    assert report.found == report.false == []
    assert "added: Ostrander Genomics, Unreliable Entity List" in report.missed
    assert "dispute: Wenshu Vision, contract" in report.missed
    assert report.lines()[0].startswith("digest: 0 told, ")


def test_old_listings_wrong_lists_and_denied_contracts_are_false(perfect: Row) -> None:
    added = perfect["sections"]["added"]
    added.append({"company": "Wenshu Vision", "list": "entity-list", "sentence": "S."})
    added.append({"company": "Qiaoyuan", "list": "Unreliable Entity List"})
    contracts = perfect["sections"]["contracts"]
    contracts.append({"company": "Duoling", "amount": 2e8, "currency": "USD"})
    contracts.append(
        {"company": "Fairmont Robotics", "amount": 3e7, "currency": "USD", "sentence": "Its order."}
    )
    false = compare_digest(perfect, AS_OF).false
    assert len(false) == 4
    assert "told again" in false[0]
    assert "not in the answer" in false[1]
    assert any("(denied)" in line for line in false)
    assert any("should be Tengshan Optics" in line for line in false)


def test_a_group_told_without_its_first_member_is_the_group(perfect: Row) -> None:
    for item in perfect["sections"]["added"]:
        if item.get("count") == 12:
            item["count"] = 11
    assert compare_digest(perfect, AS_OF).missed == []
