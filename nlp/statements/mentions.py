"""The mentions of a text as the rules about speakers take them: lone family names, short names, words that fit a body."""

import re
from dataclasses import replace

from spacy.tokens import Doc

from db.records import EntityKind, Mention

BODIES = frozenset({EntityKind.COMPANY, EntityKind.AGENCY, EntityKind.ORGANISATION, EntityKind.MEDIA})
#: "-yang" of "Gwon Tae-yang": the rest of a given name that was cut at its hyphen.
SYLLABLE = re.compile(r"-[^\W\d_A-Z]{2,7}\b(?!-)")
INITIALS = re.compile(r"[A-Z]{2,5}")
TELLING = ("told ", "tells ", "telling ")
TITLED = re.compile(r"\b(?:Mr|Mrs|Ms|Dr|Sir|Herr|Frau)\.? $")
#: Kinds of public body: a name that has one of them is not meant by another.
OFFICES = frozenset(
    {"ministry", "department", "bureau", "commission", "court", "council", "committee", "embassy"}
)
#: Those whose names nearly always have the word in them.
NAMED_SO = frozenset({"court", "council", "committee", "embassy", "commission"})


def fits(word: str, name: str) -> bool:
    """True where "the court", "the ministry" may mean the body called `name`; the Treasury is no court."""
    if word not in OFFICES:
        return True
    words = set(name.lower().split())
    return word in words or (word not in NAMED_SO and not words & OFFICES)


def with_short_names(doc: Doc) -> tuple[Mention, ...]:
    """The mentions of `doc`, lone words read as what the text calls so in full.

    A family name ("Xu" of "Xu Tianran") is the person where it was taken for a body that no list knows, the first word of
    a company ("Olmen" of "Olmen Laser AG") is the company where it was taken for a person.
    """
    text = doc.text
    mentions = [_whole(doc, text, mention) for mention in doc._.mentions]
    people: dict[str, set[int]] = {}
    firms: dict[str, set[int]] = {}
    for mention in mentions:
        words = mention.text.split()
        if len(words) < 2:
            continue
        if mention.kind is EntityKind.PERSON:
            if _opens_with_verb(doc, mention):  # "Adding Olmen to the list"
                continue
            for word in {words[0], words[-1]}:
                people.setdefault(word, set()).add(mention.entity)
        elif mention.kind is EntityKind.COMPANY and mention.how not in ("pronoun", "description"):
            firms.setdefault(words[0], set()).add(mention.entity)
    bodies = {w for m in mentions if m.kind in BODIES and " " in m.text for w in m.text.split()}
    kept = []
    for mention in mentions:
        if mention.kind is EntityKind.PERSON and _is_body(text, mention):
            mention = replace(mention, kind=EntityKind.ORGANISATION)
        named = people.get(mention.text, ()) if mention.text not in bodies else ()
        if mention.kind in BODIES and mention.company is None and len(named) == 1:
            mention = replace(mention, kind=EntityKind.PERSON, entity=next(iter(named)))
        firm = firms.get(mention.text, ()) if mention.text not in people else ()
        if mention.kind is EntityKind.PERSON and len(firm) == 1 and not _titled(text, mention.start):
            mention = replace(mention, kind=EntityKind.COMPANY, entity=next(iter(firm)))
        kept.append(mention)
    return tuple(kept)


def _opens_with_verb(doc: Doc, mention: Mention) -> bool:
    span = doc.char_span(mention.start, mention.end, alignment_mode="expand")
    return span is not None and len(span) > 0 and span[0].tag_ in ("VBG", "VBD", "VBZ", "VBP", "VB")


def _titled(text: str, start: int) -> bool:
    """True behind "Mr.", "Frau"."""
    return TITLED.search(text, max(0, start - 6), start) is not None


def _whole(doc: Doc, text: str, mention: Mention) -> Mention:
    """`mention` with the rest of its given name, where the finder of names ended it at the hyphen of "Tae-yang"."""
    rest = SYLLABLE.match(text, mention.end) if mention.kind is EntityKind.PERSON else None
    span = doc.char_span(mention.end, rest.end()) if rest is not None else None
    if rest is None or span is None or any(t.ent_type_ != "PERSON" for t in span):
        return mention
    return replace(mention, end=rest.end(), text=text[mention.start : rest.end()])


def _is_body(text: str, mention: Mention) -> bool:
    """True for initials that are no speaker's label: "told CNQ", "tells CNQ: ..."."""
    if INITIALS.fullmatch(mention.text) is None:
        return False
    return text[mention.end : mention.end + 1] != ":" or text.endswith(TELLING, 0, mention.start)
