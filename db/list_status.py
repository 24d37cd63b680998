"""Who is on which official list as of a day, and how an article's claim stands to it.

Status is computed from dated events, never stored as a flag. Below high confidence it is "reported, not confirmed".
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from db.store import Store

MOST_AT_ONCE = 500  # companies asked for in one query; SQLite takes 999 values in old builds


@dataclass(frozen=True, slots=True, kw_only=True)
class ListStatus:
    """How a company stands on one list as of a day."""

    list: str
    name: str  #: of the list
    listed: bool
    since: str | None  #: of the latest spell
    until: str | None
    uncertain: bool  #: absent from the newest file, and nothing confirms an end
    confirmed: bool  #: the event rests on high confidence; else "reported, not confirmed"
    citation: str | None
    source_url: str | None
    entry: str  #: id of the event that decides


def status_of(store: Store, company: str, on: dt.date | None = None) -> list[ListStatus]:
    """The lists that `company` (record id) is or was on as of day `on` (default: today); merged records count."""
    day = (on or dt.datetime.now(dt.UTC).date()).isoformat()
    rows = store.rows(
        "SELECT e.*, l.name AS list_name, coalesce(f.as_of, substr(e.retrieved_at, 1, 10)) AS file_day FROM list_entries e"
        " JOIN lists l ON l.id = e.list LEFT JOIN list_files f ON f.hash = e.file_hash WHERE e.action <> 'modify'"
        " AND e.company IN (SELECT id FROM companies WHERE id = :id OR merged_into = :id"
        "   OR id = (SELECT merged_into FROM companies WHERE id = :id))"
        " ORDER BY e.list, coalesce(e.effective_date, ''), e.action = 'add', e.rowid",
        {"id": company},
    )
    found: dict[str, ListStatus] = {}
    for row in rows:
        begins = row["action"] in ("add", "listed")
        when = _last_day(row["effective_date"]) if begins else _first_day(row["effective_date"])
        if when is None and begins:
            when = row[
                "file_day"
            ]  # a file without dates tells who is on the list on its own day, and nothing before
        if when is not None and when > day:
            continue
        old = found.get(row["list"])
        found[row["list"]] = _after(old, row, begins)
    return [status for status in found.values() if status.since is not None or status.listed or status.until]


def _after(old: ListStatus | None, row: dict[str, Any], begins: bool) -> ListStatus:
    """The status once `row` has happened."""
    confirmed = row["confidence"] == "high"
    if row["action"] == "gone":
        assert old is not None or not begins
        return ListStatus(
            list=row["list"], name=row["list_name"], listed=old.listed if old else False,
            since=old.since if old else None, until=old.until if old else None, uncertain=True, confirmed=False,
            citation=old.citation if old else None, source_url=old.source_url if old else None, entry=row["id"],
        )  # fmt: skip
    if begins:
        if old is not None and old.listed:
            keep = old if old.confirmed or not confirmed else None
            base = keep or old
            return ListStatus(
                list=base.list, name=base.name, listed=True, since=old.since or row["effective_date"], until=None,
                uncertain=False, confirmed=old.confirmed or confirmed, citation=base.citation or row["citation"],
                source_url=base.source_url or row["source_url"], entry=base.entry,
            )  # fmt: skip
        return ListStatus(
            list=row["list"], name=row["list_name"], listed=True, since=row["effective_date"], until=None, uncertain=False,
            confirmed=confirmed, citation=row["citation"], source_url=row["source_url"], entry=row["id"],
        )  # fmt: skip
    return ListStatus(
        list=row["list"], name=row["list_name"], listed=False, since=old.since if old else None, until=row["effective_date"],
        uncertain=False, confirmed=confirmed, citation=row["citation"], source_url=row["source_url"], entry=row["id"],
    )  # fmt: skip


def _first_day(date: str | None) -> str | None:
    return (
        None
        if date is None
        else (date + "-01-01")[:10]
        if len(date) == 4
        else date + "-01"
        if len(date) == 7
        else date
    )


def _last_day(date: str | None) -> str | None:
    return (
        None
        if date is None
        else date + "-12-31"
        if len(date) == 4
        else date + "-31"
        if len(date) == 7
        else date
    )


def entries_of(
    store: Store,
    *,
    listed: str | None = None,
    company: str | None = None,
    since: str | None = None,
    until: str | None = None,
) -> list[dict[str, Any]]:
    """List events, newest first, filtered."""
    where, values = ["1"], []
    for condition, value in (
        ("e.list = ?", listed),
        ("e.company = ?", company),
        ("e.effective_date >= ?", since),
        ("e.effective_date <= ?", until),
    ):
        if value is not None:
            where.append(condition)
            values.append(value)
    return store.rows(
        "SELECT e.*, l.name AS list_name FROM list_entries e JOIN lists l ON l.id = e.list"
        f" WHERE {' AND '.join(where)} ORDER BY e.effective_date DESC, e.list, e.name",
        values,
    )


# -- what articles claim against what the lists say


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """An article's listing beside the official entries."""

    verdict: str  #: agrees, date differs, unknown to the lists
    entry: str | None = None
    official_date: str | None = None


UNKNOWN = Comparison(verdict="unknown to the lists")
SAME_ACT = {"add": ("add", "listed"), "remove": ("remove",)}  #: what an article tells, as the lists write it


def compare(store: Store, company: str | None, listed: str, action: str, date: str | None) -> Comparison:
    """How an article's claim stands to `list_entries`. Threats are not compared."""
    if company is None or action not in SAME_ACT:
        return UNKNOWN
    return _verdict(_official(store, [company]).get((company, listed), ()), action, date)


def compare_facts(store: Store, rows: Iterable[Any]) -> dict[str, Comparison]:
    """Fact id -> how its claim stands to the official lists, for the listings among `rows` (`db.queries.FactRow`).

    Additions and removals of known companies only; one query for all of them.
    """
    asked = [row for row in rows if row.kind == "listing" and row.action in SAME_ACT and row.company_id]
    official = _official(store, sorted({row.company_id for row in asked}))
    return {
        row.id: _verdict(official.get((row.company_id, row.list), ()), row.action, row.as_of) for row in asked
    }


def _official(store: Store, companies: Sequence[str]) -> dict[tuple[str, str], list[dict[str, Any]]]:
    """(company, list) -> its entries, for all `companies`."""
    found: dict[tuple[str, str], list[dict[str, Any]]] = defaultdict(list)
    for first in range(0, len(companies), MOST_AT_ONCE):
        some = companies[first : first + MOST_AT_ONCE]
        for row in store.rows(
            "SELECT company, list, action, id, effective_date, published_date FROM list_entries"
            f" WHERE company IN ({', '.join('?' * len(some))}) ORDER BY effective_date",
            tuple(some),
        ):
            found[row["company"], row["list"]].append(row)
    return found


def _verdict(entries: Sequence[dict[str, Any]], action: str, date: str | None) -> Comparison:
    rows = [row for row in entries if row["action"] in SAME_ACT[action]]
    if not rows:
        return UNKNOWN
    if all(row["effective_date"] is None and row["published_date"] is None for row in rows):
        return Comparison(verdict="agrees", entry=rows[0]["id"])  # the list names it and gives no days
    for row in rows:
        if date is None or any(_close(date, row[name]) for name in ("effective_date", "published_date")):
            return Comparison(verdict="agrees", entry=row["id"], official_date=row["effective_date"])
    return Comparison(verdict="date differs", entry=rows[0]["id"], official_date=rows[0]["effective_date"])


def _close(told: str, official: str | None) -> bool:
    """True where the dates agree as far as both are exact, or lie within the days between notice and effect."""
    if official is None:
        return False
    if told.startswith(official) or official.startswith(told):
        return True
    if len(told) == 10 and len(official) == 10:
        return abs((dt.date.fromisoformat(told) - dt.date.fromisoformat(official)).days) <= 5
    return False
