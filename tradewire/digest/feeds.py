"""Frozen issues as Atom and as JSON Feed; one entry an issue."""

import datetime as dt
import json
from typing import Any

import feedgenerator

from db.store import Store
from tradewire.digest.render import render
from tradewire.options import visible

MOST = 52


def frozen(store: Store) -> list[dict[str, Any]]:
    """The last year's issues, newest first."""
    rows = store.rows(
        "SELECT document FROM digest_issues WHERE topic = '' ORDER BY week DESC, zone LIMIT ?", (MOST,)
    )
    return [json.loads(row["document"]) for row in rows]


def _identity(document: dict[str, Any]) -> str:
    return f"urn:tradewire:digest:{document['week']}:{document['zone']}"


def _link(document: dict[str, Any], base: str) -> str:
    return f"{base}/week/{document['week']}" if base else _identity(document)


def atom(issues: list[dict[str, Any]], base: str = "") -> str:
    feed = feedgenerator.Atom1Feed(
        title="Tradewire weekly", link=base or "urn:tradewire:digest", description="", language="en"
    )
    for issue in issues:
        feed.add_item(
            title=visible(issue["subject"]),
            link=_link(issue, base),
            description=" ".join(visible(line["text"]) for line in issue["in_short"]),
            content=render(issue, "text"),
            unique_id=_identity(issue),
            pubdate=dt.datetime.fromisoformat(issue["end"]),
        )
    text: str = feed.writeString("utf-8")
    return text


def json_feed(issues: list[dict[str, Any]], base: str = "") -> str:
    """JSON Feed 1.1 (jsonfeed.org)."""
    items = [
        {
            "id": _identity(issue),
            "url": _link(issue, base),
            "title": visible(issue["subject"]),
            "content_text": render(issue, "text"),
            "date_published": issue["end"],
        }
        for issue in issues
    ]
    feed = {"version": "https://jsonfeed.org/version/1.1", "title": "Tradewire weekly", "items": items}
    if base:
        feed["home_page_url"] = base
    return json.dumps(feed, ensure_ascii=False, indent=1) + "\n"
