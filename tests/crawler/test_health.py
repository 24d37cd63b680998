"""Health: a silent zero makes noise, and a source that is well makes none."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from crawler.discovery import keep_offer
from crawler.due import due_tasks, note_source, start_run
from crawler.feeds import Entry, Offer
from crawler.frontier import Fetch, finish, lease
from crawler.health import health, keep_states
from crawler.life import life
from crawler.sources import Source, load_sources
from db.clock import now, stamp
from db.store import Store

FEED = "https://news.example/feed"


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store.open(tmp_path / "s.sqlite", create=True) as opened:
        yield opened


@pytest.fixture
def source(store: Store) -> Source:
    (one,) = load_sources(f'[paper]\nname = "Paper"\nfeeds = ["{FEED}"]\nexpect = [2, 50]\n').values()
    with store.write() as connection:
        start_run(connection, [one])
    return one


def answer(store: Store, source: Source, outcome: str, *entries: Entry) -> None:
    """What one request to the feed leaves."""
    offer = Offer(entries) if outcome == "ok" else None
    fetch = Fetch(url=FEED, kind="feed", outcome=outcome, source=source.id, status=200)
    with store.write() as connection:
        keep_offer(connection, source, FEED, fetch, offer)
        note_source(connection, source.id)


def entry(name: str, **fields: str) -> Entry:
    return Entry(url=f"https://news.example/{name}", title=name, published=stamp(now()), **fields)


def watch_for_a_week(store: Store) -> None:
    with store.write() as connection:
        connection.execute(
            "UPDATE fetches SET at = '2020-01-01T00:00:00Z' WHERE id = (SELECT min(id) FROM fetches)"
        )


def test_a_source_never_asked_is_new_and_no_alarm(store: Store, source: Source) -> None:
    assert health(store)[0].state == "new"
    assert keep_states(store) == []


def test_too_few_articles_are_told_only_after_a_week_of_watching(store: Store, source: Source) -> None:
    answer(store, source, "ok", entry("a"))
    assert keep_states(store) == []
    watch_for_a_week(store)
    (unwell,) = keep_states(store)
    assert unwell.state == "silent"
    assert unwell.reasons == ("0 articles in seven days, expected at least 2",)
    assert store.value("SELECT state_reason FROM sources") == unwell.reasons[0]


def test_a_dead_feed_is_told_at_once_when_it_never_worked_and_later_after_five(
    store: Store, source: Source
) -> None:
    answer(store, source, "gone")
    assert keep_states(store)[0].state == "failing"
    answer(store, source, "ok", entry("a"))
    assert keep_states(store) == []
    for _ in range(5):
        answer(store, source, "timeout")
    assert "5 times in a row" in keep_states(store)[0].reasons[0]


def test_an_empty_feed_is_silent(store: Store, source: Source) -> None:
    answer(store, source, "ok")
    assert keep_states(store)[0].reasons == (f"{FEED} has no entries",)


def test_the_interval_follows_the_share_of_new_entries(store: Store, source: Source) -> None:
    answer(store, source, "ok", *(entry(str(n)) for n in range(10)))
    busy = store.value("SELECT interval_s FROM sources")
    answer(store, source, "ok", *(entry(str(n)) for n in range(10)))
    calm = store.value("SELECT interval_s FROM sources")
    assert 900 <= busy < 3600
    assert calm > busy
    with store.write() as connection:
        assert due_tasks(connection, [source]) == []
        assert [task.url for task in due_tasks(connection, [source], everything=True)] == [FEED]


def test_a_dead_source_is_asked_ever_less_often(store: Store, source: Source) -> None:
    intervals = []
    for _ in range(9):
        answer(store, source, "robots-unavailable")
        intervals.append(store.value("SELECT interval_s FROM sources"))
    assert intervals == [900, 1800, 3600, 7200, 14400, 28800, 57600, 86400, 86400]


def test_a_page_behind_a_missing_robots_file_is_given_up(store: Store, source: Source) -> None:
    answer(store, source, "ok", entry("a"))
    states = []
    with store.write() as connection:
        for _ in range(3):
            connection.execute("UPDATE pages SET not_before = NULL")
            (page,) = lease(connection, per_host=1, limit=9, sources={source.id: 9}, ahead={})
            refused = Fetch(url=page.url, kind="page", outcome="robots-unavailable", source=source.id)
            states.append(finish(connection, page.id, refused))
    assert states == ["discovered", "discovered", "failed"]


def test_known_entries_are_not_asked_again_unless_they_say_that_they_changed(
    store: Store, source: Source
) -> None:
    answer(store, source, "ok", entry("a"))
    with store.write() as connection:
        (page,) = lease(connection, per_host=5, limit=5, sources={"paper": 100}, ahead={})
        fetch = Fetch(url=page.url, kind="page", outcome="gone", source="paper", status=404)
        assert finish(connection, page.id, fetch) == "gone"
    answer(store, source, "ok", entry("a"))
    with store.write() as connection:
        assert lease(connection, per_host=5, limit=5, sources={"paper": 100}, ahead={}) == []
    answer(store, source, "ok", entry("a", updated="2099-01-01T00:00:00Z"))
    with store.write() as connection:
        assert len(lease(connection, per_host=5, limit=5, sources={"paper": 100}, ahead={})) == 1


def test_a_failing_page_is_tried_three_times(store: Store, source: Source) -> None:
    answer(store, source, "ok", entry("a"))
    states = []
    for _ in range(3):
        with store.write() as connection:
            connection.execute("UPDATE pages SET not_before = NULL")
            (page,) = lease(connection, per_host=5, limit=5, sources={"paper": 100}, ahead={})
            fetch = Fetch(url=page.url, kind="page", outcome="timeout", source="paper")
            states.append(finish(connection, page.id, fetch))
    assert states == ["discovered", "discovered", "failed"]


def test_hosts_take_turns_and_paused_ones_wait(store: Store, source: Source) -> None:
    entries = [Entry(url=f"https://{host}.example/{n}") for host in ("a", "b") for n in range(20)]
    answer(store, source, "ok", *entries)
    with store.write() as connection:
        first = lease(connection, per_host=3, limit=100, sources={"paper": 100}, ahead={"a.example": 2})
        assert sorted(page.host for page in first) == ["a.example", "b.example", "b.example", "b.example"]
        more = lease(
            connection, per_host=9, limit=100, sources={"paper": 100}, ahead={}, paused={"b.example"}
        )
        assert {page.host for page in more} == {"a.example"}
        assert lease(connection, per_host=9, limit=100, sources={"other": 100}, ahead={}) == []


def test_a_source_gets_no_more_pages_than_its_budget(store: Store, source: Source) -> None:
    answer(store, source, "ok", *(Entry(url=f"https://h{n % 3}.example/{n}") for n in range(30)))
    with store.write() as connection:
        assert len(lease(connection, per_host=9, limit=100, sources={"paper": 5}, ahead={})) == 5


def test_an_index_is_not_an_empty_feed(store: Store, source: Source) -> None:
    fetch = Fetch(url=FEED, kind="sitemap", outcome="ok", source="paper", status=200)
    with store.write() as connection:
        keep_offer(connection, source, FEED, fetch, Offer((), (("https://news.example/map.xml", None),)))
        child = Fetch(
            url="https://news.example/map.xml", kind="sitemap", outcome="ok", source="paper", status=200
        )
        keep_offer(connection, source, child.url, child, Offer((entry("a"),)))
    assert keep_states(store) == []


def test_what_was_forgotten_does_not_come_back(store: Store, source: Source) -> None:
    with store.write() as connection:
        connection.execute(
            "INSERT INTO tombstones (kind, key, at) VALUES ('url', 'https://news.example/a', ?)", (stamp(),)
        )
    answer(store, source, "ok", entry("a"))
    assert store.value("SELECT state FROM pages") == "tombstone"
    assert any("forgotten" in step.what for step in life(store, "https://news.example/a"))


def test_old_entries_are_not_taken_on(store: Store, source: Source) -> None:
    answer(store, source, "ok", Entry(url="https://news.example/old", published="2001-01-01T00:00:00Z"))
    assert store.value("SELECT count(*) FROM pages") == 0


def test_the_life_of_a_url_tells_every_step(store: Store, source: Source) -> None:
    answer(store, source, "ok", entry("a"))
    with store.write() as connection:
        (page,) = lease(connection, per_host=5, limit=5, sources={"paper": 100}, ahead={})
        finish(
            connection,
            page.id,
            Fetch(url=page.url, kind="page", outcome="blocked", source="paper", status=403),
        )
    told = " | ".join(step.what for step in life(store, "https://news.example/a?utm_source=mail"))
    for word in ("canonical URL", "found in", "403 blocked", "now: refused, blocked"):
        assert word in told
    assert life(store, "https://other.example/") == []
