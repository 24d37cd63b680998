"""Facts and articles by the name of a party: by record where there is one, else by the words of the name.

Names without a record have no index of their own, which would grow by every person and place that is named. A
party's name stands in its text, so the full-text index says in which texts to look.
"""

from collections.abc import Iterable
from typing import Any

from db.companies import record_ids
from db.query_nodes import Term, quoted
from db.query_values import like
from db.store import Store

WALKED = 100  # rows that are looked at without asking what the index would find
FEW = 20_000  # texts up to which looking into each is cheaper than walking all parties


def party_condition(
    store: Store, name: str, roles: Iterable[str] = (), *, past: bool = False
) -> tuple[Any, ...]:
    """(SQL, values ...): facts `f` with a party called `name`: by record where there is one, and by the name itself.

    `past`: facts that were withdrawn count as well; their name need not stand in the current text any more.
    """
    ids = record_ids(store, name)
    listed = ", ".join(f"'{role}'" for role in roles)
    only = f" AND p.role IN ({listed})" if listed else ""
    tests, names = "p.name = ? COLLATE NOCASE OR p.surface = ? COLLATE NOCASE", [name, name]
    if listed:  # "Lighthizer" for "Robert Lighthizer"
        tests, names = f"{tests} OR p.name LIKE ? ESCAPE '!'", [*names, f"% {like(name)}"]
    tests = f"p.company IS NULL AND ({tests}){only}"
    parts = [f"SELECT p.fact_n FROM fact_parties p WHERE p.company IN ({', '.join('?' * len(ids))}){only}"]
    values: list[Any] = [*ids]
    match = None if past else words_of(store, name, among="SELECT 1 FROM fact_parties WHERE company IS NULL")
    if match is None:
        parts.append(f"SELECT p.fact_n FROM fact_parties p WHERE {tests}")
        values += names
    else:
        parts.append(
            "SELECT p.fact_n FROM articles_fts CROSS JOIN articles b ON b.text = articles_fts.rowid"
            " CROSS JOIN facts g ON g.article = b.id CROSS JOIN fact_parties p ON p.fact_n = g.n"
            f" WHERE articles_fts MATCH ? AND {tests}"
        )
        # what a person decided stays when the text changes
        parts.append(
            "SELECT p.fact_n FROM facts g INDEXED BY facts_reviewed CROSS JOIN fact_parties p ON p.fact_n = g.n"
            f" WHERE g.review <> 'auto' AND {tests}"
        )
        values += [match, *names, *names]
    return f"f.n IN ({' UNION ALL '.join(parts)})", *values


def mentioned(store: Store, name: str) -> tuple[Any, ...]:
    """(SQL, values ...): SELECT of the ids of current texts that mention a party called `name` without a record."""
    tests = "(m.name = ? COLLATE NOCASE OR m.surface = ? COLLATE NOCASE)"
    match = words_of(store, name, among="SELECT 1 FROM mentions")
    if match is None:
        return f"SELECT m.text FROM mentions m WHERE {tests}", name, name
    return (
        "SELECT m.text FROM articles_fts CROSS JOIN mentions m ON m.text = articles_fts.rowid"
        f" WHERE articles_fts MATCH ? AND {tests}",
        match,
        name,
        name,
    )


def words_of(store: Store, name: str, *, among: str) -> str | None:
    """The full-text expression that finds the texts with `name`; None where looking at every row of `among` is cheaper."""
    if not any(c.isalnum() for c in name):
        return None

    def number(sql: str, most: int, *values: str) -> int:
        found: int = store.value(f"SELECT count(*) FROM ({sql} LIMIT {most})", values)
        return found

    rows = number(among, FEW)
    match = quoted(Term(name))
    hits = (
        number("SELECT 1 FROM articles_fts WHERE articles_fts MATCH ?", rows, match)
        if rows > WALKED
        else rows
    )
    return match if hits < rows else None
