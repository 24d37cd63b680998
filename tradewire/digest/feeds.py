"""Frozen issues as Atom and as JSON Feed; one entry an issue."""

import datetime as dt
import json
from typing import Any
from urllib.parse import quote

import feedgenerator

from db.store import Store
from tradewire.digest.render import render
from tradewire.options import visible

MOST = 52


def frozen(store: Store, topic: str = "", *, daily: bool = False) -> list[dict[str, Any]]:
    """The last year's issues of a topic, newest first."""
    rows = store.rows(
        "SELECT document FROM digest_issues WHERE topic = ? AND (week LIKE '%-W%') = ?"
        " ORDER BY week DESC, zone LIMIT ?",
        (topic, int(not daily), MOST),
    )
    return [json.loads(row["document"]) for row in rows]


def _identity(document: dict[str, Any]) -> str:
    parts = [document["week"], document["zone"], *([document["topic"]] if document["topic"] else [])]
    return "urn:tradewire:digest:" + ":".join(quote(part, safe="") for part in parts)


def _link(document: dict[str, Any], base: str) -> str:
    if base and not document["topic"] and "W" in document["week"]:
        return f"{base.rstrip('/')}/digest/{document['week']}"
    return _identity(document)


def _title(issues: list[dict[str, Any]]) -> str:
    title = issues[0]["topic_title"] if issues else ""
    return "Tradewire weekly" + (f": {visible(title)}" if title else "")


def _inner_html(document: dict[str, Any], base: str) -> str:
    """The issue as HTML without head and style, which readers of feeds bring themselves."""
    return render(document, "html", base).partition("<main>")[2].partition("</main>")[0].strip()


def atom(issues: list[dict[str, Any]], base: str = "") -> str:
    feed = feedgenerator.Atom1Feed(
        title=_title(issues), link=base or "urn:tradewire:digest", description="", language="en"
    )
    for issue in issues:
        feed.add_item(
            title=visible(issue["subject"]),
            link=_link(issue, base),
            description=" ".join(visible(line["text"]) for line in issue["in_short"]),
            content=_inner_html(issue, base),
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
            "content_text": render(issue, "text", base),
            "content_html": _inner_html(issue, base),
            "date_published": issue["end"],
        }
        for issue in issues
    ]
    feed = {"version": "https://jsonfeed.org/version/1.1", "title": _title(issues), "items": items}
    if base:
        feed["home_page_url"] = base
    return json.dumps(feed, ensure_ascii=False, indent=1) + "\n"
