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
_MARKED = re.compile(f"{MARK}[^{UNMARK}]*{UNMARK}")


def sentences(body: str) -> list[str]:
    """`body` cut into sentences, roughly."""
    cuts = [0, *(match.end() for match in _END.finditer(body)), len(body)]
    return [body[a:b] for a, b in itertools.pairwise(cuts) if a < b]


class Passages:
    """A full-text index in memory over a handful of texts."""

    def __init__(self) -> None:
        self._connection: Any = sqlite.connect(":memory:")
        self._connection.execute(
            "CREATE VIRTUAL TABLE t USING fts5(title, lead, body, tokenize='porter unicode61 remove_diacritics 2')"
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._connection.close()

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
