"""Counts beside a list of hits: by source, company, list, kind, language, topic and month.

Exact up to CAP hits; beyond, the newest CAP of them are counted and the answer says so.
"""

from dataclasses import dataclass

from db.query_compile import Plan
from db.store import Store

CAP = 20_000  # three facets over 255,921 hits took 278 ms, over the newest 20,000 of them 32 ms
TOGETHER = 3_000  # hits from which one pass for all facets is cheaper
TOP = 12  # values shown of each facet

# CROSS JOIN: hits come first; the planner does not know how few they are
_FACTS = (
    "FROM hits CROSS JOIN facts f ON f.article = hits.id AND f.state = 'live' WHERE f.review <> 'rejected'"
)
_MENTIONED = (
    "SELECT company AS v, count(*) AS n FROM (SELECT m.company FROM hits CROSS JOIN mentions m ON m.text = hits.text"
    " WHERE m.company IS NOT NULL GROUP BY m.text, m.company) GROUP BY 1"
)
#: Facet -> SELECT of (value, count) over `hits`, and of the label for a value v.
FACETS = {
    "source": (
        "SELECT source AS v, count(*) AS n FROM hits GROUP BY 1",
        "(SELECT name FROM sources WHERE id = v)",
    ),
    "company": (_MENTIONED, "(SELECT name FROM companies WHERE id = v)"),
    "list": (
        f"SELECT list AS v, count(*) AS n FROM (SELECT f.list {_FACTS} AND f.list IS NOT NULL GROUP BY f.article, f.list)"
        " GROUP BY 1",
        "(SELECT name FROM lists WHERE id = v)",
    ),
    "kind": (
        f"SELECT kind AS v, count(*) AS n FROM (SELECT f.kind {_FACTS} GROUP BY f.article, f.kind) GROUP BY 1",
        "v",
    ),
    "language": ("SELECT language AS v, count(*) AS n FROM hits GROUP BY 1", "v"),
    "topic": (
        "SELECT j.value AS v, count(*) AS n FROM hits CROSS JOIN json_each(hits.topics) j WHERE hits.topics <> '[]'"
        " GROUP BY 1",
        "v",
    ),
    "month": ("SELECT month AS v, count(*) AS n FROM hits GROUP BY 1", "v"),
}


@dataclass(frozen=True, slots=True)
class Count:
    """One value of a facet; add `filter` to the query to keep only its hits."""

    value: str
    label: str
    count: int
    filter: str


@dataclass(frozen=True, slots=True)
class Facet:
    """The commonest values, or for `month` all of them in order. Not `exact`: counted over the newest CAP hits."""

    name: str
    counts: tuple[Count, ...]
    exact: bool


def count_facets(
    store: Store, plan: Plan, names: tuple[str, ...], total: int, cap: int = CAP
) -> tuple[Facet, ...]:
    """The facets `names` of the `total` hits of `plan`, counted over the newest `cap` of them; months over CAP."""
    if "month" in names and cap < min(total, CAP):
        others = count_facets(store, plan, tuple(n for n in names if n != "month"), total, cap)
        return (*others, *count_facets(store, plan, ("month",), total))
    if not names:
        return ()
    source, parameters = plan.source()
    order = "articles_fts.rowid" if plan.match is not None else "a.id"
    newest = f"ORDER BY {order} DESC LIMIT {cap}" if total > cap else ""
    columns = "substr(coalesce(a.published, a.first_seen), 1, 7) AS month"
    if names != ("month",):
        columns += ", a.id, a.text, a.source, a.language, a.topics"
    hits = f"SELECT {columns} FROM {source} {newest}"
    parts = []
    for name in names:
        sql, label = FACETS[name]
        top = "" if name == "month" else f" ORDER BY n DESC, v LIMIT {TOP}"
        parts.append(
            f"SELECT '{name}' AS facet, v, coalesce({label}, v) AS label, n FROM"
            f" (SELECT v, n FROM ({sql}) WHERE v IS NOT NULL{top})"
        )
    # of few hits each facet is asked alone: over a union SQLite 3.40 builds a Bloom filter of all facts first
    asked = [" UNION ALL ".join(parts)] if min(total, cap) > TOGETHER else parts
    rows = [
        row for part in asked for row in store.rows(f"WITH hits AS MATERIALIZED ({hits}) {part}", parameters)
    ]
    found = []
    for name in names:
        mine = [row for row in rows if row["facet"] == name]
        mine.sort(key=(lambda r: r["v"]) if name == "month" else (lambda r: (-r["n"], r["label"])))
        counts = tuple(Count(r["v"], r["label"], r["n"], facet_filter(name, r["v"])) for r in mine)
        found.append(Facet(name, counts, total <= cap))
    return tuple(found)


def facet_filter(name: str, value: str) -> str:
    """The words of the query language that keep only the hits with this value."""
    if name == "month":
        return f"since:{value} until:{value}"
    text = value if value.replace("-", "").replace("_", "").isalnum() else '"' + value.replace('"', "") + '"'
    return f"{ {'language': 'lang'}.get(name, name) }:{text}"
