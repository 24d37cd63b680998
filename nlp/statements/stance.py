"""Whether a cue reports speech that happened: negated, planned and conditional ones do not."""

from spacy.tokens import Token

from db.records import Modality

FUTURE = frozenset({"will", "'ll", "’ll", "wo", "shall", "would", "'d", "’d"})
POSSIBLE = frozenset({"could", "may", "might", "can", "should", "must", "ca"})
#: Verbs and adjectives whose to-clause has not happened.
AHEAD = frozenset(
    {"expect", "plan", "want", "intend", "hope", "prepare", "like", "likely", "unlikely", "set", "need", "ready", "able",
     "unable", "poise", "due", "ask", "urge", "refuse", "decline", "fail", "reluctant", "afraid", "wait", "seek", "try"}
)  # fmt: skip


def is_negated(verb: Token) -> bool:
    """True for "did not say", "never said", "declined to say": what follows was not said."""
    if any(c.dep_ == "neg" or c.lower_ == "never" for c in verb.children):
        return True
    if any(c.lower_ in ("neither", "nor") and c.i >= verb.i - 4 for c in verb.lefts):
        return True
    if verb.dep_ == "conj" and any(c.lower_ in ("neither", "or") for c in verb.head.children):
        first = verb.head  # "could not confirm or deny"
        return any(c.lower_ == "neither" for c in first.lefts) or any(c.dep_ == "neg" for c in first.lefts)
    if verb.dep_ == "xcomp" and verb.head.lemma_ in ("decline", "refuse", "fail"):
        return True
    return verb.dep_ == "pcomp" and verb.head.lower_ == "without"


def modality_of(verb: Token) -> tuple[Modality, str | None]:
    """Asserted, planned or expected, and the word that says so."""
    for child in verb.lefts:
        if child.dep_ == "aux":
            if child.lower_ in FUTURE and not _would_habit(verb, child):
                return Modality.PLANNED, child.text
            if child.lower_ in POSSIBLE:
                return Modality.EXPECTED, child.text
        if child.dep_ in ("mark", "advmod") and child.lower_ in ("if", "unless", "should"):
            return Modality.EXPECTED, child.text
    if (
        verb.dep_ == "xcomp"
        and any(c.lower_ == "to" for c in verb.lefts)
        and verb.head.lemma_.lower() in AHEAD
    ):
        return Modality.PLANNED, verb.head.text
    if verb.dep_ == "conj" and verb.tag_ == "VB" and verb.head.pos_ == "VERB":
        return modality_of(verb.head)
    return Modality.ASSERTED, None


def _would_habit(verb: Token, aux: Token) -> bool:
    """ "As he would often say": "would" with an adverb of habit tells of the past."""
    return aux.lower_ == "would" and any(c.lower_ in ("often", "always", "later") for c in verb.children)
