"""Frozen issues as Atom and as JSON Feed; one entry an issue, or one a section."""

import datetime as dt
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from html import unescape
from typing import Any
from urllib.parse import quote

import feedgenerator

from db.store import Store
from tradewire.digest.render import render
from tradewire.options import visible

MOST = 52
SECTION = re.compile(r"<h2>(.*?)</h2>")


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


@dataclass(frozen=True, slots=True)
class Entry:
    """One item of a feed. `text` is None where there is no plain form of its own."""

    id: str
    title: str
    link: str
    html: str
    short: str
    text: str | None
    published: str


def entries(issues: list[dict[str, Any]], base: str, *, by_section: bool = False) -> Iterator[Entry]:
    """An entry for each issue; or for each of its sections, for readers who want lists and valuations apart."""
    for issue in issues:
        identity, link = _identity(issue), _link(issue, base)
        html = _inner_html(issue, base)
        if not by_section:
            short = " ".join(visible(line["text"]) for line in issue["in_short"])
            text = render(issue, "text", base)
            yield Entry(identity, visible(issue["subject"]), link, html, short, text, issue["end"])
            continue
        # how the issue was made stands in its footer and is no section; titles and contents follow in turn
        parts = SECTION.split(html.partition("<footer>")[0])
        for title, content in zip(parts[1::2], parts[2::2], strict=True):
            name = unescape(title)
            slug = "-".join(re.findall(r"[a-z0-9]+", name.lower()))
            heading = f"{issue['week']}: {name}"
            yield Entry(f"{identity}:{slug}", heading, link, content.strip(), heading, None, issue["end"])


def atom(issues: list[dict[str, Any]], base: str = "", *, by_section: bool = False) -> str:
    feed = feedgenerator.Atom1Feed(
        title=_title(issues), link=base or "urn:tradewire:digest", description="", language="en"
    )
    for entry in entries(issues, base, by_section=by_section):
        feed.add_item(
            title=entry.title,
            link=entry.link,
            description=entry.short,
            content=entry.html,
            unique_id=entry.id,
            pubdate=dt.datetime.fromisoformat(entry.published),
        )
    text: str = feed.writeString("utf-8")
    return text


def json_feed(issues: list[dict[str, Any]], base: str = "", *, by_section: bool = False) -> str:
    """JSON Feed 1.1 (jsonfeed.org)."""
    items = []
    for entry in entries(issues, base, by_section=by_section):
        item = {
            "id": entry.id,
            "url": entry.link,
            "title": entry.title,
            "content_html": entry.html,
            "date_published": entry.published,
        }
        items.append(item if entry.text is None else item | {"content_text": entry.text})
    feed = {"version": "https://jsonfeed.org/version/1.1", "title": _title(issues), "items": items}
    if base:
        feed["home_page_url"] = base
    return json.dumps(feed, ensure_ascii=False, indent=1) + "\n"
