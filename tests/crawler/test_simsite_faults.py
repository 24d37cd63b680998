"""The rig: hosts that answer badly really do."""

import datetime as dt
import email.utils
import gzip
import json
import time
import zlib
from http.client import HTTPConnection, IncompleteRead

import pytest
from rigging import Get

from crawler.simsite import Site
from crawler.simsite.rig_faults import BOMB, OVERSIZE, RETRY_AFTER_S, SLOW_S


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
    assert hops("redirects", "/news/11") == ["http://[half"]
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
