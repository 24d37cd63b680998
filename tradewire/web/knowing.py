"""Pages about parties and lists: company, speaker, lists, disputes, compare, sources, review queue."""

import json
from collections import Counter
from typing import Any

from starlette.requests import Request

from db.clock import read_stamp
from db.profiles import CompanyProfile, company_profile
from db.queries import FactRow, facts, statements
from db.review import queue
from db.search import search
from db.store import Row, Store
from tradewire.headlines import headline
from tradewire.web.charts import bars, valuation_chart
from tradewire.web.page import Page, fact_dict, number


def company_page(store: Store, request: Request, name: str) -> Page | None:
    """Names, lists, one timeline, valuations, contracts, words, relations; None when nothing is known."""
    profile = company_profile(store, name)
    if profile is None:
        return None
    timeline = [
        {
            "day": day,
            "what": what,
            "fact": record if isinstance(record, FactRow) else None,
            "event": None if isinstance(record, FactRow) else record,
        }
        for day, what, record in profile.timeline()
    ]
    worth = [f for f in profile.amounts if f.kind in ("valuation", "market_cap") and f.value is not None]
    contracts = [f for f in profile.amounts if f.kind == "contract"]
    rows = [
        fact_dict(f)
        for f in (*profile.listings, *profile.amounts, *profile.shares, *profile.relations, *profile.said)
    ]
    return Page(
        template="company.html",
        title=profile.name,
        context={
            "p": profile,
            "timeline": timeline[:200],
            "worth": worth,
            "chart": valuation_chart(worth),
            "contracts": contracts,
            "months": bars(profile.mentions),
            "head": headline,
            "key": profile.company.id if profile.company else profile.name,
            "others": lambda f: other_parties(f, profile),
        },
        rows=rows,
        data=profile,
    )


def other_parties(row: FactRow, profile: CompanyProfile) -> list[str]:
    """Who else is part of a deal, on the page of one side of it."""
    own = profile.company.id if profile.company else None
    return [
        p.name
        for p in row.parties
        if p.role in ("company", "counterparty", "joint")
        and p.name != profile.name
        and (own is None or p.company != own)
    ]


def speaker_page(store: Store, request: Request, name: str) -> Page | None:
    """Everything one person or organisation said, in order."""
    cue = request.query_params.get("cue") or None
    said = statements(store, speaker=name, cue=cue, sort="oldest", limit=500)
    if not said and cue is None:
        return None
    return Page(
        template="speaker.html",
        title=name,
        context={
            "name": name,
            "said": said,
            "cue": cue,
            "classes": sorted({f.cue_class for f in said if f.cue_class}),
        },
        rows=[fact_dict(f) for f in said],
    )


def lists_page(store: Store, request: Request) -> Page:
    rows = store.rows(
        "SELECT l.id, l.name, l.authority, l.country, l.url, count(DISTINCT e.company) AS companies,"
        " max(e.effective_date) AS latest FROM lists l LEFT JOIN list_entries e ON e.list = l.id"
        " GROUP BY l.id ORDER BY companies DESC, l.name"
    )
    return Page(template="lists.html", title="Official lists", context={"rows": rows}, rows=rows)


def list_page(store: Store, request: Request, list_id: str) -> Page | None:
    """Adds, removes and threats of one list, official and reported, and who was in the news before being listed."""
    row = store.row("SELECT * FROM lists WHERE id = ?", (list_id,))
    if row is None:
        return None
    since, until = request.query_params.get("from") or "", request.query_params.get("to") or "9999"
    entries = store.rows(
        "SELECT e.*, c.name AS company_name FROM list_entries e LEFT JOIN companies c ON c.id = e.company"
        " WHERE e.list = ? AND coalesce(e.effective_date, '') >= ? AND coalesce(e.effective_date, '') <= ?"
        " ORDER BY e.effective_date DESC, e.name",
        (list_id, since, until),
    )
    claims = facts(store, kind="listing", list=list_id, limit=200)
    early = store.rows(
        "SELECT c.id, c.name, e.effective_date, min(a.published) AS first_seen, count(DISTINCT a.id) AS articles"
        " FROM list_entries e JOIN companies c ON c.id = e.company JOIN mentions m ON m.company = c.id"
        " JOIN articles a ON a.text = m.text WHERE e.list = ? AND e.action = 'add' AND a.published < e.effective_date"
        " GROUP BY c.id ORDER BY first_seen LIMIT 50",
        (list_id,),
    )
    return Page(
        template="list.html",
        title=row["name"],
        context={"l": row, "entries": entries, "groups": grouped(entries), "claims": [(f, headline(f)) for f in claims], "early": early,
                 "since": since, "until": "" if until == "9999" else until},
        rows=entries,
    )  # fmt: skip


def grouped(entries: list[Row]) -> list[tuple[str, list[Row]]]:
    """Entries under what they do, those without any left out."""
    names = (("Added", ("add",)), ("Removed", ("remove",)))
    known = {action for _, actions in names for action in actions}
    groups = [(name, [e for e in entries if e["action"] in actions]) for name, actions in names]
    groups.append(("Changed otherwise", [e for e in entries if e["action"] not in known]))
    return [(name, rows) for name, rows in groups if rows]


def disputes_page(store: Store, request: Request) -> Page:
    """Events whose sources differ beyond rounding."""
    events = store.rows(
        "SELECT e.*, coalesce(c.name, e.company) AS company_name FROM events e LEFT JOIN companies c ON c.id = e.company"
        " WHERE e.disputed = 1 AND e.settled_at IS NULL ORDER BY e.dispute LIKE 'factor%' DESC, coalesce(e.high, 0) DESC, e.id LIMIT 100"
    )
    for event in events:
        event["facts"] = [
            fact_dict(f) for f in facts(store, event=event["id"], everything=True, sort="oldest", limit=20)
        ]
    return Page(template="disputes.html", title="Disputes", context={"events": events}, rows=events)


def review_page(store: Store, request: Request) -> Page:
    """The queue: facts nobody looked at, most doubtful and weightiest first."""
    waiting = queue(store, limit=number(request, "limit", 20, 100))
    rows = [fact_dict(f) for f in waiting]
    return Page(
        template="review.html",
        title="Review",
        context={"queue": [(f, headline(f)) for f in waiting]},
        rows=rows,
    )


def compare_page(store: Store, request: Request) -> Page:
    """Two to four queries over time, counts a month."""
    queries = [q for q in request.query_params.getlist("q") if q.strip()][:4]
    series: list[dict[str, Any]] = []
    months: set[str] = set()
    for query in queries:
        answer = search(store, query, limit=1, sort="newest", facets=("month",))
        counts = {c.value: c.count for f in answer.facets for c in f.counts}
        months |= set(counts)
        series.append({"query": query, "read": answer.read, "total": answer.total, "counts": counts})
    ordered = sorted(months)
    most = max((n for s in series for n in s["counts"].values()), default=1)
    rows = [{"month": month, **{s["query"]: s["counts"].get(month, 0) for s in series}} for month in ordered]
    return Page(
        template="compare.html",
        title="Compare",
        context={"queries": queries, "series": series, "months": ordered, "most": most},
        rows=rows,
    )


def sources_page(store: Store, request: Request) -> Page:
    """Each source's health, and the last runs of jobs and stages."""
    rows = store.rows(
        "SELECT s.id, s.name, s.country, s.language, s.kind, s.state, s.state_reason, s.last_success, s.next_due,"
        " (SELECT count(*) FROM articles a WHERE a.source = s.id) AS articles,"
        " (SELECT count(*) FROM pages p WHERE p.source = s.id AND p.state = 'failed') AS failed,"
        " (SELECT max(a.published) FROM articles a WHERE a.source = s.id) AS newest"
        " FROM sources s ORDER BY s.state <> 'active' DESC, s.name"
    )
    runs = store.rows("SELECT stage, started, ended, state, stats FROM runs ORDER BY id DESC LIMIT 30")
    for run in runs:
        run["seconds"] = seconds_between(run["started"], run["ended"])
        run["counts"] = counts_text(run["stats"])
    return Page(
        template="sources.html",
        title="Sources and jobs",
        context={"rows": rows, "runs": runs, "strips": job_strips(store)},
        rows=rows,
        data={"sources": rows, "runs": runs},
    )


SIGNS = {
    "ok": "✓",
    "degraded": "~",
    "failed": "×",
    "timeout": "×",
    "lost": "×",
    "running": "…",
    "claimed": "…",
}


def job_strips(store: Store) -> list[dict[str, Any]]:
    """The last 30 runs of each job, oldest first, with a sign each and the words for it."""
    strips = []
    for job in store.rows("SELECT DISTINCT job FROM job_runs ORDER BY job"):
        runs = store.rows(
            "SELECT slot, started, ended, state, exit_code FROM job_runs WHERE job = ? ORDER BY id DESC LIMIT 30",
            (job["job"],),
        )[::-1]
        for run in runs:
            run["sign"] = SIGNS.get(run["state"], "–")
        words = ", ".join(f"{n} {state}" for state, n in Counter(run["state"] for run in runs).items())
        strips.append({"name": job["job"], "runs": runs, "words": f"{job['job']}: {words}"})
    return strips


def seconds_between(started: str | None, ended: str | None) -> int | None:
    return int((read_stamp(ended) - read_stamp(started)).total_seconds()) if started and ended else None


def counts_text(stats: str) -> str:
    """A run's counts for people: "52 pages, 50 articles"; what is 0 or nested is left out."""
    try:
        counts = json.loads(stats or "{}")
    except ValueError:
        return ""
    return ", ".join(
        f"{n} {name.replace('_', ' ')}" for name, n in counts.items() if isinstance(n, int) and n
    )
