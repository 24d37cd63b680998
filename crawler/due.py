"""What a crawl has to ask: sources that are due, their feeds, and the sitemaps that an index names."""

import datetime as dt
from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from typing import Any

from crawler.apis import read_api
from crawler.feeds import Offer, read_offer
from crawler.frontier import reclaim
from crawler.sections import read_section
from crawler.sources import Source, keep_sources
from db.clock import now, read_stamp, stamp

FIRST_INTERVAL_S = 3600
SHORTEST_S, LONGEST_S = 900, 86_400
FULL_EVERY = dt.timedelta(days=1)  # ask without validators once a day: some servers say 304 for ever


@dataclass(frozen=True, slots=True)
class Task:
    """One feed, sitemap, section or API query to ask."""

    url: str
    kind: str
    source: str
    etag: str | None = None
    last_modified: str | None = None
    tries: int = 0

    def again(self) -> "Task":
        return replace(self, tries=self.tries + 1)


def read_task(kind: str, body: bytes, url: str, content_type: str | None) -> Offer:
    """What the answer to a task offers.

    Raises:
        NotAFeed: it is not what was declared.
    """
    if kind == "section":
        return read_section(body, url)
    if kind == "api":
        return read_api(body, url)
    return read_offer(body, url, content_type)


def start_run(connection: Any, sources: Iterable[Source]) -> None:
    """Bring the store up to the declarations, and take back what a dead crawl had leased."""
    sources = list(sources)
    keep_sources(connection, sources)
    for source in sources:
        for kind, url in source.starts:
            connection.execute(
                "INSERT INTO feeds (url, source, kind) VALUES (?, ?, ?)"
                " ON CONFLICT (url) DO UPDATE SET source = excluded.source, kind = excluded.kind, parent = NULL",
                (url, source.id, kind),
            )
    reclaim(connection)


def due_tasks(
    connection: Any, sources: Collection[Source], *, parent: str | None = None, everything: bool = False
) -> list[Task]:
    """What to ask of `sources` now; with `parent`, the sitemaps that this index names.

    A declared feed is due when its source is, or when it was never asked; a sitemap of an index when the index
    says that it changed since (or, without a date, with the index); a further page of an API once.
    """
    tasks: list[Task] = []
    for source in sources:
        row = connection.execute("SELECT next_due, state FROM sources WHERE id = ?", (source.id,)).fetchone()
        if row is None or row[1] == "paused":
            continue
        is_due = everything or row[0] is None or read_stamp(row[0]) <= now()
        declared = {url for _, url in source.starts}
        for url, kind, feed_parent, lastmod, etag, modified, checked, full in connection.execute(
            "SELECT url, kind, parent, lastmod, etag, last_modified, checked_at, full_at FROM feeds"
            " WHERE source = ? ORDER BY url",
            (source.id,),
        ).fetchall():
            if feed_parent is None:
                wanted = url in declared and (is_due or checked is None) and parent is None
            elif parent is None:
                wanted = checked is None  # an earlier run was killed between the index and this
            else:
                changed = checked is None or (lastmod is not None and lastmod > checked)
                undated = lastmod is None and is_due and kind == "sitemap"
                wanted = feed_parent == parent and (changed or undated)
            if not wanted:
                continue
            if full is None or read_stamp(full) < now() - FULL_EVERY:
                etag = modified = None
            tasks.append(Task(url, kind, source.id, etag, modified))
    return tasks


def note_source(connection: Any, source: str) -> None:
    """Set when the source is asked again, after one of its feeds was: sooner while much is new.

    Media Cloud's rule with our bounds, a quarter of an hour to a day. A source all of whose feeds failed is asked
    again after the shortest time, then after twice that, and so on: a dead host is not knocked at for ever.
    """
    rows = connection.execute(
        "SELECT entries, new_entries, outcome, checked_at, failures FROM feeds WHERE source = ? AND checked_at IS NOT NULL",
        (source,),
    ).fetchall()
    good = [row for row in rows if row[2] in ("ok", "not-modified")]
    interval, success = connection.execute(
        "SELECT interval_s, last_success FROM sources WHERE id = ?", (source,)
    ).fetchone()
    interval = interval or FIRST_INTERVAL_S
    if good:
        entries, new = sum(row[0] for row in good), sum(row[1] for row in good)
        if entries and new / entries > 0.5:
            interval = int(interval * 0.6)
        elif new == 0:
            interval = int(interval * 1.5)
        interval = min(max(interval, SHORTEST_S), LONGEST_S)
        success = max(row[3] for row in good)
    else:
        failures = min((row[4] for row in rows), default=1)
        interval = min(SHORTEST_S << min(max(failures - 1, 0), 10), LONGEST_S)
    connection.execute(
        "UPDATE sources SET interval_s = ?, last_success = ?, next_due = ? WHERE id = ?",
        (interval, success, stamp(now() + dt.timedelta(seconds=interval)), source),
    )


def paused_hosts(connection: Any) -> dict[str, str]:
    """Hosts that asked for a pause which is not over, with its end."""
    rows = connection.execute("SELECT host, paused_until FROM hosts WHERE paused_until > ?", (stamp(),))
    return dict(rows.fetchall())
