"""How a company stands on official lists, in words that may be printed: itself, and the parents it belongs to.

A listing never passes along an edge: of a subsidiary nothing more is said than that it is not named and its parent is.
"""

import datetime as dt
from dataclasses import dataclass

from db.list_status import ListStatus, status_of
from db.store import Store

MOST_STEPS = 4  # parents of parents: longer chains say nothing that a reader could check


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """One company on one list as of a day."""

    list: str
    words: str  #: "on the Entity List since 2019-10-09 (84 FR 54002)"
    named: bool  #: the company itself is named; else only a parent or the party it is affiliated with
    status: ListStatus  #: of the company, or of that other party
    file: (
        str | None
    )  #: day of the newest file of the list that was imported; None: only single notices are known


def standings(store: Store, company: str, on: dt.date | None = None) -> list[Standing]:
    """Where `company` (record id) stands or stood as of day `on`, then which of those above it are listed today."""
    files = _files(store)
    own = status_of(store, company, on)
    found = [
        Standing(list=s.list, words=words_of(s), named=True, status=s, file=files.get(s.list)) for s in own
    ]
    listed = {s.list for s in own if s.listed}
    for other, name, kind in _above(store, company):
        for s in status_of(store, other, on):
            if s.listed and s.list not in listed:
                words = f"not itself named on the {s.name}; {kind} {name} is {words_of(s)}"
                found.append(
                    Standing(list=s.list, words=words, named=False, status=s, file=files.get(s.list))
                )
    return found


def words_of(status: ListStatus) -> str:
    """What may be said of a company with this status."""
    cited = f" ({status.citation})" if status.citation else ""
    since = f" since {status.since}" if status.since else ""
    if status.uncertain:
        was = "listed" if status.listed else "not listed"
        return f"uncertain on the {status.name}: {was} before, and no longer in the newest file{cited}"
    if status.listed and status.confirmed:
        return f"on the {status.name}{since}{cited}"
    if status.listed:
        return f"reported on the {status.name}{since}, not confirmed{cited}"
    doubt = "" if status.confirmed else ", the end not confirmed"
    begin = f" from {status.since}" if status.since else ""
    return f"was on the {status.name}{begin} to {status.until}{doubt}{cited}"


def _files(store: Store) -> dict[str, str]:
    """List -> day of the newest imported file with entries of it; the packaged events are no file of a list."""
    rows = store.rows(
        "SELECT e.list, max(coalesce(f.as_of, substr(f.retrieved_at, 1, 10))) AS day FROM list_entries e"
        " JOIN list_files f ON f.hash = e.file_hash WHERE f.list <> 'seed' GROUP BY e.list"
    )
    return {row["list"]: row["day"] for row in rows}


def _above(store: Store, company: str) -> list[tuple[str, str, str]]:
    """(record, name, what it is to the company): parents up the chain, and parties it is an affiliate of."""
    rows = store.rows(
        """
        WITH RECURSIVE above (id, kind, step) AS (
            SELECT :id, '', 0
            UNION SELECT coalesce(p.merged_into, p.id), r.kind, step + 1 FROM above
            JOIN companies x ON x.id = above.id OR x.merged_into = above.id
            JOIN company_relations r ON r.a = x.id AND r.kind IN ('parent', 'affiliate') AND r.until IS NULL
            JOIN companies p ON p.id = r.b WHERE step < :most AND above.kind <> 'affiliate')
        SELECT a.id, c.name, a.kind, min(a.step) AS step FROM above a JOIN companies c ON c.id = a.id
        WHERE a.id <> :id GROUP BY a.id ORDER BY step, c.name""",
        {"id": company, "most": MOST_STEPS},
    )
    what = {"parent": "parent", "affiliate": "the party it is named as an affiliate of,"}
    return [(row["id"], row["name"], what[row["kind"]]) for row in rows]
