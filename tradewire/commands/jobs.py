"""`tradewire jobs`: scheduled jobs of tradewire.toml."""

import signal
import threading
from pathlib import Path

import click

from tradewire.options import emit, open_store, output_options, store_option, store_path


@click.group()
def jobs() -> None:
    """Scheduled jobs: declared under [[jobs]] in tradewire.toml, remembered in the store.

    Examples:  tradewire jobs list   |   tradewire jobs run   |   tradewire jobs schedule
    """


@jobs.command("list")
@output_options
@store_option
def list_(form: str, store: Path | None) -> None:
    """Declared jobs, their next slot and their last run."""
    from db.clock import now, stamp
    from tradewire.config import load_settings
    from tradewire.jobs.runner import declare
    from tradewire.jobs.slots import trigger

    settings = load_settings()
    with open_store(store) as opened:
        declare(opened, settings.jobs)
        rows = []
        for job in settings.jobs:
            last = opened.row(
                "SELECT slot, state, exit_code FROM job_runs WHERE job = ? ORDER BY slot DESC LIMIT 1",
                (job.name,),
            )
            fire = trigger(job.cron, job.zone).get_next_fire_time(None, now())
            rows.append(
                {
                    "name": job.name,
                    "run": job.run,
                    "cron": job.cron,
                    "zone": job.zone,
                    "enabled": job.enabled,
                    "next": stamp(fire) if fire and job.enabled else None,
                    "last": last["slot"] if last else None,
                    "state": last["state"] if last else None,
                }
            )
    emit(rows, form, columns=("name", "next", "last", "state", "run"), empty="no jobs in tradewire.toml")


@jobs.command("run")
@click.argument("names", nargs=-1)
@store_option
def run(names: tuple[str, ...], store: Path | None) -> None:
    """Run what is due; with NAMES, run those now. Safe to call from cron, systemd and by hand at once."""
    from db.errors import DegradedError, UsageError
    from tradewire.config import load_settings
    from tradewire.jobs.runner import declare, run_due, run_now
    from tradewire.jobs.scheduler import report

    settings = load_settings()
    known = {job.name: job for job in settings.jobs}
    for name in names:
        if name not in known:
            raise UsageError(f"no job {name!r} in tradewire.toml; there are: {', '.join(known) or 'none'}")
    logs = store_path(store).absolute().parent / "logs"
    with open_store(store) as opened:
        if names:
            declare(opened, settings.jobs)
            done = [run_now(opened, known[name], logs) for name in names]
        else:
            done = run_due(opened, settings.jobs, logs)
    for result in done:
        report(result, lambda text: click.echo(text, err=True))
    if any(result.state in ("failed", "timeout") for result in done):
        raise DegradedError("some jobs failed; see: tradewire jobs list, and the logs")


@jobs.command("schedule")
@store_option
def schedule(store: Path | None) -> None:
    """Run due jobs in the foreground until SIGTERM or Ctrl-C; missed slots are caught up by each job's policy."""
    from tradewire.jobs.scheduler import Scheduler

    stop = threading.Event()
    for sign in (signal.SIGTERM, signal.SIGINT):
        signal.signal(sign, lambda *_: stop.set())
    scheduler = Scheduler(store_path(store), lambda text: click.echo(text, err=True))
    scheduler.start()
    click.echo("scheduler runs; stop with Ctrl-C", err=True)
    stop.wait()
    scheduler.stop()
    click.echo("scheduler stopped", err=True)


@jobs.command("install")
@click.option("--systemd", "kind", flag_value="systemd", default="systemd", help="a user service and timer")
@click.option("--cron", "kind", flag_value="cron", help="a crontab line")
def install(kind: str) -> None:
    """Print units that run what is due every five minutes; nothing is written."""
    from tradewire.jobs.units import crontab, systemd

    click.echo(systemd(Path.cwd()) if kind == "systemd" else crontab(Path.cwd()), nl=False)
