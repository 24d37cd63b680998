"""What publishers say about use: robots meta, X-Robots-Tag, TDMRep; read from headers and heads of pages."""

import pytest

from crawler.rights import rights_of


@pytest.mark.parametrize(
    ("value", "words"),
    [
        ("noindex, nofollow", "nofollow noindex"),
        ("NONE", "none"),
        ("index, follow, max-image-preview:large", ""),
        ("max-snippet:-1, noai", "noai"),
        ("tradewire: noindex", "noindex"),
        ("*: noarchive", "noarchive"),
        ("otherbot: noindex, nofollow", ""),
        ("otherbot: noindex, tradewire: nosnippet", "nosnippet"),
        ("unavailable_after: 25 Jun 2020 15:00:00 PST", "unavailable"),
        ("unavailable_after: Fri, 25-Jun-2020 15:00:00 GMT, noarchive", "noarchive unavailable"),
        ("unavailable_after: 2020-06-25T15:00:00+02:00", "unavailable"),
        ("unavailable_after: 2199-01-01", ""),
        ("unavailable_after: some day", ""),
        ("", ""),
    ],
)
def test_headers(value: str, words: str) -> None:
    assert str(rights_of([("X-Robots-Tag", value)], b"<html>")) == words


@pytest.mark.parametrize(
    ("head", "words"),
    [
        (b'<meta name="robots" content="noindex,noarchive">', "noarchive noindex"),
        (b"<META CONTENT=noindex NAME=robots>", "noindex"),
        (b"<meta name='tradewire' content='none'/>", "none"),
        (b'<meta name="otherbot" content="noindex">', ""),
        (b'<meta name="robots-policy" content="noindex">', ""),
        (b'<meta name="tdm-reservation" content="1">', "tdm-reservation"),
        (b'<meta name="tdm-reservation" content="0">', ""),
        (b'<!-- <meta name="robots" content="noindex"> -->', ""),
        (b"<script>var x = '<meta name=robots content=noindex>'</script>", ""),
        (b'<!-- old --><meta name="robots" content="noai">', "noai"),
        ('<meta name="robots" content="noindex">'.encode("utf-16"), "noindex"),
        (b"<p>name=robots content=noindex</p>", ""),
    ],
)
def test_heads_of_pages(head: bytes, words: str) -> None:
    assert str(rights_of([], b"<html><head>" + head + b"</head>")) == words


def test_policy_words() -> None:
    said = rights_of(
        [("TDM-Reservation", "1"), ("x-robots-tag", "noindex"), ("x-robots-tag", "nofollow")], b""
    )
    assert (said.reserved, said.unwanted, said.follow) == (
        "tdm-reservation (header)",
        "noindex (header)",
        False,
    )
    free = rights_of([("TDM-Reservation", "0")], b"<meta name=robots content=noarchive>")
    assert (free.reserved, free.unwanted, free.follow, str(free)) == (None, None, True, "noarchive")


def test_a_hostile_head_costs_little() -> None:
    import time

    start = time.process_time()
    for body in (
        b"<meta " * 20_000,
        b'<meta name="robots" ' * 6000,
        b"<!--" * 30_000 + b"<meta name=robots content=none>",
    ):
        rights_of([("X-Robots-Tag", "noindex," * 5000)], body)
    assert time.process_time() - start < 2
