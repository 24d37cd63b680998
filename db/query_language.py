"""The query language of the search box: any text in, a tree and notes out, never an error.

    huawei "entity list" -rumour title:(chip* OR "wafer fab") source:harbour_times since:30d amount>1bn

db/query_tokens.py cuts and repairs, the grammar here gives the tokens their order (NOT binds tightest, then
NEAR, then AND, then OR), db/query_compile.py makes SQL of the tree. Nothing a user writes reaches SQLite other
than as a quoted phrase or a bound value. docs/search.md describes the language for users.

    disjunction: conjunction (_OR conjunction)*
    conjunction: negation (_AND? negation)*
    negation:    NOT negation | atom
    atom:        closeness | FILTER | SCOPE atom | _OPEN disjunction _CLOSE
    closeness:   TERM (NEAR TERM)*

Read by descent, a method for each rule: a search as a process takes 0.34 CPU s so, 0.46 with a parser generator. The repaired
tokens always fit, and brackets are at most MAX_DEPTH deep.
"""

from collections.abc import Sequence

from db.query_nodes import And, Near, Node, Not, Or, Query, Scope, Term
from db.query_tokens import Mark, Tokens

AFTER_AND = frozenset({"_AND", "NOT", "TERM", "FILTER", "SCOPE", "_OPEN"})


class _Descent:
    """Reads marks from left to right."""

    def __init__(self, marks: Sequence[Mark]) -> None:
        self.marks = marks
        self.at = 0

    def next(self) -> str:
        """The type of the next mark; "" at the end."""
        return self.marks[self.at].type if self.at < len(self.marks) else ""

    def take(self, kind: str) -> Mark:
        """The next mark, which is of this kind."""
        mark = self.marks[self.at]
        assert mark.type == kind, (mark, kind)
        self.at += 1
        return mark

    def disjunction(self) -> Node:
        nodes = [self.conjunction()]
        while self.next() == "_OR":
            self.take("_OR")
            nodes.append(self.conjunction())
        return nodes[0] if len(nodes) == 1 else Or(tuple(nodes))

    def conjunction(self) -> Node:
        nodes = [self.negation()]
        while self.next() in AFTER_AND:
            if self.next() == "_AND":
                self.take("_AND")
            nodes.append(self.negation())
        return nodes[0] if len(nodes) == 1 else And(tuple(nodes))

    def negation(self) -> Node:
        if self.next() == "NOT":
            self.take("NOT")
            return Not(self.negation())
        return self.atom()

    def atom(self) -> Node:
        if self.next() == "FILTER":
            return _carried(self.take("FILTER"))
        if self.next() == "SCOPE":
            return Scope(self.take("SCOPE").part, self.atom())
        if self.next() == "_OPEN":
            self.take("_OPEN")
            node = self.disjunction()
            self.take("_CLOSE")
            return node
        return self.closeness()

    def closeness(self) -> Node:
        nodes, distance = [_carried(self.take("TERM"))], 0
        while self.next() == "NEAR":
            distance = max(distance, self.take("NEAR").distance)
            nodes.append(_carried(self.take("TERM")))
        if len(nodes) == 1:
            return nodes[0]
        # '"a b"~3 NEAR c': all three words near each other
        terms: list[Term] = []
        for node in nodes:
            assert isinstance(node, Near | Term), node
            terms += node.terms if isinstance(node, Near) else (node,)
        return Near(tuple(terms), distance)


def _carried(mark: Mark) -> Node:
    assert mark.node is not None, mark
    return mark.node


def parse(text: str) -> Query:
    """What `text` asks for. Never raises, whatever `text` is."""
    tokens = Tokens()
    marks = tokens.read(text)
    node = None
    if marks:
        descent = _Descent(marks)
        node = descent.disjunction()
        assert descent.at == len(marks), text
    return Query(text, node, tuple(tokens.notes))
