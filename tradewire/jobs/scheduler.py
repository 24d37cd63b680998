"""The loop in the foreground: APScheduler wakes us, our tables say what is due.

Each declared job has a timer of its own, so that a long crawl does not hold up the digest. What tradewire.toml says is
read again at every sweep: a job may be added, changed or paused while the loop runs.
"""

import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

from apscheduler.executors.pool import ThreadPoolExecutor
from apscheduler.schedulers.background import BackgroundScheduler

from db import eventlog
from db.errors import TradewireError
from db.store import Store
from tradewire.config import load_settings
from tradewire.jobs.runner import JobRun, declare, run_due

TICK_S = 20  # how often each job is looked at
MOST_AT_ONCE = 10  # jobs that run at the same time


class Scheduler:
    """Runs due jobs from `start` until `stop`; a running job is asked to end, then ended."""

    def __init__(self, path: Path, say: Callable[[str], None], *, tick_s: float = TICK_S) -> None:
        self.path = path
        self.logs = path.absolute().parent / "logs"
        self.say = say
        self.stopping = threading.Event()
        self._tick_s = tick_s
        self._sweeping = threading.Lock()
        self._timers: Any = BackgroundScheduler(executors={"default": ThreadPoolExecutor(MOST_AT_ONCE)})

    def start(self) -> None:
        """Raises ConfigError when tradewire.toml or a job is wrong."""
        self._sweep(first=True)
        self._every(self._sweep, "sweep")
        self._timers.start()

    def stop(self) -> None:
        self.stopping.set()
        with self._sweeping:  # a sweep under way needs the timers, which shutting down holds
            pass
        self._timers.shutdown(wait=True)

    def _every(self, work: Callable[..., None], name: str, *arguments: Any) -> None:
        # our tables know what was missed, so a late tick is never a misfire
        self._timers.add_job(
            work, "interval", args=arguments, seconds=self._tick_s, id=name, max_instances=1, coalesce=True,
            misfire_grace_time=None, next_run_time=_soon(), replace_existing=True,
        )  # fmt: skip

    def _sweep(self, first: bool = False) -> None:
        """Bring the timers up to what tradewire.toml declares."""
        with self._sweeping:
            if not self.stopping.is_set():
                self._bring_up(first)

    def _bring_up(self, first: bool) -> None:
        try:
            jobs = {f"job:{job.name}": job for job in load_settings().jobs if job.enabled}
            with Store.open(self.path) as store:
                declare(store, load_settings().jobs)
        except TradewireError as error:
            if first:
                raise
            self.say(f"settings are not taken: {error}")
            return
        known = {timer.id for timer in self._timers.get_jobs()} - {"sweep"}
        for name in known - jobs.keys():
            self._timers.remove_job(name)
        for name in jobs.keys() - known:
            self._every(self._tick, name, jobs[name].name)

    def _tick(self, name: str) -> None:
        """Run what is due of one job."""
        try:
            jobs = [job for job in load_settings().jobs if job.name == name]
            with Store.open(self.path) as store:
                for done in run_due(store, jobs, self.logs, stopping=self.stopping.is_set, alone=True):
                    report(done, self.say)
        except TradewireError as error:  # a locked or full store passes; the next tick tries again
            self.say(f"job {name}: {error}")


def report(done: JobRun, say: Callable[[str], None]) -> None:
    """One line, or one event, about a slot."""
    if eventlog.wanted():
        eventlog.write("job-ended", job=done.job, slot=done.slot, state=done.state, exit_code=done.exit_code)
    else:
        say(f"{done.job} {done.slot}: {done.state}")


def _soon() -> Any:
    import datetime as dt

    return dt.datetime.now(dt.UTC)
