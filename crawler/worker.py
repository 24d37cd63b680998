"""Reading pages in a child process, so that a page that crashes, hangs or eats memory fails alone.

Parent and child talk over pipes: a length of four bytes, then a pickle; both ends are this module.
"""

import contextlib
import importlib
import os
import pickle
import resource
import select
import struct
import subprocess
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from db.records import PageReading, SiteMemory

TIME_LIMIT_S = 60.0  # the slowest recorded page takes 2 s on a busy machine
MEMORY_MB = 2048  # of address space; a 16 MB page needs about 1 GB
START_LIMIT_S = 120.0  # imports on a loaded machine


@dataclass(frozen=True, slots=True)
class PageJob:
    """A page to read."""

    body: bytes
    url: str
    headers: Mapping[str, str]
    memory: SiteMemory | None


@dataclass(frozen=True, slots=True)
class PageResult:
    """What was read, what the site's memory is now, and what else is cheap to work out while the text is here."""

    reading: PageReading
    memory: SiteMemory | None
    bands: tuple[str, ...]
    relevant: bool
    relevance: float | None
    topics: tuple[str, ...]
    reasons: tuple[str, ...]
    cpu_s: float


class PageFailure(Exception):
    """The page could not be read; the message says why. The worker is fit for the next one."""


class PageWorker:
    """A child that reads pages. It is started when needed, and anew when a page has killed it."""

    def __init__(self, *, time_limit_s: float = TIME_LIMIT_S, memory_mb: int = MEMORY_MB) -> None:
        self.time_limit_s = time_limit_s
        self.memory_mb = memory_mb
        self._child: subprocess.Popen[bytes] | None = None

    def read(self, job: PageJob) -> PageResult:
        """The result of one page.

        Raises:
            PageFailure: it raised, took too long, or killed the worker.
        """
        child = self._start()
        try:
            _send(child.stdin, job)
            answer = _receive(child.stdout, self.time_limit_s)
        except TimeoutError:
            self.close()
            raise PageFailure(f"took more than {self.time_limit_s:g} s") from None
        except (EOFError, BrokenPipeError):
            status = child.wait()
            self.close()
            raise PageFailure(f"killed its worker (status {status})") from None
        except BaseException:
            self.close()
            raise
        if isinstance(answer, str):
            raise PageFailure(answer)
        assert isinstance(answer, PageResult)
        return answer

    def _start(self) -> "subprocess.Popen[bytes]":
        if self._child is None or self._child.poll() is not None:
            self.close()
            root = str(Path(__file__).resolve().parent.parent)
            before = os.environ.get("PYTHONPATH")
            path = root + (os.pathsep + before if before else "")
            self._child = subprocess.Popen(
                [sys.executable, "-c", "from crawler.worker import main; main()", str(self.memory_mb)],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                env={**os.environ, "PYTHONPATH": path},
            )
            if _receive(self._child.stdout, START_LIMIT_S) != "ready":
                raise RuntimeError("the page worker did not start")
        return self._child

    def close(self) -> None:
        if self._child is not None:
            self._child.kill()
            self._child.wait()
            for pipe in (self._child.stdin, self._child.stdout):
                if pipe is not None:
                    pipe.close()
            self._child = None

    def __enter__(self) -> "PageWorker":
        return self

    def __exit__(self, *exc: object) -> None:
        self.close()


def _send(pipe: Any, value: object) -> None:
    data = pickle.dumps(value, protocol=5)
    pipe.write(struct.pack(">I", len(data)) + data)
    pipe.flush()


def _receive(pipe: Any, limit_s: float | None) -> Any:
    """The next value.

    Raises:
        TimeoutError: it did not come in time.
        EOFError: the other end is gone.
    """
    end = None if limit_s is None else time.monotonic() + limit_s
    (length,) = struct.unpack(">I", _read(pipe.fileno(), 4, end))
    return pickle.loads(_read(pipe.fileno(), length, end))  # noqa: S301  from our own child or parent


def _read(handle: int, count: int, end: float | None) -> bytes:
    parts: list[bytes] = []
    while count:
        if end is not None and not select.select([handle], [], [], max(end - time.monotonic(), 0))[0]:
            raise TimeoutError
        part = os.read(handle, min(count, 1 << 20))
        if not part:
            raise EOFError
        parts.append(part)
        count -= len(part)
    return b"".join(parts)


def read_job(job: PageJob) -> PageResult:
    """The result of one page, in this process."""
    from crawler.article import learn, read_page
    from crawler.stories import signature
    from nlp.relevance import relevance

    start = time.process_time()
    reading = read_page(job.body, job.url, headers=job.headers, site_memory=job.memory)
    memory = learn(job.memory, reading) if reading.failure is None else job.memory
    verdict = relevance(reading.title, "\n\n".join(filter(None, (reading.lead, reading.body))))
    return PageResult(
        reading=reading,
        memory=memory,
        bands=signature(reading.body),
        relevant=verdict.relevant,
        relevance=verdict.score,
        topics=verdict.topics,
        reasons=verdict.reasons,
        cpu_s=time.process_time() - start,
    )


def main() -> None:
    """The child: answers each job with a result, or with the words of what went wrong."""
    limit = int(sys.argv[1]) * 1024 * 1024
    with contextlib.suppress(ValueError, OSError):  # some systems do not bound address space
        resource.setrlimit(resource.RLIMIT_AS, (limit, limit))
    for name in ("crawler.article", "crawler.stories", "nlp.relevance", "datasketch", "trafilatura"):
        importlib.import_module(name)  # the first page must not pay for the imports

    out = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # whatever prints goes to standard error
    _send(out, "ready")
    while True:
        try:
            job = _receive(sys.stdin.buffer, None)
        except EOFError:
            return
        try:
            answer: object = read_job(job)
        except MemoryError:
            answer = f"needs more than {sys.argv[1]} MB"
        except Exception as error:  # noqa: BLE001  the one place where the stage handles one item
            answer = f"{type(error).__name__}: {error}"[:500]
        _send(out, answer)
