"""A migration is applied once, after a backup; and only one module chooses the SQLite library."""

import re
from contextlib import closing
from pathlib import Path

import pytest
import sqlite_utils
from sample_store import fill
from sqlite_utils.migrations import Migrations

import db.schema
from db import sqlite
from db.backups import backups
from db.care import check
from db.errors import StoreError
from db.runs import record_outcome
from db.schema import indexes, initial, narrow, partial_indexes, party_history, places, statements
from db.search import search
from db.store import Store

ROOT = Path(__file__).parents[2]
SCHEMAS = ROOT / "tests/data/schema"  # as stores were made before each migration, by day
ROWS = {
    "facts": "SELECT * FROM facts ORDER BY n",
    "parties": "SELECT * FROM fact_parties ORDER BY fact_n, role, ordinal",
    "spans": "SELECT * FROM fact_spans ORDER BY fact_n, role, ordinal",
    "mentions": "SELECT * FROM mentions ORDER BY text, n",
    "texts": "SELECT * FROM texts ORDER BY id",
    "runs": "SELECT * FROM article_runs ORDER BY 1, 2, 3",
    "history": "SELECT * FROM party_history",
    "valuations": "SELECT * FROM valuations ORDER BY id",
    "statements": "SELECT * FROM all_statements ORDER BY id",
}
APPLIED = ("2026-11-21-initial", "2026-11-22-narrow-rows", "2026-11-22-party-history")
#: Column of an older schema, or (table, column) -> SQL for what it held, over the new table's row `o`.
WAS: dict[str | tuple[str, str], str] = {
    "fact": "(SELECT id FROM new.facts WHERE n = o.fact_n)",
    "sentence": '(SELECT substr(body, o.start + 1, o."end" - o.start) FROM new.texts WHERE id = o.text)',
    ("mentions", "id"): "row_number() OVER (ORDER BY o.text, o.n)",
    "twin": "o.twin || '0123'",
    "loose": "o.loose || '0123'",
    ("texts", "hash"): "o.hash || o.hash || o.hash || o.hash",
    ("article_runs", "input_digest"): "o.input_digest || o.input_digest",
}


def old_store(path: Path, script: Path, rows: Path) -> None:
    """A store of the schema in `script` with the rows of the store at `rows`, where both have a column."""
    connection = sqlite.connect(str(path))
    with closing(connection), connection:
        for statement in statements(script.read_text(encoding="utf-8")):
            connection.execute(statement)
        connection.execute(
            "CREATE TABLE _sqlite_migrations (migration_set TEXT, name TEXT, applied_at TEXT,"
            " PRIMARY KEY (migration_set, name))"
        )
        for name in APPLIED[: 1 if script.stem == "2026-11-21" else 3]:
            connection.execute("INSERT INTO _sqlite_migrations VALUES ('tradewire', ?, '')", (name,))
        connection.commit()
        connection.execute("ATTACH ? AS new", (str(rows),))
        for (table,) in connection.execute(
            "SELECT name FROM main.sqlite_master WHERE type = 'table' AND name NOT LIKE '%\\_%' ESCAPE '\\'"
            " UNION SELECT name FROM main.sqlite_master WHERE name IN ('fact_parties', 'fact_spans', 'article_runs')"
        ).fetchall():
            names = [row[0] for row in connection.execute(f"SELECT name FROM pragma_table_info('{table}')")]
            values = [WAS.get((table, name)) or WAS.get(name) or f'o."{name}"' for name in names]
            columns = ", ".join(f'"{name}"' for name in names)
            connection.execute(
                f"INSERT INTO main.{table} ({columns}) SELECT {', '.join(values)} FROM new.{table} o"
            )
        connection.execute(
            "INSERT INTO main.articles_fts (rowid, title, lead, body) SELECT rowid, title, lead, body FROM main.search_source"
        )


@pytest.mark.parametrize("script", sorted(SCHEMAS.glob("*.sql")), ids=lambda path: path.stem)
def test_a_store_of_each_older_schema_keeps_every_row(tmp_path, script):
    with Store.open(tmp_path / "new.sqlite", create=True) as new:
        fill(new)
        with new.write() as connection:
            connection.execute("UPDATE facts SET changed = '2027-01-01T00:00:00Z' WHERE kind = 'statement'")
            text, digest = connection.execute("SELECT id, hash FROM texts").fetchone()
            record_outcome(connection, "annotate", text, digest, "v", state="ok")
        wanted = {name: new.rows(sql) for name, sql in ROWS.items()}
        new.connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
    assert all(wanted.values())
    old_store(tmp_path / "old.sqlite", script, tmp_path / "new.sqlite")
    with pytest.raises(StoreError, match="older version"):
        Store.open(tmp_path / "old.sqlite", read_only=True)
    with Store.open(tmp_path / "old.sqlite") as store:
        assert {name: store.rows(sql) for name, sql in ROWS.items()} == wanted
        assert list(check(store)) == []
        assert store.rows("SELECT name FROM sqlite_master WHERE name LIKE 'old%'") == []
        named = "SELECT name, sql FROM sqlite_master WHERE type IN ('index', 'view', 'trigger') AND sql IS NOT NULL ORDER BY 1"
        with Store.open(tmp_path / "new.sqlite", read_only=True) as new:
            assert store.rows(named) == new.rows(named)
        assert search(store, "harbour").total == 2
        known = {row["tbl"] for row in store.rows("SELECT DISTINCT tbl FROM sqlite_stat1")}
        assert {"facts", "fact_parties", "mentions"} <= known  # what the planner goes by


def test_a_pending_migration_is_applied_after_a_backup(tmp_path, monkeypatch):
    path = tmp_path / "t.sqlite"
    Store.open(path, create=True).close()
    later = Migrations("tradewire")

    @later(name="2026-11-21-initial")
    def first(database: sqlite_utils.Database) -> None:
        initial(database)

    @later(name="2026-11-22-narrow-rows")
    def second(database: sqlite_utils.Database) -> None:
        narrow(database)

    @later(name="2026-11-22-places-for-words")
    def third(database: sqlite_utils.Database) -> None:
        places(database)

    @later(name="2026-11-22-party-history")
    def history(database: sqlite_utils.Database) -> None:
        party_history(database)

    @later(name="2026-11-22-indexes")
    def fourth(database: sqlite_utils.Database) -> None:
        indexes(database)

    @later(name="2026-11-22-partial-indexes")
    def fifth(database: sqlite_utils.Database) -> None:
        partial_indexes(database)

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
