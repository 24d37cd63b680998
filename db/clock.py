"""Times as the store writes them: UTC, ISO 8601, to the second."""

import datetime as dt
import os

#: Shifts our clock, also that of child processes: tests live through weeks in minutes.
SHIFT = dt.timedelta(seconds=float(os.environ.get("TRADEWIRE_CLOCK_SHIFT_S") or 0))


def now() -> dt.datetime:
    return dt.datetime.now(dt.UTC) + SHIFT


def stamp(time: dt.datetime | None = None) -> str:
    """`time` (default: now) as "2026-11-21T22:47:26Z"; a naive time is refused."""
    time = now() if time is None else time
    assert time.tzinfo is not None, time
    return time.astimezone(dt.UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def read_stamp(text: str) -> dt.datetime:
    """The time that `stamp` wrote."""
    return dt.datetime.fromisoformat(text)
