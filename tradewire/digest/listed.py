"""The first section: who was put on, taken off, or may be put on which list.

An event that was told before the week, or that the official list dates well before it, is no change, however an
article words it: a wrong "was added this week" is the gravest error of an issue.
"""

import datetime as dt
from typing import Any

from db.store import Row, Store
from db.views import CONFIDENCE_BAR
from nlp.names import key
from tradewire.digest.lines import GOOD, days_apart, line, once
from tradewire.digest.scope import Scope
from tradewire.digest.window import is_past

NEAR_DAYS = 60  # an official entry this near is the event that the article tells
SAME_ACT_DAYS = 3  # "12 entities" and "11 others" told this near are one act
OPPOSITE = {"add": "remove", "remove": "add"}


def listings(store: Store, scope: Scope, action: str) -> list[dict[str, Any]]:
    """Lines of one action, list by list, the largest first; a group before the names."""
    rows = store.rows(
        f"SELECT v.*, l.name AS list_name FROM listings v LEFT JOIN lists l ON l.id = v.list"
        f" WHERE {scope.facts()} AND v.standing = 'current' AND v.action = :action"
        " ORDER BY v.confidence DESC, v.published, v.id",
        scope.values | {"action": action},
    )
    if action == "remove":
        rows += suspended(store, scope)
    rows = [
        row for row in rows if not is_past(row["as_of"], scope.window) and not old_news(store, row, scope)
    ]
    for row in rows:
        row["key"] = key(row["company"] or "")
    named = once([row for row in rows if (row["count"] or 0) < 2], "key", "list", "action")
    groups = fold_groups([row for row in rows if (row["count"] or 0) >= 2], named)
    sizes: dict[str, int] = {}
    for row in named:
        sizes[row["list"]] = sizes.get(row["list"], 0) + 1
    for row in groups:
        sizes[row["list"]] = max(sizes.get(row["list"], 0), row["count"])
    ordered = sorted(groups + named, key=lambda r: (-sizes[r["list"]], r["list"] or "", -(r["count"] or 1)))
    return [
        line(store, row, scope)
        | {
            "company": row["company"],
            "company_id": row["company_id"],
            "list": row["list_name"] or row["list_text"] or row["list"],
            "action": row["action"],
            "standing": row["standing"],
            "authority": row["authority"],
            "effective": row["as_of"],
            "count": row["count"],
            "parts": row.get("parts", []),
            "reason": row["reason"],
            "official": official(store, row, scope),
        }
        for row in ordered
    ]


def suspended(store: Store, scope: Scope) -> list[Row]:
    """Listings that were suspended in the window: the party is off the list for a while."""
    return store.rows(
        "SELECT v.*, l.name AS list_name FROM all_listings v LEFT JOIN lists l ON l.id = v.list"
        f" WHERE {scope.facts()} AND v.state = 'live' AND v.modality = 'asserted' AND v.standing = 'suspended'"
        f" AND v.action = 'add' AND v.confidence >= {CONFIDENCE_BAR} AND v.review <> 'rejected'"
        " ORDER BY v.confidence DESC, v.published, v.id",
        scope.values,
    )


def old_news(store: Store, row: Row, scope: Scope) -> bool:
    """True when articles before the window, or the official list, have the party already where `row` puts it."""
    if row["action"] not in OPPOSITE or (row["count"] or 0) >= 2 or row["standing"] != "current":
        return False
    before = (scope.window.first_day - dt.timedelta(days=SAME_ACT_DAYS)).isoformat()
    last: list[tuple[str, str]] = []
    if row["company_id"]:
        entry = store.row(
            "SELECT action, effective_date FROM list_entries WHERE company = ? AND list = ? AND action IN ('add',"
            " 'remove', 'listed') AND effective_date < ? ORDER BY effective_date DESC, id LIMIT 1",
            (row["company_id"], row["list"], before),
        )
        if entry:
            last.append((entry["effective_date"], "add" if entry["action"] == "listed" else entry["action"]))
    party, who = ("p.company", row["company_id"]) if row["company_id"] else ("p.name", row["company"])
    told = store.row(
        "SELECT f.action, coalesce(CASE WHEN length(f.as_of) = 10 THEN f.as_of END, substr(a.published, 1, 10)) AS day"
        f" FROM fact_parties p JOIN facts f ON f.n = p.fact_n JOIN articles a ON a.id = f.article WHERE {party} = :who"
        f" AND p.role = 'company' AND f.kind = 'listing' AND f.list = :list AND f.action IN ('add', 'remove') AND {GOOD}"
        f" AND f.standing IN ('current', 'recalled') AND f.id <> :own AND {scope.before()} AND a.published < :published"
        " AND day < :first_day ORDER BY day DESC, f.id LIMIT 1",
        scope.values
        | {"who": who, "list": row["list"], "own": row["id"], "published": row["published"] or ""},
    )
    if told:
        last.append((told["day"], told["action"]))
    return bool(last) and max(last)[1] == row["action"]


def fold_groups(rows: list[Row], named: list[Row]) -> list[Row]:
    """One line for each act: the largest group told of it, the others as its `parts`; none that the names tell whole."""
    kept: list[Row] = []
    for row in sorted(rows, key=lambda r: (-r["count"], r["published"] or "", r["id"])):
        home = next(
            (
                one
                for one in kept
                if (one["list"], one["action"]) == (row["list"], row["action"])
                and days_apart((one["published"] or "")[:10], row["published"]) <= SAME_ACT_DAYS + 2
            ),
            None,
        )
        if home is None:
            alone = [n for n in named if (n["list"], n["action"]) == (row["list"], row["action"])]
            if row["count"] > len(alone):
                kept.append(row | {"parts": []})
        elif row["count"] < home["count"] and row["company"] not in home["parts"]:
            home["parts"].append(row["company"])
    return kept


def official(store: Store, row: Row, scope: Scope) -> dict[str, Any] | None:
    """The entry of the official list that this report speaks of, with citation; None where we hold none."""
    if row["company_id"] is None or row["action"] not in OPPOSITE:
        return None
    entries = store.rows(
        "SELECT effective_date, citation, source_url, confidence FROM list_entries"
        " WHERE company = ? AND list = ? AND action = ? ORDER BY effective_date DESC, id",
        (row["company_id"], row["list"], row["action"]),
    )
    day = row["as_of"] if len(row["as_of"] or "") == 10 else (row["published"] or "")[:10]
    return next((e for e in entries if days_apart(e["effective_date"], day) <= NEAR_DAYS), None)


def official_changes(store: Store, scope: Scope) -> list[dict[str, Any]]:
    """Entries of official lists that took effect, or were published, in the window."""
    first, after = scope.values["first_day"], scope.values["after_day"]
    parties, values = "", []
    if scope.topic.key.startswith("company:"):
        parties, values = " AND e.company = ?", [scope.topic.key.removeprefix("company:")]
    elif scope.topic.key:
        return []
    rows = store.rows(
        "SELECT e.id, e.list, coalesce(l.name, e.list) AS list_name, e.company AS company_id, e.name AS company, e.action,"
        " e.effective_date AS effective, e.citation, e.source_url, e.confidence FROM list_entries e"
        " LEFT JOIN lists l ON l.id = e.list WHERE e.action IN ('add', 'remove')"
        " AND ((e.effective_date >= ? AND e.effective_date < ?) OR (e.published_date >= ? AND e.published_date < ?))"
        f"{parties} ORDER BY e.list, e.action, e.effective_date, e.name, e.id",
        [first, after, first, after, *values],
    )
    return [
        {name: value for name, value in row.items() if name != "list"} | {"list": row["list_name"]}
        for row in rows
    ]
