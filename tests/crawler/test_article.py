"""Reading a page: text, lead, metadata. Pages are invented."""

import datetime as dt

from crawler.article import read_page
from db.records import BlockKind, DatePrecision, PageType

URL = "https://harbourtimes.example/trade/2024/03/quarrel"
PARAGRAPHS = [
    "The Ministry of Commerce put two makers of harbour cranes on its list on Tuesday, saying that they had sold "
    "steering units to a shipyard without asking for a licence, and gave them thirty days to answer.",
    "Osprey Lifting, one of the two, said it had asked for a licence twice and had heard nothing. The other, Gannet "
    "Cranes, did not answer a request for comment, and its shares were halted before the market opened.",
    "Both sell more than half of what they build to ports abroad, and both have said that they would rather move "
    "their workshops than lose the customers whom they have served for forty years.",
]


def page(body: str = "", head: str = "", title: str = "Two crane makers put on list") -> bytes:
    text = body or "".join(f"<p>{p}</p>" for p in PARAGRAPHS)
    return (
        f"<!doctype html><html lang='en'><head><meta charset='utf-8'><title>{title} | Harbour Times</title>"
        f"<meta property='og:site_name' content='Harbour Times'><meta property='og:title' content='{title}'>{head}</head><body>"
        f"<nav><a href='/'>Home</a> <a href='/trade'>Trade</a></nav><main><article><h1>{title}</h1>{text}</article></main>"
        "<footer>Harbour Times 2024</footer></body></html>"
    ).encode()


def test_article_gives_text_title_and_blocks() -> None:
    reading = read_page(page(), URL)
    assert reading.page_type is PageType.ARTICLE
    assert reading.title == "Two crane makers put on list"
    assert reading.body == "\n\n".join(PARAGRAPHS)
    assert [reading.body[b.start : b.end] for b in reading.blocks] == PARAGRAPHS
    assert {b.kind for b in reading.blocks} == {BlockKind.PARAGRAPH}
    assert reading.language == "en"


def test_publication_time_keeps_day_and_zone_of_the_page() -> None:
    head = "<meta property='article:published_time' content='2024-03-06T01:30:00+08:00'>"
    reading = read_page(page(head=head), URL)
    assert reading.published == dt.datetime(2024, 3, 5, 17, 30, tzinfo=dt.UTC)
    assert reading.published_on == dt.date(2024, 3, 6)
    assert reading.published_tz == "+08:00"
    assert reading.published_precision is DatePrecision.SECOND
    assert reading.provenance["published"] == "meta article:published_time"


def test_unreadable_pages_say_why() -> None:
    assert read_page(b"", URL).failure == "empty"
    assert read_page(b"%PDF-1.7 stream", URL).failure == "not-html"
    assert read_page(b"<p>" * 6_000_000, URL).failure == "too-large"
