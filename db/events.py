"""Events: facts of several articles that say the same thing, read, and disputes settled.

They are brought together by db/event_groups.py.
"""

from dataclasses import dataclass

from db.clock import stamp
from db.errors import UsageError
from db.event_groups import group_events as group_events
from db.event_groups import value_of as value_of
from db.queries import FactRow, facts
from db.store import Store


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """Facts that say the same thing. `facts` are in order of publication."""

    id: int
    kind: str
    company: str | None  #: name
    dispute: str | None  #: factor 1,000, currency, value, date; None: they agree
    best: str | None  #: id of the fact that is believed
    best_reason: str | None
    sources: int
    low: float | None
    high: float | None
    currency: str | None
    settled_at: str | None
    facts: tuple[FactRow, ...]


def events(
    store: Store,
    *,
    disputed: bool = False,
    settled: bool = False,
    kind: str | None = None,
    limit: int | None = 100,
) -> list[Event]:
    """Events, the largest first; with `disputed` those whose tellers differ and that nobody settled."""
    where = ["1"]
    if disputed:
        where.append("e.disputed = 1" + ("" if settled else " AND e.settled_at IS NULL"))
    rows = store.rows(
        "SELECT e.id, e.kind, coalesce(c.name, e.company) AS company, e.dispute, e.best, e.best_reason, e.sources,"
        " e.low, e.high, e.currency, e.settled_at FROM events e LEFT JOIN companies c ON c.id = e.company"
        f" WHERE {' AND '.join(where)} AND (? IS NULL OR e.kind = ?)"
        " ORDER BY e.dispute LIKE 'factor%' DESC, coalesce(e.high, 0) DESC, e.id LIMIT ?",
        (kind, kind, -1 if limit is None else limit),
    )
    found = []
    for row in rows:
        members = facts(store, event=row["id"], everything=True, sort="oldest", limit=None)
        company = row.pop("company") or (members[0].company if members else None)
        found.append(Event(**row, company=company, facts=tuple(members)))
    return found


def settle(store: Store, event: int, fact: str, *, by: str, note: str | None = None) -> None:
    """Settle a dispute: `fact` is believed from now on, whatever else is told.

    Raises:
        UsageError: there is no such event, or the fact is not part of it.
    """
    with store.write() as connection:
        if store.value("SELECT 1 FROM facts WHERE id = ? AND event = ?", (fact, event)) is None:
            raise UsageError(f"fact {fact!r} is not part of event {event}")
        reason = f"settled by {by}" + (f": {note}" if note else "")
        connection.execute(
            "UPDATE events SET best = ?, best_reason = ?, settled_at = ? WHERE id = ?",
            (fact, reason, stamp(), event),
        )
