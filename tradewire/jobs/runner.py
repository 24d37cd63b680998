"""Run what is due: the one idempotent entry point of the scheduler, cron, systemd and people.

A slot belongs to whoever writes its row first, so eight callers at once give one run. Each run is a child process
in a group of its own, ended whole at its timeout. A run whose caller died is `lost` and its job may run again.
"""

import contextlib
import ctypes
import datetime as dt
import json
import os
import shlex
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from db.clock import now, read_stamp, stamp
from db.errors import ConfigError, LockedError
from db.runs import is_alive, owner_name
from db.store import Store
from tradewire.config import JobSettings
from tradewire.jobs.slots import slots, trigger

GRACE = dt.timedelta(minutes=2)  # a slot this young was not missed, whatever the policy
EXIT_STATES = {0: "ok", 3: "degraded", 4: "skipped-overlap"}
TERM_S = 5.0  # between asking a group to stop and ending it
PR_SET_PDEATHSIG = 1
SLOT = "TRADEWIRE_SLOT"  # tells a child for which time it runs: a digest of a missed week is that week's
KEEP_LOGS = dt.timedelta(days=60)


@dataclass(frozen=True, slots=True)
class JobRun:
    """What became of one slot."""

    job: str
    slot: str
    state: str
    exit_code: int | None = None


def declare(store: Store, jobs: Iterable[JobSettings]) -> None:
    """Bring the declared jobs into the store; a new job is due from now on, a removed one is paused.

    Raises:
        ConfigError: two have one name, or a cron line is not understood.
    """
    jobs = list(jobs)
    for job in jobs:
        try:
            trigger(job.cron, job.zone)
        except ConfigError as error:
            raise ConfigError(f"job {job.name!r}: {error}") from error
        if sum(other.name == job.name for other in jobs) > 1:
            raise ConfigError(f"job {job.name!r} is declared twice")
    with store.write() as connection:
        for job in jobs:
            connection.execute(
                "INSERT INTO jobs (name, spec, last_slot, enabled) VALUES (?, ?, ?, ?)"
                " ON CONFLICT (name) DO UPDATE SET spec = excluded.spec, enabled = excluded.enabled",
                (job.name, job.model_dump_json(), stamp(), int(job.enabled)),
            )
        names = [job.name for job in jobs]
        marks = ", ".join("?" * len(names))
        connection.execute(f"UPDATE jobs SET enabled = 0 WHERE name NOT IN ({marks})", names)


def claim(store: Store, job: JobSettings, at: dt.datetime) -> list[str]:
    """The slots of `job` that this caller shall run now, oldest first; missed ones are written down as such."""
    with store.write() as connection:
        row = connection.execute("SELECT last_slot, enabled FROM jobs WHERE name = ?", (job.name,)).fetchone()
        if row is None or not row[1]:
            return []
        reclaim(connection, job.name)
        due = slots(job.cron, job.zone, read_stamp(row[0]), at)
        if not due:
            return []
        young = [slot for slot in due if at - slot <= dt.timedelta(hours=job.max_age_h)]
        if job.catch_up == "all":
            wanted = young
        elif job.catch_up == "one":
            wanted = young[-1:]
        else:
            wanted = [slot for slot in young[-1:] if at - slot <= GRACE]
        busy = connection.execute(
            "SELECT 1 FROM job_runs WHERE job = ? AND state IN ('running', 'claimed')", (job.name,)
        ).fetchone()
        mine = []
        for slot in due:
            state = "skipped-missed" if slot not in wanted else "skipped-overlap" if busy else "claimed"
            done = connection.execute(
                "INSERT OR IGNORE INTO job_runs (job, slot, state, owner) VALUES (?, ?, ?, ?)",
                (job.name, stamp(slot), state, owner_name()),
            ).rowcount
            if done and state == "claimed":
                mine.append(stamp(slot))
        connection.execute("UPDATE jobs SET last_slot = ? WHERE name = ?", (stamp(due[-1]), job.name))
        return mine


def reclaim(connection: Any, job: str) -> None:
    """Runs of callers that are gone become `lost`."""
    for run, owner in connection.execute(
        "SELECT id, owner FROM job_runs WHERE job = ? AND state IN ('running', 'claimed')", (job,)
    ).fetchall():
        if not is_alive(owner):
            connection.execute("UPDATE job_runs SET state = 'lost', ended = ? WHERE id = ?", (stamp(), run))


def run_due(
    store: Store, jobs: Iterable[JobSettings], logs: Path, *, at: dt.datetime | None = None, cwd: Path | None = None,
    stopping: Callable[[], bool] = lambda: False, alone: bool = False,
) -> list[JobRun]:  # fmt: skip
    """Run every slot that is due at `at` (default: now); what became of each. `alone`: `jobs` are not all there are."""
    jobs = list(jobs)
    if not alone:
        declare(store, jobs)
    done = []
    for job in jobs:
        for slot in claim(store, job, at or now()):
            if stopping():
                break
            done.append(run_slot(store, job, slot, logs, cwd=cwd, stopping=stopping))
    return done


def run_now(store: Store, job: JobSettings, logs: Path, *, cwd: Path | None = None) -> JobRun:
    """Run a job at once, whatever its slots.

    Raises:
        LockedError: it is running already.
    """
    slot = stamp()
    with store.write() as connection:
        reclaim(connection, job.name)
        busy = connection.execute(
            "SELECT owner FROM job_runs WHERE job = ? AND state IN ('running', 'claimed')", (job.name,)
        ).fetchone()
        if busy:
            raise LockedError(f"job {job.name!r} is running already: process {busy[0].partition('@')[0]}")
        connection.execute(
            "INSERT INTO job_runs (job, slot, state, owner) VALUES (?, ?, 'claimed', ?)"
            " ON CONFLICT (job, slot) DO UPDATE SET state = 'claimed', owner = excluded.owner",
            (job.name, slot, owner_name()),
        )
    return run_slot(store, job, slot, logs, cwd=cwd)


def run_slot(
    store: Store, job: JobSettings, slot: str, logs: Path, *, cwd: Path | None = None,
    stopping: Callable[[], bool] = lambda: False,
) -> JobRun:  # fmt: skip
    """Run one slot as a child process and write down how it ended."""
    logs.mkdir(parents=True, exist_ok=True)
    log = logs / f"{_safe(job.name)}-{slot.replace(':', '')}.log"
    with store.write() as connection:
        connection.execute(
            "INSERT INTO job_runs (job, slot, state, owner, started, log) VALUES (?, ?, 'running', ?, ?, ?)"
            " ON CONFLICT (job, slot) DO UPDATE SET state = 'running', owner = excluded.owner,"
            " started = excluded.started, log = excluded.log",
            (job.name, slot, owner_name(), stamp(), str(log)),
        )
    state, code = "failed", None
    try:
        state, code = _child(job, slot, log, cwd, stopping)
    finally:
        with store.write() as connection:
            connection.execute(
                "UPDATE job_runs SET state = ?, exit_code = ?, ended = ?, stats = ? WHERE job = ? AND slot = ?",
                (state, code, stamp(), json.dumps({"log_bytes": log.stat().st_size}), job.name, slot),
            )
    _drop_old(logs)
    return JobRun(job.name, slot, state, code)


def _drop_old(logs: Path) -> None:
    """Remove logs that nobody will read any more."""
    oldest = time.time() - KEEP_LOGS.total_seconds()
    for log in logs.glob("*.log"):
        with contextlib.suppress(OSError):
            if log.stat().st_mtime < oldest:
                log.unlink()


def _child(
    job: JobSettings, slot: str, log: Path, cwd: Path | None, stopping: Callable[[], bool]
) -> tuple[str, int | None]:
    command = [sys.executable, "-m", "tradewire", *shlex.split(job.run)]
    with log.open("ab") as out:
        child = subprocess.Popen(
            command, stdin=subprocess.DEVNULL, stdout=out, stderr=out, cwd=cwd, start_new_session=True,
            preexec_fn=_die_with_parent, env=os.environ | {SLOT: slot},
        )  # fmt: skip
        deadline = now() + dt.timedelta(seconds=job.timeout_s)
        while True:
            try:
                code = child.wait(timeout=0.2)
                return EXIT_STATES.get(code, "failed"), code
            except subprocess.TimeoutExpired:
                if stopping():
                    _end_group(child)
                    return "failed", child.returncode
                if now() >= deadline:
                    _end_group(child)
                    return "timeout", child.returncode


def _end_group(child: "subprocess.Popen[bytes]") -> None:
    """Ask the whole group to stop, then end it."""
    for sign in (signal.SIGTERM, signal.SIGKILL):
        with contextlib.suppress(ProcessLookupError):
            os.killpg(child.pid, sign)
        with contextlib.suppress(subprocess.TimeoutExpired):
            child.wait(timeout=TERM_S)
    child.wait()


def _die_with_parent() -> None:
    """A killed scheduler must not leave its child behind (Linux; elsewhere the stage lease still protects)."""
    with contextlib.suppress(OSError, AttributeError):
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)


def _safe(name: str) -> str:
    return "".join(c if c.isalnum() or c in "-_" else "_" for c in name)
