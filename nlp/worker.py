"""A process that holds the pipeline and annotates one text at a time, so that a poisonous text fails alone.

The parent sends (body, context) and gets an Annotation or the reason why not. A text that never ends or eats the
memory costs its worker; the parent starts another one.
"""

import multiprocessing
import os
import resource
import threading
import time
from dataclasses import dataclass
from multiprocessing.connection import Connection
from typing import Any

from db.records import Annotation, ArticleContext

START_S = 180.0  # loading the model on a busy machine takes 5 to 30 s


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one text: an annotation, or an error."""

    annotation: Annotation | None
    error: str | None
    cpu_s: float


class Worker:
    """One child process with the pipeline. `submit`, then `result`."""

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

    def start(self) -> None:
        """Start the process, if there is none, and wait until its pipeline is loaded.

        Raises:
            RuntimeError: it died or said nothing while loading; the message says why.
        """
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
        try:
            ready = ours.recv() if ours.poll(START_S) else "said nothing while loading"
        except EOFError:
            ready = "died while loading"
        if ready != "ready":
            self.stop()
            raise RuntimeError(f"annotation worker: {ready}")

    def submit(self, body: str, context: ArticleContext) -> None:
        self.start()
        assert self._pipe is not None
        try:
            self._pipe.send((body, context))
        except (BrokenPipeError, OSError):
            self.stop()  # it died between two texts; that is not this text's fault
            self.start()
            self._pipe.send((body, context))

    def result(self) -> Outcome:
        """The outcome of the submitted text; a worker that fails to give one in time is ended."""
        assert self._pipe is not None
        try:
            if not self._pipe.poll(self.timeout_s):
                self.stop()
                return Outcome(None, f"no result within {self.timeout_s:g} s", self.timeout_s)
            outcome: Outcome = self._pipe.recv()
            return outcome
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


def serve(
    pipe: Connection, model: str, extra: tuple[str, ...], companies: str, memory_mb: int, parent: int
) -> None:
    """Main loop of the child: one text in, one Outcome out, until the pipe closes."""
    threading.Thread(target=_leave_with_parent, args=(parent,), daemon=True).start()
    from nlp.pipeline import annotation_of, build_pipeline, make_doc

    try:
        pipeline = build_pipeline(model, extra, companies)
    except Exception as error:  # noqa: BLE001  whatever it is, the parent must hear it
        pipe.send(f"{type(error).__name__}: {error}")
        return
    limit = memory_mb * 2**20
    resource.setrlimit(resource.RLIMIT_AS, (limit, limit))
    pipe.send("ready")
    while True:
        try:
            body, context = pipe.recv()
        except (EOFError, OSError):
            return
        begin = time.process_time()
        annotation, problem = None, None
        try:
            with pipeline.memory_zone():  # new words of one article do not stay in the vocabulary
                annotation = annotation_of(pipeline(make_doc(pipeline, body, context)))
        except MemoryError:
            problem = f"needs more than {memory_mb} MB"
        except Exception as error:  # noqa: BLE001  the one place where the stage handles one item
            problem = f"{type(error).__name__}: {error}"
        pipe.send(Outcome(annotation, problem, time.process_time() - begin))


def _leave_with_parent(parent: int) -> None:
    """A killed parent closes nothing on a child that computes: look for it once a second."""
    while os.getppid() == parent:
        time.sleep(1.0)
    os._exit(1)
