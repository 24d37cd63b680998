"""The command line as a whole."""

import os
import subprocess
import sys

import pytest
from click.testing import CliRunner

from tradewire.cli import cli
from tradewire.config import load_settings
from tradewire.options import csv_cell, parse_since, visible


def run(*arguments, cwd=None, **environment):
    paths = os.pathsep.join(p for p in sys.path if p)
    return subprocess.run(
        [sys.executable, "-m", "tradewire", *arguments],
        cwd=cwd,
        env=os.environ | {"PYTHONPATH": paths, "COLUMNS": "120"} | environment,
        capture_output=True,
        text=True,
        timeout=120,
    )


def test_help_imports_no_heavy_library():
    code = (
        "import sys\nfrom tradewire.cli import cli\n"
        "cli.main(['--help'], standalone_mode=False)\n"
        "heavy = {'spacy', 'scrapy', 'matplotlib', 'trafilatura', 'pydantic', 'fastapi', 'rich'} & set(sys.modules)\n"
        "sys.exit(str(heavy) if heavy else 0)\n"
    )
    paths = os.pathsep.join(p for p in sys.path if p)
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, env=os.environ | {"PYTHONPATH": paths}
    )
    assert done.returncode == 0, done.stderr


def test_init_twice_changes_nothing(tmp_path):
    assert run("init", cwd=tmp_path).returncode == 0
    before = (tmp_path / "tradewire.toml").read_text()
    again = run("init", cwd=tmp_path)
    assert again.returncode == 0
    assert "found" in again.stderr
    assert (tmp_path / "tradewire.toml").read_text() == before


def test_an_unknown_setting_names_the_nearest_and_exits_5(tmp_path):
    (tmp_path / "tradewire.toml").write_text('[crawl]\ndelay = 3\nstroe = "x"\n')
    done = run("init", cwd=tmp_path)
    assert done.returncode == 5
    assert "delay_s" in done.stderr
    assert "Traceback" not in done.stderr


def test_environment_beats_the_settings_file(tmp_path, monkeypatch):
    (tmp_path / "tradewire.toml").write_text('store = "a.sqlite"\n')
    monkeypatch.chdir(tmp_path)
    assert load_settings().store == "a.sqlite"
    monkeypatch.setenv("TRADEWIRE_STORE", "b.sqlite")
    assert load_settings().store == "b.sqlite"


@pytest.mark.parametrize(("text", "shown"), [("a\x1b[31mb", "a\\u001b[31mb"), ("\u202eevil", "\\u202eevil")])
def test_control_and_bidi_characters_are_shown_not_sent(text, shown):
    assert visible(text) == shown


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@x"])
def test_a_csv_cell_is_never_a_formula(text):
    assert csv_cell(text) == "'" + text
    assert csv_cell(-1.5) == "-1.5"


def test_since_takes_spans_and_dates():
    assert parse_since("2026-01-31") == "2026-01-31"
    assert parse_since("7d").endswith("Z")
    result = CliRunner().invoke(cli, ["--version"])
    assert result.output.startswith("tradewire, version")
