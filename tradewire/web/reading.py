"""Pages for reading: week, search, article, facts, fact. Plain functions over a read-only store."""

import itertools
import json
import math
from typing import Any

from starlette.requests import Request

from db.errors import UsageError
from db.facets import CAP, facet_filter
from db.kinds import packaged_kinds
from db.queries import FactRow, fact, facts
from db.records import Action, Modality, Standing
from db.search import FactChip, Hit, search
from db.store import Row, Store
from tradewire.digest.document import build_document
from tradewire.digest.window import Window, parse_week, week_of
from tradewire.headlines import headline, listed
from tradewire.options import amount_text
from tradewire.web.charts import every_month
from tradewire.web.page import Page, fact_dict, family, number

SIZE = 20
FACET_CAP = 1000  # hits that are counted beside a page of them: seven facets over 20,000 cost 450 ms of CPU
WORD_FILTERS = (
    "kind", "company", "since", "until", "modality", "standing", "list", "action", "speaker", "about", "cue", "review",
    "currency", "source",
)  # fmt: skip
NUMBER_FILTERS = ("min_amount", "max_amount", "min_confidence")
RARE_FILTERS = (
    "speaker", "source", "review", "min_confidence", "until", "max_amount", "currency", "modality", "standing",
)  # fmt: skip
FILTERS = (*WORD_FILTERS, *NUMBER_FILTERS, "sort", "everything")
FACETS = ("source", "company", "list", "kind", "language", "topic", "month")


def week_page(store: Store, request: Request, week: str | None = None) -> Page:
    """What changed in a week, newest by default: the digest, live or frozen."""
    window = parse_week(week) if week else newest_week(store)
    document = build_document(store, window, by_published=True)
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
            "alerts": store.value("SELECT count(*) FROM alerts WHERE read_at IS NULL"),
            "frozen": store.value(
                "SELECT 1 FROM digest_issues WHERE week = ? AND topic = ''", (window.week,)
            ),
            "frozen_at": None,
        },
        rows=document_rows(document),
        data=document,
    )


def document_rows(document: dict[str, Any]) -> list[dict[str, Any]]:
    """The lines of a digest that rest on a fact, with their section."""
    return [
        item | {"section": name}
        for name, items in document["sections"].items()
        if isinstance(items, list)
        for item in items
        if "sentence" in item
    ]


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
        "facts": live_facts(store),
        "run": store.row(
            "SELECT stage, state, started FROM runs WHERE stage = 'run' ORDER BY id DESC LIMIT 1"
        ),
        "disputes": store.value("SELECT count(*) FROM events WHERE disputed = 1 AND settled_at IS NULL"),
    }


def live_facts(store: Store) -> int:
    """How many facts are live. All but the withdrawn: there are few, and the index over kind and state has them together."""
    kinds = json.dumps(list(packaged_kinds()))
    gone = store.value(
        "SELECT count(*) FROM json_each(?) k CROSS JOIN facts f ON f.kind = k.value AND f.state = 'withdrawn'",
        (kinds,),
    )
    return int(store.value("SELECT count(*) FROM facts")) - int(gone)


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
    cap = CAP if request.query_params.get("facets") == "all" else FACET_CAP
    found = search(store, text, limit=limit, offset=offset, sort=sort, facets=FACETS, facet_cap=cap)
    counted = {c.value: c.count for f in found.facets if f.name == "month" for c in f.counts}
    months = [
        {"label": month, "count": counted.get(month, 0), "filter": facet_filter("month", month)}
        for month in every_month(counted)
    ]
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
            "most": max(counted.values(), default=1),
            "q": text,
            "chips": {h.article: chips(h) for h in found.hits},
            "facet_cap": cap,
            "can_count_all": cap < CAP and found.total > cap,
        },
        rows=rows,
        data=found,
    )


def chips(hit: Hit) -> list[tuple[FactChip, str, int]]:
    """(fact, words, how many are the same) of a hit, once each."""
    found: dict[tuple[Any, ...], tuple[FactChip, str, int]] = {}
    for chip in hit.facts:
        words = amount_text(chip.amount, chip.currency)
        if chip.action or chip.list:
            words = f"{words} {listed(chip.action, chip.list)}".strip()
        first, _, count = found.get((chip.kind, words), (chip, words, 0))
        found[chip.kind, words] = first, words, count + 1
    return list(found.values())


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
                if not math.isfinite(filters[name]):
                    raise ValueError
            except ValueError:
                filters.pop(name, None)
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
    found = found[:limit]

    def rows() -> list[dict[str, Any]]:
        return [fact_dict(f) for f in found]

    return Page(
        template="facts.html",
        title="Facts",
        context={
            "facts": [(f, headline(f)) for f in found],
            "has_dollars": any(dollars(f) for f in found),
            "dollars": dollars,
            "narrowed": any(asked.get(name) for name in RARE_FILTERS),
            "kinds": list(packaged_kinds().values()),
            "modalities": [m.value for m in Modality],
            "standings": [s.value for s in Standing],
            "actions": sorted(Action),
            "lists": store.rows("SELECT id, name FROM lists ORDER BY name"),
            "sources": store.rows("SELECT id, name FROM sources ORDER BY name"),
            "problem": problem,
            "more": more,
            "offset": offset,
            "limit": limit,
            "asked": dict.fromkeys(FILTERS, "") | dict(asked),
        },
        later=rows,
        data=lambda: {
            "facts": rows(), "problem": problem, "next_offset": offset + limit if more else None
        },
    )  # fmt: skip


def dollars(row: FactRow) -> tuple[float, str] | None:
    """An amount of another currency in US dollars, and how: at the rate of a date, or as the article says."""
    if row.currency == "USD":
        return None
    if row.usd is not None:
        return (
            row.usd,
            f"at the rate of {row.usd_rate_date} ({row.usd_rate_source})"
            if row.usd_rate_date
            else "own conversion",
        )
    if row.conversion_currency == "USD" and row.conversion_amount is not None:
        return row.conversion_amount, "as stated in the article"
    return None


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
        "SELECT role, start, \"end\" FROM fact_spans WHERE fact_n = (SELECT n FROM facts WHERE id = ?) AND role <> 'evidence' ORDER BY start",
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
            "dollars": dollars(row),
            "lists": store.rows("SELECT id, name FROM lists ORDER BY name") if row.kind == "listing" else [],
            "actions": sorted(Action),
            "modalities": [m.value for m in Modality],
            "standings": [s.value for s in Standing],
            "family": family(row),
            "who": "speaker" if row.kind in ("statement", "no_comment") else "company",
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
