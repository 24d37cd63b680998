"""The one module that chooses the SQLite library: pysqlite3 where installed (newer, without the WAL-reset bug).

Two SQLite libraries must not open the same file in one process (POSIX locks), so nobody else imports one.
"""

import sqlite3 as _stock
from typing import Any

try:
    import pysqlite3 as sqlite3
except ImportError:
    sqlite3 = _stock

#: Library version as a tuple, (3, 40, 1).
VERSION: tuple[int, ...] = tuple(sqlite3.sqlite_version_info)
#: First version without the WAL-reset bug (sqlite.org release notes of 3.51.3).
SAFE_VERSION = (3, 51, 3)

Connection = sqlite3.Connection
OperationalError = sqlite3.OperationalError
DatabaseError = sqlite3.DatabaseError
complete_statement = sqlite3.complete_statement
IntegrityError = sqlite3.IntegrityError


def connect(path: str, **options: Any) -> Any:
    """A connection of the chosen library."""
    return sqlite3.connect(path, **options)
