"""Cutting a query into tokens, and repairing their order so that they always fit the grammar.

Each repair leaves a note, so that the reader sees why the answer is not what was typed.
"""

import re
import unicodedata
from dataclasses import dataclass, field

from db.query_nodes import NEAR_WORDS, Filter, Near, Node, Term

MAX_CHARS = 2_000  # longer than any query a person writes; a pasted article is cut with a note
MAX_TERMS = 64  # FTS5 takes more, but nobody can read the answer
MAX_DEPTH = 8  # nested brackets; FTS5's own parser overflows its stack near 30
MAX_DISTANCE = 200  # words; beyond it NEAR is AND

#: Parts of an article in which words can be looked for, with the other words people use for them.
SCOPES = {
    "title": "title", "headline": "title", "lead": "lead", "text": "text", "body": "text",
    "sentence": "sentence", "quote": "quote",
}  # fmt: skip
FILTERS = {
    "company": "company", "list": "list", "kind": "kind", "source": "source", "speaker": "speaker",
    "country": "country", "topic": "topic", "lang": "lang", "language": "lang", "since": "since",
    "after": "since", "until": "until", "before": "until", "amount": "amount", "pct": "pct", "action": "action",
    "type": "type",
}  # fmt: skip

_QUOTES = dict.fromkeys(map(ord, "“”„‟«»「」『』〝〞＂"), '"')
_FIELDS = "|".join(sorted({*SCOPES, *FILTERS}, key=len, reverse=True))
_TOKEN = re.compile(
    rf"""
    \s+
  | (?P<call>[-+!]*NEAR\s*\((?P<inside>[^()]*)(?:\)|$))
  | (?P<compare>[-+!]*(?P<number>amount|pct)(?::\s?|\s*)(?P<op>>=|<=|>|<|=)\s*(?=[^\s()"]))
  | (?P<field>[-+!]*(?P<name>(?i:{_FIELDS})):\s?(?=[^\s)]))
  | (?P<phrase>[-+!]*"[^"]*"?(?:~(?P<slop>\d{{1,9}}))?)
  | (?P<open>[-+!]*\()
  | (?P<close>\))
  | (?P<operator>(?:AND|OR|NOT|NEAR(?:/\d{{1,9}})?)(?=[\s()"]|$)|&&?(?=\s)|\|\|?)
  | (?P<word>[^\s()"]+)
    """,
    re.VERBOSE,
)
_NUMBER_VALUE = re.compile(r'[^\s()"]+(?:\s(?i:thousand|million|billion|trillion|mn|bn|tn|m|k)\b)?')
_VALUE = re.compile(r'"(?P<quoted>[^"]*)"?|\((?P<group>[^()]*)\)?|(?P<plain>[^\s()"]+)')
_SMALL_OPERATORS = {"and", "or", "not", "near"}


@dataclass(slots=True)
class Mark:
    """A token with what it carries into the tree."""

    type: str  #: TERM, FILTER, SCOPE, NOT, NEAR, _OR, _AND, _OPEN or _CLOSE
    text: str = ""  #: as written
    node: Node | None = None
    part: str = ""
    distance: int = NEAR_WORDS

    def __str__(self) -> str:
        return self.text


BINARY = frozenset({"_AND", "_OR", "NEAR"})
BEFORE_OPERAND = BINARY | {"NOT", "SCOPE"}


@dataclass
class Tokens:
    """The tokens of one query, and the notes on how it was read."""

    notes: list[str] = field(default_factory=list)
    marks: list[Mark] = field(default_factory=list)
    operands: int = 0

    def note(self, text: str) -> None:
        if text not in self.notes and len(self.notes) < 12:
            self.notes.append(text)

    def read(self, text: str) -> list[Mark]:
        """Tokens of `text` that the grammar takes; the empty list when there is nothing to search for."""
        text = unicodedata.normalize("NFC", text.encode("utf-8", "replace").decode("utf-8"))
        text = text.translate(_QUOTES).replace("\0", " ")
        if len(text) > MAX_CHARS:
            self.note(f"only the first {MAX_CHARS} characters were read")
            text = text[:MAX_CHARS]
        self._cut(text)
        return self._repaired()

    def _cut(self, text: str) -> None:
        position = 0
        while position < len(text):
            if self.operands >= MAX_TERMS:
                self.note(f"only the first {MAX_TERMS} words were read")
                return
            match = _TOKEN.match(text, position)
            assert match is not None, text[position:]
            position = match.end()
            written = match.group()
            if match["call"]:
                self._near(match)
            elif match["compare"]:
                position = self._compare(match, text)
            elif match["field"]:
                position = self._field(match, text)
            elif match["phrase"]:
                self._phrase(match)
            elif match["open"] or match["close"]:
                self._negate(written)
                self.marks.append(Mark("_OPEN" if match["open"] else "_CLOSE", written[-1]))
            elif match["operator"]:
                self.marks.append(_operator(written))
            elif match["word"]:
                self._word(written)

    def _negate(self, written: str) -> None:
        if written.lstrip("+")[:1] in ("-", "!"):
            self.marks.append(Mark("NOT", "-"))

    def _operand(self, kind: str, written: str, node: Node) -> None:
        self._negate(written)
        self.marks.append(Mark(kind, written, node=node))
        self.operands += 1

    def _word(self, written: str) -> None:
        word = written.lstrip("-+!*.,;:?'").rstrip(",;:!?")
        if not searchable(word):
            self.note(f"left out {written!r}: it has no letter or digit")
            return
        prefix = word.endswith("*")
        word = word.strip("*")
        if prefix and len(word) == 1 and word.isascii():
            self.note(f"read {written!r} as a word: a beginning needs two letters")
            prefix = False
        name, colon, rest = word.partition(":")
        if colon and name.isalpha() and rest and not rest.startswith("//"):
            self.note(f"there is no filter {name!r}; read {word!r} as words in a row")
        if word in _SMALL_OPERATORS:
            self.note(f"{word!r} was searched as a word; write {word.upper()} for the operator")
        self._operand("TERM", written, Term(word, prefix=prefix))

    def _phrase(self, match: re.Match[str]) -> None:
        written = match["phrase"]
        sign, _, rest = written.partition('"')
        words, closed, _ = rest.partition('"')
        if not closed:
            self.note("a quotation mark was missing at the end")
        if not searchable(words):
            self.note("left out an empty quotation")
            return
        parts = words.split()
        node: Node = Term(" ".join(parts), quoted=True)
        if match["slop"] and len(parts) > 1:
            node = Near(tuple(Term(p, quoted=True) for p in parts if searchable(p)), _distance(match["slop"]))
        self._operand("TERM", sign or '"', node)

    def _near(self, match: re.Match[str]) -> None:
        words, comma, number = match["inside"].rpartition(",")
        if not comma or not number.strip().isdecimal():
            words, number = match["inside"], str(NEAR_WORDS)
        phrases = re.findall(r'"([^"]*)"?|([^\s",]+)', words)
        terms = [
            Term(quoted or plain.strip("*"), prefix=plain.endswith("*"), quoted=bool(quoted))
            for quoted, plain in phrases
            if searchable(quoted or plain)
        ][:8]
        if not terms:
            self.note("left out a NEAR without words")
        elif len(terms) == 1:
            self._operand("TERM", match.group(), terms[0])
        else:
            self._operand("TERM", match.group(), Near(tuple(terms), _distance(number.strip())))

    def _compare(self, match: re.Match[str], text: str) -> int:
        value = _NUMBER_VALUE.match(text, match.end())
        assert value is not None  # the pattern looked ahead
        self._operand("FILTER", match.group(), Filter(match["number"], match["op"], (value.group(),)))
        return value.end()

    def _field(self, match: re.Match[str], text: str) -> int:
        name = match["name"].lower()
        if name in SCOPES:
            self._negate(match.group())
            self.marks.append(Mark("SCOPE", name, part=SCOPES[name]))
            return match.end()
        value = _VALUE.match(text, match.end())
        if value is None:
            return match.end()
        if value["quoted"] is not None:
            values = [value["quoted"]]
        elif value["group"] is not None:
            values = re.split(r"\s+OR\s+|,", value["group"])
        else:
            values = value["plain"].split(",")
        kept = tuple(v.strip(' "') for v in values if v.strip(' "'))
        if kept:
            self._operand("FILTER", match.group(), Filter(FILTERS[name], "=", kept))
        else:
            self.note(f"left out {name!r}: no value was given")
        return value.end()

    def _repaired(self) -> list[Mark]:
        out: list[Mark] = []
        depth = 0
        for mark in self.marks:
            waiting = not out or out[-1].type in BEFORE_OPERAND or out[-1].type == "_OPEN"
            if mark.type in BINARY:
                if waiting:
                    self.note(f"left out {str(mark)!r}: nothing stands before it")
                elif mark.type == "NEAR" and out[-1].type != "TERM":
                    self.note("NEAR joins words and quotations only; read it as AND")
                    out.append(Mark("_AND", "AND"))
                else:
                    out.append(mark)
            elif mark.type == "_CLOSE":
                self._drop_waiting(out)
                if out and out[-1].type == "_OPEN":
                    out.pop()
                    depth -= 1
                elif depth:
                    out.append(mark)
                    depth -= 1
                else:
                    self.note("left out a closing bracket without partner")
            else:
                if out and out[-1].type == "NEAR" and mark.type != "TERM":
                    self.note("NEAR joins words and quotations only; read it as AND")
                    out[-1] = Mark("_AND", "AND")
                if out and out[-1].type == "SCOPE" and mark.type not in ("TERM", "_OPEN"):
                    self.note(f"left out {str(out[-1])!r}: it needs a word, a quotation or brackets")
                    out.pop()
                if mark.type == "_OPEN":
                    if depth == MAX_DEPTH:
                        self.note(f"brackets deeper than {MAX_DEPTH} were not read")
                        continue
                    depth += 1
                if mark.type == "NOT" and out and out[-1].type == "NOT":
                    out.pop()  # not not
                    continue
                out.append(mark)
        while out and (out[-1].type in BEFORE_OPERAND or out[-1].type == "_OPEN"):
            self._drop_waiting(out)
            if out and out[-1].type == "_OPEN":
                out.pop()
                depth -= 1
        if depth:
            self.note("a closing bracket was missing at the end")
        return out + [Mark("_CLOSE", ")") for _ in range(depth)]

    def _drop_waiting(self, out: list[Mark]) -> None:
        while out and out[-1].type in BEFORE_OPERAND:
            self.note(f"left out {str(out.pop())!r}: nothing follows it")


def searchable(text: str) -> bool:
    """True when `text` has something the index could know."""
    return any(c.isalnum() for c in text)


def _operator(written: str) -> Mark:
    if written.startswith("NEAR"):
        return Mark("NEAR", written, distance=_distance(written[5:] or str(NEAR_WORDS)))
    kind = {"OR": "_OR", "|": "_OR", "||": "_OR", "NOT": "NOT"}.get(written, "_AND")
    return Mark(kind, written)


def _distance(digits: str) -> int:
    return min(int(digits), MAX_DISTANCE)
