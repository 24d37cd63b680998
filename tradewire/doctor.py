"""What is wrong with an installation, and what to do about it. Looks only; changes nothing."""

import datetime as dt
import importlib.util
import os
import shutil
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from db import sqlite
from db.backups import backups
from db.clock import now, read_stamp
from db.errors import ConfigError, StoreError
from db.runs import is_alive
from db.store import Store
from tradewire.options import counted

if TYPE_CHECKING:
    from tradewire.config import Settings

FREE_BYTES = 2 * 10**9  # a week of crawling and the write-ahead log fit
WAL_BYTES = 500 * 10**6  # larger than this and checkpoints do not get through
BACKUP_DAYS = 8
LATE_JOB = dt.timedelta(hours=1)  # a slot this late was forgotten, not only waited for


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing looked at. `advice` says what to do where `level` is not ok."""

    level: str
    what: str
    says: str
    advice: str = ""


def examine(path: Path, archive: Path, backup_folder: Path) -> Iterator[Finding]:
    """Everything looked at, in order."""
    yield Finding("ok", "python", ".".join(map(str, sys.version_info[:3])))
    yield from _library()
    yield from _settings()
    yield from _folders(path, archive)
    if not path.is_file():
        yield Finding("error", "store", f"there is none at {path}", "tradewire init")
        return
    try:
        with Store.open(path, read_only=True) as store:
            yield from _store(store, path, backup_folder)
    except (StoreError, sqlite.DatabaseError) as error:
        yield Finding("error", "store", str(error), "tradewire check; tradewire restore BACKUP")


def _library() -> Iterator[Finding]:
    version = ".".join(map(str, sqlite.VERSION))
    if sqlite.VERSION < sqlite.SAFE_VERSION:
        yield Finding(
            "note",
            "sqlite",
            f"{version} has the WAL-reset bug (two writers at once); one writer at a time keeps clear of it",
            "pip install 'tradewire[fast-sqlite]' for a newer library; let no other program write to the store",
        )
    else:
        yield Finding("ok", "sqlite", version)


def _settings() -> Iterator[Finding]:
    from tradewire.config import load_settings
    from tradewire.place import config_files

    try:
        settings = load_settings()
    except ConfigError as error:
        yield Finding("error", "settings", str(error), "correct the file")
        return
    yield Finding("ok", "settings", ", ".join(map(str, config_files())) or "defaults")
    for key, file in (
        ("crawl.sources", settings.crawl.sources),
        ("annotate.companies", settings.annotate.companies),
    ):
        if file and not Path(file).is_file():
            yield Finding("error", "settings", f"{key}: there is no file {file}", "correct the path")
    model = settings.annotate.model
    if not Path(model).is_dir() and (not model.isidentifier() or importlib.util.find_spec(model) is None):
        yield Finding("error", "model", f"{model} is not installed", "install what models.txt names")
    else:
        yield Finding("ok", "model", model)
    yield from _declared(settings)


def _declared(settings: "Settings") -> Iterator[Finding]:
    """Jobs that could never run: no such command, or no such time."""
    from tradewire.cli import COMMANDS
    from tradewire.jobs.slots import trigger

    for job in settings.jobs:
        words = job.run.split()
        if not words or words[0] not in COMMANDS:
            says = f"{job.name}: there is no command {job.run!r}"
            yield Finding("error", "job", says, "tradewire --help names them")
        try:
            trigger(job.cron, job.zone)
        except ConfigError as error:
            yield Finding("error", "job", f"{job.name}: {error}", "correct its cron in tradewire.toml")


def _folders(path: Path, archive: Path) -> Iterator[Finding]:
    for name, folder in (("store folder", path.absolute().parent), ("archive", archive)):
        if not folder.is_dir():
            level = "error" if name == "store folder" else "note"
            yield Finding(
                level,
                name,
                f"{folder} does not exist",
                "it is made by the first crawl" if level == "note" else "",
            )
            continue
        if not os.access(folder, os.W_OK):
            yield Finding("error", name, f"{folder} cannot be written", "change its rights, or the settings")
        free = shutil.disk_usage(folder).free
        level = "warning" if free < FREE_BYTES else "ok"
        yield Finding(level, name, f"{folder}: {free / 1e9:.1f} GB free", "tradewire prune, or a larger disk")


def _store(store: Store, path: Path, backup_folder: Path) -> Iterator[Finding]:
    counts = {n: store.value(f"SELECT count(*) FROM {n}") for n in ("articles", "facts", "companies")}
    yield Finding(
        "ok", "store", f"{path}: " + ", ".join(f"{value:,} {name}" for name, value in counts.items())
    )
    wal = Path(f"{path}-wal")
    if wal.exists() and wal.stat().st_size > WAL_BYTES:
        says = f"the write-ahead log has {wal.stat().st_size / 1e6:.0f} MB"
        yield Finding("warning", "store", says, "end readers that hold it open for hours")
    for run in store.rows("SELECT * FROM runs WHERE ended IS NULL"):
        if is_alive(run["owner"]):
            yield Finding("note", "run", f"{run['stage']} is running since {run['started']} ({run['owner']})")
        else:
            yield Finding(
                "note", "run", f"{run['stage']} of {run['started']} was killed", "the next run takes over"
            )
    for row in store.rows(
        "SELECT stage, state, count(*) AS n, max(error) AS error FROM article_runs WHERE state IN ('failed', 'retry')"
        " GROUP BY stage, state"
    ):
        level = "warning" if row["state"] == "failed" else "note"
        advice = f"tradewire why URL; tradewire {row['stage']} --redo after a correction"
        yield Finding(level, row["stage"], f"{row['n']} {row['state']}, for example: {row['error']}", advice)
    for row in store.rows(
        "SELECT id, state, state_reason FROM sources WHERE state NOT IN ('active', 'paused')"
    ):
        says = f"{row['id']} is {row['state']}: {row['state_reason'] or 'no reason given'}"
        yield Finding("warning", "source", says, f"tradewire sources check {row['id']}")
    yield from _sending(store)
    yield from _jobs(store)
    found = backups(path, backup_folder)
    if not found:
        yield Finding("warning", "backup", f"there is none in {backup_folder}", "tradewire backup")
    else:
        age = now() - read_stamp(_time_of(found[0]))
        level = "warning" if age.days > BACKUP_DAYS else "ok"
        yield Finding(level, "backup", f"{found[0].name}, {counted(age.days, 'day')} old", "tradewire backup")


def _sending(store: Store) -> Iterator[Finding]:
    """Messages of which nobody knows whether they arrived, and what is missing for sending."""
    from tradewire.config import load_settings
    from tradewire.digest.issues import in_doubt
    from tradewire.notify.alerts import in_doubt as alerts_in_doubt

    for issue, to in in_doubt(store):
        says = f"issue {issue} to {to}: the sending began and did not end"
        yield Finding("warning", "digest", says, "ask the receiver; tradewire digest --send --again")
    for to, count in alerts_in_doubt(store):
        says = f"{counted(count, 'alert')} to {to}: the sending began and did not end"
        yield Finding("warning", "alerts", says, "tradewire alerts send --again, or tradewire alerts list")
    try:
        settings = load_settings()
    except ConfigError:
        return  # told already
    if (settings.digest.to or settings.alerts.to) and not (settings.digest.sender and settings.digest.smtp):
        yield Finding(
            "warning", "mail", "receivers are set, but no sender or smtp", "[digest] in tradewire.toml"
        )
    if (settings.digest.notify or settings.alerts.notify) and importlib.util.find_spec("apprise") is None:
        says = "notify is set, but Apprise is not installed"
        yield Finding("warning", "mail", says, "pip install 'tradewire[notify]'")


def _jobs(store: Store) -> Iterator[Finding]:
    """Declared jobs: the last run of each, and whether anything runs what is due."""
    from tradewire.config import load_settings
    from tradewire.jobs.slots import slots

    try:
        jobs = [job for job in load_settings().jobs if job.enabled]
    except ConfigError:
        return
    for job in jobs:
        last = store.row(
            "SELECT * FROM job_runs WHERE job = ? AND state NOT LIKE 'skipped%' ORDER BY slot DESC, id DESC LIMIT 1",
            (job.name,),
        )
        if last and last["state"] in ("failed", "timeout", "lost"):
            says = f"{job.name} of {last['slot']}: {last['state']}"
            yield Finding(
                "warning", "job", says, f"read {last['log']}" if last["log"] else "tradewire jobs list"
            )
        since = store.value("SELECT last_slot FROM jobs WHERE name = ?", (job.name,))
        late = now() - LATE_JOB
        if since is None:
            yield Finding(
                "note", "job", f"{job.name} was never due", "tradewire jobs schedule, or jobs install"
            )
        elif read_stamp(since) < late and (missed := slots(job.cron, job.zone, read_stamp(since), late)):
            says = f"{job.name}: {len(missed)} slots passed since {since} and nobody ran them"
            yield Finding("warning", "job", says, "tradewire jobs schedule, or jobs install --systemd|--cron")


def _time_of(backup: Path) -> str:
    text = backup.stem.split("-")[-1] if backup.stem[-1] == "Z" else backup.stem.split("-")[-2]
    return f"{text[:4]}-{text[4:6]}-{text[6:8]}T{text[9:11]}:{text[11:13]}:{text[13:15]}Z"
