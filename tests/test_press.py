"""The annotated press articles: every span is in its text, and the scorer of facts tells right from wrong."""

import copy
import json
from pathlib import Path
from typing import Any

import pytest

from bench.fact_scores import score_facts

PRESS = Path(__file__).parent / "data" / "press"
MICRO = "MICRO (companies, listings, amounts, shares, statements, relations)"


def rows(name: str) -> list[dict[str, Any]]:
    """Of all three parts: press itself, later, unread."""
    files = (PRESS / name, PRESS / "later" / name, PRESS / "unread" / name)
    return [json.loads(line) for file in files for line in file.read_text(encoding="utf-8").splitlines()]


ARTICLES = {article["id"]: article["text"] for article in rows("articles.jsonl")}
GOLD = rows("gold.jsonl")


@pytest.mark.parametrize("gold", GOLD, ids=lambda gold: str(gold["id"]))
def test_every_annotated_span_is_in_its_text(gold: dict[str, Any]) -> None:
    text = ARTICLES[gold["id"]]
    for amount in gold["amounts"]:
        assert text[slice(*amount["span"])] == amount["surface"]
    for statement in gold["statements"]:
        said = text[slice(*statement["span"])]
        assert statement["starts"] in said
        assert statement["ends"] in said
    for company in gold["companies"]:
        assert all(alias in text for alias in company["aliases_in_text"])


def as_predicted(gold: dict[str, Any]) -> dict[str, Any]:
    """The annotations as a prediction: what an extraction that finds all of them would say."""
    found = copy.deepcopy(gold)
    for statement in found["statements"]:
        statement["text"] = ARTICLES[gold["id"]][slice(*statement["span"])]
    return found


def scores(folder: Path, predictions: list[dict[str, Any]]) -> dict[str, tuple[float, int]]:
    for name, found in (
        ("predicted.jsonl", predictions),
        ("gold.jsonl", GOLD),
        ("articles.jsonl", rows("articles.jsonl")),
    ):
        lines = "".join(json.dumps(row) + "\n" for row in found)
        (folder / name).write_text(lines, encoding="utf-8")
    return score_facts(folder / "gold.jsonl", folder / "predicted.jsonl", folder / "articles.jsonl")


def test_the_annotations_themselves_score_one(tmp_path: Path) -> None:
    found = scores(tmp_path, [as_predicted(gold) for gold in GOLD])
    assert {row: value for row, (value, _) in found.items() if value != 1.0} == {}
    assert found[MICRO][1] > 300


def test_wrong_facts_cost(tmp_path: Path) -> None:
    predictions = [as_predicted(gold) for gold in GOLD]
    for found in predictions:
        for listing in found["listings"]:
            listing["action"] = {"add": "remove", "remove": "add"}.get(listing["action"], "add")
        for amount in found["amounts"]:
            amount["company"] = "Nobody"
        for statement in found["statements"]:
            statement["speaker"], statement["speaker_org"] = "Nobody", None
        for company in found["companies"]:
            company["listed"] = not company["listed"]
    table = scores(tmp_path, predictions)
    assert table["companies"][0] == table["listings entity+list"][0] == table["amounts +kind"][0] == 1.0
    assert table["statements span (all)"][0] == 1.0
    assert table["listings +action"][0] < 0.2
    assert table["amounts +kind+company"][0] < 0.3
    assert table["statements span+speaker (all)"][0] == 0.0
    assert table["companies listed=true"][0] < 0.2
    assert table[MICRO][0] < 0.7
