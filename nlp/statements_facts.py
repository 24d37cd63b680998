"""From a draft to a StatementFact: spans, kind by the marks, parties."""

from db.records import Fact, FactSpan, Party, QuoteKind, SpanRole, StatementFact
from nlp.extensions import evidence_of, span_of
from nlp.statements_parties import voice_of
from nlp.statements_persons import Persons
from nlp.statements_reader import Draft, Reader

DIRECT, SOME = 0.9, 0.05  # share of the words in marks: above is direct, under is indirect


def quote_kind(reader: Reader, spans: list[tuple[int, int]]) -> QuoteKind:
    """Direct, mixed or indirect by the share of words inside quotation marks."""
    total = quoted = 0
    for start, end in spans:
        words = reader.doc.char_span(start, end, alignment_mode="expand") or ()
        for token in words:
            if token.is_alpha or token.like_num:
                total += 1
                quoted += reader.quote_at[token.i] >= 0
    if not total or quoted / total < SOME:
        return QuoteKind.INDIRECT
    return QuoteKind.DIRECT if quoted / total >= DIRECT else QuoteKind.MIXED


def fact_of(reader: Reader, persons: Persons, draft: Draft) -> Fact:
    """The fact that `draft` tells; remembers who spoke."""
    doc = reader.doc
    spans = [FactSpan(SpanRole.QUOTE, span_of(doc, *s)) for s in draft.spans]
    start, end = draft.start, draft.end
    if draft.cue_span is not None:
        spans.append(FactSpan(SpanRole.CUE, span_of(doc, *draft.cue_span)))
        start, end = min(start, draft.cue_span[0]), max(end, draft.cue_span[1])
    parties: list[Party] = []
    source_type = None
    if draft.speaker is not None:
        said_by = span_of(doc, draft.speaker.start, draft.speaker.end)
        beside_cue = span_of(doc, *draft.speaker.at) if draft.speaker.at is not None else said_by
        spans.append(FactSpan(SpanRole.SPEAKER, beside_cue))
        voice = voice_of(reader, persons, draft.speaker)
        parties.extend(voice.parties)
        source_type = voice.source_type
        if voice.entity is not None:
            persons.spoke.append((said_by.start, voice.entity))
    return StatementFact(
        kind="statement",
        evidence=evidence_of(doc, start, end),
        parties=tuple(parties),
        spans=tuple(spans),
        cue=span_of(doc, *draft.cue_span).text if draft.cue_span else None,
        cue_class=draft.cue_class,
        rule=f"statement: {draft.rule}",
        confidence=draft.confidence,
        quote_kind=quote_kind(reader, draft.spans),
        cue_lemma=draft.cue_lemma,
        polarity=draft.polarity,
        source_type=source_type,
        detail={"nested": True} if draft.nested else {},
    )
