"""Site memory: lines that several pages of a host share are furniture, from the third page on."""

import dataclasses
import json

from crawler.article import learn, read_page
from crawler.article.memory import MAX_LINES
from db.records import PageReading, PageType, SiteMemory
from tests.crawler.pages import stories
from tests.crawler.pages.stories import Story

NOTE = (
    "The Tollhouse has told the truth about tolls since 1911 and lives on the pennies of its patient readers."
)


def page(story: Story, note: str = NOTE) -> bytes:
    text = "".join(f"<p>{p}</p>" for p in story.paragraphs)
    return f"<html><body><article><h1>{story.title}</h1><p>{note}</p>{text}</article></body></html>".encode()


def read(story: Story, memory: SiteMemory | None, number: int, note: str = NOTE) -> PageReading:
    return read_page(page(story, note), f"https://tollhouse.example/{number}", site_memory=memory)


def test_a_repeated_line_is_furniture_from_the_third_page_on() -> None:
    memory = None
    found = []
    for number, story in enumerate((stories.CRANES, stories.SILICON, stories.DUTIES, stories.DRONES)):
        reading = read(story, memory, number)
        found.append(NOTE in reading.body)
        assert all(p in reading.body for p in story.paragraphs)
        memory = learn(memory, reading)
    assert found == [True, True, False, False]
    assert memory is not None
    assert memory.pages == 4
    assert memory.host == "tollhouse.example"


def test_a_story_read_at_several_addresses_keeps_its_text() -> None:
    memory = None
    for number in range(5):
        reading = read(stories.CRANES, memory, number)
        memory = learn(memory, reading)
    assert all(p in reading.body for p in stories.CRANES.paragraphs)


def test_a_page_read_again_teaches_nothing() -> None:
    reading = read(stories.CRANES, None, 1)
    memory = learn(None, reading)
    assert learn(memory, reading) == memory


def test_pages_that_are_no_articles_teach_nothing() -> None:
    nothing = PageReading(url="https://tollhouse.example/x", page_type=PageType.UNREADABLE, failure="empty")
    assert learn(None, nothing).pages == 0


def test_memory_is_bounded_and_survives_json() -> None:
    memory = SiteMemory(host="tollhouse.example", lines={f"{i:012x}": 1 for i in range(MAX_LINES)})
    memory = learn(memory, read(stories.CRANES, None, 1))
    assert len(memory.lines) == MAX_LINES
    again = SiteMemory(**json.loads(json.dumps(dataclasses.asdict(memory))))
    assert dict(again.lines) == dict(memory.lines)
    assert learn(again, read(stories.SILICON, again, 2)).pages == 2


def test_site_habit_decides_which_title_is_the_headline() -> None:
    html = (
        "<html><head><title>Cranes barred</title><meta property='og:title' content='Cranes barred'></head><body>"
        f"<article><h1>Ministry bars makers of cranes</h1>{''.join(f'<p>{p}</p>' for p in stories.CRANES.paragraphs)}</article></body></html>"
    ).encode()
    url = "https://tollhouse.example/9"
    assert read_page(html, url).title == "Cranes barred"
    habit = SiteMemory(host="tollhouse.example", pages=9, titles={"h1": 9})
    reading = read_page(html, url, site_memory=habit)
    assert reading.title == "Ministry bars makers of cranes"
    assert reading.titles == ("Cranes barred",)
