"""Health of sources: a silent zero, a dead feed or a broken template must make noise (exit code 3, with the reason)."""

import datetime as dt
import json
from dataclasses import dataclass
from typing import Any

from db.clock import now, read_stamp, stamp
from db.store import Store

WEEK = dt.timedelta(days=7)
DEAD_AFTER = 5  # failures in a row of the same feed
MIN_PAGES = 10  # below, a share says nothing
LOW_SHARE = 0.5  # of fetched pages that become articles
OLD_DAYS = 30  # median age of what is found: a feed that repeats its archive


@dataclass(frozen=True, slots=True, kw_only=True)
class Health:
    """How one source is doing."""

    source: str
    name: str
    state: str  #: active, paused, silent, failing, new, too-few, too-many, unreadable, stale
    reasons: tuple[str, ...]
    last_success: str | None
    articles_week: int
    expect: str  #: "5-60", empty where nothing is declared
    pages_week: int
    article_share: float | None  #: of the week's fetched pages
    failures_week: int
    median_age_h: float | None  #: hours between publication and our first sight
    next_due: str | None
    verified: str | None

    @property
    def degraded(self) -> bool:
        return bool(self.reasons)


def health(store: Store, sources: list[str] | None = None) -> list[Health]:
    """The health of every source that the store knows, or of those named."""
    rows = store.rows("SELECT * FROM sources WHERE id <> 'import' ORDER BY id")
    return [_health(store, row) for row in rows if sources is None or row["id"] in sources]


def _health(store: Store, row: dict[str, Any]) -> Health:
    since = stamp(now() - WEEK)
    name = row["id"]
    articles = store.value(
        "SELECT count(*) FROM articles WHERE source = ? AND first_seen >= ?", (name, since)
    )
    fetched = store.value(
        "SELECT count(*) FROM fetches WHERE source = ? AND kind = 'page' AND outcome = 'ok' AND at >= ?",
        (name, since),
    )
    failures = store.value(
        "SELECT count(*) FROM fetches WHERE source = ? AND at >= ? AND outcome NOT IN"
        " ('ok', 'not-modified', 'unchanged', 'gone', 'robots-refused', 'tdm-reserved', 'noindex')",
        (name, since),
    )
    read = store.row(
        "SELECT sum(r.state = 'ok') AS good, count(*) AS n FROM pages p JOIN article_runs r ON r.stage = 'extract'"
        " AND r.input = p.id AND r.input_digest = p.payload_digest WHERE p.source = ? AND r.at >= ?",
        (name, since),
    )
    assert read is not None
    share = read["good"] / read["n"] if read["n"] else None
    feeds = store.rows("SELECT * FROM feeds WHERE source = ? AND checked_at IS NOT NULL", (name,))
    median_age = _median_age_h(store, name, since)
    first = store.value("SELECT min(at) FROM fetches WHERE source = ?", (name,))
    watched = first is not None and now() - read_stamp(first) >= WEEK
    state, reasons = "active", []
    if row["state"] == "paused":
        state = "paused"
    elif not feeds:
        state = "new"
    else:
        dead = [
            feed
            for feed in feeds
            if feed["failures"] >= DEAD_AFTER or (feed["failures"] and not feed["full_at"])
        ]
        if dead:
            state = "failing"
            reasons += [
                f"{feed['url']}: {feed['outcome']}, {feed['failures']} times in a row" for feed in dead
            ]
        indexes = {feed["parent"] for feed in feeds}  # an index has sitemaps, not entries
        empty = [
            feed
            for feed in feeds
            if feed["full_at"] and not feed["entries"] and feed["outcome"] == "ok"
            if feed["parent"] is None and feed["url"] not in indexes and feed["kind"] != "api"
        ]
        if empty:
            state = "silent"
            reasons += [f"{feed['url']} has no entries" for feed in empty]
        low, high = row["expect_min"], row["expect_max"]
        if watched and low is not None and articles < low:
            state = "silent" if articles == 0 else "too-few"
            reasons.append(f"{articles} articles in seven days, expected at least {low}")
        if high is not None and articles > 2 * high:
            state = "too-many"
            reasons.append(f"{articles} articles in seven days, expected at most {high}")
        if share is not None and read["n"] >= MIN_PAGES and share < LOW_SHARE:
            state = "unreadable"
            reasons.append(f"only {share:.0%} of {read['n']} pages became articles")
        if watched and median_age is not None and median_age > OLD_DAYS * 24:
            state = "stale"
            reasons.append(f"half of what it offers is older than {median_age / 24:.0f} days")
        if fetched == 0 and failures >= MIN_PAGES:
            state = "failing"
            reasons.append(f"{failures} requests failed, none was answered")
    config = json.loads(row["config"])
    expect = "" if row["expect_min"] is None else f"{row['expect_min']}-{row['expect_max']}"
    return Health(
        source=name,
        name=row["name"],
        state=state,
        reasons=tuple(reasons),
        last_success=row["last_success"],
        articles_week=articles,
        expect=expect,
        pages_week=fetched,
        article_share=share,
        failures_week=failures,
        median_age_h=median_age,
        next_due=row["next_due"],
        verified=config.get("verified"),
    )


def _median_age_h(store: Store, source: str, since: str) -> float | None:
    rows = store.rows(
        "SELECT published, first_seen FROM articles WHERE source = ? AND first_seen >= ? AND published IS NOT NULL",
        (source, since),
    )
    ages = sorted(_hours(row["published"], row["first_seen"]) for row in rows)
    return ages[len(ages) // 2] if ages else None


def _hours(published: str, seen: str) -> float:
    time = dt.datetime.fromisoformat(published)
    time = time if time.tzinfo else time.replace(tzinfo=dt.UTC)
    return max((read_stamp(seen) - time).total_seconds() / 3600, 0.0)


def keep_states(store: Store) -> list[Health]:
    """Write the state of each source into the store; those that are degraded."""
    found = health(store)
    with store.write() as connection:
        for one in found:
            state = "active" if one.state in ("active", "new") else one.state
            connection.execute(
                "UPDATE sources SET state = ?, state_reason = ? WHERE id = ?",
                (state, "; ".join(one.reasons) or None, one.source),
            )
    return [one for one in found if one.degraded]
