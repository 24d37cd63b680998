"""Quotation marks of one paragraph, paired.

Marks are paired inside their paragraph only, so a stray or lost mark costs that paragraph at most. Styles:
curly and straight double marks, two apostrophes, TeX marks, guillemets, low-high marks, corner brackets and,
where no apostrophe can be meant, single marks.
"""

import re
from bisect import bisect_right
from dataclasses import dataclass

#: family: (opening marks, closing marks); a mark in both opens or closes by the white space around it.
FAMILIES: dict[str, tuple[frozenset[str], frozenset[str]]] = {
    "double": (frozenset({"“", "‟", "„", "〝"}), frozenset({"”", "〞"})),
    "straight": (frozenset({'"', "＂"}), frozenset({'"', "＂"})),
    "apostrophes": (frozenset({"''", "‘‘", "``", "’’"}), frozenset({"''", "’’"})),
    "guillemets": (frozenset({"«"}), frozenset({"»"})),
    "corner": (frozenset({"「"}), frozenset({"」"})),
    "white corner": (frozenset({"『"}), frozenset({"』"})),
    "single": (frozenset({"‘", "'", "‹"}), frozenset({"’", "'", "›"})),
}
MARK = re.compile(r"''|‘‘|``|’’|[“”‟„〝〞\"＂«»「」『』‘’'‹›]")
#: Styles that typists mix: “opened curly, closed straight".
LATIN = frozenset({"double", "straight", "apostrophes"})
OPENS_AFTER = " \t\r\n\xa0\u2009\u202f([{-–—―/…:"  # a mark after one of these may open
CLOSES_BEFORE = " \t\r\n\xa0\u2009\u202f)]}-–—―/.,;:!?…"
#: Straight or curly single marks that stand for missing letters: 'em, ’90s, 'til.
ELISION = re.compile(r"['‘’](?:\d0s|em\b|til\b|tis\b|twas\b|cause\b|bout\b|n['’])", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Pair:
    """A quotation [start, end) with its marks; `inner_start`, `inner_end` leave them out."""

    start: int
    end: int
    inner_start: int
    inner_end: int
    family: str
    closed: bool


@dataclass(frozen=True, slots=True)
class _Mark:
    start: int
    end: int
    family: str
    can_open: bool
    can_close: bool


def family_of(mark: str) -> str:
    return next(name for name, (opening, closing) in FAMILIES.items() if mark in opening or mark in closing)


def _marks(text: str, start: int, end: int) -> list[_Mark]:
    found = []
    for match in MARK.finditer(text, start, end):
        mark, a, b = match.group(), match.start(), match.end()
        family = family_of(mark)
        opening, closing = FAMILIES[family]
        before = text[a - 1] if a > start else " "
        after = text[b] if b < end else " "
        can_open, can_close = mark in opening, mark in closing
        if (can_open and can_close) or family in ("single", "apostrophes"):
            neighbour_opens = before in OPENS_AFTER or MARK.match(before) is not None
            can_open = can_open and neighbour_opens and not after.isspace()
            can_close = can_close and not before.isspace()
            if family == "single":
                can_close = can_close and (after in CLOSES_BEFORE or MARK.match(after) is not None)
                if ELISION.match(text, a):
                    can_open = False
            elif can_open and can_close:  # between a dash and a word: before a word it opens
                can_close = not after.isalnum()
            elif not can_open and not can_close:  # white space on both sides: whatever is due
                can_open = can_close = True
        if mark == "“" and not before.isspace() and before not in OPENS_AFTER and after in CLOSES_BEFORE:
            can_open, can_close = False, True  # typed where the closing mark belongs
        if can_open or can_close:
            found.append(_Mark(a, b, family, can_open, can_close))
    return found


def pair_marks(text: str, start: int, end: int) -> list[Pair]:
    """Quotations of the paragraph `text[start:end]`, outermost first at equal starts, by start.

    The last one may be unclosed (`closed` is False, it ends with the paragraph): a quotation that goes
    on in the next paragraph, or a lost mark; the caller knows which.
    """
    marks = _marks(text, start, end)
    pairs: list[Pair] = []
    doubles = [m for m in marks if m.family != "single"]
    unclosed = _pair_family(doubles, pairs)
    singles = [m for m in marks if m.family == "single"]
    if any(m.can_open for m in singles):
        _pair_singles(text, singles, pairs, _Outer(pairs))
    if unclosed is not None:
        pairs.append(Pair(unclosed.start, end, unclosed.end, end, unclosed.family, closed=False))
    return _uncrossed(sorted(pairs, key=lambda p: (p.start, -p.end)))


def _uncrossed(pairs: list[Pair]) -> list[Pair]:
    """`pairs` without single-marked ones that begin inside another pair and end outside it."""
    kept: list[Pair] = []
    open_ends: list[int] = []
    crossing: set[int] = set()
    holders: list[int] = []
    for number, pair in enumerate(pairs):
        while open_ends and open_ends[-1] <= pair.start:
            open_ends.pop()
            holders.pop()
        if open_ends and pair.closed and pair.end > open_ends[-1]:
            loser = number if pair.family == "single" else holders[-1]
            crossing.add(loser)
            if loser == number:
                continue
            open_ends.pop()
            holders.pop()
        open_ends.append(pair.end)
        holders.append(number)
    kept.extend(pair for number, pair in enumerate(pairs) if number not in crossing)
    return kept


def _pair_family(marks: list[_Mark], pairs: list[Pair]) -> _Mark | None:
    """Pair marks of double styles; returns an opening mark that is left over at the end."""
    stack: list[_Mark] = []
    for mark in marks:
        match = next((i for i in range(len(stack) - 1, -1, -1) if stack[i].family == mark.family), None)
        if match is None and mark.can_close and not mark.can_open and mark.family in LATIN:
            match = next((i for i in range(len(stack) - 1, -1, -1) if stack[i].family in LATIN), None)
        if match is not None and mark.can_close:
            opener = stack[match]
            pairs.append(Pair(opener.start, mark.end, opener.end, mark.start, mark.family, closed=True))
            del stack[match:]
        elif mark.can_open:
            if match is not None:  # opened twice: the first one lost its closing mark
                del stack[match:]
            stack.append(mark)
    return stack[0] if stack else None


class _Outer:
    """The double quotations of a paragraph, to ask which one holds a character."""

    def __init__(self, pairs: list[Pair]) -> None:
        self.spans: list[tuple[int, int]] = []
        for pair in sorted(pairs, key=lambda p: (p.start, -p.end)):
            if not self.spans or pair.start >= self.spans[-1][1]:
                self.spans.append((pair.start, pair.end))

    def holder(self, at: int) -> int:
        """Number of the quotation around character `at`, or -1."""
        i = bisect_right(self.spans, (at, len(self.spans) + at)) - 1
        return i if i >= 0 and self.spans[i][0] <= at < self.spans[i][1] else -1


def _pair_singles(text: str, marks: list[_Mark], pairs: list[Pair], outer: _Outer) -> None:
    """Pair single marks. The closing mark is the first one before which a sentence or phrase may end.

    "the workers' demands" has a closing look too: a mark after punctuation wins over one after a bare
    word, and after a plural s a mark closes only when nothing better follows.
    """
    i = 0
    while i < len(marks):
        opener = marks[i]
        if not opener.can_open:
            i += 1
            continue
        best = None
        holder = outer.holder(opener.start)
        for j in range(i + 1, len(marks)):
            mark = marks[j]
            if mark.can_open and not mark.can_close:
                break
            if not mark.can_close or outer.holder(mark.start) != holder:
                continue
            last = text[mark.start - 1]
            if last in ".,!?…":
                best = j
                break
            if best is None or text[marks[best].start - 1] == "s":
                best = j if best is None or last != "s" else best
            if last != "s":
                break
        if best is None:
            i += 1
            continue
        mark = marks[best]
        pairs.append(Pair(opener.start, mark.end, opener.end, mark.start, "single", closed=True))
        i = best + 1
