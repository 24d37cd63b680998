"""Exports: every format holds the same facts, and hostile cells stay text."""

import csv
import io
import json

import pytest
from click.testing import CliRunner
from sample_store import fill

from db.queries import facts
from db.review import review
from db.store import Store
from tradewire.cli import cli


@pytest.fixture
def store(tmp_path):
    with Store.open(tmp_path / "t.sqlite", create=True) as opened:
        fill(opened)
        with opened.write() as connection:
            connection.execute(
                "UPDATE articles SET title = '=HYPERLINK(\"x\")', authors = '[\"A & B_c\"]' WHERE id = 2"
            )
        yield opened


@pytest.fixture
def call(store):
    def run(*arguments):
        result = CliRunner().invoke(cli, ["export", *arguments, "--store", str(store.path)])
        if result.exception is not None:
            raise result.exception
        return result

    return run


def test_csv_json_and_ndjson_hold_the_same_facts(call, store):
    wanted = [row.id for row in facts(store)]
    assert [row["id"] for row in csv.DictReader(io.StringIO(call().stdout))] == wanted
    assert [row["id"] for row in json.loads(call("--format", "json").stdout)] == wanted
    assert [json.loads(line)["id"] for line in call("--format", "ndjson").stdout.splitlines()] == wanted
    assert len(json.loads(call("--format", "json", "--all").stdout)) == len(wanted) + 1
    assert [r["kind"] for r in json.loads(call("--format", "json", "--company", "SMIC").stdout)] == [
        "valuation"
    ]


def test_formulas_become_text(call):
    (row,) = csv.DictReader(io.StringIO(call("--kind", "valuation").stdout))
    assert row["title"] == '\'=HYPERLINK("x")'


def test_an_empty_export_is_valid(call):
    assert json.loads(call("--format", "json", "--kind", "fine").stdout) == []
    assert call("--kind", "fine").stdout == ""


def test_parquet_keeps_types(call, tmp_path):
    parquet = pytest.importorskip("pyarrow.parquet")
    call("-o", str(tmp_path / "f.parquet"))
    table = parquet.read_table(tmp_path / "f.parquet")
    assert table.num_rows == 3
    assert str(table.schema.field("amount").type) == "double"
    assert 7.5e9 in table["amount"].to_pylist()


def test_xlsx_has_no_formulas(call, tmp_path):
    pytest.importorskip("xlsxwriter")
    import zipfile

    call("-o", str(tmp_path / "f.xlsx"))
    with zipfile.ZipFile(tmp_path / "f.xlsx") as book:
        sheet = book.read("xl/worksheets/sheet1.xml").decode()
    assert "<f>" not in sheet
    assert "HYPERLINK" in sheet
    assert sheet.count("<row ") == 4


def test_bibtex_is_escaped(call):
    text = call("articles", "--format", "bibtex", "--source", "harbour").stdout
    assert text.count("@online{") == 2
    assert "author = {{A \\& B\\_c}}" in text
    assert "url = {https://x.example/smic}" in text


def test_articles_with_text(call):
    rows = json.loads(call("articles", "--format", "json", "--since", "2026-11").stdout)
    assert [row["url"].rsplit("/", 1)[1] for row in rows] == ["chips", "café"]
    assert rows[0]["body"].startswith("The Commerce Department")


def test_ftm_is_json_lines(call):
    lines = [json.loads(line) for line in call("--format", "ftm").stdout.splitlines()]
    assert "Company" in {line["schema"] for line in lines}


def test_reviewed_facts_become_test_data(call, store):
    listing, valuation, _ = facts(store)
    review(store, listing.id, "reject", by="ada")
    review(store, valuation.id, "correct", by="ada", changes={"amount": "8e9"})
    lines = {line["id"]: line for line in map(json.loads, call("--gold").stdout.splitlines())}
    assert lines[listing.url]["facts"] == []
    assert lines[listing.url]["wrong"][0]["list"] == "entity-list"
    (right,) = lines[valuation.url]["facts"]
    assert (right["amount"], right["currency"]) == (8e9, "USD")
    text = lines[valuation.url]["text"]
    assert text[right["start"] : right["end"]] == right["sentence"]


@pytest.mark.parametrize(
    "arguments", [["--format", "xlsx"], ["articles", "--company", "SMIC"], ["-o", "x.docx"]]
)
def test_odd_requests_are_usage_errors(call, arguments, monkeypatch, tmp_path):
    from db.errors import UsageError

    monkeypatch.chdir(tmp_path)
    with pytest.raises(UsageError):
        call(*arguments)
