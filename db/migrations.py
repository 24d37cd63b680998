"""What changed in the schema since stores were first made, for stores that are older than the change.

A new store gets the schema as it is now (db/schema.sql), so each migration first asks whether it has anything to do.
"""

import re

import sqlite_utils

#: Tables whose rows became smaller, each after those it refers to.
NARROWED = ("mentions", "facts", "fact_parties", "fact_spans")
#: Column of the new table -> SQL over the old one's row, where it is not the column of the same name.
MADE = {
    "facts": {"n": "o.rowid", "changed": "CASE WHEN o.changed_at <> o.first_seen THEN o.changed_at END"},
    "mentions": {"long_name": "nullif(o.name, o.surface)"},
    "fact_parties": {
        "fact_n": "(SELECT n FROM facts WHERE id = o.fact)",
        "long_name": "nullif(o.name, o.surface)",
    },
    "fact_spans": {"fact_n": "(SELECT n FROM facts WHERE id = o.fact)"},
}


def narrow_rows(db: sqlite_utils.Database, statements: list[str]) -> None:
    """Number facts, keep a name once, keep the last change only where there was one; shorter text hashes.

    `statements` are those of schema.sql.
    """
    if "n" in _columns(db, "facts"):
        return
    for name in _names(db, "view"):
        if name != "search_source":
            db.execute(f'DROP VIEW "{name}"')  # db/views.py makes them anew
    db.execute("DELETE FROM meta WHERE key = 'views'")
    db.execute("DROP INDEX IF EXISTS articles_published")
    for index, table in db.execute(
        "SELECT name, tbl_name FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL"
    ).fetchall():
        if table in NARROWED:
            db.execute(f'DROP INDEX "{index}"')
    for table in NARROWED:
        db.execute(f"ALTER TABLE {table} RENAME TO old_{table}")
    for statement in statements:
        if re.match(rf"\s*CREATE TABLE ({'|'.join(NARROWED)}) ", statement):
            db.execute(statement)
    for table in NARROWED:
        made = MADE[table]
        old = _columns(db, f"old_{table}")
        names = sorted(name for name in _columns(db, table) if name in made or name in old)
        columns = ", ".join(f'"{name}"' for name in names)
        values = ", ".join(made.get(name, f'o."{name}"') for name in names)
        db.execute(
            f"INSERT INTO {table} ({columns}) SELECT {values} FROM old_{table} o ORDER BY"
            f" {names.index('fact_n') + 1 if 'fact_n' in made else 'o.rowid'}"
        )
    for table in reversed(NARROWED):
        db.execute(f"DROP TABLE old_{table}")
    known = {*_names(db, "index")}
    for statement in statements:
        index = re.search(r"^CREATE (?:UNIQUE )?INDEX (\w+)", statement, re.MULTILINE)
        if index and index[1] not in known:
            db.execute(statement)
    db.execute("UPDATE texts SET hash = substr(hash, 1, 32)")
    db.execute("UPDATE article_runs SET input_digest = substr(input_digest, 1, 32) WHERE stage = 'annotate'")
    db.execute(
        "INSERT INTO articles_fts (articles_fts, rank) VALUES ('hashsize', 16777216), ('automerge', 8)"
    )
    db.execute("ANALYZE")  # the planner knows nothing of tables made anew: a week's page took a minute


def add_party_history(db: sqlite_utils.Database, statements: list[str]) -> None:
    """Make `party_history` with its view and triggers where they are missing, and fill it."""
    for statement in statements:
        made = re.search(r"^CREATE (TABLE|VIEW|TRIGGER) (party_\w+)", statement, re.MULTILINE)
        if made and made[2] not in _names(db, made[1].lower()):
            db.execute(statement)
    db.execute("INSERT OR IGNORE INTO party_history SELECT * FROM party_acts")


def _names(db: sqlite_utils.Database, kind: str) -> list[str]:
    rows = db.execute("SELECT name FROM sqlite_master WHERE type = ?", (kind,)).fetchall()
    return [str(row[0]) for row in rows]


def _columns(db: sqlite_utils.Database, table: str) -> set[str]:
    """The stored columns of `table`: generated ones are not listed."""
    return {str(row[0]) for row in db.execute("SELECT name FROM pragma_table_info(?)", (table,)).fetchall()}
