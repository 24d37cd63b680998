"""The money set: amounts of short texts, read by `nlp.money` alone."""

from collections.abc import Iterator
from typing import Any

from db.records import Amount
from nlp.money import find_amounts


def span_of(amount: Amount) -> dict[str, Any]:
    """`amount` as a span of the scorer's predictions."""
    span: dict[str, Any] = {"start": amount.start, "end": amount.end, "currency": amount.currency}
    if amount.low is not None and amount.high is not None:
        span |= {"low": float(amount.low), "high": float(amount.high)}
    else:
        span["amount"] = None if amount.value is None else float(amount.value)
    if amount.bound is not None:
        span["bound"] = amount.bound
    if amount.approx:
        span["approx"] = True
    if amount.per is not None:
        span["per"] = amount.per
    if amount.conversions:
        span["conversions"] = [span_of(conversion) for conversion in amount.conversions]
    return span


def predict(rows: Iterator[dict[str, Any]], pipeline: object = None) -> Iterator[dict[str, Any]]:
    """One prediction for each text; needs no pipeline."""
    for row in rows:
        yield {"id": row["id"], "spans": [span_of(a) for a in find_amounts(row["text"])]}
