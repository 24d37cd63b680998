"""The scheduler as a process of its own: real jobs, signals, kills, and a clock that can be shifted."""

import contextlib
import datetime as dt
import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

from db.clock import stamp
from db.runs import boot_id, is_alive
from db.store import Store


@contextlib.contextmanager
def scheduled(folder, *jobs, shift_s=0, command=("jobs", "schedule"), **environment):
    """`jobs schedule` as a process of its own in `folder`; ended whatever happens."""
    if not (folder / "tradewire.sqlite").exists():
        Store.open(folder / "tradewire.sqlite", create=True).close()
    lines = []
    for declared in jobs:
        lines += ["[[jobs]]", *(f"{name} = {json.dumps(value)}" for name, value in declared.items())]
    (folder / "tradewire.toml").write_text("\n".join(lines) + "\n")
    variables = {
        "PYTHONPATH": os.pathsep.join(p for p in sys.path if p),
        "TRADEWIRE_CLOCK_SHIFT_S": str(shift_s),
    }
    child = subprocess.Popen(
        [sys.executable, "-m", "tradewire", *command],
        cwd=folder,
        env=os.environ | variables | environment,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        yield child
    finally:
        child.kill()
        child.wait()
        child.stderr.close()


def wait_for(folder, sql, *, seconds=90):
    """The rows of `sql` as soon as there are any."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        with Store.open(folder / "tradewire.sqlite", read_only=True) as store:
            if rows := store.rows(sql):
                return rows
        time.sleep(0.1)
    raise AssertionError(f"nothing came of {sql}")


def missed(folder, name):
    """Make the job `name` due: it was last looked at an hour ago."""
    with Store.open(folder / "tradewire.sqlite", create=True) as store, store.write() as connection:
        connection.execute(
            "INSERT INTO jobs (name, spec, last_slot) VALUES (?, '{}', ?) ON CONFLICT DO UPDATE SET last_slot = excluded.last_slot",
            (name, stamp(dt.datetime.now(dt.UTC) - dt.timedelta(hours=1))),
        )


EVERY_MINUTE = {"name": "short", "run": "--version", "cron": "* * * * *"}
#: A job that ends only when it is ended.
ENDLESS = {"name": "long", "run": "jobs schedule --store other.sqlite", "cron": "* * * * *"}


def test_scheduler_stops_cleanly_on_sigterm(tmp_path):
    with scheduled(tmp_path) as child:
        assert "scheduler runs" in child.stderr.readline()
        child.send_signal(signal.SIGTERM)
        assert child.wait(timeout=60) == 0
        assert "stopped" in child.stderr.read()


def test_a_long_job_does_not_hold_up_another_and_ends_with_the_scheduler(tmp_path):
    Store.open(tmp_path / "other.sqlite", create=True).close()
    missed(tmp_path, "short")
    missed(tmp_path, "long")
    with scheduled(tmp_path, ENDLESS, EVERY_MINUTE) as child:
        wait_for(tmp_path, "SELECT 1 FROM job_runs WHERE job = 'long' AND state = 'running'")
        wait_for(tmp_path, "SELECT 1 FROM job_runs WHERE job = 'short' AND state = 'ok'")
        child.send_signal(signal.SIGTERM)
        assert child.wait(timeout=60) == 0
    (row,) = wait_for(tmp_path, "SELECT * FROM job_runs WHERE job = 'long' AND state NOT LIKE 'skipped%'")
    assert row["state"] == "failed"


def test_the_lease_of_a_killed_scheduler_is_taken_over_and_its_child_is_gone(tmp_path):
    Store.open(tmp_path / "other.sqlite", create=True).close()
    missed(tmp_path, "long")
    with scheduled(tmp_path, ENDLESS) as child:
        wait_for(tmp_path, "SELECT 1 FROM job_runs WHERE state = 'running'")
        (grandchild,) = _children(child.pid)
        child.kill()
    for _ in range(100):
        if not is_alive(f"{grandchild}@{boot_id()}"):
            break
        time.sleep(0.1)
    else:
        raise AssertionError("the job outlived its scheduler")
    with scheduled(tmp_path, ENDLESS | {"run": "--version"}, shift_s=180):  # three minutes later
        (ran,) = wait_for(tmp_path, "SELECT * FROM job_runs WHERE state = 'ok'")
    (lost,) = wait_for(tmp_path, "SELECT * FROM job_runs WHERE state = 'lost'")
    assert lost["slot"] < ran["slot"]


def _children(pid):
    found = []
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError):
            if stat.read_text().rsplit(")", 1)[1].split()[1] == str(pid):
                found.append(int(stat.parent.name))
    return found


def test_pages_are_served_and_jobs_are_run_by_one_command(tmp_path):
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    missed(tmp_path, "short")
    with scheduled(tmp_path, EVERY_MINUTE, command=("serve", "--schedule", "--port", str(port))) as child:
        wait_for(tmp_path, "SELECT 1 FROM job_runs WHERE state = 'ok'")
        for _ in range(100):
            with contextlib.suppress(OSError):
                answer = (
                    urllib.request.urlopen(f"http://127.0.0.1:{port}/metrics", timeout=30).read().decode()
                )
                break
            time.sleep(0.2)
        assert 'tradewire_job_runs{state="ok"} 1' in answer
        child.send_signal(signal.SIGTERM)
        assert child.wait(timeout=60) in (0, -signal.SIGTERM)


def test_a_wrong_setting_is_told_at_once(tmp_path):
    with scheduled(tmp_path, {"name": "x", "run": "run", "cron": "every tuesday"}) as child:
        assert child.wait(timeout=60) == 5
        assert "every tuesday" in child.stderr.read()


def test_every_line_on_standard_error_is_json_when_asked_for(tmp_path):
    missed(tmp_path, "short")
    with scheduled(tmp_path, EVERY_MINUTE, TRADEWIRE_LOG_FORMAT="json") as child:
        wait_for(tmp_path, "SELECT 1 FROM job_runs WHERE state = 'ok'")
        child.send_signal(signal.SIGTERM)
        child.wait(timeout=60)
        events = [json.loads(line) for line in child.stderr.read().splitlines()]
    assert {"job-ended", "message"} <= {event["event"] for event in events}
    ended = next(event for event in events if event["event"] == "job-ended")
    assert (ended["job"], ended["state"], ended["exit_code"]) == ("short", "ok", 0)
    assert all(event["at"] for event in events)
