"""Import: html, plain text, WARC files (CC-NEWS), lists of URLs. All are looked at before anything is written."""

import re
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from urllib.parse import quote

from crawler import stories
from crawler.archive import ArchiveWriter, Capture
from crawler.extract import extract_pending
from crawler.given import Given, decode_text, is_url, kind_of_url, look, warc_urls
from crawler.sources import IMPORT, keep_sources
from crawler.urls import canonical_url, host_of
from crawler.warc_import import Progress, done_mark, fetch_list, import_remote, import_warc, put_page
from db.articles import ArticleRow, put_article
from db.clock import stamp
from db.errors import DegradedError
from db.runs import run_lease
from db.store import Store


def import_paths(
    store: Store,
    archive: Path,
    paths: Sequence[Path | str],
    *,
    published: str | None = None,
    language: str | None = None,
    files: int | None = None,
    allow_private: bool = False,
    progress: Progress | None = None,
) -> dict[str, int]:
    """Take in files and addresses, and extract what they hold; how many of each.

    An address that ends in .warc.gz is a WARC file, one that ends in .paths.gz a list of them; any other is a page
    for the next crawl. Of WARC files on the web at most `files` that are new are taken.

    Counts: files, known-files (taken in before), texts, urls (for the next crawl), records, known (imported before),
    not-pages (records that are no web pages), too-large, and those of `crawler.extract.extract_pending`.

    Raises:
        InputError: a file or a list cannot be read; nothing was written.
        DegradedError: a WARC file cannot be fetched, is cut off or damaged; what came before is imported.
    """
    given = [look(Path(path)) for path in paths if not is_url(path)]  # paths from a shell are texts, too
    urls = [str(path) for path in paths if is_url(path)]
    warcs: list[str] = []
    for item in given:
        if item.kind == "warc-list":
            warcs += warc_urls(item.data)
        elif item.kind == "urls":
            urls += item.data.decode("utf-8", "replace").split()
    for url in urls:
        if kind_of_url(url) == "warc-list":
            warcs += fetch_list(url, archive, allow_private=allow_private)
    warcs += [url for url in urls if kind_of_url(url) == "warc"]
    urls = [url for url in urls if kind_of_url(url) == "page"]
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
            elif item.kind == "warc":
                problems += import_warc(store, archive, item.path, counts, progress)
            counts["files"] += 1
        wanted = [url for url in dict.fromkeys(warcs) if not _is_done(store, url)]
        counts["known-files"] = len(set(warcs)) - len(wanted)
        for url in wanted[:files]:
            problems += import_remote(store, archive, url, counts, progress, allow_private=allow_private)
        counts["urls"] += _import_urls(store, urls)
        run.stats.update(counts)
    for name, count in extract_pending(store, archive, progress=progress).items():
        counts[name] += count
    if problems:
        raise DegradedError("; ".join(problems))
    return dict(counts)


def _is_done(store: Store, url: str) -> bool:
    return store.value("SELECT 1 FROM meta WHERE key = ?", (done_mark(url),)) is not None


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
            counts["records"] += put_page(connection, url, capture, place, published)


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
