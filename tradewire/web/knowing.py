"""Pages about parties and lists: company, speaker, lists, disputes, compare, review queue."""

from typing import Any

from starlette.requests import Request

from db.clock import now
from db.companies import find_companies
from db.kinds import packaged_kinds
from db.list_status import status_of
from db.profiles import CompanyProfile, company_profile
from db.queries import FactRow, facts, statements
from db.query_values import read_days
from db.review import agreement, queue
from db.search import search
from db.store import Row, Store
from tradewire.headlines import headline
from tradewire.web.charts import bars, every_month, grouped_bars, valuation_chart
from tradewire.web.page import Page, fact_dict, number
from tradewire.web.reading import dollars

TIMELINE = 40  # facts of each family on a company's page; the rest is behind "all facts"
WORTH = ("valuation", "market_cap")
SAID = 50


def company_page(store: Store, request: Request, name: str) -> Page | None:
    """Names, lists, one timeline, valuations, contracts, words, relations; None when nothing is known."""
    limit = number(request, "limit", TIMELINE, 200) or TIMELINE
    profile = company_profile(store, name, limit=limit)
    if profile is None:
        return None
    key = profile.company.id if profile.company else profile.name
    timeline = told_once(profile)
    deals = facts(store, kind=(*WORTH, "contract"), company=key, limit=400)
    worth = [f for f in deals if f.kind in WORTH and f.value is not None]
    contracts = [f for f in deals if f.kind == "contract"]

    def rows() -> list[dict[str, Any]]:
        known = (*profile.listings, *profile.amounts, *profile.shares, *profile.relations, *profile.said)
        return [fact_dict(f) for f in known]

    return Page(
        template="company.html",
        title=profile.name,
        context={
            "p": profile,
            "status": status_of(store, profile.company.id) if profile.company else [],
            "today": now().date().isoformat(),
            "timeline": timeline[:limit],
            "more": len(timeline) > limit,
            "worth": worth,
            "chart": valuation_chart(worth),
            "contracts": contracts,
            "months": bars(profile.mentions),
            "head": headline,
            "dollars": dollars,
            "key": key,
            "others": lambda f: other_parties(f, profile),
        },
        later=rows,
        data=profile,
    )


def told_once(profile: CompanyProfile) -> list[dict[str, Any]]:
    """The timeline with one entry an event: its newest fact, and who else tells it."""
    entries: list[dict[str, Any]] = []
    by_event: dict[int, dict[str, Any]] = {}
    for day, what, record in profile.timeline():
        fact = record if isinstance(record, FactRow) else None
        if fact is not None and fact.event in by_event:
            by_event[fact.event]["also"].append(fact)
            continue
        entry: dict[str, Any] = {
            "day": day,
            "what": what,
            "fact": fact,
            "event": None if fact else record,
            "also": [],
        }
        entries.append(entry)
        if fact is not None and fact.event is not None:
            by_event[fact.event] = entry
    return entries


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
    """What one person or organisation said, newest first."""
    cue = request.query_params.get("cue") or None
    offset = number(request, "offset", 0, 100_000)
    said = statements(store, speaker=name, cue=cue, sort="newest", limit=SAID + 1, offset=offset)
    if not said and cue is None and not offset:
        return None
    more, said = len(said) > SAID, said[:SAID]
    company = find_companies(store, name)
    return Page(
        template="speaker.html",
        title=company[0].name if company else name,
        context={
            "name": company[0].name if company else name,
            "company": company[0].id if company else None,
            "said": said,
            "cue": cue,
            "classes": sorted({f.cue_class for f in said if f.cue_class}),
            "offset": offset,
            "more": more,
            "size": SAID,
        },
        later=lambda: [fact_dict(f) for f in said],
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
    asked = {name: (request.query_params.get(name) or "").strip() for name in ("from", "to")}
    days = {name: read_days(text) for name, text in asked.items() if text}
    unread = [
        f"{name} {asked[name]!r} is no date: write 2024-01-31, 2024-01 or 90d"
        for name, d in days.items()
        if not d
    ]
    first, last = days.get("from"), days.get("to")
    since = (
        "" if not first else asked["from"] if asked["from"] == f"{first[0].year}" else first[0].isoformat()
    )
    until = last[1].isoformat() if last else "9999"
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
                 "threats": sum(f.action == "threaten" for f in claims),
                 "problem": "; ".join(unread), "since": since, "until": "" if until == "9999" else until},
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
    told = [facts(store, event=event["id"], everything=True, sort="oldest", limit=20) for event in events]
    shown = [event | {"found": [(f, headline(f)) for f in found]} for event, found in zip(events, told)]

    def rows() -> list[dict[str, Any]]:
        return [event | {"facts": [fact_dict(f) for f in found]} for event, found in zip(events, told)]

    return Page(template="disputes.html", title="Disputes", context={"events": shown}, later=rows)


def review_page(store: Store, request: Request) -> Page:
    """The queue: facts nobody looked at, most doubtful and weightiest first."""
    kind = request.query_params.get("kind") or None
    waiting = queue(
        store, kind=kind if kind in packaged_kinds() else None, limit=number(request, "limit", 20, 100)
    )
    return Page(
        template="review.html",
        title="Review",
        context={
            "queue": [(f, headline(f)) for f in waiting],
            "rules": agreement(store)[:20],
            "kinds": list(packaged_kinds().values()),
            "kind": kind,
        },
        later=lambda: [fact_dict(f) for f in waiting],
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
    ordered = every_month(months)
    rows = [{"month": month, **{s["query"]: s["counts"].get(month, 0) for s in series}} for month in ordered]
    return Page(
        template="compare.html",
        title="Compare",
        context={
            "queries": queries,
            "series": series,
            "months": ordered,
            "chart": grouped_bars([s["counts"] for s in series], ordered[-24:]),
        },
        rows=rows,
    )
