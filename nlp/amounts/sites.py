"""Where an amount stands in its sentence: its tokens, its clause, and who does what there.

Everything is read off the parse from the amount outwards; nothing here knows roles.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property

from spacy.tokens import Doc, Token
from spacy.tokens import Span as SpacySpan

from db.records import Amount, Span
from nlp.extensions import sentence_of, text_of, tokens_at

SUBJECTS = {"nsubj", "nsubjpass", "csubj", "csubjpass"}
RELATIVES = {"which", "that", "who", "whom"}
#: Light nouns under which an amount may hang without being theirs: "a total of X", "a contract worth X".
CONTROL = frozenset(
    {"order", "require", "force", "ask", "allow", "tell", "urge", "let", "permit", "oblige", "instruct"}
)
#: Prepositions that are certain where they stand right before an amount, and words that may part them.
DIRECT = {"by", "from", "to", "at", "for", "into"}
HEDGES = {"about", "around", "nearly", "almost", "some", "roughly", "approximately", "over"}
NEAR = 160  # characters before an amount; no pattern reaches further back
PUNISH = frozenset(
    "blacklist sanction fine punish penalise penalize charge blame indict prosecute designate target convict list add".split()
)
TELLS = frozenset("say estimate report add write note reckon state announce calculate".split())
PREPOSITIONS = {"prep", "agent", "dative"}


@dataclass(frozen=True, slots=True)
class Arguments:
    """Who does what to whom, passive turned round: `agent` acts, `patient` undergoes."""

    verb: Token
    agents: list[Token] = field(default_factory=list)
    patients: list[Token] = field(default_factory=list)
    receivers: list[Token] = field(default_factory=list)
    preps: dict[str, list[Token]] = field(default_factory=dict)
    passive: bool = False


class Site:
    """One amount in its sentence."""

    def __init__(self, doc: Doc, amount: Amount, index: int) -> None:
        tokens = tokens_at(doc, amount.start, amount.end)
        assert tokens is not None, amount
        self.doc, self.amount, self.index, self.tokens = doc, amount, index, tokens
        last = amount.conversions[-1].end if amount.conversions else amount.end
        behind = tokens_at(doc, amount.start, last)
        self.first: int = tokens.start
        self.stop: int = behind.end if behind is not None else tokens.end
        while self.stop < len(doc) and amount.conversions and doc[self.stop].text in {")", "]"}:
            self.stop += 1
        self.anchor: Token = anchor_of(tokens)
        self.sent: SpacySpan = tokens[0].sent

    @cached_property
    def ancestors(self) -> list[Token]:
        """Governors of the amount inside its sentence, nearest first."""
        return list(self.anchor.ancestors)

    @cached_property
    def evidence(self) -> Span:
        """The sentence as a stored span."""
        return sentence_of(self.anchor)

    @cached_property
    def verb(self) -> Token | None:
        """The nearest governing verb."""
        return next((t for t in self.ancestors if t.pos_ in {"VERB", "AUX"}), None)

    @cached_property
    def via(self) -> str:
        """The preposition by which the amount hangs, or ""."""
        word = self.doc[self.first - 1] if self.first > self.sent.start else None
        if word is not None and word.lower_ in HEDGES and word.i > self.sent.start:
            word = word.nbor(-1)
        if word is not None and word.lower_ in DIRECT and word.nbor(-1 if word.i else 0).lower_ != "up":
            return str(word.lower_)  # the parse hangs "by X to Y" on one number
        head = self.anchor.head
        while head.dep_ in {"prep"} and head.head.pos_ == "ADP":  # "up to", "as much as"
            head = head.head
        return head.lemma_.lower() if head.pos_ == "ADP" and head.i < self.first else ""

    @cached_property
    def left_text(self) -> str:
        """The sentence before the amount, with the space before it."""
        return text_of(self.doc)[self.sent.start_char : self.doc[self.first].idx]

    @cached_property
    def near_left(self) -> str:
        """The end of `left_text`: what patterns that end at the amount need."""
        return self.left_text[-NEAR:]

    @cached_property
    def right_text(self) -> str:
        """The sentence behind the amount and its conversions."""
        if self.stop >= self.sent.end:
            return ""
        return text_of(self.doc)[self.doc[self.stop].idx : self.sent.end_char]

    @cached_property
    def sent_text(self) -> str:
        return text_of(self.doc)[self.sent.start_char : self.sent.end_char]

    @property
    def left(self) -> SpacySpan:
        return self.doc[self.sent.start : self.first]

    @property
    def right(self) -> SpacySpan:
        return self.doc[min(self.stop, self.sent.end) : self.sent.end]


def anchor_of(tokens: SpacySpan) -> Token:
    """The token of an amount whose head lies outside it."""
    return tokens.root


def verbs_above(token: Token) -> Iterator[Token]:
    """Verbs that govern `token`, nearest first."""
    for head in token.ancestors:
        if head.pos_ in {"VERB", "AUX"}:
            yield head


def arguments_of(verb: Token) -> Arguments:
    """The arguments of `verb`; a missing subject is looked up where the grammar shares it."""
    own = [c for c in verb.children if c.dep_ in SUBJECTS]
    passive = any(c.dep_ in {"nsubjpass", "auxpass"} for c in verb.children)
    passive = passive or (verb.dep_ in {"acl", "amod"} and verb.tag_ == "VBN" and not own)
    subjects = [resolve_relative(s) for s in own] or inherited_subjects(verb)
    objects = [c for c in verb.children if c.dep_ in {"dobj", "obj", "oprd", "attr"}]
    receivers = [c for c in verb.children if c.dep_ in {"dative", "iobj"} and c.pos_ != "ADP"]
    preps: dict[str, list[Token]] = {}
    for child in verb.children:
        if child.dep_ in PREPOSITIONS and child.pos_ in {"ADP", "SCONJ", "VERB"}:
            preps.setdefault(child.lemma_.lower(), []).extend(objects_of(child))
    for noun in objects:
        for word, found in noun_preps(noun).items():
            preps.setdefault(word, []).extend(found)
    receivers += preps.get("to", []) if any(c.dep_ == "dative" for c in verb.children) else []
    if passive:
        return Arguments(verb, preps.get("by", []), subjects, receivers, preps, True)
    return Arguments(verb, subjects, objects, receivers, preps, False)


def noun_preps(noun: Token) -> dict[str, list[Token]]:
    """Preposition -> what it governs, below `noun`."""
    found: dict[str, list[Token]] = {}
    for child in noun.children:
        if child.dep_ in PREPOSITIONS and child.i > noun.i:
            found.setdefault(child.lemma_.lower(), []).extend(objects_of(child))
    return found


def objects_of(preposition: Token) -> list[Token]:
    found = [c for c in preposition.children if c.dep_ in {"pobj", "pcomp"}]
    for child in preposition.children:  # "from within X"
        if child.dep_ == "prep":
            found += objects_of(child)
    return found


def resolve_relative(token: Token) -> Token:
    """The noun that a relative pronoun stands for, or `token` itself."""
    if token.lower_ in RELATIVES:
        clause = next((a for a in token.ancestors if a.dep_ in {"relcl", "acl"}), None)
        if clause is not None:
            return employer(clause.head, clause) if token.lower_ == "which" else clause.head
    return token


def employer(noun: Token, clause: Token) -> Token:
    """ "Fund manager Li of Peak Fund, which holds": the house behind a person, for "which" never means a person."""
    if noun.ent_type_ != "PERSON":
        return noun
    houses = [t for word in ("of", "at", "with", "from") for t in noun_preps(noun).get(word, [])]
    return houses[-1] if houses and houses[-1].i < clause.i else noun


def inherited_subjects(verb: Token) -> list[Token]:
    """The subject that a verb shares with the clause above it."""
    for _ in range(4):
        head = verb.head
        if head == verb:
            return []
        if verb.dep_ == "relcl" or (verb.dep_ == "acl" and verb.tag_ != "VB"):
            return [head]
        if verb.dep_ not in {"xcomp", "conj", "advcl", "dep", "prep", "aux", "pcomp", "acl"}:
            return []  # a finite clause without a subject is a slip of the parse
        if verb.dep_ == "pcomp" and head.lower_ == "for" and head.head.lemma_.lower() in PUNISH:
            told = [c for c in head.head.children if c.dep_ in {"dobj", "nsubjpass"}]
            if told:
                return told  # "blacklisted Acme for buying X"
        # "denied winning", "is close to raising", "is in talks to buy": through preposition, adjective or noun
        while head.pos_ not in {"VERB", "AUX"} and head.head != head:
            if head.dep_ not in {"prep", "pobj", "acomp", "pcomp", "dobj", "attr", "advmod", "amod", "nsubj"}:
                return []
            head = head.head
        if head.pos_ not in {"VERB", "AUX"}:
            return []
        if verb.dep_ == "conj" and (clause := told_before(head)) is not None:
            return [resolve_relative(s) for s in clause.children if s.dep_ in SUBJECTS]
        if verb.dep_ == "xcomp" and head.lemma_.lower() in CONTROL:  # "ordered Acme to pay"
            told = [c for c in head.children if c.dep_ in {"dobj", "nsubjpass"}]
            if told:
                return told
        own = [c for c in head.children if c.dep_ in SUBJECTS]
        if own:
            return [resolve_relative(s) for s in own]
        verb = head
    return []


def told_before(verb: Token) -> Token | None:
    """The clause that stands before its verb of saying: "Acme received X, Hanbit estimated, and holds Y" goes on with Acme."""
    if (
        verb.dep_ == "conj"
        and verb.lemma_.lower() in TELLS
        and not any(c.dep_ in {"dobj", "ccomp"} for c in verb.children)
    ):
        return verb.head
    subject = next((c for c in verb.children if c.dep_ in SUBJECTS), None)
    clauses = [c for c in verb.children if c.dep_ == "ccomp" and subject is not None and c.i < subject.i]
    return clauses[0] if clauses and any(s.dep_ in SUBJECTS for s in clauses[0].children) else None


def right_preps(site: Site) -> dict[str, list[Token]]:
    """What a preposition right behind the amount governs, wherever the parse hangs it: "X from the county"."""
    found: dict[str, list[Token]] = {}
    for token in site.right[:4]:
        if token.pos_ in {"ADP"} and token.lower_ in {"from", "with", "by", "to", "against"}:
            found.setdefault(token.lower_, []).extend(objects_of(token))
            break
        if not (
            token.is_punct
            or token.is_space
            or token.lower_ in {"apiece", "each", "contract", "contracts", "order"}
        ):
            break
    return found


def shared_preps(site: Site) -> dict[str, list[Token]]:
    """Giver and taker behind the last of coordinated amounts, for all of them: "X in grants and Y in loans from the state"."""
    found: dict[str, list[Token]] = {}
    for token in conjuncts(site.anchor):
        for word, objects in noun_preps(token).items():
            if word in {"from", "with"}:
                found.setdefault(word, []).extend(objects)
    return found


def relative_verb(noun: Token) -> Token | None:
    """The verb of a relative clause whose object `noun` is: "the fine that the court imposed", "the money it spent"."""
    for clause in noun.children:
        if clause.dep_ != "relcl" or clause.pos_ != "VERB":
            continue
        subjects = [c for c in clause.children if c.dep_ == "nsubj"]
        objects = [c for c in clause.children if c.dep_ == "dobj"]
        if not subjects or any(s.lower_ in RELATIVES for s in subjects):
            continue
        if not objects or any(o.lower_ in RELATIVES for o in objects):
            return clause
    return None


def conjuncts(token: Token) -> list[Token]:
    """`token` and what is coordinated with it, in order."""
    return sorted({token, *token.conjuncts}, key=lambda t: t.i)
