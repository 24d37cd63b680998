"""One crawl of many hosts, good and bad: how they are asked, and the word for what came of every page."""

import gzip
import time
from collections.abc import Iterator
from email.utils import formatdate
from itertools import pairwise

import pytest
from loopback import Answer, Asked, Site, article, feed, serve

from crawler.frontier import STATES
from crawler.outcomes import MEANINGS
from crawler.run import crawl
from crawler.sources import load_sources
from db.store import Store

HTML = {"Content-Type": "text/html"}


def slow(asked: Asked) -> Answer:
    time.sleep(4)
    return 200, HTML, article("slow")


def throttle(site: Site, wait: str) -> object:
    def answer(asked: Asked) -> Answer:
        if site.asked(asked.path) == 1:
            return 429, {"Retry-After": wait or formatdate(time.time() + 2, usegmt=True)}, b"slow down"
        return 200, HTML, article(asked.path.strip("/"))

    return answer


#: page -> its answer, the state and the outcome it must end in
PAGES: dict[str, tuple[Answer, str, str]] = {
    "good": ((200, HTML, article("good")), "fetched", "ok"),
    "gone404": ((404, HTML, b"no"), "gone", "gone"),
    "gone410": ((410, HTML, b"no"), "gone", "gone"),
    "login": ((401, HTML, b"no"), "refused", "blocked"),
    "forbidden": ((403, HTML, b"no"), "refused", "blocked"),
    "legal": ((451, HTML, b"no"), "refused", "blocked"),
    "pay": ((402, HTML, b"no"), "refused", "paywalled"),
    "teapot": ((418, HTML, b"no"), "failed", "bad-status"),
    "error": ((500, HTML, b"no"), "failed", "server-error"),
    "reset": ((0, {}, b""), "failed", "connection"),
    "empty": ((200, HTML, b"  "), "failed", "empty"),
    "picture": ((200, {"Content-Type": "image/png"}, b"\x89PNG\r\n"), "failed", "not-html"),
    "pdf": ((200, HTML, b"%PDF-1.7 abc"), "failed", "not-html"),
    "large": ((200, HTML, b"<p>" + b"x" * 400_000), "failed", "too-large"),
    "bomb": ((200, HTML | {"Content-Encoding": "gzip"}, gzip.compress(b"<p>" + b" " * 9_000_000)), "failed", "too-large"),
    "short": ((200, HTML | {"Content-Length": "9999", "Connection": "close"}, b"<p>cut"), "failed", "cut-off"),
    "loop": ((302, {"Location": "/loop"}, b""), "failed", "redirect-loop"),
    "moved": ((301, {"Location": "/target"}, b""), "fetched", "ok"),
    "refresh": ((200, HTML, b"<html><head><meta http-equiv=refresh content='0;url=/target2'></head></html>"), "fetched", "ok"),
    "metadata": ((302, {"Location": "http://169.254.169.254/latest/"}, b""), "refused", "private-address"),
    "ftp": ((302, {"Location": "ftp://127.0.0.1/x"}, b""), "failed", "bad-redirect"),
    "tdm": ((200, HTML | {"TDM-Reservation": "1"}, article("tdm")), "refused", "tdm-reserved"),
    "tdmmeta": ((200, HTML, b"<meta name='tdm-reservation' content='1'>" + article("m")), "refused", "tdm-reserved"),
}  # fmt: skip


@pytest.fixture(scope="module")
def ran(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Store, dict[str, Site], dict[str, int]]]:
    folder = tmp_path_factory.mktemp("outcomes")
    opened = Store.open(folder / "s.sqlite", create=True)
    with (
        serve({}) as delay,
        serve({}) as busy,
        serve({}) as down,
        serve({}) as odd,
        serve({}) as inner,
        opened as store,
    ):
        names = [f"d{n}" for n in range(4)]
        delay.paths = {
            "/robots.txt": b"User-agent: *\nCrawl-delay: 0.5\nDisallow: /private/\n",
            "/feed": feed(delay.url, *names, "private/x"),
            **{f"/{name}": article(name) for name in names},
        }
        busy.paths = {"/feed": feed(busy.url, "b0", "b1", "b2"), "/b2": article("b2")}
        busy.paths |= {"/b0": throttle(busy, "1"), "/b1": throttle(busy, "")}
        down.paths = {"/robots.txt": (503, {}, b""), "/feed": feed(down.url, "x")}
        odd.paths = {
            "/feed": feed(odd.url, *PAGES, "slow", "inner"),
            "/broken": b"<?xml version='1.0'?><rss><channel><item><title>cut",
            "/page": b"<!doctype html><html><body>A page</body></html>",
            "/slow": slow,
            "/target": article("target"),
            "/target2": article("target2"),
            "/inner": (302, {"Location": f"{inner.url}/admin"}, b""),
            **{f"/{name}": answer for name, (answer, _, _) in PAGES.items()},
        }
        inner.paths = {"/admin": article("admin")}
        text = "".join(
            f'[{name}]\nname = "{name}"\nfeeds = {feeds}\nallow_private = true\n'
            for name, feeds in (
                ("delay", [f"{delay.url}/feed"]),
                ("busy", [f"{busy.url}/feed"]),
                ("down", [f"{down.url}/feed"]),
                ("odd", [f"{odd.url}/{path}" for path in ("feed", "broken", "page", "missing")]),
            )
        )
        settings = {
            "DOWNLOAD_DELAY": 0.01,
            "DOWNLOAD_TIMEOUT": 2,
            "DOWNLOAD_MAXSIZE": 300_000,
            "CRAWL_BACK_OFF_S": [0.1, 0.1],
            "CRAWL_PATIENCE_S": 5,
        }
        counts = crawl(store, load_sources(text).values(), folder / "archive", settings=settings)
        yield store, {"delay": delay, "busy": busy, "down": down, "odd": odd, "inner": inner}, counts


Ran = tuple[Store, dict[str, Site], dict[str, int]]


def test_every_page_ends_with_its_word(ran: Ran) -> None:
    store, sites, _ = ran
    found = {
        row["url"].removeprefix(sites["odd"].url + "/"): (row["state"], row["outcome"])
        for row in store.rows("SELECT * FROM pages WHERE source = 'odd'")
    }
    assert found == {name: end for name, (_, *pair) in PAGES.items() for end in [tuple(pair)]} | {
        "slow": ("failed", "timeout"),
        "inner": ("refused", "private-address"),
    }


def test_passing_failures_are_tried_three_times_and_others_once(ran: Ran) -> None:
    odd = ran[1]["odd"]
    assert [odd.asked(f"/{name}") for name in ("error", "slow", "short")] == [3, 3, 3]
    assert 3 <= odd.asked("/reset") <= 6  # a kept connection that breaks is opened anew once, inside one try
    assert [odd.asked(f"/{name}") for name in ("gone404", "forbidden", "empty", "large")] == [1, 1, 1, 1]


def test_a_redirect_never_reaches_an_undeclared_private_host(ran: Ran) -> None:
    assert ran[1]["inner"].log == []


def test_robots_are_obeyed_and_the_crawl_delay_is_really_kept(ran: Ran) -> None:
    log = ran[1]["delay"].log
    assert not any(asked.path.startswith("/private") for asked in log)
    gaps = [
        after.at - before.at for before, after in pairwise(log[1:])
    ]  # the delay is known after robots.txt
    assert min(gaps) >= 0.5
    assert [asked.path for asked in log][:3] == ["/robots.txt", "/.well-known/tdmrep.json", "/feed"]
    assert len(log) == 7


def test_retry_after_is_kept_in_seconds_and_as_a_date(ran: Ran) -> None:
    store, sites, _ = ran
    log = sites["busy"].log
    first = {path: [asked.at for asked in log if asked.path == path] for path in ("/b0", "/b1")}
    assert all(len(times) == 2 for times in first.values())
    assert first["/b0"][1] - first["/b0"][0] >= 1.0
    for path, pause in (("/b0", 1.0), ("/b1", 0.9)):  # a date has whole seconds
        begin = first[path][0]
        early = [(asked.path, asked.at - begin) for asked in log if begin < asked.at < begin + pause]
        assert not early, "the whole host is left alone"
    assert store.value("SELECT count(*) FROM pages WHERE source = 'busy' AND state = 'fetched'") == 3


def test_without_robots_nothing_is_asked(ran: Ran) -> None:
    store, sites, _ = ran
    assert {asked.path for asked in sites["down"].log} == {"/robots.txt"}
    assert store.value("SELECT outcome FROM feeds WHERE source = 'down'") == "robots-unavailable"


def test_feeds_fail_with_their_word(ran: Ran) -> None:
    store, sites, counts = ran
    found = {
        row["url"].rpartition("/")[2]: row["outcome"]
        for row in store.rows("SELECT * FROM feeds WHERE source = 'odd'")
    }
    assert found == {"feed": "ok", "broken": "not-a-feed", "page": "not-a-feed", "missing": "gone"}
    assert counts["feeds-failed"] == 4
    assert sites["odd"].asked("/missing") == 1


def test_nothing_stays_leased_and_every_request_is_in_the_log(ran: Ran) -> None:
    store, sites, _ = ran
    assert store.value("SELECT count(*) FROM pages WHERE state = 'leased' OR lease_owner IS NOT NULL") == 0
    assert {row["outcome"] for row in store.rows("SELECT DISTINCT outcome FROM fetches")} <= set(MEANINGS)
    assert set(STATES) - {"tombstone"} <= set(MEANINGS)
    asked = sum(site.asked(f"/{name}") for name in ("good", "error", "tdm") for site in sites.values())
    kept = store.value(
        "SELECT count(*) FROM fetches WHERE kind = 'page' AND (url LIKE '%/good' OR url LIKE '%/error' OR url LIKE '%/tdm')"
    )
    assert asked == kept


def test_we_say_who_we_are(ran: Ran) -> None:
    for asked in ran[1]["odd"].log:
        assert asked.headers["User-Agent"].startswith("Tradewire/")
        assert "Cookie" not in asked.headers
        assert "Referer" not in asked.headers
