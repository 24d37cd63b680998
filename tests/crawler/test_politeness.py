"""Paces: gaps that follow a host's slowness, pauses, and what a Retry-After says."""

import asyncio
import datetime as dt
import time
from email.utils import format_datetime

import pytest

from crawler.politeness import MAX_GAP_S, HostPausedError, Pace, Paces, retry_after_s


def gap(pace: Pace) -> float:
    return pace.next_at - time.monotonic()


def test_slow_hosts_get_longer_gaps() -> None:
    pace = Pace(gap_s=2.0)
    pace.answered(0.1, ok=True)
    assert 1.9 < gap(pace) <= 2.0
    pace.answered(8.0, ok=True)
    assert 7.9 < gap(pace) <= 8.0
    pace.answered(0.01, ok=False)  # an error is quick and does not speed us up
    assert gap(pace) > 7.9
    pace.answered(500.0, ok=True)
    assert gap(pace) <= MAX_GAP_S
    for _ in range(12):
        pace.answered(0.1, ok=True)
    assert gap(pace) < 2.1


def test_a_crawl_delay_is_the_least_gap_also_for_parts_of_a_page() -> None:
    paces = Paces(0.0, 10.0)
    paces.set_crawl_delay("a", 0.2)
    start = time.monotonic()
    asyncio.run(paces.wait("a", part=True))
    assert time.monotonic() - start >= 0.19
    paces = Paces(30.0, 10.0)
    paces.of("a").answered(0.1, ok=True)
    asyncio.run(paces.wait("a", part=True))  # our own gap is between pages


def test_a_pause_is_waited_for_or_told() -> None:
    paces = Paces(0.0, 1.0)
    paces.pause("a", 0.1)
    start = time.monotonic()
    asyncio.run(paces.wait("a"))
    assert time.monotonic() - start >= 0.09
    paces.pause("a", 60)
    paces.pause("a", 1)  # a shorter one does not end a longer one
    with pytest.raises(HostPausedError, match="pause of 60 s"):
        asyncio.run(paces.wait("a"))
    assert set(paces.paused()) == {"a"}


def test_retry_after_in_all_its_forms() -> None:
    later = dt.datetime.now(dt.UTC) + dt.timedelta(seconds=90)
    assert retry_after_s(b"120") == 120
    assert 80 < (retry_after_s(format_datetime(later, usegmt=True)) or 0) <= 90
    assert retry_after_s("Mon, 02 Nov 2020 08:00:00 GMT") == 0
    assert retry_after_s("9999999999") == 7 * 86_400
    assert [retry_after_s(value) for value in (None, "", "soon", "-5", "1.5")] == [None] * 5
