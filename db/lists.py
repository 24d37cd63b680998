"""Official lists in the store: idempotent import, and who is on which list as of a day.

Events are never deleted. A name that is absent from a new full file gets a proposed end ("gone"), which makes
its status uncertain until a notice confirms it; it never ends a listing by itself. A listing holds for the named
party only and never flows along an ownership edge.
"""

import csv
import hashlib
import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from db.clock import stamp
from db.companies import discover, names_changed
from db.errors import ConfigError
from db.listregistry import packaged_lists
from db.listrows import ListFile, ListRow
from db.names import fold
from db.store import Store

SEED = Path(__file__).parent / "data" / "listings_seed.csv"
BATCH = 300  # rows a transaction: stays under 2 s with a linked company each
COLUMNS = (
    "list", "company", "name", "action", "effective_date", "date_kind", "published_date", "citation", "reason",
    "license_policy", "source_url", "source_file", "file_hash", "retrieved_at", "confidence", "raw",
)  # fmt: skip
#: What counts as the latest event of a name on a list: by its day, then by when it was taken in. Undated comes first.
LATEST_FIRST = "coalesce(effective_date, '') DESC, rowid DESC"
MANY_GONE, GONE_SHARE = (
    25,
    0.25,
)  # beyond both, a file is taken as part of a list: real notices end a few names at once
Norm = Callable[[str], str]


@dataclass(slots=True)
class Imported:
    """What an import changed."""

    added: list[str] = field(default_factory=list)
    changed: list[str] = field(default_factory=list)
    gone: list[str] = field(default_factory=list)
    same: int = 0
    problems: list[str] = field(default_factory=list)
    doubtful: bool = False  #: so much is absent that the file was taken as part of the list


def seed_rows(path: Path = SEED) -> Iterator[ListRow]:
    """The packaged listing events, each with its citation, source and confidence.

    Raises:
        ConfigError: an unknown list, or a column that is missing.
    """
    lists = packaged_lists().lists
    with path.open(encoding="utf-8", newline="") as file:
        for number, row in enumerate(csv.DictReader(file), 2):
            try:
                if row["list"] not in lists:
                    raise ConfigError(f"{path}:{number}: unknown list {row['list']!r}")
                yield ListRow(
                    list=row["list"], name=row["name"], action=row["action"], company=row["company"],
                    country=row["country"] or None, effective_date=row["effective_date"] or None,
                    date_kind=row["date_kind"] or None, citation=row["citation"] or None,
                    source_url=row["source_url"] or None, confidence=row["confidence"], raw=dict(row),
                )  # fmt: skip
            except KeyError as error:
                raise ConfigError(f"{path}:{number}: no column {error}") from error


def seed_lists(store: Store, norm: Norm = fold) -> Imported:
    """Put the packaged listing events into `store`; running it again changes nothing."""
    data = SEED.read_bytes()
    known = store.value("SELECT 1 FROM list_files WHERE hash = ?", (hashlib.sha256(data).hexdigest(),))
    if known is not None:
        return Imported(
            same=store.value("SELECT count(*) FROM list_entries WHERE source_file = ?", (SEED.name,))
        )
    source = ListFile(
        importer="seed",
        name=SEED.name,
        hash=hashlib.sha256(data).hexdigest(),
        retrieved_at=stamp(),
        full=False,
    )
    return import_rows(store, seed_rows(), source, norm=norm)


def put_lists(connection: Any) -> None:
    """The registry's lists as rows of the table `lists`."""
    connection.executemany(
        "INSERT INTO lists (id, name, authority, country, url) VALUES (?, ?, ?, ?, ?) ON CONFLICT (id) DO UPDATE"
        " SET name = excluded.name, authority = excluded.authority, country = excluded.country, url = excluded.url",
        [(e.id, e.name, e.authority, e.country, e.url) for e in packaged_lists().lists.values()],
    )


def import_rows(
    store: Store,
    rows: Iterable[ListRow],
    source: ListFile,
    *,
    norm: Norm = fold,
    problems: Sequence[str] = (),
) -> Imported:
    """Take `rows` of `source` into the store and say what changed; the same file again changes nothing.

    `norm` is how company names are compared (nlp.names.key for the resolver's own form). A row is linked to a
    record only by its id or by its whole printed name; aliases never link.
    """
    done = Imported(problems=list(problems))
    seen: set[str] = set()
    rows = list(rows)
    with store.write() as connection:
        put_lists(connection)
    for at in range(0, len(rows), BATCH):
        with store.write() as connection:
            before = len(done.added) + len(done.changed)
            for row in rows[at : at + BATCH]:
                seen.add(_put(connection, row, source, norm, done))
            if len(done.added) + len(done.changed) > before:
                names_changed(connection)
    with store.write() as connection:
        if source.full and rows:
            _propose_ends(connection, source, seen, {row.list for row in rows}, done)
        connection.execute(
            "INSERT OR REPLACE INTO list_files (hash, list, name, retrieved_at, as_of, rows, problems)"
            " VALUES (?, ?, ?, ?, ?, ?, ?)",
            (
                source.hash,
                source.importer,
                source.name,
                source.retrieved_at,
                source.as_of,
                len(rows),
                json.dumps(done.problems),
            ),
        )
    return done


def _put(connection: Any, row: ListRow, source: ListFile, norm: Norm, done: Imported) -> str:
    """Write one row; its entry id."""
    company = _company_of(connection, row, norm) if row.party == "company" else None
    party = company or norm(row.name)
    entry = entry_id(row.list, party, row.action, row.effective_date, row.citation)
    raw = {**row.raw, **({"affiliate_of": row.affiliate_of} if row.affiliate_of else {})}
    values = (
        row.list, company, row.name, row.action, row.effective_date, row.date_kind, row.published_date, row.citation,
        row.reason, row.license_policy, row.source_url, source.name, source.hash, source.retrieved_at, row.confidence,
        json.dumps(raw, ensure_ascii=False, default=str),
    )  # fmt: skip
    label = f"{row.name} ({row.list}, {row.action})"
    if connection.execute("SELECT 1 FROM list_entries WHERE id = ?", (entry,)).fetchone() is not None:
        _affirm(connection, entry, row, source, party, done)
        return entry
    moved = connection.execute(
        "SELECT e.id, e.raw, e.effective_date FROM list_entries e JOIN list_files f ON f.hash = e.file_hash"
        " WHERE f.list = ? AND e.list = ? AND e.action = ? AND e.name = ? AND e.citation IS ?",
        (source.importer, row.list, row.action, row.name, row.citation),
    ).fetchall()
    if len(moved) == 1 and row.citation is not None:
        # the same act under a corrected date: the old one stays readable in the raw row
        raw["previous"] = {"effective_date": moved[0][2], "raw": json.loads(moved[0][1] or "{}")}
        assignments = ", ".join(f"{name} = ?" for name in COLUMNS)
        new = (*values[:-1], json.dumps(raw, ensure_ascii=False, default=str))
        connection.execute(f"UPDATE list_entries SET {assignments} WHERE id = ?", (*new, moved[0][0]))
        done.changed.append(label)
        return str(moved[0][0])
    connection.execute(
        f"INSERT INTO list_entries (id, {', '.join(COLUMNS)}) VALUES (?{', ?' * len(COLUMNS)})",
        (entry, *values),
    )
    done.added.append(label)
    return entry


def _affirm(connection: Any, entry: str, row: ListRow, source: ListFile, party: str, done: Imported) -> None:
    """A known row seen again; one that had gone missing since is back."""
    if not _is_gone(connection, row.list, row.name) or row.action == "remove":
        done.same += 1
        return
    back = entry_id(row.list, party, "listed", source.day, source.hash)
    cursor = connection.execute(
        f"INSERT OR IGNORE INTO list_entries (id, {', '.join(COLUMNS)})"
        " SELECT ?, list, company, name, 'listed', ?, 'list edition', published_date, citation, reason, license_policy,"
        " source_url, ?, ?, ?, confidence, raw FROM list_entries WHERE id = ?",
        (back, source.day, source.name, source.hash, source.retrieved_at, entry),
    )
    if cursor.rowcount:
        done.changed.append(f"{row.name} ({row.list}, back in the file)")
    else:
        done.same += 1


def _is_gone(connection: Any, listed: str, name: str) -> bool:
    """True where the latest thing known of `name` on a list is that it was missing from a file."""
    latest = connection.execute(
        f"SELECT action FROM list_entries WHERE list = ? AND name = ? ORDER BY {LATEST_FIRST} LIMIT 1",
        (listed, name),
    ).fetchone()
    return latest is not None and latest[0] == "gone"


def _propose_ends(connection: Any, source: ListFile, seen: set[str], lists: set[str], done: Imported) -> None:
    """A proposed end for every entry of earlier files of this importer that the new full file lacks.

    An edition older than what is known proposes nothing about what came later. A file that lacks a great part of the
    list is more likely broken off than right: it is told, and nobody's status is touched.
    """
    marks = ", ".join("?" * len(lists))
    rows = connection.execute(
        f"SELECT DISTINCT e.list, e.company, e.name FROM list_entries e JOIN list_files f ON f.hash = e.file_hash"
        f" WHERE f.list = ? AND f.hash <> ? AND e.action IN ('add', 'listed') AND e.list IN ({marks})"
        " AND coalesce(f.as_of, substr(f.retrieved_at, 1, 10)) <= ?",
        (source.importer, source.hash, *sorted(lists), source.day),
    ).fetchall()
    names: set[tuple[str, str]] = set()
    companies: set[tuple[str, str]] = set()
    for entry in seen:
        one = connection.execute(
            "SELECT list, name, company FROM list_entries WHERE id = ?", (entry,)
        ).fetchone()
        if one is not None:
            names.add((one[0], one[1]))
            companies.add((one[0], one[2]))
    absent: list[tuple[str, str | None, str]] = []
    for listed, company, name in rows:
        if (listed, name) in names or (company is not None and (listed, company) in companies):
            continue
        latest = connection.execute(
            f"SELECT action, effective_date FROM list_entries WHERE list = ? AND name = ? ORDER BY {LATEST_FIRST} LIMIT 1",
            (listed, name),
        ).fetchone()
        if latest[0] not in ("remove", "gone"):
            absent.append((listed, company, name))
    if len(absent) > MANY_GONE and len(absent) > GONE_SHARE * len(rows):
        done.problems.append(
            f"{len(absent)} of {len(rows)} names known from earlier files are absent: taken as part of the list,"
            " nobody's status is touched"
        )
        done.doubtful = True
        return
    for listed, company, name in absent:
        connection.execute(
            f"INSERT OR IGNORE INTO list_entries (id, {', '.join(COLUMNS)}) VALUES (?{', ?' * len(COLUMNS)})",
            (
                entry_id(listed, company or name, "gone", source.day, source.hash), listed, company, name, "gone",
                source.day, f"no longer in file of {source.day}", None, None, None, None, None, source.name,
                source.hash, source.retrieved_at, "low", "{}",
            ),
        )  # fmt: skip
        done.gone.append(f"{name} ({listed})")


def entry_id(listed: str, party: str, action: str, date: str | None, citation: str | None) -> str:
    """Stable id of a list event."""
    words = "\x1f".join((listed, party, action, date or "", citation or ""))
    return hashlib.sha256(words.encode()).hexdigest()[:20]


def _company_of(connection: Any, row: ListRow, norm: Norm) -> str:
    """The record of the named party: by id, by its whole name when exactly one record has it, else a new one."""
    if row.company is not None:
        known = connection.execute("SELECT id FROM companies WHERE id = ?", (row.company,)).fetchone()
        if known is None:
            connection.execute(
                "INSERT INTO companies (id, name, country, status, origin, made_at) VALUES (?, ?, ?, 'seed', 'official list', ?)",
                (row.company, row.name, row.country, stamp()),
            )
            _alias(connection, row.company, row.name, norm)
        return row.company
    company = _by_name(connection, row.name, row.country, norm)
    for text, strength in [
        *((a, _strength(a)) for a in row.aliases),
        *((a, "weak") for a in row.weak_aliases),
        *((a, "former") for a in row.former),
    ]:
        _alias(connection, company, text, norm, strength)
    if row.affiliate_of:
        other = _by_name(connection, row.affiliate_of, None, norm)
        if other != company:
            connection.execute(
                "INSERT OR IGNORE INTO company_relations (a, b, kind, source) VALUES (?, ?, 'affiliate', ?)",
                (company, other, row.citation or row.list),
            )
    return company


def _by_name(connection: Any, name: str, country: str | None, norm: Norm) -> str:
    key = norm(name)
    found = {
        str(row[0])
        for row in connection.execute(
            "SELECT DISTINCT coalesce(c.merged_into, c.id) FROM aliases a JOIN companies c ON c.id = a.company"
            " WHERE a.norm = ? AND a.strength = 'strong' AND (c.country IS NULL OR ? IS NULL OR upper(c.country) = upper(?))",
            (key, country, country),
        ).fetchall()
    }
    if len(found) == 1:
        company = found.pop()
        # a home that is known keeps the next namesake apart
        connection.execute(
            "UPDATE companies SET country = ? WHERE id = ? AND country IS NULL AND status = 'imported'",
            (country, company),
        )
        return company
    company = discover(connection, name, key, country=country)
    connection.execute(
        "UPDATE companies SET country = coalesce(country, ?) WHERE id = ? AND status = 'discovered'",
        (country, company),
    )
    connection.execute(
        "UPDATE companies SET status = 'imported', origin = 'official list' WHERE id = ? AND status = 'discovered'",
        (company,),
    )
    return company


def _strength(alias: str) -> str:
    """Weak for one Western word: lists call companies "Horizon" and "BIT", and papers mean others by it."""
    return "weak" if alias.isascii() and len(alias.split()) == 1 else "strong"


def _alias(connection: Any, company: str, text: str, norm: Norm, strength: str = "strong") -> None:
    connection.execute(
        "INSERT OR IGNORE INTO aliases (company, text, norm, strength, source, first_seen) VALUES (?, ?, ?, ?, 'official list', ?)",
        (company, text, norm(text), strength, stamp()),
    )
