"""Writing what a text was read to say: mentions, facts, parties and spans, with stable ids.

A re-run compares: the same id stays, a vanished one becomes withdrawn, nothing is deleted. What a person has
confirmed, corrected or rejected is never overwritten.
"""

import hashlib
import json
from collections import Counter
from dataclasses import fields, replace
from decimal import Decimal
from enum import Enum
from typing import Any

from db.clock import stamp
from db.errors import ProvenanceError
from db.kinds import FAMILIES, packaged_kinds
from db.names import fold
from db.records import Annotation, Fact, Span, SpanRole

#: Columns of `facts` that a record fills under the same name.
COLUMNS = (
    "amount", "amount_text", "low", "high", "currency", "conversion_amount", "conversion_currency", "pct",
    "share_kind", "relation_type", "per", "bound", "approx", "undisclosed", "part_of", "place", "as_of", "list",
    "list_text", "list_inferred", "action", "count", "reason", "cue", "cue_lemma", "cue_class", "polarity",
    "quote_kind", "in_headline", "source_type", "topic", "modality", "standing", "stance_cue", "attribution",
    "rule", "confidence",
)  # fmt: skip
_FIELDS = {
    family: tuple(field.name for field in fields(record) if field.name in COLUMNS)
    for family, record in FAMILIES.items()
}


def fact_ids(url: str, facts: tuple[Fact, ...]) -> list[tuple[str, str]]:
    """(id, twin) of each fact: hashes of its key with and without the article, with an ordinal among equals."""
    seen: Counter[tuple[str, ...]] = Counter()
    ids = []
    for fact in facts:
        key = fact.key()
        ordinal = str(seen[key])
        seen[key] += 1
        ids.append((_hash(url, *key, ordinal)[:16], _hash(*key, ordinal)[:12]))
    return ids


def _hash(*parts: str) -> str:
    return hashlib.sha256("\x1f".join(parts).encode("utf-8", "surrogatepass")).hexdigest()


def check_span(body: str, span: Span) -> None:
    """Hold the provenance invariant.

    Raises:
        ProvenanceError: the text at the span's offsets is not the span's text.
    """
    if not span.text or body[span.start : span.end] != span.text:
        raise ProvenanceError(
            f"span [{span.start}, {span.end}) says {span.text!r}, text has {body[span.start : span.end]!r}"
        )


def fact_row(fact: Fact) -> dict[str, Any]:
    """The columns of `facts` that come from the record itself."""
    row: dict[str, Any] = dict.fromkeys(COLUMNS)
    for name in _FIELDS[fact.family]:
        row[name] = _plain(getattr(fact, name))
    for flag in ("approx", "undisclosed", "list_inferred", "in_headline"):
        row[flag] = int(bool(row[flag]))
    quotes = [s.span.text for s in fact.spans if s.role is SpanRole.QUOTE]
    row["quote"] = " ... ".join(quotes) or None
    row["detail"] = "{}"
    if fact.detail:
        row["detail"] = json.dumps(dict(fact.detail), ensure_ascii=False, sort_keys=True, default=str)
    return row


def _plain(value: Any) -> Any:
    if value is None or type(value) in (str, float, int):
        return value
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, Decimal):
        return float(value)
    return int(value) if isinstance(value, bool) else value


def loose_key(fact: Fact) -> str:
    """Hash of what a person who reviewed the fact decided on: kind, parties and values as written, no sentence.

    A reviewed fact that a new text or a new rule no longer finds in the same words suppresses others of its key.
    """
    parties = sorted(f"{party.role}={_plainly(party.surface)}" for party in fact.parties)
    values = [
        _plainly(s.span.text) for s in fact.spans if s.role in (SpanRole.QUOTE, SpanRole.AMOUNT, SpanRole.PCT)
    ]
    written = [str(getattr(fact, n, None)) for n in ("amount_text", "list", "action", "pct", "relation_type")]
    if not parties and not values:
        values = [_plainly(fact.evidence.text)]
    return _hash(fact.kind, *parties, *values, *written)[:12]


def _plainly(text: str) -> str:
    return " ".join(text.casefold().split())


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
    annotation = _without_forgotten(connection, annotation)
    _write_mentions(connection, text, body, annotation)
    known = {
        row[0]: row[1:]
        for row in connection.execute(
            "SELECT id, review, state, loose FROM facts WHERE article = ?", (article,)
        ).fetchall()
    }
    now = stamp()
    ids = fact_ids(url, annotation.facts)
    found = {fact_id for fact_id, _ in ids}
    # what a person decided about, and this run does not find in the same words
    decided = {loose for i, (review, _, loose) in known.items() if review != "auto" and i not in found}
    rows: list[dict[str, Any]] = []
    parts: list[tuple[str, Fact]] = []
    counts = {"new": 0, "kept": 0, "withdrawn": 0}
    for fact, (fact_id, twin) in zip(annotation.facts, ids):
        assert fact.kind in packaged_kinds(), fact.kind
        check_span(body, fact.evidence)
        for part in fact.spans:
            check_span(body, part.span)
        review, state, _ = known.get(fact_id, ("auto", "new", ""))
        loose = loose_key(fact)
        if review != "auto" or (state != "live" and loose in decided):
            counts["kept"] += 1
            continue  # a person decided; that row stays as it is, and gets no twin
        row = {
            "article": article,
            "text": text,
            "kind": fact.kind,
            "state": "live",
            "twin": twin,
            "loose": loose,
            "start": fact.evidence.start,
            "end": fact.evidence.end,
            "sentence": fact.evidence.text,
            **fact_row(fact),
            "fingerprint": fingerprint,
            "changed_at": now,
        }
        parts.append((fact_id, fact))
        if state != "new":
            assignments = ", ".join(f'"{name}" = ?' for name in row)
            connection.execute(f"UPDATE facts SET {assignments} WHERE id = ?", (*row.values(), fact_id))
            counts["kept"] += 1
        else:
            rows.append(row | {"id": fact_id, "first_seen": now})
            counts["new"] += 1
    if rows:
        names = ", ".join(f'"{name}"' for name in rows[0])
        connection.executemany(
            f"INSERT INTO facts ({names}) VALUES ({', '.join('?' * len(rows[0]))})",
            [tuple(row.values()) for row in rows],
        )
    _write_parts(connection, body, parts, {fact_id for fact_id, _ in parts} & known.keys())
    for fact_id, (review, state, _) in known.items():
        if fact_id not in found and review == "auto" and state == "live":
            connection.execute(
                "UPDATE facts SET state = 'withdrawn', changed_at = ? WHERE id = ?", (now, fact_id)
            )
            counts["withdrawn"] += 1
    return counts


def _without_forgotten(connection: Any, annotation: Annotation) -> Annotation:
    """`annotation` without people who asked to be forgotten: neither their mentions nor facts they are part of."""
    rows = connection.execute("SELECT key FROM tombstones WHERE kind = 'person'").fetchall()
    if not rows:
        return annotation
    keys = {row[0] for row in rows}

    def is_forgotten(*names: str | None) -> bool:
        return any(name and _hash(fold(name)) in keys for name in names)

    return replace(
        annotation,
        mentions=tuple(
            m for m in annotation.mentions if not is_forgotten(m.text, annotation.entities[m.entity].name)
        ),
        facts=tuple(
            f for f in annotation.facts if not any(is_forgotten(p.surface, p.name) for p in f.parties)
        ),
    )


def _write_mentions(connection: Any, text: int, body: str, annotation: Annotation) -> None:
    connection.execute("DELETE FROM mentions WHERE text = ?", (text,))
    connection.execute("UPDATE articles SET names_at = NULL WHERE text = ?", (text,))
    rows = []
    for mention in annotation.mentions:
        check_span(body, mention.span)
        name = annotation.entities[mention.entity].name
        rows.append(
            (
                text,
                mention.start,
                mention.end,
                mention.text,
                mention.kind.value,
                mention.entity,
                name,
                mention.how,
            )
        )
    connection.executemany(
        'INSERT INTO mentions (text, start, "end", surface, kind, entity, name, how)'
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        rows,
    )


def _write_parts(connection: Any, body: str, facts: list[tuple[str, Fact]], replaced: set[str]) -> None:
    for fact_id in replaced:
        connection.execute("DELETE FROM fact_parties WHERE fact = ?", (fact_id,))
        connection.execute("DELETE FROM fact_spans WHERE fact = ?", (fact_id,))
    parties: list[tuple[Any, ...]] = []
    spans: list[tuple[Any, ...]] = []
    for fact_id, fact in facts:
        ordinals: Counter[str] = Counter()
        for party in fact.parties:
            if party.span is not None:
                check_span(body, party.span)
            role, span = party.role.value, party.span
            name, kind = party.name or party.surface, None if party.kind is None else party.kind.value
            where = (None, None) if span is None else (span.start, span.end)
            parties.append((fact_id, role, ordinals[role], party.surface, name, kind, *where))
            ordinals[role] += 1
        ordinals.clear()
        for part in fact.spans:
            spans.append(
                (fact_id, part.role.value, ordinals[part.role.value], part.span.start, part.span.end)
            )
            ordinals[part.role.value] += 1
    connection.executemany(
        'INSERT INTO fact_parties (fact, role, ordinal, surface, name, kind, start, "end")'
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        parties,
    )
    connection.executemany(
        'INSERT INTO fact_spans (fact, role, ordinal, start, "end") VALUES (?, ?, ?, ?, ?)', spans
    )
