"""The command line as a whole."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from db.articles import ArticleRow, put_article
from db.errors import ConfigError, TradewireError, reason
from db.store import Store
from tradewire.cli import cli
from tradewire.config import Settings, load_settings
from tradewire.digest.window import last_complete_week
from tradewire.options import counted, csv_cell, emit, parse_since, visible
from tradewire.place import KEYS, store_place
from tradewire.stages import one


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


HEAVY = "rich spacy scrapy pydantic sqlite_utils numpy matplotlib trafilatura lxml fastapi pyarrow".split()


@pytest.mark.parametrize(
    ("arguments", "unneeded"),
    [(["--help"], [*HEAVY, "sqlite3", "json"]), (["search", "entity list"], [*HEAVY, "lark", "regex"])],
)
def test_quick_commands_load_nothing_heavy(tmp_path, arguments, unneeded):
    Store.open(tmp_path / "tradewire.sqlite", create=True).close()
    (tmp_path / "tradewire.toml").write_text('store = "tradewire.sqlite"\n[crawl]\ndelay_s = 3\n')
    code = (
        "import sys\nfrom tradewire.cli import main\ntry:\n    main(sys.argv[1:])\n"
        "finally:\n    print(*sys.modules, file=sys.stderr)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, *arguments], cwd=tmp_path, capture_output=True, text=True,
        env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])},
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert set(unneeded) & set(done.stderr.split()) == set()


def test_the_keys_known_without_reading_all_settings_are_those_of_the_settings():
    assert set(Settings.model_fields) == KEYS


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ('store = "a.sqlite"', "a.sqlite"),
        ("[crawl]\nx = 1", "tradewire.sqlite"),
        ("stroe = 1", None),
        ("=", None),
    ],
)
def test_the_place_of_the_store_is_found_without_reading_all_settings(tmp_path, monkeypatch, text, place):
    (tmp_path / "tradewire.toml").write_text(text)
    monkeypatch.chdir(tmp_path)
    assert store_place() == (None if place is None else Path(place))
    monkeypatch.setenv("TRADEWIRE_STORE", "b.sqlite")
    assert store_place() == (None if place is None else Path("b.sqlite"))


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[web]\nport = 99999", "web.port"),
        ('[digest]\nzone = "Mars/Base"', "digest.zone: there is no time zone 'Mars/Base'"),
        ('[[jobs]]\nname = "a"\nrun = "run"\ncron = "0 7 * * 1"\nzone = "Nowhere"', "there is no time zone 'Nowhere'"),
    ],
)  # fmt: skip
def test_a_setting_that_could_never_work_is_refused_with_its_key(tmp_path, monkeypatch, text, said):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "tradewire.toml").write_text(text)
    with pytest.raises(ConfigError, match=re.escape(said)) as told:
        load_settings()
    assert told.value.exit_code == 5


def test_a_file_that_cannot_be_read_is_told_in_a_few_words(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "names.txt").write_bytes(b"Orbel\xff\xfe")
    for arguments, said in (
        (["match", "names.txt"], "names.txt: not UTF-8 text (byte 5)"),
        (["rates", "import", "names.txt"], "names.txt: not the ECB's reference rates file: not UTF-8 text (byte 5)"),
        (["match", " "], "match needs a name, or a file of names"),
    ):  # fmt: skip
        found = CliRunner().invoke(cli, arguments)
        assert isinstance(found.exception, TradewireError)
        assert str(found.exception) == said
    (tmp_path / "tradewire.toml").write_bytes(b"\xff")
    with pytest.raises(ConfigError, match=re.escape("tradewire.toml: not UTF-8 text (byte 0)")):
        load_settings()
    assert reason(FileNotFoundError(2, "No such file or directory", "x")) == "No such file or directory"


def test_numbers_agree_with_their_nouns():
    assert [counted(n, "entry") for n in (0, 1, 1200)] == ["0 entries", "1 entry", "1,200 entries"]
    assert counted(1, "file") == "1 file"


def test_a_week_that_came_in_later_is_pointed_to(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    week = last_complete_week("UTC")
    with (
        Store.open(tmp_path / "tradewire.sqlite", create=True) as store,
        store.write() as connection,
    ):
        row = ArticleRow(
            url="https://paper.example/a", title="Orbel", body="Orbel grew.", published=f"{week.first_day}"
        )
        put_article(connection, row)
    quiet = CliRunner().invoke(cli, ["digest"])
    assert quiet.exit_code == 0
    said = f"1 article of them came in later: tradewire digest --week {week.week} --refresh"
    assert said in quiet.stderr
    told = CliRunner().invoke(cli, ["digest", "--week", week.week, "--refresh"])
    assert "1 article (1 story)" in told.stdout
    assert "came in later" not in told.stderr


def test_a_table_for_people_says_yes_and_no(capsys):
    emit([{"name": "chips", "alert": True}, {"name": "x", "alert": False}], "table")
    assert [line.split()[-1] for line in capsys.readouterr().out.splitlines()] == ["alert", "yes", "no"]
    emit([{"alert": True}], "ndjson")
    assert capsys.readouterr().out == '{"alert": true}\n'


def test_a_stage_that_did_one_thing_says_so():
    assert one("events disputed") == "event disputed"
    assert [one(name) for name in ("texts", "entries", "ok", "facts new")] == [
        "text",
        "entry",
        "ok",
        "fact new",
    ]
