"""The rig: every scenario host really behaves as it says."""

import datetime as dt
import email.utils
import gzip
import json
import re
import time
import xml.etree.ElementTree as ET
import zlib
from collections.abc import Callable, Iterator
from http.client import HTTPConnection, IncompleteRead
from pathlib import Path
from typing import Any

import feedparser
import pytest
import trafilatura
from warcio.archiveiterator import ArchiveIterator

from crawler.outcomes import MEANINGS
from crawler.simsite import Site, serve
from crawler.simsite.__main__ import main
from crawler.simsite.rig_faults import BOMB, OVERSIZE, RETRY_AFTER_S, SLOW_S
from crawler.simsite.rig_feeds import MOVES_AT, SILENT_AT
from crawler.simsite.rig_pages import CHINESE, CORRECTED_AT, GERMAN, JAPANESE, REDESIGN_AT, WIRE_STORY
from crawler.simsite.scenarios import SCENARIOS, hosts_of
from crawler.simsite.stories import company_name, make_story
from crawler.sources import load_sources

Answer = tuple[int, dict[str, str], bytes]
Get = Callable[..., Answer]
ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def whole_rig() -> Iterator[Site]:
    with serve("rig", first_port=None) as site:
        yield site


@pytest.fixture
def rig(whole_rig: Site) -> Site:
    """The running rig as if nobody had asked anything."""
    whole_rig.reset()
    return whole_rig


@pytest.fixture
def get(rig: Site) -> Get:
    """get("host", "/path", Header="x"): one request, no redirects followed, no unpacking."""

    def ask(host: str, path: str, **headers: str) -> Answer:
        name = host if host in rig.hosts else f"{host}.example"
        connection = HTTPConnection("127.0.0.1", int(rig.hosts[name].rsplit(":", 1)[1]), timeout=10)
        try:
            connection.request("GET", path, headers={k.replace("_", "-"): v for k, v in headers.items()})
            response = connection.getresponse()
            return response.status, dict(response.headers), response.read()
        finally:
            connection.close()

    return ask


def entries(body: bytes, kind: str | None = None) -> list[Any]:
    headers = {"content-type": kind} if kind else {}
    return list(feedparser.parse(body, response_headers=headers).entries)


# All hosts


def test_every_feed_entry_leads_somewhere_that_says_what_is_expected() -> None:
    for name in SCENARIOS:
        for host in hosts_of(name):
            assert host.source is not None
            assert host.says
            assert set(host.expects.values()) <= set(MEANINGS), host.name
            assert host.expects, host.name


def test_the_rig_is_a_source_list_for_the_spider(rig: Site) -> None:
    sources = load_sources(rig.sources_toml())
    assert len(sources) == len(rig.hosts) >= 50
    for source in sources.values():
        assert source.starts


def test_docs_describe_every_host() -> None:
    page = (ROOT / "docs" / "newsroom.md").read_text(encoding="utf-8")
    told = set(re.findall(r"^\| ([a-z0-9]+) \|", page, re.MULTILINE))
    assert told >= {h.name.removesuffix(".example") for h in hosts_of("rig")}


def test_stories_are_many_and_the_same_each_time() -> None:
    assert make_story(17) == make_story(17)
    assert len({make_story(n).text for n in range(300)}) == 300
    assert len({company_name(n) for n in range(4000)}) == 4000


# Feeds


@pytest.mark.parametrize(
    ("host", "version"),
    [("rss2", "rss20"), ("rss091", "rss091u"), ("rdf", "rss10"), ("atom", "atom10"), ("latin1feed", "rss20"),
     ("utf16feed", "rss20"), ("plaintext", "rss20"), ("bomfeed", "rss20"), ("relative", "rss20")],
)  # fmt: skip
def test_dialects(get: Get, host: str, version: str) -> None:
    status, _, body = get(host, "/feed")
    assert status == 200
    parsed = feedparser.parse(body.lstrip(b"\xef\xbb\xbf\n") if host == "bomfeed" else body)
    assert parsed.version == version
    assert len(parsed.entries) == 3
    if host == "latin1feed":
        assert parsed.feed.title == "latin1feed – “été”"
    if host == "relative":
        assert parsed.entries[0].link.startswith("/news/")
    if host == "rss091":
        assert "published" not in parsed.entries[0]


def test_json_feed(get: Get) -> None:
    assert len(json.loads(get("jsonfeed", "/feed")[2])["items"]) == 3
    with pytest.raises(json.JSONDecodeError):
        json.loads(get("brokenjson", "/feed")[2])


def test_broken_feeds_are_broken(get: Get) -> None:
    body = get("brokenxml", "/feed")[2]
    with pytest.raises(ET.ParseError):
        ET.fromstring(body)
    assert b"Rise & fall" in body
    assert len(entries(body)) >= 1
    assert get("htmlfeed", "/feed")[2].startswith(b"<!DOCTYPE html>")
    assert get("emptyanswer", "/feed")[2] == b""
    assert get("bomfeed", "/feed")[2].startswith(b"\xef\xbb\xbf\n\n<?xml")
    _, headers, body = get("wrongcharset", "/feed")
    assert "iso-8859-1" in headers["Content-Type"]
    assert "“été”" in body.decode("utf-8")
    bomb = get("entitybomb", "/feed")[2]
    assert bomb.count(b"<!ENTITY") == 11
    assert len(bomb) < 2000
    assert b"file:///etc/hostname" in get("external", "/feed")[2]
    dates = [e.get("published_parsed") for e in entries(get("baddates", "/feed")[2])]
    assert dates == [None, None, None]
    links = [e.link for e in entries(get("dupguid", "/feed")[2])]
    assert (len(links), len(set(links))) == (4, 3)


def test_validators_tell_the_truth_or_lie(get: Get, rig: Site) -> None:
    _, headers, body = get("etagonly", "/feed")
    assert "Last-Modified" not in headers
    assert get("etagonly", "/feed", If_None_Match=headers["ETag"])[0] == 304
    _, dated, _ = get("lastmodified", "/feed")
    assert "ETag" not in dated
    assert get("lastmodified", "/feed", If_Modified_Since=dated["Last-Modified"])[0] == 304
    _, weak, _ = get("weaketag", "/feed")
    assert weak["ETag"].startswith('W/"')
    assert get("weaketag", "/feed", If_None_Match=weak["ETag"])[0] == 304
    first, second = get("restless", "/feed"), get("restless", "/feed")
    assert first[2] == second[2]
    assert first[1]["ETag"] != second[1]["ETag"]
    _, lying, _ = get("lyingetag", "/feed")
    rig.tick = 1
    assert get("etagonly", "/feed", If_None_Match=headers["ETag"])[0] == 200
    assert get("lastmodified", "/feed", If_Modified_Since=dated["Last-Modified"])[0] == 200
    assert get("lyingetag", "/feed", If_None_Match=lying["ETag"])[0] == 304
    assert len(entries(get("lyingetag", "/feed")[2])) == len(entries(body)) + 1
    assert get("etagonly", "/news/t1")[0] == 200


def test_feeds_fall_silent_move_and_go(get: Get, rig: Site) -> None:
    assert len(entries(get("silent", "/feed")[2])) == 3
    assert get("moved", "/feed")[0] == 200
    rig.tick = max(SILENT_AT, MOVES_AT)
    status, _, body = get("silent", "/feed")
    assert (status, entries(body)) == (200, [])
    status, headers, _ = get("moved", "/feed")
    assert status == 301
    assert len(entries(get("moved", headers["Location"])[2])) == 3
    assert get("gonefeed", "/feed")[0] == 410


def test_sitemaps(get: Get, rig: Site) -> None:
    def locations(body: bytes) -> list[str]:
        return [e.text or "" for e in ET.fromstring(body).iter() if e.tag.endswith("}loc")]

    base = rig.hosts["sitemapindex.example"]
    children = locations(get("sitemapindex", "/sitemap.xml")[2])
    assert f"{base}/maps?page=4&type=news" in children
    packed = get("sitemapindex", "/maps/two.xml.gz")[2]
    assert locations(gzip.decompress(packed)) == [f"{base}/news/2"]
    with pytest.raises(ET.ParseError):
        ET.fromstring(get("sitemapindex", "/maps/torn.xml")[2])
    assert locations(get("sitemapindex", "/maps?page=4&type=news")[2]) == [f"{base}/news/4"]
    assert get("sitemapindex", "/maps?page=5")[0] == 404
    loop = rig.hosts["loopindex.example"] + "/sitemap.xml"
    assert locations(get("loopindex", "/sitemap.xml")[2]) == [loop]
    news = get("newsmap", "/sitemap.xml")[2]
    assert news.count(b"<news:publication_date>") == 3
    assert get("textmap", "/sitemap.xml")[2].count(b"http://") == 3
    assert b"/named.xml" in get("robotsmap", "/robots.txt")[2]
    assert b"/hidden/news.xml" in get("autodiscover", "/")[2]
    assert len(entries(get("autodiscover", "/hidden/news.xml")[2])) == 3


# Faults


def test_redirects(get: Get, rig: Site) -> None:
    def hops(host: str, path: str, most: int = 30) -> list[str]:
        seen = []
        while len(seen) < most and (answer := get(host, path))[0] in (301, 302, 308):
            path = answer[1].get("Location", "")
            seen.append(path)
            if not path.startswith("/"):
                break
        return seen

    assert hops("redirects", "/news/1") == ["/hop/a", "/hop/b", "/final/1"]
    assert hops("redirects", "/news/2", 4) == ["/loop/b", "/news/2", "/loop/b", "/news/2"]
    assert hops("redirects", "/news/3", 2) == ["/news/3", "/news/3"]
    assert len(hops("redirects", "/news/4")) == 30
    assert b'http-equiv="refresh"' in get("redirects", "/news/5")[2]
    assert hops("redirects", "/news/6") == ["mailto:desk@redirects.example"]
    assert hops("redirects", "/news/7") == [""]
    assert hops("redirects", "/news/8") == ["file:///etc/hostname"]
    assert hops("redirects", "/news/9")[0].startswith("https://127.0.0.1:")
    target = rig.hosts["crosstarget.example"]
    assert hops("crosshost", "/news/1") == [f"{target}/news/1"]
    assert get("cookiewall", "/news/1")[0] == 302
    assert get("cookiewall", "/news/1", Cookie="seen=1")[0] == 200
    places = [hops("private", f"/news/{n}")[0] for n in range(1, 7)]
    assert any("169.254.169.254" in p for p in places)
    assert any("[::1]" in p for p in places)


def test_throttling(get: Get) -> None:
    status, headers, _ = get("retryafter", "/news/1")
    assert (status, headers["Retry-After"]) == (429, str(RETRY_AFTER_S))
    assert get("retryafter", "/news/1")[0] == 200
    status, headers, _ = get("retrydate", "/news/1")
    later = email.utils.parsedate_to_datetime(headers["Retry-After"])
    assert status == 429
    assert dt.timedelta() < later - dt.datetime.now(dt.UTC) <= dt.timedelta(seconds=RETRY_AFTER_S + 1)
    assert get("retrydate", "/news/1")[0] == 200
    assert [get("throttled", "/news/1")[0] for _ in range(3)] == [429] * 3
    assert [get("unavailable", "/news/1")[0] for _ in range(3)] == [503, 503, 200]
    assert [get("servererror", "/news/1")[0] for _ in range(2)] == [500, 500]


def test_slow_and_dripping_bodies(get: Get, rig: Site) -> None:
    began = time.monotonic()
    assert get("slow", "/news/1")[0] == 200
    assert time.monotonic() - began >= SLOW_S
    began = time.monotonic()
    body = get("slow", "/news/2")[2]
    assert time.monotonic() - began >= (len(body) // 512 - 1) * 0.02
    for host in ("hanging", "dripping"):
        port = int(rig.hosts[f"{host}.example"].rsplit(":", 1)[1])
        connection = HTTPConnection("127.0.0.1", port, timeout=0.5)
        connection.request("GET", "/news/1")
        with pytest.raises(TimeoutError):
            connection.getresponse().read()
        connection.close()


def test_torn_bodies(get: Get) -> None:
    with pytest.raises(ConnectionError):
        get("reset", "/news/1")
    with pytest.raises((ConnectionError, IncompleteRead)):
        get("reset", "/news/2")
    with pytest.raises(IncompleteRead):
        get("reset", "/news/3")


def test_oversize_and_packed_bodies(get: Get) -> None:
    _, headers, body = get("oversize", "/news/1")
    assert len(body) == int(headers["Content-Length"]) > OVERSIZE - 100
    assert "Content-Length" not in get("oversize", "/news/2")[1]
    _, headers, bomb = get("oversize", "/news/3")
    assert headers["Content-Encoding"] == "gzip"
    assert len(bomb) < BOMB / 500
    assert len(zlib.decompress(bomb, zlib.MAX_WBITS + 16)) == BOMB
    for path in ("/news/1", "/news/2"):
        with pytest.raises((OSError, EOFError)):
            gzip.decompress(get("badgzip", path)[2])
    assert b"<article>" in gzip.decompress(get("badgzip", "/news/3")[2])


def test_answers_that_are_no_pages(get: Get) -> None:
    assert get("kinds", "/news/1")[1]["Content-Type"] == "application/pdf"
    assert get("kinds", "/news/2")[2].startswith(b"\x89PNG")
    assert get("kinds", "/news/3")[::2] == (200, b"")
    assert get("kinds", "/news/4")[0] == 204
    assert "Content-Type" not in get("kinds", "/news/5")[1]
    assert [get("refusals", f"/news/{n}")[0] for n in range(1, 8)] == [401, 402, 403, 404, 410, 451, 418]


def test_robots(get: Get, rig: Site) -> None:
    assert b"Crawl-delay: 1" in get("robotsdelay", "/robots.txt")[2]
    assert b"Disallow: /news/" in get("robotsno", "/robots.txt")[2]
    assert b"User-agent: Tradewire\nDisallow: /\n" in get("robotsbot", "/robots.txt")[2]
    assert get("robotsmissing", "/robots.txt")[0] == 404
    assert get("robotserror", "/robots.txt")[0] == 500
    assert get("robotshtml", "/robots.txt")[2].startswith(b"<html>")
    assert get("robotsmoved", "/robots.txt")[0] == 301
    assert get("robotsmoved", "/real-robots.txt")[0] in (200, 404)
    assert b"Disallow: /*/" in get("robotswild", "/robots.txt")[2]


def test_a_source_rots(get: Get, rig: Site) -> None:
    assert get("rotting", "/news/1")[0] == 200
    rig.tick = 1
    assert get("rotting", "/news/1")[0] == 403


def test_reservations(get: Get) -> None:
    assert get("tdm", "/news/1")[1]["tdm-reservation"] == "1"
    assert b'<meta name="tdm-reservation" content="1">' in get("tdm", "/news/2")[2]
    assert get("tdm", "/news/3")[1]["tdm-reservation"] == "0"
    assert "noai" in get("tdm", "/news/4")[1]["X-Robots-Tag"]
    assert b"noarchive" in get("tdm", "/news/5")[2]
    rules = json.loads(get("tdmrep", "/.well-known/tdmrep.json")[2])
    assert rules[0]["tdm-reservation"] == 1


# Pages


@pytest.mark.parametrize(
    ("index", "charset", "told"),
    [(1, "windows-1252", GERMAN), (2, "windows-1252", GERMAN), (3, "gb18030", CHINESE), (4, "shift_jis", JAPANESE),
     (5, "utf-8", GERMAN), (6, "utf-8-sig", GERMAN), (7, "utf-8", JAPANESE), (8, "utf-8", GERMAN),
     (9, "utf-16", CHINESE), (10, "euc-jp", JAPANESE)],
)  # fmt: skip
def test_encodings(get: Get, index: int, charset: str, told: tuple[str, tuple[str, ...]]) -> None:
    body = get("encodings", f"/news/{index}")[2]
    text = body.decode(charset)
    assert all(part in text for part in (told[0], *told[1]))
    if index == 7:
        assert b"charset" not in body


def test_walls_hold_no_article(get: Get) -> None:
    sizes = [len(trafilatura.extract(get("walls", f"/news/{n}")[2].decode()) or "") for n in (1, 2, 3, 4, 6)]
    assert max(sizes) < 400
    assert len(trafilatura.extract(get("walls", "/news/7")[2].decode()) or "") > 1000


def test_corrections_and_redesigns_come_with_the_clock(get: Get, rig: Site) -> None:
    _, headers, old = get("corrections", "/news/1")
    before = entries(get("corrections", "/feed")[2])[0].updated
    design = get("redesign", "/news/1")[2]
    rig.tick = max(CORRECTED_AT, REDESIGN_AT)
    status, _, new = get("corrections", "/news/1", If_None_Match=headers["ETag"])
    assert (status, b"$60 million." in old, b"not $60 million" in new) == (200, True, True)
    assert entries(get("corrections", "/feed")[2])[0].updated > before
    assert b"<article>" in design
    assert b"<article>" not in get("redesign", "/news/1")[2]


def test_one_page_under_many_addresses(get: Get, rig: Site) -> None:
    base = rig.hosts["addresses.example"]
    canonical = f'<link rel="canonical" href="{base}/news/1">'.encode()
    for path in ("/news/1?utm_source=x&utm_medium=y", "/amp/news/1", "/news/1"):
        assert canonical in get("addresses", path)[2]
    lying = rig.hosts["badcanonical.example"]
    assert f'<link rel="canonical" href="{lying}/">'.encode() in get("badcanonical", "/news/2")[2]
    assert b"http://rss2.example/news/1" in get("abroad", "/news/2")[2]


def test_a_story_on_five_hosts(get: Get, rig: Site) -> None:
    wire = make_story(WIRE_STORY)
    texts = [trafilatura.extract(get(f"syn{n}", "/news/1")[2].decode()) or "" for n in range(1, 6)]
    assert all(wire.paragraphs[0] in text for text in texts)
    assert sum(wire.paragraphs[-1] in text for text in texts) == 4
    assert rig.hosts["syn1.example"].encode() in get("syn2", "/news/1")[2]
    assert get("syn5", "/amp/1?utm_campaign=partner")[2] == get("syn5", "/news/1")[2]
    assert wire.title.encode() not in get("syn4", "/news/1")[2]


# Bulk


def test_bulk_serves_any_number_of_pages() -> None:
    with serve("bulk:12000:21000", first_port=None) as site:
        port = int(site.hosts["bulk.example"].rsplit(":", 1)[1])
        connection = HTTPConnection("127.0.0.1", port, timeout=10)

        def ask(path: str) -> bytes:
            connection.request("GET", path)
            return connection.getresponse().read()

        assert ask("/sitemap.xml").count(b"<loc>") == 3
        assert ask("/map/2").count(b"<loc>") == 2000
        page = ask("/news/11999")
        assert 20_900 <= len(page) <= 21_100
        assert page != ask("/news/11998")
        assert b"404" in ask("/news/12000")
        connection.close()


def test_warc_file_like_cc_news(tmp_path: Path) -> None:
    path = tmp_path / "CC-NEWS-rig.warc.gz"
    assert main(["--warc", str(path), "--records", "20"]) == 0
    with path.open("rb") as file:
        records = [(r.rec_type, r.rec_headers.get_header("WARC-Target-URI")) for r in ArchiveIterator(file)]
    assert [kind for kind, _ in records].count("response") == 20
    assert records[0][0] == "warcinfo"
    assert {kind for kind, _ in records} == {"warcinfo", "request", "response"}
    assert len({uri for _, uri in records if uri}) == 20
