"""A migration is applied once, after a backup; and only one module chooses the SQLite library."""

import re
from pathlib import Path

import sqlite_utils
from sqlite_utils.migrations import Migrations

import db.schema
from db.care import backups
from db.schema import initial
from db.store import Store

ROOT = Path(__file__).parents[2]


def test_a_pending_migration_is_applied_after_a_backup(tmp_path, monkeypatch):
    path = tmp_path / "t.sqlite"
    Store.open(path, create=True).close()
    later = Migrations("tradewire")

    @later(name="2026-11-21-initial")
    def first(database: sqlite_utils.Database) -> None:
        initial(database)

    @later(name="2030-01-01-colour")
    def colour(database: sqlite_utils.Database) -> None:
        database.execute("ALTER TABLE sources ADD COLUMN colour TEXT")

    monkeypatch.setattr(db.schema, "MIGRATIONS", later)
    for _ in range(2):
        with Store.open(path) as store:
            assert store.value("SELECT count(*) FROM pragma_table_info('sources') WHERE name = 'colour'") == 1
    (copy,) = backups(path, tmp_path / "backups")
    with Store.open(copy, read_only=True) as old:
        assert old.value("SELECT count(*) FROM pragma_table_info('sources') WHERE name = 'colour'") == 0


def test_a_new_store_makes_no_backup(tmp_path):
    Store.open(tmp_path / "t.sqlite", create=True).close()
    Store.open(tmp_path / "t.sqlite").close()
    assert not (tmp_path / "backups").exists()


def test_only_one_module_chooses_the_sqlite_library():
    found = [
        str(path.relative_to(ROOT))
        for package in ("crawler", "nlp", "db", "tradewire", "bench")
        for path in (ROOT / package).rglob("*.py")
        if re.search(
            r"^\s*(import|from) (pysqlite3|sqlite3)\b", path.read_text(encoding="utf-8"), re.MULTILINE
        )
    ]
    assert found == ["db/sqlite.py"]
