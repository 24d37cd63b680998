"""Events that a noun tells: "the addition of X to the list", "X's place on it", "suspended the inclusion of X"."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from spacy.tokens import Doc, Token

from db.records import Action, Modality, Standing
from nlp.listings.groups import Target, number_of
from nlp.listings.lists import ListRef, cues
from nlp.listings.parties import PartyFinder, unique
from nlp.listings.stance import Stance, stance_of
from nlp.listings.targets import Targets

ALREADY = frozenset({"already", "also", "still", "now", "long", "itself", "themselves", "currently"})
ASKING = frozenset({"ask", "seek", "sue", "petition", "urge", "request", "want"})


@dataclass(frozen=True, slots=True)
class Event:
    """One act on a list with everybody it touches. `first` and `last` are the tokens of the cue."""

    action: Action
    list: str
    inferred: bool
    list_span: tuple[int, int] | None
    first: int
    last: int
    targets: tuple[Target, ...]
    modality: Modality
    standing: Standing
    stance_cue: str | None
    rule: str
    confidence: float
    lender: "Event | None" = None  #: the event whose date and authority this one shares


class NounEvents(PartyFinder):
    """What nouns say of the lists of one document."""

    def __init__(self, doc: Doc, refs: list[ListRef], targets: Targets) -> None:
        super().__init__(doc, refs, targets)
        self.verbs: set[int] = set()  # tokens already used as a trigger
        self.empty: list[Event] = []  # acts that name nobody yet: "the following entities:"

    def _make(
        self,
        first: int,
        last: int,
        ref: ListRef,
        targets: list[Target],
        stance: Stance,
        rule: str,
        confidence: float,
    ) -> Event:
        assert stance.action is not None
        targets = [t for t in targets if not any(r.first <= t.first <= r.last for r in self.refs)]
        return Event(
            stance.action, ref.list, ref.inferred, (ref.start, ref.end), first, last, tuple(targets),
            stance.modality, stance.standing, stance.cue, rule, confidence,
        )  # fmt: skip

    def _nominal(self, ref: ListRef, prep: Token) -> Iterator[Event]:
        """ "the addition of X to the list", "X's removal from", "X, on the Entity List since 2020"."""
        head = prep.head
        nouns = cues()["nouns"]
        for i in range(prep.i - 1, prep.sent.start - 1, -1):
            token = self.doc[i]
            lemma = token.lemma_.lower()
            if lemma in nouns["state"] and token.pos_ == "NOUN" and prep.lower_ == "on" and prep.i - i <= 1:
                yield from self._place_on(token, ref)
                return
            kind = (
                Action.ADD if lemma in nouns["add"] else Action.REMOVE if lemma in nouns["remove"] else None
            )
            if kind is not None and token.pos_ == "NOUN":
                yield from self._of_noun(token, kind, ref, prep.i)
                return
            if token.pos_ == "VERB" and token.tag_ in {"VBD", "VBZ", "VBP"}:
                break
        if prep.lower_ != "on":
            return
        before = prep.i
        while before > prep.sent.start and self.doc[before - 1].lower_ in ALREADY:
            before -= 1
        target = self.targets.antecedent(before)
        both = self.clauses.quantified(self.doc[before])
        if both:
            stance = Stance(Action.ADD, standing=Standing.RECALLED)
            yield self._make(prep.i, prep.i, ref, both, stance, "state-phrase", 0.85)
            return
        if target is None and head.pos_ in {"NOUN", "PROPN"}:
            # "Orient Lidar, a Shenzhen company on the list": the noun stands in apposition to a name
            left = head.left_edge.i
            target = self.targets.at(head.i) or self.targets.antecedent(left)
            if target is not None and self.targets.at(head.i) is None and self.doc[left - 1].text != ",":
                target = None
        if target is None and head.dep_ == "attr" and head.head.lemma_ in {"be", "become", "remain"}:
            # "became the second German company on the list"
            if any(c.dep_ == "neg" or c.tag_ == "MD" for c in head.head.children):
                return
            target = next(iter(self.clauses.subject(head.head)), None)
            target = target if target is not None and target.mention is not None else None
        if target is None or self.targets.possessor(target):
            return
        yield self._make(
            prep.i,
            prep.i,
            ref,
            [target],
            Stance(Action.ADD, standing=Standing.RECALLED),
            "state-phrase",
            0.85,
        )

    def _of_noun(self, noun: Token, action: Action, ref: ListRef, end: int) -> Iterator[Event]:
        """The parties of "addition", "removal", "blacklisting"."""
        targets: list[Target] = []
        before = self.doc[noun.i - 1] if noun.i else None
        after = self.doc[noun.i + 1] if noun.i + 1 < len(self.doc) else None
        if before is not None and before.tag_ == "PRP$":
            own = self.targets.at(before.i) or self.clauses.only_before(before)
            targets = [own] if own is not None else self.clauses.all_before(before)
        elif before is not None and before.tag_ == "POS" and (after is None or after.lower_ != "of"):
            owner = self.targets.at(noun.i - 2) or self.targets.at(noun.i - 1)
            targets = [owner] if owner is not None else []
        else:
            mark = next(
                (t for t in self.doc[noun.i + 1 : min(noun.i + 3, len(self.doc))] if t.lower_ == "of"), None
            )
            if mark is not None:
                targets = self.targets.chain(mark.i + 1, max(end, mark.i + 1))
            elif (whose := next((c for c in noun.lefts if c.dep_ == "poss"), None)) is not None:
                owner = self.targets.at(whose.i)  # "X's Entity List designation"
                targets = [owner] if owner is not None else []
        stopped = set(cues()["refuse"]["verbs"]) - {"dispute", "reject", "deny"}
        if noun.dep_ in {"dobj", "nsubjpass"} and noun.head.lemma_.lower() in stopped:
            return  # "a court order that halted its addition"
        targets = targets or self._predicated(noun) or self._enumerated(noun)
        stance = self._undone(noun) if action is Action.ADD else None
        stance = stance or stance_of(noun, action)
        if targets and stance.action is not None:
            self.verbs.add(noun.i)
            targets = unique([*targets, *self.members(targets, noun, max(noun.i, ref.last))])
            yield self._make(noun.i, noun.i, ref, targets, stance, "noun", 0.85)

    def _predicated(self, noun: Token) -> list[Target]:
        """Parties that are said to be the addition; phrases.py knows how."""
        return []

    def _enumerated(self, noun: Token) -> list[Target]:
        """ "The three remaining removals, A, B and C, follow": as many names as are counted."""
        count = next((n for c in noun.lefts if (n := number_of(c)) is not None), None)
        if (
            count is None
            or noun.i + 2 >= len(self.doc)
            or self.doc[noun.i + 1].text not in {",", ":", "—", "–", "("}
        ):
            return []
        chain = [t for t in self.targets.chain(noun.i + 2, noun.sent.end) if t.mention is not None]
        return chain if len(chain) == count else []

    def _undone(self, noun: Token) -> Stance | None:
        """ "suspended the inclusion of X", "asked the court to vacate its addition": the addition is the object."""
        verb, nouns = noun.head, cues()["nouns"]
        lemma = verb.lemma_.lower()
        if noun.dep_ not in {"dobj", "nsubjpass"} or lemma not in {*nouns["suspend"], *nouns["undo"]}:
            return None
        if verb.dep_ in {"xcomp", "ccomp", "advcl"} and verb.head.lemma_.lower() in ASKING:
            return Stance(Action.CHALLENGE)
        stance = stance_of(verb, Action.REMOVE)
        if lemma in nouns["suspend"] and stance.action is not None:
            stance = replace(stance, standing=Standing.SUSPENDED)
        return stance

    def _place_on(self, noun: Token, ref: ListRef) -> Iterator[Event]:
        """ "X's place on the Entity List", "the lawsuit over its place on the list"."""
        whose = next((c for c in noun.lefts if c.dep_ == "poss"), None)
        target = self.targets.at(whose.i) if whose is not None else None
        suit = noun.head.head if noun.dep_ == "pobj" else None
        suit = suit if suit is not None and suit.lemma_.lower() in cues()["challenge"]["suits"] else None
        if target is None and suit is not None:  # "X's lawsuit over its place"
            owner = next((c for c in suit.lefts if c.dep_ == "poss"), None)
            target = self.targets.at(owner.i) if owner is not None else None
        stance = Stance(Action.ADD, standing=Standing.RECALLED)
        if target is None and noun.dep_ == "dobj" and noun.head.lemma_.lower() in cues()["nouns"]["gained"]:
            target = next(iter(self.clauses.subject(noun.head)), None)  # "X, which earned a spot on the list"
            if stance_of(noun.head, Action.ADD).action is not Action.ADD or noun.head.tag_ == "VB":
                return
        if target is None or target.count is not None or any(c.dep_ == "neg" for c in noun.head.children):
            return
        stance = Stance(Action.CHALLENGE) if suit is not None else stance
        yield self._make(noun.i, noun.i, ref, [target], stance, "place-on", 0.8)

    def _blacklist_of(self, ref: ListRef) -> Iterator[Event]:
        """ "the US's recent blacklist of Huawei"."""
        nxt = ref.last + 1
        if ref.inferred and not ref.anaphor and nxt < len(self.doc) and self.doc[nxt].lower_ == "of":
            targets = [
                t
                for t in self.targets.chain(nxt + 1, min(nxt + 8, self.doc[nxt].sent.end))
                if t.mention is not None
            ]
            if targets:
                yield self._make(
                    ref.first,
                    ref.last,
                    ref,
                    targets[:1],
                    Stance(Action.ADD, standing=Standing.RECALLED),
                    "blacklist-of",
                    0.8,
                )
