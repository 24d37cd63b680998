"""The query language of the search box: any text in, a tree and notes out, never an error.

    huawei "entity list" -rumour title:(chip* OR "wafer fab") source:harbour_times since:30d amount>1bn

db/query_tokens.py cuts and repairs, the grammar here gives the tokens their order (NOT binds tightest, then
NEAR, then AND, then OR), db/query_compile.py makes SQL of the tree. Nothing a user writes reaches SQLite other
than as a quoted phrase or a bound value. docs/search.md describes the language for users.
"""

from collections.abc import Iterator
from functools import cache
from typing import Any

from lark import Lark, Token, Transformer
from lark.lexer import Lexer

from db.query_nodes import And, Near, Node, Not, Or, Query, Scope
from db.query_tokens import Tokens

GRAMMAR = r"""
?start: disjunction
disjunction: conjunction (_OR conjunction)*
conjunction: negation (_AND? negation)*
?negation: NOT negation -> negated
         | atom
?atom: closeness
     | FILTER -> leaf
     | SCOPE atom -> scope
     | _OPEN disjunction _CLOSE
closeness: TERM (NEAR TERM)*
%declare TERM FILTER SCOPE NOT NEAR _OR _AND _OPEN _CLOSE
"""


class _Handed(Lexer):
    """Hands the repaired tokens on: they are cut already."""

    def __init__(self, _: Any) -> None:
        pass

    def lex(self, lexer_state: Any, parser_state: Any = None) -> Iterator[Token]:
        yield from lexer_state


class _Tree(Transformer[Token, Node]):
    """Makes our nodes of lark's; a chain of one is its only member."""

    def leaf(self, children: list[Any]) -> Node:
        return children[0].node

    def scope(self, children: list[Any]) -> Node:
        return Scope(children[0].part, children[1])

    def negated(self, children: list[Any]) -> Node:
        return Not(children[1])

    def closeness(self, children: list[Any]) -> Node:
        nodes = [mark.node for mark in children[::2]]
        if len(nodes) == 1:
            return nodes[0]
        # '"a b"~3 NEAR c': all three words near each other
        terms = [term for node in nodes for term in (node.terms if isinstance(node, Near) else (node,))]
        return Near(tuple(terms), max(mark.distance for mark in children[1::2]))

    def conjunction(self, children: list[Any]) -> Node:
        return children[0] if len(children) == 1 else And(tuple(children))

    def disjunction(self, children: list[Any]) -> Node:
        return children[0] if len(children) == 1 else Or(tuple(children))


@cache
def _parser() -> Lark:
    return Lark(GRAMMAR, parser="lalr", lexer=_Handed)


def parse(text: str) -> Query:
    """What `text` asks for. Never raises, whatever `text` is."""
    tokens = Tokens()
    marks = tokens.read(text)
    node = _Tree().transform(_parser().parse(marks)) if marks else None
    return Query(text, node, tuple(tokens.notes))
