"""The `statements` component: who said what, with which verb, as StatementFacts.

Quotations are joined to the cues beside them (statements_direct), contents without marks are read off the
parse (statements_contents), both meet here: one statement for each cue.
"""

import re

from spacy.language import Language
from spacy.tokens import Doc, Token

from db.records import Fact
from nlp import extensions as _extensions  # noqa: F401  registers doc._
from nlp.statements.contents import contents_of
from nlp.statements.cues import Cue
from nlp.statements.cuts import Content
from nlp.statements.direct import Attached, attach_quotes
from nlp.statements.facts import fact_of, refusal_fact
from nlp.statements.followups import announced, bare_quotes, go_on
from nlp.statements.layouts import layout_statements
from nlp.statements.nouns import noun_statements
from nlp.statements.persons import Persons, source_words
from nlp.statements.reader import Draft, Reader, Speaker, read
from nlp.statements.refusals import Refusal, refusals
from nlp.statements.sources import source_phrases
from nlp.statements.speakers import mention_of, speaker_of
from nlp.statements.stance import is_negated, modality_of
from nlp.statements.subjects import is_passive

#: Cues whose object is the person spoken to.
TELLING = frozenset({"tell", "inform", "assure", "reassure", "remind", "advise", "ask", "warn", "brief"})


#: The paper speaks of itself: "an earlier version of this article said".
OWN_REPORT = re.compile(r"\bversion of (?:this|the|our) (?:article|report|story|column)\b", re.IGNORECASE)


class Statements:
    """One statement for each cue, nested ones marked."""

    def __call__(self, doc: Doc) -> Doc:
        doc._.facts += tuple(self.find(doc))
        return doc

    def find(self, doc: Doc) -> list[Fact]:
        reader = read(doc)
        persons = Persons.of(reader)
        told: list[Draft | Refusal] = [*self.drafts(reader), *refusals(reader)]
        told.sort(key=lambda one: _told_at(reader, one))  # who spoke before says whom a pronoun means
        return [
            fact_of(reader, persons, one) if isinstance(one, Draft) else refusal_fact(reader, persons, one)
            for one in told
        ]

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
        said = {span[0] for draft in drafts for span in draft.spans}
        drafts += (draft for draft in noun_statements(reader) if draft.start not in said)
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
            far = content is not None and content.ranges[0][0] > cue.end + 2
            if attached.begin is not None and far and content is not None and content.frame == "clause":
                content = (
                    None  # '"...," Roe said of the firm, which grew': the quotation is all that was said
                )
        if content is not None:
            rule = content.frame if attached is None else "direct"
            for content_range in content.ranges:
                spans = _add(spans, reader.chars(*content_range))
        if not spans or is_negated(cue.verb):
            return None
        speaker = speaker_of(reader, cue.verb, attached.begin if attached is not None else None)
        if speaker is not None and cue.word.lemma == "ask" and speaker.head.lower_ in ("we", "i"):
            return None  # the reporter asks
        takes = content.takes if content is not None and attached is None else "quote"
        cue_class, polarity = cue.word.meaning(takes)
        if content is not None and content.agent is not None and speaker is None:
            speaker = mention_of(reader, content.agent, "agent")
        if cue_class == "find" and not (_may_find(speaker) and _is_finding(reader, cue, content)):
            return None
        if speaker is None and attached is None and _nobodys(cue, content):
            return None
        if speaker is not None and OWN_REPORT.search(reader.text, speaker.start, speaker.end):
            return None
        modality, stance_cue = modality_of(cue.verb)
        target = content.target if content is not None else None
        addressee = content.addressee if content is not None else None
        return Draft(
            cue=cue,
            spans=sorted(spans),
            rule=rule,
            speaker=speaker,
            cue_span=reader.chars(cue.verb.i, cue.end - 1),
            cue_lemma=cue.lemma,
            cue_class=cue_class,
            polarity=polarity,
            target=reader.chars(target.left_edge.i, target.right_edge.i) if target is not None else None,
            addressee=_noun(reader, addressee) if addressee is not None else _told(reader, cue),
            topic=_topic(reader, cue) if rule in ("direct", "clause") else None,
            modality=modality,
            stance_cue=stance_cue,
        )


def _nobodys(cue: Cue, content: Content | None) -> bool:
    """True where a missing speaker means that nothing was said by anybody.

    "asked about the deal" is the reporter's question, "what is called a node" a name, "safe to say" a figure of
    speech, "holders are advised to wait" a notice's formula. A passive like "was accused of theft" stays, as a statement without a source.
    """
    if cue.word.lemma in ("ask", "question") or (content is not None and content.frame == "name"):
        return True
    if content is not None and content.frame == "tell" and is_passive(cue.verb):
        return any(c.dep_ in ("aux", "auxpass") and c.tag_ in ("VBP", "VBZ") for c in cue.verb.lefts)
    if cue.word.lemma == "tell" and is_passive(cue.verb):  # "..., I'm told": the writer has it from somebody
        return any(c.dep_ == "nsubjpass" and c.lower_ in ("i", "we") for c in cue.verb.lefts)
    return not is_passive(cue.verb) and (
        cue.verb.tag_ == "VB" or (content is not None and content.frame == "object")
    )


def _may_find(speaker: Speaker | None) -> bool:
    """True for a document or body, whose findings are statements."""
    if speaker is None:
        return False
    head, words = speaker.head, source_words()
    finders = words.documents | words.bodies | words.finders
    titles = {c.lower_ for c in head.lefts}  # Judge Jane Roe
    return head.ent_type_ == "ORG" or head.lemma_.lower() in finders or bool(titles & words.finders)


def _is_finding(reader: Reader, cue: Cue, content: Content | None) -> bool:
    """True for "held that ..."; "held $2 billion" and "hold him accountable" are no findings."""
    if cue.word.lemma not in ("hold", "determine"):
        return True
    return content is not None and reader.doc[content.ranges[0][0]].lower_ == "that"


def _noun(reader: Reader, token: Token) -> tuple[int, int]:
    """Characters of a noun with what stands before it."""
    return reader.chars(token.left_edge.i, token.i)


def _told(reader: Reader, cue: Cue) -> tuple[int, int] | None:
    """Whom somebody told: the object beside the cue."""
    if cue.word.lemma not in TELLING:
        return None
    person = next((c for c in cue.verb.rights if c.dep_ in ("dobj", "dative") and not reader.quoted(c)), None)
    return _noun(reader, person) if person is not None else None


def _topic(reader: Reader, cue: Cue) -> tuple[int, int] | None:
    """What the cue says it is about: "said of the ban", "told reporters about the talks"."""
    for child in cue.verb.rights:
        if child.dep_ == "prep" and child.lower_ in ("of", "about") and not reader.quoted(child):
            inner = next((c for c in child.rights if c.dep_ == "pobj"), None)
            if inner is not None:
                return reader.chars(inner.left_edge.i, inner.right_edge.i)
    return None


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


def _told_at(reader: Reader, draft: Draft | Refusal) -> int:
    """Where the speaker or the cue stands: the order in which a reader learns who speaks."""
    if draft.speaker is not None:
        return draft.speaker.start
    if isinstance(draft, Refusal):
        return reader.starts[draft.first]
    return draft.cue_span[0] if draft.cue_span is not None else draft.start


def _settle(drafts: list[Draft]) -> list[Draft]:
    """Drafts by position; one inside another is marked as nested."""
    drafts.sort(key=lambda d: (d.start, -d.end))
    for i, draft in enumerate(drafts):
        for other in drafts[max(0, i - 8) : i]:
            if any(a <= draft.start and draft.end <= b for a, b in other.spans):
                cue = draft.cue_span
                if cue is None or any(a <= cue[0] < b for a, b in other.spans):
                    draft.nested, draft.within = True, other
    return drafts


@Language.factory(
    "tradewire_statements", requires=["doc._.quotes", "doc._.mentions"], assigns=["doc._.facts"]
)
def make_statements(nlp: Language, name: str) -> Statements:
    return Statements()
