"""The real spider on the whole rig: every host ends as the rig says, and was asked politely."""

from collections import defaultdict
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from crawler.extract import extract_pending
from crawler.run import crawl
from crawler.simsite import Site, serve
from crawler.sources import load_sources
from db.store import Store

pytestmark = pytest.mark.slow
SETTINGS = {
    "DOWNLOAD_DELAY": 0,
    "DOWNLOAD_TIMEOUT": 4,
    "CRAWL_ALL_DUE": True,
    "CRAWL_BACK_OFF_S": [0.2, 0.4],
    "CRAWL_PATIENCE_S": 10,
}
Ran = tuple[Site, Store, Path]


@pytest.fixture(scope="module")
def ran(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ran]:
    folder = tmp_path_factory.mktemp("rig")
    opened = Store.open(folder / "s.sqlite", create=True)
    with serve("rig", first_port=None) as site, opened as store:
        crawl(store, load_sources(site.sources_toml()).values(), folder / "archive", settings=SETTINGS)
        extract_pending(store, folder / "archive")
        yield site, store, folder


def ends(store: Store) -> dict[str, str]:
    """URL -> outcome of the fetch, of pages and of feeds."""
    pages = store.rows(
        "SELECT url, CASE WHEN state = 'fetched' THEN 'ok' ELSE outcome END AS outcome FROM pages"
    )
    return {row["url"]: row["outcome"] for row in [*pages, *store.rows("SELECT url, outcome FROM feeds")]}


def test_every_address_ends_as_the_rig_says(ran: Ran) -> None:
    site, store, _ = ran
    found = ends(store)
    wrong: dict[str, Any] = {}
    for name, host in site.virtual.items():
        for path, expected in host.expects.items():
            url = site.hosts[name] + path
            if found.get(url) != expected:
                wrong[f"{name}{path}"] = (expected, found.get(url))
    assert wrong == {}


def test_one_request_to_a_host_at_a_time(ran: Ran) -> None:
    site, _, _ = ran
    by_host = defaultdict(list)
    for record in site.log:
        by_host[record.host].append(record)
    for host, records in by_host.items():
        records.sort(key=lambda record: record.time)
        for before, after in pairwise(records):
            if (
                before.done is not None
                and before.status == 200
                and host not in ("hanging.example", "dripping.example")
            ):
                assert after.time >= before.done - 0.05, (host, before.path, after.path)


def test_disallowed_paths_are_never_asked(ran: Ran) -> None:
    site, _, _ = ran
    for record in site.log:
        assert not record.path.startswith("/private/"), record
    assert not [r for r in site.log if r.host == "robotsno.example" and r.path.startswith("/news/")]
    assert not [
        r for r in site.log if r.host in ("robotsbot.example", "robotserror.example") and "/news/" in r.path
    ]


def test_the_crawl_delay_is_kept(ran: Ran) -> None:
    site, _, _ = ran
    times = sorted(r.time for r in site.log if r.host == "robotsdelay.example")
    assert min(after - before for before, after in pairwise(times[1:])) >= 1.0


def test_a_second_run_of_the_unchanged_rig_is_conditional(ran: Ran) -> None:
    site, store, folder = ran
    with_tags = {
        (urlsplit(row["url"]).netloc, urlsplit(row["url"]).path)
        for row in store.rows(
            "SELECT url FROM feeds WHERE outcome = 'ok' AND (etag IS NOT NULL OR last_modified IS NOT NULL)"
        )
    }
    texts = store.rows("SELECT * FROM texts")
    site.log.clear()
    crawl(store, load_sources(site.sources_toml()).values(), folder / "archive", settings=SETTINGS)
    extract_pending(store, folder / "archive")
    for record in site.log:
        key = (urlsplit(site.hosts[record.host]).netloc, record.path)
        if key in with_tags:
            assert {"if-none-match", "if-modified-since"} & set(record.headers), record
    assert store.rows("SELECT * FROM texts") == texts


def test_syndicated_copies_are_one_story(ran: Ran) -> None:
    site, store, _ = ran
    stories = defaultdict(set)
    for row in store.rows("SELECT a.url, a.story FROM articles a"):
        host = next((name for name, base in site.hosts.items() if row["url"].startswith(base + "/")), "")
        if host.startswith("syn"):
            stories[row["story"]].add(host)
    assert {f"syn{n}.example" for n in range(1, 6)} in stories.values()
