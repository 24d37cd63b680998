"""Freezing and reading issues: an issue that was made once stays as it was."""

import json
from typing import Any

from db.clock import stamp
from db.store import Store
from tradewire.digest.document import build_document, document_json
from tradewire.digest.scope import GENERAL, Topic
from tradewire.digest.window import Window, last_complete_week


def issue(
    store: Store,
    window: Window,
    *,
    refresh: bool = False,
    by_published: bool = True,
    topic: Topic = GENERAL,
) -> dict[str, Any]:
    """The frozen document of `window`; made and frozen now if there is none, or anew with `refresh`.

    A read-only store gets the document without freezing it, and so does a window that is not over yet. To whom an
    issue was sent is remembered over a `refresh`.
    """
    key = (window.week, window.zone, topic.key)
    row = store.row("SELECT document FROM digest_issues WHERE week = ? AND zone = ? AND topic = ?", key)
    if row is not None and not refresh:
        found: dict[str, Any] = json.loads(row["document"])
        return found
    document = build_document(store, window, by_published=by_published, topic=topic)
    if not store.read_only and stamp(window.end) <= stamp():
        with store.write() as connection:
            connection.execute(
                "INSERT INTO digest_issues (week, zone, topic, made_at, document) VALUES (?, ?, ?, ?, ?)"
                " ON CONFLICT (week, zone, topic) DO UPDATE SET made_at = excluded.made_at, document = excluded.document",
                (*key, stamp(), document_json(document)),
            )
    return document


def pending_issues(store: Store, zone: str = "UTC") -> list[Window]:
    """Complete weeks since `init` without a frozen issue, oldest first; at most the last 12."""
    since = store.value("SELECT value FROM meta WHERE key = 'init_at'") or ""
    window = last_complete_week(zone)
    found = []
    for _ in range(12):
        if stamp(window.end) <= since:
            break
        known = store.row(
            "SELECT 1 AS one FROM digest_issues WHERE week = ? AND zone = ? AND topic = ''",
            (window.week, zone),
        )
        if known is None:
            found.append(window)
        window = window.before(1)
    return found[::-1]


def in_doubt(store: Store) -> list[tuple[str, str]]:
    """(issue, receiver) of sendings that began and whose end nobody saw."""
    found = []
    for row in store.rows(
        "SELECT week, zone, topic, sent FROM digest_issues WHERE sent LIKE '%\"sending\"%'"
    ):
        last = {one["to"]: one["state"] for one in json.loads(row["sent"])}
        name = " ".join(part for part in (row["week"], row["topic"]) if part)
        found += [(name, to) for to, state in last.items() if state == "sending"]
    return found
