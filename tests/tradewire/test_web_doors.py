"""The doors beside the pages: /metrics, /match as yente answers it, digest issues, versions of an article."""

import json
import re
import warnings

import pytest
from sample_store import fill

from db.articles import ArticleRow, put_article
from db.store import Store
from tradewire.web.app import create_app

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # starlette announces another client library
    from fastapi.testclient import TestClient

SAMPLE = re.compile(r'^[a-z_]+(\{[a-z]+="(?:[^"\\\n]|\\.)*"(,[a-z]+="(?:[^"\\\n]|\\.)*")*\})? -?[0-9.e+]+$')
OLD, NEW = (
    "The board met.\nIt said nothing.\nShares fell.",
    "The board met.\nIt resigned <b>at once</b>.\nShares fell.",
)


@pytest.fixture(scope="module")
def path(tmp_path_factory):
    path = tmp_path_factory.mktemp("doors") / "t.sqlite"
    with Store.open(path, create=True) as store:
        fill(store)
        with store.write() as connection:
            for body in (OLD, NEW):
                put_article(connection, ArticleRow(url="https://v.example/1", title="Twice told", body=body))
            connection.execute(
                "INSERT INTO sources (id, name, state, last_success) VALUES ('odd\"one', 'x', 'blocked', '2026-11-01T00:00:00Z')"
            )
            connection.execute(
                "INSERT INTO runs (stage, owner, host, started, ended, state, heartbeat) VALUES ('crawl', 'o', 'h',"
                " '2026-11-01T00:00:00Z', '2026-11-01T00:01:00Z', 'ok', '2026-11-01T00:01:00Z')"
            )
    return path


@pytest.fixture(scope="module")
def client(path):
    return TestClient(create_app(path))


def one(path, sql, *values):
    with Store.open(path, read_only=True) as store:
        return store.value(sql, values)


def test_metrics_are_prometheus_text_that_agrees_with_the_store(client, path):
    answer = client.get("/metrics")
    assert answer.headers["content-type"].startswith("text/plain; version=0.0.4")
    samples = [line for line in answer.text.splitlines() if not line.startswith("#")]
    assert all(SAMPLE.match(line) for line in samples), samples
    values = dict(line.rsplit(" ", 1) for line in samples)
    assert float(values["tradewire_articles"]) == one(path, "SELECT count(*) FROM articles")
    listings = one(path, "SELECT count(*) FROM facts WHERE state = 'live' AND kind = 'listing'")
    assert float(values['tradewire_facts{kind="listing"}']) == listings
    assert values['tradewire_source_last_success_timestamp_seconds{source="odd\\"one"}'] == "1793491200"
    assert values['tradewire_stage_last_end_timestamp_seconds{stage="crawl"}'] == "1793491260"
    families = re.findall(r"^# TYPE (\w+) gauge$", answer.text, re.M)
    assert len(families) == len(set(families)) >= 9
    assert {name.partition("{")[0] for name in values} <= set(families)


def test_metrics_need_the_role_read(path):
    closed = TestClient(create_app(path, host="0.0.0.0", tokens={"read": "r"}))
    assert closed.get("/metrics").status_code == 401
    assert closed.get("/metrics", headers={"Authorization": "Bearer r"}).status_code == 200


def test_match_answers_in_the_shape_of_yente(client):
    asked = {
        "queries": {
            "a": {"schema": "Company", "properties": {"name": ["Huawei Technologies Co., Ltd."]}},
            "b": {"schema": "Company", "properties": {"name": ["Quite Unknown Lathe Works"]}},
        }
    }
    answer = client.post("/api/v1/match", json=asked)
    assert answer.status_code == 200
    responses = answer.json()["responses"]
    assert set(responses) == {"a", "b"}
    first = responses["a"]
    assert first["status"] == 200
    assert first["query"] == asked["queries"]["a"]
    assert first["total"]["relation"] == "eq"
    best = first["results"][0]
    assert (best["id"], best["schema"], best["match"]) == ("huawei", "Company", True)
    assert 0.7 <= best["score"] <= 1
    assert best["caption"]
    assert best["properties"]["name"]
    assert not any(result["match"] for result in responses["b"]["results"])


@pytest.mark.parametrize(
    "body",
    [{}, {"queries": {}}, {"queries": []}, {"queries": {"a": "x"}}, {"queries": {str(n): {} for n in range(101)}}],
    ids=["empty", "none", "list", "text", "too many"],
)  # fmt: skip
def test_a_match_request_that_is_none_is_explained(client, body):
    answer = client.post("/api/v1/match", json=body)
    assert answer.status_code == 422
    assert answer.json()["detail"]


def test_match_needs_no_more_than_reading_and_keeps_its_limit(path):
    closed = TestClient(create_app(path, host="0.0.0.0", tokens={"read": "r"}))
    asked = {"queries": {"a": {"schema": "Company", "properties": {"name": ["China"]}}}}
    assert closed.post("/api/v1/match", json=asked).status_code == 401
    answer = closed.post(
        "/api/v1/match?limit=2&threshold=0.99", json=asked, headers={"Authorization": "Bearer r"}
    )
    assert answer.status_code == 200
    assert len(answer.json()["responses"]["a"]["results"]) <= 2


def test_versions_of_an_article_are_shown_and_compared(client, path):
    article = one(path, "SELECT id FROM articles WHERE title = 'Twice told'")
    newest = client.get(f"/article/{article}").text
    assert "It resigned &lt;b&gt;at once&lt;/b&gt;." in newest
    assert "Missed a fact?" in newest
    first = client.get(f"/article/{article}?version=1").text
    assert "It said nothing." in first
    assert "Missed a fact?" not in first  # a missed fact is marked in the current text
    changes = client.get(f"/article/{article}/changes").text
    assert '<del><span class="hidden">taken out: </span>It said nothing.</del>' in changes
    assert "added: </span>It resigned &lt;b&gt;at once&lt;/b&gt;.</ins>" in changes
    assert "<p>Shares fell.</p>" in changes
    lines = client.get(f"/article/{article}/changes.json").json()
    assert [line["mark"] for line in lines] == ["-", "+"]
    same = client.get(f"/article/{article}/changes?old=2&new=2").text
    assert "one version" in same
    assert client.get("/article/999999/changes").status_code == 404


def test_a_digest_issue_stays_as_it_was_frozen(client, path):
    live = client.get("/week/2026-W47.json").json()
    frozen = live | {"subject": "Tradewire 2026-W47: frozen <i>then</i>"}
    with Store.open(path) as store, store.write() as connection:
        connection.execute(
            "INSERT INTO digest_issues (week, zone, topic, made_at, document, sent) VALUES ('2026-W47', 'UTC', '',"
            " '2026-11-23T06:00:00Z', ?, '[]')",
            (json.dumps(frozen),),
        )
        connection.execute("UPDATE facts SET review = 'rejected' WHERE kind = 'listing'")
    client.app.state.memory.forget()
    issues = client.get("/digest").text
    assert "frozen &lt;i&gt;then&lt;/i&gt;" in issues
    assert 'href="/digest/2026-W47"' in issues
    issue = client.get("/digest/2026-W47")
    assert "frozen" in issue.text
    assert "Orrin Semiconductor" in issue.text  # as it was told then
    assert client.get("/digest/2026-W47.json").json()["sections"] == live["sections"]
    assert client.get("/week/2026-W47.json").json()["sections"]["added"] == []
    assert client.get("/digest/2026-W01").status_code == 404
    for form in (".json", ".csv", ".atom"):
        assert client.get("/digest" + form).status_code == 200


def test_an_openapi_document_says_what_every_answer_holds(client):
    document = client.get("/api/v1/openapi.json").json()
    for path, operations in document["paths"].items():
        for operation in operations.values():
            assert operation["summary"], path
            assert {"422", "503"} <= set(operation["responses"]), path
