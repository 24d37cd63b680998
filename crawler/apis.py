"""Answers of the APIs that sources can name under `apis`: Federal Register, Wayback CDX server, GDELT DOC 2.0.

What came decides which one it is. Wayback: github.com/internetarchive/wayback, wayback-cdx-server; its captures are
fetched as they were ("id_"), and the article keeps its original address. GDELT: blog.gdeltproject.org,
"GDELT DOC 2.0 API Debuts" (mode=artlist, format=json).
"""

import json
import re
from typing import Any
from urllib.parse import urlsplit, urlunsplit

from crawler.federal_register import read_documents
from crawler.feeds import Entry, NotAFeed, Offer
from crawler.urls import canonical_url, host_of

WAYBACK = "web.archive.org"
MEMENTO = re.compile(r"^https?://([^/]+)/web/\d{14}(?:id_)?/(https?://.+)$")
HTML = ("text/html", "application/xhtml+xml")


def read_api(body: bytes, url: str) -> Offer:
    """The addresses that an API offers, and the address of its next page.

    Raises:
        NotAFeed: none of the APIs answers so; GDELT tells its errors as text with status 200.
    """
    try:
        answer = json.loads(body) if body.strip() else []
    except (ValueError, RecursionError) as error:
        said = " ".join(body[:120].decode("utf-8", "replace").split())
        raise NotAFeed(f"no JSON: {said!r}") from error
    if isinstance(answer, list):
        return read_captures(answer, url)
    if isinstance(answer, dict) and ("articles" in answer or not answer):  # {}: nothing found
        return read_articles(answer, url)
    return read_documents(body, url)


def read_articles(answer: dict[str, Any], url: str) -> Offer:
    """The articles that GDELT names. When it saw them is not when they were published, so they have no date."""
    rows = answer.get("articles") or []
    if not isinstance(rows, list):
        raise NotAFeed("JSON, but no list of articles")
    entries: dict[str, Entry] = {}
    for row in rows:
        found = (
            canonical_url(row["url"]) if isinstance(row, dict) and isinstance(row.get("url"), str) else None
        )
        if found is not None:
            title = row.get("title")
            entries.setdefault(
                found, Entry(url=found, title=title.strip() if isinstance(title, str) else None)
            )
    broken = len(rows) and not entries
    if broken:
        raise NotAFeed("a list without one address")
    return Offer(tuple(entries.values()))


def read_captures(rows: list[Any], url: str) -> Offer:
    """The newest readable capture of each address, as the archive replays it.

    With `showResumeKey=true` the last two rows are [] and [key]; the key comes ready for an address. Lists are sorted
    by address, so known ones at the beginning say nothing about the rest.
    """
    if not rows:
        return Offer(newest_first=False)
    if not all(isinstance(row, list) for row in rows) or not {"timestamp", "original"} <= set(
        map(str, rows[0])
    ):
        raise NotAFeed("JSON, but no captures: fields timestamp and original are needed")
    names = [str(name) for name in rows[0]]
    more: tuple[tuple[str, str | None], ...] = ()
    if len(rows) > 2 and rows[-2] == [] and len(rows[-1]) == 1:
        further = canonical_url(_resumed(url, str(rows[-1][0])))
        more = ((further, None),) if further is not None and further != url else ()
        rows = rows[:-2]
    newest: dict[str, tuple[str, str]] = {}
    strange = 0
    for row in rows[1:]:
        fields = dict(zip(names, map(str, row)))
        original, time = canonical_url(fields.get("original", "")), fields.get("timestamp", "")
        if original is None or not re.fullmatch(r"\d{14}", time):
            strange += 1
        elif fields.get("statuscode", "200") == "200" and fields.get("mimetype", HTML[0]) in HTML:
            newest[original] = max(newest.get(original, ("", "")), (time, original))
    parts = urlsplit(url)
    entries = []
    for time, original in newest.values():
        found = canonical_url(f"{parts.scheme}://{parts.netloc}/web/{time}id_/{original}")
        if found is not None:
            entries.append(Entry(url=found))
    problem = f"{strange} captures not understood" if strange else None
    return Offer(tuple(entries), more, problem, newest_first=False)


def _resumed(url: str, key: str) -> str:
    parts = urlsplit(url)
    query = "&".join(part for part in parts.query.split("&") if not part.startswith("resumeKey="))
    return urlunsplit(parts._replace(query=f"{query}&resumeKey={key}"))


def original_of(url: str, *, api: str | None = None) -> str:
    """The address of a page that an archive replays; any other address as it is.

    Only the Wayback Machine and the host of a declared API (`api`) are believed: any other site could put its words
    under another's name so.
    """
    found = MEMENTO.match(url)
    if found is None or found[1].lower() not in (WAYBACK, host_of(api) if api else WAYBACK):
        return url
    return canonical_url(found[2]) or url
