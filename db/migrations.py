"""What changed in the schema since stores were first made, for stores that are older than the change.

A new store gets the schema as it is now (db/schema.sql), so each migration first asks whether it has anything to do.
"""

import re

import sqlite_utils

#: Tables whose rows became smaller, each after those it refers to.
NARROWED = ("mentions", "facts", "fact_parties", "fact_spans")
#: Table -> column -> SQL over the old table's row `o`, and the columns of the old table that it needs. Other columns are copied.
MADE: dict[str, dict[str, tuple[str, set[str]]]] = {
    "facts": {
        "n": ("o.rowid", {"id"}),
        "twin": ("substr(o.twin, 1, 8)", {"twin"}),
        "loose": ("substr(o.loose, 1, 8)", {"loose"}),
        "changed": ("CASE WHEN o.changed_at <> o.first_seen THEN o.changed_at END", {"changed_at"}),
    },
    "mentions": {
        "n": ("row_number() OVER (PARTITION BY o.text ORDER BY o.id)", {"id"}),
        "long_name": ("nullif(o.name, o.surface)", {"name"}),
    },
    "fact_parties": {
        "fact_n": ("(SELECT n FROM facts WHERE id = o.fact)", {"fact"}),
        "long_name": ("nullif(o.name, o.surface)", {"name"}),
    },
    "fact_spans": {"fact_n": ("(SELECT n FROM facts WHERE id = o.fact)", {"fact"})},
}
#: Table -> columns of its key, in whose order its rows are written.
ORDER = {
    "facts": ("n",), "mentions": ("text", "n"), "fact_parties": ("fact_n", "role", "ordinal"),
    "fact_spans": ("fact_n", "role", "ordinal"),
}  # fmt: skip


def narrow_rows(db: sqlite_utils.Database, statements: list[str]) -> None:
    """Number facts, keep a name once, keep the last change only where there was one; shorter text hashes.

    `statements` are those of schema.sql.
    """
    if "n" in _columns(db, "facts"):
        return
    _make_anew(db, NARROWED, statements)
    db.execute(
        "INSERT INTO articles_fts (articles_fts, rank) VALUES ('hashsize', 16777216), ('automerge', 8)"
    )
    _shorten_hashes(db)


def places_for_words(db: sqlite_utils.Database, statements: list[str]) -> None:
    """Facts keep where their sentence stands, not its words; mentions stand in the order of the texts; shorter text hashes.

    `statements` are those of schema.sql.
    """
    if "n" in _columns(db, "mentions"):
        return
    _make_anew(db, NARROWED, statements)
    add_party_history(db, statements)
    _shorten_hashes(db)


def remake_indexes(db: sqlite_utils.Database, statements: list[str]) -> None:
    """Make those indexes anew that schema.sql has otherwise than the store."""
    known = dict(db.execute("SELECT name, sql FROM sqlite_master WHERE type = 'index'").fetchall())
    changed = False
    for statement in statements:
        index = re.search(r"^(CREATE (?:UNIQUE )?INDEX (\w+).*);", statement, re.MULTILINE)
        if index and known.get(index[2]) != index[1]:
            db.execute(f"DROP INDEX IF EXISTS {index[2]}")
            db.execute(statement)
            changed = True
    if changed:
        db.execute("ANALYZE")


def _make_anew(db: sqlite_utils.Database, tables: tuple[str, ...], statements: list[str]) -> None:
    """Make `tables` as schema.sql has them, with the rows they hold; each stands after those it refers to."""
    for name in _names(db, "view"):
        if name != "search_source":
            db.execute(f'DROP VIEW "{name}"')  # db/views.py makes them anew
    for name in _names(db, "trigger"):
        if name.startswith("party_"):
            db.execute(f"DROP TRIGGER {name}")  # they would follow the tables to their old names
    db.execute("DELETE FROM meta WHERE key = 'views'")
    db.execute("DROP INDEX IF EXISTS articles_published")
    for index, table in db.execute(
        "SELECT name, tbl_name FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL"
    ).fetchall():
        if table in tables:
            db.execute(f'DROP INDEX "{index}"')
    old = {table: _columns(db, table) for table in tables}
    for table in tables:
        db.execute(f"ALTER TABLE {table} RENAME TO old_{table}")
    for statement in statements:
        if re.match(rf"\s*CREATE TABLE ({'|'.join(tables)}) ", statement):
            db.execute(statement)
    for table in tables:
        made = {name: sql for name, (sql, needed) in MADE.get(table, {}).items() if needed <= old[table]}
        names = sorted(name for name in _columns(db, table) if name in made or name in old[table])
        columns = ", ".join(f'"{name}"' for name in names)
        values = ", ".join(made.get(name, f'o."{name}"') for name in names)
        order = ", ".join(str(names.index(key) + 1) for key in ORDER[table])
        db.execute(f"INSERT INTO {table} ({columns}) SELECT {values} FROM old_{table} o ORDER BY {order}")
    for table in reversed(tables):
        db.execute(f"DROP TABLE old_{table}")
    known = {*_names(db, "index")}
    for statement in statements:
        index = re.search(r"^CREATE (?:UNIQUE )?INDEX (\w+)", statement, re.MULTILINE)
        if index and index[1] not in known:
            db.execute(statement)


def _shorten_hashes(db: sqlite_utils.Database) -> None:
    db.execute("UPDATE texts SET hash = substr(hash, 1, 16)")
    db.execute("UPDATE article_runs SET input_digest = substr(input_digest, 1, 16) WHERE stage = 'annotate'")
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
