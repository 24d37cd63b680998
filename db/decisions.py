"""What people decide about identity: merges, splits and names. Every decision can be taken back.

same       the record `left` and the record `right` are one company; both ids still answer
different  the name or record `left` is not the record `right`; it is never proposed or merged again
link       the name `left` (normalised) means the record `right`
unlink     the name `left` (normalised) does not mean the record `right`
"""

from dataclasses import dataclass
from typing import Any

from db.clock import stamp
from db.companies import names_changed
from db.errors import UsageError
from db.store import Store

KINDS = ("same", "different", "link", "unlink")


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """One decision that stands."""

    id: int
    kind: str
    left: str  #: record id, or normalised name
    right: str  #: record id
    by: str
    at: str
    note: str | None


def decision_rows(store: Store) -> list[Decision]:
    """Decisions that stand, oldest first."""
    rows = store.rows(
        'SELECT id, kind, "left", "right", by, at, note FROM decisions WHERE revoked_at IS NULL ORDER BY id'
    )
    return [Decision(**row) for row in rows]


def record_decision(
    store: Store, kind: str, left: str, right: str, *, by: str, note: str | None = None
) -> int:
    """Id of the new decision; the resolve stage applies it to every mention.

    Raises:
        UsageError: an unknown kind or record, or a merge of records that were decided to be different.
    """
    if kind not in KINDS:
        raise UsageError(f"unknown decision {kind!r}; one of {', '.join(KINDS)}")
    wanted = {right} if kind in ("link", "unlink", "different") else {left, right}
    for company in sorted(wanted):
        if store.value("SELECT 1 FROM companies WHERE id = ?", (company,)) is None:
            raise UsageError(f"there is no company record {company!r}")
    with store.write() as connection:
        if kind == "same":
            _refuse_contradiction(connection, left, right)
        cursor = connection.execute(
            'INSERT INTO decisions (kind, "left", "right", by, at, note) VALUES (?, ?, ?, ?, ?, ?)',
            (kind, left, right, by, stamp(), note),
        )
        _apply_merges(connection)
        names_changed(connection)
        return int(cursor.lastrowid)


def undo_decision(store: Store, decision: int) -> bool:
    """Take a decision back; False when there is none that stands. Mentions go back with the next resolve."""
    with store.write() as connection:
        changed = connection.execute(
            "UPDATE decisions SET revoked_at = ? WHERE id = ? AND revoked_at IS NULL", (stamp(), decision)
        ).rowcount
        if changed:
            _apply_merges(connection)
            names_changed(connection)
        return bool(changed)


def _refuse_contradiction(connection: Any, left: str, right: str) -> None:
    roots = _roots(connection)
    pair = {roots.get(left, left), roots.get(right, right)}
    if len(pair) == 1:
        raise UsageError(f"{left} and {right} are one company already")
    for row in connection.execute(
        'SELECT id, "left", "right" FROM decisions WHERE kind = \'different\' AND revoked_at IS NULL'
    ).fetchall():
        if {roots.get(row[1], row[1]), roots.get(row[2], row[2])} == pair:
            raise UsageError(f"decision {row[0]} says that {left} and {right} are different; undo it first")


def _roots(connection: Any) -> dict[str, str]:
    """Merged record -> the record it ends in, from the merges that stand."""
    roots: dict[str, str] = {}

    def root(company: str) -> str:
        while company in roots:
            company = roots[company]
        return company

    for left, right in connection.execute(
        'SELECT "left", "right" FROM decisions WHERE kind = \'same\' AND revoked_at IS NULL ORDER BY id'
    ).fetchall():
        if root(left) != root(right):
            roots[root(left)] = root(right)
    return {company: root(company) for company in roots}


def _apply_merges(connection: Any) -> None:
    roots = _roots(connection)
    connection.execute("UPDATE companies SET merged_into = NULL WHERE merged_into IS NOT NULL")
    connection.executemany(
        "UPDATE companies SET merged_into = ? WHERE id = ?",
        [(into, company) for company, into in roots.items()],
    )
