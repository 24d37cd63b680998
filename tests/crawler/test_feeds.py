"""Every dialect of feed and sitemap gives the same entries, and what is none says so."""

import gzip
import json

import pytest

from crawler.federal_register import read_documents
from crawler.feeds import NotAFeed, read_offer
from crawler.sections import read_section, score_link

PAGE = "https://news.example/feeds/x"
TITLE = "Chips & tariffs"
RSS = """<?xml version="1.0"?><rss version="2.0"><channel><title>t</title><item><title>Chips &amp; tariffs</title>
<link>/a?utm_source=rss</link><pubDate>Sat, 21 Nov 2026 10:00:00 GMT</pubDate><description>&lt;p&gt;Sum&lt;/p&gt;</description>
<category>Trade</category></item></channel></rss>"""
RDF = """<?xml version="1.0"?><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"
xmlns="http://purl.org/rss/1.0/" xmlns:dc="http://purl.org/dc/elements/1.1/"><channel><title>t</title></channel>
<item><title>Chips &amp; tariffs</title><link>https://news.example/a</link><dc:date>2026-11-21T10:00:00Z</dc:date></item></rdf:RDF>"""
ATOM = """<?xml version="1.0"?><feed xmlns="http://www.w3.org/2005/Atom"><title>t</title><entry>
<title type="html">Chips &amp;amp; tariffs</title><link rel="alternate" href="https://news.example/a"/><id>x</id>
<published>2026-11-21T10:00:00Z</published><updated>2026-11-21T12:00:00Z</updated></entry></feed>"""
JSON = json.dumps(
    {
        "version": "https://jsonfeed.org/version/1.1",
        "items": [
            {
                "id": "1",
                "url": "https://news.example/a",
                "title": TITLE,
                "date_published": "2026-11-21T10:00:00Z",
            }
        ],
    }
)
NEWS = """<?xml version="1.0"?><urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"
xmlns:n="http://www.google.com/schemas/sitemap-news/0.9"><url><loc>https://news.example/a</loc><n:news>
<n:publication_date>2026-11-21T10:00:00Z</n:publication_date><n:title>Chips &amp; tariffs</n:title></n:news></url></urlset>"""


@pytest.mark.parametrize(
    "body", [RSS, RDF, ATOM, JSON, NEWS], ids=["rss", "rdf", "atom", "json", "news-sitemap"]
)
@pytest.mark.parametrize("packed", [False, True])
def test_every_dialect_gives_the_entry(body: str, packed: bool) -> None:
    data = gzip.compress(body.encode()) if packed else body.encode()
    (entry,) = read_offer(data, PAGE).entries
    assert (entry.url, entry.title, entry.published) == (
        "https://news.example/a",
        TITLE,
        "2026-11-21T10:00:00Z",
    )


def test_atom_tells_changes_and_rss_its_summary() -> None:
    assert read_offer(ATOM.encode(), PAGE).entries[0].updated == "2026-11-21T12:00:00Z"
    entry = read_offer(RSS.encode(), PAGE).entries[0]
    assert (entry.summary, entry.keywords) == ("Sum", ("Trade",))


@pytest.mark.parametrize("encoding", ["windows-1252", "utf-16", "shift_jis", "gb18030"])
def test_feeds_in_other_encodings(encoding: str) -> None:
    word = {"windows-1252": "Zölle", "utf-16": "Zölle", "shift_jis": "関税", "gb18030": "关税"}[encoding]
    body = RSS.replace('version="1.0"', f'version="1.0" encoding="{encoding}"', 1).replace("Chips", word)
    (entry,) = read_offer(body.encode(encoding), PAGE).entries
    assert entry.title == f"{word} & tariffs"


def test_a_truncated_feed_gives_what_came_and_says_so() -> None:
    second = RSS.replace(
        "</channel></rss>", "<item><title>Second</title><link>/b</link></item><item><title>Cut"
    )
    offer = read_offer(second.encode(), PAGE)
    assert [entry.url for entry in offer.entries][:2] == ["https://news.example/a", "https://news.example/b"]
    assert offer.problem is not None


def test_a_truncated_sitemap_and_a_cut_gzip_give_what_came() -> None:
    urls = "".join(f"<url><loc>https://news.example/{n}</loc></url>" for n in range(2000))
    body = f'<?xml version="1.0"?><urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{urls}'.encode()
    assert len(read_offer(body, PAGE).entries) == 2000
    assert len(read_offer(gzip.compress(body)[:-3000], PAGE).entries) > 100


def test_an_index_names_its_sitemaps_with_their_last_change() -> None:
    body = b"""<sitemapindex xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"><sitemap>
    <loc>https://news.example/s.xml?yyyy=2026&amp;mm=11</loc><lastmod>2026-11-21</lastmod></sitemap></sitemapindex>"""
    assert read_offer(body, PAGE).sitemaps == (
        ("https://news.example/s.xml?mm=11&yyyy=2026", "2026-11-21T00:00:00Z"),
    )


def test_the_same_address_twice_counts_once() -> None:
    item = RSS[RSS.index("<item>") : RSS.index("</channel>")]
    assert len(read_offer(RSS.replace(item, item * 3).encode(), PAGE).entries) == 1


BOMB = b"""<?xml version="1.0"?><!DOCTYPE r [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">
<!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;">]><rss version="2.0"><channel><title>&c;</title></channel></rss>"""


@pytest.mark.parametrize(
    "body",
    [b"", b"  \n", b"<!DOCTYPE html><html><body>Not here</body></html>", b"{", b'{"a": 1}', b"hello", BOMB,
     b"\x1f\x8bbroken", b"<?xml version='1.0'?><opml/>"],
)  # fmt: skip
def test_what_is_no_feed_says_so(body: bytes) -> None:
    with pytest.raises(NotAFeed):
        read_offer(body, PAGE)


def test_a_gzip_bomb_is_refused() -> None:
    with pytest.raises(NotAFeed, match="unpacks"):
        read_offer(gzip.compress(b"\0" * 60_000_000), PAGE)


def test_section_links_are_judged_by_address_words_and_place() -> None:
    body = b"""<html><body><nav><a href="/2026/11/20/chips-tariffs-widen-again">Chips and tariffs widen again now</a></nav>
    <main><a href="/2026/11/21/commerce-adds-nine-firms-to-list">Commerce adds nine firms to the Entity List</a>
    <a href="/tag/tariffs-and-trade-war-news">All about tariffs and the trade war</a><a href="/about-us">About us</a>
    <a href="https://other.example/2026/11/21/elsewhere-the-story-goes-on">Elsewhere the story goes on and on</a>
    <a href="/2026/11/21/commerce-adds-nine-firms-to-list">Read more</a></main></body></html>"""
    urls = [entry.url for entry in read_section(body, "https://news.example/trade").entries]
    assert "https://news.example/2026/11/21/commerce-adds-nine-firms-to-list" in urls
    assert len(urls) <= 2
    assert not any("tag" in url or "about" in url or "other" in url for url in urls)


def test_a_section_without_articles_is_noise() -> None:
    with pytest.raises(NotAFeed):
        read_section(b"<html><body><a href='/about'>About</a></body></html>", "https://news.example/")
    assert score_link("https://news.example/", "A long headline about chips and tariffs in the news") == 0


def test_federal_register_documents_and_their_next_page() -> None:
    answer = {
        "count": 101,
        "next_page_url": "https://www.federalregister.gov/api/v1/documents.json?page=2",
        "results": [
            {"title": "Additions to the List", "type": "Rule", "abstract": "BIS adds.", "document_number": "2026-1",
             "html_url": "https://www.federalregister.gov/documents/2026/11/20/2026-1/additions",
             "publication_date": "2026-11-20", "agencies": [{"name": "Industry and Security Bureau"}]},
            {"title": "without address"},
        ],
    }  # fmt: skip
    offer = read_documents(
        json.dumps(answer).encode(), "https://www.federalregister.gov/api/v1/documents.json"
    )
    (entry,) = offer.entries
    assert (entry.title, entry.published) == ("Additions to the List", "2026-11-20T00:00:00Z")
    assert offer.sitemaps[0][0].endswith("page=2")
    assert offer.problem is not None
    assert read_documents(b'{"count": 0}', PAGE).entries == ()
    with pytest.raises(NotAFeed):
        read_documents(b"<html>", PAGE)
