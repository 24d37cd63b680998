"""Writing what a text was read to say: mentions, facts, parties and spans, with stable ids.

A re-run compares: the same id stays, a vanished one becomes withdrawn, nothing is deleted. What a person has
confirmed, corrected or rejected is never overwritten.
"""

import hashlib
import json
from collections import Counter
from decimal import Decimal
from enum import Enum
from typing import Any

from db.clock import stamp
from db.errors import ProvenanceError
from db.kinds import packaged_kinds
from db.records import Annotation, Fact, FactSpan, Span, SpanRole

#: Columns of `facts` that a record fills under the same name.
COLUMNS = (
    "amount", "amount_text", "low", "high", "currency", "conversion_amount", "conversion_currency", "pct",
    "share_kind", "relation_type", "per", "bound", "approx", "undisclosed", "part_of", "place", "as_of", "list",
    "list_text", "list_inferred", "action", "count", "reason", "cue", "cue_lemma", "cue_class", "polarity",
    "quote_kind", "in_headline", "source_type", "topic", "modality", "standing", "stance_cue", "attribution",
    "rule", "confidence",
)  # fmt: skip


def fact_ids(url: str, facts: tuple[Fact, ...]) -> list[tuple[str, str]]:
    """(id, twin) of each fact: hashes of its key with and without the article, with an ordinal among equals."""
    seen: Counter[tuple[str, ...]] = Counter()
    ids = []
    for fact in facts:
        key = fact.key()
        ordinal = str(seen[key])
        seen[key] += 1
        ids.append((_hash(url, *key, ordinal)[:20], _hash(*key, ordinal)[:20]))
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
    row = {name: _plain(getattr(fact, name, None)) for name in COLUMNS}
    for flag in ("approx", "undisclosed", "list_inferred", "in_headline"):
        row[flag] = int(bool(row[flag]))
    quotes = [s.span.text for s in fact.spans if s.role is SpanRole.QUOTE]
    row["quote"] = " ... ".join(quotes) or None
    row["detail"] = json.dumps(dict(fact.detail), ensure_ascii=False, sort_keys=True, default=str)
    return row


def _plain(value: Any) -> Any:
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, Decimal):
        return float(value)
    return int(value) if isinstance(value, bool) else value


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
    _write_mentions(connection, text, body, annotation)
    known = {
        row[0]: row[1]
        for row in connection.execute("SELECT id, review FROM facts WHERE article = ?", (article,)).fetchall()
    }
    counts = {"new": 0, "kept": 0, "withdrawn": 0}
    now = stamp()
    found = set()
    for fact, (fact_id, twin) in zip(annotation.facts, fact_ids(url, annotation.facts)):
        assert fact.kind in packaged_kinds(), fact.kind
        check_span(body, fact.evidence)
        for part in fact.spans:
            check_span(body, part.span)
        found.add(fact_id)
        if known.get(fact_id, "auto") != "auto":
            counts["kept"] += 1
            continue  # a person decided; the row stays as it is
        row = {
            "article": article,
            "text": text,
            "kind": fact.kind,
            "state": "live",
            "twin": twin,
            "start": fact.evidence.start,
            "end": fact.evidence.end,
            "sentence": fact.evidence.text,
            **fact_row(fact),
            "fingerprint": fingerprint,
            "changed_at": now,
        }
        if fact_id in known:
            assignments = ", ".join(f'"{name}" = ?' for name in row)
            connection.execute(f"UPDATE facts SET {assignments} WHERE id = ?", (*row.values(), fact_id))
            counts["kept"] += 1
        else:
            row |= {"id": fact_id, "first_seen": now}
            names = ", ".join(f'"{name}"' for name in row)
            connection.execute(
                f"INSERT INTO facts ({names}) VALUES ({', '.join('?' * len(row))})", tuple(row.values())
            )
            counts["new"] += 1
        _write_parts(connection, fact_id, body, fact)
    for fact_id, review in known.items():
        if fact_id not in found and review == "auto":
            changed = connection.execute(
                "UPDATE facts SET state = 'withdrawn', changed_at = ? WHERE id = ? AND state = 'live'",
                (now, fact_id),
            ).rowcount
            counts["withdrawn"] += changed
    return counts


def _write_mentions(connection: Any, text: int, body: str, annotation: Annotation) -> None:
    connection.execute("DELETE FROM mentions WHERE text = ?", (text,))
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


def _write_parts(connection: Any, fact_id: str, body: str, fact: Fact) -> None:
    connection.execute("DELETE FROM fact_parties WHERE fact = ?", (fact_id,))
    connection.execute("DELETE FROM fact_spans WHERE fact = ?", (fact_id,))
    ordinals: Counter[str] = Counter()
    for party in fact.parties:
        if party.span is not None:
            check_span(body, party.span)
        connection.execute(
            'INSERT INTO fact_parties (fact, role, ordinal, surface, name, kind, start, "end")'
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            (
                fact_id,
                party.role.value,
                ordinals[party.role.value],
                party.surface,
                party.name or party.surface,
                None if party.kind is None else party.kind.value,
                None if party.span is None else party.span.start,
                None if party.span is None else party.span.end,
            ),
        )
        ordinals[party.role.value] += 1
    spans = (FactSpan(SpanRole.EVIDENCE, fact.evidence), *fact.spans)
    counts: Counter[str] = Counter()
    for part in spans:
        connection.execute(
            'INSERT INTO fact_spans (fact, role, ordinal, start, "end") VALUES (?, ?, ?, ?, ?)',
            (fact_id, part.role.value, counts[part.role.value], part.span.start, part.span.end),
        )
        counts[part.role.value] += 1
