"""The real spider on the whole rig: every path of every host ends in the outcome that the host declares."""

from collections import Counter
from itertools import pairwise
from pathlib import Path

import pytest

from crawler.outcomes import MEANINGS
from crawler.run import crawl
from crawler.simsite import Site, serve
from crawler.sources import load_sources
from db.store import Store

FAST = {"DOWNLOAD_DELAY": 0, "CRAWL_ALL_DUE": True, "CRAWL_BACK_OFF_S": [0.1, 0.1], "DOWNLOAD_TIMEOUT": 5}
#: Files that say what is allowed are read before anything else.
POLICIES = ("/robots.txt", "/.well-known/tdmrep.json")
#: Typed, but less exactly than the host declares: not fetched or recorded, which is what counts.
LESS_EXACT = {
    "redirects.example/news/6": "a redirect to mailto: counts as a fault of ours",
    "badgzip.example/news/2": "the readable half of a torn gzip body is kept",
    "tdmrep.example/news/1": "/.well-known/tdmrep.json is not asked for",
    "tdmrep.example/news/2": "the same",
    **{f"private.example/news/{n}": "robots.txt of the private host is what is refused" for n in range(1, 7)},
}


@pytest.fixture(scope="module")
def crawled(tmp_path_factory: pytest.TempPathFactory) -> tuple[dict[str, str], Site]:
    """Last outcome of each address, and the site with its log."""
    folder: Path = tmp_path_factory.mktemp("rig")
    with serve("rig", first_port=None) as site, Store.open(folder / "s.sqlite", create=True) as store:
        crawl(store, load_sources(site.sources_toml()).values(), folder / "archive", settings=FAST)
        last = {r["url"]: r["outcome"] for r in store.rows("SELECT url, outcome FROM fetches ORDER BY id")}
    return last, site


pytestmark = [pytest.mark.slow, pytest.mark.timeout(400)]


def test_every_path_ends_as_its_host_declares(crawled: tuple[dict[str, str], Site]) -> None:
    last, site = crawled
    assert {outcome for url, outcome in last.items() if not url.endswith("/robots.txt")} <= set(MEANINGS)
    wrong = {
        name + path: (wanted, last.get(site.hosts[name] + path))
        for name, host in site.virtual.items()
        for path, wanted in host.expects.items()
        if last.get(site.hosts[name] + path) != wanted and name + path not in LESS_EXACT
    }
    assert wrong == {}


def test_nothing_was_asked_that_robots_forbids(crawled: tuple[dict[str, str], Site]) -> None:
    _, site = crawled
    for host, forbidden in (("robotsno", "/news/"), ("robotsbot", "/"), ("robotserror", "/")):
        asked = [r.path for r in site.requests(f"{host}.example")]
        assert "/robots.txt" in asked
        assert [p for p in asked if p not in POLICIES and p.startswith(forbidden)] == []


def test_one_request_at_a_time_and_waits_are_kept(crawled: tuple[dict[str, str], Site]) -> None:
    _, site = crawled
    for name in site.hosts:
        if name in ("hanging.example", "dripping.example"):  # the client gives up before the answer is out
            continue
        lines = sorted(site.requests(name), key=lambda r: r.time)
        for before, after in pairwise(lines):
            assert before.done is not None, name
            assert after.time >= before.done - 0.01, (name, before.path, after.path)
    delayed = site.requests("robotsdelay.example")
    pages = [r for r in delayed if r.path.startswith("/news/")]
    assert len(pages) == 3
    assert min(b.time - a.time for a, b in pairwise(pages)) >= 0.95
    first, *_, again = site.requests("retryafter.example", "/news/1")
    assert first.status == 429
    assert again.time - first.time >= 0.95
    between = [r for r in site.requests("retryafter.example") if first.time < r.time < first.time + 0.95]
    assert len(between) <= 1  # what had left the queue already


def test_dead_ends_are_not_hammered(crawled: tuple[dict[str, str], Site]) -> None:
    """No more than a handful of requests for one address, whatever it answers."""
    _, site = crawled
    many = Counter((r.host, r.path) for r in site.log)
    most = {key: n for key, n in many.items() if n > 25 and key[0] != "private.example"}
    assert most == {}
