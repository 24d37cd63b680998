"""The `statements` component: who said what, with which verb, as StatementFacts.

Quotations are joined to the cues beside them (statements_direct), contents without marks are read off the
parse (statements_contents), both meet here: one statement for each cue.
"""

from spacy.language import Language
from spacy.tokens import Doc

from db.records import Fact
from nlp import extensions as _extensions  # noqa: F401  registers doc._
from nlp.statements_contents import Content, contents_of
from nlp.statements_cues import Cue, packaged_cues
from nlp.statements_direct import Attached, attach_quotes
from nlp.statements_facts import fact_of
from nlp.statements_followups import announced, bare_quotes, go_on
from nlp.statements_layouts import layout_statements
from nlp.statements_persons import Persons
from nlp.statements_reader import Draft, Reader, read
from nlp.statements_sources import source_phrases
from nlp.statements_speakers import speaker_of


class Statements:
    """One statement for each cue, nested ones marked."""

    def __init__(self) -> None:
        self.words = packaged_cues()

    def __call__(self, doc: Doc) -> Doc:
        doc._.facts += tuple(self.find(doc))
        return doc

    def find(self, doc: Doc) -> list[Fact]:
        reader = read(doc, self.words)
        persons = Persons.of(reader)
        drafts = sorted(self.drafts(reader), key=_told_at)
        return [fact_of(reader, persons, draft) for draft in drafts]

    def drafts(self, reader: Reader) -> list[Draft]:
        """Statements in order of their first word."""
        joined = attach_quotes(reader)
        go_on(reader, joined)
        attached = {a.cue.verb.i: a for a in joined}
        drafts = list(source_phrases(reader))
        for cue in reader.cues:
            draft = self._draft(reader, cue, attached.get(cue.verb.i), contents_of(reader, cue))
            if draft is not None:
                drafts.append(draft)
        owned = {q.first for a in joined for q in a.quotes}
        owned |= _covered(reader, drafts)
        drafts.extend(layout_statements(reader, owned))
        owned |= _covered(reader, drafts)
        drafts.extend(announced(reader, owned))
        drafts.extend(bare_quotes(reader, drafts, owned))
        return _settle(drafts)

    def _draft(
        self, reader: Reader, cue: Cue, attached: Attached | None, content: Content | None
    ) -> Draft | None:
        spans: list[tuple[int, int]] = []
        rule = "direct"
        if attached is not None:
            spans = [(q.quote.start, q.quote.end) for q in attached.quotes]
            if attached.lead is not None:
                spans[0] = (reader.doc[attached.lead[0]].idx, spans[0][1])
        if content is not None:
            rule = content.frame if attached is None else "direct"
            for content_range in content.ranges:
                spans = _add(spans, reader.chars(*content_range))
        if not spans:
            return None
        return Draft(
            cue=cue,
            spans=sorted(spans),
            rule=rule,
            speaker=speaker_of(reader, cue.verb, attached.begin if attached is not None else None),
            cue_span=reader.chars(cue.verb.i, cue.end - 1),
            cue_lemma=cue.lemma,
            cue_class=cue.word.cue_class,
            polarity=cue.word.polarity,
        )


def _add(spans: list[tuple[int, int]], new: tuple[int, int]) -> list[tuple[int, int]]:
    """`spans` with `new`, overlapping ones joined."""
    start, end = new
    kept = []
    for a, b in spans:
        if a < end and start < b:
            start, end = min(a, start), max(b, end)
        else:
            kept.append((a, b))
    return [*kept, (start, end)]


def _covered(reader: Reader, drafts: list[Draft]) -> set[int]:
    """First tokens of the quotations that some statement holds."""
    spans = sorted(span for draft in drafts for span in draft.spans)
    covered, i, reach = set(), 0, -1
    for quote in reader.quotes:
        while i < len(spans) and spans[i][0] < quote.quote.end:
            reach = max(reach, spans[i][1])
            i += 1
        if reach > quote.quote.start:
            covered.add(quote.first)
    return covered


def _told_at(draft: Draft) -> int:
    """Where the speaker or the cue stands: the order in which a reader learns who speaks."""
    if draft.speaker is not None:
        return draft.speaker.start
    return draft.cue_span[0] if draft.cue_span is not None else draft.start


def _settle(drafts: list[Draft]) -> list[Draft]:
    """Drafts by position; one inside another is marked as nested."""
    drafts.sort(key=lambda d: (d.start, -d.end))
    for i, draft in enumerate(drafts):
        for other in drafts[max(0, i - 8) : i]:
            if any(a <= draft.start and draft.end <= b for a, b in other.spans):
                cue = draft.cue_span
                if cue is None or any(a <= cue[0] < b for a, b in other.spans):
                    draft.nested = True
    return drafts


@Language.factory(
    "tradewire_statements", requires=["doc._.quotes", "doc._.mentions"], assigns=["doc._.facts"]
)
def make_statements(nlp: Language, name: str) -> Statements:
    return Statements()
