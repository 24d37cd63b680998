"""Company records in the store: seeding, finding by any name, following merges."""

from collections.abc import Iterable
from dataclasses import dataclass

from db.names import fold
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


def find_companies(store: Store, name: str) -> list[Company]:
    """The records that `name` is the id or a name of, merged ones replaced by what they were merged into."""
    key = fold(name)
    rows = store.rows(
        """
        SELECT DISTINCT coalesce(m.id, c.id) AS id, coalesce(m.name, c.name) AS name,
               coalesce(m.country, c.country) AS country, coalesce(m.sector, c.sector) AS sector,
               coalesce(m.kind, c.kind) AS kind, coalesce(m.status, c.status) AS status
        FROM companies c LEFT JOIN companies m ON m.id = c.merged_into
        WHERE c.id = :name OR c.name = :name COLLATE NOCASE OR c.id IN (
            SELECT company FROM aliases WHERE norm = :key OR text = :name COLLATE NOCASE)
        ORDER BY name""",
        {"name": name, "key": key},
    )
    return [Company(**row) for row in rows]


def names_of(store: Store, ids: Iterable[str]) -> dict[str, str]:
    """Printed name of each id."""
    wanted = list(ids)
    marks = ", ".join("?" * len(wanted))
    rows = store.rows(f"SELECT id, name FROM companies WHERE id IN ({marks})", wanted)
    return {row["id"]: row["name"] for row in rows}
