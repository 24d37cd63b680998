"""Refusals to speak as facts of their own: "declined to comment", "did not respond", "could not be reached".

A refusal tells nothing that was said, so it has a cue and a speaker and no words.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from spacy.attrs import LEMMA
from spacy.strings import get_string_id
from spacy.tokens import Token

from nlp.statements.reader import Reader, Speaker
from nlp.statements.speakers import mention_of, speaker_of
from nlp.statements.subjects import is_passive, subject_of
from nlp.wordids import places

REFUSE = frozenset({"decline", "refuse"})
SPEAK = frozenset(
    {"comment", "say", "discuss", "elaborate", "answer", "respond", "reply", "speak", "confirm", "explain", "identify",
     "talk", "disclose", "specify", "address", "clarify", "detail", "name"}
)  # fmt: skip
ANSWER = frozenset({"respond", "reply", "answer", "comment", "return", "say", "elaborate"})
#: Lemmas that a refusal turns on.
TELLING = REFUSE | ANSWER | {"reach", "available", "unavailable", "unanswered", "deny"}
_TELLING_IDS = frozenset(map(get_string_id, TELLING))
#: What is returned or answered where somebody was asked: other objects make another event.
REQUESTS = frozenset(
    {"call", "calls", "message", "messages", "email", "emails", "e-mail", "e-mails", "request", "requests", "question",
     "questions", "inquiry", "inquiries", "enquiry", "enquiries", "comment", "text", "texts", "phone", "interview"}
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
    doc = reader.doc
    for i in places(doc, LEMMA, _TELLING_IDS):
        if reader.quote_at[i] >= 0:
            continue
        token = doc[i]
        if token.pos_ not in ("VERB", "AUX", "NOUN", "ADJ"):
            continue
        found = _refusal(reader, token, token.lemma_)
        if found is not None:
            yield found


def _refusal(reader: Reader, token: Token, lemma: str) -> Refusal | None:
    if lemma in REFUSE and not is_passive(token):
        return _declined(reader, token)
    if lemma in ("available", "unavailable"):
        return _unavailable(reader, token)
    if lemma == "unanswered" or (lemma == "return" and is_passive(token)):
        return _unanswered(reader, token)
    if lemma == "deny":
        return _neither(reader, token)
    if lemma in ANSWER and token.pos_ == "VERB":
        return _did_not(reader, token)
    if lemma == "reach" and token.pos_ == "VERB":
        return _unreachable(reader, token)
    if lemma == "comment" and token.pos_ == "NOUN":
        return _no_comment(reader, token)
    return None


def _declined(reader: Reader, verb: Token) -> Refusal | None:
    """declined to comment (on X), refused to say whether."""
    if any(c.dep_ == "neg" for c in verb.children):
        return None
    for child in verb.rights:
        if child.dep_ == "dobj" and child.lower_ in REQUESTS:  # declined an interview request
            return Refusal(
                verb.i,
                child.i,
                f"{verb.lemma_} {child.lemma_}",
                speaker_of(reader, verb),
                _topic(reader, child),
            )
        if child.lemma_ == "make" and child.dep_ == "xcomp":  # declined to make an executive available
            free = next((t for t in child.subtree if t.lower_ == "available"), None)
            if free is not None:
                return Refusal(verb.i, free.i, f"{verb.lemma_} to make available", speaker_of(reader, verb))
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


def _unavailable(reader: Reader, word: Token) -> Refusal | None:
    """was not available for comment, was unavailable for comment, did not make anyone available to comment."""
    verb = word.head
    asked = next((t for t in word.rights if t.lower_ in ("for", "to")), None)
    if asked is None or (
        not any(t.lower_ in REQUESTS for t in asked.subtree if t.i > asked.i)
        and (asked.head.i != word.i or not any(t.lemma_ in SPEAK for t in word.rights))
    ):
        return None
    denied = word.lower_ == "unavailable" or any(c.dep_ == "neg" for c in (*verb.children, *word.children))
    if not denied or verb.lemma_ not in ("be", "make"):
        return None
    first = next((c.i for c in verb.lefts if c.dep_ == "aux"), verb.i)
    subject = subject_of(verb)
    if subject is None or subject.pos_ in ("VERB", "AUX"):
        return None
    return Refusal(first, word.right_edge.i, "not be available", mention_of(reader, subject))


def _unanswered(reader: Reader, word: Token) -> Refusal | None:
    """Calls to the firm went unanswered, emails to it were not returned."""
    verb = word if word.pos_ == "VERB" and word.lemma_ == "return" else word.head
    subject = next((c for c in verb.lefts if c.dep_ in ("nsubj", "nsubjpass")), None)
    if subject is None or subject.lower_ not in REQUESTS:
        return None
    if word.lemma_ == "return" and not any(c.dep_ == "neg" for c in word.children):
        return None
    to = next((c for c in subject.rights if c.dep_ == "prep" and c.lower_ in ("to", "for")), None)
    asked = next((c for c in to.rights if c.dep_ == "pobj"), None) if to is not None else None
    if asked is None or asked.lower_ in REQUESTS:
        return None
    first = next((c.i for c in verb.lefts if c.dep_ in ("aux", "auxpass")), verb.i)
    return Refusal(first, word.i, "not answer", mention_of(reader, asked))


def _neither(reader: Reader, deny: Token) -> Refusal | None:
    """would neither confirm nor deny, could not confirm or deny, declined to confirm or deny."""
    confirm = deny.head
    if deny.dep_ != "conj" or confirm.lemma_ != "confirm" or confirm.head.lemma_ in REFUSE:
        return None
    if not any(c.lower_ == "neither" or c.dep_ == "neg" for c in (*confirm.children, *deny.children)):
        return None
    first = next((c.i for c in confirm.lefts if c.dep_ == "aux"), confirm.i)
    subject = subject_of(confirm)
    if subject is None or subject.pos_ in ("VERB", "AUX"):
        return None
    return Refusal(first, deny.i, "not confirm or deny", mention_of(reader, subject), _topic(reader, deny))


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
