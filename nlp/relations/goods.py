"""Ties that goods tell: "chips bought from X", "parts made for X", "whose tools come from X", "makes X's parts"."""

from collections.abc import Iterator
from functools import cache

from spacy.attrs import LEMMA
from spacy.tokens import Doc, Token

from nlp.listings.groups import Target
from nlp.relations.parties import Link, words
from nlp.relations.rules import LinkFinder
from nlp.wordids import ids, places

REACH = 5  # tokens from the verb to its preposition
MAX_STEPS = 6  # heads climbed from a participle to the clause it is told in


class GoodsFinder:
    """The ties of one document that goods and where they come from tell."""

    def __init__(self, doc: Doc, links: LinkFinder) -> None:
        self.doc, self.links = doc, links
        self.targets, self.clauses = links.targets, links.clauses

    def find(self) -> Iterator[Link]:
        """Every tie, wording by wording."""
        goods = words()["goods"]
        for i in places(self.doc, LEMMA, _verbs()):
            verb = self.doc[i]
            if verb.pos_ != "VERB" or any(c.dep_ == "neg" for c in verb.children):
                continue
            lemma = verb.lemma_.lower()
            if lemma in goods["come"]:
                yield from self._come_from(verb)
            elif verb.tag_ == "VBN" and verb.dep_ == "acl":
                yield from self._participle(verb, lemma)
            elif lemma in goods["made"]:
                yield from self._makes(verb)

    def _participle(self, verb: Token, lemma: str) -> Iterator[Link]:
        """ "machines that run on processors bought from X", "written off chips made for X"."""
        bought = lemma in words()["goods"]["bought"]
        if not _is_goods(verb.head):
            return
        prep = self._prep(verb, {"from"} if bought else {"for", "to"})
        others = self.links.chain(prep.i + 1, verb.sent.end, 4) if prep is not None else []
        owner = self._who_has(verb.head, verb.i)
        if owner is not None and others:
            ends = (others, [owner]) if bought else ([owner], others)
            yield from self.links.pairs("supplier", *ends, verb.i, verb.i, f"goods-{lemma}", 0.75)

    def _who_has(self, noun: Token, before: int) -> Target | None:
        """The party whose goods `noun` are: the owner of "whose", else the subject of the clause around."""
        node = noun
        for _ in range(MAX_STEPS):
            whose = next((c for c in node.lefts if c.tag_ in {"WP$", "PRP$"} and c.i < before), None)
            if whose is not None:
                return self.links.owner(whose)
            if node.pos_ == "VERB":
                subject = next((c for c in node.children if c.dep_ == "nsubj"), None)
                if subject is not None and (own := self._owned_subject(subject)) is not None:
                    return own
                found = [t for t in self.links.companies(self.clauses.subject(node)) if t.last < before]
                if found:
                    return found[0] if len(found) == 1 else None
            if node.head == node:
                return None
            node = node.head
        return None

    def _owned_subject(self, subject: Token) -> Target | None:
        """The owner of "whose machines", "its tools", "X's tools" as a subject."""
        if not _is_goods(subject):
            return None
        whose = next((c for c in subject.lefts if c.dep_ == "poss"), None)
        return self.links.owner(whose) if whose is not None else None

    def _come_from(self, verb: Token) -> Iterator[Link]:
        """ "X, whose tools come mostly from A and B": A and B supply X."""
        prep = self._prep(verb, {"from"})
        subject = next((c for c in verb.children if c.dep_ == "nsubj"), None)
        if prep is None or subject is None:
            return
        owner = self._owned_subject(subject)
        others = self.links.chain(prep.i + 1, verb.sent.end, 4)
        if owner is not None and others:
            yield from self.links.pairs("supplier", others, [owner], verb.i, verb.i, "goods-come", 0.75)

    def _makes(self, verb: Token) -> Iterator[Link]:
        """ "A makes most of B's parts": A supplies B."""
        head = next((c for c in verb.children if c.dep_ == "dobj"), None)
        nouns = [t for t in head.subtree if t.i > verb.i and _is_goods(t)] if head is not None else []
        for noun in nouns[:1]:
            whose = next((c for c in noun.lefts if c.dep_ == "poss" and c.lower_ not in OWN), None)
            owner = self.links.owner(whose) if whose is not None else None
            subject = [t for t in self.links.companies(self.clauses.subject(verb)) if t.last < verb.i]
            if owner is not None and len(subject) == 1:
                yield from self.links.pairs("supplier", subject, [owner], verb.i, noun.i, "goods-made", 0.75)

    def _prep(self, verb: Token, wanted: set[str]) -> Token | None:
        """The preposition of `verb`, near behind it."""
        near = self.doc[verb.i + 1 : min(verb.i + REACH, verb.sent.end)]
        return next((t for t in near if t.lower_ in wanted and t.pos_ == "ADP"), None)


OWN = frozenset({"its", "their", "his", "her"})


def _is_goods(token: Token) -> bool:
    return token.lemma_.lower() in _goods() or token.lower_ in _goods()


@cache
def _goods() -> frozenset[str]:
    return frozenset(words()["goods"]["nouns"])


@cache
def _verbs() -> frozenset[int]:
    goods = words()["goods"]
    return ids([*goods["made"], *goods["bought"], *goods["come"]])
