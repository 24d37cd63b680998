"""Dates and sums as people type them in filters: "7d", "2026-W47", "$1.5bn"."""

import datetime as dt
import re
from decimal import Decimal

from db.clock import now

_AGO = re.compile(r"(\d{1,5})\s*(d|day|days|w|week|weeks|m|month|months|y|year|years)", re.IGNORECASE)
_DAYS = {"d": 1, "w": 7, "m": 30, "y": 365}
_DATE = re.compile(r"(\d{4})(?:-(?:(\d{1,2})(?:-(\d{1,2}))?|W(\d{1,2})|Q([1-4])))?", re.IGNORECASE)
_CURRENCIES = {"$": "USD", "us$": "USD", "€": "EUR", "£": "GBP", "¥": "CNY", "₹": "INR", "₩": "KRW"}
_SCALES = {
    "": 1, "k": 10**3, "thousand": 10**3, "m": 10**6, "mn": 10**6, "million": 10**6, "b": 10**9, "bn": 10**9,
    "billion": 10**9, "t": 10**12, "tn": 10**12, "trillion": 10**12,
}  # fmt: skip
_MONEY = re.compile(
    r"(?P<before>us\$|[$€£¥₹₩]|[a-z]{3}\s?)?(?P<number>\d[\d,]*(?:\.\d+)?(?:e\d{1,2})?|\.\d+)"
    r"\s?(?P<scale>[a-z]*)(?:\s?(?P<after>[a-z]{3}|[$€£¥₹₩]))?",
    re.IGNORECASE,
)


def read_days(text: str) -> tuple[dt.date, dt.date] | None:
    """First and last day that `text` means, or None: "2026-11", "2026-W47", "2026-Q3", "7d" (since then), "today"."""
    text, today = text.strip(), now().date()
    if text.casefold() in ("today", "yesterday"):
        day = today - dt.timedelta(days=text.casefold() == "yesterday")
        return day, day
    try:
        if match := _AGO.fullmatch(text):
            return today - dt.timedelta(days=int(match[1]) * _DAYS[match[2][0].lower()]), today
        match = _DATE.fullmatch(text)
        if match is None:
            return None
        year, month, day_, week, quarter = (None if g is None else int(g) for g in match.groups())
        assert year is not None
        if week is not None:
            first = dt.date.fromisocalendar(year, week, 1)
            return first, first + dt.timedelta(days=6)
        if day_ is not None:
            first = dt.date(year, month or 1, day_)
            return first, first
        start, length = ((quarter - 1) * 3 + 1, 3) if quarter else (month, 1) if month else (1, 12)
        end = year * 12 + start - 1 + length
        return dt.date(year, start, 1), dt.date(end // 12, end % 12 + 1, 1) - dt.timedelta(days=1)
    except (ValueError, OverflowError):
        return None


def read_money(text: str) -> tuple[Decimal, str | None] | None:
    """Value and currency (None: any) of "1bn", "$1.5bn", "2 billion CNY"; None when it is no sum."""
    match = _MONEY.fullmatch(text.strip())
    if match is None:
        return None
    scale, after = match["scale"].casefold(), match["after"]
    if scale not in _SCALES and after is None and len(scale) == 3:
        scale, after = "", scale  # "500 eur"
    if scale not in _SCALES:
        return None
    sign = (match["before"] or after or "").strip()
    currency = _CURRENCIES.get(sign.casefold(), sign.upper()) or None
    return Decimal(match["number"].replace(",", "")) * _SCALES[scale], currency


def like(text: str) -> str:
    """`text` for LIKE ... ESCAPE '!', so that its % and _ are only themselves."""
    return re.sub(r"([!%_])", r"!\1", text)
