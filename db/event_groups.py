"""Facts of several articles that say the same thing, and where they disagree.

Facts of one kind about one company within a period are compared pairwise: sums that are equal within rounding,
or as the articles convert them, are one event; sums that differ the way mistakes do (a factor of 1,000, the
wrong currency, up to two fifths apart) are one event with a dispute; all else are different things. Listings are
one event by company, list and action; articles that give different dates for it are in dispute.
"""

import hashlib
from collections import defaultdict
from dataclasses import dataclass
from typing import Any

from db.clock import stamp
from db.event_values import Value, dispute_of, slack_of
from db.kinds import packaged_kinds
from db.names import fold
from db.store import Row, Store

PERIOD_DAYS = 45  # two articles further apart tell of two contracts
YEARLY = frozenset({"revenue", "profit", "loss", "trade_volume"})  # one figure a year, told all year long
LEFT_OUT = frozenset(
    {"other", "price", "market_cap", "market_cap_change"}
)  # change daily, or mean nothing alone
#: Kinds that tell one deal from its two sides: "won a contract worth" and "ordered machines worth".
TOGETHER = {"contract": ("contract", "purchases")}
#: Whose word weighs more when figures differ.
SOURCE_WEIGHT = {"government": 3, "agency": 2, "paper": 1, "trade": 1}
SOURCE_WORDS = {"government": "an official body", "agency": "a news agency"}
ELIGIBLE = (
    "f.state = 'live' AND f.review <> 'rejected' AND f.standing NOT IN ('denied', 'superseded')"
    " AND f.modality IN ('asserted', 'preliminary')"
    # a sentence that is cut off stands in a teaser, under the date of another page
    " AND NOT EXISTS (SELECT 1 FROM texts t WHERE t.id = f.text AND (substr(t.body, f.\"end\", 1) = '…'"
    " OR substr(t.body, f.\"end\" - 2, 3) = '...'))"
)
#: Parties by which facts are brought together: papers differ on who is the seller and who the buyer.
ROLES = "'company', 'b', 'a', 'counterparty', 'joint'"
PARTY = "coalesce(p.company, '=' || p.name)"
BATCH = 200  # groups a transaction


def group_events(store: Store) -> dict[str, int]:
    """Group what changed since the last call; counts of events made, changed and in dispute."""
    begin, last = stamp(), store.value("SELECT coalesce(max(n), 0) FROM facts")
    since = store.value("SELECT value FROM meta WHERE key = 'events_at'") or ""
    known = int(store.value("SELECT value FROM meta WHERE key = 'events_n'") or 0)
    kinds = [
        k.name
        for k in packaged_kinds().values()
        if k.family in ("amount", "listing") and k.name not in LEFT_OUT and not _is_side(k.name)
    ]
    counts = {"made": 0, "changed": 0, "disputed": 0}
    for kind in kinds:
        touched = {
            row["party"]
            for row in store.rows(
                f"SELECT DISTINCT {PARTY} AS party FROM facts f JOIN fact_parties p ON p.fact_n = f.n"
                f" WHERE f.kind IN ({_marks(kind)}) AND (f.changed >= ? OR f.n > ?) AND p.role IN ({ROLES})",
                (*_sides(kind), since, known),
            )
        }
        if touched:
            _group_kind(store, kind, touched, counts)
    with store.write() as connection:
        connection.executemany(
            "INSERT OR REPLACE INTO meta (key, value) VALUES (?, ?)",
            [("events_at", begin), ("events_n", str(last))],
        )
    return counts


def _sides(kind: str) -> tuple[str, ...]:
    return TOGETHER.get(kind, (kind,))


def _is_side(kind: str) -> bool:
    """True for a kind that is grouped under another one's name."""
    return any(kind in sides and kind != head for head, sides in TOGETHER.items())


def _marks(kind: str) -> str:
    return ", ".join("?" * len(_sides(kind)))


@dataclass(slots=True)
class _Group:
    """Rows that tell the same, the party they were brought together by, and how they differ."""

    party: str
    rows: list[Row]
    dispute: str | None


def _group_kind(store: Store, kind: str, touched: set[str], counts: dict[str, int]) -> None:
    groups: dict[str, _Group] = {}  # fact -> its group
    alone: dict[str, int] = {}  # fact -> event it may no longer be part of
    for party in sorted(touched):
        rows = _rows_of(store, kind, party)
        for row in rows:
            if row["event"] is not None and all(name in touched for name in row["parties"].split("\x1f")):
                alone[row["id"]] = row["event"]
        found = _listing_groups(rows) if kind == "listing" else _amount_groups(rows, kind)
        for members, dispute in found:
            if len({row["teller"] for row in members}) > 1:
                _merge(groups, _Group(party, members, dispute))
    wanted = list({id(group): group for group in groups.values()}.values())
    for at in range(0, len(wanted), BATCH):
        with store.write() as connection:
            for group in wanted[at : at + BATCH]:
                _write_group(store, connection, kind, group, counts)
    with store.write() as connection:
        for fact, event in alone.items():
            if fact not in groups:
                connection.execute("UPDATE facts SET event = NULL WHERE id = ?", (fact,))
            if connection.execute("SELECT 1 FROM facts WHERE event = ? LIMIT 1", (event,)).fetchone() is None:
                connection.execute("DELETE FROM events WHERE id = ?", (event,))


def _merge(groups: dict[str, _Group], group: _Group) -> None:
    """Join `group` with those that share a fact with it; the largest gives its party."""
    for other in {id(g): g for row in group.rows if (g := groups.get(row["id"]))}.values():
        large, small = (group, other) if len(group.rows) > len(other.rows) else (other, group)
        known = {row["id"] for row in large.rows}
        rows = large.rows + [row for row in small.rows if row["id"] not in known]
        group = _Group(
            large.party, sorted(rows, key=lambda r: (r["at"], r["id"])), large.dispute or small.dispute
        )
    for row in group.rows:
        groups[row["id"]] = group


def _rows_of(store: Store, kind: str, party: str) -> list[Row]:
    """Facts of a kind in which `party` has a part, oldest first."""
    condition = "p.name = ? AND p.company IS NULL" if party.startswith("=") else "p.company = ?"
    name = party.removeprefix("=")
    others = PARTY.replace("p.", "q.")
    return store.rows(
        "SELECT f.id, f.kind, f.article, f.event, f.amount, f.amount_text, f.low, f.high, f.currency, f.conversion_amount,"
        " f.conversion_currency, f.usd, f.approx, f.bound, f.as_of, f.list, f.action, f.count, f.confidence, f.review,"
        " coalesce(a.published, a.first_seen) AS at, coalesce('s' || a.story, 'a' || a.id) AS teller,"
        f" s.kind AS source_kind, (SELECT group_concat({others}, char(31)) FROM fact_parties q WHERE q.fact_n = f.n"
        f" AND q.role IN ({ROLES})) AS parties, ? AS party"
        " FROM fact_parties p JOIN facts f ON f.n = p.fact_n JOIN articles a ON a.id = f.article"
        f" LEFT JOIN sources s ON s.id = a.source WHERE {condition} AND p.role IN ({ROLES})"
        f" AND f.kind IN ({_marks(kind)}) AND {ELIGIBLE} GROUP BY f.id ORDER BY at, f.id",
        (party, name, *_sides(kind)),
    )


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
        # "16 other organisations" are another sixteen each time
        if row["list"] and row["action"] in ("add", "remove") and row["count"] is None:
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
    """False when both sides name another party and none is common: those are two deals."""
    mine = _others(row)
    theirs = {name for member in group for name in _others(member)}
    return not mine or not theirs or bool(mine & theirs)


def _others(row: Row) -> set[str]:
    return {fold(name) for name in row["parties"].split("\x1f") if name != row["party"]}


def _told(row: Row) -> Any:
    """What the row says: its sum, or for a listing its date."""
    return row["as_of"] if row["list"] else row["amount"] if row["amount"] is not None else row["high"]


def _best(members: list[Row]) -> tuple[str, str]:
    """The fact that is believed, and why."""
    tellers: dict[Any, set[str]] = defaultdict(set)
    for row in members:
        tellers[_told(row)].add(row["teller"])

    def rank(row: Row) -> tuple[Any, ...]:
        return (
            row["review"] in ("confirmed", "corrected"),
            _told(row) is not None,
            len(tellers[_told(row)]),
            SOURCE_WEIGHT.get(row["source_kind"] or "", 0),
            not row["approx"],
            row["confidence"],
            row["id"],
        )

    best = max(members, key=rank)
    stories = len({row["teller"] for row in members})
    mine = len(tellers[_told(best)])
    if best["review"] != "auto":
        return best["id"], f"{best['review']} by a person"
    if mine > 1:
        return best["id"], f"told by {mine} of {stories} independent stories"
    if SOURCE_WEIGHT.get(best["source_kind"] or "", 0) > 1:
        return best["id"], f"told by {SOURCE_WORDS[best['source_kind']]}"
    return best["id"], "the most exact and most certain of the figures"


def _write_group(store: Store, connection: Any, kind: str, group: _Group, counts: dict[str, int]) -> None:
    told = [value for row in group.rows if not row["list"] and (value := _told(row)) is not None]
    currencies = {row["currency"] for row in group.rows if row["currency"]}
    told_as = {row["kind"] for row in group.rows}
    kind = told_as.pop() if len(told_as) == 1 else kind
    best, reason = _best(group.rows)
    columns: dict[str, Any] = {
        "sources": len({row["teller"] for row in group.rows}),
        "low": min(told, default=None),
        "high": max(told, default=None),
        "currency": currencies.pop() if len(currencies) == 1 else None,
    }
    judged = {
        "best": best,
        "best_reason": reason,
        "disputed": int(group.dispute is not None),
        "dispute": group.dispute,
    }
    old = min((row["event"] for row in group.rows if row["event"] is not None), default=None)
    stored = None if old is None else store.row("SELECT * FROM events WHERE id = ?", (old,))
    if stored is not None:
        event = stored["id"]
        if not (stored["settled_at"] and (stored["best_reason"] or "").startswith("settled")):
            ended = stored["disputed"] and group.dispute is None
            columns |= judged | {"settled_at": stamp() if ended else stored["settled_at"]}
        if any(stored[name] != value for name, value in columns.items()):
            sets = ", ".join(f"{name} = ?" for name in columns)
            connection.execute(f"UPDATE events SET {sets} WHERE id = ?", (*columns.values(), event))
            counts["changed"] += 1
    else:
        key = hashlib.sha256(f"{kind}|{group.party}|{group.rows[0]['id']}".encode()).hexdigest()[:16]
        company = None if group.party.startswith("=") else group.party
        columns |= judged | {"kind": kind, "company": company, "key": key, "made_at": stamp()}
        connection.execute(
            "DELETE FROM events WHERE key = ? AND NOT EXISTS (SELECT 1 FROM facts WHERE event = events.id)",
            (key,),
        )
        names = ", ".join(columns)
        event = connection.execute(
            f"INSERT INTO events ({names}) VALUES ({', '.join('?' * len(columns))})"
            " ON CONFLICT (key) DO UPDATE SET disputed = excluded.disputed, dispute = excluded.dispute RETURNING id",
            tuple(columns.values()),
        ).fetchone()[0]
        counts["made"] += 1
    counts["disputed"] += group.dispute is not None
    for row in group.rows:
        if row["event"] != event:
            connection.execute("UPDATE facts SET event = ? WHERE id = ?", (event, row["id"]))
