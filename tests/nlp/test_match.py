"""`match` answers in yente's shape, and never calls a relative a match."""

import pytest

from db.errors import InputError
from nlp.gazetteer import AliasTable, CompanyRecord, packaged_table
from nlp.resolve.match import match_names, match_queries

TABLE = AliasTable(
    [
        CompanyRecord(id="orvane", name="Orvane Robotics Co., Ltd.", aliases=("Orvane",), chinese=("奥万",), weak_aliases=("Orv",), former=("Old Orvane Works",), country="CN"),
        CompanyRecord(id="orvane-beijing", name="Orvane (Beijing) Robotics Co., Ltd.", country="CN", parent="orvane"),
    ]
)  # fmt: skip


def best(name, **properties):
    request = {"queries": {"q": {"schema": "Company", "properties": {"name": [name], **properties}}}}
    results = match_queries(request, TABLE)["responses"]["q"]["results"]
    return results[0] if results else None


@pytest.mark.parametrize(
    "name", ["Orvane", "ORVANE ROBOTICS LTD", "奥万", "奥万有限公司", "Old Orvane Works", "Orvane Robotics"]
)
def test_a_name_of_the_record_matches(name):
    result = best(name)
    assert (result["id"], result["match"]) == ("orvane", True)
    assert result["score"] >= 0.9


@pytest.mark.parametrize("name", ["Orvane UK Limited", "Orvane Group", "Orvane Tianjin Robotics", "Orv"])
def test_a_relative_or_weak_name_is_shown_but_no_match(name):
    result = best(name)
    assert result is None or not result["match"]


def test_the_branch_is_the_branch():
    assert best("Orvane (Beijing) Robotics")["id"] == "orvane-beijing"


def test_another_country_lowers_the_score_and_says_so():
    result = best("Orvane", country=["us"])
    assert result["score"] == pytest.approx(0.8)
    assert result["explanations"]["country"]["detail"] == "the record's country is CN"


def test_the_shape_is_yentes():
    answer = match_names(["Huawei", "Nobody Knows Us"], packaged_table())
    assert set(answer["responses"]) == {"Huawei", "Nobody Knows Us"}
    response = answer["responses"]["Huawei"]
    assert response["status"] == 200
    assert response["total"]["relation"] == "eq"
    result = response["results"][0]
    assert {
        "id",
        "caption",
        "schema",
        "properties",
        "datasets",
        "referents",
        "score",
        "match",
        "explanations",
    } <= set(result)
    assert result["id"] == "huawei"
    assert "华为" in result["properties"]["alias"]


@pytest.mark.parametrize(
    "request_",
    [
        {},
        {"queries": {}},
        {"queries": {"q": {"properties": {}}}},
        {"queries": {"q": {"schema": "Vessel", "properties": {"name": ["x"]}}}},
        {"queries": {"q": {"properties": {"name": [1]}}}},
        {"queries": {"q": "Huawei"}},
    ],
)
def test_a_broken_request_is_refused(request_):
    with pytest.raises(InputError):
        match_queries(request_, TABLE)
