"""The stretch of time that an issue covers."""

import datetime as dt
import os
import re
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from db.clock import now, read_stamp, stamp
from db.errors import UsageError

LATE = dt.timedelta(days=14)  # an imported archive must not flood an issue


FIRST_YEAR, LAST_YEAR = 1900, 9000  # weeks around a week are counted, too


@dataclass(frozen=True, slots=True)
class Window:
    """An ISO week, or a day, in a time zone; both borders in UTC, the end exclusive."""

    week: str  #: "2026-W47", or "2026-11-21" for a day
    zone: str
    start: dt.datetime
    end: dt.datetime

    @property
    def bounds(self) -> tuple[str, str]:
        return stamp(self.start), stamp(self.end)

    @property
    def is_day(self) -> bool:
        return "W" not in self.week

    @property
    def first_day(self) -> dt.date:
        """The first day in the window's own time zone."""
        return self.start.astimezone(ZoneInfo(self.zone)).date()

    @property
    def after_day(self) -> dt.date:
        """The day after its last one."""
        return self.end.astimezone(ZoneInfo(self.zone)).date()

    def before(self, weeks: int) -> "Window":
        """The week `weeks` before the one in which this window begins."""
        monday = self.start.astimezone(ZoneInfo(self.zone)).date() - dt.timedelta(weeks=weeks)
        return week_of(monday, self.zone)


def week_of(day: dt.date, zone: str = "UTC") -> Window:
    """The ISO week that holds `day`; its borders are midnights of `zone`, also over a change of the clocks.

    Raises:
        UsageError: `zone` is no time zone.
    """
    year, week, _ = day.isocalendar()
    return _days(f"{year}-W{week:02}", dt.date.fromisocalendar(year, week, 1), 7, zone)


def day_window(day: dt.date, zone: str = "UTC") -> Window:
    """One day, midnight to midnight of `zone`.

    Raises:
        UsageError: `zone` is no time zone.
    """
    return _days(day.isoformat(), day, 1, zone)


def parse_day(text: str, zone: str = "UTC") -> Window:
    """The window of "2026-11-21".

    Raises:
        UsageError: it is no day.
    """
    try:
        if not re.fullmatch(r"\d{4}-\d{2}-\d{2}", text):
            raise ValueError
        day = dt.date.fromisoformat(text)
        if not FIRST_YEAR <= day.year < LAST_YEAR:
            raise ValueError
    except ValueError:
        raise UsageError(f"not a day: {text!r} (say 2026-11-21)") from None
    return day_window(day, zone)


def time_zone(name: str) -> ZoneInfo:
    """Raises UsageError when there is no such time zone."""
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError) as error:
        raise UsageError(f"unknown time zone {name!r}") from error


def _days(name: str, first: dt.date, days: int, zone: str) -> Window:
    where = time_zone(zone)
    try:
        start = dt.datetime.combine(first, dt.time(), where)
        end = dt.datetime.combine(first + dt.timedelta(days=days), dt.time(), where)
        return Window(name, zone, start.astimezone(dt.UTC), end.astimezone(dt.UTC))
    except OverflowError as error:
        raise UsageError(f"{name} is out of range") from error


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
        if not FIRST_YEAR <= day.year < LAST_YEAR:
            raise ValueError
    except ValueError:
        raise UsageError(f"not an ISO week: {text!r} (say 2026-W47)") from None
    return week_of(day, zone)


def last_complete_week(zone: str = "UTC") -> Window:
    """The week before the running one; in a job, before the time for which it runs."""
    return week_of(_today(zone) - dt.timedelta(days=7), zone)


def last_complete_day(zone: str = "UTC") -> Window:
    """The day before the running one; in a job, before the time for which it runs."""
    return day_window(_today(zone) - dt.timedelta(days=1), zone)


def _today(zone: str) -> dt.date:
    slot = os.environ.get("TRADEWIRE_SLOT")
    return (read_stamp(slot) if slot else now()).astimezone(time_zone(zone)).date()


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
