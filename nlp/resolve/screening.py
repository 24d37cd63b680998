"""Screening names against all that a store knows: packaged records, a user's own, those of imported lists, merges.

The table of names is kept until a name, a list or a decision changes.
"""

from collections import defaultdict
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from db.standing import standings
from db.store import Store
from nlp.gazetteer import AliasTable, load_companies
from nlp.resolve.match import LIMIT, THRESHOLD, Standing, match_queries
from nlp.resolve.stage import table_of

_TABLES: dict[Path, tuple[str, Path | None, AliasTable]] = {}  # one table a store: they are large


def match_in_store(
    store: Store,
    request: Mapping[str, Any],
    *,
    companies: Path | None = None,
    limit: int = LIMIT,
    threshold: float = THRESHOLD,
) -> dict[str, Any]:
    """`match_queries` against the records of `store`, with the lists on which each result stands today.

    Raises:
        InputError: the request has no `queries`, too many, or one of them is no object with names.
    """
    merged = {
        row["id"]: row["merged_into"]
        for row in store.rows("SELECT id, merged_into FROM companies WHERE merged_into IS NOT NULL")
    }
    referents: dict[str, list[str]] = defaultdict(list)
    for old, new in merged.items():
        referents[new].append(old)

    @cache
    def standing(company: str) -> Standing:
        found = standings(store, company)
        own = [one.status for one in found if one.named]
        return Standing(
            datasets=tuple(s.list for s in own if s.listed and s.confirmed and not s.uncertain),
            first_seen=min((s.since for s in own if s.since), default=None),
            referents=tuple(sorted(referents[company])),
            above=tuple(one.words for one in found if not one.named),
        )

    return match_queries(
        request,
        store_table(store, companies),
        limit=limit,
        threshold=threshold,
        canonical=lambda company: merged.get(company, company),
        standing=standing,
    )


def store_table(store: Store, companies: Path | None = None) -> AliasTable:
    """Every name that `store` and the file `companies` know, built anew only after a change."""
    state = str(store.value("SELECT value FROM meta WHERE key = 'names_changed_at'"))
    place = store.path.absolute()
    kept = _TABLES.get(place)
    if kept is not None and kept[:2] == (state, companies):
        return kept[2]
    table = table_of(store, load_companies(companies))
    _TABLES[place] = (state, companies, table)
    return table
