"""The engine for a cluster: the same tasks on Ray actors, on this machine by default, elsewhere by address."""

import contextlib
import logging
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from db.errors import ConfigError
from tradewire.archive.pool import end_of_task
from tradewire.archive.reading import ArchiveReader, Reading
from tradewire.archive.tasks import Engine, ShardTask, TaskEnd

TRIES = 3  # of starting Ray here: it gives itself 30 s, which a busy machine does not


class Slot:
    """What an actor holds: a reader with its children."""

    def __init__(self, reading: Reading) -> None:
        import sys

        main = sys.modules["__main__"]
        for name in ("__file__", "__spec__"):  # children of an actor must not run Ray's own start again
            with contextlib.suppress(AttributeError):
                setattr(main, name, None)
        self.reader = ArchiveReader(reading)

    def run(self, task: ShardTask) -> TaskEnd:
        return end_of_task(task, self.reader)


def ray_engine(address: str | None) -> Engine:
    """Ray as an engine; `address` None starts it here.

    Raises:
        ConfigError: it is not installed, or the cluster cannot be reached.
    """
    os.environ.setdefault("RAY_USAGE_STATS_ENABLED", "0")  # nothing is told to anybody
    os.environ.setdefault("RAY_ACCEL_ENV_VAR_OVERRIDE_ON_ZERO", "0")
    try:
        import ray
    except ImportError:
        raise ConfigError("this needs Ray: pip install 'tradewire[archive]'") from None

    def run(tasks: list[ShardTask], workers: int, reading: Reading) -> Iterator[TaskEnd]:
        start(ray, address, workers)
        try:
            yield from _run(ray, tasks, workers, reading)
        finally:
            ray.shutdown()

    return run


def start(ray: Any, address: str | None, workers: int) -> None:
    """Connect to the cluster, or start one here with so many processors.

    Raises:
        ConfigError: neither worked.
    """
    options: dict[str, Any] = {"log_to_driver": False, "logging_level": logging.ERROR}
    if address is None:
        root = str(Path(__file__).resolve().parents[2])
        before = os.environ.get("PYTHONPATH")
        path = root + (os.pathsep + before if before else "")
        options |= {"num_cpus": workers, "include_dashboard": False}
        options["runtime_env"] = {"env_vars": {"PYTHONPATH": path}}
    else:
        options["address"] = address
    for attempt in range(TRIES):
        try:
            ray.init(**options)
            return
        except Exception as error:
            ray.shutdown()
            if attempt == TRIES - 1 or address is not None:
                raise ConfigError(f"Ray: {error}") from error


def _run(ray: Any, tasks: list[ShardTask], workers: int, reading: Reading) -> Iterator[TaskEnd]:
    actor = ray.remote(num_cpus=1)(Slot)
    idle: list[Any] = []
    busy: dict[Any, tuple[Any, ShardTask]] = {}
    while tasks or busy:
        while tasks and len(busy) < workers:
            task = tasks.pop(0)
            slot = idle.pop() if idle else actor.remote(reading)
            busy[slot.run.remote(task)] = (slot, task)
        (done,), _ = ray.wait(list(busy), num_returns=1)
        slot, task = busy.pop(done)
        try:
            end = ray.get(done)
        except ray.exceptions.RayError as error:  # the actor, or its whole machine, is gone
            yield TaskEnd(task=task, error=f"worker died: {type(error).__name__}")
            continue
        idle.append(slot)
        yield end
