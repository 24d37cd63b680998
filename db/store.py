"""Opening the store, reading from it, and the one way to write to it.

    store = Store.open(path)                     # applies what is pending of the schema
    with store.write() as connection:            # write lock + BEGIN IMMEDIATE + commit
        connection.execute(...)
    store.rows("SELECT ...", (...,))             # dicts

Readers open with `read_only=True` and never take a lock.
"""

import contextlib
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

from db import sqlite
from db.backups import backup
from db.clock import stamp
from db.connections import connect, require_store, told_as_store_error
from db.errors import LockedError, StoreError
from db.kinds import packaged_kinds
from db.locks import WAIT_S, write_lock
from db.views import view_statements, views_digest

if TYPE_CHECKING:
    import sqlite_utils

Row = dict[str, Any]
PAGE_BYTES = 2048  # articles of 4 KB left 800 bytes of each page of 4096 empty, of 2048 bytes 350
FREE_SHARE = 50  # free pages stay for what comes next while they are less than one in 50
VACUUM_PAGES = 20_000  # given back in one go: 0.3 s; others can write in between
ANALYSIS_ROWS = 1_000  # of each index: milliseconds, whatever the size; without, the planner takes poor ways


class Store:
    """One SQLite file. Make it with `Store.open`."""

    def __init__(self, path: Path, connection: Any, *, read_only: bool) -> None:
        self.path = path
        self.connection = connection
        self.read_only = read_only
        self.wait_s = WAIT_S  #: how long a write waits for other writers

    @classmethod
    def open(
        cls,
        path: Path | str,
        *,
        read_only: bool = False,
        create: bool = False,
        wait_s: float = WAIT_S,
        any_version: bool = False,
    ) -> Self:
        """The store at `path`; its writes wait `wait_s` for other writers. Readers refuse an older schema unless `any_version`.

        Raises:
            StoreError: there is none (and not `create`), it is no Tradewire store, or it cannot be written.
        """
        path = Path(path)
        mode = "ro" if read_only else "rwc" if create else "rw"
        connection = connect(path, mode=mode, wait_s=wait_s)
        store = cls(path, connection, read_only=read_only)
        store.wait_s = wait_s
        with told_as_store_error(connection, path):
            if read_only:
                store._check_is_ours(any_version)
            else:
                store._migrate()
        return store

    def _check_is_ours(self, any_version: bool) -> None:
        require_store(self.connection, self.path)
        if not any_version and not self.value("SELECT 1 FROM pragma_table_info('mentions') WHERE name = 'n'"):
            raise StoreError(
                f"{self.path} was made by an older version; bring it up to date with: tradewire init"
            )

    def _migrate(self) -> None:
        from db import schema  # sqlite-utils takes a quarter of a search's time; readers need none of it

        names = {row[0] for row in self.connection.execute("SELECT name FROM sqlite_master").fetchall()}
        if names and "fact_parties" not in names:
            raise StoreError(f"{self.path} is not a Tradewire store")
        if not names:
            self.connection.execute(f"PRAGMA page_size = {PAGE_BYTES}")
            self.connection.execute("PRAGMA auto_vacuum = INCREMENTAL")
        self.connection.execute("PRAGMA journal_mode = WAL")
        self.connection.execute("PRAGMA synchronous = NORMAL")
        views = view_statements(packaged_kinds().values())
        digest = views_digest(views)
        current = "_sqlite_migrations" in names and not schema.MIGRATIONS.pending(self.database)
        if current and self.value("SELECT value FROM meta WHERE key = 'views'") == digest:
            return
        if "_sqlite_migrations" in names and not current and schema.MIGRATIONS.pending(self.database):
            backup(self.path, self.path.absolute().parent / "backups")  # a migration can be gone back on
        with write_lock(self.path):
            schema.MIGRATIONS.apply(self.database)
        with self.write() as connection:
            for statement in views:
                connection.execute(statement)
            connection.execute("INSERT OR IGNORE INTO meta (key, value) VALUES ('init_at', ?)", (stamp(),))
            connection.execute("INSERT OR REPLACE INTO meta (key, value) VALUES ('views', ?)", (digest,))

    @property
    def database(self) -> "sqlite_utils.Database":
        """The same connection as a sqlite-utils Database."""
        import sqlite_utils

        return sqlite_utils.Database(self.connection)

    @contextmanager
    def write(self, *, wait_s: float | None = None) -> Iterator[Any]:
        """One transaction: all of it or nothing. Keep it under 2 s; others wait.

        Raises:
            LockedError: somebody else wrote for `wait_s` (the store's own by default).
            StoreError: the store is read-only, damaged, or the disk is full; nothing was written.
        """
        if self.read_only:
            raise StoreError(f"{self.path} was opened read-only")
        with write_lock(self.path, wait_s=self.wait_s if wait_s is None else wait_s):
            try:
                self.connection.execute("BEGIN IMMEDIATE")
                yield self.connection
                self.connection.execute("COMMIT")
            except sqlite.DatabaseError as error:
                self._roll_back()
                if "locked" in str(error):  # by a program that does not know our lock
                    raise LockedError(f"{self.path}: {error}") from error
                raise StoreError(f"{self.path}: {error}") from error
            except BaseException:
                self._roll_back()
                raise

    def _roll_back(self) -> None:
        if self.connection.in_transaction:
            with contextlib.suppress(sqlite.DatabaseError):  # a full disk may have rolled back already
                self.connection.execute("ROLLBACK")

    def rows(self, sql: str, parameters: Sequence[Any] | Row = ()) -> list[Row]:
        """Every row of a query, as dicts."""
        cursor = self.connection.execute(sql, parameters)
        names = [column[0] for column in cursor.description]
        return [dict(zip(names, row)) for row in cursor.fetchall()]

    def row(self, sql: str, parameters: Sequence[Any] | Row = ()) -> Row | None:
        """The first row, or None."""
        rows = self.rows(sql, parameters)
        return rows[0] if rows else None

    def value(self, sql: str, parameters: Sequence[Any] | Row = ()) -> Any:
        """The first column of the first row, or None."""
        row = self.connection.execute(sql, parameters).fetchone()
        return None if row is None else row[0]

    def limit_time(self, seconds: float) -> None:
        """Interrupt any query of this connection that runs longer than `seconds` from now."""
        end = time.monotonic() + seconds
        self.connection.set_progress_handler(lambda: int(time.monotonic() > end), 10_000)

    def checkpoint(self) -> None:
        """Fold the write-ahead log into the file and count anew for the query planner; called at the end of a stage.

        Many free pages go back to the disk: merging the full-text index of a bulk load leaves 5 % of the file empty.
        """
        self.connection.execute(f"PRAGMA analysis_limit = {ANALYSIS_ROWS}")
        with self.write() as connection:
            connection.execute("ANALYZE")
        if self.value("PRAGMA freelist_count") * FREE_SHARE > self.value("PRAGMA page_count"):
            self.give_back()
        with write_lock(self.path):
            self.connection.execute("PRAGMA wal_checkpoint(PASSIVE)").fetchall()

    def give_back(self) -> None:
        """Cut free pages off the file. A store made before this could be done keeps them for later rows."""
        before, free = 0, self.value("PRAGMA freelist_count")
        while free and free != before:
            with write_lock(self.path, wait_s=self.wait_s):
                try:  # as a script: a single statement would be left after its first page
                    self.connection.executescript(f"PRAGMA incremental_vacuum({VACUUM_PAGES})")
                except (
                    sqlite.OperationalError
                ):  # no room for the log, or a program that does not know our lock
                    return
            before, free = free, self.value("PRAGMA freelist_count")

    def close(self) -> None:
        self.connection.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exc: object) -> None:
        self.close()
