"""The packaged companies and a user's file over them."""

import pytest

from db.errors import ConfigError
from nlp.gazetteer import (
    COLUMNS,
    WEAK,
    AliasTable,
    CompanyRecord,
    is_lei,
    load_companies,
    packaged_companies,
    packaged_table,
    read_companies,
)
from nlp.names import key

HEAD = ",".join(COLUMNS)


def test_there_are_at_least_400_companies_with_origin_and_country():
    records = packaged_companies()
    assert len(records) >= 400
    assert [r.id for r in records if not r.origin or not r.country] == []
    assert len({r.id for r in records}) == len(records)


def test_every_parent_is_a_record():
    known = {record.id for record in packaged_companies()}
    assert [r.id for r in packaged_companies() if r.parent is not None and r.parent not in known] == []


def test_no_strong_name_belongs_to_two_records():
    owners: dict[str, set[str]] = {}
    for record in packaged_companies():
        for alias in record.all_aliases():
            if alias.strength != WEAK:
                owners.setdefault(key(alias.text), set()).add(record.id)
    assert {name: ids for name, ids in owners.items() if len(ids) > 1} == {}


def test_identifiers_are_empty_or_valid():
    assert [r.id for r in packaged_companies() if r.lei is not None and not is_lei(r.lei)] == []


@pytest.mark.parametrize(
    ("text", "valid"), [("5493001KJTIIGC8Y1R12", True), ("5493001KJTIIGC8Y1R13", False), ("", False)]
)
def test_the_check_digits_of_an_lei(text, valid):
    assert is_lei(text) is valid


def test_a_users_file_lies_over_the_package(tmp_path):
    path = tmp_path / "companies.csv"
    path.write_text(
        f"{HEAD}\norvane,Orvane Robotics,Orvane,,,,DE,robots,,,,,mine\nhuawei,Huawei,,,,,CN,,,,,,mine\n",
        encoding="utf-8",
    )
    records = {record.id: record for record in load_companies(path)}
    assert records["orvane"].aliases == ("Orvane",)
    assert records["huawei"].origin == "mine"
    assert len(records) == len(packaged_companies()) + 1


@pytest.mark.parametrize(
    "text",
    ["id,name\nx,X\n", f"{HEAD}\n,Nameless,,,,,,,,,,,\n", f"{HEAD}\nx,X\n", f"{HEAD}\nx,X,,,,,,,,,123,,\n"],
)
def test_a_broken_file_fails_loudly(text):
    with pytest.raises(ConfigError):
        list(read_companies(text, "test"))


def test_hits_are_whole_words_and_the_longest():
    table = AliasTable(
        [
            CompanyRecord(id="a", name="Orvane"),
            CompanyRecord(id="b", name="Orvane Beijing"),
            CompanyRecord(id="c", name="奥万"),
        ]
    )
    text = "Orvanes and Orvane Beijing met 奥万公司."
    assert [(text[h.start : h.end], h.aliases[0].company) for h in table.hits(text)] == [
        ("Orvane Beijing", "b"),
        ("奥万", "c"),
    ]


def test_full_width_letters_are_found():
    assert [hit.aliases[0].company for hit in packaged_table().hits("Ｈｕａｗｅｉ was named")] == ["huawei"]


def test_an_empty_table_finds_nothing():
    assert AliasTable([]).hits("Huawei") == []
