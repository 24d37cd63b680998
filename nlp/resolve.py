"""Mentions to company records, without spaCy: what the resolve stage does for each text.

First version: what the gazetteer knew while annotating.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from db.records import Entity, EntityKind, Mention
from nlp.gazetteer import AliasTable


@dataclass(frozen=True, slots=True, kw_only=True)
class Resolved:
    """The record that a mention names, and how we know."""

    company: str | None
    method: str
    score: float
    evidence: str


def resolve_document(
    mentions: Sequence[Mention], entities: Sequence[Entity], body: str, table: AliasTable
) -> list[Resolved]:
    """One answer a mention, in order."""
    return [
        Resolved(
            company=entities[mention.entity].company if mention.kind is EntityKind.COMPANY else None,
            method=mention.how,
            score=mention.confidence,
            evidence=mention.text,
        )
        for mention in mentions
    ]
