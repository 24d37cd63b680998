"""Which stretches of a plain text are page furniture, and the text with them blanked.

Texts that people import are often whole pages saved as text: navigation above, captions in between, teasers
of other stories, event ads and newsletter boxes below. Facts must not come from them. Furniture is masked,
never cut, so that offsets hold. Words that mark it are in nlp/data/furniture.toml.
"""

import re
import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from db.records import Block, BlockKind

MAX_FURNITURE_LINE = 420  # a longer line is a paragraph, whatever it begins with
LONG = 80  # characters of a line that, with a full stop, is a sentence of somebody's text
MAX_CAPTION = 160
MAX_HEADING = 70
TAIL_FROM = 0.35  # a heading like "Related stories" before this share of the text is a subhead
MAX_LONG_AFTER = (
    2  # sentences in a row below a tail heading; one more, and the text goes on (teasers alternate)
)
BIO_FROM = 0.5
SENTENCE_END = re.compile(r"[.!?…:;][\"'”’»)\]]*$")
NAME = re.compile(r"(?:(?:By|by) )?[A-Z][\w’'.-]+(?: (?:[A-Z][\w’'.-]*|van|von|de|da|del|bin|al)){1,3}$")


@dataclass(frozen=True, slots=True)
class Line:
    """One line with words in it."""

    start: int
    end: int
    text: str


@cache
def rules() -> dict[str, re.Pattern[str]]:
    data = tomllib.loads((files("nlp") / "data" / "furniture.toml").read_text(encoding="utf-8"))
    return {
        "lines": re.compile("|".join(f"(?:{r})" for r in data["lines"]), re.IGNORECASE),
        "tails": re.compile("|".join(f"(?:{r})" for r in data["tails"]), re.IGNORECASE),
        "bio": re.compile(data["bio"], re.IGNORECASE | re.DOTALL),
    }


def lines_of(text: str) -> list[Line]:
    """The lines of `text` that hold words, without white space at their ends."""
    found = []
    for match in re.finditer(r"[^\n]+", text):
        words = match.group().strip()
        if words:
            start = match.start() + match.group().index(words[0])
            found.append(Line(start, start + len(words), words))
    return found


def find_furniture(text: str) -> tuple[Block, ...]:
    """Stretches of `text` that are navigation, teasers, event ads, newsletter boxes and the like."""
    lines = lines_of(text)
    marked = {i for i, line in enumerate(lines) if is_furniture_line(line.text)}
    marked |= tails(lines, marked) | repeated(lines) | bios(lines)
    if len(marked) == len(lines):
        return ()  # nothing would be left: the marks are wrong
    return tuple(Block(lines[i].start, lines[i].end, BlockKind.FURNITURE) for i in sorted(marked))


def is_furniture_line(line: str) -> bool:
    """True for a line that is furniture wherever it stands."""
    return len(line) <= MAX_FURNITURE_LINE and rules()["lines"].fullmatch(line) is not None


def is_heading(line: str) -> bool:
    return len(line) <= MAX_HEADING and SENTENCE_END.search(line.rstrip(":")) is None


def tails(lines: list[Line], furniture: set[int]) -> set[int]:
    """Lines from a heading like "Related stories" to the end, or to where text clearly goes on."""
    total = lines[-1].end if lines else 0
    marked: set[int] = set()
    for i, line in enumerate(lines):
        if i in marked or line.start < TAIL_FROM * total or not is_heading(line.text):
            continue
        if not rules()["tails"].fullmatch(line.text.rstrip(" :")):
            continue
        end = len(lines)
        run = 0
        for k in range(i + 1, len(lines)):
            sentence = len(lines[k].text) >= LONG and SENTENCE_END.search(lines[k].text) is not None
            run = run + 1 if sentence and k not in furniture else 0
            if run > MAX_LONG_AFTER:
                end = k - MAX_LONG_AFTER
                break
        marked |= set(range(i, end))
    return marked


def repeated(lines: list[Line]) -> set[int]:
    """Captions told twice or more on end: alternative text, caption, caption with the credit."""
    marked: set[int] = set()
    for i in range(1, len(lines)):
        first, second = lines[i - 1].text, lines[i].text
        if len(second) > MAX_CAPTION or len(first) < 4:
            continue
        if second.startswith(first) and (first == second or second[len(first)].isupper()):
            marked |= {i - 1, i}
    for i, line in enumerate(lines):
        half = len(line.text) // 2
        if 8 < len(line.text) <= 2 * MAX_CAPTION and line.text[:half] == line.text[half:]:
            marked.add(i)
    return marked


def bios(lines: list[Line]) -> set[int]:
    """A name at the end of a text and the paragraph below that says who it is."""
    total = lines[-1].end if lines else 0
    marked: set[int] = set()
    for i, line in enumerate(lines):
        if line.start < BIO_FROM * total:
            continue
        above = lines[i - 1].text if i else ""
        named = bool(NAME.match(above)) and line.text.startswith(
            above.removeprefix("By ").removeprefix("by ")
        )
        if rules()["bio"].search(line.text[:420]) and named:
            marked |= {i - 1, i}
    return marked


def mask(text: str, blocks: tuple[Block, ...]) -> str:
    """`text` with every furniture block replaced by spaces; line breaks and length stay."""
    chars = list(text)
    for block in blocks:
        if block.kind is BlockKind.FURNITURE:
            for i in range(block.start, block.end):
                if chars[i] != "\n":
                    chars[i] = " "
    return "".join(chars)
