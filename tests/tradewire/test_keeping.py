"""Commands that write what people decide: review, disputes."""

import json

import pytest
from click.testing import CliRunner
from sample_store import fill

from db.queries import facts
from db.store import Store
from tradewire.cli import cli


@pytest.fixture
def store(tmp_path):
    path = tmp_path / "t.sqlite"
    with Store.open(path, create=True) as opened:
        fill(opened)
        yield opened


@pytest.fixture
def call(store):
    def run(*arguments, given=None):
        result = CliRunner().invoke(cli, [*arguments, "--store", str(store.path)], input=given)
        assert result.exception is None, (result.output, result.exception)
        return result

    return run


def test_review_by_command(call, store):
    (row,) = facts(store, kind="valuation")
    call("review", "correct", row.id, "amount=8e9", "--by", "ada", "--note", "filing")
    (changed,) = facts(store, kind="valuation")
    assert (changed.amount, changed.review) == (8e9, "corrected")
    (line,) = json.loads(call("review", "history", row.id, "--json").stdout)
    assert (line["by"], line["after"]["amount"]) == ("ada", 8e9)
    assert json.loads(call("review", "agreement", "--json").stdout)[0]["share"] == 0
    assert row.id not in call("review", "list").stdout


def test_review_by_key(call, store):
    output = call("review", "--by", "ada", given="y\nn\ns\nq\n").stdout
    assert "1/4" in output
    assert store.value(
        "SELECT group_concat(review, ' ') FROM (SELECT review FROM facts ORDER BY review)"
    ) == ("auto auto confirmed rejected")


def test_disputes_says_when_there_are_none(call):
    assert "no disputes" in call("disputes").stderr


def test_saved_searches_and_watches_by_command(call):
    call("saved", "add", "chips", 'title:orrin "entity list"')
    call("saved", "add", "big", "--facts", "kind=valuation", "min_amount=1e9")
    call("watch", "add", "S.M.I.C.", "--note", "supplier")
    assert [row["name"] for row in json.loads(call("saved", "list", "--json").stdout)] == ["big", "chips"]
    assert [row["company"] for row in json.loads(call("watch", "list", "--json").stdout)] == ["smic"]
    assert json.loads(call("saved", "run", "--json").stdout) is not None
    assert "no new hits" in call("saved", "run").stderr
    call("saved", "alerts", "--read")
    assert "no new hits" in call("saved", "alerts").stderr
    call("saved", "remove", "chips")
    call("watch", "remove", "smic")
    assert "nothing is watched" in call("watch", "list").stderr
