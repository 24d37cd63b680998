"""How a listing verb is meant: done, planned, threatened, told again, or not claimed at all."""

from dataclasses import dataclass

from spacy.tokens import Token

from db.records import Action, Modality, Standing
from nlp.listings.lists import cues

FINITE = frozenset({"VBD", "VBZ", "VBP"})
DROPPED = frozenset({"drop", "scrap", "abandon", "ditch", "kill", "withdraw"})
TRIES = frozenset({"move", "attempt", "effort", "bid", "step", "decision"})
RECALL = frozenset({"earlier", "previously", "already", "once", "formerly"})
OWN_WILL = frozenset({"plan", "intend", "aim", "expect", "want", "propose", "seek", "prepare", "recommend"})
WITHOUT = frozenset({"without", "short", "instead", "rather", "than", "absent", "against"})
STOPPED_FROM = frozenset({"from", "of", "about", "at", "against", "to", "in", "short"})
FIRST = frozenset({"originally", "initially", "earlier", "previously", "first"})
PLAN_REACH = 12  # tokens from "no plans" to the verb: "has 'no plans at this time' to take X off"
UP = frozenset({"xcomp", "ccomp", "pcomp", "acl", "advcl", "prep", "conj", "dobj", "pobj"})


@dataclass(frozen=True, slots=True)
class Stance:
    """What is left of an add or remove once its verb group is read. None as action: nothing is claimed."""

    action: Action | None
    modality: Modality = Modality.ASSERTED
    standing: Standing = Standing.CURRENT
    cue: str | None = None


NOTHING = Stance(None)


def stance_of(verb: Token, action: Action) -> Stance:
    """How `verb`, which says that `action` happens, is meant."""
    threat = cues()["threat"]
    refuse = set(cues()["refuse"]["verbs"])
    sent = verb.sent
    words = {t.lower_ for t in sent}
    question = sent.text.rstrip().endswith("?")
    if _negated(verb) or _no_plan(verb):
        return NOTHING
    if verb.pos_ == "NOUN" and any(c.lower_ in {"no", "neither"} for c in verb.lefts):
        return NOTHING
    if verb.pos_ == "NOUN" and (wish := _wished_noun(verb)) is not None:
        return _threat(wish, action)
    modal = _modal(verb)
    open_ = any(t.lower_ in {"if", "whether"} and t.i < verb.i for t in verb.children)
    if modal is not None and open_:
        return _threat(modal, action) if any(t.lower_ == "whether" for t in verb.children) else NOTHING
    if modal is not None:
        return _of_modal(modal, verb, action, words, question)
    if question:
        return NOTHING
    if open_ and _undecided(verb):
        return _threat(verb.head, action)
    if open_ or any(t.lower_ == "unless" and t.i < verb.i for t in verb.children):
        return NOTHING
    standing = Standing.RECALLED if _recalled(verb) else Standing.CURRENT
    current, modality, cue = verb, Modality.ASSERTED, None
    for _ in range(8):
        head = current.head
        if current.dep_ not in UP and not (current.dep_ == "relcl" and _is_report(head, current)):
            break
        if head == current:
            break
        if head.lower_ in WITHOUT and current.dep_ in {"pcomp", "pobj", "prep"}:
            return NOTHING  # "without adding X", "stopped short of adding X"
        lemma = head.lemma_.lower()
        finite = _finite(current) and not (lemma in threat["verbs"] and _wished(head, current))
        if current.dep_ == "conj":
            if _shares_negation(current):
                return NOTHING
            if _own_clause(current):
                break
            current = head
            if _negated(head):
                return NOTHING
            shared = _modal(head)
            if shared is not None:
                return _of_modal(shared, head, action, words, question)
            continue
        if current.dep_ in {"acl", "relcl", "ccomp"} and _is_report(head, current):
            if _word(head) in cues()["report"]["doubtful"] or _denied(head):
                return NOTHING  # "denied a report that it had been added"
            modality, cue = Modality.RUMOURED, head.text
        if head.pos_ in {"VERB", "AUX"}:
            if current.tag_ == "VB" and (pressed := _pressure(head)) is not None:
                return _threat(pressed, action)
            if current.dep_ == "advcl" and finite:
                break  # "fell after it was added"
            if lemma in refuse and (
                current.dep_ in {"xcomp", "ccomp", "pcomp"}
                or (current.dep_ == "prep" and current.lower_ in STOPPED_FROM)
            ):
                return NOTHING  # never "exports stop after its addition"
            if lemma == "rule" and any(c.lower_ == "out" for c in head.children):
                return _threat(head, action) if _negated(head) or _refused(head) else NOTHING
            if lemma in threat["verbs"] and not finite and (current.dep_ != "advcl" or _for_to(current)):
                return NOTHING if _negated(head) and lemma in OWN_WILL else _threat(head, action)
            if lemma == "agree" and not finite:
                modality, cue = Modality.PLANNED, head.text
            if current.dep_ in {"xcomp", "ccomp"} and (_negated(head) or _misreported(head)):
                return NOTHING
            outer = _modal(head)
            if outer is not None and current.dep_ in {"xcomp", "pcomp"}:
                return _of_modal(outer, head, action, words, question)
        elif head.pos_ in {"NOUN", "PROPN"}:
            if lemma in threat["nouns"] and head.head.lemma_.lower() in refuse | DROPPED:
                return NOTHING  # "scrapped plans to blacklist"
            if lemma in threat["nouns"] and current.dep_ in {"acl", "pcomp", "prep", "relcl"}:
                return _threat(head, action)
            if lemma in TRIES and any(c.lower_ == "any" for c in head.lefts):
                return _threat(head, action)  # "any move to put it on the list would be a mistake"
            if current.dep_ == "acl":
                break
        elif head.pos_ == "ADJ" and lemma in threat["adjectives"]:
            return _threat(head, action)
        current = head
    return Stance(action, modality, standing, cue)


def _finite(verb: Token) -> bool:
    """True for a verb of a clause of its own; the "be" of "asked that X be added" is none."""
    return verb.tag_ in FINITE or any(
        c.tag_ in FINITE and c.lower_ != "be" for c in verb.children if c.dep_ in {"aux", "auxpass"}
    )


def _wished(head: Token, verb: Token) -> bool:
    """ "wants X put on the list": a participle, however the tagger takes it."""
    if verb.dep_ != "ccomp" or verb.tag_ not in {"VBD", "VBN"} or verb.i < head.i:
        return False
    return not any(c.dep_ in {"aux", "auxpass", "mark", "dobj"} or c.text == "," for c in verb.lefts)


def _wished_noun(noun: Token) -> Token | None:
    """ "the proposed designation of X", "its addition would be unjust": the word that makes it one to come."""
    for child in noun.lefts:
        if child.dep_ == "amod" and child.lower_ in cues()["threat"]["modifiers"]:
            return child
    if (
        noun.dep_ in {"nsubj", "nsubjpass"}
        and (modal := _modal(noun.head)) is not None
        and modal.lower_ == "would"
    ):
        return modal
    return None


def _pressure(verb: Token) -> Token | None:
    """ "Pressure is mounting to blacklist X", "calls have grown to": the subject that only wishes."""
    subject = next((c for c in verb.children if c.dep_ in {"nsubj", "nsubjpass"}), None)
    return subject if subject is not None and subject.lemma_.lower() in cues()["threat"]["nouns"] else None


def _for_to(verb: Token) -> bool:
    """ "called for X to be put on the list"."""
    words = {c.lower_ for c in verb.lefts}
    return verb.tag_ in {"VB", "VBN"} and {"for", "to"} <= words


def _denied(noun: Token) -> bool:
    """ "denied a report that", "reports that ... are false", "a claim that ... was invented"."""
    verb, words = noun.head, cues()["report"]
    if verb.lemma_.lower() in {*cues()["refuse"]["verbs"], *words["denied"]}:
        return True
    return any(c.dep_ in {"acomp", "attr"} and c.lower_ in words["false"] for c in verb.children)


def _word(noun: Token) -> str:
    """The noun without a plural s: as first word of a sentence the tagger takes "Rumours" for a name."""
    return noun.lemma_.lower().removesuffix("s")


def _is_report(noun: Token, clause: Token) -> bool:
    """ "a report that ...": the clause is what the noun says, not which report is meant."""
    that = next((c for c in clause.lefts if c.lower_ == "that"), None)
    if _word(noun) not in {*cues()["report"]["nouns"], *cues()["report"]["doubtful"]} or that is None:
        return False
    if noun.pos_ == "VERB" and noun.i > noun.sent.start:
        return (
            False  # "the paper reports that"; a sentence that opens with "Rumours that" is taken for one, too
        )
    return that.dep_ not in {"nsubj", "nsubjpass", "dobj"}


def _threat(head: Token, action: Action) -> Stance:
    """Talk of adding is a threat; talk of removing is a plan to remove."""
    if action is Action.ADD:
        return Stance(Action.THREATEN, Modality.ASSERTED, Standing.CURRENT, head.text)
    if action is Action.REMOVE:
        return Stance(Action.REMOVE, Modality.PLANNED, Standing.CURRENT, head.text)
    return NOTHING


def _of_modal(modal: Token, verb: Token, action: Action, words: set[str], question: bool) -> Stance:
    word = modal.lower_
    if word in {"would", "could", "might", "should"} and any(
        c.lower_ in {"have", "'ve", "’ve"} for c in verb.children
    ):
        return NOTHING  # "would have been added had it not sold the unit"
    if (
        word in {"will", "shall", "'ll", "’ll", "would", "to"}
        and not question
        and not words & {"unless", "if"}
    ):
        reported = word == "would" and not any(t.dep_ == "ccomp" for t in (verb, verb.head))
        if reported:
            return _threat(modal, action)
        return Stance(action, Modality.PLANNED, Standing.CURRENT, modal.text)
    return _threat(modal, action)


def modal_stance(verb: Token, action: Action) -> Stance:
    """How `verb` is meant by its modal alone: done without one, planned after "will", a threat after "would"."""
    modal = _modal(verb)
    if modal is None:
        return Stance(action)
    return _of_modal(
        modal, verb, action, {t.lower_ for t in verb.sent}, verb.sent.text.rstrip().endswith("?")
    )


def _no_plan(verb: Token) -> bool:
    """ "has no plans to add", "no intention of adding", "without any reason to put": what is said not to be meant."""
    if verb.tag_ not in {"VB", "VBG"}:
        return False
    for i in range(verb.i - 1, max(verb.sent.start - 1, verb.i - PLAN_REACH), -1):
        token = verb.doc[i]
        if token.lemma_.lower() in cues()["refuse"]["nouns"]:
            near = {t.lower_ for t in verb.doc[max(verb.sent.start, i - 4) : i]}
            return bool(near & {"no", "without"}) or ("any" in near and bool(near & {"not", "n't", "n’t"}))
        if token.tag_ in {"VBD", "VBZ", "VBP"} or token.text == ";":
            return False
    return False


def _refused(verb: Token) -> bool:
    """ "declined to rule out": the verb hangs on one that denies it."""
    return verb.dep_ == "xcomp" and verb.head.lemma_.lower() in cues()["refuse"]["verbs"]


def _undecided(verb: Token) -> bool:
    """ "decide whether to add X", "whether X goes on the list"."""
    whether = any(t.lower_ == "whether" and t.i < verb.i for t in verb.children)
    return whether and verb.head != verb and verb.head.lemma_.lower() in cues()["threat"]["open"]


def _misreported(verb: Token) -> bool:
    """ "An earlier version of this report said": what follows is taken back."""
    subject = next((c for c in verb.children if c.dep_ in {"nsubj", "nsubjpass"}), None)
    if subject is not None and subject.lemma_.lower() == "version":
        return True
    told = cues()["report"]["texts"]
    if (
        subject is not None
        and subject.lemma_.lower() in told
        and any(c.lower_ in FIRST for c in verb.children)
    ):
        return True
    return any(
        c.lower_ in {"wrongly", "incorrectly", "mistakenly", "erroneously", "falsely"} for c in verb.children
    )


def _modal(verb: Token) -> Token | None:
    """The modal of the verb group, also "is to be added"."""
    for child in verb.children:
        if child.dep_ in {"aux", "auxpass"} and child.tag_ == "MD":
            return child
    return None


def _negated(verb: Token) -> bool:
    """ "was not added", "never", "neither appears"; "no longer" is for the caller."""
    for child in verb.children:
        if child.dep_ == "neg" or child.lower_ in {"never", "nor"}:
            return True
        if child.dep_ in {"nsubj", "nsubjpass"} and (
            child.lower_ in {"neither", "none", "nobody", "nothing"}
            or any(
                g.lower_ in {"no", "neither", "none"} and g.dep_ in {"det", "preconj", "advmod", "neg", "cc"}
                for g in child.children
            )
        ):
            return True
    return False


def _recalled(verb: Token) -> bool:
    """Pluperfect, or a word such as "previously" beside the verb."""
    reported = verb.dep_ == "ccomp"  # "announced it had added": the pluperfect of reported speech
    for child in verb.children:
        if child.dep_ in {"aux", "auxpass"} and child.lower_ in {"had", "'d"} and not reported:
            return True
        if child.dep_ == "advmod" and child.lower_ in RECALL:
            return True
    return False


def _own_clause(verb: Token) -> bool:
    """A coordinated verb with its own subject or auxiliary is a clause of its own."""
    return any(c.dep_ in {"nsubj", "nsubjpass", "aux", "auxpass"} for c in verb.children)


def _shares_negation(verb: Token) -> bool:
    """ "Neither A nor B has ever been owned by it, or has been included in the list": the "neither" holds on."""
    if any(c.dep_ in {"nsubj", "nsubjpass"} for c in verb.children):
        return False
    either = any(c.dep_ == "cc" and c.lower_ in {"or", "nor"} for c in (*verb.head.rights, *verb.lefts))
    if either:
        return _negated(verb.head)
    subject = next((c for c in verb.head.children if c.dep_ in {"nsubj", "nsubjpass"}), None)
    return subject is not None and any(t.lower_ in {"neither", "none", "nobody"} for t in subject.subtree)


def no_longer(verb: Token) -> bool:
    """ "is no longer on the list"."""
    left = verb.doc[max(0, verb.i - 2) : verb.i + 4].text.lower()
    return "no longer" in left or "not any more" in left
