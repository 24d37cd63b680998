"""Adapter of the statements gold: rows with a text in, predicted statements out.

Quotations and speakers are given as character offsets. Statements inside another statement are kept by the
pipeline and left out here: the gold annotates the outermost one only.
"""

from collections.abc import Iterable, Iterator
from typing import Any

from spacy.language import Language
from spacy.tokens import Doc

from db.records import ArticleContext, Role, SpanRole, StatementFact
from nlp.pipeline import make_doc


def predict(rows: Iterable[dict[str, Any]], pipeline: Language) -> Iterator[dict[str, Any]]:
    """One prediction for each gold row, in order."""
    for row in rows:
        doc = pipeline(make_doc(pipeline, row["text"], ArticleContext()))
        yield {"id": row["id"], "statements": statements_of(doc)}


def statements_of(doc: Doc) -> list[dict[str, Any]]:
    """The statements of `doc` as the scorer wants them."""
    found = []
    for fact in doc._.facts:
        if not isinstance(fact, StatementFact) or fact.kind != "statement" or fact.detail.get("nested"):
            continue
        spans = {role: [s.span for s in fact.spans if s.role is role] for role in SpanRole}
        speaker, cue = spans[SpanRole.SPEAKER], spans[SpanRole.CUE]
        named = fact.party(Role.SPEAKER_PERSON) or fact.party(Role.SPEAKER)
        found.append(
            {
                "quote": [[s.start, s.end] for s in spans[SpanRole.QUOTE]],
                "cue": [cue[0].start, cue[0].end] if cue else None,
                "speaker": [speaker[0].start, speaker[0].end] if speaker else None,
                "speaker_name": (named.name or named.surface) if named else None,
                "kind": str(fact.quote_kind),
            }
        )
    return found
