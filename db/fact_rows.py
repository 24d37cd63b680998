"""Records as rows of the store: facts, their parties and spans, mentions; stable ids, provenance checked.

No SQL runs here: one text after the other (db/facts.py) and thousands at once (db/bulk.py) write the same rows.
"""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import fields
from enum import Enum
from functools import cache, partial
from operator import attrgetter
from typing import Any

from db.errors import ProvenanceError
from db.kinds import FAMILIES
from db.records import Annotation, Fact, Span, SpanRole

Values = tuple[Any, ...]
_sha256 = partial(hashlib.sha256, usedforsecurity=False)

#: Columns of `facts` that a record fills under the same name.
COLUMNS = (
    "amount", "amount_text", "low", "high", "currency", "conversion_amount", "conversion_currency", "pct",
    "share_kind", "relation_type", "per", "bound", "approx", "undisclosed", "part_of", "place", "as_of", "list",
    "list_text", "list_inferred", "action", "count", "reason", "cue", "cue_lemma", "cue_class", "polarity",
    "quote_kind", "in_headline", "source_type", "topic", "modality", "standing", "stance_cue", "attribution",
    "rule", "confidence",
)  # fmt: skip
#: Columns that every fact has, whatever its family, in the order of `fact_values`.
SPINE = (
    "id", "article", "text", "kind", "twin", "loose", "start", "end", "quote", "detail", "fingerprint",
)  # fmt: skip
#: Family -> columns that its record fills.
OWN = {
    family: tuple(field.name for field in fields(record) if field.name in COLUMNS)
    for family, record in FAMILIES.items()
}
#: Family -> its columns that a decision about a fact is about; None where the family lacks one.
_DECIDED = {
    family: tuple(
        name if name in OWN[family] else None
        for name in ("amount_text", "list", "action", "pct", "relation_type")
    )
    for family in OWN
}
_DECIDED_SPANS = (SpanRole.QUOTE, SpanRole.AMOUNT, SpanRole.PCT)
_TAKE = {family: attrgetter(*names) for family, names in OWN.items()}
MENTION_SQL = (
    'INSERT INTO mentions (text, n, start, "end", surface, kind, entity, long_name, how)'
    " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)"
)
PARTY_SQL = (
    'INSERT INTO fact_parties (fact_n, role, ordinal, surface, long_name, kind, start, "end")'
    " VALUES (?, ?, ?, ?, ?, ?, ?, ?)"
)
SPAN_SQL = 'INSERT INTO fact_spans (fact_n, role, ordinal, start, "end") VALUES (?, ?, ?, ?, ?)'


def hash_of(*parts: str) -> str:
    return _digest("\x1f".join(parts))


def _digest(text: str) -> str:
    return _sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def fact_ids(url: str, facts: Sequence[Fact]) -> list[tuple[str, str]]:
    """(id, twin) of each fact: hashes of its key with and without the article, with an ordinal among equals."""
    seen: dict[tuple[str, ...], int] = {}
    ids = []
    for fact in facts:
        key = fact.key()
        ordinal = seen.get(key, 0)
        seen[key] = ordinal + 1
        words = "\x1f".join((*key, str(ordinal)))
        ids.append((_digest(f"{url}\x1f{words}")[:16], _digest(words)[:8]))
    return ids


def loose_key(fact: Fact) -> str:
    """Hash of what a person who reviewed the fact decided on: kind, parties and values as written, no sentence.

    A reviewed fact that a new text or a new rule no longer finds in the same words suppresses others of its key.
    """
    parties = sorted([f"{party.role._value_}={_plainly(party.surface)}" for party in fact.parties])
    values = [_plainly(s.span.text) for s in fact.spans if s.role in _DECIDED_SPANS]
    written = ["None" if name is None else str(getattr(fact, name)) for name in _DECIDED[fact.family]]
    if not parties and not values:
        values = [_plainly(fact.evidence.text)]
    return hash_of(fact.kind, *parties, *values, *written)[:8]


def _plainly(text: str) -> str:
    return " ".join(text.casefold().split())


def check_span(body: str, span: Span) -> None:
    """Hold the provenance invariant.

    Raises:
        ProvenanceError: the text at the span's offsets is not the span's text.
    """
    if not span.text or body[span.start : span.end] != span.text:
        raise ProvenanceError(
            f"span [{span.start}, {span.end}) says {span.text!r}, text has {body[span.start : span.end]!r}"
        )


def fact_values(fact: Fact, fact_id: str, twin: str, article: int, text: int, version: str) -> Values:
    """The row of `fact`: the columns of SPINE, then those of its family in OWN."""
    evidence = fact.evidence
    quote: str | None = None
    for part in fact.spans:
        if part.role is SpanRole.QUOTE:
            quote = part.span.text if quote is None else f"{quote} ... {part.span.text}"
    detail = "{}"
    if fact.detail:
        detail = json.dumps(dict(fact.detail), ensure_ascii=False, sort_keys=True, default=str)
    return (
        fact_id, article, text, fact.kind, twin, loose_key(fact), evidence.start, evidence.end,
        quote or None, detail, version,
        *[v if type(v) in _PLAIN else _plain(v) for v in _TAKE[fact.family](fact)],
    )  # fmt: skip


_PLAIN = frozenset((type(None), str, float, int))  # as SQLite takes them


def _plain(value: Any) -> Any:
    if isinstance(value, Enum):
        return value._value_
    return int(value) if isinstance(value, bool) else float(value)


@cache
def fact_insert(family: str) -> str:
    """INSERT of what `fact_values` gives for a family, and behind it of `first_seen` and `n`."""
    names = (*SPINE, *OWN[family], "first_seen", "n")
    columns = ", ".join(f'"{name}"' for name in names)
    return f"INSERT INTO facts ({columns}) VALUES ({', '.join('?' * len(names))})"


@cache
def fact_update(family: str) -> str:
    """UPDATE of a known fact with what `fact_values` gives, and behind it `changed` and its n: it is live again."""
    sets = ", ".join([f'"{name}" = ?' for name in (*SPINE, *OWN[family], "changed")])
    return f"UPDATE facts SET state = 'live', {sets} WHERE n = ?"


def mention_values(annotation: Annotation, text: int, body: str) -> list[Values]:
    """The rows of `mentions`, in the order of the annotation.

    Raises:
        ProvenanceError: a mention does not stand where it says.
    """
    rows = []
    names = [entity.name for entity in annotation.entities]
    for n, m in enumerate(annotation.mentions, 1):
        if body[m.start : m.end] != m.text or not m.text:
            check_span(body, m.span)
        name = names[m.entity]
        rows.append(
            (
                text,
                n,
                m.start,
                m.end,
                m.text,
                m.kind._value_,
                m.entity,
                None if name == m.text else name,
                m.how,
            )
        )
    return rows


def part_values(fact: Fact, number: int, body: str) -> tuple[list[Values], list[Values]]:
    """The rows of `fact_parties` and of `fact_spans` for the fact with this `n`.

    Raises:
        ProvenanceError: the evidence, a party or a span does not stand where it says.
    """
    check_span(body, fact.evidence)
    parties: list[Values] = []
    seen: dict[str, int] = {}
    for party in fact.parties:
        role, span, kind = party.role._value_, party.span, party.kind
        where: tuple[int | None, int | None] = (None, None)
        if span is not None:
            check_span(body, span)
            where = (span.start, span.end)
        ordinal = seen.get(role, 0)
        seen[role] = ordinal + 1
        name = party.name if party.name and party.name != party.surface else None
        parties.append((number, role, ordinal, party.surface, name, kind and kind._value_, *where))
    spans: list[Values] = []
    seen = {}
    for part in fact.spans:
        check_span(body, part.span)
        role = part.role._value_
        ordinal = seen.get(role, 0)
        seen[role] = ordinal + 1
        spans.append((number, role, ordinal, part.span.start, part.span.end))
    return parties, spans
