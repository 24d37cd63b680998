"""The frontier: every known URL and its state, in the store. Functions work inside the caller's transaction.

    discovered --lease--> leased --> fetched | failed | gone | refused
         ^                   |
         +--- retry later ---+        (a lease whose process died counts as discovered again)

A fetched page becomes `discovered` again when its feed or sitemap entry says that it changed. `outcome` says why a
page is in its state: ok, not-modified, timeout, blocked, robots-refused ...
"""

import datetime as dt
import json
import random
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from crawler.archive import Location
from db.clock import now, stamp
from db.runs import owner_name

MAX_TRIES = 3  # then a page is failed, until its feed says that it changed
LEASE = dt.timedelta(minutes=15)  # longer than the longest crawl delay we accept, and a slow body
BACK_OFF_S = (30.0, 300.0)  # after the first and the second failure; jitter of a half is added
ROBOTS_WAIT_S = (1800.0, 6 * 3600.0)  # a host whose robots.txt fails is left to a later run
#: Outcomes that may be different next time.
PASSING = frozenset(
    {
        "timeout",
        "connection",
        "dns",
        "server-error",
        "throttled",
        "robots-unavailable",
        "cut-off",
        "render-failed",
    }
)
#: State of each other outcome; what is not named here is failed.
STATES = {
    "ok": "fetched",
    "not-modified": "fetched",
    "unchanged": "fetched",
    "gone": "gone",
    "blocked": "refused",
    "paywalled": "refused",
    "robots-refused": "refused",
    "private-address": "refused",
    "tdm-reserved": "refused",
    "noindex": "refused",
    "off-topic": "refused",
    "tombstone": "tombstone",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Fetch:
    """One request's outcome."""

    url: str
    kind: str  #: feed, sitemap, section, api, page, robots
    outcome: str
    source: str | None = None
    status: int | None = None
    size: int | None = None
    etag: str | None = None
    last_modified: str | None = None
    elapsed_ms: int | None = None
    detail: str | None = None
    retry_after_s: float | None = None


def log_fetch(connection: Any, fetch: Fetch) -> None:
    """Keep the outcome of a request."""
    connection.execute(
        "INSERT INTO fetches (source, url, kind, at, status, outcome, bytes, etag, last_modified, elapsed_ms, detail)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            fetch.source,
            fetch.url,
            fetch.kind,
            stamp(),
            fetch.status,
            fetch.outcome,
            fetch.size,
            fetch.etag,
            fetch.last_modified,
            fetch.elapsed_ms,
            fetch.detail and fetch.detail[:500],
        ),
    )


def reclaim(connection: Any) -> int:
    """Give back what a dead crawl had leased; the caller holds the run lease, so nobody living holds any."""
    cursor = connection.execute(
        "UPDATE pages SET state = 'discovered', lease_owner = NULL, lease_until = NULL WHERE state = 'leased'"
    )
    return int(cursor.rowcount)


@dataclass(frozen=True, slots=True)
class Leased:
    """A page to fetch now."""

    id: int
    url: str
    host: str
    source: str
    etag: str | None
    last_modified: str | None
    digest: str | None  #: of the payload we have


def lease(
    connection: Any,
    *,
    per_host: int,
    limit: int,
    sources: Mapping[str, int],
    ahead: Mapping[str, int],
    paused: Collection[str] = (),
) -> list[Leased]:
    """Up to `limit` pages of `sources` to fetch now, and of each source no more than its number says.

    At most `per_host` of a host are out at a time; `ahead` says how many are. Hosts take turns, so that a slow
    one never holds up the others.
    """
    time = stamp()
    hosts = waiting_hosts(connection)
    random.shuffle(hosts)
    found: list[Leased] = []
    left = dict(sources)
    for host in hosts:
        room = min(per_host - ahead.get(host, 0), limit - len(found))
        if room <= 0 or host in paused:
            continue
        rows = connection.execute(
            "SELECT id, url, host, source, etag, last_modified, payload_digest FROM pages"
            " WHERE state = 'discovered' AND host = ? AND (not_before IS NULL OR not_before <= ?)"
            " AND source IN (SELECT value FROM json_each(?)) ORDER BY priority DESC, id LIMIT ?",
            (host, time, json.dumps([name for name, count in left.items() if count > 0]), room),
        )
        for page in (Leased(*row) for row in rows.fetchall()):
            if left[page.source] > 0:
                left[page.source] -= 1
                found.append(page)
    until = stamp(now() + LEASE)
    connection.executemany(
        "UPDATE pages SET state = 'leased', lease_owner = ?, lease_until = ? WHERE id = ?",
        [(owner_name(), until, page.id) for page in found],
    )
    return found


def waiting_hosts(connection: Any) -> list[str]:
    """Hosts with discovered pages, by one step of the index a host however many pages wait."""
    rows = connection.execute(
        """
        WITH RECURSIVE step(host) AS (
            SELECT min(host) FROM pages WHERE state = 'discovered'
            UNION ALL
            SELECT (SELECT min(host) FROM pages WHERE state = 'discovered' AND host > step.host)
            FROM step WHERE step.host IS NOT NULL)
        SELECT host FROM step WHERE host IS NOT NULL"""
    )
    return [row[0] for row in rows.fetchall()]


def next_due(connection: Any, sources: Collection[str], paused: Collection[str]) -> str | None:
    """When the next discovered page of `sources`, on no host in `paused`, may be asked for; None: there is none."""
    row = connection.execute(
        "SELECT min(coalesce(not_before, discovered_at)) FROM pages WHERE state = 'discovered'"
        " AND source IN (SELECT value FROM json_each(?)) AND host NOT IN (SELECT value FROM json_each(?))",
        (json.dumps(list(sources)), json.dumps(list(paused))),
    ).fetchone()
    due: str | None = row[0]
    return due


def put_off(connection: Any, page: int, host: str, wait_s: float) -> None:
    """Give a leased page back because its host wants a pause; later runs keep it, too."""
    until = stamp(now() + dt.timedelta(seconds=wait_s))
    connection.execute(
        "UPDATE pages SET state = 'discovered', outcome = 'paused', not_before = ?, lease_owner = NULL,"
        " lease_until = NULL WHERE id = ? AND state = 'leased'",
        (until, page),
    )
    pause_host(connection, host, wait_s)


def pause_host(connection: Any, host: str, wait_s: float) -> None:
    """Keep the pause that a host asked for."""
    connection.execute(
        "INSERT INTO hosts (host, paused_until) VALUES (?, ?)"
        " ON CONFLICT (host) DO UPDATE SET paused_until = excluded.paused_until",
        (host, stamp(now() + dt.timedelta(seconds=wait_s))),
    )


def finish(
    connection: Any,
    page: int,
    fetch: Fetch,
    *,
    final_url: str | None = None,
    content_type: str | None = None,
    place: Location | None = None,
    digest: str | None = None,
    rights: str | None = None,
    back_off_s: Sequence[float] = BACK_OFF_S,
) -> str:
    """Write the outcome of a leased page and of its request; returns the page's new state."""
    log_fetch(connection, fetch)
    release = "lease_owner = NULL, lease_until = NULL"
    if fetch.outcome in PASSING:
        (attempts,) = connection.execute("SELECT attempts FROM pages WHERE id = ?", (page,)).fetchone()
        attempts += 1
        if attempts < MAX_TRIES:
            waits = ROBOTS_WAIT_S if fetch.outcome == "robots-unavailable" else back_off_s
            again = _retry_at(attempts, fetch.retry_after_s, waits)
            connection.execute(
                f"UPDATE pages SET state = 'discovered', outcome = ?, attempts = ?, not_before = ?, {release}"
                " WHERE id = ?",
                (fetch.outcome, attempts, stamp(again), page),
            )
            return "discovered"
        connection.execute(
            f"UPDATE pages SET state = 'failed', outcome = ?, attempts = ?, status = ?, {release} WHERE id = ?",
            (fetch.outcome, attempts, fetch.status, page),
        )
        return "failed"
    state = STATES.get(fetch.outcome, "failed")
    if place is not None:
        connection.execute(
            f"UPDATE pages SET state = ?, outcome = ?, attempts = 0, not_before = NULL, fetched_at = ?,"
            f" final_url = ?, status = ?, content_type = ?, etag = ?, last_modified = ?, warc_file = ?,"
            f" warc_offset = ?, warc_length = ?, payload_digest = ?, rights = ?, {release} WHERE id = ?",
            (
                state,
                fetch.outcome,
                stamp(),
                final_url,
                fetch.status,
                content_type,
                fetch.etag,
                fetch.last_modified,
                place.file,
                place.offset,
                place.length,
                digest,
                rights,
                page,
            ),
        )
    elif state == "fetched":  # the same bytes as before
        connection.execute(
            f"UPDATE pages SET state = ?, attempts = 0, not_before = NULL, fetched_at = ?,"
            f" rights = coalesce(?, rights), {release} WHERE id = ?",
            (state, stamp(), rights, page),
        )
    else:
        connection.execute(
            f"UPDATE pages SET state = ?, outcome = ?, status = ?, not_before = NULL,"
            f" rights = coalesce(?, rights), {release} WHERE id = ?",
            (state, fetch.outcome, fetch.status, rights, page),
        )
    return state


def _retry_at(attempts: int, retry_after_s: float | None, back_off_s: Sequence[float]) -> dt.datetime:
    wait = back_off_s[min(max(attempts, 1), len(back_off_s)) - 1]
    jittered = wait * (1 + random.random() / 2)  # noqa: S311  spreads load, guards nothing
    return now() + dt.timedelta(seconds=retry_after_s if retry_after_s is not None else jittered)
