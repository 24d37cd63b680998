"""Removing raw pages from the archive: by age, or one page on request. Facts and texts stay out of this.

A file is never changed in place: what stays is copied to a new file, the rows are moved over to it in one
transaction, then the old file goes. Killed in between, the store still points at whole files.
"""

import secrets
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from crawler.archive import safe_path
from db.store import Store


@dataclass(frozen=True, slots=True)
class Pruned:
    """What went, or would go."""

    files: int
    pages: int
    bytes: int


def prune(store: Store, root: Path, *, before: str, dry_run: bool = False) -> Pruned:
    """Drop archive files all of whose pages were fetched before the time `before` and were read into articles."""
    rows = store.rows(
        """
        SELECT warc_file AS name, count(*) AS pages FROM pages p WHERE warc_file IS NOT NULL GROUP BY warc_file
        HAVING max(coalesce(fetched_at, '')) < ? AND sum(NOT EXISTS (SELECT 1 FROM article_runs r
            WHERE r.stage = 'extract' AND r.input = p.id AND r.input_digest = p.payload_digest
            AND r.state <> 'retry')) = 0""",
        (before,),
    )
    size = 0
    for row in rows:
        path = safe_path(root, row["name"])
        size += path.stat().st_size if path.is_file() else 0
        if dry_run:
            continue
        with store.write() as connection:
            connection.execute(
                "UPDATE pages SET warc_file = NULL, warc_offset = NULL, warc_length = NULL WHERE warc_file = ?",
                (row["name"],),
            )
        path.unlink(missing_ok=True)
    return Pruned(len(rows), sum(row["pages"] for row in rows), size)


def remove_records(store: Store, root: Path, records: Iterable[tuple[str, int, int]]) -> int:
    """How many records were cut out of the archive."""
    by_file: dict[str, list[tuple[int, int]]] = defaultdict(list)
    for name, offset, length in records:
        by_file[name].append((offset, length))
    removed = 0
    for name, cuts in by_file.items():
        path = safe_path(root, name)
        if not path.is_file():
            continue
        fresh = path.with_name(f"{path.name.split('.')[0]}-{secrets.token_hex(4)}.warc.gz")
        moved = _copy_without(path, fresh, sorted(cuts))
        with store.write() as connection:
            rows = connection.execute(
                "SELECT id, warc_offset FROM pages WHERE warc_file = ?", (name,)
            ).fetchall()
            relative = str(Path(name).with_name(fresh.name))
            connection.executemany(
                "UPDATE pages SET warc_file = ?, warc_offset = ? WHERE id = ?",
                [
                    (relative, offset - sum(size for at, size in moved if at < offset), page)
                    for page, offset in rows
                ],
            )
        path.unlink()
        removed += len(cuts)
    return removed


def _copy_without(path: Path, fresh: Path, cuts: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """Copy `path` to `fresh` without the bytes of `cuts`; records are whole gzip members, so the rest stays valid."""
    with path.open("rb") as source, fresh.open("xb") as target:
        at = 0
        for offset, length in cuts:
            _copy(source, target, offset - at)
            source.seek(length, 1)
            at = offset + length
        _copy(source, target, None)
        target.flush()
    return cuts


def _copy(source: BinaryIO, target: BinaryIO, size: int | None) -> None:
    while size is None or size > 0:
        chunk = source.read(1 << 20 if size is None else min(size, 1 << 20))
        if not chunk:
            return
        target.write(chunk)
        size = None if size is None else size - len(chunk)
