"""The stretch of time that an issue covers."""

import datetime as dt
import re
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from db.clock import now, stamp
from db.errors import UsageError

LATE = dt.timedelta(days=14)  # an imported archive must not flood an issue


@dataclass(frozen=True, slots=True)
class Window:
    """An ISO week in a time zone; both borders in UTC, the end exclusive."""

    week: str  #: "2026-W47"
    zone: str
    start: dt.datetime
    end: dt.datetime

    @property
    def bounds(self) -> tuple[str, str]:
        return stamp(self.start), stamp(self.end)

    def before(self, weeks: int) -> "Window":
        """The window `weeks` earlier."""
        monday = self.start.astimezone(ZoneInfo(self.zone)).date() - dt.timedelta(weeks=weeks)
        return week_of(monday, self.zone)


def week_of(day: dt.date, zone: str = "UTC") -> Window:
    """The ISO week that holds `day`; its borders are midnights of `zone`, also over a change of the clocks.

    Raises:
        UsageError: `zone` is no time zone.
    """
    try:
        where = ZoneInfo(zone)
    except (KeyError, ValueError) as error:
        raise UsageError(f"unknown time zone {zone!r}") from error
    year, week, _ = day.isocalendar()
    monday = dt.date.fromisocalendar(year, week, 1)
    start = dt.datetime.combine(monday, dt.time(), where)
    end = dt.datetime.combine(monday + dt.timedelta(days=7), dt.time(), where)
    return Window(f"{year}-W{week:02}", zone, start.astimezone(dt.UTC), end.astimezone(dt.UTC))


def parse_week(text: str, zone: str = "UTC") -> Window:
    """The window of "2026-W47".

    Raises:
        UsageError: it is no ISO week.
    """
    match = re.fullmatch(r"(\d{4})-W(\d{2})", text)
    try:
        if match is None:
            raise ValueError
        day = dt.date.fromisocalendar(int(match[1]), int(match[2]), 1)
    except ValueError:
        raise UsageError(f"not an ISO week: {text!r} (say 2026-W47)") from None
    return week_of(day, zone)


def last_complete_week(zone: str = "UTC") -> Window:
    """The week before the running one."""
    today = now().astimezone(ZoneInfo(zone)).date()
    return week_of(today - dt.timedelta(days=7), zone)


def is_past(as_of: str | None, window: Window) -> bool:
    """True for an event that the text dates well before the week: told again, not a change."""
    day = last_day(as_of)
    return (
        day is not None and day < (window.start - dt.timedelta(days=3)).date()
    )  # Friday's act, Monday's paper


def last_day(as_of: str | None) -> dt.date | None:
    """The last day that an ISO date of any precision can mean."""
    if not as_of:
        return None
    if match := re.fullmatch(r"(\d{4})-W(\d{2})", as_of):
        return dt.date.fromisocalendar(int(match[1]), int(match[2]), 7)
    if match := re.fullmatch(r"(\d{4})(?:-(\d{2})|-Q(\d))?(?:-(\d{2}))?", as_of):
        year, month, quarter, day = (int(part) if part else None for part in match.groups())
        if year is not None and month and day:
            return dt.date(year, month, day)
        last = month or (quarter * 3 if quarter else 12)
        return dt.date((year or 1) + last // 12, last % 12 + 1, 1) - dt.timedelta(days=1)
    return None
