"""The official lists we know: ids, names as news writes them, authorities; read from `db/data/lists.toml`."""

import datetime as dt
import tomllib
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from db.errors import ConfigError

PACKAGED = Path(__file__).parent / "data" / "lists.toml"
UNKNOWN = "blacklist"  # the text means some list, and nothing says which
LICENCE = "export-licence"  # permission to ship, no list at all


@dataclass(frozen=True, slots=True, kw_only=True)
class OfficialList:
    """One list, under the id that facts and list entries use."""

    id: str
    name: str
    authority: str  #: "" where no single body keeps it
    country: str
    kind: str  #: list, ban, licence or unknown
    url: str
    since: str | None = None  #: ISO date of its first day
    patterns: tuple[str, ...] = ()
    source_names: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Loose:
    """Words that mean a list without naming it: "trade blacklist"."""

    sort: str
    patterns: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """Which list a loose word means under an authority, between two publication dates."""

    sort: str
    list: str
    authority: tuple[str, ...]
    since: dt.date | None = None
    until: dt.date | None = None


@dataclass(frozen=True, slots=True)
class Lists:
    """The registry as read."""

    lists: dict[str, OfficialList] = field(default_factory=dict)
    loose: tuple[Loose, ...] = ()
    rules: tuple[Rule, ...] = ()

    def infer(self, sort: str, authority: str, published: dt.date | None) -> str:
        """The id that a loose word of `sort` means; `blacklist` where no rule says."""
        for rule in self.rules:
            if rule.sort != sort or authority not in rule.authority:
                continue
            if published is not None and rule.until is not None and published > rule.until:
                continue
            if published is not None and rule.since is not None and published < rule.since:
                continue
            return rule.list
        return UNKNOWN

    def by_source_name(self, name: str) -> OfficialList | None:
        """The list that a data file calls `name`."""
        wanted = name.strip().casefold()
        for entry in self.lists.values():
            if wanted in {entry.id, entry.name.casefold(), *(n.casefold() for n in entry.source_names)}:
                return entry
        return None


def load_lists(path: Path) -> Lists:
    """The lists declared in `path`.

    Raises:
        ConfigError: not TOML, an unknown or missing key, an id used twice, or a rule for an unknown list.
    """
    try:
        data = tomllib.loads(path.read_text(encoding="utf-8"))
        lists = [OfficialList(**_tuples(row)) for row in data["list"]]
        loose = tuple(Loose(**_tuples(row)) for row in data.get("loose", ()))
        rules = tuple(_rule(row) for row in data.get("rule", ()))
    except (OSError, KeyError, TypeError, ValueError, tomllib.TOMLDecodeError) as error:
        raise ConfigError(f"{path}: {error}") from error
    found = {entry.id: entry for entry in lists}
    if len(found) != len(lists):
        raise ConfigError(f"{path}: a list id is used twice")
    for rule in rules:
        if rule.list not in found:
            raise ConfigError(f"{path}: rule for unknown list {rule.list!r}")
    return Lists(found, loose, rules)


@cache
def packaged_lists() -> Lists:
    """The packaged registry, read once."""
    return load_lists(PACKAGED)


def _tuples(row: dict[str, Any]) -> dict[str, Any]:
    return {key: tuple(value) if isinstance(value, list) else value for key, value in row.items()}


def _rule(row: dict[str, Any]) -> Rule:
    row = _tuples(row)
    for old, new in (("from", "since"), ("until", "until")):
        if old in row:
            row[new] = dt.date.fromisoformat(str(row.pop(old)))
    return Rule(**row)
