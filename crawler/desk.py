"""The desk: the one thread of a crawl that writes to the archive and to the store.

The reactor never waits for a disk or a lock. Jobs that have come together are written in one transaction, records
first: the archive is flushed before the rows that point into it are written.
"""

import contextlib
import queue
import threading
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

from crawler.archive import ArchiveWriter, Capture, Location
from db.errors import LockedError, TradewireError
from db.runs import Run, run_lease
from db.store import Store

T = TypeVar("T")
GROUP = 64  # jobs in one transaction: far below its 2 s, and a commit costs a page of I/O only once


@dataclass
class _Job:
    work: Callable[[Any, Location | None], Any]
    capture: Capture | None = None
    place: Location | None = None
    done: Future[Any] = field(default_factory=Future)


class Desk:
    """Start it, hand it work, close it. Work is `work(connection, place)` and runs inside a transaction."""

    def __init__(self, store: Path, archive: Path, *, stage: str = "crawl") -> None:
        self.store_path = store
        self.archive_path = archive
        self.stage = stage
        self.stats: dict[str, Any] = {}
        self.state = "ok"  #: goes into `runs` at the end
        self._jobs: queue.SimpleQueue[_Job | None] = queue.SimpleQueue()
        self._opened: Future[None] = Future()
        self._thread = threading.Thread(target=self._run, name="desk", daemon=True)

    def start(self) -> None:
        """Open the store and take the run lease of the stage.

        Raises:
            LockedError: another living process holds it.
            StoreError: there is no store.
        """
        self._thread.start()
        self._opened.result()

    def call(self, work: Callable[[Any, Location | None], T], capture: Capture | None = None) -> Future[T]:
        """The result of `work`, once it is committed; with `capture`, its record is on disk before."""
        job = _Job(work, capture)
        self._jobs.put(job)
        return job.done

    def close(self) -> None:
        """Write what is waiting, give the lease back, fold the log into the store."""
        self._jobs.put(None)
        if self._thread.ident is not None:  # a crawl can end before it began
            self._thread.join()

    def _run(self) -> None:
        try:
            with contextlib.ExitStack() as stack:
                store = stack.enter_context(Store.open(self.store_path))
                run = stack.enter_context(run_lease(store, self.stage))
                archive = stack.enter_context(ArchiveWriter(self.archive_path))
                self._opened.set_result(None)
                self._serve(store, run, archive)
                run.stats.update(self.stats)
                run.state = self.state
                store.checkpoint()
        except BaseException as error:  # noqa: BLE001  whatever it was, nobody may wait for us forever
            if not self._opened.done():
                self._opened.set_exception(error)
            self._refuse(error)

    def _serve(self, store: Store, run: Run, archive: ArchiveWriter) -> None:
        import time

        beat = time.monotonic()
        while True:
            jobs = self._next_group()
            last = jobs.pop() is None if jobs[-1] is None else False
            group = [job for job in jobs if job is not None]
            if group:
                self._write(store, archive, group)
            if last:
                return
            if time.monotonic() - beat > 60:
                run.beat()
                beat = time.monotonic()

    def _next_group(self) -> list[_Job | None]:
        jobs: list[_Job | None] = [self._jobs.get()]
        with contextlib.suppress(queue.Empty):
            while len(jobs) < GROUP and jobs[-1] is not None:
                jobs.append(self._jobs.get_nowait())
        return jobs

    def _write(self, store: Store, archive: ArchiveWriter, group: list[_Job]) -> None:
        """One transaction for all; where one job fails, each gets its own."""
        try:
            for job in group:
                if job.capture is not None and job.place is None:
                    job.place = archive.add(job.capture)
            archive.flush()
            with store.write() as connection:
                results = [job.work(connection, job.place) for job in group]
        except BaseException as error:  # noqa: BLE001  belongs to whoever waits for the job
            if len(group) > 1 and not isinstance(error, LockedError):
                for job in group:
                    self._write(store, archive, [job])
            else:
                for job in group:
                    job.done.set_exception(error)
            return
        for job, result in zip(group, results):
            job.done.set_result(result)

    def _refuse(self, error: BaseException) -> None:
        reason = (
            error if isinstance(error, TradewireError) else RuntimeError(f"the desk is closed: {error!r}")
        )
        while True:
            try:
                job = self._jobs.get_nowait()
            except queue.Empty:
                return
            if job is not None:
                job.done.set_exception(reason)
