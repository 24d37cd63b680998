"""The rig: feeds and sitemaps really behave as their hosts say."""

import gzip
import json
import xml.etree.ElementTree as ET

import feedparser
import pytest
from rigging import Get, entries

from crawler.simsite import Site
from crawler.simsite.rig_feeds import MOVES_AT, SILENT_AT


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
