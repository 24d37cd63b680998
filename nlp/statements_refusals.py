"""Refusals to speak as facts of their own: "declined to comment", "did not respond", "could not be reached".

A refusal tells nothing that was said, so it has a cue and a speaker and no words.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from spacy.tokens import Token

from nlp.statements_reader import Reader, Speaker
from nlp.statements_speakers import is_passive, mention_of, speaker_of, subject_of

REFUSE = frozenset({"decline", "refuse"})
SPEAK = frozenset(
    {"comment", "say", "discuss", "elaborate", "answer", "respond", "reply", "speak", "confirm", "explain", "identify",
     "talk", "disclose", "specify", "address", "clarify", "detail", "name"}
)  # fmt: skip
ANSWER = frozenset({"respond", "reply", "answer", "comment", "return", "say", "elaborate"})
#: What is returned or answered where somebody was asked: other objects make another event.
REQUESTS = frozenset(
    {"call", "calls", "message", "messages", "email", "emails", "e-mail", "e-mails", "request", "requests", "question",
     "questions", "inquiry", "inquiries", "enquiry", "enquiries", "comment", "text", "texts", "phone"}
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Refusal:
    """Somebody who did not speak: tokens [first, last] say so."""

    first: int
    last: int
    lemma: str
    speaker: Speaker | None
    topic: tuple[int, int] | None = None  #: characters of what was not spoken about


def refusals(reader: Reader) -> Iterator[Refusal]:
    """Refusals outside quotations, in order."""
    for token in reader.doc:
        if token.pos_ not in ("VERB", "AUX", "NOUN") or reader.quoted(token):
            continue
        lemma = token.lemma_
        found = None
        if lemma in REFUSE and not is_passive(token):
            found = _declined(reader, token)
        elif lemma in ANSWER and token.pos_ == "VERB":
            found = _did_not(reader, token)
        elif lemma == "reach" and token.pos_ == "VERB":
            found = _unreachable(reader, token)
        elif lemma == "comment" and token.pos_ == "NOUN":
            found = _no_comment(reader, token)
        if found is not None:
            yield found


def _declined(reader: Reader, verb: Token) -> Refusal | None:
    """declined to comment (on X), refused to say whether."""
    if any(c.dep_ == "neg" for c in verb.children):
        return None
    for child in verb.rights:
        if child.lemma_ in SPEAK and (child.dep_ == "xcomp" or child.lower_ == "comment"):
            return Refusal(
                verb.i,
                child.i,
                f"{verb.lemma_} to {child.lemma_}",
                speaker_of(reader, verb),
                _topic(reader, child),
            )
    return None


def _did_not(reader: Reader, verb: Token) -> Refusal | None:
    """did not (immediately) respond to a request, has not returned calls, would not say."""
    negation = next((c for c in verb.children if c.dep_ == "neg"), None)
    if negation is None or is_passive(verb):
        return None
    helper = next(
        (
            c
            for c in verb.lefts
            if c.dep_ == "aux" and c.lemma_ in ("do", "have", "will", "would", "can", "could")
        ),
        None,
    )
    if helper is None:
        return None
    if verb.lemma_ in ("say", "elaborate") and helper.lower_ not in ("would", "wo"):
        return None  # "did not say how" is the paper's remark, "would not say" a refusal
    objects = [c for c in verb.rights if c.dep_ == "dobj"]
    if verb.lemma_ == "return" and not any(t.lower_ in REQUESTS for o in objects for t in o.subtree):
        return None
    preps = [c for c in verb.rights if c.dep_ == "prep" and c.lower_ == "to"]
    if verb.lemma_ in ("respond", "reply") and preps:
        words = {t.lower_ for p in preps for t in p.subtree}
        if not words & REQUESTS:
            return None
    last = max(
        [
            verb.i,
            *(o.right_edge.i for o in objects if verb.lemma_ == "return"),
            *(p.right_edge.i for p in preps),
        ]
    )
    return Refusal(helper.i, last, f"not {verb.lemma_}", speaker_of(reader, verb), _topic(reader, verb))


def _unreachable(reader: Reader, verb: Token) -> Refusal | None:
    """could not (immediately) be reached (for comment)."""
    if not is_passive(verb) or not any(c.dep_ == "neg" for c in verb.children):
        return None
    helper = next((c for c in verb.lefts if c.lower_ in ("could", "can")), None)
    subject = next((c for c in verb.lefts if c.dep_ == "nsubjpass"), None)
    if helper is None or subject is None:
        return None
    asked = [c for c in verb.rights if c.dep_ == "prep" and c.lower_ == "for"]
    if not asked and subject.ent_type_ not in ("PERSON", "ORG") and subject.pos_ != "PRON":
        return None  # a goal could not be reached
    last = max((c.right_edge.i for c in asked), default=verb.i)
    return Refusal(helper.i, last, "not be reached", mention_of(reader, subject))


def _no_comment(reader: Reader, noun: Token) -> Refusal | None:
    """had no (immediate) comment."""
    verb = noun.head
    if noun.dep_ != "dobj" or verb.lemma_ not in ("have", "offer", "give", "make"):
        return None
    if not any(c.lower_ == "no" for c in noun.lefts):
        return None
    subject = subject_of(verb)
    if subject is None or subject.pos_ in ("VERB", "AUX"):
        return None
    return Refusal(
        verb.i, noun.i, f"{verb.lemma_} no comment", mention_of(reader, subject), _topic(reader, noun)
    )


def _topic(reader: Reader, word: Token) -> tuple[int, int] | None:
    """What follows "on", "about", "whether": characters, or None."""
    for child in word.rights:
        if child.dep_ == "prep" and child.lower_ in ("on", "about"):
            inner = next((c for c in child.rights if c.dep_ in ("pobj", "pcomp")), None)
            if inner is not None:
                return reader.chars(inner.left_edge.i, inner.right_edge.i)
        if child.dep_ == "ccomp" and reader.doc[child.left_edge.i].lower_ in (
            "whether",
            "if",
            "why",
            "how",
            "what",
            "who",
            "when",
        ):
            return reader.chars(child.left_edge.i, child.right_edge.i)
        if child.dep_ == "dobj" and word.lemma_ != "return":
            return reader.chars(child.left_edge.i, child.right_edge.i)
    return None
