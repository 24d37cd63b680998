"""Import: html, plain text, WARC files (CC-NEWS), lists of URLs. All are looked at before anything is written."""

import hashlib
import json
import re
import zlib
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote

from crawler import stories
from crawler.archive import ArchiveProblem, ArchiveWriter, Capture, Location, iterate
from crawler.extract import extract_pending
from crawler.sources import IMPORT, keep_sources
from crawler.urls import canonical_url, host_of
from db.articles import ArticleRow, clean, put_article
from db.clock import stamp
from db.errors import DegradedError, InputError
from db.runs import run_lease
from db.store import Store

MAX_FILE = 20 * 1024 * 1024  # of one page or text; the largest news page we know has 6 MB
MAX_RECORD = 16 * 1024 * 1024  # of a page in a WARC file, as in a crawl
GROUP = 64  # records in one transaction
HTML = re.compile(rb"<(?:!doctype\s+html|html|head|body|article|main|div|p|h1)\b", re.IGNORECASE)

Progress = Callable[[Mapping[str, int]], None]


@dataclass(frozen=True, slots=True)
class Given:
    """A file that was looked at."""

    path: Path
    kind: str  #: html, text, warc, urls
    data: bytes = b""


def look(path: Path) -> Given:
    """What a file is.

    Raises:
        InputError: it is missing, empty, binary, or too large.
    """
    if path.is_dir():
        raise InputError(f"{path} is a folder; name its files: {path}/*")
    try:
        size = path.stat().st_size
        with path.open("rb") as handle:
            head = handle.read(4096)
            if not head:
                raise InputError(f"{path} is empty")
            if is_warc(head):
                return Given(path, "warc")
            if size > MAX_FILE:
                raise InputError(f"{path} has {size / 1e6:.0f} MB; a page may have {MAX_FILE / 1e6:.0f}")
            data = head + handle.read()
    except OSError as error:
        raise InputError(f"{path}: {error.strerror or error}") from error
    if not data.strip():
        raise InputError(f"{path} is empty")
    wide = data[:2] in (b"\xff\xfe", b"\xfe\xff")
    if b"\0" in data[:8192] and not wide:
        raise InputError(f"{path} is binary: neither html nor text nor WARC")
    if data[:5] == b"%PDF-":
        raise InputError(f"{path} is a PDF; give its text")
    if HTML.search(head) or path.suffix.lower() in (".html", ".htm", ".xhtml"):
        return Given(path, "html", data)
    lines = data.split()
    if lines and all(re.match(rb"https?://", line) for line in lines[:200]):
        return Given(path, "urls", data)
    return Given(path, "text", data)


def is_warc(head: bytes) -> bool:
    """True for the first bytes of a WARC file, packed or not."""
    if head[:2] == b"\x1f\x8b":
        try:
            head = zlib.decompressobj(zlib.MAX_WBITS + 16).decompress(head, 64)
        except zlib.error:
            return False
    return head[:5] == b"WARC/"


def import_paths(
    store: Store,
    archive: Path,
    paths: Sequence[Path | str],
    *,
    published: str | None = None,
    language: str | None = None,
    progress: Progress | None = None,
) -> dict[str, int]:
    """Take in files and addresses, and extract what they hold; how many of each.

    Counts: files, texts, urls (for the next crawl), records, known (imported before), not-pages (records that are
    no web pages), too-large, and those of `crawler.extract.extract_pending`.

    Raises:
        InputError: a file cannot be read; nothing was written.
        DegradedError: a WARC file is cut off or damaged; what came before is imported.
    """
    given = [look(Path(path)) for path in paths if not _is_url(path)]  # paths from a shell are texts, too
    urls = [str(path) for path in paths if _is_url(path)]
    counts: Counter[str] = Counter()
    problems: list[str] = []
    with run_lease(store, "import") as run:
        with store.write() as connection:
            keep_sources(connection, [IMPORT])
        for item in given:
            if item.kind == "text":
                _import_text(store, item, published, language)
                counts["texts"] += 1
            elif item.kind == "html":
                _import_html(store, archive, item, published, counts)
            elif item.kind == "urls":
                urls += item.data.decode("utf-8", "replace").split()
            else:
                problems += _import_warc(store, archive, item.path, counts, progress)
            counts["files"] += 1
        counts["urls"] += _import_urls(store, urls)
        run.stats.update(counts)
    for name, count in extract_pending(store, archive, progress=progress).items():
        counts[name] += count
    if problems:
        raise DegradedError("; ".join(problems))
    return dict(counts)


def _is_url(path: Path | str) -> bool:
    return isinstance(path, str) and bool(re.match(r"https?://", path))


def decode_text(data: bytes) -> str:
    """The text of a file: UTF-8, UTF-16 with its mark, else windows-1252; line ends as \\n."""
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        text = data.decode("utf-16", "replace")
    else:
        try:
            text = data.decode("utf-8-sig")
        except UnicodeDecodeError:
            text = data.decode("cp1252", "replace")
    return clean(text.replace("\r\n", "\n").replace("\r", "\n"))


def _import_text(store: Store, item: Given, published: str | None, language: str | None) -> None:
    """A text file is an article as it stands; its first line is the title."""
    from nlp.relevance import relevance

    body = decode_text(item.data)
    title = next(line.strip() for line in body.splitlines() if line.strip())[:300]
    if language is None:
        from py3langid import classify

        language = str(classify(body[:3000])[0])
    verdict = relevance(title, body)
    row = ArticleRow(
        url=item.path.as_posix(),
        source="import",
        title=title,
        body=body,
        published=published,
        published_precision="day" if published else None,
        language=language,
        relevant=True,  # somebody asked for it
        relevance=verdict.score,
        topics=verdict.topics,
        reasons=verdict.reasons,
        metadata={"provenance": {"title": "first line"}},
    )
    bands = stories.signature(body)
    with store.write() as connection:
        article, _ = put_article(connection, row)
        stories.place(connection, article, body, bands)


def _import_html(
    store: Store, archive: Path, item: Given, published: str | None, counts: Counter[str]
) -> None:
    url = _own_address(item.data) or item.path.as_posix()
    capture = Capture(
        url=url if url.startswith("http") else f"https://import.invalid/{quote(item.path.name)}",
        status=200,
        body=item.data,
        headers=(("Content-Type", "text/html"),),
        at=stamp(),
    )
    with ArchiveWriter(archive) as writer:
        place = writer.add(capture)
        writer.flush()
        with store.write() as connection:
            counts["records"] += _put_page(connection, url, capture, place, published)


def _own_address(data: bytes) -> str | None:
    """The address that a saved page gives itself (rel=canonical or og:url), in its first 200 kB."""
    head = data[:200_000]
    for pattern in (
        rb"""<link[^>]{0,300}rel=["']?canonical["']?[^>]{0,300}>""",
        rb"""<meta[^>]{0,300}property=["']?og:url["']?[^>]{0,300}>""",
    ):
        if found := re.search(pattern, head, re.IGNORECASE):
            address = re.search(
                rb"""(?:href|content)=["']?(https?://[^"'\s>]+)""", found.group(), re.IGNORECASE
            )
            if address:
                return canonical_url(address[1].decode("utf-8", "replace").replace("&amp;", "&"))
    return None


def _import_warc(
    store: Store, archive: Path, path: Path, counts: Counter[str], progress: Progress | None
) -> list[str]:
    """Copy the pages of a WARC file into the archive. Resumable: how far we are is kept with the rows."""
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
                    new = url is not None and _put_page(connection, url, capture, place, None)
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
                    problems.append(f"{path}: cut off or damaged at byte {found.offset}: {found.says}")
                counts["too-large"] += not found.torn
            elif _is_page(found):
                group.append((place, found))
            else:
                counts["not-pages"] += 1
            end = place.offset + place.length
            if len(group) >= GROUP:
                write()
        write()
    return problems


def _is_page(capture: Capture) -> bool:
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


def _put_page(connection: Any, url: str, capture: Capture, place: Location, published: str | None) -> bool:
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


def _import_urls(store: Store, urls: Sequence[str]) -> int:
    """Put addresses before the next crawl; how many were new."""
    new = 0
    with store.write() as connection:
        for url in map(canonical_url, urls):
            if url is not None:
                new += connection.execute(
                    "INSERT OR IGNORE INTO pages (url, host, source, discovered_at, discovered_in, priority)"
                    " VALUES (?, ?, 'import', ?, 'import', 10)",
                    (url, host_of(url), stamp()),
                ).rowcount
    return new
