"""The schema and its migrations. schema.sql is always the schema as it is now; db/migrations.py brings older stores to it.

`schema.sql` carries a description behind every table and column; `describe` reads them for docs and Datasette.
"""

import re
from pathlib import Path

import sqlite_utils
from sqlite_utils.migrations import Migrations

from db import sqlite
from db.migrations import add_party_history, narrow_rows, places_for_words, remake_indexes

SCHEMA = Path(__file__).with_name("schema.sql")
MIGRATIONS = Migrations("tradewire")


def statements(script: str) -> list[str]:
    """The single statements of `script`; comments may hold semicolons."""
    found, lines = [], []
    for line in script.splitlines(keepends=True):
        lines.append(line)
        text = "".join(lines)
        if sqlite.complete_statement(text):
            found.append(text)
            lines = []
    return found


@MIGRATIONS(name="2026-11-21-initial")
def initial(db: sqlite_utils.Database) -> None:
    for statement in statements(SCHEMA.read_text(encoding="utf-8")):
        db.execute(statement)


@MIGRATIONS(name="2026-11-22-narrow-rows")
def narrow(db: sqlite_utils.Database) -> None:
    narrow_rows(db, statements(SCHEMA.read_text(encoding="utf-8")))


@MIGRATIONS(name="2026-11-22-party-history")
def party_history(db: sqlite_utils.Database) -> None:
    add_party_history(db, statements(SCHEMA.read_text(encoding="utf-8")))


@MIGRATIONS(name="2026-11-22-places-for-words")
def places(db: sqlite_utils.Database) -> None:
    places_for_words(db, statements(SCHEMA.read_text(encoding="utf-8")))


@MIGRATIONS(name="2026-11-22-indexes")
def indexes(db: sqlite_utils.Database) -> None:
    remake_indexes(db, statements(SCHEMA.read_text(encoding="utf-8")))


@MIGRATIONS(name="2026-11-22-partial-indexes")
def partial_indexes(db: sqlite_utils.Database) -> None:
    remake_indexes(db, statements(SCHEMA.read_text(encoding="utf-8")))


def describe() -> dict[str, dict[str, str]]:
    """Table -> {"": what it holds, column: what it holds}, from the comments of schema.sql."""
    tables: dict[str, dict[str, str]] = {}
    columns: dict[str, str] = {}
    for line in SCHEMA.read_text(encoding="utf-8").splitlines():
        if match := re.match(r"CREATE (?:VIRTUAL )?(?:TABLE|VIEW) (\w+).*?(?: -- (.*))?$", line):
            columns = tables.setdefault(match[1], {"": match[2] or ""})
        elif match := re.match(r'    "?(\w+)"? [A-Z].*?-- (.*)$', line):
            columns[match[1]] = match[2]
    return tables
