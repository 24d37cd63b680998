"""Compiling the tree of a query to FTS5 and SQL.

A query is a conjunction. What FTS5 can express goes into one MATCH expression, by which hits are ranked; the
rest becomes conditions on articles `a`. Words are always quoted, values always bound.
"""

import json
from dataclasses import dataclass, field
from typing import Any

from db.names import fold, lookup_keys
from db.query_filters import filter_condition
from db.query_nodes import And, Filter, Near, Node, Not, Or, Scope, Term, quoted
from db.store import Store

MAX_NAMES = 12  # other names of one company that are searched too
SENTENCE_WORDS = 150  # no sentence and hardly a quotation is longer; NEAR is cheaper than looking
FEW = 20_000  # articles up to which filters are asked of each one
CANDIDATES = 500  # articles looked at word by word for sentence: and quote:

Condition = tuple[str, tuple[Any, ...]]
COLUMNS = {"title": "title", "lead": "lead", "text": "{lead body}"}


@dataclass
class Plan:
    """What SQLite is asked: hits are articles `a` that `match` finds and for which all `conditions` hold."""

    match: str | None = None
    conditions: list[Condition] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    marks: str | None = None  #: FTS5 expression of every word that a reader wants to see marked

    def source(self) -> tuple[str, tuple[Any, ...]]:
        """FROM and WHERE with their parameters."""
        where, parameters = ["a.text IS NOT NULL"], []
        tables = "articles a"
        if self.match is not None:
            tables = "articles_fts JOIN articles a ON a.text = articles_fts.rowid"
            where = ["articles_fts MATCH ?"]
            parameters.append(self.match)
        for sql, values in self.conditions:
            where.append(sql)
            parameters.extend(values)
        return f"{tables} WHERE {' AND '.join(where)}", tuple(parameters)


class Compiler:
    """Compiles for one store: names and filter values are looked up there."""

    def __init__(self, store: Store, *, expand: bool = True) -> None:
        self.store = store
        self.expand = expand
        self.notes: list[str] = []
        self.narrow = False  #: words narrow the hits

    def compile(self, node: Node | None) -> Plan:
        """How to find what `node` asks for; no node finds everything."""
        plan = Plan(notes=self.notes)
        if node is None:
            return plan
        node = self._named(node)
        parts = node.nodes if isinstance(node, And) else (node,)
        matched = [part for part in parts if self.fts(part) is not None]
        negated = [p for p in parts if isinstance(p, Not) and self.fts(p.node) is not None] if matched else []
        if matched:
            plan.match = self.fts(And((*matched, *negated)))
        self.narrow = matched != [] and len(matched) + len(negated) < len(parts) and self._are_few(plan.match)
        plan.conditions = [self.sql(part) for part in parts if part not in matched and part not in negated]
        shown = [text for part in parts if (text := self._shown(part)) is not None]
        plan.marks = " OR ".join(f"({text})" for text in shown) or None
        return plan

    def _are_few(self, match: str | None) -> bool:
        """True where the words find so few articles that asking each of them is cheaper than listing what a filter finds."""
        hits = "SELECT 1 FROM articles_fts WHERE articles_fts MATCH ? LIMIT ?"
        found: int = self.store.value(f"SELECT count(*) FROM ({hits})", (match, FEW))
        return found < FEW

    def fts(self, node: Node) -> str | None:
        """`node` as an FTS5 expression, or None where FTS5 cannot express it (filters, negation alone)."""
        match node:
            case Term():
                return quoted(node)
            case Near(terms, distance):
                return f"NEAR({' '.join(map(quoted, terms))}, {distance})"
            case Scope(part, inner) if part in COLUMNS:
                text = self.fts(inner)
                return None if text is None else f"{COLUMNS[part]} : ({text})"
            case Or(nodes):
                texts = [self.fts(n) for n in nodes]
                return None if None in texts else "(" + " OR ".join(t for t in texts if t) + ")"
            case And(nodes):
                wanted = [self.fts(n) for n in nodes if not isinstance(n, Not)]
                unwanted = [self.fts(n.node) for n in nodes if isinstance(n, Not)]
                if not wanted or None in wanted or None in unwanted:
                    return None
                text = "(" + " AND ".join(t for t in wanted if t) + ")"
                return f"({text} NOT ({' OR '.join(t for t in unwanted if t)}))" if unwanted else text
            case _:
                return None

    def sql(self, node: Node) -> Condition:
        """`node` as a condition on articles `a`."""
        text = self.fts(node)
        if text is not None:
            return "a.text IN (SELECT rowid FROM articles_fts WHERE articles_fts MATCH ?)", (text,)
        match node:
            case Not(inner):
                sql, values = self.sql(inner)
                return f"({sql}) IS NOT TRUE", values  # no source is not that source
            case And(nodes) | Or(nodes):
                parts = [self.sql(n) for n in nodes]
                joint = " AND " if isinstance(node, And) else " OR "
                return f"({joint.join(sql for sql, _ in parts)})", tuple(
                    v for _, values in parts for v in values
                )
            case Filter():
                return filter_condition(self.store, node, self.notes, narrow=self.narrow)
            case Scope(part, inner):
                return self._within(part, inner)
            case _:
                raise AssertionError(node)

    def _within(self, part: str, node: Node) -> Condition:
        """Articles with one sentence, or one quotation, in which all of `node` stands."""
        from db.passages import Passages, likely_sentences

        match = self.fts(node)
        if match is None:
            self.notes.append(f"{part}: takes words, quotations and brackets only")
            return "0", ()
        close = match
        if isinstance(node, And) and all(isinstance(n, Term) for n in node.nodes):
            close = (
                f"NEAR({' '.join(quoted(n) for n in node.nodes if isinstance(n, Term))}, {SENTENCE_WORDS})"
            )
        rows = self.store.rows(
            "SELECT rowid FROM articles_fts WHERE articles_fts MATCH ? ORDER BY rowid DESC LIMIT ?",
            (close, CANDIDATES + 1),
        )
        if len(rows) > CANDIDATES:
            self.notes.append(f"{part}: looked into the newest {CANDIDATES} articles with these words")
        texts = "SELECT value FROM json_each(?)"
        ids = "[" + ",".join(str(row["rowid"]) for row in rows[:CANDIDATES]) + "]"
        with Passages() as passages:
            if part == "sentence":
                found = self.store.rows(f"SELECT id, body FROM texts WHERE id IN ({texts})", (ids,))
                wanted = [key for word in needed(node) for key in passages.beginnings(word)]
                units = [(row["id"], s) for row in found for s in likely_sentences(row["body"], wanted)]
            else:
                found = self.store.rows(
                    f"SELECT a.text AS id, f.quote AS body FROM facts f JOIN articles a ON a.id = f.article"
                    f" WHERE a.text IN ({texts}) AND f.state = 'live' AND f.quote IS NOT NULL",
                    (ids,),
                )
                units = [(row["id"], row["body"]) for row in found]
            hits = passages.matching(match, units)
        return f"a.text IN ({texts})", ("[" + ",".join(map(str, sorted(hits))) + "]",)

    def _shown(self, node: Node) -> str | None:
        match node:
            case Not() | Filter():
                return None
            case Scope(part, inner) if part not in COLUMNS:
                return self._shown(inner)
            case And(nodes) | Or(nodes):
                texts = [text for n in nodes if (text := self._shown(n)) is not None]
                return " OR ".join(f"({text})" for text in texts) or None
            case _:
                return self.fts(node)

    def _named(self, node: Node) -> Node:
        """`node` with companies' other names beside the one written: SMIC finds S.M.I.C. and 中芯国际."""
        if not self.expand:
            return node
        match node:
            case Term(text, prefix=False, quoted=False):
                others = other_names(self.store, text)
                if not others:
                    return node
                self._tell(text, others)
                return Or((node, *(Term(name, quoted=True) for name in others)))
            case And(nodes):
                return And(tuple(self._runs(nodes)))
            case Or(nodes):
                return Or(tuple(self._named(n) for n in nodes))
            case Not(inner):
                return Not(self._named(inner))
            case Scope(part, inner):
                return Scope(part, self._named(inner))
            case _:
                return node

    def _runs(self, nodes: tuple[Node, ...]) -> list[Node]:
        """Words in a row that together are a company's name are taken together, the longest run first."""
        out: list[Node] = []
        at = 0
        while at < len(nodes):
            for length in range(min(6, len(nodes) - at), 1, -1):
                run = nodes[at : at + length]
                words = [n.text for n in run if isinstance(n, Term) and not n.prefix and not n.quoted]
                others = other_names(self.store, " ".join(words)) if len(words) == length else []
                if others:
                    self._tell(" ".join(words), others)
                    out.append(Or((And(run), *(Term(name, quoted=True) for name in others))))
                    at += length
                    break
            else:
                out.append(self._named(nodes[at]))
                at += 1
        return out

    def _tell(self, written: str, others: list[str]) -> None:
        names = ", ".join(f'"{name}"' for name in others)
        self.notes.append(
            f"{written} was also searched as {names}; put it in quotation marks for itself alone"
        )


def needed(node: Node) -> list[str]:
    """Words without which nothing matches `node`."""
    match node:
        case Term(text):
            return [text]
        case Near(terms):
            return [term.text for term in terms]
        case And(nodes):
            return [word for n in nodes for word in needed(n)]
        case _:
            return []


def other_names(store: Store, name: str) -> list[str]:
    """Strong and former names of the companies that `name` is a strong name of, without `name` itself."""
    key = fold(name)
    if len(key) < 2:
        return []
    rows = store.rows(
        """
        SELECT DISTINCT b.text FROM aliases a JOIN aliases b ON b.company = a.company
        WHERE (a.norm IN (SELECT value FROM json_each(?)) OR a.text = ? COLLATE NOCASE) AND a.strength <> 'weak' AND b.strength <> 'weak'
        ORDER BY b.company, b.text""",
        (json.dumps(lookup_keys(name)), name),
    )
    seen, names = {key}, []
    for text in (row["text"] for row in rows):
        # "S.M.I.C." folds to "smic" but the index holds it as four words
        if (fold(text) not in seen or "." in text) and text.casefold() != name.casefold():
            seen.add(fold(text))
            names.append(text)
    return names[:MAX_NAMES]
