"""Discovery by API: a real crawl of hosts that answer as the Federal Register, a Wayback CDX server and GDELT do."""

import json
from collections.abc import Iterator

import pytest

from crawler.apis import original_of, read_api
from crawler.extract import extract_pending
from crawler.feeds import NotAFeed
from crawler.life import life
from crawler.run import crawl
from crawler.simsite import Site, serve
from crawler.simsite.rig_apis import CDX, LOST_SITE
from crawler.sources import load_sources
from db.store import Store

URL = "https://web.archive.org/cdx/search/cdx?url=a.example/*&output=json&limit=2&showResumeKey=true"
FIELDS = ["urlkey", "timestamp", "original", "mimetype", "statuscode", "digest", "length"]
Ran = tuple[Site, Store]


@pytest.fixture(scope="module")
def ran(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ran]:
    folder = tmp_path_factory.mktemp("apis")
    opened = Store.open(folder / "s.sqlite", create=True)
    with serve("apis", first_port=None) as site, opened as store:
        settings = {"DOWNLOAD_DELAY": 0, "CRAWL_ALL_DUE": True}
        crawl(store, load_sources(site.sources_toml()).values(), folder / "archive", settings=settings)
        extract_pending(store, folder / "archive")
        yield site, store


def articles(ran: Ran, source: str) -> list[str]:
    rows = ran[1].rows("SELECT url FROM articles WHERE source = ? ORDER BY url", (source,))
    return [row["url"] for row in rows]


def test_documents_of_all_pages_of_the_federal_register_become_articles(ran: Ran) -> None:
    base = ran[0].hosts["register.example"]
    assert articles(ran, "register") == [f"{base}/news/{n}" for n in range(1, 6)]


def test_captures_become_articles_under_their_own_address(ran: Ran) -> None:
    site, store = ran
    assert articles(ran, "wayback") == [f"{LOST_SITE}/news/{n}" for n in range(1, 6)]
    asked = [record.path for record in site.requests("wayback.example")]
    assert next(path for path in asked if path.startswith("/cdx")) == CDX
    assert sum(path.startswith("/cdx") for path in asked) == 3  # eight captures, three a page
    assert "/web/20240301000000id_/http://lost.example/news/2" in asked
    assert not [path for path in asked if "20240102030405" in path or "news/6" in path or ".png" in path]
    memory = {row["host"] for row in store.rows("SELECT host FROM hosts WHERE memory IS NOT NULL")}
    assert "lost.example" in memory
    assert any("kept in" in step.what for step in life(store, f"{LOST_SITE}/news/2"))


def test_articles_that_gdelt_names_are_fetched_from_their_hosts(ran: Ran) -> None:
    site, store = ran
    assert articles(ran, "gdelt") == [f"{site.hosts['gdelt.example']}/news/{n}" for n in range(1, 4)]
    assert store.value("SELECT entry_title FROM pages WHERE source = 'gdelt' LIMIT 1").strip() != ""


def test_an_error_told_as_text_is_told_on(ran: Ran) -> None:
    detail = ran[1].value("SELECT detail FROM fetches WHERE source = 'gdelterror' AND kind = 'api'")
    assert "The specified phrase is too short." in detail


def test_a_resume_key_is_taken_as_it_comes() -> None:
    rows = [
        FIELDS,
        [
            "example,a)/x",
            "20240102030405",
            "http://a.example:80/x?utm_source=y",
            "text/html",
            "200",
            "D",
            "9",
        ],
    ]
    key = "example%2Ca%29%2F+20240102030405%21"
    offer = read_api(json.dumps([*rows, [], [key]]).encode(), URL)
    assert [entry.url for entry in offer.entries] == [
        "https://web.archive.org/web/20240102030405id_/http://a.example/x"
    ]
    ((following, _),) = offer.sitemaps
    assert f"resumeKey={key}" in following
    again = read_api(json.dumps([*rows, [], ["other%21"]]).encode(), following)
    assert again.sitemaps[0][0].count("resumeKey=") == 1
    assert "resumeKey=other%21" in again.sitemaps[0][0]
    assert read_api(b"[]", URL).entries == read_api(b"", URL).entries == ()


@pytest.mark.parametrize(
    "body",
    [
        b"<html>busy</html>",
        b"[1, 2]",
        b'[["a", "b"]]',
        b'{"articles": 7}',
        b'{"articles": [7]}',
        b'{"x": 1}',
        b"[[[",
        b"7",
    ],
)
def test_other_answers_are_no_offers(body: bytes) -> None:
    with pytest.raises(NotAFeed):
        read_api(body, URL)


def test_only_archives_may_speak_for_others() -> None:
    page = "/web/20240102030405id_/https://news.example/a"
    assert original_of("https://web.archive.org" + page) == "https://news.example/a"
    assert original_of("https://evil.example" + page) == "https://evil.example" + page
    assert (
        original_of("http://own.example" + page, api="http://own.example/cdx?url=x")
        == "https://news.example/a"
    )
    assert original_of("https://web.archive.org/web/2024/https://news.example/a").startswith(
        "https://web.archive.org"
    )
