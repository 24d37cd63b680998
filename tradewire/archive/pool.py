"""The plain engine: processes on this machine, each with the pipeline loaded, one task at a time.

Unlike the pools of the standard library it survives the death of a worker: the task that it had ends with an error,
and another worker takes its place.
"""

import contextlib
import multiprocessing
import os
import resource
import signal
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from multiprocessing import connection
from multiprocessing.connection import Connection
from typing import Any

from tradewire.archive.reading import ArchiveReader, Reading
from tradewire.archive.tasks import ShardTask, TaskEnd, make_shard

POLITE_S = 2.0
MEMORY = 8 << 30  # of address space of the process that unpacks a file: a bomb ends here


@dataclass(slots=True)
class _Slot:
    process: Any
    pipe: Connection
    task: ShardTask

    def stop(self) -> None:
        """End the process: politely when it waits for work, at once when it works."""
        self.pipe.close()
        self.process.join(POLITE_S)
        if self.process.exitcode is None:
            self.process.kill()  # its children see it and leave
            self.process.join()
        self.process.close()


def run_pool(tasks: list[ShardTask], workers: int, reading: Reading) -> Iterator[TaskEnd]:
    """Work on `tasks` with so many processes; yields each end as it comes."""
    context = multiprocessing.get_context("spawn")
    idle: list[_Slot] = []
    busy: list[_Slot] = []
    try:
        while tasks or busy:
            while tasks and len(busy) < workers:
                busy.append(_hand(tasks.pop(0), idle, context, reading))
            ready = connection.wait([slot.pipe for slot in busy])
            for slot in [slot for slot in busy if slot.pipe in ready]:
                busy.remove(slot)
                end = _end_of(slot)
                if end is None:
                    slot.process.join(5.0)  # the pipe ends a moment before the process has an exit code
                    end = TaskEnd(task=slot.task, error=f"worker died (exit code {slot.process.exitcode})")
                    slot.stop()
                else:
                    idle.append(slot)
                yield end
    finally:
        for slot in idle + busy:
            slot.stop()


def _hand(task: ShardTask, idle: list[_Slot], context: Any, reading: Reading) -> _Slot:
    """A slot at work on `task`: an idle one that lives, else a new one."""
    while idle:
        slot = idle.pop()
        try:
            slot.pipe.send(task)
        except (BrokenPipeError, OSError):
            slot.stop()
            continue
        slot.task = task
        return slot
    ours, theirs = context.Pipe()
    process = context.Process(target=_serve, args=(theirs, reading, os.getpid()))
    process.start()
    theirs.close()
    slot = _Slot(process, ours, task)
    with contextlib.suppress(BrokenPipeError, OSError):  # it died at once: the end of its pipe says so
        ours.send(task)
    return slot


def _end_of(slot: _Slot) -> TaskEnd | None:
    try:
        end = slot.pipe.recv()
    except (EOFError, ConnectionResetError):
        return None
    assert isinstance(end, TaskEnd)
    return end


def _serve(pipe: Connection, reading: Reading, parent: int) -> None:
    """Main loop of a worker: a task in, its end out, until the pipe closes."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the parent decides
    threading.Thread(target=_leave_with_parent, args=(parent,), daemon=True).start()
    _, most = resource.getrlimit(resource.RLIMIT_AS)
    with contextlib.suppress(ValueError, OSError):
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, most))
    with ArchiveReader(reading) as reader:
        while True:
            try:
                task = pipe.recv()
            except (EOFError, OSError):
                return
            pipe.send(end_of_task(task, reader))


def end_of_task(task: ShardTask, reader: ArchiveReader) -> TaskEnd:
    """Do the task here; whatever goes wrong is its end, not that of the worker."""
    try:
        return TaskEnd(task=task, counts=make_shard(task, reader))
    except MemoryError:
        return TaskEnd(task=task, error=f"needs more than {MEMORY >> 30} GB")
    except Exception as error:  # noqa: BLE001  the one place where one file's failure is kept apart
        return TaskEnd(task=task, error=f"{type(error).__name__}: {error}"[:500])


def _leave_with_parent(parent: int) -> None:
    while os.getppid() == parent:
        time.sleep(1.0)
    os._exit(1)
