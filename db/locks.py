"""The write lock: one writer at a time, by flock on a file beside the database.

Never on the database file itself: closing any descriptor of it would drop SQLite's own POSIX locks.
The lock dies with its process, whatever kills it.
"""

import contextlib
import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from db.errors import LockedError, StoreError

WAIT_S = float(
    os.environ.get("TRADEWIRE_WRITE_WAIT_S", "30")
)  # a writer holds the lock for one transaction of at most 2 s, so this is fifteen turns


@contextmanager
def write_lock(store: Path, *, wait_s: float = WAIT_S) -> Iterator[None]:
    """Hold the write lock of the store at `store`.

    Raises:
        LockedError: somebody else held it for `wait_s`; the message names the process.
        StoreError: the lock file cannot be opened (read-only folder).
    """
    path = store.with_name(store.name + ".lock")
    try:
        handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
    except OSError as error:
        raise StoreError(f"cannot write beside {store}: {error.strerror}") from error
    try:
        deadline = time.monotonic() + wait_s
        while True:
            try:
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError:
                if time.monotonic() >= deadline:
                    holder = os.pread(handle, 64, 0).decode(errors="replace").strip("\0\n ")
                    raise LockedError(f"{store}: write lock held by process {holder or '?'}") from None
                time.sleep(0.01)
        with contextlib.suppress(
            OSError
        ):  # the holder's name is only for messages; a full disk must not stop us
            os.pwrite(handle, f"{os.getpid():<20}\n".encode(), 0)
        yield
    finally:
        os.close(handle)  # gives the lock back
