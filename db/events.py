"""Facts of several articles that say the same thing, and where they disagree.

Facts of one kind about one company within a period are compared pairwise: sums that are equal within rounding,
or as the articles convert them, are one event; sums that differ the way mistakes do (a factor of 1,000, the
wrong currency, up to a third apart) are one event with a dispute; all else are different things. Listings are
one event by company, list and action; articles that give different dates for it are in dispute.
"""

import hashlib
from collections import defaultdict
from dataclasses import dataclass
from typing import Any

from db.clock import stamp
from db.errors import UsageError
from db.event_values import Value, dispute_of, slack_of
from db.kinds import packaged_kinds
from db.names import fold
from db.queries import FactRow, facts
from db.store import Row, Store

PERIOD_DAYS = 45  # two articles further apart tell of two contracts
YEARLY = frozenset({"revenue", "profit", "loss", "trade_volume"})  # one figure a year, told all year long
LEFT_OUT = frozenset(
    {"other", "price", "market_cap", "market_cap_change"}
)  # change daily, or mean nothing alone
#: Whose word weighs more when figures differ.
SOURCE_WEIGHT = {"government": 3, "agency": 2, "paper": 1, "trade": 1}
ELIGIBLE = (
    "f.state = 'live' AND f.review <> 'rejected' AND f.standing IN ('current', 'recalled')"
    " AND f.modality IN ('asserted', 'preliminary')"
)


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


def group_events(store: Store) -> dict[str, int]:
    """Group what changed since the last call; counts of events made, changed and in dispute."""
    begin = stamp()
    since = store.value("SELECT value FROM meta WHERE key = 'events_at'") or ""
    kinds = [
        k.name
        for k in packaged_kinds().values()
        if k.family in ("amount", "listing") and k.name not in LEFT_OUT
    ]
    marks = ", ".join("?" * len(kinds))
    party = (
        "(SELECT coalesce(p.company, '=' || p.name) FROM fact_parties p WHERE p.fact = f.id AND p.role IN"
        " ('company', 'b') ORDER BY p.role = 'b', p.ordinal LIMIT 1)"
    )
    touched = store.rows(
        f"SELECT DISTINCT f.kind, {party} AS party FROM facts f WHERE f.kind IN ({marks}) AND f.changed_at >= ?",
        (*kinds, since),
    )
    counts = {"made": 0, "changed": 0, "disputed": 0}
    for bucket in touched:
        if bucket["party"] is None:
            continue
        _group_bucket(store, bucket["kind"], bucket["party"], counts)
    with store.write() as connection:
        connection.execute("INSERT OR REPLACE INTO meta (key, value) VALUES ('events_at', ?)", (begin,))
    return counts


def _group_bucket(store: Store, kind: str, party: str, counts: dict[str, int]) -> None:
    condition = "p.name = ? AND p.company IS NULL" if party.startswith("=") else "p.company = ?"
    rows = store.rows(
        "SELECT f.*, coalesce(a.published, a.first_seen) AS at, coalesce('s' || a.story, 'a' || a.id) AS teller,"
        " s.kind AS source_kind, (SELECT group_concat(coalesce(q.company, q.name), ';') FROM fact_parties q"
        " WHERE q.fact = f.id AND q.role IN ('counterparty', 'a')) AS others"
        " FROM fact_parties p JOIN facts f ON f.id = p.fact JOIN articles a ON a.id = f.article"
        f" LEFT JOIN sources s ON s.id = a.source WHERE {condition} AND p.role IN ('company', 'b', 'member')"
        f" AND f.kind = ? AND {ELIGIBLE} GROUP BY f.id ORDER BY at, f.id",
        (party.removeprefix("="), kind),
    )
    groups = _listing_groups(rows) if kind == "listing" else _amount_groups(rows, kind)
    with store.write() as connection:
        _write_groups(store, connection, kind, party, rows, groups, counts)


def value_of(row: Row) -> Value | None:
    """The sum of a fact row, or None when it tells none."""
    amount = row["amount"] if row["amount"] is not None else row["high"]
    if amount is None or not row["currency"]:
        return None
    sums = {row["currency"]: amount}
    if row["conversion_amount"] is not None and row["conversion_currency"]:
        sums.setdefault(row["conversion_currency"], row["conversion_amount"])
    rates: frozenset[str] = frozenset()
    if row["usd"] is not None and "USD" not in sums:
        sums["USD"], rates = row["usd"], frozenset({"USD"})
    return Value(
        sums, slack_of(row["amount_text"], amount, bool(row["approx"])), row["low"], row["bound"], rates
    )


def _amount_groups(rows: list[Row], kind: str) -> list[tuple[list[Row], str | None]]:
    """Groups of rows with their dispute. Each row joins the first group it agrees with, else one it disputes."""
    groups: list[tuple[list[Row], list[Value], list[str]]] = []
    for row in rows:
        value = value_of(row)
        if value is None:
            continue
        near = [g for g in groups if _same_period(g[0][-1], row, kind) and _parties_fit(g[0], row)]
        home = next((g for g in near if any(v.agrees(value) for v in g[1])), None)
        if home is None:
            for group in near:
                clashes = [dispute_of(v, value) for v in group[1]]
                # one article that tells two sums tells of two things
                if any(clashes) and all(r["article"] != row["article"] for r in group[0]):
                    home = group
                    group[2].append(next(c for c in clashes if c))
                    break
        if home is None:
            home = ([], [], [])
            groups.append(home)
        home[0].append(row)
        home[1].append(value)
    return [(members, min(disputes, default=None)) for members, _, disputes in groups]


def _listing_groups(rows: list[Row]) -> list[tuple[list[Row], str | None]]:
    by_key: dict[tuple[str, str], list[Row]] = defaultdict(list)
    for row in rows:
        if row["list"] and row["action"] in ("add", "remove"):
            by_key[row["list"], row["action"]].append(row)
    found: list[tuple[list[Row], str | None]] = []
    for members in by_key.values():
        days = {row["as_of"] for row in members if row["as_of"] and len(row["as_of"]) == 10}
        # effective and publication date lie days apart; beyond a year it is another listing of the same company
        apart = bool(days) and 3 < (_day(max(days)) - _day(min(days))) < 400
        found.append((members, "date" if apart else None))
    return found


def _day(text: str) -> int:
    from datetime import date

    try:
        return date.fromisoformat(text[:10]).toordinal()
    except ValueError:
        return 0


def _same_period(one: Row, other: Row, kind: str) -> bool:
    if one["as_of"] and other["as_of"]:
        size = 4 if kind in YEARLY else min(7, len(one["as_of"]), len(other["as_of"]))
        return bool(one["as_of"][:size] == other["as_of"][:size])
    if kind in YEARLY:
        return bool(one["at"][:4] == other["at"][:4])
    return abs(_day(one["at"]) - _day(other["at"])) <= PERIOD_DAYS


def _parties_fit(group: list[Row], row: Row) -> bool:
    """False when both sides name counterparties and none is common: those are two deals."""
    mine = {fold(name) for name in (row["others"] or "").split(";") if name}
    theirs = {fold(name) for member in group for name in (member["others"] or "").split(";") if name}
    return not mine or not theirs or bool(mine & theirs)


def _best(members: list[Row]) -> tuple[str, str]:
    """The fact that is believed, and why."""
    tellers: dict[float, set[str]] = defaultdict(set)
    for row in members:
        tellers[row["amount"] or row["high"] or 0.0].add(row["teller"])

    def rank(row: Row) -> tuple[Any, ...]:
        return (
            row["review"] in ("confirmed", "corrected"),
            len(tellers[row["amount"] or row["high"] or 0.0]),
            SOURCE_WEIGHT.get(row["source_kind"] or "", 0),
            not row["approx"],
            row["confidence"],
            row["id"],
        )

    best = max(members, key=rank)
    stories = len({row["teller"] for row in members})
    mine = len(tellers[best["amount"] or best["high"] or 0.0])
    if best["review"] != "auto":
        return best["id"], f"{best['review']} by a person"
    if mine > 1:
        return best["id"], f"told by {mine} of {stories} independent stories"
    if SOURCE_WEIGHT.get(best["source_kind"] or "", 0) > 1:
        return best["id"], f"told by a {best['source_kind']}"
    return best["id"], "the exactest and most certain of the figures"


def _write_groups(
    store: Store,
    connection: Any,
    kind: str,
    party: str,
    rows: list[Row],
    groups: list[tuple[list[Row], str | None]],
    counts: dict[str, int],
) -> None:
    wanted: dict[str, int] = {}
    for members, dispute in groups:
        stories = {row["teller"] for row in members}
        if len(stories) < 2:
            continue
        old = sorted({row["event"] for row in members if row["event"] is not None} - set(wanted.values()))
        values = [row["amount"] if row["amount"] is not None else row["high"] for row in members]
        told = [value for value in values if value is not None]
        currencies = {row["currency"] for row in members if row["currency"]}
        best, reason = _best(members)
        columns: dict[str, Any] = {
            "sources": len(stories),
            "low": min(told, default=None),
            "high": max(told, default=None),
            "currency": currencies.pop() if len(currencies) == 1 else None,
        }
        if old:
            event = old[0]
            stored = store.row("SELECT * FROM events WHERE id = ?", (event,))
            assert stored is not None
            if stored["settled_at"] is None or not (stored["best_reason"] or "").startswith("settled"):
                columns |= {
                    "best": best,
                    "best_reason": reason,
                    "disputed": int(dispute is not None),
                    "dispute": dispute,
                }
                columns["settled_at"] = (
                    stamp() if stored["disputed"] and dispute is None else stored["settled_at"]
                )
            if any(stored[name] != value for name, value in columns.items()):
                sets = ", ".join(f"{name} = ?" for name in columns)
                connection.execute(f"UPDATE events SET {sets} WHERE id = ?", (*columns.values(), event))
                counts["changed"] += 1
        else:
            key = hashlib.sha256(f"{kind}|{party}|{members[0]['id']}".encode()).hexdigest()[:16]
            columns |= {
                "kind": kind, "company": None if party.startswith("=") else party, "key": key, "best": best,
                "best_reason": reason, "disputed": int(dispute is not None), "dispute": dispute, "made_at": stamp(),
            }  # fmt: skip
            names = ", ".join(columns)
            cursor = connection.execute(
                f"INSERT INTO events ({names}) VALUES ({', '.join('?' * len(columns))})"
                " ON CONFLICT (key) DO UPDATE SET disputed = excluded.disputed, dispute = excluded.dispute RETURNING id",
                tuple(columns.values()),
            )
            event = cursor.fetchone()[0]
            counts["made"] += 1
        counts["disputed"] += dispute is not None
        wanted |= {row["id"]: event for row in members}
    for row in rows:
        if row["event"] != wanted.get(row["id"]):
            connection.execute("UPDATE facts SET event = ? WHERE id = ?", (wanted.get(row["id"]), row["id"]))
    gone = {row["event"] for row in rows if row["event"] is not None} - set(wanted.values())
    for event in gone:
        if connection.execute("SELECT 1 FROM facts WHERE event = ? LIMIT 1", (event,)).fetchone() is None:
            connection.execute("DELETE FROM events WHERE id = ?", (event,))


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
