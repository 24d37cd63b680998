"""The real spider on the whole rig: every address ends as its host declares, and every host was asked politely."""

from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from crawler.extract import extract_pending
from crawler.outcomes import MEANINGS
from crawler.run import crawl
from crawler.simsite import Site, serve
from crawler.simsite.replies import Record
from crawler.sources import load_sources
from db.store import Store

pytestmark = [pytest.mark.slow, pytest.mark.timeout(400)]
SETTINGS = {
    "DOWNLOAD_DELAY": 0,
    "DOWNLOAD_TIMEOUT": 4,
    "CRAWL_ALL_DUE": True,
    "CRAWL_BACK_OFF_S": [0.2, 0.4],
    "CRAWL_PATIENCE_S": 10,
}
#: Files that say what is allowed are read before anything else.
POLICIES = ("/robots.txt", "/.well-known/tdmrep.json")
#: The client gives up there before the answer is out.
GIVEN_UP = ("hanging.example", "dripping.example")


@dataclass
class Ran:
    site: Site
    store: Store
    folder: Path
    log: list[Record]  #: of the first run

    def asked(self, host: str, path: str | None = None) -> list[Record]:
        return [r for r in self.log if r.host == f"{host}.example" and path in (None, r.path)]


@pytest.fixture(scope="module")
def ran(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ran]:
    folder = tmp_path_factory.mktemp("rig")
    opened = Store.open(folder / "s.sqlite", create=True)
    with serve("rig", first_port=None) as site, opened as store:
        crawl(store, load_sources(site.sources_toml()).values(), folder / "archive", settings=SETTINGS)
        extract_pending(store, folder / "archive")
        yield Ran(site, store, folder, list(site.log))


def ends(store: Store) -> dict[str, str]:
    """URL -> outcome of the fetch, of pages and of feeds."""
    pages = store.rows(
        "SELECT url, CASE WHEN state = 'fetched' THEN 'ok' ELSE outcome END AS outcome FROM pages"
    )
    return {row["url"]: row["outcome"] for row in [*pages, *store.rows("SELECT url, outcome FROM feeds")]}


def test_every_address_ends_as_its_host_declares(ran: Ran) -> None:
    found = ends(ran.store)
    wrong: dict[str, Any] = {}
    for name, host in ran.site.virtual.items():
        for path, expected in host.expects.items():
            url = ran.site.hosts[name] + path
            if found.get(url) != expected:
                wrong[f"{name}{path}"] = (expected, found.get(url))
    assert wrong == {}
    logged = {row["outcome"] for row in ran.store.rows("SELECT outcome FROM fetches WHERE kind <> 'robots'")}
    assert logged <= set(MEANINGS)


def test_one_request_to_a_host_at_a_time(ran: Ran) -> None:
    by_host = defaultdict(list)
    for record in ran.log:
        by_host[record.host].append(record)
    assert len(by_host) > 50
    for host, records in by_host.items():
        records.sort(key=lambda record: record.time)
        for before, after in pairwise(records):
            if host not in GIVEN_UP:
                assert before.done is not None, host
                assert after.time >= before.done - 0.01, (host, before.path, after.path)


def test_disallowed_paths_are_never_asked(ran: Ran) -> None:
    assert not [record.path for record in ran.log if record.path.startswith("/private/")]
    for host, forbidden in (("robotsno", "/news/"), ("robotsbot", "/"), ("robotserror", "/")):
        asked = [record.path for record in ran.asked(host)]
        assert "/robots.txt" in asked
        assert [path for path in asked if path not in POLICIES and path.startswith(forbidden)] == []


def test_the_crawl_delay_is_kept(ran: Ran) -> None:
    times = sorted(record.time for record in ran.asked("robotsdelay"))
    assert len(times) == 6
    assert min(after - before for before, after in pairwise(times[1:])) >= 1.0


@pytest.mark.parametrize(
    ("host", "pause_s"), [("retryafter", 1.0), ("retrydate", 0.9), ("throttled", 3000.0)]
)
def test_nothing_more_is_asked_of_a_host_that_wants_a_pause(ran: Ran, host: str, pause_s: float) -> None:
    first = next(record for record in ran.asked(host) if record.status == 429)
    assert first.done is not None
    early = [r for r in ran.asked(host) if first.done < r.time < first.done + pause_s]
    assert early == [], "not even what was in the queue already"
    assert len(ran.asked(host, "/news/1")) == (1 if host == "throttled" else 2)


def test_dead_ends_are_not_hammered(ran: Ran) -> None:
    """A redirect to itself is followed six times, nothing else is asked more often."""
    many = Counter((record.host, record.path) for record in ran.log)
    assert {key: count for key, count in many.items() if count > 7 and "/endless/" not in key[1]} == {}


def test_what_publishers_say_about_use_is_kept_with_the_page(ran: Ran) -> None:
    base = ran.site.hosts["tdm.example"]
    kept = {
        row["url"].removeprefix(base): (row["rights"], row["warc_file"] is not None)
        for row in ran.store.rows("SELECT * FROM pages WHERE url LIKE ?", (base + "/%",))
    }
    assert kept == {
        "/news/1": ("tdm-reservation", False),
        "/news/2": ("tdm-reservation", False),
        "/news/3": ("", True),
        "/news/4": ("noai noimageai", False),
        "/news/5": ("noarchive", True),
        "/news/6": ("", True),
        "/news/7": ("noindex", False),
        "/news/8": ("none", False),
        "/news/9": ("", True),
    }


def test_syndicated_copies_are_one_story(ran: Ran) -> None:
    stories = defaultdict(set)
    for row in ran.store.rows("SELECT a.url, a.story FROM articles a"):
        host = next((name for name, base in ran.site.hosts.items() if row["url"].startswith(base + "/")), "")
        if host.startswith("syn"):
            stories[row["story"]].add(host)
    assert {f"syn{n}.example" for n in range(1, 6)} in stories.values()


def test_a_second_run_of_the_unchanged_rig_is_conditional_and_writes_nothing(ran: Ran) -> None:
    site, store = ran.site, ran.store
    with_tags = {
        (urlsplit(row["url"]).netloc, urlsplit(row["url"]).path)
        for row in store.rows(
            "SELECT url FROM feeds WHERE outcome = 'ok' AND (etag IS NOT NULL OR last_modified IS NOT NULL)"
        )
    }
    assert len(with_tags) > 30

    def kept() -> list[Any]:
        pages = "SELECT url, payload_digest, warc_file, warc_offset, fetched_at FROM pages WHERE state = 'fetched'"
        return [store.rows(query) for query in (pages, "SELECT * FROM articles", "SELECT * FROM texts")]

    before, size = kept(), archived(ran)
    site.log.clear()
    crawl(store, load_sources(site.sources_toml()).values(), ran.folder / "archive", settings=SETTINGS)
    extract_pending(store, ran.folder / "archive")
    for record in site.log:
        key = (urlsplit(site.hosts[record.host]).netloc, record.path)
        if key in with_tags:
            assert {"if-none-match", "if-modified-since"} & set(record.headers), record
    again = ends(store)
    fetched = {url for url, outcome in again.items() if outcome == "ok" and "/news/" in url}
    asked = {site.hosts[record.host] + record.path for record in site.log}
    assert not fetched & asked, "no article that we have is asked for"
    assert kept() == before
    assert archived(ran) == size


def archived(ran: Ran) -> int:
    return sum(path.stat().st_size for path in (ran.folder / "archive").rglob("*.warc.gz"))
