"""The extract stage: fetched pages -> articles. One page is one transaction; a poisonous page fails alone."""

import dataclasses
import hashlib
import json
from collections import Counter
from collections.abc import Callable, Mapping
from functools import cache
from importlib import metadata
from pathlib import Path
from typing import Any

from crawler import stories
from crawler.apis import original_of
from crawler.archive import Capture, Location, read_capture
from crawler.urls import canonical_url, host_of, trusted_canonical
from crawler.worker import MEMORY_MB, TIME_LIMIT_S, PageFailure, PageJob, PageResult, PageWorker
from db.articles import ArticleRow, put_article
from db.clock import now, read_stamp, stamp
from db.errors import StoreError
from db.pending import pending_extract
from db.records import DatePrecision, PageReading, PageType, SiteMemory
from db.runs import record_outcome, run_lease
from db.store import Row, Store

BATCH = 100
#: Page types that are kept as articles. A stub is searchable, but only what goes on is annotated.
KEPT = frozenset({PageType.ARTICLE, PageType.LIVE_BLOG, PageType.RELEASE, PageType.PAYWALL, PageType.MEDIA})


@cache
def fingerprint() -> str:
    """Version of everything that decides what a page becomes."""
    here = Path(__file__).parent
    files = [*sorted((here / "article").glob("*.py")), *sorted((here / "data").glob("*")), Path(__file__)]
    files += [here / "stories.py", here / "urls.py"]
    digest = hashlib.sha256()
    for path in files:
        digest.update(path.read_bytes())
    for package in ("trafilatura", "lxml", "py3langid"):
        digest.update(f"{package} {metadata.version(package)}".encode())
    return f"extract-{digest.hexdigest()[:12]}"


def extract_pending(
    store: Store,
    archive: Path,
    *,
    progress: Callable[[Mapping[str, int]], None] | None = None,
    redo: bool = False,
    limit: int | None = None,
    time_limit_s: float = TIME_LIMIT_S,
    memory_mb: int = MEMORY_MB,
) -> dict[str, int]:
    """Turn every pending page into an article or a typed failure; how many of each.

    Counts: pages, articles, new-texts, relevant, and one for each page type, "duplicate", "retry" and "failed".
    With `redo`, pages read by another version of the code are read again.

    Raises:
        LockedError: another process extracts.
    """
    counts: Counter[str] = Counter()
    with (
        run_lease(store, "extract") as run,
        PageWorker(time_limit_s=time_limit_s, memory_mb=memory_mb) as worker,
    ):
        while rows := pending_extract(store, fingerprint(), limit=BATCH, redo=redo):
            for row in rows:
                if limit is not None and counts["pages"] >= limit:
                    break
                counts.update(_extract(store, archive, worker, row))
                if progress is not None:
                    progress(counts)
            else:
                run.beat()
                continue
            break
        run.stats.update(counts)
        store.checkpoint()
    return dict(counts)


def pending_count(store: Store) -> int:
    """Pages that wait for extraction."""
    return int(
        store.value(
            "SELECT count(*) FROM pages p WHERE p.state = 'fetched' AND p.payload_digest IS NOT NULL AND NOT EXISTS"
            " (SELECT 1 FROM article_runs r WHERE r.stage = 'extract' AND r.input = p.id"
            " AND r.input_digest = p.payload_digest AND r.state <> 'retry')"
        )
    )


def _extract(store: Store, archive: Path, worker: PageWorker, page: Row) -> Counter[str]:
    try:
        capture = read_capture(archive, Location(page["warc_file"], page["warc_offset"], page["warc_length"]))
        if capture.digest != page["payload_digest"]:
            raise StoreError("the archive holds other bytes than were fetched")
        headers = {name.lower(): value for name, value in capture.headers}
        origin, site = _origin(store, page)
        result = worker.read(PageJob(capture.body, origin, headers, _memory(store, site)))
    except (PageFailure, StoreError) as error:
        with store.write() as connection:
            state = _record(connection, page, "retry", error=str(error))
        return Counter({state: 1, "pages": int(state != "retry")})
    with store.write() as connection:
        return _keep(connection, page, capture, result, origin=origin, site=site)


def _origin(store: Store, page: Row) -> tuple[str, str]:
    """The address that the page has on the web, and the site whose template it shows.

    That is where we ended, or what a web archive replays.
    """
    url = str(page["final_url"] or page["url"])
    api = store.value("SELECT url FROM feeds WHERE url = ? AND kind = 'api'", (page["discovered_in"],))
    origin = original_of(url, api=api)
    return origin, page["host"] if origin == url else host_of(origin)


def _record(connection: Any, page: Row, state: str, **more: Any) -> str:
    return record_outcome(
        connection, "extract", page["id"], page["payload_digest"], fingerprint(), state=state, **more
    )


def _keep(
    connection: Any, page: Row, capture: Capture, result: PageResult, *, origin: str, site: str
) -> Counter[str]:
    reading = result.reading
    counts = Counter({"pages": 1, str(reading.page_type): 1})
    if result.memory is not None:
        connection.execute(
            "INSERT INTO hosts (host, memory) VALUES (?, ?) ON CONFLICT (host) DO UPDATE SET memory = excluded.memory",
            (site, json.dumps(dataclasses.asdict(result.memory), ensure_ascii=False)),
        )
    if not is_article(reading, page["entry_title"]):
        kind = str(reading.page_type) if reading.page_type not in KEPT else "no-text"
        outcome = reading.failure or kind
        connection.execute("UPDATE pages SET outcome = ? WHERE id = ?", (outcome, page["id"]))
        _record(connection, page, f"skipped:{kind}", error=reading.failure, cpu_s=result.cpu_s)
        return counts
    url = article_url(page, reading, origin)
    owner = connection.execute("SELECT id, page FROM articles WHERE url = ?", (url,)).fetchone()
    if owner is not None and owner[1] not in (None, page["id"]) and url != page["url"]:
        connection.execute("UPDATE pages SET outcome = 'duplicate' WHERE id = ?", (page["id"],))
        _record(connection, page, "skipped:duplicate", error=f"the article is {url}", cpu_s=result.cpu_s)
        return Counter({"pages": 1, "duplicate": 1})
    relevant = _is_relevant(connection, page, result)
    article, text = put_article(connection, article_row(page, url, capture, result, relevant=relevant))
    stories.place(connection, article, reading.body, result.bands)
    connection.execute("UPDATE pages SET outcome = 'ok' WHERE id = ?", (page["id"],))
    _record(connection, page, "ok", cpu_s=result.cpu_s)
    (version,) = connection.execute("SELECT version FROM texts WHERE id = ?", (text,)).fetchone()
    counts["articles"] += 1
    counts["new-texts"] += version > 1
    counts["relevant"] += relevant
    return counts


def article_url(page: Row, reading: PageReading, origin: str) -> str:
    """The article's canonical URL: the page's rel=canonical where it can be trusted, else where it came from."""
    if page["source"] == "import" and not page["url"].startswith("http"):
        return str(page["url"])
    final = canonical_url(origin) or page["url"]
    return trusted_canonical(reading.canonical_url, final) or final


def _is_relevant(connection: Any, page: Row, result: PageResult) -> bool:
    if not result.reading.goes_on:
        return False
    if page["discovered_in"] == "import":
        return True  # somebody asked for it
    row = connection.execute("SELECT config FROM sources WHERE id = ?", (page["source"],)).fetchone()
    return result.relevant or (row is not None and bool(json.loads(row[0]).get("topical")))


def is_article(reading: PageReading, entry_title: str | None = None) -> bool:
    """True where a page is kept as an article: of such a type, with text and a title."""
    return reading.page_type in KEPT and bool(reading.body.strip()) and bool(reading.title or entry_title)


def article_row(page: Row, url: str, capture: Capture, result: PageResult, *, relevant: bool) -> ArticleRow:
    """The article as the store takes it; what the page does not tell is taken from the feed entry."""
    reading = result.reading
    provenance = dict(reading.provenance)
    published, precision = _published(reading)
    if published is None and page["entry_published"] is not None:
        published, precision, provenance["published"] = page["entry_published"], "minute", "feed"
    return ArticleRow(
        url=url,
        page=page["id"],
        source=page["source"],
        title=reading.title or page["entry_title"],
        body=reading.body,
        lead=reading.lead,
        blocks=reading.blocks,
        authors=reading.authors,
        published=published,
        published_precision=precision,
        modified=stamp(reading.modified) if reading.modified else None,
        language=reading.language,
        page_type=str(reading.page_type),
        relevant=relevant,
        relevance=result.relevance,
        topics=result.topics,
        reasons=result.reasons,
        metadata={
            "provenance": {key: value for key, value in provenance.items() if value},
            "titles": list(reading.titles),
            "section": reading.section,
            "site_name": reading.site_name,
            "canonical": reading.canonical_url,
            "paywall": reading.paywall,
            "encoding": reading.encoding,
            "published_tz": reading.published_tz,
            "fetched_at": capture.at,
        },
    )


def _published(reading: PageReading) -> tuple[str | None, str | None]:
    """Publication time and its precision; a time in the future is a fault of the page."""
    if reading.published_precision is DatePrecision.DAY and reading.published_on is not None:
        if reading.published_on <= now().date():
            return reading.published_on.isoformat(), "day"
        return None, None
    if reading.published is None or reading.published_precision is None:
        return None, None
    text = stamp(reading.published)
    if (read_stamp(text) - now()).total_seconds() > 86_400:
        return None, None
    return text, str(reading.published_precision)


def _memory(store: Store, host: str) -> SiteMemory | None:
    text = store.value("SELECT memory FROM hosts WHERE host = ?", (host,))
    if text is None:
        return None
    kept = json.loads(text)
    return SiteMemory(**{**kept, "recent": tuple(kept["recent"])})
