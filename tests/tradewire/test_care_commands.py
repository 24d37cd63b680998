"""backup, restore, check, doctor, prune and forget as commands, on a store with a real archive."""

import json

import pytest
from click.testing import CliRunner
from sample_store import fill

from crawler.archive import ArchiveWriter, Capture, Location, iterate, read_capture
from db.errors import StoreError, TradewireError
from db.runs import record_outcome
from db.store import Store
from tradewire.cli import cli

URLS = [f"https://x.example/{name}" for name in ("chips", "smic", "quote")]


@pytest.fixture
def place(tmp_path, monkeypatch):
    """A folder with a store and the raw pages of three of its articles."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("TRADEWIRE_CONFIG", raising=False)
    with Store.open(tmp_path / "tradewire.sqlite", create=True) as store:
        fill(store)
        with ArchiveWriter(tmp_path / "archive") as archive, store.write() as connection:
            for url in URLS:
                at = archive.add(Capture(url=url, status=200, body=f"<p>{url}</p>".encode()))
                archive.flush()
                page = connection.execute(
                    "INSERT INTO pages (url, state, discovered_at, fetched_at, warc_file, warc_offset, warc_length,"
                    " payload_digest) VALUES (?, 'fetched', '', '2020-01-01T00:00:00Z', ?, ?, ?, 'd')",
                    (url, at.file, at.offset, at.length),
                ).lastrowid
                connection.execute("UPDATE articles SET page = ? WHERE url = ?", (page, url))
        yield store


def call(*arguments, given=None):
    result = CliRunner().invoke(cli, [*arguments], input=given)
    if result.exception is not None:
        raise result.exception
    return result


def test_backup_check_and_restore(place, tmp_path):
    made = call("backup").stdout.strip()
    assert made.startswith(str(tmp_path / "backups"))
    assert "everything holds" in call("check").stderr
    with place.write() as connection:
        connection.execute("DELETE FROM facts")
    place.close()
    assert "is kept" not in call("restore", "--yes").stdout
    with Store.open(tmp_path / "tradewire.sqlite") as store:
        assert store.value("SELECT count(*) FROM facts") == 4


def test_check_names_damage_and_fails(place):
    place.connection.execute('UPDATE facts SET "end" = 99999')
    result = CliRunner().invoke(cli, ["check"])
    assert isinstance(result.exception, StoreError)
    assert "quotes a sentence that is not in its text" in result.stdout


def test_doctor_looks_at_everything(place):
    with place.write() as connection:
        record_outcome(connection, "annotate", 1, "d", "v", state="failed", error="boom")
    rows = {row["what"]: row for row in json.loads(call("doctor", "--json").stdout)}
    assert rows["store"]["level"] == "ok"
    assert rows["annotate"]["says"] == "1 failed, for example: boom"
    assert rows["backup"]["level"] == "warning"
    call("backup")
    rows = {row["what"]: row for row in json.loads(call("doctor", "--json").stdout)}
    assert rows["backup"]["level"] == "ok"


def test_doctor_fails_without_a_store(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    result = CliRunner().invoke(cli, ["doctor"])
    assert isinstance(result.exception, TradewireError)
    assert "tradewire init" in result.stdout


def test_prune_drops_only_old_pages_that_were_read(place, tmp_path):
    assert "dropped 0 files" in call("prune").stderr  # nothing was extracted yet
    with place.write() as connection:
        for page in (1, 2, 3):
            record_outcome(connection, "extract", page, "d", "v", state="ok")
    assert "would drop 1 file with 3 pages" in call("prune", "--dry-run").stderr
    assert len(list((tmp_path / "archive").rglob("*.warc.gz"))) == 1
    assert "dropped 1 file" in call("prune").stderr
    assert list((tmp_path / "archive").rglob("*.warc.gz")) == []
    assert place.value("SELECT count(*) FROM facts") == 4
    assert "everything holds" in call("check").stderr


def test_forget_takes_the_raw_page_too_and_the_others_stay_readable(place, tmp_path):
    assert "would forget 1 article, 1 fact" in call("forget", URLS[1], "--dry-run").stderr
    call("forget", URLS[1], "--yes", "--note", "on request")
    rows = place.rows("SELECT url, state, warc_file, warc_offset, warc_length FROM pages ORDER BY id")
    assert [row["state"] for row in rows] == ["fetched", "tombstone", "fetched"]
    for row in (rows[0], rows[2]):
        capture = read_capture(
            tmp_path / "archive", Location(row["warc_file"], row["warc_offset"], row["warc_length"])
        )
        assert capture.url == row["url"]
    (file,) = (tmp_path / "archive").rglob("*.warc.gz")
    assert [found.url for _, found in iterate(file) if isinstance(found, Capture)] == [URLS[0], URLS[2]]
    assert "everything holds" in call("check").stderr


def test_forget_asks_first(place):
    result = CliRunner().invoke(cli, ["forget", URLS[0]], input="n\n")
    assert result.exit_code != 0
    assert place.value("SELECT count(*) FROM articles WHERE url = ?", (URLS[0],)) == 1
    call("forget", "--person", "Ada Quill", given="y\n")
    assert place.value("SELECT count(*) FROM fact_parties WHERE name = 'Ada Quill'") == 0


def test_doctor_finds_what_could_never_run(place, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "tradewire.toml").write_text(
        '[crawl]\nsources = "mine.toml"\n[annotate]\nmodel = "no_such_model"\n'
        '[[jobs]]\nname = "hourly"\nrun = "runn"\ncron = "15 * *"\n'
    )
    found = CliRunner().invoke(cli, ["doctor", "--csv"])
    assert isinstance(found.exception, TradewireError)
    for said in (
        "crawl.sources: there is no file mine.toml",
        "no_such_model is not installed",
        "hourly: there is no command 'runn'",
        "Wrong number of fields",
    ):
        assert said in found.stdout


def test_restore_and_backup_look_before_they_ask_or_make(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for arguments in (["restore", "gone.sqlite"], ["backup"]):
        result = CliRunner().invoke(cli, arguments)
        assert isinstance(result.exception, StoreError)
        assert "[y/N]" not in result.output
    assert list(tmp_path.iterdir()) == []


def test_forget_says_when_nothing_is_held(place):
    asked = CliRunner().invoke(cli, ["forget", "--person", "Nobody Known"], input="n\n")
    assert "nothing of Nobody Known is held here; keep it out for good?" in asked.output
