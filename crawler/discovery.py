"""Discovery: taking on the addresses that feeds and sitemaps offer. Functions work inside the caller's transaction."""

import datetime as dt
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

from crawler.feeds import Entry, Offer
from crawler.frontier import Fetch, log_fetch
from crawler.sources import Source
from crawler.urls import host_of
from db.clock import now, stamp


@dataclass(frozen=True, slots=True)
class Discovered:
    """What one offer brought."""

    entries: int = 0
    new: int = 0
    changed: int = 0
    off_topic: int = 0


def discover(
    connection: Any,
    source: Source,
    entries: Sequence[Entry],
    found_in: str,
    *,
    off_topic: Collection[str] = (),
    priority: int = 0,
) -> Discovered:
    """Take on the addresses of an offer; known ones only where they say that they changed.

    `off_topic` are addresses that the relevance test has turned down before the fetch.
    """
    oldest = stamp(now() - dt.timedelta(days=source.max_age_days))
    new = changed = refused = 0
    for entry in entries:
        newest = max(entry.published or "", entry.updated or "")
        if newest and newest < oldest:
            continue
        page = connection.execute(
            "SELECT id, state, fetched_at, entry_updated, entry_published, discovered_in FROM pages WHERE url = ?",
            (entry.url,),
        ).fetchone()
        if page is None:
            state, outcome = "discovered", None
            if entry.url in off_topic:
                state, outcome, refused = "refused", "off-topic", refused + 1
            if connection.execute(
                "SELECT 1 FROM tombstones WHERE kind = 'url' AND key = ?", (entry.url,)
            ).fetchone():
                state, outcome = "tombstone", "tombstone"
            connection.execute(
                "INSERT INTO pages (url, host, source, state, outcome, discovered_at, discovered_in, entry_title,"
                " entry_published, entry_updated, priority) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                (
                    entry.url,
                    host_of(entry.url),
                    source.id,
                    state,
                    outcome,
                    stamp(),
                    found_in,
                    entry.title,
                    entry.published,
                    entry.updated,
                    priority,
                ),
            )
            new += state == "discovered"
        elif _says_changed(entry, page, found_in):
            connection.execute(
                "UPDATE pages SET state = 'discovered', attempts = 0, not_before = NULL, entry_updated = ?,"
                " priority = ? WHERE id = ?",
                (entry.updated, priority, page[0]),
            )
            changed += 1
        elif entry.updated is not None and entry.updated > (page[3] or ""):
            connection.execute("UPDATE pages SET entry_updated = ? WHERE id = ?", (entry.updated, page[0]))
    return Discovered(len(entries), new, changed, refused)


def _says_changed(entry: Entry, page: tuple[Any, ...], found_in: str) -> bool:
    """True where the entry tells a change that we have not seen.

    A second feed that dates the same version later than the first tells nothing: its date must be after our copy.
    """
    _, state, fetched_at, before, published, discovered_in = page
    if entry.updated is None or state not in ("fetched", "failed", "gone"):
        return False
    if entry.updated <= (before or published or ""):
        return False
    return bool(found_in == discovered_in or entry.updated > (fetched_at or ""))


def keep_offer(
    connection: Any,
    source: Source,
    url: str,
    fetch: Fetch,
    offer: Offer | None,
    *,
    off_topic: Collection[str] = (),
    priority: int = 0,
) -> Discovered:
    """Write what a feed or sitemap said, and its validators, in one transaction: a kill loses neither."""
    log_fetch(connection, fetch)
    time = stamp()
    if offer is None:
        if fetch.outcome == "paused":  # the host asked for it: no failure, and nothing was asked
            return Discovered()
        done = fetch.outcome == "not-modified"
        connection.execute(
            "UPDATE feeds SET checked_at = ?, outcome = ?, failures = CASE WHEN ? THEN 0 ELSE failures + 1 END"
            " WHERE url = ?",
            (time, fetch.outcome, done, url),
        )
        return Discovered()
    found = discover(connection, source, offer.entries, url, off_topic=off_topic, priority=priority)
    connection.execute(
        "UPDATE feeds SET checked_at = ?, full_at = ?, outcome = ?, failures = 0, etag = ?, last_modified = ?,"
        " entries = ?, new_entries = ? WHERE url = ?",
        (
            time,
            time,
            fetch.outcome,
            fetch.etag,
            fetch.last_modified,
            found.entries,
            found.new + found.changed,
            url,
        ),
    )
    oldest = stamp(now() - dt.timedelta(days=source.max_age_days))
    if fetch.kind == "api" and offer.newest_first and found.new < found.entries:
        return found  # the rest of the list is known
    for child, lastmod in offer.sitemaps:
        if lastmod is None or lastmod >= oldest:
            connection.execute(
                "INSERT INTO feeds (url, source, kind, parent, lastmod) VALUES (?, ?, ?, ?, ?)"
                " ON CONFLICT (url) DO UPDATE SET lastmod = excluded.lastmod",
                (child, source.id, fetch.kind, url, lastmod),
            )
    return found
