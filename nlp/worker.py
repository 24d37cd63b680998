"""A process that holds the pipeline and annotates texts in batches, so that a poisonous text fails alone.

The parent sends pairs of (body, context) and gets an Outcome for each. A batch that dies, hangs or fails is read
again text by text: only the text that does it costs its worker, and the parent starts another one.
"""

import multiprocessing
import os
import resource
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass
from multiprocessing import connection
from multiprocessing.connection import Connection
from typing import Any

from db.records import Annotation, ArticleContext

START_S = 180.0  # loading the model on a busy machine takes 5 to 30 s
BATCH = 8  # texts; more cost memory and save no time
ZONE = 400  # texts after which words seen only in them are forgotten: memory stays flat, and common words stay known
BATCH_CHARACTERS = 40_000  # a batch of long texts must not need more memory than one of usual ones

Text = tuple[str, ArticleContext]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one text: an annotation, or an error."""

    annotation: Annotation | None
    error: str | None
    cpu_s: float


class Worker:
    """One child process with the pipeline. `submit` a batch, then `results`; or `read` for both."""

    def __init__(
        self,
        model: str,
        extra: tuple[str, ...] = (),
        companies: str = "",
        *,
        timeout_s: float,
        memory_mb: int,
    ) -> None:
        self.model = model
        self.extra = extra
        self.companies = companies
        self.timeout_s = timeout_s
        self.memory_mb = memory_mb
        self._context = multiprocessing.get_context("spawn")  # fork would copy the store's open file
        self._process: Any = None
        self._pipe: Connection | None = None
        self._ready = False
        self._batch: list[Text] = []
        self._due = 0.0

    def start(self) -> None:
        """Start the process, if there is none; it loads while the parent goes on."""
        if self._process is not None:
            return
        ours, theirs = self._context.Pipe()
        self._process = self._context.Process(
            target=serve,
            args=(theirs, self.model, self.extra, self.companies, self.memory_mb, os.getpid()),
            daemon=True,
        )
        self._process.start()
        theirs.close()
        self._pipe = ours
        self._ready = False

    def wait_ready(self) -> None:
        """Return when the pipeline is loaded.

        Raises:
            RuntimeError: the process died or said nothing while loading; the message says why.
        """
        self.start()
        if self._ready:
            return
        assert self._pipe is not None
        try:
            said = self._pipe.recv() if self._pipe.poll(START_S) else "said nothing while loading"
        except (EOFError, ConnectionResetError):
            said = "died while loading"
        if said != "ready":
            self.stop()
            raise RuntimeError(f"annotation worker: {said}")
        self._ready = True

    @property
    def waits_for(self) -> Connection:
        """What becomes readable when the batch is done or the process is dead; for `multiprocessing.connection.wait`."""
        assert self._pipe is not None
        return self._pipe

    @property
    def due_s(self) -> float:
        """Seconds until the batch counts as hung."""
        return max(self._due - time.monotonic(), 0.0)

    def submit(self, batch: Sequence[Text]) -> None:
        """Hand over texts; the worker must have given the results of the last ones."""
        self.wait_ready()
        self._batch = list(batch)
        assert self._pipe is not None
        try:
            self._pipe.send(self._batch)
        except (BrokenPipeError, OSError):
            self.stop()  # it died between two batches; that is no text's fault
            self.wait_ready()
            self._pipe.send(self._batch)
        self._due = time.monotonic() + self.timeout_s

    def results(self) -> list[Outcome]:
        """The outcomes of the submitted texts; a worker that fails to give them in time is ended."""
        batch, outcomes = self._batch, self._receive()
        if len(batch) == 1 or isinstance(outcomes, list):
            return outcomes if isinstance(outcomes, list) else [outcomes]
        found = []
        for text in batch:  # one of them is poisonous
            self.submit([text])
            single = self._receive()
            found += single if isinstance(single, list) else [single]
        return found

    def read(self, batch: Sequence[Text]) -> list[Outcome]:
        """The outcome of each text."""
        self.submit(batch)
        return self.results()

    def _receive(self) -> list[Outcome] | Outcome:
        """The outcomes, or what became of the batch as a whole."""
        assert self._pipe is not None
        try:
            if not self._pipe.poll(self.due_s):
                self.stop()
                return Outcome(None, f"no result within {self.timeout_s:g} s", self.timeout_s)
            found: list[Outcome] | Outcome = self._pipe.recv()
            return found
        except (EOFError, ConnectionResetError):
            self._process.join(2.0)  # the pipe ends a moment before the process has an exit code
            code = self._process.exitcode
            self.stop()
            return Outcome(None, f"worker died (exit code {code}), out of memory?", 0.0)

    def stop(self) -> None:
        """End the process at once."""
        if self._process is not None:
            self._process.kill()
            self._process.join()
            self._process.close()
        if self._pipe is not None:
            self._pipe.close()
        self._process = self._pipe = None
        self._ready = False


def wait_for_any(workers: Sequence[Worker]) -> list[Worker]:
    """Those of `workers`, all busy, whose results can be taken: done, dead or overdue; at least one."""
    ready = connection.wait([w.waits_for for w in workers], min(w.due_s for w in workers))
    found = [worker for worker in workers if worker.waits_for in ready or worker.due_s == 0.0]
    return found or [min(workers, key=lambda worker: worker.due_s)]


def serve(
    pipe: Connection, model: str, extra: tuple[str, ...], companies: str, memory_mb: int, parent: int
) -> None:
    """Main loop of the child: texts in, an Outcome for each out, until the pipe closes."""
    threading.Thread(target=_leave_with_parent, args=(parent,), daemon=True).start()
    from nlp.pipeline import build_pipeline

    try:
        pipeline = build_pipeline(model, extra, companies)
    except Exception as error:  # noqa: BLE001  whatever it is, the parent must hear it
        pipe.send(f"{type(error).__name__}: {error}")
        return
    limit = memory_mb * 2**20
    resource.setrlimit(resource.RLIMIT_AS, (limit, limit))
    pipe.send("ready")
    while True:
        read = 0
        with pipeline.memory_zone():
            while read < ZONE:
                try:
                    batch = pipe.recv()
                except (EOFError, OSError):
                    return
                pipe.send(_read_batch(pipeline, batch, memory_mb))
                read += len(batch)


def _read_batch(pipeline: Any, batch: list[Text], memory_mb: int) -> list[Outcome] | Outcome:
    """Each text's outcome; one for the whole batch where something went wrong in it."""
    from nlp.pipeline import annotate_texts

    begin = time.process_time()
    try:
        annotations = list(annotate_texts(pipeline, batch, batch_size=len(batch)))
    except MemoryError:
        problem = f"needs more than {memory_mb} MB"
    except Exception as error:  # noqa: BLE001  the one place where the stage handles one item
        problem = f"{type(error).__name__}: {error}"
    else:
        spent, characters = time.process_time() - begin, sum(len(body) for body, _ in batch) or 1
        return [
            Outcome(annotation, None, spent * len(body) / characters)
            for annotation, (body, _) in zip(annotations, batch)
        ]
    return Outcome(None, problem, time.process_time() - begin)


def _leave_with_parent(parent: int) -> None:
    """A killed parent closes nothing on a child that computes: look for it once a second."""
    while os.getppid() == parent:
        time.sleep(1.0)
    os._exit(1)
