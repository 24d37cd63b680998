"""Focus before the fetch: recall first."""

import pytest

from crawler.feeds import Entry
from crawler.focus import off_topic
from crawler.sources import Source, load_sources

PAPER = '[paper]\nname = "Paper"\nfeeds = ["https://news.example/f"]\n'


def source(extra: str = "") -> Source:
    return load_sources(PAPER + extra)["paper"]


@pytest.mark.parametrize(
    ("title", "summary"),
    [
        ("Commerce adds nine firms to the Entity List", None),
        ("Marlow's canceled harbour job was worth €43M", "The contract was a quarter larger than reported."),
        ("Why everybody talks about Marlow Vision", None),
        ("Tariffs bite", "Sport shoes and phones cost more."),
        (None, None),
    ],
)
def test_what_may_be_ours_is_fetched(title: str | None, summary: str | None) -> None:
    assert off_topic([Entry(url="https://news.example/a", title=title, summary=summary)], source()) == set()


def test_another_genre_is_not() -> None:
    entry = Entry(
        url="https://news.example/a",
        title="Rovers smash club record for striker",
        summary="The goalkeeper and the coach praised the football club's new striker after the match on Sunday night,"
        " and the fans sang in the stadium until the lights went out over the harbour.",
    )
    assert off_topic([entry], source()) == {entry.url}
    assert off_topic([entry], source("topical = true\n")) == set()
    assert off_topic([entry], source('kind = "government"\n')) == set()
    assert off_topic([entry], source('language = "de"\n')) == set()
