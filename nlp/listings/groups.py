"""Counted groups of parties: "14 Chinese organisations", "two dozen affiliates of X"."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from spacy.attrs import LOWER
from spacy.tokens import Doc, Token

from db.records import Mention
from nlp.dates.patterns import NUMBER_WORDS
from nlp.listings.lists import cues

NUMBERS = {word: n for n, word in enumerate(NUMBER_WORDS)} | {
    "thirty": 30,
    "forty": 40,
    "fifty": 50,
    "sixty": 60,
    "seventy": 70,
    "eighty": 80,
    "ninety": 90,
    "dozen": 12,
}
MULTIPLES = {"dozen": 12, "hundred": 100, "thousand": 1000}
DIGITS = re.compile(r"\d{1,3}(?:,\d{3})+|\d{1,4}")
DESCRIBING = frozenset({"DET", "ADJ", "NOUN", "PROPN", "PART", "NUM", "ADV", "PRON", "SYM"})
MOST_WORDS = 200_000  # words remembered by id; a long job must not grow without bound
_NUMBER_OF: dict[int, int | None] = {}


@dataclass(frozen=True, slots=True)
class Target:
    """A mention, or a counted group, as the object of an event. Tokens [first, last]."""

    start: int
    end: int
    first: int
    last: int
    mention: Mention | None = None
    count: int | None = None
    anonymous: bool = False  #: a bullet that nobody recognised as a name


def number_of(token: Token) -> int | None:
    """The whole number that `token` writes: "14", "fourteen", "twenty-eight"."""
    return number_in(token.lower_)


def number_in(word: str) -> int | None:
    """The whole number that `word` (lower case) writes."""
    if word in NUMBERS:
        return NUMBERS[word]
    if "-" in word and all(part in NUMBERS for part in word.split("-")):
        return sum(NUMBERS[part] for part in word.split("-"))
    return int(word.replace(",", "")) if DIGITS.fullmatch(word) else None


def _numbers(doc: Doc) -> Iterator[tuple[int, int]]:
    """(token, number) of every number; most words are told by one look-up of their id."""
    if len(_NUMBER_OF) > MOST_WORDS:
        _NUMBER_OF.clear()
    strings = doc.vocab.strings
    for i, word in enumerate(doc.to_array([LOWER]).tolist()):
        if word not in _NUMBER_OF:
            _NUMBER_OF[word] = number_in(strings[word])
        count = _NUMBER_OF[word]
        if count is not None:
            yield i, count


@cache
def group_nouns() -> frozenset[str]:
    """What may be counted as parties: companies, bureaus, affiliates."""
    return frozenset(cues()["groups"]["nouns"])


def _part_of_number(doc: Doc, i: int) -> bool:
    """Money, a decimal, a numbered notice: no count."""
    before = doc[i - 1]
    return (
        before.is_currency
        or before.lower_ in {"no", "no.", "number"}
        or (before.text in {".", "-"} and not before.whitespace_ and i > 1 and doc[i - 2].like_num)
    )


def find_groups(doc: Doc, covered: set[int]) -> Iterator[Target]:
    """ "14 Chinese organisations", "three affiliates of X", "two units of the solar company Y"."""
    nouns = group_nouns()
    for i, count in _numbers(doc):
        if i in covered:
            continue
        token = doc[i]
        times = MULTIPLES.get(doc[token.i + 1].lower_) if token.i + 1 < len(doc) else None
        if times is not None:
            count *= times  # "two dozen companies"
        elif token.lower_ in MULTIPLES and token.i and number_of(doc[token.i - 1]) is not None:
            continue  # told with its number
        if count < 2:
            continue
        if token.i and _part_of_number(doc, token.i):
            continue
        head = _group_head(doc, token.i, nouns)
        if head is None:
            continue
        nxt = doc[head + 1] if head + 1 < len(doc) else None
        last = head
        if nxt is not None and nxt.lower_ == "of":
            end = head + 2
            while (
                end < min(len(doc), head + 14)
                and doc[end].pos_ in DESCRIBING | {"CCONJ"}
                and end not in covered
            ):
                end += 1
            while end in covered:
                end += 1
            if end - 1 in covered:
                last = end - 1
        span = doc[token.i : last + 1]
        yield Target(span.start_char, span.end_char, token.i, last, None, count)


def _plural(token: Token) -> bool:
    return token.tag_ in {"NNS", "NNPS"} or (token.pos_ == "NOUN" and token.lower_.endswith("s"))


def counts(token: Token, nouns: frozenset[str] | set[str]) -> bool:
    """True for an organisation noun; the model leaves some plurals ("bureaus") without a lemma."""
    return token.lemma_.lower() in nouns or token.lower_.removesuffix("s") in nouns


def _group_head(doc: Doc, i: int, nouns: frozenset[str] | set[str]) -> int | None:
    """The token of the organisation noun that the number at `i` counts."""
    for j in range(i + 1, min(len(doc), i + 9)):
        token = doc[j]
        if counts(token, nouns) and token.pos_ in {"NOUN", "PROPN"} and (_plural(token) or j + 1 == len(doc)):
            following = doc[j + 1] if j + 1 < len(doc) else None
            if following is not None and _plural(following) and counts(following, nouns):
                continue
            return j
        if token.pos_ not in {
            "ADJ",
            "NOUN",
            "PROPN",
            "PART",
            "NUM",
            "PUNCT",
            "ADV",
            "VERB",
        } or token.text in {",", ";", ".", ":", ")", "%"}:
            return None
        if token.pos_ == "VERB" and token.tag_ not in {"VBN", "VBG"}:
            return None
    return None
