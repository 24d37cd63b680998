"""search, facts and company on the command line, as processes would call them."""

import csv
import io
import json

import pytest
from click.testing import CliRunner

from db.articles import ArticleRow, put_article
from db.facts import write_annotation
from db.store import Store
from nlp.pipeline import annotate_text
from tradewire.cli import cli


@pytest.fixture
def call(sample_store):
    def run(*arguments):
        result = CliRunner().invoke(cli, [*arguments, "--store", str(sample_store.path)])
        assert result.exception is None, result.output
        return result

    return run


def test_search_prints_hits_and_tells_how_it_read(call):
    result = call("search", '"commerce department"', "-rumour")
    assert "Orrin Semiconductor added to entity list" in result.stdout
    assert 'read as: "commerce department" and not rumour' in result.stderr
    assert "1 article\n" in result.stderr
    assert "\x02" not in result.output


def test_search_as_json_gives_offsets_of_the_words_found(call):
    (hit,) = json.loads(call("search", "minister", "--json").stdout)
    (start, end) = hit["marks"][0]
    assert hit["snippet"][start:end] == "minister"
    assert len(hit["facts"]) == 1


@pytest.mark.parametrize("query", ['"', "AND (", "$", "NOT", "title:"])
def test_an_odd_query_is_explained(call, query):
    result = call("search", query)
    assert result.exit_code == 0
    assert "read as" in result.stderr


def test_search_counts_facets(call):
    assert "source: The Tide 3  Harbour Times 2" in call("search", "", "--facets").stdout


def test_facts_and_shortcuts(call):
    assert [row["kind"] for row in json.loads(call("facts", "--json").stdout)] == [
        "listing",
        "valuation",
        "statement",
    ]
    (row,) = json.loads(call("valuations", "--company", "中芯国际", "--min-amount", "$1bn", "--json").stdout)
    assert (row["company"], row["amount"]) == ("SMIC", 7.5e9)
    assert "USD 7.5bn" in call("valuations").stdout
    assert "Ada Quill" in call("statements", "--cue", "say").stdout
    told = call("statements", "--speaker", "Ada Quill", "--sort", "oldest").stdout
    assert "cue_class" in told.splitlines()[0], "who says, who denies: a change of position shows"
    assert call("contracts", "--count").stdout == "0\n"
    assert call("contracts", "--count", "--all").stdout == "1\n"
    assert "undisclosed" in call("contracts", "--modality", "planned").stdout
    assert "add" in call("listings", "--list", "entity list").stdout


def test_a_listing_stands_beside_the_official_list(call):
    (row,) = json.loads(call("listings", "--json").stdout)
    assert row["official"]["verdict"] in ("agrees", "date differs", "unknown to the lists")
    assert row["official"]["verdict"] in call("listings").stdout
    (line,) = csv.DictReader(io.StringIO(call("listings", "--csv").stdout))
    assert line["official"].startswith(row["official"]["verdict"])
    profile = json.loads(call("company", "orrin", "--json").stdout)
    assert profile["listings"][0]["official"] == row["official"]
    assert row["official"]["verdict"] in call("company", "orrin").stdout


def test_facts_as_csv_and_ndjson(call):
    rows = list(csv.DictReader(io.StringIO(call("facts", "--csv").stdout)))
    assert [row["company"] for row in rows] == ["Orrin Semiconductor", "SMIC", ""]
    assert len(call("facts", "--format", "ndjson").stdout.splitlines()) == 3


def test_an_odd_option_value_is_a_usage_error(sample_store):
    from db.errors import UsageError

    for arguments in (
        ["facts", "--kind", "rumour"],
        ["facts", "--since", "soon"],
        ["facts", "--min-amount", "much"],
    ):
        result = CliRunner().invoke(cli, [*arguments, "--store", str(sample_store.path)])
        assert isinstance(result.exception, UsageError), arguments


def test_company_in_all_forms(call):
    shown = call("company", "orrin").stdout
    assert "Official lists" in shown
    assert "99 FR 99999" in shown
    profile = json.loads(call("company", "S.M.I.C.", "--json").stdout)
    assert profile["company"]["id"] == "smic"
    assert profile["amounts"][0]["currency"] == "USD"
    assert "valuation" in call("company", "smic", "--csv").stdout


def test_an_unknown_company_is_told(sample_store):
    result = CliRunner().invoke(cli, ["company", "Nobody", "--store", str(sample_store.path)])
    assert "nothing is known" in str(result.exception)


def test_relations_show_both_parties_and_the_sentence(pipeline, tmp_path):
    body = "Pellworm Automotive, which is backed by Ardent Quay Partners, builds cars in Leipzig."
    with Store.open(tmp_path / "t.sqlite", create=True) as store, store.write() as connection:
        row = ArticleRow(
            url="https://x.example/r", title="Cars", body=body, published="2026-11-01", relevant=True
        )
        text = put_article(connection, row)[1]
        write_annotation(connection, text, annotate_text(pipeline, body), "v")
    arguments = ["relations", "--all", "--json", "--store", str(tmp_path / "t.sqlite")]
    result = CliRunner().invoke(cli, arguments)
    assert result.exception is None, result.output
    (row,) = json.loads(result.stdout)
    assert (row["kind"], row["relation_type"]) == ("relation", "investor")
    assert {party["surface"] for party in row["parties"]} == {"Pellworm Automotive", "Ardent Quay Partners"}
    assert row["sentence"] == body
