"""The canonical URL: the same for what is the same, and never trusted to others."""

import pytest

from crawler.urls import canonical_url, site_of, trusted_canonical


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ("HTTP://News.Example:80/A/../a?utm_source=x&b=2&a=1#top", "http://news.example/a?a=1&b=2"),
        ("https://news.example", "https://news.example/"),
        ("https://news.example/a?fbclid=1&gclid=2&id=7", "https://news.example/a?id=7"),
        ("https://news.example/a;jsessionid=AB12?x=", "https://news.example/a?x="),
        ("https://news.example:8443/a", "https://news.example:8443/a"),
        ("https://news.example/straße", "https://news.example/stra%C3%9Fe"),
        ("http://[::1]:8080/a", "http://[::1]:8080/a"),
        ("  https://news.example/a\n", "https://news.example/a"),
    ],
)
def test_one_address_has_one_form(given: str, expected: str) -> None:
    assert canonical_url(given) == expected
    assert canonical_url(expected) == expected


@pytest.mark.parametrize(
    "given",
    [
        "ftp://news.example/a",
        "javascript:alert(1)",
        "mailto:desk@news.example",
        "http://",
        "http://user:word@news.example/",
        "http://news.example:99999/",
        "https://news.example/" + "a" * 3000,
        "http://news.example/a\r\nX-Injected: 1",
        "data:text/html,hello",
    ],
)
def test_what_cannot_be_fetched_has_none(given: str) -> None:
    assert canonical_url(given) is None


def test_relative_addresses_need_their_page() -> None:
    assert canonical_url("../b", "https://news.example/x/y/a") == "https://news.example/x/b"
    assert canonical_url("//cdn.example/a", "https://news.example/") == "https://cdn.example/a"


@pytest.mark.parametrize(
    ("claimed", "page", "expected"),
    [
        ("https://news.example/2026/chips-tariffs", "https://news.example/amp/2026/chips-tariffs", True),
        ("https://www.news.example/2026/chips-tariffs", "https://m.news.example/2026/chips-tariffs", True),
        ("https://other.example/2026/chips-tariffs", "https://news.example/2026/chips-tariffs", False),
        ("https://news.example/", "https://news.example/2026/chips-tariffs", False),
        ("https://news.example/trade", "https://news.example/2026/chips-tariffs", False),
        ("https://news.example/2025/football-report", "https://news.example/2026/chips-tariffs", False),
        (None, "https://news.example/2026/chips-tariffs", False),
    ],
)
def test_rel_canonical_is_not_trusted_blindly(claimed: str | None, page: str, expected: bool) -> None:
    assert (trusted_canonical(claimed, page) is not None) is expected


def test_addresses_and_ports_are_sites_of_their_own() -> None:
    assert site_of("127.0.0.1:8001") != site_of("127.0.0.1:8002")
    assert site_of("www.news.example.co.uk") == site_of("m.news.example.co.uk")
