"""Are two names of companies the same name? String only, no table; precision first.

Parents, subsidiaries, branches, numbered units and "Group" are other companies: one letter may differ in a
long word, never a place, a number, an ordinal or a word that one name has and the other has not.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher

from nlp.lexicon import lexicon
from nlp.names import CJK, SMALL_WORDS, core, is_acronym_of, is_legal_form, key

_BRACKETS = re.compile(r"[(（]([^()（）]+)[)）]")
#: At the end of a name these tell nothing: Megvii is Megvii Technology.
EMPTY_ENDS = frozenset(["technology", "technologies", "tech"])
ORDINALS = frozenset(
    "first second third fourth fifth sixth seventh eighth ninth tenth i ii iii iv v vi vii viii ix x one two three four "
    "five north south east west northern southern eastern western central new old".split()
)
#: Heads of words that one letter makes into their opposites.
OPPOSED = (("micro", "macro"), ("inter", "intra"), ("hyper", "hypo"), ("endo", "exo"))
#: A word that is all Chinese syllables: one letter more or less makes it another name (Guangda, Guanda).
SYLLABLES = re.compile(
    r"(?:(?:[zcs]h|[bpmfdtnlgkhjqxrzcsyw])?"
    r"(?:iang|iong|uang|ang|eng|ing|ong|ian|iao|uai|uan|ai|an|ao|ei|en|er|ia|ie|in|iu|ou|ua|ue|ui|un|uo|a|e|i|o|u))+"
)
TYPO_LENGTH = 7  # letters a word needs before one slip in it is forgiven: Yixin and Yixing are two firms
SHORTEST_LEFT = 5  # letters that must be left when an empty end is dropped: "Leon" is also a city


@dataclass(frozen=True, slots=True)
class Comparison:
    """How alike two names are: `same` only when nothing speaks against it; `why` in a few words."""

    same: bool
    score: float  #: 0 to 1
    why: str


def compare(left: str, right: str) -> Comparison:
    """The verdict on two names."""
    lefts, rights = list(_readings(left)), list(_readings(right))
    if set(lefts) & set(rights):
        return Comparison(True, 1.0 if key(left) == key(right) else 0.97, "equal without legal form")
    best = Comparison(False, 0.0, "nothing in common")
    for one in lefts:
        for other in rights:
            found = _compare(one, other)
            if (found.same, found.score) > (best.same, best.score):
                best = found
    return best


def same_name(left: str, right: str) -> bool:
    """True when the two strings are surely names of one company."""
    return compare(left, right).same


def _readings(name: str) -> Iterator[str]:
    """The core of `name`, and of each of its parts where brackets only repeat it: "Long Name Corp. (LNC)"."""
    match = _BRACKETS.search(name)
    if match is None or (CJK.search(name) and not is_alias_in_brackets(match[1], _without(name, match))):
        yield core(name)
        return
    outside = _without(name, match)
    if is_alias_in_brackets(match[1], outside):
        yield core(outside)
        yield core(match[1])
    elif is_legal_form(match[1]):
        yield core(outside)
    else:
        yield core(name)  # a place in brackets is part of the name


def _without(name: str, match: re.Match[str]) -> str:
    return f"{name[: match.start()]} {name[match.end() :]}".strip()


def is_alias_in_brackets(inside: str, outside: str) -> bool:
    """True when bracketed words are another name of what stands before: its acronym, or most of its words."""
    words = core(inside).split()
    if not words or all(word in lexicon().places for word in words) or core(inside) in lexicon().places:
        return False
    if is_acronym_of(inside, outside):
        return True
    return bool(set(words) & set(core(outside).split())) and not set(words) & (
        ORDINALS | {"group", "holdings"}
    )


def _compare(left: str, right: str) -> Comparison:
    one, other = _trimmed(left), _trimmed(right)
    if one == other:
        return Comparison(True, 0.93, "equal but for an empty last word")
    if one.replace(" ", "") == other.replace(" ", "") and len(one) >= SHORTEST_LEFT:
        return Comparison(True, 0.95, "equal but for spaces")
    similarity = SequenceMatcher(None, one, other, autojunk=False).ratio()
    ones, others = one.split(), other.split()
    differing = difference(ones, others)
    if differing:
        return Comparison(False, min(similarity, 0.69), f"one has {differing}, the other not")
    if CJK.search(left) or CJK.search(right):
        return Comparison(False, min(similarity, 0.69), "characters differ")
    if len(ones) == len(others):
        slips = [(a, b) for a, b in zip(ones, others, strict=True) if a != b]
        if len(slips) == 1 and _is_slip(*slips[0]):
            return Comparison(True, 0.85, f"a slip: {slips[0][0]}, {slips[0][1]}")
        if sorted(ones) == sorted(others) and len(ones) > 1:
            return Comparison(False, 0.69, "words in another order")
    return Comparison(False, min(similarity, 0.69), "words differ")


def _trimmed(name: str) -> str:
    words = name.split()
    while len(words) > 1 and words[-1] in EMPTY_ENDS and len("".join(words[:-1])) >= SHORTEST_LEFT:
        words.pop()
    return " ".join(words)


def difference(ones: list[str], others: list[str]) -> str | None:
    """The first word of one name that makes it another company: a place, number, ordinal, Group, a head noun."""
    words = lexicon()
    for word in (*sorted(set(ones) - set(others)), *sorted(set(others) - set(ones))):
        if word in SMALL_WORDS:
            continue
        if (
            word in words.places
            or word in ORDINALS
            or any(c.isdigit() for c in word)
            or word in ("group", "holdings")
        ):
            return word
    return None


def _is_slip(one: str, other: str) -> bool:
    """True for one letter missing, doubled, changed or swapped inside a long word that is no word of its own."""
    if max(len(one), len(other)) < TYPO_LENGTH or one[0] != other[0] or abs(len(one) - len(other)) > 1:
        return False
    words = lexicon()
    if one in words.company_heads and other in words.company_heads:
        return False  # "optics" and "optical" are two words
    if SYLLABLES.fullmatch(one) and SYLLABLES.fullmatch(other):
        return False
    for a, b in OPPOSED:
        if (one.startswith(a) and other.startswith(b)) or (one.startswith(b) and other.startswith(a)):
            return False
    start = 0
    while start < min(len(one), len(other)) and one[start] == other[start]:
        start += 1
    a, b = one[start:], other[start:]
    return a[1:] == b or a == b[1:] or a[1:] == b[1:] or (a[:2] == b[:2][::-1] and a[2:] == b[2:])
