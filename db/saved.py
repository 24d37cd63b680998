"""Saved searches, watched companies, and alerts: each new hit is told once.

What counts as new is what the store first saw after the search was saved or the company watched. A hit is not
told again after re-extraction, a change of its text, or in a copy of the same story.
"""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from db.clock import stamp
from db.companies import find_companies, record_ids
from db.errors import UsageError
from db.queries import FactRow, facts
from db.query_compile import Compiler
from db.query_language import parse
from db.store import Row, Store

FACT_FILTERS = frozenset({
    "kind", "company", "min_amount", "max_amount", "currency", "modality", "standing", "list", "action", "source",
    "speaker", "about", "cue", "min_confidence", "everything",
})  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class SavedSearch:
    """A search (query text) or fact filter (arguments of `db.queries.facts`) that somebody kept."""

    id: int
    name: str
    kind: str  #: search, facts
    query: str  #: query text, or JSON of the filter
    alert: bool
    made_at: str
    last_run: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Alert:
    """One hit, told once."""

    id: int
    kind: str  #: search, watch, list, dispute, health, job
    subject: str
    hit: str
    at: str
    text: str
    sent_at: str | None
    read_at: str | None


def save_search(store: Store, name: str, query: str | dict[str, Any], *, alert: bool = False) -> SavedSearch:
    """Keep a query text, or a filter of facts given as a dict, under `name`; an old one of the name is replaced.

    Raises:
        UsageError: no name, or a filter that `facts` does not know.
    """
    if not name.strip():
        raise UsageError("a saved search needs a name")
    kind, text = "search", query
    if isinstance(query, dict):
        unknown = query.keys() - FACT_FILTERS
        if unknown:
            raise UsageError(f"a filter of facts has no {', '.join(sorted(unknown))}")
        facts(store, **query, limit=1)  # odd values are told now, not in the night
        kind, text = "facts", json.dumps(query, ensure_ascii=False, sort_keys=True)
    with store.write() as connection:
        connection.execute(
            "INSERT INTO saved_searches (name, kind, query, alert, made_at) VALUES (?, ?, ?, ?, ?)"
            " ON CONFLICT (name) DO UPDATE SET kind = excluded.kind, query = excluded.query, alert = excluded.alert",
            (name.strip(), kind, text, int(alert), stamp()),
        )
    return next(saved for saved in saved_searches(store) if saved.name == name.strip())


def saved_searches(store: Store) -> list[SavedSearch]:
    """All of them, by name."""
    rows = store.rows("SELECT * FROM saved_searches ORDER BY name")
    return [SavedSearch(**row | {"alert": bool(row["alert"])}) for row in rows]


def remove_search(store: Store, name: str) -> bool:
    """False when there is none of that name. Its alerts go with it."""
    with store.write() as connection:
        connection.execute("DELETE FROM alerts WHERE kind = 'search' AND subject = ?", (name,))
        return bool(connection.execute("DELETE FROM saved_searches WHERE name = ?", (name,)).rowcount)


def watch(store: Store, name: str, *, by: str = "", note: str | None = None) -> str:
    """Watch the company that `name` means; its id.

    Raises:
        UsageError: no record, or several.
    """
    found = find_companies(store, name)
    if len(found) != 1:
        which = ", ".join(f"{c.name} [{c.id}]" for c in found)
        raise UsageError(f"{name!r} means {'several records: ' + which if found else 'no company record'}")
    with store.write() as connection:
        connection.execute(
            "INSERT OR IGNORE INTO watches (company, by, at, note) VALUES (?, ?, ?, ?)",
            (found[0].id, by, stamp(), note),
        )
    return found[0].id


def unwatch(store: Store, name: str) -> bool:
    """False when the company was not watched."""
    ids = record_ids(store, name)
    with store.write() as connection:
        marks = ", ".join("?" * len(ids))
        return bool(connection.execute(f"DELETE FROM watches WHERE company IN ({marks})", ids).rowcount)


def watches(store: Store) -> list[Row]:
    """Watched companies with who, since when and why."""
    return store.rows(
        "SELECT w.company, c.name, w.by, w.at, w.note FROM watches w JOIN companies c ON c.id = w.company ORDER BY c.name"
    )


def find_alerts(store: Store) -> list[Alert]:
    """Look through every saved search with alert and every watched company; the alerts that are new."""
    last = store.value("SELECT coalesce(max(id), 0) FROM alerts")
    for search in saved_searches(store):
        if search.alert:
            rows = _search_hits(store, search) if search.kind == "search" else _fact_hits(store, search)
            tell(store, "search", search.name, rows)
            with store.write() as connection:
                connection.execute(
                    "UPDATE saved_searches SET last_run = ? WHERE id = ?", (stamp(), search.id)
                )
    for row in watches(store):
        tell(store, "watch", row["company"], _watch_hits(store, row))
        tell(store, "list", row["company"], _list_hits(store, row))
        tell(store, "dispute", row["company"], _dispute_hits(store, row))
    return alerts(store, after=last)


def alerts(
    store: Store, *, unread: bool = False, unsent: bool = False, after: int = 0, limit: int = 500
) -> list[Alert]:
    """Alerts, oldest first."""
    rows = store.rows(
        f"SELECT * FROM alerts WHERE id > ? {'AND read_at IS NULL' if unread else ''}"
        f" {'AND sent_at IS NULL' if unsent else ''} ORDER BY id LIMIT ?",
        (after, limit),
    )
    return [Alert(**row) for row in rows]


def mark(store: Store, ids: Iterable[int], *, read: bool = False, sent: bool = False) -> None:
    """Remember that alerts were read, or sent."""
    for name, wanted in (("read_at", read), ("sent_at", sent)):
        if wanted:
            with store.write() as connection:
                connection.executemany(
                    f"UPDATE alerts SET {name} = ? WHERE id = ? AND {name} IS NULL",
                    [(stamp(), i) for i in ids],
                )


def tell(store: Store, kind: str, subject: str, hits: list[tuple[str, str]]) -> None:
    """Write down `hits` (what, in words) as alerts; one that was told before is not told again."""
    if hits:
        with store.write() as connection:
            connection.executemany(
                "INSERT OR IGNORE INTO alerts (kind, subject, hit, at, text) VALUES (?, ?, ?, ?, ?)",
                [(kind, subject, hit, stamp(), text) for hit, text in hits],
            )


def _search_hits(store: Store, search: SavedSearch) -> list[tuple[str, str]]:
    """New articles that the query finds: one of each story, and none of a story that was told."""
    query = parse(search.query)
    if query.node is None and search.query.strip():
        return []
    plan = Compiler(store).compile(query.node)
    plan.conditions.append(
        ("(a.first_seen >= ? OR EXISTS (SELECT 1 FROM texts t WHERE t.id = a.text AND t.made_at >= ? AND t.version > 1))",
         (search.made_at, search.made_at))
    )  # fmt: skip
    source, parameters = plan.source()
    rows = store.rows(f"SELECT a.id, a.title, a.source, a.story FROM {source} ORDER BY a.id", parameters)
    told = store.rows(
        "SELECT x.hit, a.story FROM alerts x LEFT JOIN articles a ON a.id = CAST(x.hit AS INTEGER)"
        " WHERE x.kind = 'search' AND x.subject = ?",
        (search.name,),
    )
    hits, stories = {row["hit"] for row in told}, {row["story"] for row in told} - {None}
    found = []
    for row in rows:
        if str(row["id"]) in hits or row["story"] in stories:
            continue
        if row["story"] is not None:
            stories.add(row["story"])
        found.append((str(row["id"]), f"{row['title']} ({row['source'] or 'no source'})"))
    return found


def _fact_hits(store: Store, search: SavedSearch) -> list[tuple[str, str]]:
    rows = facts(store, **json.loads(search.query), sort="oldest", limit=None)
    return _untold(store, "search", search.name, [row for row in rows if row.first_seen >= search.made_at])


def _watch_hits(store: Store, row: Row) -> list[tuple[str, str]]:
    found = facts(store, company=row["company"], sort="oldest", limit=None)
    return _untold(store, "watch", row["company"], [f for f in found if f.first_seen >= row["at"]])


def _untold(store: Store, kind: str, subject: str, rows: list[FactRow]) -> list[tuple[str, str]]:
    """Facts without those that were told in other words: same values in the same article, or a copy of the sentence."""
    if not rows:
        return []
    told = store.rows(
        "SELECT f.article, f.loose, f.twin, a.story FROM alerts x JOIN facts f ON f.id = x.hit"
        " JOIN articles a ON a.id = f.article WHERE x.kind = ? AND x.subject = ?",
        (kind, subject),
    )
    loose = {(row["article"], row["loose"]) for row in told}
    copies = {(row["story"], row["twin"]) for row in told if row["story"] is not None}
    keys = {
        row["id"]: row
        for at in range(0, len(rows), 500)
        for row in store.rows(
            f"SELECT id, loose, twin FROM facts WHERE id IN ({', '.join('?' * len(rows[at : at + 500]))})",
            [fact.id for fact in rows[at : at + 500]],
        )
    }
    found = []
    for fact in rows:
        key = keys[fact.id]
        if (fact.article, key["loose"]) in loose or (fact.story, key["twin"]) in copies:
            continue
        loose.add((fact.article, key["loose"]))
        if fact.story is not None:
            copies.add((fact.story, key["twin"]))
        found.append((fact.id, f"{fact.kind}: {fact.sentence} ({fact.source or 'no source'})"))
    return found


def _list_hits(store: Store, row: Row) -> list[tuple[str, str]]:
    rows = store.rows(
        "SELECT e.id, coalesce(l.name, e.list) AS list, e.action, e.effective_date, e.citation, e.confidence"
        " FROM list_entries e LEFT JOIN lists l ON l.id = e.list WHERE e.company = ?"
        " AND coalesce(e.retrieved_at, e.published_date, e.effective_date) >= ?",
        (row["company"], row["at"]),
    )
    return [
        (
            e["id"],
            f"{row['name']}: {e['list']} {e['action']} {e['effective_date'] or ''} ({e['citation'] or 'no citation'})"
            + ("" if e["confidence"] == "high" else " reported, not confirmed"),
        )
        for e in rows
    ]


def _dispute_hits(store: Store, row: Row) -> list[tuple[str, str]]:
    rows = store.rows(
        "SELECT id, kind, dispute FROM events WHERE disputed = 1 AND settled_at IS NULL AND company = ? AND made_at >= ?",
        (row["company"], row["at"]),
    )
    return [(str(e["id"]), f"{row['name']}: sources differ on a {e['kind']} ({e['dispute']})") for e in rows]
