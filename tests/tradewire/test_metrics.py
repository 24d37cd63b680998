"""What watches an installation: /metrics as Prometheus reads it, and what `doctor` says of mails and jobs."""

import re

import pytest
from issue_store import WEEK, store

from tradewire.digest.issues import issue
from tradewire.doctor import examine
from tradewire.web.metrics import metrics_text

__all__ = ["store"]
LINE = re.compile(
    r'# (HELP|TYPE) tradewire_\w+ .+|tradewire_\w+(\{\w+="(?:[^"\\\n]|\\.)*"(,\w+="(?:[^"\\\n]|\\.)*")*\})? -?[0-9.e+]+'
)


def test_every_line_is_one_that_prometheus_reads(store):
    with store.write() as connection:
        connection.execute("UPDATE sources SET state = 'odd \"name\"\\\n'")
        connection.execute("INSERT INTO jobs (name, spec) VALUES ('hourly', '{}')")
        connection.execute(
            "INSERT INTO job_runs (job, slot, state, ended) VALUES ('hourly', 'x', 'ok', '2026-11-20T12:00:00Z')"
        )
    text = metrics_text(store)
    for line in text.splitlines():
        assert LINE.fullmatch(line), line
    names = [line.split()[2] for line in text.splitlines() if line.startswith("# TYPE")]
    assert len(names) == len(set(names))
    assert 'tradewire_facts{kind="listing"} 4' in text
    assert 'tradewire_job_last_ok_timestamp_seconds{job="hourly"} 1795176000' in text


def findings(store, folder):
    return [(f.what, f.level, f.says) for f in examine(store.path, folder / "archive", folder / "backups")]


def test_doctor_names_mails_in_doubt_failed_jobs_and_slots_that_nobody_ran(store, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "tradewire.toml").write_text(
        '[[jobs]]\nname = "hourly"\nrun = "run"\ncron = "0 * * * *"\n[alerts]\nto = ["ann@desk.example"]\n'
    )
    issue(store, WEEK)
    with store.write() as connection:
        connection.execute(
            "UPDATE digest_issues SET sent = ?", ('[{"to": "ann@desk.example", "state": "sending"}]',)
        )
        connection.execute(
            "INSERT INTO jobs (name, spec, last_slot) VALUES ('hourly', '{}', '2026-11-20T12:00:00Z')"
        )
        connection.execute(
            "INSERT INTO job_runs (job, slot, state) VALUES ('hourly', '2026-11-20T12:00:00Z', 'timeout')"
        )
    found = findings(store, tmp_path)
    assert (
        "digest",
        "warning",
        "issue 2026-W46 to ann@desk.example: the sending began and did not end",
    ) in found
    assert ("job", "warning", "hourly of 2026-11-20T12:00:00Z: timeout") in found
    assert ("mail", "warning", "receivers are set, but no sender or smtp") in found
    assert any(what == "job" and "slots passed since" in says for what, _, says in found)


@pytest.mark.parametrize("toml", ["", '[[jobs]]\nname = "h"\nrun = "run"\ncron = "0 * * * *"\n'])
def test_doctor_has_nothing_to_say_of_a_new_installation(store, tmp_path, monkeypatch, toml):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "tradewire.toml").write_text(toml)
    assert [
        f
        for f in findings(store, tmp_path)
        if f[0] in ("digest", "job", "mail", "alerts") and f[1] == "warning"
    ] == []
