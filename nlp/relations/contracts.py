"""Ties that contracts and orders make: "won an order from X", "was awarded a contract by X", "a supply deal with X"."""

from collections.abc import Iterator
from functools import cache

from spacy.attrs import LEMMA
from spacy.tokens import Doc, Token

from nlp.listings.groups import Target
from nlp.relations.parties import Link, words
from nlp.relations.phrases import Phrases
from nlp.relations.rules import LinkFinder
from nlp.wordids import ids, places

NEAR = 14  # tokens between a verb and its contract, and between that and the party


class ContractFinder(Phrases):
    """The ties of one document that contracts make; who is paid supplies who pays."""

    def __init__(self, doc: Doc, links: LinkFinder) -> None:
        super().__init__(doc, links)
        self.table = words()["contract"]

    def find(self) -> Iterator[Link]:
        """Every tie, verb by verb."""
        for i in places(self.doc, LEMMA, _anchors()):
            token = self.doc[i]
            lemma = token.lemma_.lower()
            if token.pos_ == "VERB":
                if lemma in self.table["pick"]:
                    yield from self._picked(token)
                if self.clauses.passive(token):
                    if lemma in self.table["give"]:
                        yield from self._given_passive(token)
                elif lemma in {*self.table["give"], *self.table["win"], *self.table["end"]}:
                    yield from self._contract(token, lemma)
            elif token.pos_ == "NOUN" and lemma in self.table["nouns"]:
                yield from self._between(token)

    def _noun(self, verb: Token) -> Token | None:
        """The contract that the verb is about."""
        near = self.doc[verb.i + 1 : min(verb.i + NEAR, verb.sent.end)]
        for token in near:
            if token.lemma_.lower() in self.table["nouns"] and token.pos_ in {"NOUN", "PROPN"}:
                return token
            if token.tag_ in {"VBD", "VBZ"} and token.dep_ not in {"amod", "acl"}:
                return None
        return None

    def _contract(self, verb: Token, lemma: str) -> Iterator[Link]:
        """ "B awarded A a contract", "A won orders from B"; money goes from b to a."""
        noun = self._noun(verb)
        if noun is None:
            return
        subject = self.subject(verb)
        until = min(noun.i + NEAR, verb.sent.end)
        after = self.doc[noun.i + 1 : until]
        if lemma in self.table["give"]:
            to = next((t for t in after if t.lower_ in {"to", "with"} and t.pos_ == "ADP"), None)
            others = self.links.companies(self.targets.chain(verb.i + 1, noun.i)) or (
                self.links.chain(to.i + 1, verb.sent.end, 4) if to is not None else []
            )
            yield from self.link("supplier", others, subject, verb, noun, "contract-given")
            return
        ended = lemma in self.table["end"]
        preps = {"from", "with"} if ended or lemma == "sign" else {"from"}
        source = next((t for t in after if t.lower_ in preps and t.pos_ == "ADP"), None)
        if source is None or (source.lower_ == "with" and not ended and not self._is_sale(noun, after)):
            return
        others = self.links.chain(source.i + 1, verb.sent.end, 4)[:1]
        buys = any(t.lower_ in {"buy", "purchase", "procure"} for t in after)
        ends = (others, subject) if buys else (subject, others)
        yield from self.link("supplier", *ends, verb, noun, "contract-won")

    def _is_sale(self, noun: Token, after: list[Token]) -> bool:
        """True where "signed a contract with X" tells who delivers: "to supply", "worth $4 million", no "for the supply of"."""
        words_after = [t.lower_ for t in after]
        if "for" in words_after and {"supply", "delivery", "purchase"} & set(words_after):
            return False
        if {"buy", "purchase", "procure"} & set(words_after):
            return True
        if any(t.lemma_.lower() in {"supply", "deliver", "provide", "sell"} for t in after):
            return "to" in words_after
        if noun.lemma_.lower() not in {"contract", "order"}:
            return False  # deals and agreements are of many kinds
        lefts = self.doc[noun.left_edge.i : noun.i]
        return any(t.ent_type_ == "MONEY" or t.is_currency for t in (*lefts, *after[:6]))

    def _given_passive(self, verb: Token) -> Iterator[Link]:
        """ "A was awarded a contract by B", "a contract was awarded to A by B"."""
        giver = self._by(verb)
        if not giver:
            return
        subject = next((c for c in verb.children if c.dep_ == "nsubjpass"), None)
        things = subject if subject is not None else self.things(verb)
        if things is not None and things.lemma_.lower() in self.table["nouns"]:
            to = next(
                (c for c in verb.children if c.dep_ in {"prep", "dative"} and c.lower_ in {"to", "with"}),
                None,
            )
            takers = self.behind(to) if to is not None else []
        else:
            takers = self.subject(verb) if self._noun(verb) is not None else []
        yield from self.link("supplier", takers, giver, verb, verb, "contract-given")

    def _by(self, verb: Token) -> list[Target]:
        by = next(
            (t for t in verb.subtree if t.lower_ == "by" and t.i > verb.i and t.i - verb.i < NEAR), None
        )
        return self.links.chain(by.i + 1, verb.sent.end, 3)[:1] if by is not None else []

    def _picked(self, verb: Token) -> Iterator[Link]:
        """ "A was picked by B to supply", "B has chosen A as its supplier"."""
        until = min(verb.i + NEAR, verb.sent.end)
        behind = self.doc[verb.i + 1 : until]
        told = next((t for t in behind if t.lemma_.lower() in self.table["task"]), None)
        if told is None:
            return
        if self.clauses.passive(verb):
            giver = self._by(verb)
            yield from self.link("supplier", self.subject(verb), giver, verb, told, "contract-picked")
            return
        picked = self.links.chain(verb.i + 1, told.i, 4)
        if any(t.lower_ in {"to", "as"} for t in self.doc[verb.i + 1 : told.i]):
            yield from self.link("supplier", picked, self.subject(verb), verb, told, "contract-picked")

    def _between(self, noun: Token) -> Iterator[Link]:
        """ "a contract from B for A's pumps" tells too little; "orders from B kept A busy": A supplies B."""
        after = self.doc[noun.i + 1] if noun.i + 1 < noun.sent.end else None
        if after is not None and after.lower_ == "with" and noun.lemma_.lower() == "contract":
            lefts = self.doc[noun.left_edge.i : noun.i]
            whose = self.owner(noun)
            if whose is not None and any(t.ent_type_ == "MONEY" or t.is_currency for t in lefts):
                payers = self.links.chain(after.i + 1, noun.sent.end, 3)[:1]
                yield from self.link("supplier", [whose], payers, noun, noun, "contract-of")
            return
        if after is None or after.lower_ != "from" or noun.lemma_.lower() != "order":
            return
        givers = self.links.chain(after.i + 1, noun.sent.end, 3)
        whose = self.owner(noun)
        yield from self.link(
            "supplier", [whose] if whose is not None else [], givers, noun, noun, "orders-from"
        )


@cache
def _anchors() -> frozenset[int]:
    table = words()["contract"]
    return ids({lemma for name in ("give", "win", "end", "nouns", "pick") for lemma in table[name]})
