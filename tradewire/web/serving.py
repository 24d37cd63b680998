"""How pages are served to many readers at once: open stores that are used again, and answers that are remembered.

Opening a store costs more CPU than most queries (SQLite reads the whole schema), so readers share a few. An answer is
remembered while the store does not change. While a stage writes, it changes all the time; then an answer may be up to
`SHARE` times as old as it took to make, and never older than `STALE_S`: an address that everybody asks for costs
no more than a twentieth of a core. What a reader changes through the pages is seen at once.
"""

import contextlib
import os
import threading
import time
import weakref
from collections import OrderedDict
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from db.errors import TradewireError
from db.sqlite import DatabaseError
from db.store import Store

READERS = (
    os.cpu_count() or 2
) + 1  # more threads than cores only take turns, and each page's time runs meanwhile
PATIENCE = 4.0
SHARE = 20.0
STALE_S = 30.0
AGE_S = 60.0  # an answer is made anew after this even when nothing changed: "since:30d" moves with the clock
MEMORY = 32 * 2**20  # bytes of all remembered answers
ONE = 2 * 2**20  # a longer answer is not remembered


class Readers:
    """Read-only stores that are opened once and lent to one thread at a time."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.threads = ThreadPoolExecutor(READERS, thread_name_prefix="page")
        self._turns = threading.BoundedSemaphore(READERS)
        self._idle: list[Store] = []
        self._file: tuple[int, int] | None = None
        self._watch: Store | None = None
        self._lock = threading.Lock()
        weakref.finalize(self, _close, self._idle)

    @contextmanager
    def opened(self, seconds: float) -> Iterator[Store]:
        """A store whose queries are stopped after `seconds` of CPU, or PATIENCE times that on the clock.

        Waits for its turn. On a machine whose cores the stages share the clock alone would stop honest queries.
        """
        with self._turns:
            store = self._take()
            cpu, clock = time.thread_time() + seconds, time.monotonic() + PATIENCE * seconds
            try:
                store.connection.set_progress_handler(
                    lambda: int(time.thread_time() > cpu or time.monotonic() > clock), 10_000
                )
                yield store
            finally:
                self._give(store)

    def version(self) -> int | None:
        """A number that changes with every commit to the store; None when it cannot be read."""
        with self._lock:
            self._drop_replaced()
            try:
                if self._watch is None:
                    self._watch = Store.open(self.path, read_only=True)
                    self._idle.insert(0, self._watch)  # closed with the others, never lent
                return int(self._watch.value("PRAGMA data_version"))
            except (DatabaseError, TradewireError):
                return None

    def _take(self) -> Store:
        with self._lock:
            self._drop_replaced()
            if self._idle and self._idle[-1] is not self._watch:
                return self._idle.pop()
        return Store.open(self.path, read_only=True)

    def _give(self, store: Store) -> None:
        with self._lock:
            if self._file == _identity(self.path) and len(self._idle) <= READERS:
                store.connection.set_progress_handler(None, 0)
                self._idle.append(store)
                return
        store.close()

    def _drop_replaced(self) -> None:
        """Close what was opened of a file that another one took the place of (`tradewire restore`)."""
        found = _identity(self.path)
        if found != self._file:
            _close(self._idle)
            self._watch, self._file = None, found


def _identity(path: Path) -> tuple[int, int] | None:
    with contextlib.suppress(OSError):
        found = path.stat()
        return found.st_dev, found.st_ino
    return None


def _close(stores: list[Store]) -> None:
    while stores:
        stores.pop().close()


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """A finished answer."""

    body: bytes
    kind: str  #: media type
    etag: str
    status: int
    cost_s: float  #: how long it took to make
    version: int | None  #: of the store, before it was made
    at: float  #: time.monotonic()


class Memory:
    """Finished answers by address, the least recently asked forgotten first."""

    def __init__(self, most: int = MEMORY) -> None:
        self.most = most
        self.size = 0
        self.generation = 0  #: grows when somebody changes the store through the pages
        self._kept: OrderedDict[tuple[str, ...], Kept] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, key: tuple[str, ...], version: int | None) -> Kept | None:
        with self._lock:
            kept = self._kept.get(key)
            if kept is None or version is None:
                return None
            age = time.monotonic() - kept.at
            if age > AGE_S or (kept.version != version and age > min(STALE_S, SHARE * kept.cost_s)):
                return None
            self._kept.move_to_end(key)
            return kept

    def put(self, key: tuple[str, ...], kept: Kept, generation: int) -> None:
        """Remember an answer, unless a reader changed the store since it was begun (in `generation`)."""
        with self._lock:
            if generation != self.generation or kept.status != 200 or len(kept.body) > min(ONE, self.most):
                return
            self._remove(key)
            self._kept[key] = kept
            self.size += len(kept.body)
            while self.size > self.most:
                self._remove(next(iter(self._kept)))

    def forget(self) -> None:
        with self._lock:
            self.generation += 1
            self._kept.clear()
            self.size = 0

    def _remove(self, key: tuple[str, ...]) -> None:
        old = self._kept.pop(key, None)
        if old is not None:
            self.size -= len(old.body)
