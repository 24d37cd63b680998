"""Shards into a store: in bulk, as often as you like, from as many machines as you like.

A store's own pages are not overwritten by an older copy from elsewhere, and rows are checked as what they are: files
from another machine.
"""

import json
import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path
from typing import Any

from crawler import stories
from crawler.sources import IMPORT, keep_sources
from crawler.urls import canonical_url
from db.articles import ArticleRow, text_hash
from db.bulk import BulkArticle, bulk_load
from db.errors import InputError
from db.records import Block, BlockKind, PageType
from db.runs import run_lease
from db.store import Row, Store
from tradewire.archive.codec import annotation_from_json
from tradewire.archive.shards import find_shards, read_articles, shard_info

BATCH = 500  # articles looked up in the store at once
MAX_BODY = 5_000_000  # characters; the longest recorded article has 60,000
MAX_WORDS = 20_000  # characters of any other field but the metadata
DAY = re.compile(r"\d{4}-\d{2}-\d{2}(?:T\d{2}:\d{2}:\d{2}(?:\.\d+)?Z)?")
LANGUAGE = re.compile(r"[a-z]{2,3}")
SOURCE = re.compile(r"[a-z][a-z0-9_]{0,40}")
PAGE_TYPES = frozenset(kind.value for kind in PageType)


@dataclass(frozen=True, slots=True, kw_only=True)
class FromShard(BulkArticle):
    """An article with the keys that lead to its story."""

    bands: tuple[str, ...] = ()
    fetched_at: str = ""


def ingest(
    store: Store, out: Path, *, again: bool = False, progress: Callable[[int], Any] | None = None
) -> tuple[Counter[str], list[str]]:
    """Load every shard below `out` that was not loaded yet; counts, and what was wrong with single rows or shards.

    Counts: shards, loaded-before, new, changed, unchanged, own (the store has it itself), older, refused, facts.

    Raises:
        InputError: there are no shards.
        LockedError: another process ingests.
    """
    counts: Counter[str] = Counter()
    problems: list[str] = []
    folders = find_shards(out)
    with run_lease(store, "ingest") as run:
        with store.write() as connection:
            keep_sources(connection, [IMPORT])
        for folder in folders:
            try:
                _ingest_shard(store, folder, counts, problems, again=again)
            except InputError as error:
                counts["damaged"] += 1
                problems.append(str(error))
            run.beat()
            if progress is not None:
                progress(1)
        run.stats.update(counts)
        if problems:
            run.state = "degraded"
    store.checkpoint()
    return counts, problems


def _ingest_shard(
    store: Store, folder: Path, counts: Counter[str], problems: list[str], *, again: bool
) -> None:
    info = shard_info(folder)
    assert info is not None, folder
    mark, made = f"ingest:{folder.name}", f"{info.get('fingerprint')} {info.get('at')}"
    if store.value("SELECT value FROM meta WHERE key = ?", (mark,)) == made and not again:
        counts["loaded-before"] += 1
        return

    def given() -> Iterator[FromShard]:
        rows = read_articles(folder)
        while part := list(islice(rows, BATCH)):
            yield from _wanted(store, _checked(part, counts, problems), counts)

    done = bulk_load(store, given(), batch=BATCH, placed=_place)
    for name in ("new", "changed", "unchanged", "refused", "facts"):
        counts[name] += getattr(done, name)
    problems += [f"{url}: {why}" for url, why in done.problems]
    with store.write() as connection:
        connection.execute("INSERT OR REPLACE INTO meta (key, value) VALUES (?, ?)", (mark, made))
    counts["shards"] += 1


def _place(connection: Any, article: int, _text: int, item: BulkArticle) -> None:
    assert isinstance(item, FromShard)
    stories.place(connection, article, item.row.body, item.bands)


def _checked(part: Sequence[Row], counts: Counter[str], problems: list[str]) -> list[FromShard]:
    found = []
    for row in part:
        try:
            found.append(from_columns(row))
        except InputError as error:
            counts["refused"] += 1
            problems.append(f"{str(row.get('url'))[:200]}: {error}")
    return found


def _wanted(store: Store, part: Sequence[FromShard], counts: Counter[str]) -> Iterator[FromShard]:
    """Those that tell the store something it does not know from a page of its own."""
    urls = [item.row.url for item in part]
    known = {
        row["url"]: row
        for row in store.rows(
            "SELECT a.url, a.page, a.source, t.hash, json_extract(a.metadata, '$.fetched_at') AS fetched_at"
            f" FROM articles a JOIN texts t ON t.id = a.text WHERE a.url IN ({', '.join('?' * len(urls))})",
            urls,
        )
    }
    for item in part:
        have = known.get(item.row.url)
        if have is None:
            yield item
        elif have["hash"] == text_hash(item.row.body):
            if have["page"] is None:
                yield item  # from a shard itself: perhaps read by a newer version
            else:
                counts["own"] += 1
        elif (have["fetched_at"] or "") > item.fetched_at:
            counts["older"] += 1
        else:
            source = item.row.source if have["source"] in (None, "import") else have["source"]
            yield replace(item, row=replace(item.row, page=have["page"], source=source))


def from_columns(row: Row) -> FromShard:
    """The article of a shard's row.

    Raises:
        InputError: a value cannot be; the message names the column.
    """
    _check(row)
    metadata = _json(row, "metadata", dict)
    blocks = []
    for block in _json(row, "blocks", list):
        try:
            start, end, kind = block
            blocks.append(Block(start, end, BlockKind(kind)))
            fits = type(start) is int and type(end) is int and 0 <= start <= end <= len(row["body"])
        except (TypeError, ValueError):
            fits = False
        if not fits:
            raise InputError("blocks")
    annotation = None if row["annotation"] is None else annotation_from_json(row["annotation"])
    is_parsed = row["language"] in (None, "en")
    return FromShard(
        row=ArticleRow(
            url=row["url"],
            source=row["source"],
            title=row["title"],
            body=row["body"],
            lead=row["lead"],
            blocks=blocks,
            authors=row["authors"] or (),
            published=row["published"],
            published_precision=row["published_precision"],
            modified=row["modified"],
            language=row["language"],
            page_type=row["page_type"],
            relevant=bool(row["relevant"]),
            relevance=row["relevance"],
            topics=row["topics"] or (),
            reasons=row["reasons"] or (),
            metadata=metadata,
        ),
        annotation=annotation,
        fingerprint=row["fingerprint"] or "",
        state="ok" if is_parsed else "skipped:language",
        bands=tuple(row["bands"] or ()),
        fetched_at=row["fetched_at"] or "",
    )


def _check(row: Row) -> None:
    """Refuse values that no writer of ours would give.

    Raises:
        InputError: names the column.
    """
    for name in ("url", "title", "body", "page_type"):
        if not row[name]:
            raise InputError(f"no {name}")
    if canonical_url(row["url"]) is None:
        raise InputError("url")
    for name, form in (("published", DAY), ("modified", DAY), ("language", LANGUAGE), ("source", SOURCE)):
        if row[name] is not None and not form.fullmatch(row[name]):
            raise InputError(name)
    if row["page_type"] not in PAGE_TYPES:
        raise InputError("page_type")
    if row["published_precision"] not in (None, "day", "minute", "second"):
        raise InputError("published_precision")
    if row["relevance"] is not None and not 0 <= row["relevance"] <= 1:
        raise InputError("relevance")
    if len(row["body"]) > MAX_BODY:
        raise InputError("body")
    for name in ("title", "authors", "topics", "reasons", "bands", "fingerprint", "fetched_at"):
        value = row[name]
        parts = value if isinstance(value, list) else [value]
        if sum(len(part or "") for part in parts) > MAX_WORDS or (None in parts and value is not None):
            raise InputError(name)


def _json(row: Row, name: str, kind: type) -> Any:
    try:
        value = json.loads(row[name] or "null")
    except (ValueError, RecursionError):
        value = None
    if not isinstance(value, kind) or len(row[name]) > MAX_BODY:
        raise InputError(name)
    return value
