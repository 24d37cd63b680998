"""Dates and periods as values: ISO 8601 days, months, weeks and years; quarters as 2019-Q3, halves as 2019-H1."""

import calendar
import datetime as dt

from nlp.dates.patterns import COUNTS


def count_of(word: str) -> int:
    return int(word) if word.isdigit() else COUNTS.get(word.lower(), 1)


def period(year: int, month: int, length: int) -> str:
    """The months [month, month + length) as a year, half, quarter or interval."""
    if length == 12 and month == 1:
        return str(year)
    if length == 6 and month in {1, 7}:
        return f"{year}-H{1 if month == 1 else 2}"
    if length == 3 and month % 3 == 1:
        return f"{year}-Q{month // 3 + 1}"
    if length == 1:
        return f"{year}-{month:02d}"
    last = year * 12 + month - 1 + length - 1
    days = calendar.monthrange(last // 12, last % 12 + 1)[1]
    return f"{year}-{month:02d}-01/{last // 12}-{last % 12 + 1:02d}-{days}"


def shifted(base: str, unit: str, count: int, *, whole: bool = False) -> str | None:
    """`base` moved by `count` units, as exact as the unit: "a year earlier" than 2019-Q3 is 2018-Q3.

    `whole`: "last year" is the year, whatever `base` is.
    """
    base = base.split("/")[-1]
    year = int(base[:4])
    if unit == "year":
        rest = "" if whole or len(base) == 10 or "W" in base else base[4:]
        return f"{year + count}{rest}"
    month = month_of(base)
    if unit == "quarter":
        index = year * 4 + (month - 1) // 3 + count
        return f"{index // 4}-Q{index % 4 + 1}"
    if unit == "month":
        index = year * 12 + month - 1 + count
        return f"{index // 12}-{index % 12 + 1:02d}"
    if len(base) != 10:
        return None
    day = dt.date.fromisoformat(base) + dt.timedelta(days=count * (7 if unit == "week" else 1))
    if unit == "week":
        week = day.isocalendar()
        return f"{week.year}-W{week.week:02d}"
    return day.isoformat()


def month_of(base: str) -> int:
    """The last month that `base` reaches."""
    part = base[5:7]
    if part.startswith("Q"):
        return int(part[1]) * 3
    if part.startswith("H"):
        return int(part[1]) * 6
    return int(part) if part.isdigit() else 12
