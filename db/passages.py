"""Marks and passages: where the words of a query stand in a few texts.

FTS5 itself does the matching, in a table in memory that holds only these texts: the same stemming, phrases and
NEAR as in the store, at a cost that does not grow with the store. Marks are two control characters, which no
stored text contains (db/articles.py removes them), so that any output can escape first and mark afterwards.
"""

import itertools
import re
from collections.abc import Iterable, Sequence
from types import TracebackType
from typing import Any, Self

from db import sqlite
from db.articles import space_cjk

MARK, UNMARK = "\x02", "\x03"
SNIPPET_CHARS = 240
#: Title, lead and body are marked up to here: FTS5's highlight is quadratic in the matches of one text.
MARKED_CHARS = (1_000, 4_000, 100_000)
#: Ends of sentences, good enough to look inside one; quotation marks may follow the stop.
_END = re.compile(r"[.!?][\"'”’)\]]*\s+(?=[\"'“‘(\[]?[^\sa-z])|[。！？]|\n+")
_CJK = "\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af\uf900-\ufaff，。、；：！？（）《》“”"
_UNSPACE = re.compile(rf"(?<=[{_CJK}])([\x02\x03]*) +([\x02\x03]*)(?=[{_CJK}])")
#: First bytes in UTF-8 of letters with accents and of accents, which the index takes for plain letters.
_ACCENT_LEADS = bytes([*range(0xC3, 0xCA), 0xCC, 0xCD, 0xE1])
_MARKED = re.compile(f"{MARK}[^{UNMARK}]*{UNMARK}")


def sentences(body: str) -> list[str]:
    """`body` cut into sentences, roughly."""
    cuts = [0, *(match.end() for match in _END.finditer(body)), len(body)]
    return [body[a:b] for a, b in itertools.pairwise(cuts) if a < b]


def sentences_with(body: str, low: str, key: str) -> list[str]:
    """The sentences of `body` in which `key` stands in `low`, which is `body` in lower case."""
    found = []
    at = low.find(key)
    while at >= 0:
        start, back = 0, 500
        while begin := max(0, at - back):
            ends = [match.end() for match in _END.finditer(body, begin, at + 1)]
            if ends:
                start = ends[-1]
                break
            back *= 4  # a long sentence: look for its beginning further back
        else:
            start = max((match.end() for match in _END.finditer(body, 0, at + 1)), default=0)
        end = _END.search(body, at)
        stop = len(body) if end is None else end.end()
        found.append(body[start:stop])
        at = low.find(key, stop)
    return found


def likely_sentences(body: str, beginnings: Sequence[str]) -> list[str]:
    """The sentences of `body` that may hold words with all these `beginnings`: too many rather than too few."""
    keys = sorted((key for key in beginnings if key.isascii()), key=len, reverse=True)
    low = body.lower()
    if not keys or len(low) != len(body) or _may_be_accented(body):
        return sentences(body)  # an accented letter may stand for a plain one
    if any(key not in low for key in keys):
        return []
    found = sentences_with(body, low, keys[0])
    return [text for text in found if all(key in text.lower() for key in keys[1:])]


def _may_be_accented(body: str) -> bool:
    data = b"" if body.isascii() else body.encode("utf-8")
    return len(data.translate(None, _ACCENT_LEADS)) != len(data)


class Passages:
    """A full-text index in memory over a handful of texts."""

    def __init__(self) -> None:
        self._connection: Any = sqlite.connect(":memory:")
        self._connection.execute(
            "CREATE VIRTUAL TABLE t USING fts5(title, lead, body, tokenize='porter unicode61 remove_diacritics 2')"
        )
        self._connection.execute("CREATE VIRTUAL TABLE terms USING fts5vocab(t, row)")

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._connection.close()

    def beginnings(self, text: str) -> tuple[str, ...]:
        """How every word that the index takes for a word of `text` begins, in lower case without accents.

        Stemming changes the last two letters at most ("hoping" and "hope", "entity" and "entities").
        """
        self._connection.execute("DELETE FROM t")
        self._connection.execute("INSERT INTO t (title, lead, body) VALUES ('', '', ?)", (space_cjk(text),))
        rows = self._connection.execute("SELECT term FROM terms").fetchall()
        return tuple(row[0][: max(2, len(row[0]) - 2)] for row in rows)

    def matching(self, match: str, texts: Iterable[tuple[int, str]]) -> set[int]:
        """Numbers of those `texts` that `match` finds; several texts may have the same number."""
        units = list(texts)
        self._connection.execute("DELETE FROM t")
        self._connection.executemany(
            "INSERT INTO t (rowid, title, lead, body) VALUES (?, '', '', ?)",
            ((row, space_cjk(text)) for row, (_, text) in enumerate(units, 1)),
        )
        found = self._connection.execute("SELECT rowid FROM t WHERE t MATCH ?", (match,)).fetchall()
        return {units[row[0] - 1][0] for row in found}

    def marked(self, match: str, texts: Sequence[tuple[str, str, str]]) -> list[tuple[str, str, str]]:
        """`texts` (title, lead, body) with marks around what `match` finds; unmarked where it finds nothing."""
        self._connection.execute("DELETE FROM t")
        most_title, most_lead, most_body = MARKED_CHARS
        texts = [(title[:most_title], lead[:most_lead], body[:most_body]) for title, lead, body in texts]
        for row, parts in enumerate(texts, 1):
            self._connection.execute(
                "INSERT INTO t (rowid, title, lead, body) VALUES (?, ?, ?, ?)", (row, *parts)
            )
        columns = ", ".join(f"highlight(t, {n}, '{MARK}', '{UNMARK}')" for n in range(3))
        rows = self._connection.execute(
            f"SELECT rowid, {columns} FROM t WHERE t MATCH ?", (match,)
        ).fetchall()
        found = {row[0]: row[1:] for row in rows}
        shown = (found.get(row, parts) for row, parts in enumerate(texts, 1))
        return [(_unspaced(title), _unspaced(lead), _unspaced(body)) for title, lead, body in shown]


def _unspaced(text: str) -> str:
    return _UNSPACE.sub(r"\1\2", text)


def snippet(marked: str, size: int = SNIPPET_CHARS) -> str:
    """The stretch of `marked` with most marks, about `size` characters, cut at words; "…" where it was cut."""
    spots = [match.start() for match in _MARKED.finditer(marked)]
    start = 0
    if spots:
        low = best = count = 0
        for high, spot in enumerate(spots):
            while spot - spots[low] > size * 3 // 4:
                low += 1
            if high - low + 1 > count:
                best, count = low, high - low + 1
        start = max(0, spots[best] - size // 6)
    stop = min(len(marked), start + size)
    if start:
        space = marked.find(" ", start, spots[best] + 1)
        start = start if space < 0 else space + 1
    if stop < len(marked):
        space = marked.rfind(" ", start, stop)
        stop = stop if space <= start + size // 2 else space
    cut = marked[start:stop]
    if cut.rfind(MARK) > cut.rfind(UNMARK):
        cut += UNMARK
    if 0 <= cut.find(UNMARK) < (cut.find(MARK) if MARK in cut else len(cut)):
        cut = MARK + cut
    text = " ".join(cut.split())
    return ("… " if start else "") + text + (" …" if stop < len(marked) else "")
