"""The first section: who was put on, taken off, or may be put on which list.

An event that was told before the week, or that the official list dates well before it, is no change, however an
article words it: a wrong "was added this week" is the gravest error of an issue.
"""

import datetime as dt
import json
from typing import Any

from db.store import Row, Store
from db.views import CONFIDENCE_BAR
from nlp.names import key
from tradewire.digest.lines import GOOD, SPINE, days_apart, line, once
from tradewire.digest.scope import Scope
from tradewire.digest.window import is_past

NEAR_DAYS = 60  # an official entry this near is the event that the article tells
SAME_ACT_DAYS = 3  # "12 entities" and "11 others" told this near are one act
COLUMNS = f"{SPINE}, v.company, v.company_id, v.list, v.list_text, v.action, v.authority, v.count, v.reason, l.name AS list_name"
OPPOSITE = {"add": "remove", "remove": "add"}


def listings(store: Store, scope: Scope, action: str) -> list[dict[str, Any]]:
    """Lines of one action, list by list, the largest first; a group before the names."""
    rows = store.rows(
        f"SELECT {COLUMNS} FROM listings v LEFT JOIN lists l ON l.id = v.list"
        f" WHERE {scope.facts()} AND v.standing = 'current' AND v.action = :action"
        " ORDER BY v.confidence DESC, v.published, v.id",
        scope.values | {"action": action},
    )
    if action == "remove":
        rows += suspended(store, scope)
    rows = [row for row in rows if not is_past(row["as_of"], scope.window)]
    entries = official_entries(store, rows)
    old = old_news(store, rows, entries, scope)
    rows = [row for row in rows if row["id"] not in old]
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
        line(row, scope)
        | {
            "company": row["company"],
            "company_id": row["company_id"],
            "list": row["list_name"] or row["list_text"] or row["list"],
            "action": row["action"],
            "standing": f"to be {row['standing']}" if row.get("modality") == "planned" else row["standing"],
            "authority": row["authority"],
            "effective": row["as_of"],
            "count": row["count"],
            "parts": row.get("parts", []),
            "reason": row["reason"],
            "official": official(row, entries),
        }
        for row in ordered
    ]


def suspended(store: Store, scope: Scope) -> list[Row]:
    """Listings that were suspended in the window, or that it was said would be: the party is off for a while."""
    return store.rows(
        f"SELECT {COLUMNS}, v.modality FROM all_listings v LEFT JOIN lists l ON l.id = v.list"
        f" WHERE {scope.facts()} AND v.state = 'live' AND v.modality IN ('asserted', 'planned')"
        " AND v.standing = 'suspended' AND v.action IN ('add', 'remove')"
        f" AND v.confidence >= {CONFIDENCE_BAR} AND v.review <> 'rejected'"
        " ORDER BY v.modality, v.confidence DESC, v.published, v.id",
        scope.values,
    )


def official_entries(store: Store, rows: list[Row]) -> dict[tuple[str, str], list[Row]]:
    """(record, list) -> entries of the official list, newest first, for the parties of `rows`."""
    parties = sorted({row["company_id"] for row in rows if row["company_id"] and row["action"] in OPPOSITE})
    found: dict[tuple[str, str], list[Row]] = {}
    for entry in store.rows(
        "SELECT company, list, action, effective_date, citation, source_url, confidence FROM list_entries"
        " WHERE company IN (SELECT value FROM json_each(?)) AND action IN ('add', 'remove', 'listed')"
        " ORDER BY effective_date DESC, id",
        (json.dumps(parties),),
    ):
        found.setdefault((entry["company"], entry["list"]), []).append(entry)
    return found


def old_news(
    store: Store, rows: list[Row], entries: dict[tuple[str, str], list[Row]], scope: Scope
) -> set[str]:
    """Facts among `rows` whose party articles before the window, or the official list, have already where it is put."""
    asked = [
        row
        for row in rows
        if row["action"] in OPPOSITE and (row["count"] or 0) < 2 and row["standing"] == "current"
    ]
    before = (scope.window.first_day - dt.timedelta(days=SAME_ACT_DAYS)).isoformat()
    wanted = [[_party(row), row["list"] or "", row["id"], row["published"] or ""] for row in asked]
    last_told = {
        row["place"]: (row["day"], row["action"])
        for row in store.rows(
            "SELECT w.key AS place, o.action AS action, coalesce(CASE WHEN length(o.as_of) = 10 THEN o.as_of END,"
            " substr(b.published, 1, 10)) AS day FROM json_each(:wanted) w CROSS JOIN facts o ON o.n ="
            " (SELECT f.n FROM party_history x CROSS JOIN facts f ON f.n = x.fact_n CROSS JOIN articles a ON a.id = f.article"
            " WHERE x.party = json_extract(w.value, '$[0]') AND x.what = json_extract(w.value, '$[1]')"
            " AND x.day < :first_day AND f.id <> json_extract(w.value, '$[2]') AND a.published < json_extract(w.value, '$[3]')"
            f" AND f.action IN ('add', 'remove') AND {GOOD} AND f.standing IN ('current', 'recalled') AND {scope.before()}"
            " ORDER BY x.day DESC, x.fact_n LIMIT 1) JOIN articles b ON b.id = o.article",
            scope.values | {"wanted": json.dumps(wanted)},
        )
    }
    old = set()
    for place, row in enumerate(asked):
        known = [last_told[place]] if place in last_told else []
        for entry in entries.get((row["company_id"], row["list"]), ()):
            if entry["effective_date"] < before:
                known.append(
                    (entry["effective_date"], "add" if entry["action"] == "listed" else entry["action"])
                )
                break
        if known and max(known)[1] == row["action"]:
            old.add(row["id"])
    return old


def _party(row: Row) -> str:
    """As `party_history` calls it."""
    return row["company_id"] or f"={row['company']}"


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


def official(row: Row, entries: dict[tuple[str, str], list[Row]]) -> dict[str, Any] | None:
    """The entry of the official list that this report speaks of, with citation; None where we hold none."""
    day = row["as_of"] if len(row["as_of"] or "") == 10 else (row["published"] or "")[:10]
    for entry in entries.get((row["company_id"], row["list"]), ()):
        if entry["action"] == row["action"] and days_apart(entry["effective_date"], day) <= NEAR_DAYS:
            return {name: entry[name] for name in ("effective_date", "citation", "source_url", "confidence")}
    return None


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
