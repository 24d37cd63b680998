"""Rows of official lists, as every importer gives them and the store takes them."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

ACTIONS = ("add", "remove", "modify", "listed")
CONFIDENCE = ("high", "medium", "low")


@dataclass(frozen=True, slots=True, kw_only=True)
class ListRow:
    """One party on one list, as an official file or notice tells it. Dates are ISO, as exact as the source."""

    list: str  #: id of db/data/lists.toml
    name: str  #: as printed, without the words about affiliates
    action: str = "add"  #: add, remove, modify, or listed (on the list when the file was made)
    party: str = "company"  #: company, person, vessel, aircraft, rule, other; only companies become records
    aliases: tuple[str, ...] = ()
    weak_aliases: tuple[str, ...] = ()
    former: tuple[str, ...] = ()
    affiliate_of: str | None = None  #: the party this one is named as an affiliate of
    company: str | None = None  #: record id, where the source knows it
    country: str | None = None  #: ISO 3166 alpha-2
    effective_date: str | None = None
    date_kind: str | None = None  #: effective, announced, list edition, listed
    published_date: str | None = None
    citation: str | None = None
    reason: str | None = None
    license_policy: str | None = None
    source_url: str | None = None
    confidence: str = "high"
    raw: Mapping[str, Any] = field(default_factory=dict)  #: the row as it came


@dataclass(slots=True)
class Report:
    """What a parser met: rows read, passed over, not usable, and columns it does not know. Nothing is dropped unseen."""

    read: int = 0
    problems: list[str] = field(default_factory=list)
    columns: list[str] = field(default_factory=list)  #: new columns: somebody must look
    as_of: str | None = None  #: ISO date of the edition, where the file itself tells it
    passed: Counter[str] = field(default_factory=Counter)  #: rows we understand and do not keep, by why

    def notes(self) -> list[str]:
        """All that is kept with the file: problems, new columns, and how many rows were passed over and why."""
        return [
            *self.problems,
            *(f"new column {name}" for name in self.columns),
            *(f"passed over, {count} rows: {why}" for why, count in sorted(self.passed.items())),
        ]

    def bad(self, where: str, why: str, row: object = None) -> None:
        """Note a row that cannot be used, with its words."""
        words = "" if row is None else f": {row!r}"
        self.problems.append(f"{where}: {why}{words}"[:500])

    def new_columns(self, found: set[str], known: set[str]) -> None:
        """Note columns that nobody described."""
        for name in sorted(found - known - set(self.columns)):
            self.columns.append(name)


@dataclass(frozen=True, slots=True, kw_only=True)
class ListFile:
    """Where rows come from: an importer's file, its hash and the day it stands for."""

    importer: str  #: name of the format: csl, ofac ...
    name: str  #: file name or URL
    hash: str  #: sha256 of its bytes
    retrieved_at: str
    as_of: str | None = None  #: ISO date of the edition
    full: bool = True  #: the whole list: who is absent may have been taken off

    @property
    def day(self) -> str:
        """The day the file stands for: that of its edition, else when it was fetched."""
        return self.as_of or self.retrieved_at[:10]
