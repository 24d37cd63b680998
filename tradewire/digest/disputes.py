"""Where sources disagree, what was settled, and what earlier issues told that no longer holds."""

import datetime as dt
import json
from typing import Any

from db.events import value_of
from db.queries import facts
from db.store import Row, Store
from db.views import SENTENCE
from tradewire.digest.lines import line
from tradewire.digest.scope import Scope
from tradewire.options import amount_text

BACK_WEEKS = 26  # older issues are not corrected any more


def disputes(store: Store, scope: Scope) -> dict[str, list[dict[str, Any]]]:
    """Events whose sources began to differ in the window; and those settled in it, with the value that is believed."""
    start, end = scope.window.bounds
    found: dict[str, list[dict[str, Any]]] = {"open": [], "settled": []}
    rows = store.rows(
        "SELECT e.*, coalesce(c.name, e.company) AS company_name FROM events e LEFT JOIN companies c ON c.id = e.company"
        " WHERE e.disputed = 1 OR (e.settled_at >= ? AND e.settled_at < ?) ORDER BY e.id",
        (start, end),
    )
    for event in rows:
        told = _told(store, event, scope)
        if not told:
            continue
        newest = told[-1]["published"] if scope.by_published else told[-1]["first_seen"]
        settled = event["settled_at"] is not None
        if settled and not start <= event["settled_at"] < end:
            continue
        if not settled and (len(told) < 2 or not _inside(newest, scope)):
            continue
        best = next((row for row in told if row["id"] == event["best"]), told[0])
        found["settled" if settled else "open"].append(
            {
                "event": event["id"],
                "company": event["company_name"] or best["party"],
                "kind": event["kind"],
                "why": event["dispute"],
                "since": (told[min(1, len(told) - 1)]["published"] or "")[:10],
                "settled": _shown(best) if settled else None,
                "reason": event["best_reason"],
                "values": [line(row, scope) | {"shown": _shown(row)} for row in told],
            }
        )
    return found


def _told(store: Store, event: Row, scope: Scope) -> list[Row]:
    """The first fact that tells each value of an event, oldest first; nothing where the topic has no part in it."""
    rows = store.rows(
        "SELECT f.id, f.article, f.event, f.amount, f.amount_text, f.low, f.high, f.currency, f.conversion_amount,"
        f" f.conversion_currency, f.usd, f.approx, f.bound, f.as_of, f.list, f.confidence, {SENTENCE} AS sentence, f.first_seen,"
        " a.url, a.title, a.source, a.published, a.story, (SELECT name FROM fact_parties p WHERE p.fact_n = f.n"
        " AND p.role = 'company' LIMIT 1) AS party FROM facts f JOIN articles a ON a.id = f.article"
        " WHERE f.event = :event AND f.state = 'live' AND f.review <> 'rejected' ORDER BY a.published, f.id",
        scope.values | {"event": event["id"]},
    )
    if scope.topic.key:
        mine = set(json.loads(scope.topic.facts or scope.topic.articles or "[]"))
        if not mine & {row["id"] if scope.topic.facts else row["article"] for row in rows}:
            return []
    kept: list[Row] = []
    for row in rows:
        if not any(_same(row, other) for other in kept):
            kept.append(row)
    return kept


def _same(one: Row, other: Row) -> bool:
    if one["list"]:
        days = one["as_of"] or "", other["as_of"] or ""
        return days[0] == days[1] or min(map(len, days)) < 10  # "in 2026" differs from no day of that year
    mine, theirs = value_of(one), value_of(other)
    return mine is None or theirs is None or mine.agrees(theirs) is True


def _shown(row: Row) -> str:
    amount = row["amount"] if row["amount"] is not None else row["high"]
    return amount_text(amount, row["currency"]) or row["as_of"] or ""


def _inside(time: str | None, scope: Scope) -> bool:
    if not time:
        return False
    if len(time) == 10:
        return scope.values["first_day"] <= time < scope.values["after_day"]
    return scope.values["start"] <= time < scope.values["end"]


def corrections(store: Store, scope: Scope) -> list[dict[str, Any]]:
    """Lines of earlier, frozen issues whose fact was since withdrawn, corrected or rejected, and what holds now."""
    start, end = scope.window.bounds
    oldest = scope.window.first_day - dt.timedelta(weeks=BACK_WEEKS)
    issues = store.rows(
        "SELECT week, document FROM digest_issues WHERE topic = ? AND zone = ? AND week <> ? ORDER BY week",
        (scope.topic.key, scope.window.zone, scope.window.week),
    )
    found: dict[str, dict[str, Any]] = {}
    for issue in issues:
        document = json.loads(issue["document"])
        if not oldest.isoformat() <= document["start"][:10] or document["end"] > end:
            continue
        if ("W" in issue["week"]) == scope.window.is_day:
            continue
        for fact in sorted(fact_ids(document["sections"] | {"corrections": []})):
            row = store.row(
                f"SELECT f.id, f.kind, f.article, f.loose, f.state, f.review, {SENTENCE} AS sentence, f.amount_text, a.title, a.url"
                " FROM facts f JOIN articles a ON a.id = f.article WHERE f.id = ? AND f.changed_at >= ? AND f.changed_at < ?"
                " AND (f.state = 'withdrawn' OR f.review IN ('corrected', 'rejected'))",
                (fact, start, end),
            )
            if row is not None and fact not in found and not _still_there(store, row):
                told = {name: row[name] for name in ("id", "state", "review", "sentence", "title", "url")}
                found[fact] = told | {"fact": fact, "week": issue["week"], "now": _now(store, row)}
    return list(found.values())


def _still_there(store: Store, row: Row) -> bool:
    """True when the article still says the same in other words."""
    if row["state"] != "withdrawn" or row["review"] in ("corrected", "rejected"):
        return False
    same = store.value(
        "SELECT 1 FROM facts WHERE article = ? AND loose = ? AND loose <> '' AND state = 'live' AND id <> ?",
        (row["article"], row["loose"], row["id"]),
    )
    return same is not None


def _now(store: Store, row: Row) -> str | None:
    """The sentence of the fact that took its place in the article: the only one of its kind about the same party."""
    if row["review"] == "rejected":
        return None
    if row["review"] == "corrected" and row["state"] == "live":
        (fact,) = facts(store, ids=[row["id"]], everything=True) or (None,)
        return None if fact is None else _told_now(fact)
    parties = {
        p["name"]
        for p in store.rows(
            "SELECT name FROM fact_parties WHERE fact_n = (SELECT n FROM facts WHERE id = ?) AND role IN ('company', 'speaker')",
            (row["id"],),
        )
    }
    live = facts(store, kind=row["kind"], article=row["article"], limit=None)
    same = [one for one in live if parties & set(one.names("company", "speaker"))]
    return same[0].sentence if len(same) == 1 else None


def _told_now(fact: Any) -> str:
    from tradewire.headlines import headline

    return headline(fact)


def fact_ids(document: Any) -> set[str]:
    """Every fact id that a document names."""
    if isinstance(document, dict):
        own = {document["fact"]} if isinstance(document.get("fact"), str) else set()
        return own.union(*(fact_ids(value) for value in document.values()))
    if isinstance(document, list):
        return set().union(*(fact_ids(value) for value in document))
    return set()
