"""`tradewire match` on the command line."""

import json

import pytest
from click.testing import CliRunner

from db.decisions import record_decision
from db.listrows import ListFile, ListRow
from db.lists import import_rows
from db.store import Store
from nlp.gazetteer import packaged_companies
from nlp.names import core
from nlp.resolve.stage import seed_names
from tradewire.commands.match import match


def run(*arguments, stdin=None):
    return CliRunner().invoke(match, list(arguments), input=stdin)


def test_a_name_is_matched_in_yentes_shape():
    done = run("Huawei", "--json")
    assert done.exit_code == 0
    result = json.loads(done.stdout)["responses"]["Huawei"]["results"][0]
    assert (result["id"], result["match"], result["score"]) == ("huawei", True, 1.0)


def test_a_file_has_one_name_a_line(tmp_path):
    path = tmp_path / "names.txt"
    path.write_text("Huawei\n\nHikvision UK Limited\n", encoding="utf-8")
    rows = [json.loads(line) for line in run(str(path), "--format", "ndjson").stdout.splitlines()]
    assert {(row["query"], row["id"], row["match"]) for row in rows} >= {("Huawei", "huawei", "yes")}
    assert all(row["match"] == "no" for row in rows if row["query"] == "Hikvision UK Limited")


def test_a_request_on_standard_input():
    request = {"queries": {"q1": {"schema": "Company", "properties": {"name": ["ZTE Corp."]}}}}
    done = run("-", "--json", stdin=json.dumps(request))
    assert json.loads(done.stdout)["responses"]["q1"]["results"][0]["id"] == "zte"


def test_a_broken_request_is_an_input_error(tmp_path):
    path = tmp_path / "request.json"
    path.write_text('{"names": []}', encoding="utf-8")
    assert "queries" in str(run(str(path)).exception)


@pytest.fixture
def store(tmp_path):
    """A store that took in one official list beside the packaged events."""
    path = tmp_path / "s.sqlite"
    with Store.open(path, create=True) as opened:
        seed_names(opened, packaged_companies())
        rows = [
            ListRow(list="entity-list", name=name, country="CN", effective_date="2023-04-12", citation=name)
            for name in ("Tarvik Optics Co., Ltd.", "Olmen Works Ltd.")
        ]
        source = ListFile(
            importer="x", name="x", hash="x", retrieved_at="2024-01-01T00:00:00Z", as_of="2024-01-01"
        )
        import_rows(opened, rows, source, norm=core)
        later = ListFile(
            importer="x", name="y", hash="y", retrieved_at="2024-02-01T00:00:00Z", as_of="2024-02-01"
        )
        import_rows(opened, rows[:1], later, norm=core)
    return path


def first(store, name):
    done = run(name, "--json", "--store", str(store))
    assert done.exit_code == 0, done.output
    return json.loads(done.stdout)["responses"][name]["results"][0]


def test_companies_of_an_imported_list_are_matched_with_their_list(store):
    result = first(store, "TARVIK OPTICS")
    assert (result["match"], result["target"], result["datasets"]) == (
        True,
        True,
        ["tradewire", "entity-list"],
    )
    assert result["first_seen"] == "2023-04-12"


def test_a_listing_that_is_not_sure_makes_no_target(store):
    result = first(store, "Olmen Works")
    assert (result["match"], result["target"], result["datasets"]) == (True, False, ["tradewire"])


def test_a_company_on_several_lists_has_them_all(store):
    assert set(first(store, "Megvii")["datasets"]) >= {"entity-list", "ns-cmic"}


def test_a_merged_record_answers_under_its_new_id(store):
    with Store.open(store) as opened:
        old = opened.value("SELECT company FROM list_entries WHERE name = 'Olmen Works Ltd.'")
        record_decision(opened, "same", old, "hikvision", by="mei")
    result = first(store, "Olmen Works")
    assert result["id"] == "hikvision"
    assert old in result["referents"]


def test_a_subsidiary_of_a_listed_company_is_no_target_and_says_who_is(store):
    result = first(store, "Hikrobot")
    assert (result["match"], result["target"], result["datasets"]) == (True, False, ["tradewire"])
    told = result["explanations"]["parent"]["detail"]
    assert told.startswith("not itself named on the 1260H List; parent Hikvision is reported on")
    assert "parent Hikvision is on the Entity List since 2019-10-09" in told


def test_a_file_that_is_not_there_is_no_name(tmp_path):
    assert "no such file" in str(run(str(tmp_path / "names.txt")).exception)
