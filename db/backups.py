"""Copies of a store: taken while others read and write, and tested before they get their name."""

import contextlib
import os
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

from db import sqlite
from db.clock import now
from db.connections import connect, require_store, told_as_store_error
from db.errors import StoreError
from db.locks import WAIT_S

KEEP = 7  # backups kept of one store
STEP_PAGES = 4096  # pages copied between two looks at the progress bar


def backup(
    store: Path,
    folder: Path,
    *,
    keep: int = KEEP,
    progress: Callable[[int, int], None] | None = None,
) -> Path:
    """A verified copy of the store, taken while others read and write; only the newest `keep` stay in `folder`.

    The copy is one file without write-ahead log and gets its name only after it was tested.

    Raises:
        StoreError: the store cannot be read, the folder not written, or the copy is not sound.
    """
    _open(store).close()  # no folder is made for a store that is none
    when = now().strftime("%Y%m%dT%H%M%SZ")
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise StoreError(f"cannot write backups to {folder}: {error.strerror}") from error
    final = folder / f"{store.stem}-{when}.sqlite"
    number = 1
    while final.exists():
        final = folder / f"{store.stem}-{when}-{number}.sqlite"
        number += 1
    partial = final.with_suffix(".partial")
    try:
        with contextlib.closing(_open(store)) as source:
            target = sqlite.connect(str(partial))
            try:
                steps = -1 if progress is None else STEP_PAGES
                tell = None if progress is None else (lambda _, left, total: progress(total - left, total))
                source.backup(target, pages=steps, progress=tell)
                target.execute("PRAGMA journal_mode = DELETE").fetchall()
            finally:
                target.close()
        verify(partial)
        with partial.open("rb") as handle:
            os.fsync(handle.fileno())
        partial.rename(final)
    except (sqlite.DatabaseError, OSError) as error:
        raise StoreError(f"backup to {folder} failed: {error}") from error
    finally:
        with contextlib.suppress(OSError):
            partial.unlink()
    for old in backups(store, folder)[keep:]:
        old.unlink()
    return final


def backups(store: Path, folder: Path) -> list[Path]:
    """Backups of `store` in `folder`, newest first."""
    named = re.compile(re.escape(store.stem) + r"-(\d{8}T\d{6}Z)(?:-(\d+))?\.sqlite")
    found = [
        (match[1], int(match[2] or 0), path)
        for path in folder.glob("*.sqlite")
        if (match := named.fullmatch(path.name))
    ]
    return [path for _, _, path in sorted(found, reverse=True)]


def verify(path: Path) -> None:
    """Read a copy from end to end.

    Raises:
        StoreError: it is damaged, or no store.
    """
    with contextlib.closing(_open(path)) as copy:
        result = copy.execute("PRAGMA quick_check(1)").fetchone()[0]
    if result != "ok":
        raise StoreError(f"{path} is damaged: {result}")


def _open(path: Path) -> Any:
    connection = connect(path, mode="ro", wait_s=WAIT_S)
    with told_as_store_error(connection, path):
        require_store(connection, path)
    return connection
