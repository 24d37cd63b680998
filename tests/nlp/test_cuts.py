"""Whatever a page cuts off or throws together is read without an error."""

import json
import random
from pathlib import Path

import pytest

from nlp.pipeline import annotate_text

DATA = Path(__file__).parents[1] / "data"


def examples() -> list[str]:
    files = [*sorted((DATA / "facts").glob("*.jsonl")), DATA / "press" / "articles.jsonl"]
    rows = [json.loads(line) for file in files for line in file.read_text(encoding="utf-8").splitlines()]
    return [row["text"] for row in rows if row.get("text")]


def mangled(source: random.Random, text: str) -> str:
    """The words of a piece of `text`: its beginning, its end, or all of them shuffled."""
    first = source.randrange(max(1, len(text) - 400))
    words = text[first : first + 400].split()
    cut = source.randrange(len(words))
    how = source.random()
    if how < 0.4:
        words = words[: cut + 1]
    elif how < 0.7:
        words = words[cut:]
    else:
        source.shuffle(words)
    return " ".join(words)


@pytest.mark.parametrize("seed", range(4))
def test_mangled_texts_are_read_and_every_span_stands_in_them(pipeline, seed):
    source = random.Random(seed)
    texts = examples()
    for _ in range(40):
        text = mangled(source, source.choice(texts))
        for fact in annotate_text(pipeline, text).facts:
            assert text[fact.evidence.start : fact.evidence.end] == fact.evidence.text


@pytest.mark.parametrize(
    "text",
    [
        "the EU let it be known",
        "a nine U.S. ion of in Chinese military blacklist firms",
        "41 companies were added to the Entity List, Yulong among",
        "Pentagon bars it",
        ", the",
    ],
)
def test_a_text_may_end_anywhere(pipeline, text):
    assert all(text[m.start : m.end] == m.text for m in annotate_text(pipeline, text).mentions)
