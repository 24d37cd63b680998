"""Noun phrases built on a list: "X's Entity List designation", "the latest additions to it are X and Y"."""

from collections.abc import Iterator
from dataclasses import replace

from spacy.tokens import Token

from db.records import Action, Standing
from nlp.listings.groups import DESCRIBING, Target
from nlp.listings.lists import ListRef, cues
from nlp.listings.nouns import Event, NounEvents
from nlp.listings.parties import unique
from nlp.listings.stance import FINITE, Stance, stance_of

MEMBERS = frozenset({"company", "firm", "entity", "business", "member", "name", "group", "party"})
NAMES = frozenset({"be", "include", "comprise"})  # "the additions are X and Y"
DECLARED = frozenset({"designate", "declare", "label", "name"})
HITS = frozenset({"hit", "slap", "strike", "saddle", "tag"})
MODIFIES = frozenset({"compound", "nmod", "amod"})


class ListPhrases(NounEvents):
    """What noun phrases say of the lists of one document."""

    def _modifying(self, ref: ListRef) -> Iterator[Event]:
        """ "X's Entity List designation", "Entity List additions include X", "X, an Entity List company"."""
        root = self.doc[ref.first : ref.last + 1].root
        noun = root.head
        if root.dep_ not in MODIFIES or noun.pos_ != "NOUN" or not 0 < noun.i - ref.last <= 2:
            return
        kind = self.noun_kind(noun)
        if noun.lemma_.lower() in cues()["nouns"]["effects"]:
            yield from self._subjected(noun, ref)
        if kind is not None:
            yield from self._of_noun(noun, kind, ref, noun.sent.end)
        elif noun.lemma_.lower() in MEMBERS and ref.first > noun.sent.start and noun.tag_ == "NN":
            target = self._member(noun, self.doc[ref.first - 1])
            if target is not None:
                stance = Stance(Action.ADD, standing=Standing.RECALLED)
                yield self._make(noun.i, noun.i, ref, [target], stance, "state-phrase", 0.8)
        if noun.tag_ == "NNS" and noun.lemma_.lower() in MEMBERS and (width := self.marker(noun.i + 1)):
            chain = [
                t for t in self.targets.chain(noun.i + 1 + width, noun.sent.end) if t.mention is not None
            ]
            lead = self.doc[noun.i + 1 + width : chain[0].first] if chain else ()
            if chain and all(t.pos_ in DESCRIBING for t in lead):  # "Entity List companies such as X"
                stance = Stance(Action.ADD, standing=Standing.RECALLED)
                yield self._make(noun.i, noun.i, ref, chain, stance, "state-phrase", 0.8)

    def _subjected(self, noun: Token, ref: ListRef) -> Iterator[Event]:
        """ "X has been under Entity List restrictions since 2023", "is subject to Entity List controls"."""
        prep = noun.head
        verb = prep.head.head if prep.head.lower_ == "subject" else prep.head
        under = prep.lower_ == "under" or (prep.lower_ == "to" and prep.head.lower_ == "subject")
        if noun.dep_ != "pobj" or not under or verb.lemma_ not in {"be", "remain", "stay"}:
            return
        stance = stance_of(verb, Action.ADD)
        targets = [t for t in self.clauses.subject(verb) if t.mention is not None]
        if stance.action is not None and targets:
            stance = replace(stance, standing=Standing.RECALLED)
            yield self._make(verb.i, verb.i, ref, targets, stance, "state-phrase", 0.8)

    def _changed(self, ref: ListRef) -> Iterator[Event]:
        """ "expanded its Entity List by 19 names", "updated the list to include X and Y"."""
        root = self.doc[ref.first : ref.last + 1].root
        verb = root.head
        if root.dep_ != "dobj" or verb.lemma_.lower() not in cues()["change"]["verbs"]:
            return
        stance = stance_of(verb, Action.ADD)
        found: list[Target] = []
        for child in verb.rights:
            if child.lower_ == "by" and child.i > ref.last:
                found = [t for t in self.targets.chain(child.i + 1, verb.sent.end)[:1] if t.count is not None]
            elif (
                child.lemma_.lower() in {"include", "add"}
                and child.i > ref.last
                and child.tag_ in {"VB", "VBG"}
            ):
                found = self.targets.chain(child.i + 1, verb.sent.end)
        if found and stance.action is not None:
            found = unique([*found, *self.members(found, verb, found[-1].last)])
            yield self._make(verb.i, verb.i, ref, found, stance, "list-changed", 0.85)

    def _declared(self, ref: ListRef) -> Iterator[Event]:
        """ "has been designated a “Chinese military company”": the list as what somebody is called."""
        root = self.doc[ref.first : ref.last + 1].root
        verb = root.head
        if root.dep_ not in {"oprd", "attr", "dobj", "xcomp", "ccomp"} or verb.lemma_.lower() not in DECLARED:
            return
        stance = stance_of(verb, Action.ADD)
        if self.clauses.passive(verb):
            targets = self.clauses.subject(verb)
        else:
            targets = self.targets.chain(verb.i + 1, ref.first)
        if targets and stance.action is not None:
            yield self._make(verb.i, verb.i, ref, targets, stance, "verb-add", 0.85)

    def noun_kind(self, noun: Token) -> Action | None:
        """Which way the noun goes: "addition", "removal"; None for another."""
        nouns, lemma = cues()["nouns"], noun.lemma_.lower()
        if noun.pos_ != "NOUN":
            return None
        return Action.ADD if lemma in nouns["add"] else Action.REMOVE if lemma in nouns["remove"] else None

    def _member(self, noun: Token, article: Token) -> Target | None:
        """ "X, an Entity List company", "X is an Entity List company"."""
        if article.lower_ not in {"a", "an", "another"}:
            return None
        target = None
        if noun.dep_ == "appos" and self.doc[article.i - 1].text == ",":
            target = self.targets.antecedent(article.i)
        elif (
            noun.dep_ == "attr"
            and noun.head.tag_ in {"VBZ", "VBD"}
            and not any(c.dep_ in {"neg", "aux"} for c in noun.head.children)
        ):
            target = next(iter(self.clauses.subject(noun.head)), None)
        named = target is not None and target.mention is not None and not self.targets.possessor(target)
        return target if named else None

    def _predicated(self, noun: Token) -> list[Target]:
        """ "the additions to the list are X and Y", "X is the latest addition", "X and Y make up the additions"."""
        among = noun.dep_ == "pobj" and noun.head.lower_ in {"among", "amongst"}
        verb = noun.head.head if among else noun.head
        if any(c.dep_ == "neg" or c.tag_ == "MD" for c in verb.children) or verb.tag_ not in FINITE:
            return self._hit_with(noun)
        if noun.dep_ == "nsubj" and verb.lemma_ in NAMES:
            chain = self.targets.chain(verb.i + 1, verb.sent.end)
            lead = self.doc[verb.i + 1 : chain[0].first] if chain else ()
            near = all(t.pos_ in DESCRIBING or t.text in '“"' for t in lead)
            return [t for t in chain if t.count is None] if near else []
        made = verb.lemma_ == "make" and any(c.lower_ == "up" for c in verb.children)
        if (noun.dep_ in {"attr", "dobj"} and (made or verb.lemma_ in {"be", "become"})) or (
            among and verb.lemma_ == "be"
        ):
            return [t for t in self.clauses.subject(verb) if t.mention is not None]
        return self._hit_with(noun)

    def _hit_with(self, noun: Token) -> list[Target]:
        """ "X was hit with an Entity List designation", "hit X with one", "X received one"."""
        if noun.dep_ == "dobj" and noun.head.lemma_.lower() == "receive":
            return [t for t in self.clauses.subject(noun.head) if t.mention is not None]
        verb = noun.head.head
        if noun.dep_ != "pobj" or noun.head.lower_ != "with" or verb.lemma_.lower() not in HITS:
            return []
        if stance_of(verb, Action.ADD).action is not Action.ADD:
            return []
        if self.clauses.passive(verb):
            return self.clauses.subject(verb)
        return self.targets.chain(verb.i + 1, noun.head.i)
