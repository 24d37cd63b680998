"""Who works on what: the run lease of a stage, and what each stage did to each input.

A run lease names its owner as pid@boot-id. It is reclaimed at once when that process is gone or the machine was
started anew; a heartbeat tells a living owner from a reused pid on another machine.
"""

import contextlib
import json
import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from db import eventlog, sqlite
from db.clock import now, read_stamp, stamp
from db.errors import LockedError, StoreError
from db.store import Store

LEASE = timedelta(seconds=600)  # longest silence of an owner we cannot look at (another machine)
MAX_ATTEMPTS = 3  # a poisonous article fails alone after three


def boot_id() -> str:
    """Changes with every start of the machine, so that an old pid is not mistaken for a new process."""
    try:
        return Path("/proc/sys/kernel/random/boot_id").read_text().strip()[:8]
    except OSError:
        return "unknown"


def owner_name() -> str:
    return f"{os.getpid()}@{boot_id()}"


def is_alive(owner: str) -> bool:
    """True while the process that `owner` names runs on this machine's current boot."""
    pid, _, boot = owner.partition("@")
    if boot != boot_id():
        return False
    try:
        os.kill(int(pid), 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    # a zombie has ended, only its parent has not looked yet
    with contextlib.suppress(OSError, IndexError):
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    return True


@dataclass
class Run:
    """A running stage: count what was done in `stats`, call `beat` now and then."""

    store: Store
    id: int
    stage: str
    stats: dict[str, Any] = field(default_factory=dict)
    state: str = "ok"
    began: datetime = field(default_factory=now)

    def count(self, name: str, by: int = 1) -> None:
        self.stats[name] = self.stats.get(name, 0) + by

    def beat(self) -> None:
        with self.store.write() as connection:
            connection.execute("UPDATE runs SET heartbeat = ? WHERE id = ?", (stamp(), self.id))


@contextmanager
def run_lease(store: Store, stage: str) -> Iterator[Run]:
    """Hold the lease of `stage` while the block runs; its stats and state are kept in `runs`.

    Raises:
        LockedError: another living process holds it; the message says who and since when.
    """
    with store.write() as connection:
        for old in store.rows("SELECT * FROM runs WHERE stage = ? AND ended IS NULL", (stage,)):
            here = old["host"] == socket.gethostname()
            silent = now() - read_stamp(old["heartbeat"]) > LEASE
            mine = old["owner"] == owner_name()
            if not mine and ((here and is_alive(old["owner"])) or (not here and not silent)):
                raise LockedError(
                    f"{stage} is already running: process {old['owner'].split('@')[0]} on {old['host']}"
                    f" since {old['started']}"
                )
            if mine:
                raise LockedError(f"{stage} is already running in this process")
            connection.execute("UPDATE runs SET ended = ?, state = 'lost' WHERE id = ?", (stamp(), old["id"]))
        cursor = connection.execute(
            "INSERT INTO runs (stage, owner, host, started, heartbeat, state) VALUES (?, ?, ?, ?, ?, 'running')",
            (stage, owner_name(), socket.gethostname(), stamp(), stamp()),
        )
        run = Run(store, cursor.lastrowid, stage)
    eventlog.write("stage-began", stage=stage, run=run.id)
    run.began = now()
    try:
        yield run
    except BaseException:
        run.state = "failed"
        with contextlib.suppress(StoreError, LockedError, sqlite.DatabaseError):
            _end(run)
        raise
    _end(run)


def _end(run: Run) -> None:
    seconds = round((now() - run.began).total_seconds(), 1)
    eventlog.write(
        "stage-ended", stage=run.stage, run=run.id, state=run.state, seconds=seconds, stats=run.stats
    )
    with run.store.write() as connection:
        connection.execute(
            "UPDATE runs SET ended = ?, heartbeat = ?, state = ?, stats = ? WHERE id = ?",
            (stamp(), stamp(), run.state, json.dumps(run.stats), run.id),
        )


def record_outcome(
    connection: Any,
    stage: str,
    item: int,
    digest: str,
    fingerprint: str,
    *,
    state: str,
    error: str | None = None,
    cpu_s: float | None = None,
) -> str:
    """Write what happened to one input, inside the caller's transaction; returns the state as kept.

    A `retry` becomes `failed` at the third attempt. Only failures of the input itself are counted, also when it
    killed its worker; a stage that is killed from outside leaves no trace here.
    """
    row = connection.execute(
        "SELECT attempts FROM article_runs WHERE stage = ? AND input = ? AND input_digest = ? AND fingerprint = ?",
        (stage, item, digest, fingerprint),
    ).fetchone()
    attempts = (row[0] if row else 0) + 1
    if state == "retry" and attempts >= MAX_ATTEMPTS:
        state = "failed"
    connection.execute(RUN_SQL, (stage, item, digest, fingerprint, state, attempts, error, cpu_s, stamp()))
    return state


RUN_SQL = (
    "INSERT OR REPLACE INTO article_runs (stage, input, input_digest, fingerprint, state, attempts, error, cpu_s, at)"
    " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)"
)
