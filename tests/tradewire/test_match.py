"""`tradewire match` on the command line."""

import json

from click.testing import CliRunner

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
