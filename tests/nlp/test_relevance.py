"""What is ours and what only sounds like it."""

import json
import os
from pathlib import Path

import pytest

from nlp.relevance import relevance, relevant_entry

OURS = (
    "The Commerce Department added nine Chinese chipmakers to the Entity List on Friday, saying that they had helped "
    "the military. Exports to them will need a licence, which will usually be denied."
)
REVIEW = (
    "We tested the Tianhe P9 for two weeks. Battery life is superb, the camera is the best in its class, the screen is "
    "bright and charging is quick. Tianhe was put on a trade blacklist, so there are no Google apps. Verdict: four stars."
)


def test_listing_story_is_relevant_and_says_why() -> None:
    verdict = relevance("U.S. adds nine Chinese chipmakers to Entity List", OURS)
    assert verdict.relevant
    assert verdict.topics[0] == "blacklist"
    assert any(reason.startswith("entity list (core") for reason in verdict.reasons)


def test_phone_review_that_names_the_blacklist_is_not() -> None:
    verdict = relevance("Tianhe P9 review: the one to beat", REVIEW)
    assert not verdict.relevant
    assert verdict.topics == ()
    assert any("gadget_review" in reason for reason in verdict.reasons)


def test_entries_are_refused_only_when_they_look_hopeless() -> None:
    assert relevant_entry("Chip rules bite", None)
    assert relevant_entry("A quiet Tuesday", None)
    assert not relevant_entry(
        "The best garlic sauce for a cold kitchen", "A chef's recipe with butter and salt"
    )


def test_short_off_topic_and_near_miss_pieces_are_refused() -> None:
    refused = [not relevance(p["title"], p["text"]).relevant for p in pieces("off_topic")]
    assert len(refused) >= 60
    assert sum(refused) >= 0.95 * len(refused)


def test_short_pieces_that_are_ours_are_found() -> None:
    found = [relevance(p["title"], p["text"]) for p in pieces("on_topic")]
    assert sum(verdict.relevant for verdict in found) >= 0.9 * len(found)
    assert all(verdict.topics and verdict.reasons for verdict in found if verdict.relevant)
    assert all(relevant_entry(p["title"], p["text"]) for p in pieces("on_topic"))


def test_watched_company_counts_and_is_told() -> None:
    text = "Osprey Lifting will replace the chief of its plant in Eastport, a maker of chips, after a trade dispute."
    without, watched = relevance(None, text), relevance(None, text, companies=("Osprey Lifting",))
    assert watched.score > without.score
    assert "Osprey Lifting (watched) +1.0" in watched.reasons


@pytest.mark.gold
def test_development_articles_f1() -> None:
    if not (folder := os.environ.get("GOLD_DIR")):
        pytest.skip("GOLD_DIR is not set")
    lines = (Path(folder) / "tradewar" / "gold.jsonl").read_text(encoding="utf-8").splitlines()
    gold = {row["id"]: row for row in map(json.loads, lines)}
    right = wrong = missed = refused = off = 0
    for line in (Path(folder) / "tradewar" / "articles.jsonl").read_text(encoding="utf-8").splitlines():
        article = json.loads(line)
        found = relevance(article["title"], article["text"]).relevant
        wanted = gold[article["id"]]["relevant"]
        right += found and wanted
        wrong += found and not wanted
        missed += wanted and not found
        off += not wanted
        refused += not wanted and not found
    assert 2 * right / (2 * right + wrong + missed) >= 0.95
    assert refused >= 0.8 * off


def pieces(name: str) -> list[dict[str, str]]:
    path = Path(__file__).parents[1] / "data" / "relevance" / f"{name}.jsonl"
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
