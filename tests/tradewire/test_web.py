"""The pages and the API over a real store: forms, escaping, security, review."""

import json
import warnings
import xml.etree.ElementTree as ET

import pytest

from db.articles import ArticleRow, put_article
from db.facts import write_annotation
from db.records import Annotation, FactSpan, Party, QuoteKind, Role, Span, SpanRole, StatementFact
from db.store import Store
from tradewire.web.app import create_app
from tradewire.web.security import RateLimit

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # starlette announces another client library
    from fastapi.testclient import TestClient

HOSTILE = "<script>alert(1)</script><img src=x onerror=alert(2)>\u202egnp.exe javascript:alert(3)"
PAGES = (
    "/", "/week/2026-W40", "/search", "/search?q=orbel", "/facts", "/facts?everything=1&kind=statement", "/lists",
    "/disputes", "/review", "/compare?q=orbel&q=chip", "/sources", "/company/Orbel%20Optics", "/speaker/Jane%20Roe",
)  # fmt: skip


@pytest.fixture
def store(tmp_path):
    with Store.open(tmp_path / "web.sqlite", create=True) as opened:
        with opened.write() as connection:
            connection.execute("INSERT INTO sources (id, name) VALUES ('paper', ?)", (f"Paper {HOSTILE}",))
            body = f"Jane Roe of Orbel Optics said {HOSTILE} was wrong.\nNothing else was said."
            row = ArticleRow(
                url="javascript:alert(4)", title=f"Orbel {HOSTILE}", body=body, source="paper",
                published="2026-09-30", relevant=True, language="en",
            )  # fmt: skip
            _, text = put_article(connection, row)
            body = connection.execute("SELECT body FROM texts").fetchone()[0]
            end = body.index("\n")
            quote = body.index("<script>")
            said = StatementFact(
                kind="statement",
                evidence=Span(0, end, body[:end]),
                parties=(
                    Party(role=Role.SPEAKER, surface="Jane Roe", span=Span(0, 8, "Jane Roe")),
                    Party(role=Role.SPEAKER_ORG, surface="Orbel Optics", span=Span(12, 24, "Orbel Optics")),
                    Party(role=Role.COMPANY, surface="Orbel Optics", span=Span(12, 24, "Orbel Optics")),
                ),
                spans=(FactSpan(SpanRole.QUOTE, Span(quote, end, body[quote:end])),),
                quote_kind=QuoteKind.INDIRECT,
                rule="test",
                confidence=0.9,
            )
            write_annotation(connection, text, Annotation(facts=(said,)), "v1")
        yield opened


@pytest.fixture
def client(store):
    return TestClient(create_app(store.path))


def fact_id(store):
    return store.value("SELECT id FROM facts")


@pytest.mark.parametrize("address", PAGES)
def test_hostile_text_is_escaped_on_every_page(client, address):
    answer = client.get(address)
    assert answer.status_code == 200
    assert "<script>alert" not in answer.text
    assert "<img" not in answer.text
    assert 'href="javascript:' not in answer.text
    assert "\u202e" not in answer.text


def test_fact_and_article_show_the_sentence_escaped(client, store):
    for address in (f"/fact/{fact_id(store)}", "/article/1"):
        text = client.get(address).text
        assert "&lt;script&gt;alert(1)" in text
        assert "<script>alert" not in text


@pytest.mark.parametrize("address", PAGES)
def test_every_page_has_a_strict_policy_and_no_inline_script_or_style(client, address):
    answer = client.get(address)
    policy = answer.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert "style=" not in answer.text
    assert "<script>" not in answer.text
    assert " onclick=" not in answer.text


def test_every_page_has_its_json_csv_and_feed(client, store):
    for path in ("/week", "/search", "/facts", f"/fact/{fact_id(store)}", "/article/1", "/lists", "/sources"):
        json.loads(client.get(path + ".json").text)
        assert client.get(path + ".csv").headers["content-type"].startswith("text/csv")
        feed = ET.fromstring(client.get(path + ".atom").content)
        assert feed.tag == "{http://www.w3.org/2005/Atom}feed"


def test_a_page_is_not_sent_again_when_the_browser_has_it(client):
    first = client.get("/facts")
    again = client.get("/facts", headers={"If-None-Match": first.headers["etag"]})
    assert again.status_code == 304


def test_review_is_seen_everywhere_and_kept_in_history(client, store):
    fact = fact_id(store)
    answer = client.post(f"/fact/{fact}/review", data={"decision": "reject", "by": "ann", "note": "wrong"})
    assert answer.status_code == 200
    assert "rejected" in client.get(f"/fact/{fact}").text
    assert client.get("/api/v1/facts").json()["facts"] == []
    assert client.get(f"/api/v1/facts/{fact}").json()["history"][0]["note"] == "wrong"


@pytest.mark.parametrize(
    "headers",
    [{"Origin": "https://evil.example"}, {"Sec-Fetch-Site": "cross-site"}],
    ids=["origin", "fetch-site"],
)
def test_a_write_from_another_site_is_refused(client, store, headers):
    answer = client.post(f"/fact/{fact_id(store)}/review", data={"decision": "reject"}, headers=headers)
    assert answer.status_code == 403
    assert store.value("SELECT review FROM facts") == "auto"


def test_roles_by_token(store):
    client = TestClient(create_app(store.path, host="0.0.0.0", tokens={"read": "r1", "review": "w1"}))
    assert client.get("/facts").status_code == 401
    assert client.get("/facts", headers={"Authorization": "Bearer nope"}).status_code == 401
    reader = {"Authorization": "Bearer r1"}
    assert client.get("/facts", headers=reader).status_code == 200
    address = f"/fact/{fact_id(store)}/review"
    assert client.post(address, data={"decision": "confirm"}, headers=reader).status_code == 403
    reviewer = {"Authorization": "Bearer w1"}
    assert client.post(address, data={"decision": "confirm"}, headers=reviewer).status_code == 200
    assert store.value("SELECT review FROM facts") == "confirmed"


def test_a_foreign_host_name_is_not_answered_on_loopback(client):
    assert client.get("/", headers={"Host": "rebound.example"}).status_code == 421


def test_too_many_requests_are_refused_with_retry_after(store):
    limit = RateLimit(rate=3, window_s=60)
    assert [limit.allows("a") for _ in range(4)] == [True, True, True, False]
    assert limit.allows("b")


@pytest.mark.parametrize(
    "address",
    ["/fact/none", "/article/999", "/company/Nobody%20At%20All", "/list/none", "/nowhere", "/api/v1/facts/x"],
)
def test_an_unknown_address_is_a_404_that_explains(client, address):
    answer = client.get(address)
    assert answer.status_code == 404
    assert "Traceback" not in answer.text


@pytest.mark.parametrize(
    "address",
    ["/facts?since=never", "/facts?kind=zz", "/facts?min_amount=x", "/search?q=AND%20(", "/search?q=%22",
     "/search?offset=-5&limit=zz", "/api/v1/search?cursor=%%%", "/week/2026-W99"],
)  # fmt: skip
def test_odd_parameters_are_explained_never_an_error(client, address):
    assert client.get(address).status_code in (200, 422)


def test_api_pages_with_a_cursor(client, store):
    with store.write() as connection:
        for n in range(5):
            put_article(
                connection, ArticleRow(url=f"https://p.example/{n}", title=f"Orbel {n}", body="Orbel again.")
            )
    first = client.get("/api/v1/search?q=orbel&limit=4&sort=newest").json()
    second = client.get(f"/api/v1/search?q=orbel&limit=4&sort=newest&cursor={first['next']}").json()
    seen = [hit["article"] for hit in (*first["hits"], *second["hits"])]
    assert len(seen) == len(set(seen)) == 6
    assert second["next"] is None


def test_openapi_names_every_route(client):
    document = client.get("/api/v1/openapi.json").json()
    assert document["openapi"].startswith("3.1")
    assert {"/api/v1/search", "/api/v1/facts", "/api/v1/companies/{name}"} <= set(document["paths"])


def test_the_week_says_what_is_suspended_and_what_only_the_list_has(tmp_path):
    from issue_store import listing, put

    from db.records import Standing

    with Store.open(tmp_path / "w.sqlite", create=True) as opened:
        with opened.write() as connection:
            connection.execute("INSERT INTO sources (id, name) VALUES ('paper', 'The Paper')")
            connection.execute(
                "INSERT INTO lists (id, name, authority) VALUES ('entity-list', 'Entity List', 'BIS')"
            )
            connection.execute(
                "INSERT INTO list_entries (id, list, name, action, effective_date, citation, confidence)"
                " VALUES ('e', 'entity-list', 'Zorvane', 'remove', '2026-11-12', '91 FR 8', 'high')"
            )
        body = "China suspended the listing of Kestin Air."
        put(opened, "s", body, "2026-11-12", listing(body, "Kestin Air", standing=Standing.SUSPENDED))
    client = TestClient(create_app(tmp_path / "w.sqlite"))
    text = client.get("/week/2026-W46").text
    assert "Entity List, suspended" in text
    assert "91 FR 8" in text


def test_the_difference_of_a_list_reads_dates_as_people_type_them(client, store):
    from db.lists import put_lists

    with store.write() as connection:
        put_lists(connection)
    answer = client.get("/list/entity-list?from=nonsense&to=2026-11")
    assert answer.status_code == 200
    assert "from &#39;nonsense&#39; is no date: write 2024-01-31, 2024-01 or 90d" in answer.text
    assert "to 2026-11-30" in answer.text
    assert "is no date" not in client.get("/list/entity-list?from=90d&to=2026-W47").text
