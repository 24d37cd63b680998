"""Freezing and reading issues: an issue that was made once stays as it was."""

import json
from typing import Any

from db.clock import stamp
from db.store import Store
from tradewire.digest.document import build_document, document_json
from tradewire.digest.window import Window, last_complete_week


def issue(
    store: Store, window: Window, *, refresh: bool = False, by_published: bool = True
) -> dict[str, Any]:
    """The frozen document of `window`; made and frozen now if there is none, or anew with `refresh`.

    A read-only store gets the document without freezing it.
    """
    row = store.row(
        "SELECT document FROM digest_issues WHERE week = ? AND zone = ? AND topic = ''",
        (window.week, window.zone),
    )
    if row is not None and not refresh:
        found: dict[str, Any] = json.loads(row["document"])
        return found
    document = build_document(store, window, by_published=by_published)
    if not store.read_only:
        with store.write() as connection:
            connection.execute(
                "INSERT OR REPLACE INTO digest_issues (week, zone, topic, made_at, document) VALUES (?, ?, '', ?, ?)",
                (window.week, window.zone, stamp(), document_json(document)),
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
