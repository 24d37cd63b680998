"""Sentences that put somebody on a list or take somebody off one: the verb, the list, the parties.

The list is the anchor: from it the preposition, from that the verb, from that the parties.
"""

from collections.abc import Iterator
from dataclasses import replace

from spacy.tokens import Token

from db.records import Action, Standing
from nlp.listings.frames import framed, resting
from nlp.listings.groups import DESCRIBING, Target, counts, group_nouns, number_of
from nlp.listings.lists import ListRef, cues
from nlp.listings.nouns import Event
from nlp.listings.phrases import ListPhrases
from nlp.listings.stance import Stance, no_longer, stance_of

MODIFIERS = frozenset({"DET", "ADJ", "PROPN", "NOUN", "PART", "NUM", "ADV", "PRON"})
ASIDE = "blacklist-aside"  # rule of an act told in passing: the sentence's authority is not its own
QUOTES = frozenset("\"'“”‘’")
INVERTING = frozenset(
    {"are", "is", "were", "was", "include", "includes", "included", "contains", "contained", "names", "named"}
)
WEAK = frozenset(
    {"be", "keep", "go", "get", "find", "end", "have", "come"}
)  # too common to take a list from afar
ON_IT = frozenset({"remove", "take", "strike", "delete", "drop", "add", "put", "place"})
#: "to what it calls the list", "to what is known as its list"
NAMING = frozenset({"called", "calls", "call", "so", "-", "what", "is", "known", "describes", "terms"})
PREPOSITIONS = frozenset({"to", "on", "onto", "in", "into", "under", "from", "off", "as"})


class ListEvents(ListPhrases):
    """What a document says to happen on each list that it names."""

    def of_list(self, ref: ListRef) -> Iterator[Event]:
        """What is said to happen on the list that `ref` names."""
        prep = self._prep(ref)
        if ref.is_it:
            yield from self._on_it(ref, prep)
            return
        done = False
        if prep is not None:
            found = self._verb(ref, prep)
            if found is not None:
                verb, action = found
                event = self._event(verb, action, ref, prep)
                done = True
                if event is not None:
                    yield event
            else:
                for event in self._nominal(ref, prep):
                    done = True
                    yield event
        else:
            root = self._root(ref)
            verb = root.head
            if root.dep_ == "dobj" and verb.pos_ == "VERB":
                for kind, action in (("add", Action.ADD), ("remove", Action.REMOVE)):
                    if verb.lemma_.lower() in cues()[kind]["object"]:
                        event = self._event(verb, action, ref, None)
                        if event is not None:
                            yield event
            elif root.dep_ == "nsubj" and verb.lemma_.lower() in {
                "include",
                "name",
                "comprise",
                "feature",
                "list",
                "cover",
                "contain",
            }:
                event = self._listed_by(verb, ref)
                if event is not None:
                    yield event
            yield from self._blacklist_of(ref)
            for event in (*self._changed(ref), *self._declared(ref)):
                done = True
                yield event
        if not done:
            for event in self._modifying(ref):
                done = True
                yield event
        if not done:
            yield from self._inverted(ref)
        if not done or self._which(ref) is not None:
            yield from self._relative(ref)

    def _on_it(self, ref: ListRef, prep: Token | None) -> Iterator[Event]:
        """ "is removed from it", "take X off it"."""
        found = self._verb(ref, prep) if prep is not None else None
        if prep is None or found is None or found[0] != prep.head or found[0].lemma_.lower() not in ON_IT:
            return
        event = self._event(found[0], found[1], ref, prep)
        if event is not None:
            yield event

    def _inverted(self, ref: ListRef) -> Iterator[Event]:
        """ "Also on the list are X and Y", "Other companies on the list include X", "the list, which includes X"."""
        i = ref.last + 1
        if i + 1 < len(self.doc) and self.doc[i].text == "," and self.doc[i + 1].lower_ == "which":
            i += 2
        while i < len(self.doc) and self.doc[i].pos_ == "ADV":
            i += 1
        if i >= self.doc[ref.last].sent.end or self.doc[i].lower_ not in INVERTING:
            return
        verb = self.doc[i]
        chain = self.targets.chain(i + 1, verb.sent.end)
        if not self._of_members(verb, ref):
            return
        if (
            not chain
            or chain[0].count is not None
            or not all(t.pos_ in DESCRIBING or t.is_punct for t in self.doc[i + 1 : chain[0].first])
        ):
            return
        stance = stance_of(verb, Action.ADD)
        if stance.action is not None:
            stance = replace(stance, standing=Standing.RECALLED)
            yield self._make(i, i, ref, [t for t in chain if t.count is None], stance, "inverted", 0.8)

    def _of_members(self, verb: Token, ref: ListRef) -> bool:
        """True where those on the list, or the list, are what the verb tells of: never "suppliers to firms on it"."""
        subject = next(
            (c for c in verb.children if c.dep_ in {"nsubj", "nsubjpass"} and c.i < ref.first), None
        )
        if subject is None or number_of(subject) is not None or self.targets.at(subject.i) is not None:
            return True
        if subject.pos_ not in {"NOUN", "PROPN"}:
            return True
        if any(c.lower_ in {"of", "to", "for", "from", "with"} and c.i < ref.first for c in subject.children):
            near = self._prep(ref)
            return (
                near is not None
                and near.head == subject
                and near.lower_ in {"on", "in"}
                and subject.lemma_ in {"list"}
            )
        return counts(subject, group_nouns())

    def _root(self, ref: ListRef) -> Token:
        return self.doc[ref.first : ref.last + 1].root

    def _prep(self, ref: ListRef) -> Token | None:
        """The preposition that governs the list's noun phrase."""
        sent_start = self.doc[ref.first].sent.start
        whose = [c.left_edge.i for c in self._root(ref).lefts if c.dep_ == "poss"]
        i = max(min([ref.first, *whose]), sent_start) - 1  # "on the Department of Defense's 1260H List"
        steps = 0
        while i >= sent_start and steps < 12:
            token = self.doc[i]
            if token.lower_ == "as" and self.doc[i - 1].lower_ == "known":
                i, steps = i - 1, steps + 1
                continue
            if (
                token.lower_ in PREPOSITIONS
                and token.pos_ in {"ADP", "SCONJ", "PART", "ADV"}
                and token.tag_ != "POS"
            ):
                return token
            if token.lower_ == "of" and self.doc[i - 1].lower_ in {"list", "blacklist", "register"}:
                i, steps = i - 2, steps + 2  # "on the Treasury's list of military-industrial companies"
                continue
            if token.lower_ in {"and", "or"}:
                other = next((r for r in self.refs if r.last == i - 1 or r.last == i - 2), None)
                return self._prep(other) if other is not None else None
            if (
                token.pos_ not in MODIFIERS
                and not (token.dep_ == "amod" and token.tag_ in {"VBG", "VBN"})  # "the growing blacklist"
                and token.text not in QUOTES
                and token.lower_ not in NAMING
            ):
                return None
            i, steps = i - 1, steps + 1
        return None

    def _verb(self, ref: ListRef, prep: Token) -> tuple[Token, Action] | None:
        """The verb whose frame takes this preposition, and which way it goes."""
        word = prep.lower_
        add, remove = set(cues()["add"].get(word, ())), set(cues()["remove"].get(word, ()))
        candidates: list[Token] = []
        if prep.head.pos_ in {"VERB", "AUX"}:
            candidates.append(prep.head)
        crossed = 0
        for i in range(prep.i - 1, prep.sent.start - 1, -1):
            token = self.doc[i]
            if token.pos_ not in {"VERB", "AUX"} or token.dep_ in {"aux", "auxpass"}:
                continue
            if token.lower_ == "including" and token.dep_ == "prep":
                continue  # "placed 10 firms, including X, on its list"
            candidates.append(token)
            crossed += token.tag_ in {"VBD", "VBZ", "VBP"}
            if crossed > 1 or len(candidates) > 4:
                break
        for token in candidates:
            lemma = token.lemma_.lower()
            if token.i > prep.i:
                continue
            if lemma in remove:
                return token, Action.REMOVE
            if lemma in add:
                if lemma in WEAK and token not in (prep.head, _governor(prep)):
                    continue
                return token, Action.ADD
        return framed(prep)

    def _event(self, verb: Token, action: Action, ref: ListRef, prep: Token | None) -> Event | None:
        self.verbs.add(verb.i)
        lemma = verb.lemma_.lower()
        state = (lemma in cues()["state"]["verbs"] and lemma != "keep") or lemma in resting()
        if state and action is Action.ADD and no_longer(verb):
            stance = Stance(Action.REMOVE)
        else:
            stance = stance_of(verb, action)
        if stance.action is None:
            return None
        if state and stance.action is Action.ADD:
            stance = replace(stance, standing=Standing.RECALLED)
        targets = self.targets_of(verb, prep, ref)
        targets = [t for t in self._own_of(verb, prep, targets) if not self._ambiguous(t)]
        event = self._make(verb.i, verb.i, ref, targets, stance, f"verb-{'state' if state else action}", 0.9)
        if not targets:
            self.empty.append(event)
            return None
        return event

    def _own_of(self, verb: Token, prep: Token | None, targets: list[Target]) -> list[Target]:
        """ "put 12 firms on one list and three on the other": of `targets` those that stand before the other list alone."""
        if prep is None:
            return targets
        i = prep.i - 1
        while i > verb.i and self.doc[i].lower_ not in {"and", "but", "while"}:
            i -= 1
        if not any(verb.i < r.first and r.last < i for r in self.refs):
            return targets
        own = [t for t in self.doc[i + 1 : prep.i] if not t.is_punct]
        if (
            not own
            or own[0].pos_ == "ADP"
            or not any(t.pos_ in {"NOUN", "PROPN", "NUM", "PRON"} for t in own)
        ):
            return targets  # "on one list in 2019 and, in 2021, on the other"
        return self.targets.between(i + 1, prep.i)

    def _which(self, ref: ListRef) -> Token | None:
        """The preposition of "on which", "to which" right after the list."""
        sent = self.doc[ref.last].sent
        until = min([sent.end - 1, ref.last + 14, *(r.first for r in self.refs if r.first > ref.last)])
        for i in range(ref.last + 1, until):
            if self.doc[i].lower_ in PREPOSITIONS and self.doc[i + 1].lower_ == "which":
                return self.doc[i]
            if self.doc[i].tag_ in {"VBD", "VBZ", "VBP", "MD"}:
                return None
        return None

    def _relative(self, ref: ListRef) -> Iterator[Event]:
        """ "the Entity List, on which X has appeared since 2020", "to which X was added"."""
        prep = self._which(ref)
        if prep is None:
            return
        add, remove = set(cues()["add"].get(prep.lower_, ())), set(cues()["remove"].get(prep.lower_, ()))
        for token in self.doc[prep.i + 2 : prep.sent.end]:
            if token.pos_ not in {"VERB", "AUX"} or token.dep_ in {"aux", "auxpass"}:
                continue
            lemma = token.lemma_.lower()
            if lemma in add or lemma in remove:
                event = self._event(token, Action.ADD if lemma in add else Action.REMOVE, ref, None)
                event = event or self._it_there(token, ref)
                if event is not None:
                    yield event
            return

    def _it_there(self, verb: Token, ref: ListRef) -> Event | None:
        """ "does not take X off the list, on which it has been": the only party told before, where "it" is open."""
        subject = next((c for c in verb.children if c.dep_ in {"nsubj", "nsubjpass"}), None)
        before = [t for t in self.targets.between(verb.sent.start, ref.first) if t.count is None]
        state = verb.lemma_.lower() in cues()["state"]["verbs"]
        if subject is None or subject.lower_ != "it" or not state or len(before) != 1:
            return None
        stance = Stance(Action.ADD, standing=Standing.RECALLED)
        return self._make(verb.i, verb.i, ref, before, stance, "state-which", 0.8)

    def _listed_by(self, verb: Token, ref: ListRef) -> Event | None:
        """ "The list includes X and Y"."""
        stance = stance_of(verb, Action.ADD)
        targets = [t for t in self.targets.chain(verb.i + 1, verb.sent.end) if t.count is None]
        if stance.action is None:
            return None
        event = self._make(
            verb.i, verb.i, ref, targets, replace(stance, standing=Standing.RECALLED), "list-includes", 0.85
        )
        if not targets:
            self.empty.append(event)
            return None
        return event


def _governor(prep: Token) -> Token:
    """What coordinated prepositions hang on: "has been on one list since 2020 and on another"."""
    head = prep.head
    while head.pos_ in {"ADP", "SCONJ"} and head.head != head:
        head = head.head
    return head
