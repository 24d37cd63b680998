"""One connection to a store's file, as readers and writers need it."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from db import sqlite
from db.errors import StoreError

CACHE_KB = 16 * 1024  # SQLite's own 2 MB made queries over many hits read pages again and again
BUSY_MS = 5_000  # IMMEDIATE with 5 s gave no lock errors among three writers; 0 s gave 43


def connect(path: Path, *, mode: str, wait_s: float) -> Any:
    """A connection to the file at `path`; `mode` is ro, rw or rwc. We begin and commit ourselves.

    Raises:
        StoreError: there is none (and `mode` is not rwc), or it cannot be opened.
    """
    if mode != "rwc" and not path.is_file():
        raise StoreError(f"no store at {path}; make one with: tradewire init")
    uri = f"file:{_quoted(path)}?mode={mode}"
    if mode == "ro" and _is_frozen(path):
        uri += "&immutable=1"
    busy_ms = min(BUSY_MS, int(1000 * wait_s))
    try:
        connection = sqlite.connect(uri, uri=True, timeout=busy_ms / 1000, check_same_thread=False)
    except sqlite.DatabaseError as error:
        raise StoreError(f"{path}: {error}") from error
    with told_as_store_error(connection, path):
        connection.isolation_level = None
        connection.execute("PRAGMA foreign_keys = ON")
        connection.execute(f"PRAGMA busy_timeout = {busy_ms}")
        connection.execute(f"PRAGMA cache_size = -{CACHE_KB}")
        if mode == "ro":
            connection.execute("PRAGMA query_only = ON")
    return connection


def require_store(connection: Any, path: Path) -> None:
    """Refuse a file that is no Tradewire store, of this or an earlier version.

    Raises:
        StoreError: it is none.
    """
    if connection.execute("SELECT 1 FROM sqlite_master WHERE name = 'fact_parties'").fetchone() is None:
        raise StoreError(f"{path} is not a Tradewire store")


@contextmanager
def told_as_store_error(connection: Any, path: Path) -> Iterator[None]:
    """Close `connection` when the block fails; what SQLite says becomes a StoreError that names the file."""
    try:
        yield
    except sqlite.DatabaseError as error:
        connection.close()
        raise StoreError(f"{path}: {error}") from error
    except BaseException:
        connection.close()
        raise


def _is_frozen(path: Path) -> bool:
    """True where nobody can write and no log waits: SQLite could not even make the log's index to read with."""
    log = Path(f"{path}-wal")
    return not os.access(path.absolute().parent, os.W_OK) and not (log.exists() and log.stat().st_size)


def _quoted(path: Path) -> str:
    return str(path.absolute()).replace("%", "%25").replace("?", "%3f").replace("#", "%23")
