"""Build the document of an issue from the store: plain JSON, the same bytes for the same store.

Only the quotable views feed it: live, asserted, above the confidence bar, one row per story. A recalled event is
never counted as a change. Every line carries its sentence, its source and the id of its fact.
"""

import json
from typing import Any

from db.store import Store
from db.views import CONFIDENCE_BAR
from tradewire import __version__
from tradewire.digest.sections import (
    amounts,
    coming_up,
    corrections,
    disputes,
    in_window,
    listings,
    mentioned,
    statements,
    valuations,
)
from tradewire.digest.window import Window


def build_document(store: Store, window: Window, *, by_published: bool) -> dict[str, Any]:
    """The issue of `window`. `by_published`: everything published in it; else first seen in it and not older than
    14 days then, the rest counted as from the archive."""
    sections = {
        "added": listings(store, window, by_published, ("add",)),
        "removed": listings(store, window, by_published, ("remove",)),
        "threatened": listings(store, window, by_published, ("threaten",)),
        "contracts": amounts(store, window, by_published, "contract"),
        "valuations": valuations(store, window, by_published),
        "statements": statements(store, window, by_published),
        "mentioned": mentioned(store, window),
        "disputes": disputes(store, window),
        "coming_up": coming_up(store, window),
        "corrections": corrections(store, window),
    }
    document: dict[str, Any] = {
        "week": window.week,
        "zone": window.zone,
        "start": window.bounds[0],
        "end": window.bounds[1],
        "by": "published" if by_published else "first_seen",
        "version": __version__,
        "sections": sections,
        "method": method(store, window, by_published),
    }
    document["in_short"] = in_short(sections, document["method"])
    document["subject"] = subject(window, sections)
    return document


def document_json(document: dict[str, Any]) -> str:
    """The canonical text of a document: sorted keys, so that equal issues are equal bytes."""
    return json.dumps(document, ensure_ascii=False, sort_keys=True, indent=1) + "\n"


def method(store: Store, window: Window, by_published: bool) -> dict[str, Any]:
    """How the issue was made: what was read, what failed, what was left out."""
    where, values = in_window(window, by_published)
    plain = where.replace("v.", "a.")
    counts = store.row(
        "SELECT count(*) AS articles, coalesce(sum(a.relevant), 0) AS relevant,"
        f" count(DISTINCT a.source) AS sources, count(DISTINCT a.story) AS stories FROM articles a WHERE {plain}",
        values,
    )
    facts = store.row(
        "SELECT count(*) AS facts, coalesce(sum(f.review <> 'auto'), 0) AS reviewed,"
        f" coalesce(sum(f.confidence < {CONFIDENCE_BAR}), 0) AS below FROM facts f JOIN articles a ON a.id = f.article"
        f" WHERE f.state = 'live' AND {plain}",
        values,
    )
    failed = store.rows("SELECT name, state, state_reason FROM sources WHERE state <> 'active' ORDER BY name")
    late = 0
    if not by_published:
        late = store.value(
            "SELECT count(*) FROM articles a WHERE a.first_seen >= :start AND a.first_seen < :end"
            " AND a.published < :oldest",
            values,
        )
    return {
        **(counts or {}),
        **(facts or {}),
        "failed_sources": failed,
        "from_archive": late,
        "bar": CONFIDENCE_BAR,
    }


def in_short(sections: dict[str, Any], how: dict[str, Any]) -> list[dict[str, Any]]:
    """Three to five sentences from templates, each with its fact; a quiet week says so."""
    lines: list[dict[str, Any]] = []

    def tell(text: str, item: dict[str, Any]) -> None:
        lines.append({"text": text, "fact": item["fact"], "url": item["url"]})

    for item in sections["added"][:2]:
        listed = item["list"].removeprefix("the ")
        if item["authority"]:
            tell(f"{item['authority']} put {item['company']} on the {listed}.", item)
        else:
            tell(f"Put on the {listed}: {item['company']}.", item)
    for item in sections["removed"][:1]:
        tell(f"{item['company']} came off the {item['list']}.", item)
    for item in sections["contracts"][:1]:
        tell(f"Largest contract: {item['company']}, {item['shown']}.", item)
    for item in sections["valuations"][:1]:
        if "before" in item:
            tell(f"{item['company']} is now put at {item['shown']}, after {item['before']['shown']}.", item)
        else:
            tell(f"{item['company']} is put at {item['shown']}.", item)
    if not lines:
        lines.append(
            {
                "text": f"A quiet week: {how['relevant']} articles on the subject, no changes.",
                "fact": None,
                "url": None,
            }
        )
    return lines[:5]


def subject(window: Window, sections: dict[str, Any]) -> str:
    """One line with the biggest change."""
    added = sections["added"]
    if added:
        count = max((item["count"] or 1 for item in added), default=1)
        total = max(count, len(added))
        first = added[0]
        text = (
            f"{total} added to the {first['list']}"
            if total > 1
            else f"{first['company']} added to the {first['list']}"
        )
    elif sections["removed"]:
        text = f"{sections['removed'][0]['company']} off the {sections['removed'][0]['list']}"
    elif sections["contracts"]:
        text = f"{sections['contracts'][0]['company']}: contract of {sections['contracts'][0]['shown']}"
    elif sections["valuations"]:
        text = f"{sections['valuations'][0]['company']} put at {sections['valuations'][0]['shown']}"
    else:
        text = "a quiet week"
    return f"Tradewire {window.week}: {text}"
