"""Jobs over a real store with real child processes and a clock of the test's own."""

import datetime as dt
import itertools
import os
import subprocess
import sys
import time
from pathlib import Path

import pytest
from pydantic import ValidationError

from db.clock import stamp
from db.errors import ConfigError, LockedError
from db.runs import owner_name
from db.store import Store
from tradewire.config import JobSettings
from tradewire.jobs.runner import claim, declare, run_due, run_now
from tradewire.jobs.slots import slots, trigger
from tradewire.jobs.units import crontab, systemd

NOON = dt.datetime(2026, 11, 20, 12, 0, 30, tzinfo=dt.UTC)


@pytest.fixture
def store(tmp_path):
    with Store.open(tmp_path / "j.sqlite", create=True) as opened:
        yield opened


def job(**changes):
    return JobSettings(**({"name": "hourly", "run": "--version", "cron": "0 * * * *"} | changes))


def due_since(store, hours, **changes):
    """A job whose last slot is `hours` before NOON."""
    declared = job(**changes)
    declare(store, [declared])
    with store.write() as connection:
        connection.execute("UPDATE jobs SET last_slot = ?", (stamp(NOON - dt.timedelta(hours=hours)),))
    return declared


def states(store):
    rows = store.rows("SELECT state, count(*) AS n FROM job_runs GROUP BY 1")
    return {row["state"]: row["n"] for row in rows}


def test_nine_missed_hours_give_one_catch_up(store, tmp_path):
    declared = due_since(store, 9)
    assert [r.state for r in run_due(store, [declared], tmp_path, at=NOON)] == ["ok"]
    assert states(store) == {"ok": 1, "skipped-missed": 8}
    assert run_due(store, [declared], tmp_path, at=NOON) == []


def test_all_missed_slots_are_run_when_the_policy_says_so(store, tmp_path):
    declared = due_since(store, 3, catch_up="all")
    assert [r.state for r in run_due(store, [declared], tmp_path, at=NOON)] == ["ok"] * 3


def test_no_catch_up_runs_only_a_slot_that_is_due_now(store, tmp_path):
    assert len(run_due(store, [due_since(store, 3, catch_up="none")], tmp_path, at=NOON)) == 1
    late = NOON + dt.timedelta(minutes=40)
    declared = due_since(store, 0, catch_up="none", name="other", cron="15 * * * *")
    assert run_due(store, [declared], tmp_path, at=late) == []


def test_eight_callers_at_once_give_one_run(store, tmp_path):
    due_since(store, 1)
    code = (
        "import sys, datetime as dt\nfrom pathlib import Path\nfrom db.store import Store\n"
        "from tradewire.config import JobSettings\nfrom tradewire.jobs.runner import run_due, claim\n"
        "job = JobSettings(name='hourly', run='--version', cron='0 * * * *')\n"
        "at = dt.datetime(2026, 11, 20, 12, 0, 30, tzinfo=dt.UTC)\n"
        "with Store.open(sys.argv[1]) as store:\n    print(len(run_due(store, [job], Path(sys.argv[2]), at=at)))\n"
    )
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(p for p in sys.path if p)}
    command = [sys.executable, "-c", code, str(store.path), str(tmp_path)]
    callers = [subprocess.Popen(command, stdout=subprocess.PIPE, env=environment) for _ in range(8)]
    outputs = [int(caller.communicate(timeout=120)[0]) for caller in callers]
    assert sum(outputs) == 1
    assert states(store) == {"ok": 1}


def test_timeout_ends_the_whole_group(store, tmp_path, monkeypatch):
    folder = tmp_path / "fake"
    (folder / "tradewire").mkdir(parents=True)
    (folder / "tradewire" / "__init__.py").write_text("")
    pids = tmp_path / "pids"
    (folder / "tradewire" / "__main__.py").write_text(
        "import os, subprocess, sys, time\n"
        "child = subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(600)'])\n"
        f"open({str(pids)!r}, 'w').write(f'{{os.getpid()}} {{child.pid}}')\n"
        "time.sleep(600)\n"
    )
    monkeypatch.setenv("PYTHONPATH", str(folder))
    declared = due_since(store, 1, timeout_s=3.0)
    assert [r.state for r in run_due(store, [declared], tmp_path, at=NOON, cwd=tmp_path)] == ["timeout"]
    for pid in map(int, pids.read_text().split()):
        for _ in range(50):
            stat = Path(f"/proc/{pid}/stat")
            if not stat.exists() or stat.read_text().rsplit(")", 1)[1].split()[0] == "Z":
                break
            time.sleep(0.1)
        else:
            raise AssertionError(f"process {pid} outlived its timeout")


def test_the_run_of_a_killed_caller_is_lost_and_the_job_runs_again(store, tmp_path):
    declared = due_since(store, 1)
    assert claim(store, declared, NOON)
    with store.write() as connection:
        connection.execute("UPDATE job_runs SET state = 'running', owner = '999999999@other'")
    later = NOON + dt.timedelta(hours=1)
    assert [r.state for r in run_due(store, [declared], tmp_path, at=later)] == ["ok"]
    assert states(store) == {"lost": 1, "ok": 1}


def test_a_daily_job_runs_once_on_the_days_the_clocks_change():
    spring = slots("30 2 * * *", "Europe/Berlin", _utc(2026, 3, 27, 12), _utc(2026, 3, 30, 12))
    assert [stamp(s) for s in spring] == [
        "2026-03-28T01:30:00Z",
        "2026-03-29T01:30:00Z",
        "2026-03-30T00:30:00Z",
    ]
    autumn = slots("30 2 * * *", "Europe/Berlin", _utc(2026, 10, 24, 12), _utc(2026, 10, 26, 12))
    assert [stamp(s) for s in autumn] == ["2026-10-25T00:30:00Z", "2026-10-26T01:30:00Z"]


def test_an_hourly_job_runs_every_hour_on_the_days_the_clocks_change():
    for begin in (_utc(2026, 3, 28, 23), _utc(2026, 10, 24, 23)):
        found = slots("15 * * * *", "Europe/Berlin", begin, begin + dt.timedelta(hours=5))
        assert {b - a for a, b in itertools.pairwise(found)} == {dt.timedelta(hours=1)}


def _utc(*parts):
    return dt.datetime(*parts, tzinfo=dt.UTC)


def test_a_wrong_cron_line_names_itself():
    with pytest.raises(ConfigError, match="every tuesday"):
        trigger("every tuesday", "UTC")


def test_units_name_the_folder_and_the_command():
    folder = Path("/srv/trade wire")
    assert "WorkingDirectory=/srv/trade wire" in systemd(folder)
    assert "'/srv/trade wire'" in crontab(folder)
    assert "jobs run" in crontab(folder)


def test_a_job_that_is_declared_wrongly_is_refused(store):
    with pytest.raises(ConfigError, match="twice"):
        declare(store, [job(), job()])
    with pytest.raises(ConfigError, match="never"):
        declare(store, [job(cron="never")])
    with pytest.raises(ValidationError, match="catch_up"):
        job(catch_up="some")


def test_missed_weeks_of_a_digest_are_each_made_once(tmp_path, monkeypatch):
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join(p for p in sys.path if p))
    path = tmp_path / "tradewire.sqlite"
    with Store.open(path, create=True) as opened:
        weekly = {"name": "digest", "run": "digest --out week.md", "cron": "0 7 * * mon", "catch_up": "all"}
        declared = due_since(opened, 24 * 14, **weekly)
        assert [r.state for r in run_due(opened, [declared], tmp_path / "logs", at=NOON, cwd=tmp_path)] == [
            "ok",
            "ok",
        ]
        weeks = [row["week"] for row in opened.rows("SELECT week FROM digest_issues ORDER BY week")]
    assert weeks == ["2026-W45", "2026-W46"]


def test_a_running_job_is_not_started_by_hand_too(store, tmp_path):
    declared = job()
    declare(store, [declared])
    assert run_now(store, declared, tmp_path).state == "ok"
    with store.write() as connection:
        connection.execute("UPDATE job_runs SET state = 'running', owner = ?", (owner_name(),))
    with pytest.raises(LockedError, match="running already"):
        run_now(store, declared, tmp_path)


def test_logs_that_nobody_will_read_are_dropped(store, tmp_path):
    old = tmp_path / "hourly-2020.log"
    old.write_text("old")
    os.utime(old, (0, 0))
    declare(store, [job()])
    run_now(store, job(), tmp_path)
    assert not old.exists()
    assert len(list(tmp_path.glob("*.log"))) == 1


def test_percent_signs_of_a_folder_survive_cron_and_systemd():
    assert "cd '/srv/100\\% news'" in crontab(Path("/srv/100% news"))
    assert "WorkingDirectory=/srv/100%% news" in systemd(Path("/srv/100% news"))
