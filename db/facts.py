"""Writing what a text was read to say: mentions, facts, parties and spans, with stable ids.

A re-run compares: the same id stays, a vanished one becomes withdrawn, nothing is deleted. What a person has
confirmed, corrected or rejected is never overwritten.
"""

from dataclasses import replace
from typing import Any

from db.clock import stamp
from db.fact_rows import (
    MENTION_SQL,
    PARTY_SQL,
    SPAN_SQL,
    Values,
    fact_ids,
    fact_insert,
    fact_update,
    fact_values,
    hash_of,
    loose_key,
    mention_values,
    part_values,
)
from db.kinds import packaged_kinds
from db.names import fold
from db.rates import convert_facts
from db.records import Annotation


def write_annotation(connection: Any, text: int, annotation: Annotation, fingerprint: str) -> dict[str, int]:
    """Write all of one text's annotation inside the caller's transaction; counts of new, kept and withdrawn.

    Raises:
        ProvenanceError: a span does not hold; the caller's transaction writes nothing.
    """
    article, body, url = connection.execute(
        "SELECT articles.id, texts.body, articles.url FROM texts JOIN articles ON articles.id = texts.article"
        " WHERE texts.id = ?",
        (text,),
    ).fetchone()
    annotation = without_forgotten(annotation, forgotten_people(connection))
    connection.execute("DELETE FROM mentions WHERE text = ?", (text,))
    connection.execute("UPDATE articles SET names_at = NULL WHERE text = ?", (text,))
    connection.executemany(MENTION_SQL, mention_values(annotation, text, body))
    known = {
        row[0]: row[1:]
        for row in connection.execute(
            "SELECT id, review, state, loose, n FROM facts WHERE article = ?", (article,)
        ).fetchall()
    }
    now = stamp()
    kinds = packaged_kinds()
    ids = fact_ids(url, annotation.facts)
    found = {fact_id for fact_id, _ in ids}
    # what a person decided about, and this run does not find in the same words
    decided = {loose for i, (review, _, loose, _) in known.items() if review != "auto" and i not in found}
    (last,) = connection.execute("SELECT coalesce(max(n), 0) FROM facts").fetchone()
    parties: list[Values] = []
    spans: list[Values] = []
    counts = {"new": 0, "kept": 0, "withdrawn": 0}
    for fact, (fact_id, twin) in zip(annotation.facts, ids):
        assert fact.kind in kinds, fact.kind
        review, state, _, number = known.get(fact_id, ("auto", "new", "", last + 1))
        mine, words = part_values(fact, number, body)
        if review != "auto" or (decided and state != "live" and loose_key(fact) in decided):
            counts["kept"] += 1
            continue  # a person decided; that row stays as it is, and gets no twin
        row = fact_values(fact, fact_id, twin, article, text, fingerprint)
        if state == "new":
            connection.execute(fact_insert(fact.family), (*row, now, number))
            last = number
            counts["new"] += 1
        else:
            connection.execute(fact_update(fact.family), (*row, now, number))
            connection.execute("DELETE FROM fact_parties WHERE fact_n = ?", (number,))
            connection.execute("DELETE FROM fact_spans WHERE fact_n = ?", (number,))
            counts["kept"] += 1
        parties += mine
        spans += words
    connection.executemany(PARTY_SQL, parties)
    connection.executemany(SPAN_SQL, spans)
    convert_facts(connection, article, article)
    gone = [
        (now, number)
        for fact_id, (review, state, _, number) in known.items()
        if fact_id not in found and review == "auto" and state == "live"
    ]
    connection.executemany("UPDATE facts SET state = 'withdrawn', changed = ? WHERE n = ?", gone)
    counts["withdrawn"] = len(gone)
    return counts


def forgotten_people(connection: Any) -> frozenset[str]:
    """Keys of people who asked to be forgotten."""
    rows = connection.execute("SELECT key FROM tombstones WHERE kind = 'person'").fetchall()
    return frozenset(row[0] for row in rows)


def without_forgotten(annotation: Annotation, keys: frozenset[str]) -> Annotation:
    """`annotation` without people who asked to be forgotten: neither their mentions nor facts they are part of."""
    if not keys:
        return annotation

    def is_forgotten(*names: str | None) -> bool:
        return any(name and hash_of(fold(name)) in keys for name in names)

    return replace(
        annotation,
        mentions=tuple(
            m for m in annotation.mentions if not is_forgotten(m.text, annotation.entities[m.entity].name)
        ),
        facts=tuple(
            f for f in annotation.facts if not any(is_forgotten(p.surface, p.name) for p in f.parties)
        ),
    )
