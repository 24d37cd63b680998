"""Full-text search over articles: any text in, an answer out.

    answer = search(store, 'huawei "entity list" since:30d')
    for hit in answer.hits: print(hit.title, hit.snippet)

Hits are ranked by bm25 (a word in the title counts eight times), the best 500 then again by age. Copies of one
story are folded into the best of them. Words found stand between `MARK` and `UNMARK` (two control characters):
escape first, then replace them.
"""

import datetime as dt
from dataclasses import dataclass
from typing import Any

from db import sqlite
from db.clock import now
from db.facets import CAP, Facet, count_facets
from db.passages import MARK, UNMARK, Passages, snippet
from db.query_compile import Compiler, Plan
from db.query_language import parse
from db.query_nodes import And, Filter, Node, Or, describe, written
from db.store import Row, Store
from db.views import QUOTABLE, SENTENCE

__all__ = ["MARK", "UNMARK", "FactChip", "Hit", "SearchAnswer", "search"]

BLENDED = 500  # hits that age has a say in: blending all hits of a common word costs 2.2 times as much
HALF_LIFE_DAYS = 180.0
AGE_WEIGHT = 0.5  # an old hit keeps at least half its score
CHIPS = 4
FTS_WEIGHTS = "8.0, 4.0, 1.0"  # title, lead, body


@dataclass(frozen=True, slots=True, kw_only=True)
class FactChip:
    """A fact of a hit, short enough for one line."""

    id: str
    kind: str
    amount: float | None
    currency: str | None
    list: str | None
    action: str | None
    sentence: str
    confidence: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Hit:
    """One article that the query finds."""

    article: int
    url: str
    title: str  #: plain
    title_marked: str  #: with MARK and UNMARK
    snippet: str  #: with MARK and UNMARK
    source: str | None
    source_name: str | None
    published: str | None
    published_precision: str | None
    first_seen: str
    language: str | None
    page_type: str
    authors: str  #: JSON list
    story: int | None
    score: float  #: higher is better; 0 when sorted by date
    copies: tuple[str, ...]  #: addresses of other hits of the same story
    facts: tuple[FactChip, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchAnswer:
    """Hits, and how the query was read."""

    text: str
    read: str  #: the query in words, as it was understood
    notes: tuple[str, ...]  #: what was not taken as written, and why
    total: int  #: articles found
    total_exact: bool  #: False: at least this many
    hits: tuple[Hit, ...]
    offset: int
    limit: int
    sort: str
    facets: tuple[Facet, ...] = ()
    looser: tuple[str, ...] = ()  #: other queries to try when nothing was found


def search(
    store: Store,
    text: str,
    *,
    limit: int = 20,
    offset: int = 0,
    sort: str = "relevance",
    facets: tuple[str, ...] = (),
    facet_cap: int = CAP,
    fold: bool = True,
    expand: bool = True,
) -> SearchAnswer:
    """What the store has for `text`; blank text finds everything, newest first.

    `sort` is "relevance", "newest" or "oldest". `facets` names what to count beside the hits (db/facets.py);
    its "month" is the histogram, the others are counted over the newest `facet_cap` hits. With `fold` copies of a story appear once. With `expand` a company's other
    names are searched too. Never raises on account of `text`.
    """
    assert sort in ("relevance", "newest", "oldest"), sort
    query = parse(text)
    compiler = Compiler(store, expand=expand)
    found: dict[str, Any] = {
        "total": 0,
        "total_exact": True,
        "hits": (),
        "facets": (),
        "notes": (),
        "sort": sort,
    }
    notes = compiler.notes
    if query.node is None and text.strip():
        notes.append("there is nothing to search for in this")
    else:
        try:
            plan = compiler.compile(query.node)
            found = _run(store, plan, limit, offset, sort, facets, facet_cap, fold)
        except sqlite.OperationalError as error:
            if "interrupted" not in str(error):
                raise
            notes.append("this took too long and was stopped; add a rarer word, a filter or a date")
    read = describe(query.node) if query.node is not None or not text.strip() else "nothing"
    looser = () if found["total"] or query.node is None else _looser(query.node)
    return SearchAnswer(
        text=text,
        read=read,
        notes=(*query.notes, *dict.fromkeys(notes), *found.pop("notes")),
        offset=offset,
        limit=limit,
        looser=looser,
        **found,
    )


def _run(
    store: Store,
    plan: Plan,
    limit: int,
    offset: int,
    sort: str,
    facets: tuple[str, ...],
    facet_cap: int,
    fold: bool,
) -> dict[str, Any]:
    total, exact = _count(store, plan)
    if not total:
        counted = count_facets(store, plan, facets, 0)
        return {"total": 0, "total_exact": True, "hits": (), "facets": counted, "notes": (), "sort": sort}
    notes: tuple[str, ...] = ()
    if plan.match is None and sort == "relevance":
        sort = "newest"  # filters alone give no rank
    if sort == "relevance" and _ranks_nothing(store, plan, total):
        sort, notes = "newest", ("most articles have this, so the newest come first",)
    wanted = max(BLENDED, 2 * (offset + limit)) if sort == "relevance" else 2 * (offset + limit) + 50
    ranked = (
        _ranked(store, plan, wanted, total)
        if sort == "relevance"
        else _dated(store, plan, wanted, total, sort)
    )
    copies: dict[int, list[str]] = {}
    kept: list[Row] = []
    first: dict[int, int] = {}
    for row in ranked:
        story = row["story"] if fold else None
        if story is not None and story in first:
            copies[first[story]].append(row["url"])
            continue
        if story is not None:
            first[story] = row["id"]
        copies[row["id"]] = []
        kept.append(row)
    page = kept[offset : offset + limit]
    return {
        "notes": notes,
        "sort": sort,
        "total": total,
        "total_exact": exact,
        "hits": _hits(store, plan, page, copies),
        "facets": count_facets(store, plan, facets, total if exact else CAP + 1, facet_cap),
    }


def _ranks_nothing(store: Store, plan: Plan, total: int) -> bool:
    """True for a word of more than half of many articles: bm25 gives all of them the same, at 2 µs each."""
    if total < CAP // 4 or plan.conditions or plan.match is None or " OR " in plan.match:
        return False
    return 2 * total > int(store.value("SELECT count(*) FROM articles"))


def _count(store: Store, plan: Plan) -> tuple[int, bool]:
    """Number of hits; with filters no further than just past CAP, which costs a look-up for each hit."""
    if plan.match is not None and not plan.conditions:
        sql = "SELECT count(*) FROM articles_fts WHERE articles_fts MATCH ?"
        return store.value(sql, (plan.match,)), True
    if plan.match is None and not plan.conditions:
        return store.value("SELECT count(*) FROM articles WHERE text IS NOT NULL"), True
    source, parameters = plan.source()
    total = store.value(f"SELECT count(*) FROM (SELECT 1 FROM {source} LIMIT {CAP + 1})", parameters)
    return min(total, CAP), total <= CAP


def _ranked(store: Store, plan: Plan, wanted: int, total: int) -> list[Row]:
    source, parameters = plan.source()
    rows = store.rows(
        f"SELECT a.id, a.url, a.story, coalesce(a.published, a.first_seen) AS at,"
        f" bm25(articles_fts, {FTS_WEIGHTS}) AS score FROM {source} ORDER BY score LIMIT ?",
        (*parameters, wanted),
    )
    today = now().date()
    for row in rows:
        # bm25 is negative, better is smaller; of common words it comes out near zero
        row["score"] = -row["score"] * (
            AGE_WEIGHT + (1 - AGE_WEIGHT) * 0.5 ** (_age(row["at"], today) / HALF_LIFE_DAYS)
        )
    rows.sort(key=lambda row: (-row["score"], -row["id"]))
    return rows


def _age(at: str, today: dt.date) -> float:
    try:
        return max(0.0, (today - dt.date.fromisoformat(at[:10])).days)
    except ValueError:
        return 3650.0


def _dated(store: Store, plan: Plan, wanted: int, total: int, sort: str) -> list[Row]:
    columns = "a.id, a.url, a.story, 0.0 AS score"
    order = f"coalesce(a.published, a.first_seen) {'DESC' if sort == 'newest' else 'ASC'}, a.id DESC"
    if total >= (CAP if plan.match is not None else CAP // 4):
        # walk the articles by date and stop early, instead of sorting a quarter of a million hits
        where = [s for s, _ in plan.conditions]
        values = [v for _, values in plan.conditions for v in values]
        if plan.match is None:
            where.append("a.text IS NOT NULL")
        else:
            where.insert(0, "+a.text IN (SELECT rowid FROM articles_fts WHERE articles_fts MATCH ?)")
            values.insert(0, plan.match)
        return store.rows(
            f"SELECT {columns} FROM articles a INDEXED BY articles_when WHERE {' AND '.join(where)}"
            f" ORDER BY {order} LIMIT ?",
            (*values, wanted),
        )
    source, parameters = plan.source()
    return store.rows(f"SELECT {columns} FROM {source} ORDER BY {order} LIMIT ?", (*parameters, wanted))


def _hits(store: Store, plan: Plan, page: list[Row], copies: dict[int, list[str]]) -> tuple[Hit, ...]:
    ids = [row["id"] for row in page]
    marks = ", ".join("?" * len(ids))
    articles = {
        row["id"]: row
        for row in store.rows(
            f"""
            SELECT a.*, s.name AS source_name, coalesce(t.search_title, a.title) AS search_title, coalesce(t.lead, '') AS lead,
                   coalesce(t.search_body, t.body) AS body
            FROM articles a JOIN texts t ON t.id = a.text LEFT JOIN sources s ON s.id = a.source
            WHERE a.id IN ({marks})""",
            ids,
        )
    }
    texts = [(a["search_title"], a["lead"], a["body"]) for a in (articles[i] for i in ids)]
    with Passages() as passages:
        marked = (
            passages.marked(plan.marks or '"x"', texts)
            if plan.marks
            else [(articles[i]["title"], articles[i]["lead"], articles[i]["body"]) for i in ids]
        )
    chips = _chips(store, ids)
    hits = []
    for row, (title, lead, body) in zip(page, marked):
        article = articles[row["id"]]
        hits.append(
            Hit(
                article=row["id"],
                url=article["url"],
                title=article["title"],
                title_marked=title,
                snippet=snippet(lead if MARK in lead and MARK not in body else body),
                source=article["source"],
                source_name=article["source_name"],
                published=article["published"],
                published_precision=article["published_precision"],
                first_seen=article["first_seen"],
                language=article["language"],
                page_type=article["page_type"],
                authors=article["authors"],
                story=article["story"],
                score=row["score"],
                copies=tuple(copies[row["id"]]),
                facts=tuple(chips.get(row["id"], ())),
            )
        )
    return tuple(hits)


def _chips(store: Store, ids: list[int]) -> dict[int, list[FactChip]]:
    marks = ", ".join("?" * len(ids))
    found: dict[int, list[FactChip]] = {}
    for row in store.rows(
        f"SELECT f.article, f.id, f.kind, f.amount, f.currency, f.list, f.action, {SENTENCE} AS sentence, f.confidence FROM facts f"
        f" WHERE f.article IN ({marks}) AND {QUOTABLE} AND f.kind <> 'other'"
        " ORDER BY f.kind = 'listing' DESC, f.amount IS NOT NULL DESC, f.confidence DESC, f.start",
        ids,
    ):
        mine = found.setdefault(row.pop("article"), [])
        if len(mine) < CHIPS:
            mine.append(FactChip(**row))
    return found


def _looser(node: Node) -> tuple[str, ...]:
    """Queries that ask for less, for when nothing was found."""
    parts = node.nodes if isinstance(node, And) else (node,)
    words = [part for part in parts if not isinstance(part, Filter)]
    found = []
    if words and len(words) < len(parts):
        found.append(written(And(tuple(words)) if len(words) > 1 else words[0]))
    if len(words) > 1:
        found.append(written(Or(tuple(words))))
    return tuple(dict.fromkeys(found))
