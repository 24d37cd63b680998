"""The page of sources and jobs: who answers, what ran, what failed."""

import datetime as dt
import json
import re
from collections import Counter
from typing import Any

from starlette.requests import Request

from db.clock import now, read_stamp
from db.store import Store
from tradewire.web.page import Page

STRIP_DAYS = 14


def sources_page(store: Store, request: Request) -> Page:
    """Each source's health, and the last runs of jobs and stages."""
    rows = store.rows(
        "SELECT s.id, s.name, s.country, s.language, s.kind, s.state, s.state_reason, s.last_success, s.next_due,"
        " (SELECT count(*) FROM articles a WHERE a.source = s.id) AS articles,"
        " (SELECT count(*) FROM pages p WHERE p.source = s.id AND p.state = 'failed') AS failed,"
        " (SELECT max(a.published) FROM articles a WHERE a.source = s.id) AS newest"
        " FROM sources s ORDER BY s.state <> 'active' DESC, s.name"
    )
    week = source_strips(store)
    for row in rows:
        row["days"] = week.get(row["id"], [])
    runs = store.rows("SELECT stage, started, ended, state, stats FROM runs ORDER BY id DESC LIMIT 30")
    for run in runs:
        run["seconds"] = seconds_between(run["started"], run["ended"])
        run["counts"] = counts_text(run["stats"])
    return Page(
        template="sources.html",
        title="Sources and jobs",
        context={"rows": rows, "runs": runs, "strips": job_strips(store), "days": STRIP_DAYS},
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


def source_strips(store: Store) -> dict[str, list[dict[str, Any]]]:
    """Of each source the last STRIP_DAYS days, oldest first: how many requests were answered, how many failed."""
    today = now().date()
    days = [(today - dt.timedelta(days=n)).isoformat() for n in range(STRIP_DAYS - 1, -1, -1)]
    counts = {
        (row["source"], row["day"]): row
        for row in store.rows(
            "SELECT f.source, substr(f.at, 1, 10) AS day, sum(f.outcome IN ('ok', 'not-modified')) AS good, count(*) AS n"
            " FROM sources s JOIN fetches f ON f.source = s.id AND f.at >= ? GROUP BY 1, 2",
            (days[0],),
        )
    }
    strips: dict[str, list[dict[str, Any]]] = {}
    for source in {source for source, _ in counts}:
        cells = []
        for day in days:
            found = counts.get((source, day))
            good, n = (found["good"], found["n"]) if found else (0, 0)
            state = "none" if not n else "ok" if 2 * good >= n else "degraded" if good else "failed"
            cells.append({"state": state, "words": f"{day}: {good} of {n} requests answered"})
        strips[source] = cells
    return strips


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


#: The names of a run's counts in words, "(one|many)"; what is not here is shown as it is called.
COUNTS = {
    "feeds": "feed(|s)", "feeds-failed": "feed(|s) failed", "feeds-not-modified": "feed(|s) unchanged",
    "entries": "entr(y|ies)", "new": "new address(|es)", "off-topic": "off topic", "ok": "done",
    "pages": "page(|s)", "robots-refused": "refused by robots.txt", "gone": "gone",
    "article": "page(|s) with an article", "articles": "article(|s) in the store", "new-texts": "changed text(|s)",
    "list": "list of links", "paywall": "behind a paywall", "soft_404": "“not found” with status 200",
    "consent": "consent page(|s)", "press_release": "press release(|s)",
    "facts": "fact(|s)", "facts new": "new fact(|s)", "seeded": "record(|s) brought in", "texts": "text(|s)",
    "events made": "event(|s) made", "events changed": "event(|s) changed", "events disputed": "event(|s) disputed",
    "alerts": "alert(|s)",
}  # fmt: skip


def counts_text(stats: str) -> str:
    """A run's counts for people: "52 pages, 1 event disputed"; what is 0 or nested is left out."""
    try:
        counts = json.loads(stats or "{}")
    except ValueError:
        return ""
    told = []
    for name, n in counts.items():
        if isinstance(n, int) and n:
            words = COUNTS.get(name, name.replace("_", " ").replace("-", " "))
            told.append(f"{n:,} " + re.sub(r"\((\w*)\|(\w*)\)", r"\1" if n == 1 else r"\2", words))
    return ", ".join(told)
