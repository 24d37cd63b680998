"""The loopback server: deterministic pages, conditional requests, virtual hosts, request log."""

import datetime as dt
import os
import signal
import subprocess
import sys
import tomllib
import urllib.error
import urllib.request
import xml.etree.ElementTree as ET
from collections.abc import Iterator
from http.client import HTTPResponse

import feedparser
import pytest
import trafilatura

from crawler.newsroom.articles import HOSTS, load_pieces
from crawler.newsroom.site import OTHER_PAGES, build_site
from crawler.simsite import Site, serve
from crawler.sources import load_sources

AS_OF = dt.date(2026, 11, 21)
WIRE = "meridianwire.example"


@pytest.fixture(scope="module")
def site() -> Iterator[Site]:
    with serve("newsroom", AS_OF, first_port=None) as running:
        yield running


def get(url: str, **headers: str) -> tuple[int, dict[str, str], bytes]:
    """Status, headers and body; redirects are not followed."""
    request = urllib.request.Request(url, headers={k.replace("_", "-"): v for k, v in headers.items()})
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}), _Stay())
    try:
        with opener.open(request, timeout=10) as response:
            return response.status, dict(response.headers), response.read()
    except urllib.error.HTTPError as error:
        with error:
            return error.code, dict(error.headers), error.read()


def locations(sitemap: bytes) -> list[str]:
    """All addresses of a sitemap or an index."""
    return [e.text or "" for e in ET.fromstring(sitemap).iter() if e.tag.endswith("}loc")]


class _Stay(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *args: object, **kwargs: object) -> None:
        return None


def test_every_article_is_served_and_extractable(site: Site) -> None:
    for piece in load_pieces(AS_OF):
        status, headers, body = get(site.hosts[piece.host.host] + piece.path)
        assert status == 200
        assert headers["Last-Modified"].endswith("GMT")
        found = trafilatura.bare_extraction(body.decode(), with_metadata=True)
        assert found is not None, piece.slug
        assert found.date == piece.published.date().isoformat(), piece.slug
        assert (found.text or "")[:30], piece.slug


def test_all_articles_are_in_feeds_or_sitemaps(site: Site) -> None:
    for host in HOSTS:
        source = site.virtual[host.host].source
        assert source is not None
        links = set()
        for path in source.feeds:
            feed = feedparser.parse(get(site.hosts[host.host] + path)[2])
            assert not feed.bozo
            links |= {e.link.partition("?")[0] for e in feed.entries}
        for path in source.sitemaps:
            for child in (
                c for path in source.sitemaps for c in locations(get(site.hosts[host.host] + path)[2])
            ):
                links |= set(locations(get(child)[2]))
        wanted = {site.hosts[host.host] + p.path for p in load_pieces(AS_OF) if p.host == host}
        assert wanted <= links
        others = {site.hosts[host.host] + o.path for o in OTHER_PAGES if o.host == host.host}
        assert others <= links


def test_second_request_is_answered_with_304(site: Site) -> None:
    url = site.hosts[WIRE] + "/feeds/world.rss"
    status, headers, body = get(url)
    assert (status, len(body) > 1000) == (200, True)
    assert get(url, If_None_Match=headers["ETag"])[0] == 304
    assert get(url, If_Modified_Since=headers["Last-Modified"])[0] == 304
    assert get(url, If_None_Match='"other"')[0] == 200


def test_same_date_and_addresses_give_the_same_bytes() -> None:
    bases = {h.host: f"http://127.0.0.1:{8000 + i}" for i, h in enumerate(HOSTS)}
    first, second = build_site(AS_OF, bases), build_site(AS_OF, bases)
    assert {p: r.body for h in first.values() for p, r in h.items()} == {
        p: r.body for h in second.values() for p, r in h.items()
    }


def test_ports_are_the_same_in_the_next_run() -> None:
    port = 20_000 + os.getpid() % 1000 * 8  # the usual ones may serve somebody else at the moment
    with serve("newsroom", AS_OF, first_port=port) as first:
        addresses = dict(first.hosts)
    with serve("newsroom", AS_OF, first_port=port) as second:
        assert second.hosts == addresses
        assert second.hosts[WIRE] == f"http://127.0.0.1:{port}"
        with serve("newsroom", AS_OF, first_port=port) as third:  # its ports are taken: any others will do
            assert not set(third.base_urls) & set(second.base_urls)


def test_hosts_are_told_by_port_by_header_and_by_absolute_address(site: Site) -> None:
    by_port = get(site.hosts[WIRE] + "/robots.txt")[2]
    assert get(site.hosts["fabline.example"] + "/robots.txt")[2] != by_port
    assert get(site.hosts["fabline.example"] + "/robots.txt", Host=WIRE)[2] == by_port
    proxy = urllib.request.build_opener(urllib.request.ProxyHandler({"http": site.hosts["fabline.example"]}))
    response: HTTPResponse = proxy.open(f"http://{WIRE}/robots.txt", timeout=10)
    with response:
        assert response.read() == by_port


def test_requests_are_logged_in_order(site: Site) -> None:
    before = len(site.requests(WIRE))
    get(site.hosts[WIRE] + "/robots.txt", User_Agent="probe/1")
    get(site.hosts[WIRE] + "/nowhere?x=1")
    first, second = site.requests(WIRE)[before:]
    assert (first.path, first.status, first.headers["user-agent"]) == ("/robots.txt", 200, "probe/1")
    assert (second.path, second.status) == ("/nowhere?x=1", 404)
    assert first.done is not None
    assert first.time <= first.done <= second.time
    assert first.bytes > 0


def test_the_clock_brings_articles_and_corrections() -> None:
    path = next(p for p in load_pieces(AS_OF) if p.slug == "shuoguang-settlement").path
    with serve("newsroom", AS_OF, tick=28, first_port=None) as young:
        base = young.hosts[WIRE]
        assert get(base + path)[0] == 404
        entries = len(feedparser.parse(get(base + "/feeds/world.rss")[2]).entries)
        young.tick = 29  # the night after it came out
        assert b"$60 million is suspended" in get(base + path)[2]
        young.tick = 42
        assert b"$80 million is suspended" in get(base + path)[2]
        assert len(feedparser.parse(get(base + "/feeds/world.rss")[2]).entries) > entries


def test_sources_toml_is_what_the_spider_reads(site: Site) -> None:
    sources = load_sources(site.sources_toml())
    assert {s.kind for s in sources.values()} == {"agency", "paper", "trade", "lawfirm"}
    for source in sources.values():
        assert source.home in {b + "/" for b in site.base_urls}
        assert source.feeds or source.sitemaps
        assert source.allow_private


def test_pages_that_are_no_articles(site: Site) -> None:
    statuses = {o.outcome: get(site.hosts[o.host] + o.path)[0] for o in OTHER_PAGES}
    assert statuses == {
        "soft_404": 200,
        "consent_wall": 200,
        "robots": 200,
        "paywall": 200,
        "list": 200,
        "gone": 410,
    }
    assert b"Crawl-delay: 1" in get(site.hosts["quilltarrow.example"] + "/robots.txt")[2]


def test_unknown_scenario_is_refused() -> None:
    with pytest.raises(ValueError, match="no scenario 'mars'"):
        serve("mars")


def test_module_serves_until_it_is_told_to_stop() -> None:
    command = [
        sys.executable,
        "-m",
        "crawler.simsite",
        "--as-of",
        "2026-11-21",
        "--port",
        str(28_000 + os.getpid() % 1000 * 4),
        "--sources",
    ]
    process = subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env={**os.environ}
    )
    try:
        assert process.stderr is not None
        first = process.stderr.readline()
        assert WIRE in first
        assert get(first.split()[0] + "robots.txt")[0] == 200
        process.send_signal(signal.SIGTERM)
        out, err = process.communicate(timeout=10)
        assert "requests served" in err
        assert "meridian_wire" in tomllib.loads(out)
        assert process.returncode == 0
    finally:
        process.kill()
        process.wait()
