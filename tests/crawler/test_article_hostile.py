"""Hostile pages end in bounded time with a typed outcome."""

import time
import tracemalloc

import pytest

from crawler.article import read_page
from db.records import PageType

URL = "https://hostile.example/a"
TEXT = (
    "<p>"
    + "The port ministry put two makers of harbour cranes on its list on Tuesday, it said. " * 6
    + "</p>"
)
MEGABYTE = 1_000_000

PAGES = {
    "nested tags": b"<div>" * (2 * MEGABYTE // 5) + TEXT.encode(),
    "nested inline tags": b"<b><i>" * (2 * MEGABYTE // 6) + TEXT.encode(),
    "million attributes": b"<div "
    + b" ".join(b'a%d="x"' % i for i in range(MEGABYTE // 4))
    + b">"
    + TEXT.encode(),
    "one tag of attributes without end": b"<div " + b"a=1 " * MEGABYTE,
    "many elements": b"<p>x</p>" * 300_000,
    "unclosed scripts": b"<script>" * 200_000,
    "unclosed comments": b"<!--" * 400_000,
    "script only": b"<script>" + b"var a = 'x';" * 150_000 + b"</script>",
    "one long line of links": b"<a href='/x'>a headline of four words</a>" * 20_000,
    "many links in one text": TEXT.encode()
    + b"".join(b"<p><a href='/%d'>story number %d of the week</a></p>" % (i, i) for i in range(10_000)),
    "nested json": b'<script type="application/ld+json">' + b"[" * 500_000 + b"</script>" + TEXT.encode(),
    "wide json": b'<script type="application/ld+json">{"@graph":['
    + b'{"@type":"Article"},' * 80_000
    + b"{}]}</script>"
    + TEXT.encode(),
    "long word": b"<p>" + b"a" * (3 * MEGABYTE) + b"</p>",
    "many h1": b"<h1>A headline of this very page</h1>" * 20_000,
    "data uri": b'<img src="data:image/png;base64,' + b"A" * (5 * MEGABYTE) + b'">' + TEXT.encode(),
    "spaces": b"<p>" + b" " * (3 * MEGABYTE) + b".</p>" + TEXT.encode(),
}


@pytest.mark.parametrize("name", PAGES)
def test_time_is_bounded(name: str) -> None:
    started = time.process_time()
    reading = read_page(PAGES[name], URL)
    assert time.process_time() - started < 45, reading.page_type
    assert isinstance(reading.page_type, PageType)
    assert (reading.failure is None) is (reading.page_type is not PageType.UNREADABLE)


def test_sixty_megabytes_are_refused_without_a_copy() -> None:
    page = b"<p>x</p>" * (60 * MEGABYTE // 8)
    tracemalloc.start()
    reading = read_page(page, URL)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert reading.failure == "too-large"
    assert peak < MEGABYTE


def test_nul_bytes_and_broken_surrogates_leave_the_text_clean() -> None:
    page = TEXT.encode().replace(b"ministry", b"mini\x00stry").replace(b"cranes", b"cra\xed\xa0\x80nes\x0b")
    reading = read_page(b"<html><body><h1>A list</h1>" + page * 3 + b"</body></html>", URL)
    assert reading.page_type is PageType.ARTICLE
    assert "\x00" not in reading.body
    reading.body.encode("utf-8")
    assert "port ministry" in reading.body


def test_script_only_page_is_a_shell() -> None:
    assert read_page(PAGES["script only"] + b"<script>b()</script>", URL).page_type is PageType.JS_SHELL


@pytest.mark.parametrize(
    "junk",
    [
        b"\x00" * 5000,
        b"\xff\xfe",
        b"\x89PNG\r\n\x1a\n" + b"\x00" * 100,
        b"{}",
        b"<",
        b"<html>",
        b"&#xD800;&#0;",
    ],
)
def test_junk_is_typed(junk: bytes) -> None:
    reading = read_page(junk, URL)
    assert reading.page_type in (PageType.UNREADABLE, PageType.JS_SHELL, PageType.ARTICLE)
    assert not reading.goes_on or reading.body.strip() in ("", "{}")
