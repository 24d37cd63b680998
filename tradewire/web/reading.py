"""Pages for reading: week, search, article, facts, fact. Plain functions over a read-only store."""

import itertools
from typing import Any

from starlette.requests import Request

from db.articles import current_text
from db.errors import UsageError
from db.kinds import packaged_kinds
from db.queries import FactRow, fact, facts
from db.records import Modality, Standing
from db.search import search
from db.store import Row, Store
from tradewire.digest.document import build_document
from tradewire.digest.window import Window, parse_week, week_of
from tradewire.headlines import headline
from tradewire.web.page import Page

SIZE = 20
WORD_FILTERS = (
    "kind", "company", "since", "until", "modality", "standing", "list", "action", "speaker", "about", "cue", "review",
    "currency", "source",
)  # fmt: skip
NUMBER_FILTERS = ("min_amount", "max_amount", "min_confidence")
FILTERS = (*WORD_FILTERS, *NUMBER_FILTERS, "sort", "everything")
FACETS = ("source", "company", "list", "kind", "language", "topic", "month")


def number(request: Request, name: str, default: int, most: int) -> int:
    """A whole number from the address, kept between 0 and `most`."""
    try:
        return max(0, min(most, int(request.query_params.get(name, default))))
    except ValueError:
        return default


def fact_dict(row: FactRow) -> dict[str, Any]:
    """A fact as a row for tables, CSV and feeds."""
    return row.as_dict() | {"value": row.value, "headline": headline(row)}


def week_page(store: Store, request: Request, week: str | None = None) -> Page:
    """What changed in a week, newest by default: the digest, live or frozen."""
    window = parse_week(week) if week else newest_week(store)
    document = build_document(store, window, by_published=True)
    rows = [
        item | {"section": name}
        for name, items in document["sections"].items()
        if isinstance(items, list)
        for item in items
        if "sentence" in item
    ]
    return Page(
        template="week.html",
        title=f"Week {window.week}",
        context={
            "d": document,
            "s": document["sections"],
            "before": window.before(1).week,
            "after": window.before(-1).week,
            "health": health(store),
            "watched": watched(store, window),
        },
        rows=rows,
        data=document,
    )


def newest_week(store: Store) -> Window:
    """The week of the newest relevant article; the current one in an empty store."""
    import datetime as dt

    newest = store.value("SELECT max(published) FROM articles WHERE relevant = 1")
    return week_of(dt.date.fromisoformat(newest[:10]) if newest else dt.datetime.now(dt.UTC).date())


def health(store: Store) -> dict[str, Any]:
    return {
        "sources": store.value("SELECT count(*) FROM sources"),
        "troubled": store.rows(
            "SELECT id, name, state, state_reason FROM sources WHERE state <> 'active' ORDER BY name"
        ),
        "articles": store.value("SELECT count(*) FROM articles"),
        "facts": store.value("SELECT count(*) FROM facts WHERE state = 'live'"),
        "disputes": store.value("SELECT count(*) FROM events WHERE disputed = 1 AND settled_at IS NULL"),
    }


def watched(store: Store, window: Window) -> list[Row]:
    """Watched companies with the stories of the week that name them."""
    return store.rows(
        "SELECT c.id, c.name, (SELECT count(DISTINCT coalesce(a.story, -a.id)) FROM mentions m JOIN articles a"
        " ON a.text = m.text WHERE m.company = c.id AND a.published >= ? AND a.published < ?) AS stories"
        " FROM watches w JOIN companies c ON c.id = w.company ORDER BY c.name",
        (window.bounds[0][:10], window.bounds[1][:10]),
    )


def search_page(store: Store, request: Request) -> Page:
    text = request.query_params.get("q", "")
    sort = request.query_params.get("sort", "relevance")
    sort = sort if sort in ("relevance", "newest", "oldest") else "relevance"
    offset = number(request, "offset", 0, 10_000)
    limit = number(request, "limit", SIZE, 100) or SIZE
    found = search(store, text, limit=limit, offset=offset, sort=sort, facets=FACETS)
    months = next((f.counts for f in found.facets if f.name == "month"), ())
    rows = [
        {
            "article": h.article,
            "title": h.title,
            "url": h.url,
            "source": h.source_name or h.source,
            "published": h.published,
            "snippet": h.snippet.replace("\x02", "").replace("\x03", ""),
            "score": round(h.score, 4),
        }
        for h in found.hits
    ]
    return Page(
        template="search.html",
        title=f"Search: {text}" if text else "All articles",
        context={
            "found": found,
            "months": months,
            "most": max((m.count for m in months), default=1),
            "q": text,
        },
        rows=rows,
        data=found,
    )


def article_page(store: Store, request: Request, article: int) -> Page | None:
    """The text with its facts marked; None when there is no such article."""
    row = store.row(
        "SELECT a.*, s.name AS source_name FROM articles a LEFT JOIN sources s ON s.id = a.source WHERE a.id = ?",
        (article,),
    )
    text = current_text(store, article)
    if row is None or text is None:
        return None
    wanted = number(request, "version", text["version"], 10**6)
    shown = store.row("SELECT * FROM texts WHERE article = ? AND version = ?", (article, wanted)) or text
    found = [
        f
        for f in facts(store, article=article, everything=True, sort="text", limit=2000)
        if f.text == shown["id"]
    ]
    found = [f for f in found if f.state == "live" and f.review != "rejected"]
    versions = store.rows("SELECT version, made_at FROM texts WHERE article = ? ORDER BY version", (article,))
    copies = store.rows(
        "SELECT id, title, url, source, published FROM articles WHERE story = ? AND id <> ? ORDER BY published",
        (row["story"], article),
    )
    return Page(
        template="article.html",
        title=row["title"],
        context={
            "a": row,
            "paragraphs": paragraphs(shown["body"], found),
            "lead": shown["lead"],
            "facts": [(f, headline(f)) for f in found],
            "families": sorted({family(f) for f in found}),
            "version": shown["version"],
            "versions": versions,
            "copies": copies,
        },
        rows=[fact_dict(f) for f in found],
        data={"article": row, "text": shown, "facts": found},
    )


def family(row: FactRow) -> str:
    return packaged_kinds()[row.kind].family


def paragraphs(body: str, found: list[FactRow]) -> list[list[dict[str, Any]]]:
    """The body cut at lines and at borders of evidence: pieces with text, anchors that start there, and families."""
    edges = (
        {0, len(body)}
        | {i for i, c in enumerate(body) if c == "\n"}
        | {i + 1 for i, c in enumerate(body) if c == "\n"}
    )
    for f in found:
        edges |= {f.start, f.end}
    points = sorted(e for e in edges if 0 <= e <= len(body))
    by_start = sorted(found, key=lambda f: f.start)
    lines: list[list[dict[str, Any]]] = [[]]
    active: list[FactRow] = []
    position = 0
    for start, end in itertools.pairwise(points):
        while position < len(by_start) and by_start[position].start <= start:
            active.append(by_start[position])
            position += 1
        active = [f for f in active if f.end > start]
        piece = body[start:end]
        if piece == "\n":
            lines.append([])
            continue
        over = [f for f in active if f.start <= start]
        lines[-1].append(
            {
                "text": piece,
                "families": sorted({family(f) for f in over}),
                "anchors": [f.id for f in over if f.start == start],
            }
        )
    return [line for line in lines if line]


def facts_page(store: Store, request: Request) -> Page:
    """Facts by any filter; a filter that is not understood is explained, nothing else is lost."""
    asked = request.query_params
    limit = number(request, "limit", 50, 500) or 50
    offset = number(request, "offset", 0, 100_000)
    problem = None
    filters: dict[str, Any] = {name: asked[name] for name in WORD_FILTERS if asked.get(name)}
    for name in NUMBER_FILTERS:
        if asked.get(name):
            try:
                filters[name] = float(asked[name])
            except ValueError:
                problem = f"{name.replace('_', ' ')}: {asked[name]!r} is no number"
    sort = asked.get("sort", "newest")
    sort = sort if sort in ("newest", "oldest", "amount", "doubt") else "newest"
    everything = asked.get("everything") in ("1", "on", "true")
    found: list[FactRow] = []
    try:
        found = facts(store, **filters, sort=sort, everything=everything, limit=limit + 1, offset=offset)
    except UsageError as error:
        problem = str(error)
    more = len(found) > limit
    rows = [fact_dict(f) for f in found[:limit]]
    return Page(
        template="facts.html",
        title="Facts",
        context={
            "rows": rows,
            "kinds": list(packaged_kinds().values()),
            "modalities": [m.value for m in Modality],
            "standings": [s.value for s in Standing],
            "problem": problem,
            "more": more,
            "offset": offset,
            "limit": limit,
            "asked": dict.fromkeys(FILTERS, "") | dict(asked),
        },
        rows=rows,
        data={"facts": rows, "problem": problem, "next_offset": offset + limit if more else None},
    )


def fact_page(store: Store, request: Request, fact_id: str) -> Page | None:
    """One fact: its sentence in its paragraph, what other sources say, its history; None when there is none."""
    row = fact(store, fact_id)
    if row is None:
        return None
    text = store.row("SELECT body, version FROM texts WHERE id = ?", (row.text,))
    assert text is not None
    body = text["body"]
    begin = body.rfind("\n", 0, row.start) + 1
    end = body.find("\n", row.end)
    end = len(body) if end < 0 else end
    siblings = (
        [f for f in facts(store, event=row.event, everything=True, limit=50) if f.id != row.id]
        if row.event
        else []
    )
    spans = store.rows(
        "SELECT role, start, \"end\" FROM fact_spans WHERE fact = ? AND role <> 'evidence' ORDER BY start",
        (fact_id,),
    )
    history = store.rows("SELECT * FROM fact_reviews WHERE fact = ? ORDER BY id", (fact_id,))
    event = store.row("SELECT * FROM events WHERE id = ?", (row.event,)) if row.event else None
    return Page(
        template="fact.html",
        title=headline(row),
        context={
            "f": row,
            "headline": headline(row),
            "before": body[begin : row.start],
            "pieces": pieces(body, row.start, row.end, spans),
            "behind": body[row.end : end],
            "siblings": [(s, headline(s)) for s in siblings],
            "event": event,
            "history": history,
            "cite": citation(row),
            "bibtex": bibtex(row),
        },
        rows=[fact_dict(row)],
        data={"fact": row, "siblings": siblings, "history": history},
    )


def pieces(body: str, start: int, end: int, spans: list[Row]) -> list[tuple[str, str]]:
    """The sentence cut at its spans: (text, role or ""), the first span that covers a stretch wins."""
    points = sorted({start, end, *(p for s in spans for p in (s["start"], s["end"]) if start < p < end)})
    found = []
    for a, b in itertools.pairwise(points):
        role = next((s["role"] for s in spans if s["start"] <= a and b <= s["end"]), "")
        found.append((body[a:b], role))
    return found


def citation(row: FactRow) -> str:
    source = row.source_name or row.source or "unknown source"
    return f"{row.title}. {source}, {(row.published or 'undated')[:10]}. {row.url} (fact {row.id})"


def bibtex(row: FactRow) -> str:
    """A BibTeX entry; braces and backslashes of the page are taken out."""

    def safe(text: str) -> str:
        return "".join(" " if c in "{}\\\n\r" else c for c in text)

    year = (row.published or "")[:4]
    return (
        f"@misc{{tradewire-{row.id},\n  title = {{{safe(row.title)}}},\n"
        f"  howpublished = {{{safe(row.source_name or row.source or '')}}},\n  year = {{{year}}},\n"
        f"  url = {{{safe(row.url)}}},\n  note = {{{safe(row.sentence)}}}\n}}"
    )
