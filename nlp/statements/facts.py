"""From drafts and refusals to StatementFacts: spans, kind by the marks, parties, stance."""

from dataclasses import replace
from typing import Any

from spacy.tokens import Doc

from db.records import (
    BlockKind,
    EntityKind,
    Fact,
    FactSpan,
    Mention,
    Party,
    QuoteKind,
    Role,
    Span,
    SpanRole,
    StatementFact,
)
from nlp.extensions import evidence_of, party_of, span_of
from nlp.statements.mentions import BODIES
from nlp.statements.parties import Voice, voice_of
from nlp.statements.persons import Persons, source_words
from nlp.statements.reader import Draft, Reader, Speaker
from nlp.statements.refusals import Refusal

DIRECT, SOME = 0.9, 0.05  # share of the words in marks: above is direct, under is indirect
MAX_EVIDENCE = 4000  # characters beside the statement; more is a text without full stops
MOST_ABOUT = 8  # parties a statement is about; longer lists are enumerations
HEADLINE_BLOCKS = 2  # a headline and perhaps a second line above the text
#: Cues that go on with what was said before.
GOING_ON = frozenset({"add", "continue", "go on"})
#: Bodies that mostly stand without a name of their own: "the army's programme office".
INSTITUTIONS = frozenset(
    {"office", "administration", "bureau", "department", "board", "committee", "service"}
)
#: Share of right statements of each rule, rounded down; measured on newspaper articles (docs/facts-statements.md).
CONFIDENCE = {
    "direct": 0.95, "clause": 0.9, "according to": 0.9, "dash": 0.95, "label": 0.9, "headline": 0.7, "urge": 0.85,
    "tell": 0.85, "infinitive": 0.85, "as": 0.85, "name": 0.8, "gerund": 0.8, "clause before": 0.8, "preposition": 0.75,
    "object": 0.7, "colon": 0.75, "follow-up": 0.7,
}  # fmt: skip


def quote_kind(reader: Reader, spans: list[tuple[int, int]]) -> QuoteKind:
    """Direct, mixed or indirect by the share of words inside quotation marks."""
    total = quoted = 0
    for start, end in spans:
        for i in reader.tokens(start, end):
            token = reader.doc[i]
            if token.is_alpha or token.like_num:
                total += 1
                quoted += reader.quote_at[i] >= 0
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
    voice = Voice()
    if draft.speaker is not None:
        spans.append(FactSpan(SpanRole.SPEAKER, _beside_cue(reader, draft.speaker)))
        voice = _going_on(reader, persons, draft) or voice_of(reader, persons, draft.speaker)
        if not draft.nested:
            persons.last = (reader.block_at[draft.speaker.head.i], voice)
        if voice.entity is not None:
            persons.spoke.append((draft.speaker.start, voice.entity))
        persons.document = None
        if voice.source_type is EntityKind.DOCUMENT:
            words = span_of(doc, draft.speaker.start, draft.speaker.end).text
            persons.document = (draft.speaker.start, words, voice.body)
        elif voice.body is not None:
            persons.bodies_spoke.append((draft.speaker.start, voice.body))
            _remember_issued(persons, draft, voice.body)
        elif voice.source_type is None and draft.speaker.head.lower_ in INSTITUTIONS:
            words = span_of(doc, draft.speaker.start, draft.speaker.end).text
            persons.document = (draft.speaker.start, words, None)  # "The army's programme office ... It"
    parties = [*voice.parties, *_addressee(reader, persons, draft), *_about(reader, persons, draft, voice)]
    detail: dict[str, Any] = {}
    if draft.nested:
        detail["nested"] = True
    outer = draft.within.speaker if draft.within is not None else None
    return StatementFact(
        kind="statement",
        evidence=_evidence(doc, start, end),
        parties=tuple(parties),
        spans=tuple(spans),
        modality=draft.modality,
        stance_cue=draft.stance_cue,
        cue=span_of(doc, *draft.cue_span).text if draft.cue_span else None,
        cue_class=draft.cue_class,
        attribution=span_of(doc, outer.start, outer.end).text if outer is not None else None,
        rule=f"statement: {draft.rule}",
        confidence=CONFIDENCE.get(draft.rule, 0.7) - (0.2 if draft.speaker is None else 0.0),
        quote_kind=quote_kind(reader, draft.spans),
        cue_lemma=draft.cue_lemma,
        polarity=draft.polarity,
        in_headline=_in_headline(reader, draft),
        source_type=voice.source_type,
        topic=span_of(doc, *draft.topic).text if draft.topic is not None else None,
        detail=detail,
    )


def _going_on(reader: Reader, persons: Persons, draft: Draft) -> Voice | None:
    """The voice of the statement before, where "he added" or "it went on" says that the same one goes on."""
    head = draft.speaker.head if draft.speaker is not None else None
    if head is None or persons.last is None or draft.cue_lemma not in GOING_ON:
        return None
    block, voice = persons.last
    if not voice.parties or reader.block_at[head.i] - block not in (0, 1):
        return None
    if len([p for p in voice.parties if p.role is Role.SPEAKER_PERSON]) > 1 or _another(
        persons, draft, voice
    ):
        return None
    human = voice.source_type in (EntityKind.PERSON, EntityKind.UNNAMED)
    if (head.lower_ == "it" and not human and voice.body is not None) or (
        head.lower_ in ("he", "she") and voice.entity is not None and persons.may_be(voice.entity, head)
    ):
        first = voice.parties[0]
        words = _beside_cue(reader, draft.speaker) if draft.speaker is not None else first.span
        name = first.name or first.surface
        return replace(
            voice, parties=(replace(first, surface=head.text, span=words, name=name), *voice.parties[1:])
        )
    return None


def _another(persons: Persons, draft: Draft, voice: Voice) -> bool:
    """True where the sentence names another person outside the words said: "Roe waved, and she added"."""
    if draft.speaker is None:
        return False
    head = draft.speaker.head
    return any(
        m.entity != voice.entity and not any(a <= m.start < b for a, b in draft.spans)
        for m in persons.inside(head.sent.start_char, head.idx)
        if m.kind is EntityKind.PERSON and m.how != "pronoun"
    )


def _remember_issued(persons: Persons, draft: Draft, body: Mention) -> None:
    """Which document the body speaks in: "said in a statement", "announced"; "the statement" is its own then."""
    if draft.cue is None:
        return
    if draft.cue.word.lemma == "announce":
        persons.issued["announcement"] = body
    for prep in draft.cue.verb.children:
        if prep.dep_ == "prep" and prep.lower_ == "in":
            noun = next((c for c in prep.rights if c.dep_ == "pobj"), None)
            if noun is not None and noun.lemma_.lower() in source_words().documents:
                persons.issued[noun.lemma_.lower()] = body


def refusal_fact(reader: Reader, persons: Persons, refusal: Refusal) -> Fact:
    """The fact that somebody did not speak."""
    doc = reader.doc
    cue = span_of(doc, *reader.chars(refusal.first, refusal.last))
    spans = [FactSpan(SpanRole.CUE, cue)]
    voice = Voice()
    if refusal.speaker is not None:
        spans.append(FactSpan(SpanRole.SPEAKER, _beside_cue(reader, refusal.speaker)))
        voice = voice_of(reader, persons, refusal.speaker)
    return StatementFact(
        kind="no_comment",
        evidence=_evidence(doc, cue.start, cue.end),
        parties=voice.parties,
        spans=tuple(spans),
        cue=cue.text,
        cue_class="decline",
        rule="statement: refusal",
        confidence=0.9 if refusal.speaker is not None else 0.6,
        quote_kind=QuoteKind.INDIRECT,
        cue_lemma=refusal.lemma,
        polarity="negative",
        source_type=voice.source_type,
        topic=span_of(doc, *refusal.topic).text if refusal.topic is not None else None,
    )


def _evidence(doc: Doc, start: int, end: int) -> Span:
    """The sentences of the statement; its own words where the text knows no sentences."""
    evidence = evidence_of(doc, start, end)
    return evidence if len(evidence.text) <= MAX_EVIDENCE + (end - start) else span_of(doc, start, end)


def _beside_cue(reader: Reader, speaker: Speaker) -> Span:
    """The word that stands for the speaker beside the cue: "who" in a relative clause."""
    return span_of(reader.doc, *(speaker.at or (speaker.start, speaker.end)))


def _in_headline(reader: Reader, draft: Draft) -> bool:
    at = draft.cue_span[0] if draft.cue_span is not None else draft.start
    first = next(iter(reader.tokens(at, at + 1)), None)
    number = reader.block_at[first] if first is not None else -1
    return 0 <= number < HEADLINE_BLOCKS and reader.blocks[number].kind is BlockKind.HEADING


def _addressee(reader: Reader, persons: Persons, draft: Draft) -> list[Party]:
    if draft.addressee is None:
        return []
    start, end = draft.addressee
    found = next((m for m in persons.inside(start, end)), None)
    if found is not None:
        return [party_of(reader.doc, found, Role.ADDRESSEE)]
    span = span_of(reader.doc, start, end)
    return [Party(role=Role.ADDRESSEE, surface=span.text, span=span)]


def _about(reader: Reader, persons: Persons, draft: Draft, voice: Voice) -> list[Party]:
    """Companies and bodies named in the words said, each once, the speaker's own left out."""
    own = {voice.body.entity} if voice.body is not None else set()
    found: dict[int, Party] = {}
    spans = [*([draft.target] if draft.target is not None else []), *draft.spans]
    for start, end in spans:
        for mention in persons.inside(start, end):
            if mention.kind in BODIES and mention.kind is not EntityKind.MEDIA and mention.entity not in own:
                found.setdefault(mention.entity, party_of(reader.doc, mention, Role.ABOUT))
    return list(found.values())[:MOST_ABOUT]
