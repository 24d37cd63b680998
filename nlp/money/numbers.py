"""Numbers in a text, in digits and in words, with their values.

    find_numbers("half a billion dollars, or 1,200 more")  ->  500000000 and 1200

Forms: "1,200.5", "12,34,567.89", "10 000", "1.200.000", "3½", "one hundred and two", "two-and-a-half million".
"""

import re
import tomllib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from functools import cache

from nlp.money.units import DATA, SP, units, words_pattern

LONGEST = 40  # digits; more is a serial number or noise, and Decimal arithmetic on it costs time
#: The set of first characters stands alone in front: so the engine runs over the rest of the text in one C loop.
DIGITS = re.compile(
    rf"[\d½¼¾](?:(?<=\d)\d*(?:[.,]\d+)*(?:(?:(?<!\d\d\d\d){SP}|['’])\d{{3}}(?![\d,]))*(?:\.\d+)?[½¼¾]?|)"
)
HALVES = {"½": Decimal("0.5"), "¼": Decimal("0.25"), "¾": Decimal("0.75")}
FRACTIONS = {
    "half": Decimal("0.5"),
    "quarter": Decimal("0.25"),
    "quarters": Decimal("0.25"),
    "third": Decimal(1) / 3,
    "thirds": Decimal(1) / 3,
}
GROUPED = re.compile(r"\d{1,3}(?:,\d{2,3})*,\d{3}(?:\.\d+)?")
DOTTED = re.compile(r"\d{1,3}(?:\.\d{3})+(?:,\d+)|\d{1,3}(?:\.\d{3}){2,}")
PLAIN = re.compile(r"\d+(?:\.\d+)?")
#: "a dollar", "a euro" as a price; "a dollar bond", "a dollar-denominated loan" are none.
A_UNIT = rf"(?P<one>an?)(?={SP}(?:dollar|euro)(?:$|[.,;!?)]|{SP}(?:per|for|each|a|more|less|an)\b))"
WORD = re.compile(r"[a-z]+", re.I)
COMMA = re.compile(r"\d+,\d{1,2}")


@dataclass(frozen=True, slots=True)
class Number:
    """A number in the text; `value` is None where the digits cannot be read."""

    start: int
    end: int
    value: Decimal | None
    scaled: bool = False  #: in words, with a scale among them: "half a billion"
    tail: Decimal | None = (
        None  #: the last scale among the words, which a range shares: "two to three billion"
    )


def read_digits(text: str) -> Decimal | None:
    """The value of digits as written, or None."""
    if len(text) > LONGEST:
        return None
    if text.isdecimal():
        return Decimal(text)
    extra = HALVES.get(text[-1], Decimal(0))
    digits = re.sub(r"\s|['’]", "", text[:-1] if extra else text)
    if not digits:
        return extra
    if GROUPED.fullmatch(digits):
        digits = digits.replace(",", "")
    elif DOTTED.fullmatch(digits):
        digits = digits.replace(".", "").replace(",", ".")
    elif COMMA.fullmatch(digits):
        digits = digits.replace(",", ".")
    return Decimal(digits) + extra if PLAIN.fullmatch(digits) else None


@cache
def number_words() -> dict[str, Decimal]:
    """Number word -> value, from the packaged data."""
    rows = tomllib.loads((DATA / "scales.toml").read_text(encoding="utf-8"))["numbers"]
    return {word: Decimal(value) for word, value in rows.items()}


@cache
def word_run() -> re.Pattern[str]:
    """What parts words, then a run of number words: it starts with a number, "a", "half" or a fraction, never with a bare scale."""
    scales = [w for w in units().scale_values if w.isascii() and len(w) > 3 and " " not in w]
    plain, large = words_pattern(number_words()), words_pattern(scales)
    inner = f"{plain}|{large}|and|a|of|half|quarters?|thirds?|point"
    behind_a = opening([*scales, "half", "quarter", "third", "dollar", "euro"])
    # The look ahead at the first letters fails faster than the alternatives behind it, whose case is folded.
    return re.compile(
        rf"[^\w-](?={opening([*number_words(), 'half', 'quarter'])}|[aA][nN]?{SP}+{behind_a})"
        rf"(?i:(?P<run>(?:(?:{plain}|half|quarters?)|an?(?={SP}+(?:half|quarter|third|{large})))"
        rf"(?:(?:{SP}+|-)(?:{inner})(?![a-zA-Z]))*)(?![a-zA-Z])|{A_UNIT})"
    )


def opening(words: Iterable[str], depth: int = 3) -> str:
    """A pattern for the first letters of `words`, in either case."""
    heads: dict[str, set[str]] = {}
    for word in words:
        if not word or not depth:
            return ""
        heads.setdefault(word[0], set()).add(word[1:])
    rows = [f"[{head}{head.upper()}]{opening(rest, depth - 1)}" for head, rest in sorted(heads.items())]
    return f"(?:{'|'.join(rows)})"


def read_words(words: list[str]) -> Decimal | None:
    """The value of number words, or None where they do not make one number."""
    known, scales = number_words(), units().scale_values
    total, current = Decimal(0), None
    last = Decimal(0)  # the number word before, to tell "twenty five" from "five six"
    seen = False
    for i, word in enumerate(words):
        following = words[i + 1] if i + 1 < len(words) else ""
        if word in known:
            value = known[word]
            if current is not None and last != 0 and not (last >= 20 and value < 10 and last % 10 == 0):
                return None
            current, last, seen = (current or Decimal(0)) + value, value, True
        elif word in FRACTIONS:
            if i and words[i - 1] == "a" and i > 1 and words[i - 2] == "and":
                current = (current or Decimal(0)) + FRACTIONS[word]
            else:
                current = (Decimal(1) if current is None else current) * FRACTIONS[word]
            last, seen = Decimal(0), True
        elif word == "hundred":
            current, last, seen = (Decimal(1) if current is None else current) * 100, Decimal(0), True
        elif word in scales:
            if current is None and total:
                total *= scales[word]
            else:
                total += (Decimal(1) if current is None else current) * scales[word]
            current, last, seen = None, Decimal(0), True
        elif word == "point":
            if following not in known or current is None:
                return None
            return read_point(current, words[i + 1 :])
        elif word == "and":
            last = Decimal(0)
        elif word == "of" and following != "a":
            return None
    return total + (current or Decimal(0)) if seen else None


def read_point(whole: Decimal, rest: list[str]) -> Decimal | None:
    """ "two point five billion": the digits after the point, then the scale."""
    known, scales = number_words(), units().scale_values
    digits = ""
    for i, word in enumerate(rest):
        if word in known and known[word] < 10:
            digits += str(known[word])
        elif digits and word in scales and i == len(rest) - 1:
            return (whole + Decimal(f"0.{digits}")) * scales[word]
        else:
            return None
    return whole + Decimal(f"0.{digits}")


def find_numbers(text: str) -> Iterator[Number]:
    """Every number of `text`, in order."""
    found = [Number(m.start(), m.end(), read_digits(m.group())) for m in DIGITS.finditer(text)]
    for m in word_run().finditer("\n" + text):  # a run may open the text
        if m["one"]:
            found.append(Number(m.start(), m.end() - 1, Decimal(1)))
            continue
        words = list(WORD.finditer(text, m.start(), m.end() - 1))
        while words and words[-1].group().lower() in {"and", "a", "an", "of", "point"}:
            words.pop()
        if words:
            spelled = [w.group().lower() for w in words]
            scales = [units().scale_values[w] for w in spelled if w in units().scale_values]
            tail = units().scale_values.get(spelled[-1])
            found.append(Number(m.start(), words[-1].end(), read_words(spelled), bool(scales), tail))
    return iter(sorted(found, key=lambda n: n.start))
