"""Care of the store: verified backups, putting one back, and testing that everything holds."""

import contextlib
import os
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from db import sqlite
from db.articles import text_hash
from db.backups import verify
from db.clock import now
from db.errors import LockedError, StoreError
from db.locks import write_lock
from db.runs import is_alive
from db.store import Store


@dataclass(frozen=True, slots=True)
class Problem:
    """Something in the store that does not hold."""

    check: str
    says: str


def restore(copy: Path, store: Path) -> Path | None:
    """Put a backup in place of `store`; where the old store was kept, or None when there was none.

    Raises:
        StoreError: the backup is damaged or no store.
        LockedError: a run is going on, or somebody writes.
    """
    if not copy.is_file():
        raise StoreError(f"there is no backup {copy}")
    try:
        verify(copy)
    except sqlite.DatabaseError as error:
        raise StoreError(f"{copy} is damaged: {error}") from error
    store.parent.mkdir(parents=True, exist_ok=True)
    with write_lock(store, wait_s=2):
        kept = None
        if store.exists():
            _refuse_while_running(store)
            kept = store.with_name(f"{store.name}.before-restore-{now():%Y%m%dT%H%M%SZ}")
        fresh = store.with_name(store.name + ".restoring")
        try:
            shutil.copyfile(copy, fresh)
            with fresh.open("rb") as handle:
                os.fsync(handle.fileno())
            if kept is not None:
                for suffix in ("-wal", "-shm"):  # they belong to the old file and follow it
                    with contextlib.suppress(FileNotFoundError):
                        os.replace(f"{store}{suffix}", f"{kept}{suffix}")
                os.replace(store, kept)
            os.replace(fresh, store)
        except OSError as error:
            raise StoreError(f"cannot restore to {store}: {error}") from error
        finally:
            fresh.unlink(missing_ok=True)
    return kept


def _refuse_while_running(store: Path) -> None:
    try:
        with Store.open(store, read_only=True, any_version=True) as old:
            for row in old.rows("SELECT stage, owner FROM runs WHERE ended IS NULL"):
                if is_alive(row["owner"]):
                    raise LockedError(f"{row['stage']} is running: process {row['owner'].split('@')[0]}")
    except (StoreError, sqlite.DatabaseError):
        pass  # a damaged store is what a restore is for


def check(store: Store, *, progress: Callable[[str], None] = lambda _: None) -> Iterator[Problem]:
    """What does not hold: file, foreign keys, full-text index, provenance of every span. Nothing is changed."""
    progress("file")
    for row in store.connection.execute("PRAGMA quick_check(100)"):
        if row[0] != "ok":
            yield Problem("file", row[0])
    progress("foreign keys")
    for row in store.connection.execute("PRAGMA foreign_key_check"):
        yield Problem("foreign keys", f"{row[0]} row {row[1]} names a missing row of {row[2]}")
    progress("full-text index")
    yield from _check_index(store)
    store.connection.create_function("hash_of_text", 1, text_hash, deterministic=True)
    for name, sql in PROVENANCE.items():
        progress(name)
        for row in store.connection.execute(sql + " LIMIT 100"):
            yield Problem(name, " ".join(str(value) for value in row))


def _check_index(store: Store) -> Iterator[Problem]:
    indexed = store.value("SELECT count(*) FROM articles_fts_docsize")
    current = store.value("SELECT count(*) FROM articles WHERE text IS NOT NULL")
    if indexed != current:
        yield Problem("full-text index", f"{indexed} texts are indexed, {current} articles have one")
    if store.read_only:
        return  # SQLite's own test of the index is a write
    try:
        with store.write() as connection:
            connection.execute("INSERT INTO articles_fts (articles_fts, rank) VALUES ('integrity-check', 1)")
    except StoreError as error:
        yield Problem("full-text index", f"{error}; rebuild it with: tradewire check --repair")


def rebuild_index(store: Store) -> None:
    """Make the full-text index anew from the texts."""
    with store.write() as connection:
        connection.execute("INSERT INTO articles_fts (articles_fts) VALUES ('delete-all')")
        connection.execute(
            "INSERT INTO articles_fts (rowid, title, lead, body) SELECT rowid, title, lead, body FROM search_source"
        )


def _stands(row: str) -> str:
    return f'substr(t.body, {row}.start + 1, {row}."end" - {row}.start)'


def _outside(row: str) -> str:
    return f'({row}.start < 0 OR {row}."end" <= {row}.start OR {row}."end" > length(t.body))'


_OF_FACT = "JOIN facts f ON f.n = s.fact_n JOIN texts t ON t.id = f.text"
#: What must hold -> SELECT of the rows for which it does not.
PROVENANCE = {
    "texts": "SELECT 'text', t.id, 'is not what was read: its hash differs' FROM texts t WHERE hash_of_text(t.body) <> t.hash",
    "sentences": "SELECT 'fact', f.id, 'quotes a sentence that is not in its text' FROM facts f JOIN texts t"
    f" ON t.id = f.text WHERE {_outside('f')}",
    "spans": f"SELECT 'fact', f.id, s.role, 'lies outside its text' FROM fact_spans s {_OF_FACT}"
    f" WHERE {_outside('s')}",
    "quotations": f"SELECT 'fact', f.id, 'quotes words that are not in its text' FROM fact_spans s {_OF_FACT}"
    f" WHERE s.role = 'quote' AND instr(f.quote, {_stands('s')}) = 0",
    "parties": f"SELECT 'fact', f.id, s.role, 'lies outside its text' FROM fact_parties s {_OF_FACT}"
    f" WHERE s.start IS NOT NULL AND {_outside('s')}",
    "mentions": "SELECT 'mention', m.text || '/' || m.n, 'does not stand in its text' FROM mentions m JOIN texts t ON t.id = m.text"
    f" WHERE {_stands('m')} <> m.surface",
    "current texts": "SELECT 'article', a.id, 'points at a text that is not its own' FROM articles a LEFT JOIN texts t"
    " ON t.id = a.text WHERE a.text IS NOT NULL AND t.article IS NOT a.id",
    "sources of facts": "SELECT 'fact', f.id, 'belongs to another article than its text' FROM facts f JOIN texts t"
    " ON t.id = f.text WHERE t.article <> f.article",
}


def stored(store: Store) -> dict[str, Any]:
    """How much the store holds."""
    names = ("sources", "pages", "articles", "texts", "mentions", "facts", "companies", "list_entries")
    counts: dict[str, Any] = {name: store.value(f"SELECT count(*) FROM {name}") for name in names}
    return counts | {"bytes": store.path.stat().st_size}
