"""Notices that name somebody without naming their list: "Thursday's update also adds X", "the rule took in Y"."""

from collections.abc import Iterator
from functools import cache

from spacy.attrs import LEMMA
from spacy.tokens import Token

from db.listregistry import packaged_lists
from db.records import Action
from nlp.listings.finder import EventFinder
from nlp.listings.groups import DESCRIBING
from nlp.listings.lists import cues
from nlp.listings.nouns import Event
from nlp.listings.stance import stance_of
from nlp.wordids import ids, places


class NoticeFinder:
    """What the notices of one document say, where a list is in focus."""

    def __init__(self, finder: EventFinder) -> None:
        self.doc, self.finder, self.targets = finder.doc, finder, finder.targets

    def find(self) -> Iterator[Event]:
        if not self.finder.refs:
            return
        for i in places(self.doc, LEMMA, _verbs()):
            event = self._named(self.doc[i])
            if event is not None:
                yield event

    def _named(self, verb: Token) -> Event | None:
        """ "the notice names X and Y": the names at once after the verb."""
        table = cues()["notices"]
        if verb.i in self.finder.verbs or verb.i == verb.sent.start:
            return None
        if verb.pos_ == "VERB":
            subject = next((c for c in verb.children if c.dep_ == "nsubj" and c.i < verb.i), None)
        else:  # "the notice names X": to the tagger a notice's names
            subject = verb.nbor(-1) if verb.lower_ == "names" else None
        if subject is None or subject.lemma_.lower() not in table["nouns"]:
            return None
        particle = next((c.lower_ for c in verb.children if c.dep_ == "prt"), "")
        lemma = verb.lemma_.lower()
        if particle != table["phrasal"].get(lemma, "" if lemma in table["verbs"] else None):
            return None
        focus = self.finder.focus(verb, own=True)
        if focus is None or packaged_lists().lists[focus.list].kind != "list":
            return None
        chain = [t for t in self.targets.chain(verb.i + 1, verb.sent.end) if t.mention is not None]
        lead = self.doc[verb.i + 1 : chain[0].first] if chain else ()
        stance = stance_of(verb, Action.ADD)
        if not chain or stance.action is None or any(c.dep_ == "oprd" for c in verb.children):
            return None
        if chain[-1].last + 1 < len(self.doc) and self.doc[chain[-1].last + 1].lower_ in {"as", "to"}:
            return None  # "the notice names X as its customer"
        if not all(t.pos_ in DESCRIBING or t.dep_ == "prt" or t.text in ',"“' for t in lead):
            return None
        return self.finder._make(verb.i, verb.i, focus, chain, stance, "notice", 0.8)


@cache
def _verbs() -> frozenset[int]:
    table = cues()["notices"]
    return ids([*table["verbs"], *table["phrasal"]])
