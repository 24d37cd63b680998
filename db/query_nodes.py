"""The tree of a query: what the search box was understood to ask for."""

from dataclasses import dataclass

from db.articles import space_cjk

NEAR_WORDS = 10  # FTS5's own default distance


@dataclass(frozen=True, slots=True)
class Term:
    """A word, or several in a row. `quoted`: exactly these words, no other names of a company."""

    text: str
    prefix: bool = False
    quoted: bool = False


def quoted(term: Term) -> str:
    """`term` as FTS5 takes it whatever it holds: in quotation marks, CJK characters apart."""
    text = " ".join(
        space_cjk(term.text).replace('"', " ").replace("\0", " ").split()
    )  # NUL ends a query of SQLite
    return f'"{text}"*' if term.prefix else f'"{text}"'


@dataclass(frozen=True, slots=True)
class Near:
    """Terms within `distance` words of each other, in any order."""

    terms: tuple[Term, ...]
    distance: int = NEAR_WORDS


@dataclass(frozen=True, slots=True)
class Scope:
    """`node` in one part of the article: title, lead, text, one sentence, one quotation."""

    part: str
    node: "Node"


@dataclass(frozen=True, slots=True)
class Filter:
    """A condition on the article or its facts; several values mean any of them."""

    name: str
    op: str  #: "=", ">", ">=", "<", "<="
    values: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Not:
    node: "Node"


@dataclass(frozen=True, slots=True)
class And:
    nodes: tuple["Node", ...]


@dataclass(frozen=True, slots=True)
class Or:
    nodes: tuple["Node", ...]


Node = Term | Near | Scope | Filter | Not | And | Or


@dataclass(frozen=True, slots=True)
class Query:
    """What was understood: `node` is None when there is nothing to search for; `notes` tell what was repaired."""

    text: str
    node: Node | None
    notes: tuple[str, ...] = ()


def describe(node: Node | None) -> str:
    """`node` in words, with the brackets that the reading implies."""
    match node:
        case None:
            return "everything"
        case Term(text, prefix, quoted):
            return f"{text}*" if prefix else f'"{text}"' if quoted or " " in text else text
        case Near(terms, distance):
            return f"{' near '.join(map(_inner, terms))} (within {distance} words)"
        case Scope(part, inner):
            return f"{part} has {_inner(inner)}"
        case Filter(name, op, values):
            return f"{name} {'is' if op == '=' else op} {' or '.join(values)}"
        case Not(inner):
            return f"not {_inner(inner)}"
        case And(nodes):
            return " and ".join(map(_inner, nodes))
        case Or(nodes):
            return " or ".join(map(_inner, nodes))


def _inner(node: Node) -> str:
    text = describe(node)
    return f"({text})" if isinstance(node, And | Or) else text


def written(node: Node) -> str:
    """`node` in the query language again."""
    match node:
        case Term(text, prefix, quoted):
            return f"{text}*" if prefix else f'"{text}"' if quoted or " " in text else text
        case Near(terms, distance):
            return f"NEAR({' '.join(map(written, terms))}, {distance})"
        case Scope(part, inner):
            return f"{part}:{_bracketed(inner)}"
        case Filter(name, op, values):
            if op != "=" or name == "amount":
                return f"{name}{':' if op == '=' else op}{values[0]}"
            return f"{name}:({' OR '.join(values)})" if len(values) > 1 else f'{name}:"{values[0]}"'
        case Not(inner):
            return f"-{_bracketed(inner)}"
        case And(nodes):
            return " ".join(map(_bracketed, nodes))
        case Or(nodes):
            return " OR ".join(map(_bracketed, nodes))


def _bracketed(node: Node) -> str:
    text = written(node)
    return f"({text})" if isinstance(node, And | Or) else text
