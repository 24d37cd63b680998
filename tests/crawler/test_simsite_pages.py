"""The rig: pages, copies and changes are as their hosts say; many of them on demand."""

from http.client import HTTPConnection
from pathlib import Path

import pytest
import trafilatura
from rigging import Get, entries
from warcio.archiveiterator import ArchiveIterator

from crawler.simsite import Site, serve
from crawler.simsite.__main__ import main
from crawler.simsite.rig_pages import CHINESE, CORRECTED_AT, GERMAN, JAPANESE, REDESIGN_AT, WIRE_STORY
from crawler.simsite.stories import make_story


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
