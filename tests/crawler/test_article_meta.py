"""Metadata by vote, with provenance."""

import datetime as dt
import json

import pytest

from crawler.article import read_page
from db.records import DatePrecision, PageReading
from tests.crawler.pages import stories

TEXT = "".join(f"<p>{p}</p>" for p in stories.CRANES.paragraphs)
URL = "https://www.harbourtimes.example/trade/a-list"


def read(head: str = "", body: str = "", url: str = URL, lang: str = "en") -> PageReading:
    return read_page(
        f"<!doctype html><html lang='{lang}'><head><meta charset='utf-8'>{head}</head><body>{body}<article>{TEXT}</article></body></html>".encode(),
        url,
    )


def ld(**fields: object) -> str:
    return f"<script type='application/ld+json'>{json.dumps({'@type': 'NewsArticle', **fields})}</script>"


@pytest.mark.parametrize(
    "window",
    [
        "Makers barred - Harbour Times",
        "Makers barred | HarbourTimes",
        "Harbour Times: Makers barred",
        "Makers barred – Trade – Harbour Times",
        "Makers barred",
    ],
)
def test_site_name_leaves_the_title(window: str) -> None:
    site = "<meta property='og:site_name' content='Harbour Times'>"
    assert read(f"<title>{window}</title>{site}", "<h1>Makers barred</h1>").title == "Makers barred"


def test_two_headlines_are_both_kept_and_the_supported_one_wins() -> None:
    head = f"<title>Cranes: who is barred</title><meta property='og:title' content='Cranes: who is barred'>{ld(headline='Cranes: who is barred')}"
    reading = read(head, "<h1>Ministry bars crane makers</h1>")
    assert reading.title == "Cranes: who is barred"
    assert reading.titles == ("Ministry bars crane makers",)


def test_kicker_inside_the_headline_is_left_out_where_another_field_tells() -> None:
    head = "<meta property='og:title' content='Ministry bars crane makers'>"
    body = "<h1><span class='kicker'>Ports</span> Ministry bars crane makers</h1>"
    assert read(head, body).title == "Ministry bars crane makers"


def test_h1_that_names_the_site_is_no_headline() -> None:
    assert (
        read("<title>Ministry bars makers | Quay Notes</title>", "<h1>Quay Notes</h1>").title
        == "Ministry bars makers"
    )


@pytest.mark.parametrize(
    ("author", "names"),
    [
        ({"@type": "Person", "name": "Ada Quill"}, ("Ada Quill",)),
        ([{"name": "Ada Quill"}, {"name": "Finn Marsh"}], ("Ada Quill", "Finn Marsh")),
        ("By Ada Quill and Finn Marsh", ("Ada Quill", "Finn Marsh")),
        ([{"name": "Ada Quill"}, {"name": "ada-quill"}], ("Ada Quill",)),
        ([{"name": "Ada Quill"}, {"name": "Harbour Times"}], ("Ada Quill",)),
        ({"name": "Harbour Times"}, ("Harbour Times",)),
        ({"name": "ADA QUILL"}, ("Ada Quill",)),
        ({"name": "admin"}, ()),
        ("https://harbourtimes.example/authors/quill", ()),
    ],
)
def test_authors_are_names_of_people(author: object, names: tuple[str, ...]) -> None:
    reading = read(ld(author=author, publisher={"name": "Harbour Times"}))
    assert reading.authors == names


def test_authors_in_the_graph_are_followed() -> None:
    graph = {
        "@graph": [
            {"@type": "NewsArticle", "headline": "x", "author": {"@id": "#p"}},
            {"@type": "Person", "@id": "#p", "name": "Ada Quill"},
        ]
    }
    assert read(f"<script type='application/ld+json'>{json.dumps(graph)}</script>").authors == ("Ada Quill",)


def test_byline_is_read_when_nothing_else_tells() -> None:
    reading = read(body="<p class='byline'>By Ada Quill</p>")
    assert reading.authors == ("Ada Quill",)
    assert reading.provenance["authors"] == "byline"


@pytest.mark.parametrize(
    ("value", "utc", "day", "precision", "tz"),
    [
        ("2024-03-06T01:30:00+08:00", "2024-03-05T17:30:00", "2024-03-06", DatePrecision.SECOND, "+08:00"),
        ("2024-03-06T01:30Z", "2024-03-06T01:30:00", "2024-03-06", DatePrecision.MINUTE, "+00:00"),
        ("2024-03-06T01:30:12.250-0500", "2024-03-06T06:30:12", "2024-03-06", DatePrecision.SECOND, "-05:00"),
        ("2024-03-06", "2024-03-06T00:00:00", "2024-03-06", DatePrecision.DAY, None),
        ("20240306", "2024-03-06T00:00:00", "2024-03-06", DatePrecision.DAY, None),
        (
            "Wed, 06 Mar 2024 01:30:00 GMT",
            "2024-03-06T01:30:00",
            "2024-03-06",
            DatePrecision.SECOND,
            "+00:00",
        ),
    ],
)
def test_times_keep_precision_and_zone(
    value: str, utc: str, day: str, precision: DatePrecision, tz: str | None
) -> None:
    reading = read(ld(datePublished=value, headline="x"))
    assert reading.published == dt.datetime.fromisoformat(utc).replace(tzinfo=dt.UTC)
    assert reading.published_on == dt.date.fromisoformat(day)
    assert (reading.published_precision, reading.published_tz) == (precision, tz)
    assert reading.provenance["published"] == "json-ld"


def test_midnight_of_the_paper_given_in_utc_is_its_local_day() -> None:
    reading = read(ld(datePublished="2024-03-05T23:00:00Z", headline="x"), url="https://kuestenbote.de/a")
    assert reading.published_on == dt.date(2024, 3, 6)
    assert reading.published_precision is DatePrecision.DAY


def test_day_in_the_address_outweighs_a_later_migration() -> None:
    reading = read(
        ld(datePublished="2023-01-01T10:00:00Z", headline="x"), url="https://quay.example/2019/05/07/a-list"
    )
    assert reading.published_on == dt.date(2019, 5, 7)
    assert reading.provenance["published"] == "url"


@pytest.mark.parametrize("value", ["2024-13-45", "soon", "0000-00-00", "", None, 5])
def test_no_date_is_better_than_a_wrong_one(value: object) -> None:
    assert read(ld(datePublished=value, headline="x")).published is None


def test_modified_section_canonical_and_paywall() -> None:
    head = ld(
        headline="x",
        dateModified="2024-03-07T10:00:00Z",
        articleSection=["Ports", "Trade"],
        isAccessibleForFree="False",
    )
    reading = read(head + "<link rel='canonical' href='/trade/a-list?x=1'>")
    assert reading.modified == dt.datetime(2024, 3, 7, 10, tzinfo=dt.UTC)
    assert reading.section == "Ports"
    assert reading.canonical_url == "https://www.harbourtimes.example/trade/a-list?x=1"
    assert reading.paywall


def test_home_page_is_no_canonical_address_of_an_article() -> None:
    assert read("<link rel='canonical' href='/'>").canonical_url is None
    assert read("<link rel='canonical' href='javascript:alert(1)'>").canonical_url is None


def test_language_is_that_of_the_text_not_what_the_template_says() -> None:
    reading = read(lang="de")
    assert (reading.language, reading.provenance["language"]) == ("en", "text")


@pytest.mark.parametrize(
    "broken",
    [
        "{",
        "[[[",
        "{}",
        "null",
        '"text"',
        '{"@type": 5}',
        '{"@type": "NewsArticle", "author": 7, "headline": [1]}',
    ],
)
def test_broken_json_ld_is_forgiven(broken: str) -> None:
    reading = read(f"<script type='application/ld+json'>{broken}</script>", "<h1>Makers barred</h1>")
    assert reading.title == "Makers barred"
