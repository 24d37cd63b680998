"""Statements shown by layout: "Name: words", quotations with a dash and a name behind them, headlines.

A label speaks only when it names a person or body, when the words behind it stand in marks, or when it comes
back as a transcript's labels do; "Update:" and "Samsung: shares fell" say nothing about a speaker.
"""

import re
from collections import Counter
from collections.abc import Iterator

from spacy.tokens import Token

from db.records import BlockKind, EntityKind, Mention
from nlp.statements.mentions import BODIES
from nlp.statements.persons import source_words
from nlp.statements.reader import Draft, Reader
from nlp.statements.speakers import mention_of

#: "15.31 ", "3:04 p.m. - ": the time before an entry of a live report.
TIME = r"(?:\d{1,2}[.:]\d{2}\s*(?:[ap]\.?m\.?)?\s*[-–—:]?\s*)?"
LABEL = re.compile(TIME + r"[\"“'‘]?(?P<name>[^:\n\"“”]{2,90}?)(?:\s*[(\[][^)\]]*[)\]])?\s*:\s+(?=\S)")
DASH = re.compile(r"\s*(—|–|―|--?|~)\s*(?=[A-Z])")
HEADLINES = 3  # blocks at the top that may be a headline
MAX_NAME = 12  # tokens of a label or of the name behind a dash


def layout_statements(reader: Reader, owned: set[int]) -> Iterator[Draft]:
    """Statements of labels, dashes and headlines. `owned`: first tokens of quotations that have a cue."""
    starts = _first_tokens(reader)
    matches = {
        number: match
        for number, b in enumerate(reader.blocks)
        if (match := _label_of(reader.text, b.start, b.end))
    }
    labels = Counter(match["name"].strip() for match in matches.values())
    for number, (first, last) in starts.items():
        draft = _behind_dash(reader, number, owned)
        if draft is None and number in matches:
            draft = _label(reader, number, first, last, matches[number], labels)
        if draft is None and number < HEADLINES:
            draft = _headline_end(reader, number, first, last)
        if draft is not None:
            yield draft


def _label_of(text: str, start: int, end: int) -> re.Match[str] | None:
    """A label at the head of the block; most blocks have no colon."""
    return LABEL.match(text, start, end) if ":" in text[start:end] else None


def _first_tokens(reader: Reader) -> dict[int, tuple[int, int]]:
    """First and last token of each block that has any."""
    found: dict[int, tuple[int, int]] = {}
    first, before = 0, -1
    for i, number in enumerate([*reader.block_at, -1]):
        if number != before:
            if before >= 0:
                found.setdefault(before, (first, i - 1))
            first, before = i, number
    return found


def _named(token: Token) -> bool:
    return token.ent_type_ in ("PERSON", "ORG", "NORP", "GPE")


def _mentioned(reader: Reader, label: tuple[int, int]) -> bool:
    """True for a label that is a name the text has elsewhere too: 'Halden: "We are ready"' in a live report."""
    mentions: tuple[Mention, ...] = reader.doc._.mentions
    own = [m for m in mentions if m.start == label[0] and m.end == label[1] and m.how != "description"]
    return any(m.kind in BODIES for m in own) and any(
        m.entity == own[0].entity and m.start != label[0] for m in mentions
    )


def _short_named(reader: Reader, label: tuple[int, int]) -> bool:
    """True for a label that is the family name of somebody named in full: "Sudwell: We have applied"."""
    return any(
        m.start == label[0] and m.end == label[1] and m.kind is EntityKind.PERSON and m.how == "short-form"
        for m in reader.doc._.mentions
    )


def _label(
    reader: Reader, number: int, first: int, last: int, match: re.Match[str], labels: Counter[str]
) -> Draft | None:
    """NAME: words. The words are the rest of the block."""
    doc, block = reader.doc, reader.blocks[number]
    colon = next(
        (
            i
            for i in range(first, min(first + MAX_NAME + 8, last))
            if doc[i].text == ":" and doc[i].idx >= match.end("name")
        ),
        None,
    )
    if colon is None:
        return None
    name = [
        doc[i]
        for i in range(first, colon)
        if match.start("name") <= doc[i].idx < match.end("name") and not doc[i].is_punct
    ]
    if not name or len(name) > MAX_NAME:
        return None
    if any(t.i in reader.cue_at or t.tag_ in ("VBZ", "VBD", "VBP", "MD") for t in name):
        return None
    text = match["name"].strip()
    said = reader.text[match.end() : block.end]
    quoted = said[:1] in "\"“'‘«"
    person = any(t.ent_type_ == "PERSON" for t in name) or _short_named(reader, match.span("name"))
    headline = number < HEADLINES and block.kind is BlockKind.HEADING
    noun = name[-1]
    owned = any(_named(t) or t.dep_ == "poss" for t in name)  # "Official release:" is whose?
    document = headline and len(name) <= 3 and owned and noun.lower_ in source_words().documents
    body = any(_named(t) for t in name) or (quoted and _mentioned(reader, match.span("name")))
    capitals = all(t.text[:1].isupper() for t in name)
    transcript = labels[text] >= 2 and (person or text.isupper() or (capitals and len(name) >= 2))
    if not (
        transcript
        or document
        or (headline and body)
        or (quoted and (person or body))
        or (person and len(name) <= 4 and capitals)
    ):
        return None
    head = next((t for t in reversed(name) if t.ent_type_ == "PERSON"), noun)
    return Draft(
        cue=None,
        spans=[(match.end(), block.end)],
        rule="headline" if headline else "label",
        speaker=mention_of(reader, head, "label"),
        cue_span=reader.chars(colon, colon),
        cue_lemma=":",
        cue_class="say",
    )


def _behind_dash(reader: Reader, number: int, owned: set[int]) -> Draft | None:
    """ "Words." - Name, title. The name is all that stands behind the quotation."""
    doc = reader.doc
    quotes = reader.quotes_of.get(number, [])
    if not quotes or quotes[-1].first in owned:
        return None
    lead = reader.text[reader.blocks[number].start : quotes[0].quote.start]
    if re.fullmatch(TIME, lead) is None and not (len(lead) < 40 and lead.rstrip().endswith(":")):
        return None
    end = quotes[-1].quote.end
    dash = DASH.match(reader.text, end, reader.blocks[number].end)
    if dash is None:
        return None
    behind = reader.tokens(dash.end(), reader.blocks[number].end)
    tail = [
        behind.start - 1,
        *(i for i in behind if not doc[i].is_space),
    ]  # the dash may be glued to the mark
    if len(tail) < 2 or len(tail) > MAX_NAME + 4:
        return None
    if not doc[tail[1]].text[:1].isupper() or any(doc[i].tag_ in ("VBZ", "VBD", "VBP", "MD") for i in tail):
        return None
    head = next((doc[i] for i in tail[1:] if doc[i].text == ","), None)
    name_end = head.i - 1 if head is not None else tail[-1]
    names = [doc[i] for i in range(tail[1], name_end + 1) if doc[i].pos_ in ("PROPN", "NOUN")]
    if not names:
        return None
    return Draft(
        cue=None,
        spans=[(q.quote.start, q.quote.end) for q in quotes],
        rule="dash",
        speaker=mention_of(reader, names[-1], "dash"),
        cue_span=dash.span(1),
        cue_lemma="—",
        cue_class="say",
    )


def _headline_end(reader: Reader, number: int, first: int, last: int) -> Draft | None:
    """Words: Name. Only in a headline, and only for a person, body or report."""
    doc, block = reader.doc, reader.blocks[number]
    if block.kind is not BlockKind.HEADING:
        return None
    colon = next((i for i in range(last, first, -1) if doc[i].text in (":", "—", "–")), None)
    if colon is None or not 0 < last - colon <= 4 or colon - first < 3:
        return None
    name = [doc[i] for i in range(colon + 1, last + 1)]
    if not all(t.text[:1].isupper() or t.text == "of" for t in name) or any(t.pos_ == "VERB" for t in name):
        return None
    if not any(_named(t) for t in name) and name[-1].lower_ not in source_words().documents:
        return None
    return Draft(
        cue=None,
        spans=[reader.chars(first, colon - 1)],
        rule="headline",
        speaker=mention_of(reader, name[-1], "label"),
        cue_span=reader.chars(colon, colon),
        cue_lemma=":",
        cue_class="say",
    )
