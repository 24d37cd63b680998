"""Importing WARC files, as CC-NEWS publishes them: local ones, ones on the web, and lists of them."""

import hashlib
import json
from collections import Counter
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from crawler.archive import ArchiveProblem, ArchiveWriter, Capture, Location, iterate
from crawler.given import MAX_LIST, is_warc_list, unpack_list, warc_urls
from crawler.transfer import fetch_file
from crawler.urls import canonical_url, host_of
from db.clock import stamp
from db.errors import DegradedError, InputError
from db.store import Store

MAX_RECORD = 16 * 1024 * 1024  # of a page in a WARC file, as in a crawl
GROUP = 64  # records in one transaction
INCOMING = "incoming"  # folder of the archive for files on their way in

Progress = Callable[[Mapping[str, int]], None]


def fetch_list(url: str, archive: Path, *, allow_private: bool = False) -> list[str]:
    """The addresses of the WARC files that a list on the web names (CC-NEWS: YYYY/MM/warc.paths.gz).

    Raises:
        InputError: it cannot be had, or is no such list.
    """
    target = _incoming(archive, url)
    try:
        data = fetch_file(url, target, allow_private=allow_private, max_bytes=MAX_LIST).read_bytes()
    except DegradedError as error:
        raise InputError(str(error)) from error
    finally:
        target.unlink(missing_ok=True)
    lines = unpack_list(data, url)
    if not is_warc_list(lines):
        raise InputError(f"{url} is no list of WARC files")
    return warc_urls(lines, url)


def import_remote(
    store: Store,
    archive: Path,
    url: str,
    counts: Counter[str],
    progress: Progress | None,
    *,
    allow_private: bool = False,
) -> list[str]:
    """Fetch a WARC file and take in its pages; what went wrong. A file that was taken in is not fetched again."""
    mark = done_mark(url)
    target = _incoming(archive, url)
    try:
        fetch_file(url, target, allow_private=allow_private)
    except DegradedError as error:
        return [str(error)]
    problems = import_warc(store, archive, target, counts, progress, name=url)
    with store.write() as connection:
        connection.execute(
            "INSERT OR REPLACE INTO meta (key, value) VALUES (?, ?)", (mark, json.dumps(stamp()))
        )
    target.unlink()
    counts["files"] += 1
    return problems


def done_mark(url: str) -> str:
    """Key in `meta` of a file on the web that was taken in."""
    return f"imported:{url}"


def _incoming(archive: Path, url: str) -> Path:
    """Where a file on its way in is kept: a name of ours, whatever the address holds."""
    return archive / INCOMING / f"{hashlib.sha256(url.encode()).hexdigest()[:24]}.incoming"


def import_warc(
    store: Store,
    archive: Path,
    path: Path,
    counts: Counter[str],
    progress: Progress | None,
    *,
    name: str | None = None,
) -> list[str]:
    """Copy the pages of a WARC file into the archive; what was wrong with it.

    Resumable: how far we are is kept with the rows.
    """
    mark = f"import:{_head_digest(path)}"
    start = int(store.value("SELECT value FROM meta WHERE key = ?", (mark,)) or 0)
    with path.open("rb") as handle:
        packed = handle.read(2) == b"\x1f\x8b"
    if not packed and start:
        start = 0  # without members there is nothing to begin at; known pages are skipped one by one
    problems: list[str] = []
    group: list[tuple[Location, Capture]] = []
    end = start
    with ArchiveWriter(archive) as writer:

        def write() -> None:
            places = [writer.add(capture) for _, capture in group]
            writer.flush()
            with store.write() as connection:
                for (_, capture), place in zip(group, places):
                    url = canonical_url(capture.url)
                    new = url is not None and put_page(connection, url, capture, place, None)
                    counts["records" if new else "known"] += 1
                connection.execute(
                    "INSERT OR REPLACE INTO meta (key, value) VALUES (?, ?)", (mark, json.dumps(end))
                )
            group.clear()
            if progress is not None:
                progress(counts)

        for place, found in iterate(path, start=start, max_bytes=MAX_RECORD):
            if isinstance(found, ArchiveProblem):
                if found.torn:
                    problems.append(
                        f"{name or path}: cut off or damaged at byte {found.offset}: {found.says}"
                    )
                counts["too-large"] += not found.torn
            elif is_page(found):
                group.append((place, found))
            else:
                counts["not-pages"] += 1
            end = place.offset + place.length
            if len(group) >= GROUP:
                write()
        write()
    return problems


def is_page(capture: Capture) -> bool:
    kind = (capture.header("Content-Type") or "").lower()
    known = not kind or "html" in kind or "text/plain" in kind
    return (
        capture.status == 200
        and known
        and bool(capture.body.strip())
        and canonical_url(capture.url) is not None
    )


def _head_digest(path: Path) -> str:
    with path.open("rb") as handle:
        return hashlib.sha256(handle.read(1 << 20)).hexdigest()[:24] + f":{path.name}"


def put_page(connection: Any, url: str, capture: Capture, place: Location, published: str | None) -> bool:
    """Write a page row as fetched; False where the same bytes are there already."""
    known = connection.execute("SELECT payload_digest FROM pages WHERE url = ?", (url,)).fetchone()
    if known is not None and known[0] == capture.digest:
        return False
    if connection.execute("SELECT 1 FROM tombstones WHERE kind = 'url' AND key = ?", (url,)).fetchone():
        return False
    source = connection.execute(
        "SELECT source FROM pages WHERE host = ? AND source <> 'import' AND source IS NOT NULL LIMIT 1",
        (host_of(url),),
    ).fetchone()
    connection.execute(
        "INSERT INTO pages (url, host, source, state, outcome, discovered_at, discovered_in, entry_published,"
        " fetched_at, final_url, status, content_type, warc_file, warc_offset, warc_length, payload_digest)"
        " VALUES (?, ?, ?, 'fetched', 'ok', ?, ?, ?, ?, ?, 200, ?, ?, ?, ?, ?)"
        " ON CONFLICT (url) DO UPDATE SET state = 'fetched', outcome = 'ok', fetched_at = excluded.fetched_at,"
        " final_url = excluded.final_url, status = 200, content_type = excluded.content_type,"
        " warc_file = excluded.warc_file, warc_offset = excluded.warc_offset, warc_length = excluded.warc_length,"
        " payload_digest = excluded.payload_digest, lease_owner = NULL, lease_until = NULL",
        (
            url,
            host_of(url) or "import",
            source[0] if source else "import",
            stamp(),
            "import",
            published,
            capture.at or stamp(),
            capture.url,
            capture.header("Content-Type"),
            place.file,
            place.offset,
            place.length,
            capture.digest,
        ),
    )
    return True
