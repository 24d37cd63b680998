"""Build the document of an issue from the store: plain JSON, the same bytes for the same store.

Only what may be quoted feeds it: live, asserted, above the confidence bar, one row per story. A recalled event is
never counted as a change. Every line carries its sentence, its source and the id of its fact.
"""

import json
from typing import Any

from db.store import Store
from db.views import CONFIDENCE_BAR
from tradewire import __version__
from tradewire.digest.disputes import corrections, disputes
from tradewire.digest.lines import complete
from tradewire.digest.listed import listings, official_changes
from tradewire.digest.scope import GENERAL, Scope, Topic
from tradewire.digest.sections import amounts, coming_up, mentioned, statements, valuations
from tradewire.digest.short import in_short, subject
from tradewire.digest.window import Window

#: Lines a section may have; what is left out is counted in `more`.
MOST = {
    "added": 18, "removed": 8, "threatened": 6, "official": 8, "contracts": 6, "valuations": 6, "fundings": 4,
    "statements": 6, "mentioned": 8, "coming_up": 6, "corrections": 10,
}  # fmt: skip
MOST_LINES = 60  # of the whole issue; these sections give way first, the last line of the longest
GIVING_WAY = (
    "statements",
    "mentioned",
    "fundings",
    "contracts",
    "valuations",
    "official",
    "threatened",
    "removed",
    "added",
)


def build_document(
    store: Store, window: Window, *, by_published: bool, topic: Topic = GENERAL
) -> dict[str, Any]:
    """The issue of `window`. `by_published`: everything published in it; else first seen in it and not older than
    14 days then, the rest counted as from the archive. The issue of a day has the changes of lists only."""
    scope = Scope(window, by_published, topic)
    empty: dict[str, Any] = {
        "contracts": [], "valuations": [], "fundings": [], "statements": [], "mentioned": [],
        "disputes": {"open": [], "settled": []}, "coming_up": [], "corrections": [],
    }  # fmt: skip
    sections: dict[str, Any] = {
        "added": listings(store, scope, "add"),
        "removed": listings(store, scope, "remove"),
        "threatened": listings(store, scope, "threaten"),
    }
    sections["official"] = _unreported(official_changes(store, scope), sections)
    named = 0
    if window.is_day:
        sections |= empty | {"corrections": corrections(store, scope)}
    else:
        sections |= {
            "contracts": amounts(store, scope, "contract"),
            "valuations": valuations(store, scope),
            "fundings": amounts(store, scope, "funding"),
            "statements": statements(store, scope),
            "disputes": disputes(store, scope),
            "coming_up": coming_up(store, scope),
            "corrections": corrections(store, scope),
        }
        sections["mentioned"], named = mentioned(store, scope, MOST["mentioned"])
    _leave_out_told(store, scope, sections)
    how = method(store, scope)
    document: dict[str, Any] = {
        "week": window.week,
        "zone": window.zone,
        "topic": topic.key,
        "topic_title": topic.title,
        "start": window.bounds[0],
        "end": window.bounds[1],
        "first_day": window.first_day.isoformat(),
        "after_day": window.after_day.isoformat(),
        "by": "published" if by_published else "first_seen",
        "version": __version__,
        "in_short": in_short(sections, how, window),
        "subject": subject(window, sections, topic.title),
        "more": shorten(sections) | {"mentioned": max(0, named - len(sections["mentioned"]))},
        "sections": sections,
        "method": how,
    }
    complete(store, sections)
    return document


def document_json(document: dict[str, Any]) -> str:
    """The canonical text of a document: sorted keys, so that equal issues are equal bytes."""
    return json.dumps(document, ensure_ascii=False, sort_keys=True, indent=1) + "\n"


def shorten(sections: dict[str, Any]) -> dict[str, int]:
    """Cut `sections` to what an issue may hold; how many lines each lost."""
    more = {}
    for name, most in MOST.items():
        more[name] = max(0, len(sections[name]) - most)
        del sections[name][most:]
    while sum(len(sections[name]) for name in MOST) > MOST_LINES:
        longest = max(GIVING_WAY, key=lambda name: len(sections[name]))
        sections[longest].pop()
        more[longest] += 1
    return more


def _unreported(entries: list[dict[str, Any]], sections: dict[str, Any]) -> list[dict[str, Any]]:
    """Official entries that no line of the press tells already."""
    told = {
        (item["company_id"], item["list"], item["action"])
        for name in ("added", "removed")
        for item in sections[name]
        if item["official"]
    }
    return [e for e in entries if (e["company_id"], e["list"], e["action"]) not in told]


def _leave_out_told(store: Store, scope: Scope, sections: dict[str, Any]) -> None:
    """Take out late lines that an earlier issue told under another fact, as after a new reading of the article."""
    earlier = store.rows(
        "SELECT document FROM digest_issues WHERE topic = ? AND zone = ? AND week <> ? ORDER BY week DESC LIMIT 8",
        (scope.topic.key, scope.window.zone, scope.window.week),
    )
    told = set()
    for row in earlier:
        document = json.loads(row["document"])
        if document["end"] <= scope.values["end"]:
            told |= {_key(name, item) for name in MOST for item in document["sections"].get(name, ())}
    for name in ("added", "removed", "threatened", "contracts", "valuations", "fundings", "statements"):
        sections[name][:] = [
            item for item in sections[name] if not (item["late"] and _key(name, item) in told)
        ]


def _key(section: str, item: dict[str, Any]) -> tuple[Any, ...]:
    names = ("company", "list", "count", "amount", "currency", "speaker", "quote")
    return section, *(item.get(name) for name in names)


def method(store: Store, scope: Scope) -> dict[str, Any]:
    """How the issue was made: what was read, what failed, what was left out."""
    counts = store.row(
        "SELECT count(*) AS articles, coalesce(sum(a.relevant), 0) AS relevant,"
        " count(DISTINCT a.source) AS sources, count(DISTINCT coalesce(a.story, -a.id)) AS stories"
        f" FROM articles a WHERE {scope.articles()}",
        scope.values,
    )
    told = store.row(
        "SELECT count(*) AS facts, coalesce(sum(f.review <> 'auto'), 0) AS reviewed,"
        f" coalesce(sum(f.confidence < {CONFIDENCE_BAR} AND f.review NOT IN ('confirmed', 'corrected')), 0) AS below"
        f" FROM facts f JOIN articles a ON a.id = f.article WHERE f.state = 'live' AND {scope.articles()}",
        scope.values,
    )
    late = 0
    if not scope.by_published:
        late = store.value(f"SELECT count(*) FROM articles a WHERE {scope.from_archive()}", scope.values)
    return {
        **(counts or {}),
        **(told or {}),
        "failed_sources": store.rows(
            "SELECT name, state, state_reason FROM sources WHERE state NOT IN ('active', 'paused', 'new') ORDER BY name, id"
        ),
        "from_archive": late,
        "bar": CONFIDENCE_BAR,
    }
