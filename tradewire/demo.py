"""The main job on the packaged sample newsroom: served on loopback, crawled by the real spider, read by the real
pipeline, and held against the newsroom's answer key, which the pipeline never sees.
"""

import datetime as dt
import json
import subprocess
import sys
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from db.queries import facts
from db.store import Store
from tradewire.config import Settings
from tradewire.stages import run_all

STORE = "tradewire.sqlite"
#: Questions that the end of a run shows, so that a newcomer sees how to ask.
SEARCH = '"entity list" AND (camera OR chip)'
SQL = "select company, amount, currency, published, sentence from valuations order by published desc limit 5"
#: The sample hosts are ours and on loopback: no need to wait between requests.
FAST = {
    "CRAWL_ALLOW_PRIVATE": True,
    "DOWNLOAD_DELAY": 0.0,
    "AUTOTHROTTLE_ENABLED": False,
    "CRAWL_ALL_DUE": True,
}


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a run on the newsroom did."""

    done: dict[str, Any]
    as_of: dt.date
    is_new: bool  #: something was fetched or read in this run


def run_newsroom(folder: Path, as_of: dt.date | None) -> Outcome:
    """Serve the newsroom and run everything on it in `folder`. A folder that was used before keeps its date."""
    from crawler.simsite import serve
    from crawler.sources import load_sources

    folder.mkdir(parents=True, exist_ok=True)
    with Store.open(folder / STORE, create=True) as store:
        kept = store.value("SELECT value FROM meta WHERE key = 'newsroom_as_of'")
        day = (
            dt.date.fromisoformat(kept) if kept and as_of is None else as_of or dt.datetime.now(dt.UTC).date()
        )
        with store.write() as connection:
            connection.execute("INSERT OR REPLACE INTO meta VALUES ('newsroom_as_of', ?)", (day.isoformat(),))
        settings = Settings(store=str(folder / STORE), archive=str(folder / "archive"))
        with serve("newsroom", as_of=day) as site:
            sources = load_sources(site.sources_toml())
            done = run_all(store, settings, sources.values(), crawl_overrides=FAST)
    is_new = bool(done["extract"].get("new-texts") or done["annotate"].get("ok"))
    return Outcome(done, day, is_new)


def page_outcomes(store: Store) -> list[tuple[str, int]]:
    """(outcome, pages) over everything that was ever discovered, articles by relevance first."""
    counts: Counter[str] = Counter()
    for row in store.rows(
        "SELECT p.state, p.outcome, r.state AS extracted, a.relevant, a.language FROM pages p"
        " LEFT JOIN articles a ON a.page = p.id LEFT JOIN article_runs r ON r.stage = 'extract' AND r.input = p.id"
        " AND r.input_digest = p.payload_digest GROUP BY p.id"
    ):
        if row["relevant"] is not None:
            counts["article, relevant" if row["relevant"] else "article, off topic"] += 1
        elif row["state"] == "fetched":
            counts[f"no article: {row['extracted'] or 'not read yet'}"] += 1
        else:
            counts[f"{row['state']}: {row['outcome'] or ''}".strip(": ")] += 1
    return sorted(counts.items(), key=lambda pair: (not pair[0].startswith("article"), -pair[1]))


def against_key(store: Store, as_of: dt.date) -> Any:
    """The report of everything found against the answer key."""
    from crawler.newsroom.compare import compare_newsroom, found_row

    rows = [found_row(fact) for fact in facts(store, everything=True, state="live", sort="text", limit=None)]
    for row in store.rows("SELECT url, relevant FROM articles"):
        rows.append({"article": row["url"], "kind": "article", "relevant": bool(row["relevant"])})
    return compare_newsroom(rows, as_of)


def ask_sqlite_utils(store: Path) -> list[dict[str, Any]]:
    """The answer of the stock sqlite-utils command to `SQL`: the store needs no Tradewire to be read."""
    command = [sys.executable, "-m", "sqlite_utils", "query", str(store), SQL]
    rows: list[dict[str, Any]] = json.loads(
        subprocess.run(command, capture_output=True, text=True, check=True).stdout
    )
    return rows


def busiest_week(store: Store) -> str | None:
    """ISO week with most articles on the subject."""
    weeks: Counter[str] = Counter()
    for row in store.rows("SELECT published FROM articles WHERE relevant = 1 AND published IS NOT NULL"):
        year, week, _ = dt.date.fromisoformat(row["published"][:10]).isocalendar()
        weeks[f"{year}-W{week:02}"] += 1
    return max(sorted(weeks), key=weeks.__getitem__) if weeks else None
