"""Which way a verb goes on a list, by its class and the preposition: no table need pair the two.

"Slid off", "wound up on", "was shunted onto": a verb of movement goes where its preposition says; one of rest
("languishes on", "spent four years on") tells that somebody stands on the list.
"""

from functools import cache

from spacy.tokens import Token

from db.records import Action
from nlp.listings.lists import cues

ONTO = frozenset({"to", "onto", "into", "on", "in", "under"})
OUT = frozenset({"off", "from"})
AT = frozenset({"on", "in", "under"})
WAY = frozenset({"way", "it"})  # "found its way onto", "made it onto"
OBJECTS = frozenset({"dobj", "nsubjpass"})


@cache
def moving() -> frozenset[str]:
    """Lemmas of verbs of movement, with or without an object."""
    return frozenset(cues()["movement"]["verbs"])


@cache
def resting() -> frozenset[str]:
    """Lemmas of verbs that tell where somebody is."""
    return frozenset(cues()["rest"]["verbs"])


def framed(prep: Token) -> tuple[Token, Action] | None:
    """The verb that the list's preposition belongs to, and the act that both together tell."""
    verb = _verb_of(prep)
    if verb is None:
        return None
    lemma, word = verb.lemma_.lower(), prep.lower_
    if lemma in resting():
        return (verb, Action.ADD) if word in AT else None
    moves = lemma in moving() or (lemma in cues()["movement"]["way"] and _way(verb))
    if not moves:
        return None
    if word in OUT:
        return verb, Action.REMOVE
    return (verb, Action.ADD) if word in ONTO else None


def told_of_subject(verb: Token, end: int) -> bool:
    """True where a verb of movement or rest has no object before token `end`: its subject is who moves."""
    lemma = verb.lemma_.lower()
    if lemma in resting() or _way(verb):
        return True
    has_object = any(c.dep_ in OBJECTS and c.i < end for c in verb.children)
    return lemma in moving() and not has_object and verb.tag_ != "VBN"


def _way(verb: Token) -> bool:
    return any(c.dep_ == "dobj" and c.lower_ in WAY for c in verb.children) and verb.lemma_.lower() in set(
        cues()["movement"]["way"]
    )


def _verb_of(prep: Token) -> Token | None:
    """The verb before the preposition, past particles and its own object; a noun that is taken for one, too."""
    head = prep.head
    while head.pos_ in {"ADP", "ADV", "PART", "SCONJ"} and head.head != head and head.i < prep.i:
        head = head.head  # "up on", "off of"
    if head.tag_ == "NNS" and head.dep_ == "ROOT" and head.i == prep.i - 1:
        return head if head.lemma_.lower() in resting() else None  # "X figures on the list"
    if head.dep_ in {"dobj", "npadvmod"} and head.i < prep.i:
        head = head.head  # "wrote X onto its list"
    if head.pos_ not in {"VERB", "AUX"} or head.i > prep.i or head.dep_ == "amod":
        return None
    between = prep.doc[head.i + 1 : prep.i]
    return None if any(t.tag_ in {"VBD", "VBZ", "VBP", "MD"} for t in between) else head
