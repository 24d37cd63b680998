"""Pages about what is kept for a reader: alerts, saved searches, watched companies, frozen digest issues."""

import json
from typing import Any

from starlette.requests import Request

from db.saved import alerts, saved_searches, watches
from db.store import Store
from tradewire.web.page import Page, number
from tradewire.web.reading import document_rows


def alerts_page(store: Store, request: Request) -> Page:
    """What was told, newest first, unread before read; and from what it comes."""
    limit = number(request, "limit", 100, 1000) or 100
    unread = alerts(store, unread=True, limit=10_000)
    told = store.rows(
        "SELECT x.*, (SELECT a.title FROM articles a WHERE x.kind = 'search' AND a.id = CAST(x.hit AS INTEGER)) AS title"
        " FROM alerts x ORDER BY x.read_at IS NOT NULL, x.id DESC LIMIT ?",
        (limit,),
    )
    names = {row["company"]: row["name"] for row in watches(store)}
    rows = [
        {
            "id": a["id"],
            "kind": a["kind"],
            "subject": names.get(a["subject"], a["subject"]),
            "text": a["text"],
            "title": a["text"],
            "at": a["at"],
            "published": a["at"],
            "unread": a["read_at"] is None,
            "link": address(a["kind"], a["hit"]),
        }
        for a in told
    ]
    return Page(
        template="alerts.html",
        title="Alerts",
        context={
            "rows": rows,
            "unread": len(unread),
            "last": max((a.id for a in unread), default=0),
            "searches": saved_searches(store),
            "watched": watches(store),
        },
        rows=[{k: v for k, v in row.items() if k != "kind"} | {"from": row["kind"]} for row in rows],
        data={
            "alerts": rows,
            "unread": len(unread),
            "searches": saved_searches(store),
            "watched": watches(store),
        },
    )


def address(kind: str, hit: str) -> str | None:
    """Where a hit is shown on our own pages."""
    if kind == "search" and hit.isdigit():
        return f"/article/{hit}"
    if kind in ("search", "watch"):
        return f"/fact/{hit}"
    return "/disputes" if kind == "dispute" else None


def issues_page(store: Store, request: Request) -> Page:
    """Frozen issues of the digest, newest first."""
    found = []
    for row in store.rows(
        "SELECT week, zone, topic, made_at, document, sent FROM digest_issues ORDER BY week DESC, zone, topic LIMIT 200"
    ):
        document = json.loads(row["document"])
        short = [line["text"] for line in document.get("in_short", ())]
        found.append(
            {
                "week": row["week"],
                "zone": row["zone"],
                "topic": row["topic"],
                "made_at": row["made_at"],
                "published": row["made_at"],
                "title": document.get("subject") or row["week"],
                "snippet": " ".join(short),
                "sent": len({one["to"] for one in json.loads(row["sent"] or "[]") if one["state"] == "sent"}),
                "url": None,
            }
        )
    return Page(template="issues.html", title="Digest issues", context={"rows": found}, rows=found)


def issue_page(store: Store, request: Request, week: str) -> Page | None:
    """One frozen issue as it was made; None when none was frozen for that week."""
    row = store.row(
        "SELECT document, made_at FROM digest_issues WHERE week = ? AND topic = '' ORDER BY zone = 'UTC' DESC LIMIT 1",
        (week,),
    )
    if row is None:
        return None
    document: dict[str, Any] = json.loads(row["document"])
    return Page(
        template="week.html",
        title=document.get("subject") or f"Week {week}",
        context={"d": document, "s": document["sections"], "frozen_at": row["made_at"]},
        rows=document_rows(document),
        data=document,
    )
