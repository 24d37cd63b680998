"""The registry of fact kinds: views, commands, docs and scorer mappings are made from `db/data/kinds.toml`.

A user's file with the same form, named by the setting `kinds`, is laid over the packaged one.
"""

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from db.errors import ConfigError
from db.records import AmountFact, Fact, ListingFact, RelationFact, ShareFact, StatementFact

FAMILIES: dict[str, type[Fact]] = {
    record.family: record for record in (AmountFact, ShareFact, ListingFact, StatementFact, RelationFact)
}
PACKAGED = Path(__file__).parent / "data" / "kinds.toml"


@dataclass(frozen=True, slots=True, kw_only=True)
class FactKind:
    """One row of the registry."""

    name: str
    plural: str  #: name of its view
    family: str  #: key of FAMILIES
    says: str
    coarse: str = ""  #: kind of the tradewar scorer
    role: str = ""  #: role of the roles scorer; "" where it knows none


def load_kinds(path: Path) -> dict[str, FactKind]:
    """The kinds declared in `path`, by name.

    Raises:
        ConfigError: not TOML, an unknown or missing key, an unknown family, or a name used twice.
    """
    try:
        rows = tomllib.loads(path.read_text(encoding="utf-8"))["kind"]
        kinds = [FactKind(**row) for row in rows]
    except (OSError, KeyError, TypeError, tomllib.TOMLDecodeError) as error:
        raise ConfigError(f"{path}: {error}") from error
    names = [k.name for k in kinds] + [k.plural for k in kinds if k.plural != k.name]
    if len(names) != len(set(names)):
        raise ConfigError(f"{path}: a kind or view name is used twice")
    for kind in kinds:
        if kind.family not in FAMILIES or not kind.plural.replace("_", "").isalpha():
            raise ConfigError(f"{path}: kind {kind.name!r}: unknown family or odd plural")
    return {kind.name: kind for kind in kinds}


@cache
def packaged_kinds() -> dict[str, FactKind]:
    """The packaged registry, read once."""
    return load_kinds(PACKAGED)
