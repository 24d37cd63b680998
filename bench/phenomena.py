"""Statements by phenomenon: recall and right speakers in groups that are found by rule in the gold."""

import importlib
import json
import re
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

from nlp.statements.persons import source_words

Row = dict[str, Any]
COVERED = "cov@0.3"


def load_scorer(gold_dir: Path) -> ModuleType:
    """The shared scorer of statements, from beside the gold."""
    folder = str(gold_dir.parent / "eval" / "statements")
    sys.path.insert(0, folder)
    try:
        return importlib.import_module("score")
    finally:
        sys.path.remove(folder)


def read_rows(path: Path) -> dict[str, Row]:
    with path.open(encoding="utf-8") as lines:
        return {row["id"]: row for row in map(json.loads, lines)}


def _cue(pattern: str) -> Callable[[Row, str], bool]:
    found = re.compile(rf"\b(?:{pattern})", re.IGNORECASE)
    return lambda row, text: bool(row["cue"] and found.search(text[slice(*row["cue"])]))


def _by(words: frozenset[str]) -> Callable[[Row, str], bool]:
    return lambda row, text: bool(words & set(re.findall(r"[\w-]+", (row["speaker_name"] or "").lower())))


def _words(row: Row, text: str) -> int:
    return sum(len(re.findall(r"\w[\w'’-]*", text[a:b])) for a, b in row["quote"])


def _after_quote(row: Row, text: str) -> bool:
    return bool(row["speaker"]) and row["speaker"][0] >= row["quote"][0][1]


def groups() -> dict[str, Callable[[Row, str], bool]]:
    """Name of a phenomenon -> whether a statement of the gold shows it."""
    words = source_words()
    bodies = (
        words.bodies
        | words.authorities
        | words.groups
        | {"house", "senate", "pentagon", "times", "post", "news"}
    )
    return {
        "denials": _cue("den(?:y|ied|ies)|reject|disput|rebut|refut|dismiss"),
        "warnings": _cue("warn|caution"),
        "accusations": _cue("accus|blam"),
        "short contents (3 words or fewer)": lambda row, text: _words(row, text) <= 3,
        "headlines and first lines": lambda row, text: "\n" not in text[: row["quote"][0][0]].strip(),
        "colon or dash as the cue": lambda row, text: bool(
            row["cue"] and re.search(r"[:—–]|^-+$", text[slice(*row["cue"])])
        ),
        "calling and describing": _cue("call(?:s|ed|ing)?\\b(?! for| on)|describ|dubb|label|brand"),
        "questions": _cue("ask|question|wonder"),
        "according to": _cue("according to"),
        "organisation speaks": _by(bodies),
        "document speaks": _by(words.documents),
        "spokesperson": _by(words.spokespersons),
        "pronoun speaker": lambda row, _: row["speaker_form"] == "pronoun",
        "no source given": lambda row, _: row["speaker_form"] == "none",
        "speaker after the quote": _after_quote,
        "split quotes": lambda row, _: len(row["quote"]) > 1,
        "several paragraphs": lambda row, text: "\n" in text[row["quote"][0][0] : row["quote"][-1][1]],
    }


def table(
    scorer: ModuleType, gold: dict[str, Row], predicted: dict[str, Row]
) -> Iterator[tuple[str, int, int, int, int]]:
    """(phenomenon, items, found, with a named speaker, right speaker), fewest found first."""
    tests = groups()
    counts = {name: [0, 0, 0, 0] for name in tests}
    for key, row in gold.items():
        doc = scorer.Doc(row)
        needed = [(s, p[0]) for s in row["statements"] if (p := doc.prepare([s], False)) and p[0]["need"]]
        found = doc.prepare(predicted.get(key, {}).get("statements", []), True)
        pairs = dict(scorer.match([p for _, p in needed], found, COVERED))
        for number, (statement, prepared) in enumerate(needed):
            for name, test in tests.items():
                if not test(statement, row["text"]):
                    continue
                count = counts[name]
                count[0] += 1
                if number not in pairs:
                    continue
                count[1] += 1
                if prepared["mention"]:
                    count[2] += 1
                    _, head, overlap = scorer.speaker_ok(prepared, found[pairs[number]])
                    count[3] += head or overlap
    for name, (items, hit, spoken, right) in sorted(counts.items(), key=lambda c: c[1][1] / max(1, c[1][0])):
        yield name, items, hit, spoken, right


def lines(scorer: ModuleType, gold: dict[str, Row], predicted: dict[str, Row]) -> Iterator[str]:
    """The table as text."""
    yield f"\n{'statements by phenomenon':<40}{'items':>7}{'recall':>8}{'speaker':>9}"
    for name, items, hit, spoken, right in table(scorer, gold, predicted):
        speaker = f"{right / spoken:>9.3f}" if spoken else f"{'-':>9}"
        yield f"{name:<40}{items:>7}{hit / max(1, items):>8.3f}{speaker}"
