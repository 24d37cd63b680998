"""Phrases of ties: who acts, who makes the goods that a phrase names, who uses them."""

from collections.abc import Iterable, Iterator
from functools import cache

from spacy.tokens import Doc, Token

from nlp.listings.groups import DESCRIBING, Target
from nlp.relations.parties import Link, LinkParties, words

MAX_STEPS = 6  # heads climbed; deeper parses are wrong parses
NEAR = 12  # tokens from a verb to its preposition
RELATIVE = frozenset({"which", "that", "who"})
THOSE = frozenset({"those", "these", "they"})
MADE = frozenset({"VBN", "VBD"})  # the parser takes many participles for past tenses


class Phrases:
    """Reads the phrases around verbs and goods in one document."""

    def __init__(self, doc: Doc, links: LinkParties) -> None:
        self.doc, self.links = doc, links
        self.targets, self.clauses = links.targets, links.clauses

    def named(self, i: int) -> Target | None:
        """The company at token `i`, unless it only owns or describes what follows."""
        target = self.targets.at(i) if 0 <= i < len(self.doc) else None
        if target is None or target.mention is None or self.targets.possessor(target):
            return None
        return next(iter(self.links.companies([target])), None)

    def named_before(self, i: int) -> Target | None:
        """The company that ends right before token `i`, whatever it seems to describe."""
        target = self.targets.at(i - 1) if i else None
        if target is None or target.mention is None or target.last != i - 1:
            return None
        return next(iter(self.links.companies([target])), None)

    def subject(self, verb: Token) -> list[Target]:
        """Who does what `verb` says, read through "granted X a licence to", "pleaded guilty to", "one of them, X,"."""
        found = [t for t in self.links.companies(self.clauses.subject(verb)) if t.last < verb.i]
        if found:
            return found
        subject = next((c for c in verb.children if c.dep_ == "nsubj" and c.i < verb.i), None)
        passive = next((c for c in verb.children if c.dep_ == "auxpass"), verb)
        beside = next((c for c in passive.children if c.dep_ == "nsubj" and c.i < passive.i), None)
        if subject is None and passive is not verb and beside is not None:
            target = self.named(beside.i)  # "X is 22% owned by Y": the parser hangs X on "is"
            return [target] if target is not None else []
        if subject is not None:
            if (
                subject.pos_ == "NUM" or subject.lower_ == "one"
            ):  # "One of them, Tarvik Semiconductor, bought"
                before = self.named(verb.i - 1) or self.named(next(self._before_group(verb), verb.i))
                apposed = before is not None and self.doc[before.first - 1].text == ","
                return [before] if before is not None and apposed else []
            return []
        node = verb
        for _ in range(MAX_STEPS):
            if node.head == node:
                return []
            if node.dep_ == "acl" and node.head.lemma_.lower() in _grants():
                return self._grantee(node.head)
            node = node.head
            if node.pos_ in {"VERB", "AUX"}:
                found = [t for t in self.links.companies(self.clauses.subject(node)) if t.last < verb.i]
                if found or any(c.dep_ in {"nsubj", "nsubjpass"} for c in node.children):
                    return found
        return []

    def _before_group(self, verb: Token) -> Iterator[int]:
        """Tokens before "has long bought", commas left out."""
        i = verb.i - 1
        while i > verb.sent.start and (self.doc[i].pos_ in {"AUX", "ADV", "PART"} or self.doc[i].text == ","):
            i -= 1
        yield i

    def _grantee(self, noun: Token) -> list[Target]:
        """Who was given, or got, "a licence to"."""
        verb = noun.head
        if verb.pos_ != "VERB":
            return []
        receiver = next((c for c in verb.children if c.dep_ in {"dative", "nsubjpass"}), None)
        if receiver is not None:
            inner = next((c for c in receiver.children if c.dep_ == "pobj"), receiver)
            return [t for t in [self.named(inner.i)] if t is not None]
        if verb.lemma_.lower() in _granting():
            found = self.links.chain(verb.i + 1, noun.i, 3)
            return found if found or self.clauses.passive(verb) else []
        return [t for t in self.links.companies(self.clauses.subject(verb)) if t.last < verb.i]

    def agent(self, verb: Token, preps: Iterable[str] = ("by",)) -> list[Target]:
        """The parties after the "by" of a passive."""
        prep = self.prep(verb, preps)
        return self.links.chain(prep.i + 1, verb.sent.end, 5) if prep is not None else []

    def prep(self, head: Token, wanted: Iterable[str]) -> Token | None:
        """The first preposition of `wanted` that belongs to `head` or what it governs, before another verb."""
        for token in self.doc[head.i + 1 : min(head.i + NEAR, head.sent.end)]:
            if token.lower_ in wanted and token.pos_ in {"ADP", "SCONJ"}:
                return token if head in token.ancestors else None
            if token.tag_ in {"VBD", "VBZ", "VBP", "MD"} or token.text in {";", ":", "\n"}:
                return None
        return None

    def behind(self, prep: Token | None, *, near: int = 5) -> list[Target]:
        """The parties after a preposition, also as owners: "to A and B", "into A's trucks"."""
        if prep is None:
            return []
        noun = next((c for c in prep.children if c.dep_ in {"pobj", "pcomp"}), None)
        owner = self.owner(noun) if noun is not None else None
        if owner is not None and self.named(noun.i if noun is not None else 0) is None:
            return [owner] if owner.first - prep.i <= near else []
        return self.links.chain(prep.i + 1, prep.sent.end, near)

    def owner(self, noun: Token) -> Target | None:
        """Whose `noun` is: "X's chips", "its chips", "whose chips", "more than half of its chips"."""
        whose = next((c for c in noun.lefts if c.dep_ == "poss" or c.tag_ in {"PRP$", "WP$"}), None)
        if whose is not None:
            return self._own(whose)
        inner = next((c for c in noun.rights if c.dep_ == "prep" and c.lower_ == "of"), None)
        part = noun.lemma_.lower() in {
            "half",
            "most",
            "third",
            "quarter",
            "all",
            "part",
            "majority",
            "%",
            "percent",
        }
        if inner is not None and part:
            of = next((c for c in inner.children if c.dep_ == "pobj"), None)
            return self.owner(of) if of is not None else None
        return None

    def _own(self, whose: Token) -> Target | None:
        owner = self.links.owner(whose)
        if owner is None and whose.tag_ == "PRP$":
            verb = next((t for t in whose.ancestors if t.pos_ == "VERB"), None)
            return self._announced(whose, verb) or self.according_to(whose)
        return owner

    def _announced(self, whose: Token, verb: Token | None) -> Target | None:
        """ "Its chips are made by X, Y said.": who says so."""
        if verb is None or verb.dep_ != "ccomp" or verb.head.pos_ != "VERB" or verb.head.i < verb.i:
            return None
        subject = next((c for c in verb.head.children if c.dep_ == "nsubj"), None)
        return self.named(subject.i) if subject is not None and subject.i > whose.i else None

    def according_to(self, token: Token) -> Target | None:
        """ "Its buyers are Y and Z, according to X's report": X."""
        for word in self.doc[token.i : token.sent.end]:
            if word.lower_ == "to" and self.doc[word.i - 1].lower_ == "according":
                return next(
                    iter(self.links.companies(self.targets.between(word.i + 1, token.sent.end))), None
                )
        return None

    def fronted(self, verb: Token, wanted: Iterable[str]) -> list[Target]:
        """ "X, from which Y buys", "X, on whom Y relies": X."""
        for token in self.doc[max(verb.sent.start, verb.i - NEAR) : verb.i]:
            if token.lower_ in {"which", "whom"} and self.doc[token.i - 1].lower_ in wanted:
                target = self.targets.antecedent(token.i - 1)
                return self.links.companies([target]) if target is not None else []
        return []

    def things(self, verb: Token) -> Token | None:
        """The noun that is the subject of `verb`: the head of a relative clause, the goods that "those" stand for."""
        subject = next((c for c in verb.children if c.dep_ in {"nsubj", "nsubjpass"}), None)
        if subject is None:
            return verb.head if verb.dep_ == "acl" and verb.head.pos_ in {"NOUN", "PROPN"} else None
        if subject.lower_ in RELATIVE and verb.dep_ == "relcl":
            return verb.head
        if subject.pos_ == "NUM" or subject.is_currency:  # "chips worth $4 million were sold"
            near = self.doc[max(verb.sent.start, subject.i - 5) : subject.i]
            worth = next((t for t in near if t.lower_ in {"worth", "valued"}), None)
            before = self.doc[worth.i - 1] if worth is not None and worth.i > verb.sent.start else None
            return before if before is not None and before.pos_ == "NOUN" else None
        if subject.lower_ in THOSE:
            return next((t for t in reversed(self.doc[verb.sent.start : subject.i]) if t.tag_ == "NNS"), None)
        return subject

    def makers(self, noun: Token) -> list[Target]:
        """Who makes the goods: "chips from X", "chips made by X", "X chips", "X's chips"."""
        for child in noun.rights:
            if child.dep_ == "prep" and child.lower_ in {"from", "by"}:
                found = self.links.chain(child.i + 1, noun.sent.end, 5)
                if found:
                    return found
            if child.dep_ == "acl" and child.tag_ in MADE and child.lemma_.lower() in _made():
                return self.agent(child, ("by", "at", "from"))
        behind = self.targets.at(noun.i - 1)
        if behind is not None and behind.mention is not None and behind.last == noun.i - 1:
            return self.links.companies([behind])  # "Tarvik cameras"
        owner = self.owner(noun)
        return [owner] if owner is not None else []

    def users(self, noun: Token) -> list[Target]:
        """Who uses the goods: "X's chips", "chips for X", "the batteries in X's vans"."""
        owner = self.owner(noun)
        if owner is not None:
            return [owner]
        prep = next((c for c in noun.rights if c.dep_ == "prep" and c.lower_ in {"for", "in", "of"}), None)
        if prep is not None:
            return self.behind(prep)
        for child in noun.rights:  # "every van that X builds"
            if child.dep_ == "relcl" and child.lemma_.lower() in _made() and child.pos_ == "VERB":
                return self.subject(child)
        return []

    def goods_of(self, verb: Token) -> Token | None:
        """The object of `verb`, read through "which" and "that"."""
        obj = next((c for c in verb.children if c.dep_ == "dobj"), None)
        if (obj is None or obj.tag_ == "WDT") and verb.dep_ == "relcl":
            return verb.head
        return obj

    def share_of(self, obj: Token) -> Token:
        """What "most", "a third", "4%" or "a range" of the object is taken from: the goods themselves."""
        for _ in range(2):
            of = next((c for c in obj.rights if c.dep_ == "prep" and c.lower_ == "of"), None)
            inner = next((c for c in of.children if c.dep_ == "pobj"), None) if of is not None else None
            if inner is None or self.targets.at(inner.i) is not None:
                break
            obj = inner
        return obj

    def between(self, first: int, last: int) -> bool:
        """True where only words that describe stand in tokens [first, last)."""
        return all(t.pos_ in DESCRIBING or t.text in {"-", "("} for t in self.doc[first:last])

    def link(
        self,
        kind: str,
        a: list[Target],
        b: list[Target],
        first: Token,
        last: Token,
        rule: str,
        sure: float = 0.75,
    ) -> Iterator[Link]:
        """A link for each a and b; `first` says how sure it is."""
        yield from self.links.pairs(kind, a, b, first.i, last.i, rule, sure, first)


def is_goods(token: Token) -> bool:
    """True for what one party makes for another: "chips", "tools"."""
    return token.lemma_.lower() in _goods() or token.lower_ in _goods()


@cache
def _goods() -> frozenset[str]:
    return frozenset(words()["goods"]["nouns"])


@cache
def _made() -> frozenset[str]:
    return frozenset([*words()["goods"]["made"], *words()["goods"]["serve"]])


@cache
def _grants() -> frozenset[str]:
    return frozenset(words()["goods"]["grants"])


@cache
def _granting() -> frozenset[str]:
    return frozenset(words()["goods"]["granting"])
