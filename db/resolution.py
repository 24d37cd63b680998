"""The store's side of the resolve stage: mentions out, companies in. No parse is needed.

as_of = names_state(store)                       # before the names are read
table = ... alias_rows(store), decision_rows(store)
for text in pending_resolve(store):
    document = mentions_of(store, text)
    rows = [...]                                 # nlp/resolve/document.py
    with store.write() as connection:
        write_resolution(connection, text, rows, as_of=as_of)
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from db.clock import stamp
from db.query_nodes import Term, quoted
from db.records import Entity, EntityKind, Mention
from db.store import Store


@dataclass(frozen=True, slots=True, kw_only=True)
class TextMentions:
    """The mentions of one text as records, with their numbers in the text in the same order."""

    text: int
    body: str
    ids: tuple[int, ...]
    mentions: tuple[Mention, ...]
    entities: tuple[Entity, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ResolutionRow:
    """What one mention was resolved to. `company` is a record id, or None for no record."""

    mention: int  #: its number within the text
    company: str | None
    method: str | None = None
    score: float | None = None
    evidence: str | None = None


def mentions_of(store: Store, text: int) -> TextMentions:
    """The mentions of a text, and its parties: who is named how, and whether the text defines the name itself."""
    rows = store.rows("SELECT * FROM mentions WHERE text = ? ORDER BY start, n", (text,))
    by_entity: dict[int, list[Any]] = defaultdict(list)
    for row in rows:
        by_entity[row["entity"]].append(row)
    numbers = {entity: index for index, entity in enumerate(sorted(by_entity))}
    entities = []
    for entity in sorted(by_entity):
        mine = by_entity[entity]
        name = mine[0]["name"]
        entities.append(
            Entity(
                index=numbers[entity],
                name=name,
                kind=EntityKind(mine[0]["kind"]),
                aliases=tuple(dict.fromkeys(row["surface"] for row in mine if row["surface"] != name)),
                defined=any(row["how"] == "definition" for row in mine),
            )
        )
    return TextMentions(
        text=text,
        body=store.value("SELECT body FROM texts WHERE id = ?", (text,)) or "",
        ids=tuple(row["n"] for row in rows),
        mentions=tuple(
            Mention(
                start=row["start"],
                end=row["end"],
                text=row["surface"],
                kind=EntityKind(row["kind"]),
                entity=numbers[row["entity"]],
                how=row["how"],
                company=row["company"],
            )
            for row in rows
        ),
        entities=tuple(entities),
    )


def write_resolution(connection: Any, text: int, rows: Sequence[ResolutionRow], *, as_of: str) -> int:
    """Write what the mentions of `text` are, and give its facts' parties the same records; how many changed.

    A record that was merged is replaced by what it was merged into. Mentions without a row stay unresolved but
    are not asked for again before names change. Facts corrected by a person keep their parties.
    """
    merged = dict(
        connection.execute("SELECT id, merged_into FROM companies WHERE merged_into IS NOT NULL").fetchall()
    )
    before = dict(connection.execute("SELECT n, company FROM mentions WHERE text = ?", (text,)).fetchall())
    connection.execute(
        "UPDATE mentions SET company = NULL, method = NULL, score = NULL, evidence = NULL WHERE text = ?",
        (text,),
    )
    connection.execute("UPDATE articles SET names_at = ? WHERE text = ?", (as_of, text))
    changed = 0
    for row in rows:
        company = None if row.company is None else merged.get(row.company, row.company)
        changed += before.get(row.mention) != company
        connection.execute(
            "UPDATE mentions SET company = ?, method = ?, score = ?, evidence = ? WHERE text = ? AND n = ?",
            (company, row.method, row.score, row.evidence, text, row.mention),
        )
    _resolve_parties(connection, text)
    return changed


def _resolve_parties(connection: Any, text: int) -> None:
    """A party is the record of the mention it was read from, else of the only record its name stands for."""
    spans: dict[tuple[int, int], str | None] = {}
    names: dict[str, set[str | None]] = defaultdict(set)
    for start, end, surface, name, kind, company in connection.execute(
        'SELECT start, "end", surface, name, kind, company FROM mentions WHERE text = ?', (text,)
    ).fetchall():
        spans[start, end] = company
        if kind == EntityKind.COMPANY:
            names[surface].add(company)
            names[name].add(company)
    for fact, role, ordinal, surface, name, kind, start, end, old in connection.execute(
        'SELECT p.fact_n, p.role, p.ordinal, p.surface, p.name, p.kind, p.start, p."end", p.company'
        " FROM fact_parties p JOIN facts f ON f.n = p.fact_n WHERE f.text = ? AND f.review <> 'corrected'",
        (text,),
    ).fetchall():
        new = spans.get((start, end)) if start is not None else None
        if new is None and kind in (None, EntityKind.COMPANY):
            found = names.get(name) or names.get(surface) or set()
            new = next(iter(found)) if len(found) == 1 else None
        if new != old:
            connection.execute(
                "UPDATE fact_parties SET company = ? WHERE fact_n = ? AND role = ? AND ordinal = ?",
                (new, fact, role, ordinal),
            )
            # events group by company: a fact that was grouped is to be grouped again
            connection.execute(
                "UPDATE facts SET changed = ? WHERE n = ?"
                " AND n <= (SELECT CAST(value AS INTEGER) FROM meta WHERE key = 'events_n')",
                (stamp(), fact),
            )


def names_read_at(store: Store) -> str | None:
    """Up to when new names were looked for in texts read before; None: never."""
    found: str | None = store.value("SELECT value FROM meta WHERE key = 'names_read_at'")
    return found


def note_names_read(connection: Any, at: str) -> None:
    """Note that texts were searched for the names that came before `at`."""
    connection.execute("INSERT OR REPLACE INTO meta (key, value) VALUES ('names_read_at', ?)", (at,))


def texts_naming(store: Store, names: Sequence[str], *, limit: int = 500) -> list[int]:
    """Current texts of relevant articles that contain one of `names` but have no mention of it yet, newest first.

    For aliases added after a text was read: the mention is added without a parse.
    """
    found: dict[int, None] = {}
    for name in names:
        if not any(c.isalnum() for c in name):
            continue
        rows = store.rows(
            "SELECT a.text FROM articles_fts JOIN articles a ON a.text = articles_fts.rowid"
            " WHERE articles_fts MATCH ? AND a.relevant = 1 AND EXISTS (SELECT 1 FROM article_runs r"
            " WHERE r.stage = 'annotate' AND r.input = a.text) AND NOT EXISTS (SELECT 1 FROM mentions m"
            " WHERE m.text = a.text AND (m.surface = ? COLLATE NOCASE OR m.name = ? COLLATE NOCASE))"
            " ORDER BY articles_fts.rowid DESC LIMIT ?",
            ("{lead body} : " + quoted(Term(name)), name, name, limit),
        )
        found |= dict.fromkeys(row["text"] for row in rows)
    return list(found)[:limit]


def texts_annotated(store: Store, since: str) -> list[int]:
    """Current texts of relevant articles that were annotated at `since` or later."""
    rows = store.rows(
        "SELECT DISTINCT a.text FROM article_runs r JOIN articles a ON a.text = r.input"
        " WHERE r.stage = 'annotate' AND r.at >= ? AND r.state = 'ok' AND a.relevant = 1 ORDER BY a.text",
        (since,),
    )
    return [row["text"] for row in rows]


def add_mentions(connection: Any, text: int, spans: Sequence[tuple[int, int]], *, how: str = "alias") -> int:
    """How many company mentions were added to `text` at `spans`; those that touch a known mention are left out."""
    body = connection.execute("SELECT body FROM texts WHERE id = ?", (text,)).fetchone()[0]
    taken = connection.execute(
        'SELECT start, "end", surface, entity, n FROM mentions WHERE text = ?', (text,)
    ).fetchall()
    entities = {surface: entity for _, _, surface, entity, _ in taken}
    number = max((row[3] for row in taken), default=-1)
    last = max((row[4] for row in taken), default=0)
    added = 0
    for start, end in spans:
        if any(start < b and a < end for a, b, *_ in taken):
            continue
        surface = body[start:end]
        assert surface, (text, start, end)
        if surface not in entities:
            number += 1
            entities[surface] = number
        connection.execute(
            'INSERT INTO mentions (text, n, start, "end", surface, kind, entity, how) VALUES (?, ?, ?, ?, ?, ?, ?, ?)',
            (text, last + added + 1, start, end, surface, EntityKind.COMPANY.value, entities[surface], how),
        )
        added += 1
    if added:
        connection.execute("UPDATE articles SET names_at = NULL WHERE text = ?", (text,))
    return added
