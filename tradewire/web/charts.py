"""Small charts as data for SVG in the templates: every dot is a source and a link, every series has its words."""

from collections.abc import Iterable
from typing import Any

from db.queries import FactRow
from tradewire.options import amount_text

WIDTH, HEIGHT, MARGIN = 720, 200, 30  # viewBox units of a chart
LEFT = 92  # room for the amounts at the axis


def every_month(months: Iterable[str]) -> list[str]:
    """The newest 36 months from the first to the last of `months` ("2026-11"), those between them too."""
    known = sorted(month for month in months if len(month) == 7)
    if not known:
        return []
    first, last = (int(month[:4]) * 12 + int(month[5:]) - 1 for month in (known[0], known[-1]))
    return [f"{n // 12:04}-{n % 12 + 1:02}" for n in range(max(first, last - 35), last + 1)]


def bars(counts: tuple[tuple[str, int], ...]) -> list[dict[str, Any]]:
    """(month, count) pairs with heights in per cent of the largest; months without any are 0."""
    known = dict(counts)
    most = max(known.values(), default=1)
    return [
        {"label": month, "count": known.get(month, 0), "height": round(100 * known.get(month, 0) / most)}
        for month in every_month(known)
    ]


def grouped_bars(series: list[dict[str, int]], labels: list[str]) -> dict[str, Any] | None:
    """Bars of up to four series side by side for each label; None with nothing to draw."""
    top = max((counts.get(label, 0) for counts in series for label in labels), default=0)
    if not top:
        return None
    step = (WIDTH - 2 * MARGIN) / len(labels)
    width = min(step * 0.8 / len(series), 26.0)
    room = HEIGHT - 2 * MARGIN
    rects = []
    for at, label in enumerate(labels):
        left = MARGIN + step * at + (step - width * len(series)) / 2
        for number, counts in enumerate(series):
            height = room * counts.get(label, 0) / top
            rects.append(
                {
                    "x": round(left + width * number, 1), "y": round(HEIGHT - MARGIN - height, 1),
                    "width": round(width - 1, 1), "height": round(height, 1), "series": number + 1,
                    "words": f"{label}: {counts.get(label, 0)}",
                }
            )  # fmt: skip
    every = -(-len(labels) // 8)  # at most eight labels fit
    ticks = [
        {"x": round(MARGIN + step * (at + 0.5), 1), "label": label}
        for at, label in enumerate(labels)
        if at % every == 0
    ]
    return {
        "rects": rects,
        "ticks": ticks,
        "top": top,
        "width": WIDTH,
        "height": HEIGHT,
        "base": HEIGHT - MARGIN,
    }


def valuation_chart(worth: list[FactRow]) -> dict[str, Any] | None:
    """Dots in one currency over time, or None with fewer than two; `words` say the series.

    The currency is the one in which most of the figures are told; a stated or dated conversion counts as told.
    """
    by_currency: dict[str, list[tuple[FactRow, float]]] = {}
    for row in worth:
        if _day(row):
            for currency, value in _told(row).items():
                by_currency.setdefault(currency, []).append((row, value))
    currency, told = max(by_currency.items(), key=lambda item: len(item[1]), default=("", []))
    if len(told) < 2:
        return None
    told = sorted(told, key=lambda item: _day(item[0]))
    series = [row for row, _ in told]
    values = [value for _, value in told]
    days = [_number(_day(row)) for row in series]
    span = (days[-1] - days[0]) or 1.0
    top = max(values) or 1.0
    dots: list[dict[str, Any]] = [
        {
            "x": round(LEFT + (WIDTH - LEFT - MARGIN) * (day - days[0]) / span, 1),
            "y": round(HEIGHT - MARGIN - (HEIGHT - 2 * MARGIN) * value / top, 1),
            "id": row.id,
            "words": f"{_day(row)}: {amount_text(value, currency)}, {row.source_name or row.source or ''}",
        }
        for row, day, value in zip(series, days, values)
    ]
    lines = [
        {
            "y": round(HEIGHT - MARGIN - (HEIGHT - 2 * MARGIN) * part, 1),
            "label": amount_text(top * part, currency),
        }
        for part in (0.5, 1.0)
    ]
    return {
        "dots": dots,
        "lines": lines,
        "path": " ".join(f"{dot['x']},{dot['y']}" for dot in dots),
        "left": LEFT,
        "width": WIDTH,
        "height": HEIGHT,
        "base": HEIGHT - MARGIN,
        "first": _day(series[0]),
        "last": _day(series[-1]),
        "top": amount_text(top, currency),
        "words": "; ".join(dot["words"] for dot in dots),
    }


def _told(row: FactRow) -> dict[str, float]:
    """The figure in each currency it is known in."""
    found: dict[str, float] = {}
    if row.usd is not None:
        found["USD"] = row.usd
    if row.conversion_amount is not None and row.conversion_currency:
        found[row.conversion_currency] = row.conversion_amount
    if row.value is not None and row.currency:
        found[row.currency] = row.value
    return found


def _day(row: FactRow) -> str:
    return row.as_of if row.as_of and len(row.as_of) >= 4 else (row.published or "")[:10]


def _number(day: str) -> float:
    """A day as a fraction of years; a bare year counts from its middle."""
    year, month, date = int(day[:4]), day[5:7], day[8:10]
    month_number = int(month) if month.isdigit() else 7
    return year + (month_number - 1) / 12 + (int(date) if date.isdigit() else 15) / 372
