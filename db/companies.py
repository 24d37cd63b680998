"""Company records in the store: seeding, finding by any name, following merges.

db does not know how names are normalised (nlp/names.py does), so seeds arrive as plain rows with their `norm`.
"""

import datetime as dt
import hashlib
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from db.clock import now, read_stamp, stamp
from db.names import lookup_keys
from db.store import Store


@dataclass(frozen=True, slots=True, kw_only=True)
class Company:
    """One record."""

    id: str
    name: str
    country: str | None = None
    sector: str | None = None
    kind: str = "company"
    status: str = "seed"
    wikidata: str | None = None
    lei: str | None = None
    ticker: str | None = None
    origin: str | None = None  #: where the record and its identifiers come from

    def identifiers(self) -> dict[str, str]:
        """The identifiers that are known, by their name."""
        told = {"ticker": self.ticker, "LEI": self.lei, "Wikidata": self.wikidata}
        return {name: value for name, value in told.items() if value}


@dataclass(frozen=True, slots=True)
class AliasSeed:
    """One name of a company, with the form in which the resolver compares it."""

    text: str
    norm: str
    strength: str = "strong"
    lang: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CompanySeed:
    """A company as the packaged file, a user's file or an official list brings it."""

    id: str
    name: str
    aliases: Sequence[AliasSeed] = ()
    country: str | None = None
    sector: str | None = None
    kind: str = "company"
    wikidata: str | None = None
    lei: str | None = None
    ticker: str | None = None
    parent: str | None = None  #: record id
    origin: str | None = None


@dataclass(frozen=True, slots=True)
class AliasRow:
    """One stored name: `company` is the record it was given to, before merges."""

    company: str
    text: str
    norm: str
    strength: str
    lang: str | None


def names_changed(connection: Any) -> None:
    """Mark that names, decisions or lists changed: every mention resolved before is pending again.

    Stamps count seconds, so the mark stands one second after now and after every earlier mark.
    """
    old = connection.execute("SELECT value FROM meta WHERE key = 'names_changed_at'").fetchone()
    latest = max(now(), read_stamp(old[0])) if old else now()
    connection.execute(
        "INSERT OR REPLACE INTO meta (key, value) VALUES ('names_changed_at', ?)",
        (stamp(latest + dt.timedelta(seconds=1)),),
    )


def names_state(store: Store) -> str:
    """The state of all names: ask before reading them, hand it to `write_resolution`."""
    return max(stamp(), store.value("SELECT value FROM meta WHERE key = 'names_changed_at'") or "")


def seed_companies(store: Store, seeds: Iterable[CompanySeed], *, source: str = "seed") -> int:
    """How many records were added or changed; their names from `source` are replaced by those given.

    Running it again with the same seeds changes nothing.
    """
    seeds = list(seeds)
    changed = 0
    for at in range(0, len(seeds), 1000):  # one transaction must stay under 2 s
        with store.write() as connection:
            part = sum(_put_seed(connection, seed, source) for seed in seeds[at : at + 1000])
            if part:
                names_changed(connection)
            changed += part
    known = {row["id"] for row in store.rows("SELECT id FROM companies")}
    edges = [(seed.id, seed.parent) for seed in seeds if seed.parent in known]
    with store.write() as connection:
        connection.executemany(
            "INSERT OR IGNORE INTO company_relations (a, b, kind, source) VALUES (?, ?, 'parent', ?)",
            [(*edge, source) for edge in edges],
        )
    return changed


def _put_seed(connection: Any, seed: CompanySeed, source: str) -> bool:
    names = ("name", "country", "sector", "kind", "wikidata", "lei", "ticker", "origin")
    values = tuple(getattr(seed, name) for name in names)
    old = connection.execute(f"SELECT {', '.join(names)} FROM companies WHERE id = ?", (seed.id,)).fetchone()
    if old is None:
        connection.execute(
            f"INSERT INTO companies (id, {', '.join(names)}, status, made_at) VALUES (?{', ?' * len(names)}, ?, ?)",
            (seed.id, *values, source, stamp()),
        )
    elif tuple(old) != values:
        connection.execute(
            f"UPDATE companies SET {', '.join(f'{name} = ?' for name in names)} WHERE id = ?",
            (*values, seed.id),
        )
    wanted = {alias.text: (alias.norm, alias.lang, alias.strength) for alias in seed.aliases}
    stored = {
        row[0]: row[1:]
        for row in connection.execute(
            "SELECT text, norm, lang, strength FROM aliases WHERE company = ? AND source = ?",
            (seed.id, source),
        ).fetchall()
    }
    if old is not None and tuple(old) == values and stored == wanted:
        return False
    connection.execute("DELETE FROM aliases WHERE company = ? AND source = ?", (seed.id, source))
    connection.executemany(
        "INSERT OR IGNORE INTO aliases (company, text, norm, lang, strength, source, first_seen)"
        " VALUES (?, ?, ?, ?, ?, ?, ?)",
        [(seed.id, text, *rest, source, stamp()) for text, rest in wanted.items()],
    )
    return True


def local_id(norm: str, country: str | None = None) -> str:
    """The id of a company that no file names: the same for the same name on every run and machine."""
    words = norm if country is None else f"{norm}|{country.lower()}"
    return "co-" + hashlib.sha256(words.encode()).hexdigest()[:12]


def discover(
    connection: Any, name: str, norm: str, *, country: str | None = None, company: str | None = None
) -> str:
    """Id of the record for a company known only from texts or lists, made when it is new.

    It follows from `norm`, unless that record is known to be in another country: then from both. `company`
    is the id where the caller has worked it out.
    """
    if company is None:
        company = local_id(norm)
        home = connection.execute("SELECT country FROM companies WHERE id = ?", (company,)).fetchone()
        if home is not None and None not in (home[0], country) and home[0].upper() != str(country).upper():
            company = local_id(norm, country)
    connection.execute(
        "INSERT OR IGNORE INTO companies (id, name, country, status, origin, made_at)"
        " VALUES (?, ?, ?, 'discovered', 'texts', ?)",
        (company, name, country, stamp()),
    )
    connection.execute(
        "INSERT OR IGNORE INTO aliases (company, text, norm, source, first_seen) VALUES (?, ?, ?, 'texts', ?)",
        (company, name, norm, stamp()),
    )
    return company


def known_records(store: Store) -> dict[str, tuple[str, str | None, str]]:
    """(name, country, status) by id, of the records that do not stem from texts alone."""
    rows = store.rows("SELECT id, name, country, status FROM companies WHERE status <> 'discovered'")
    return {row["id"]: (row["name"], row["country"], row["status"]) for row in rows}


def alias_rows(store: Store, *, since: str | None = None) -> list[AliasRow]:
    """Every stored name, under the record it was given to; with `since`, those that came since then from elsewhere than texts."""
    only = "WHERE first_seen >= :since AND coalesce(source, '') <> 'texts'" if since else ""
    rows = store.rows(
        f"SELECT company, text, norm, strength, lang FROM aliases {only} ORDER BY company, text",
        {"since": since},
    )
    return [AliasRow(**row) for row in rows]


def find_companies(store: Store, name: str) -> list[Company]:
    """The records that `name` is the id or a name of, merged ones replaced by what they were merged into."""
    rows = store.rows(
        """
        SELECT DISTINCT coalesce(m.id, c.id) AS id, coalesce(m.name, c.name) AS name,
               coalesce(m.country, c.country) AS country, coalesce(m.sector, c.sector) AS sector,
               coalesce(m.kind, c.kind) AS kind, coalesce(m.status, c.status) AS status,
               coalesce(m.wikidata, c.wikidata) AS wikidata, coalesce(m.lei, c.lei) AS lei,
               coalesce(m.ticker, c.ticker) AS ticker, coalesce(m.origin, c.origin) AS origin
        FROM companies c LEFT JOIN companies m ON m.id = c.merged_into
        WHERE c.id = :name OR c.name = :name COLLATE NOCASE OR c.id IN (
            SELECT company FROM aliases WHERE norm IN (SELECT value FROM json_each(:keys)) OR text = :name COLLATE NOCASE)
        ORDER BY c.id <> :name, c.status = 'discovered', name""",
        {"name": name, "keys": json.dumps(lookup_keys(name))},
    )
    found = {row["id"]: Company(**row) for row in rows}
    return list(found.values())


def record_ids(store: Store, name: str) -> list[str]:
    """Ids under which facts and mentions of the company `name` may stand: its records and those merged into them."""
    ids = [company.id for company in find_companies(store, name)]
    marks = ", ".join("?" * len(ids))
    merged = store.rows(f"SELECT id FROM companies WHERE merged_into IN ({marks})", ids)
    return ids + [row["id"] for row in merged]
