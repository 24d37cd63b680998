"""Takeovers and investments told by nouns: "its takeover by X", "completed its acquisition of X", "an investment in X"."""

from collections.abc import Iterator
from functools import cache

from spacy.attrs import LEMMA
from spacy.tokens import Doc, Token

from nlp.listings.groups import Target
from nlp.relations.parties import Link, words
from nlp.relations.phrases import Phrases
from nlp.relations.rules import LinkFinder
from nlp.wordids import ids, places

MAX_STEPS = 6  # heads climbed to the verb that an investment hangs on
NEAR = 5  # tokens between a preposition and its party
SINCE = frozenset({"since", "after", "following"})


class TakeoverFinder(Phrases):
    """The ties of one document that takeovers and investments make."""

    def __init__(self, doc: Doc, links: LinkFinder) -> None:
        super().__init__(doc, links)
        self.table = words()["wordings"]

    def find(self) -> Iterator[Link]:
        """Every tie, anchor by anchor."""
        for i in places(self.doc, LEMMA, _anchors()):
            token = self.doc[i]
            lemma = token.lemma_.lower()
            if token.pos_ == "VERB" and lemma == "take":
                yield from self._takes_over(token)
            elif token.pos_ == "VERB" and lemma == "pay":
                yield from self._pays_for(token)
            elif token.pos_ == "NOUN" and lemma == "investment":
                yield from self._investment(token)
            elif token.pos_ == "NOUN" and lemma in self.table["takeover"]:
                yield from self._takeover(token)

    def _takes_over(self, verb: Token) -> Iterator[Link]:
        """ "X took over Y in 2019", "Y was taken over by X"."""
        over = next((t for t in self.doc[verb.i + 1 : verb.i + 3] if t.lower_ == "over"), None)
        if over is None or over.head != verb:
            return
        if self.clauses.passive(verb):
            yield from self.link(
                "subsidiary", self.subject(verb), self.agent(verb)[:1], verb, over, "taken-over", 0.8
            )
            return
        bought = self.links.chain(over.i + 1, verb.sent.end, 2)[:1]
        obj = next((c for c in verb.children if c.dep_ in {"dobj", "pobj"}), None)
        if bought and (obj is None or bought[0].first <= obj.i <= bought[0].last or over.dep_ == "prep"):
            yield from self.link("subsidiary", bought, self.subject(verb), verb, over, "takes-over", 0.75)

    def _pays_for(self, verb: Token) -> Iterator[Link]:
        """ "paid $300 million for X", "paid $60 million for a fifth of X"."""
        for_ = self.prep(verb, {"for"})
        noun = next((c for c in for_.children if c.dep_ == "pobj"), None) if for_ is not None else None
        if for_ is None or noun is None or self.clauses.passive(verb):
            return
        if self.named(noun.i) is not None:
            bought = self.links.chain(for_.i + 1, verb.sent.end, 4)[:1]
            yield from self.link("subsidiary", bought, self.subject(verb), verb, for_, "pays-for", 0.75)
        elif is_part(noun):
            issuer = self.behind(next((c for c in noun.rights if c.lower_ in {"of", "in"}), None))[:1]
            yield from self.link("investor", self.subject(verb), issuer, verb, for_, "pays-for", 0.75)

    def _takeover(self, noun: Token) -> Iterator[Link]:
        """ "completed its acquisition of X", "X's takeover of Y closed", "since its takeover by X"."""
        of, by = self._prep_of(noun, "of"), self._prep_of(noun, "by")
        whose = self.owner(noun)
        if of is not None:
            bought = self.links.chain(of.i + 1, noun.sent.end, NEAR)[:1]
            buyer = self.links.chain(by.i + 1, noun.sent.end, NEAR)[:1] if by is not None else []
            if not buyer:
                buyer = [whose] if whose is not None else self._buyer(noun)
        else:
            bought = [whose] if whose is not None else []
            buyer = self.links.chain(by.i + 1, noun.sent.end, NEAR)[:1] if by is not None else []
        if bought and buyer and self._done(noun):
            yield from self.link("subsidiary", bought, buyer, noun, noun, "takeover", 0.8)

    def _prep_of(self, noun: Token, word: str) -> Token | None:
        return next((c for c in noun.rights if c.lower_ == word and c.i - noun.i < 12), None)

    def _buyer(self, noun: Token) -> list[Target]:
        return self.subject(noun.head) if noun.dep_ == "dobj" and noun.head.pos_ == "VERB" else []

    def _done(self, noun: Token) -> bool:
        """True where the takeover is told as past: completed, closed, what has grown since."""
        verb = noun.head
        if noun.dep_ == "pobj":
            return verb.lower_ in SINCE and not any(t.tag_ == "MD" for t in verb.head.children)
        if verb.pos_ != "VERB" or any(c.tag_ == "MD" or c.dep_ == "neg" for c in verb.children):
            return False
        done = verb.lemma_.lower() in self.table["completes"]
        return done and noun.dep_ in {"dobj", "nsubjpass", "nsubj"} and verb.dep_ not in {"xcomp", "advcl"}

    def _investment(self, noun: Token) -> Iterator[Link]:
        """ "X's investment in Y", "pay a fine over a 2025 investment in Y"."""
        after = self.doc[noun.i + 1] if noun.i + 1 < noun.sent.end else None
        if after is None or after.lower_ != "in":
            return
        issuer = self.links.chain(after.i + 1, noun.sent.end, NEAR)[:1]
        if not issuer or not self.between(after.i + 1, issuer[0].first):
            return
        owner = self.owner(noun)
        investors = [owner] if owner is not None else self._who_pays(noun)
        yield from self.link("investor", investors, issuer, noun, after, "investment-in", 0.75)

    def _who_pays(self, noun: Token) -> list[Target]:
        node = noun
        for _ in range(MAX_STEPS):
            if node.head == node:
                return []
            node = node.head
            if node.pos_ == "VERB":
                if node.lemma_.lower() in words()["ended"]["never"]:
                    return []
                found = self.subject(node)
                if found:
                    return found if len(found) == 1 else []
        return []


def is_part(noun: Token) -> bool:
    """True for what of a company is bought: a stake, 9%, a fifth."""
    table = words()["stake"]
    return noun.lemma_.lower() in {*table["fractions"], "stake", "share", "%", "percent", "holding"}


@cache
def _anchors() -> frozenset[int]:
    return ids(["take", "pay", "investment", *words()["wordings"]["takeover"]])
