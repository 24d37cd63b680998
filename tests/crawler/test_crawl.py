"""Whole crawls of a loopback site with the real spider: what is asked, kept, and said about it."""

import resource
from collections.abc import Iterator
from pathlib import Path

import pytest
from loopback import Site, article, feed, serve

from crawler.archive import Location, read_capture
from crawler.extract import extract_pending
from crawler.run import crawl
from crawler.sources import Source, load_sources
from db.errors import TradewireError
from db.store import Store

FAST = {"DOWNLOAD_DELAY": 0, "CRAWL_ALL_DUE": True, "CRAWL_BACK_OFF_S": [0.1, 0.1]}


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store.open(tmp_path / "s.sqlite", create=True) as opened:
        yield opened


def source(site: Site, **keys: object) -> list[Source]:
    text = f'[paper]\nname = "Paper"\nfeeds = ["{site.url}/feed"]\nallow_private = true\n'
    return list(load_sources(text + "".join(f"{key} = {value}\n" for key, value in keys.items())).values())


def test_feed_to_articles_and_an_unchanged_site_costs_one_conditional_request(
    store: Store, tmp_path: Path
) -> None:
    with serve({}) as site:
        names = ["a1", "a2", "secret"]
        site.paths = {
            "/feed": feed(site.url, *names, "missing"),
            "/robots.txt": b"User-agent: *\nDisallow: /secret\n",
            **{f"/{name}": article(name) for name in names},
        }
        counts = crawl(store, source(site), tmp_path / "archive", settings=FAST)
        assert (counts["new"], counts["ok"], counts["gone"], counts["robots-refused"]) == (4, 2, 1, 1)
        assert site.asked("/secret") == 0

        done = extract_pending(store, tmp_path / "archive")
        assert (done["articles"], done["relevant"]) == (2, 2)
        page = store.row("SELECT * FROM pages WHERE url LIKE '%/a1'")
        assert page is not None
        kept = read_capture(
            tmp_path / "archive", Location(page["warc_file"], page["warc_offset"], page["warc_length"])
        )
        assert kept.body == article("a1")

        before = store.rows("SELECT * FROM pages"), store.rows("SELECT * FROM articles")
        site.log.clear()
        crawl(store, source(site), tmp_path / "archive", settings=FAST)
        assert [asked.path for asked in site.log] == ["/feed"]
        assert "If-None-Match" in site.log[0].headers
        assert extract_pending(store, tmp_path / "archive") == {}
        assert (store.rows("SELECT * FROM pages"), store.rows("SELECT * FROM articles")) == before


def test_a_crawl_counts_its_own_memory_and_not_its_parents(store: Store, tmp_path: Path) -> None:
    large = bytearray(600 << 20)
    large[::4096] = b"\1" * len(large[::4096])  # touched, so that it is resident
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss > 600 << 10
    with serve({}) as site:
        site.paths = {"/feed": feed(site.url, "a1"), "/a1": article("a1")}
        counts = crawl(store, source(site), tmp_path / "archive", settings=FAST | {"MEMUSAGE_LIMIT_MB": 500})
        assert counts["ok"] == 1
        with pytest.raises(TradewireError, match=r"more than 10 MB of memory"):
            crawl(store, source(site), tmp_path / "archive", settings=FAST | {"MEMUSAGE_LIMIT_MB": 10})
