"""Our own linking cases: no company is ever taken for another, unknown ones are kept, known ones are found."""

import json
from pathlib import Path

import pytest

from bench.sets.linking import predict

CASES = Path(__file__).parents[1] / "data" / "companies" / "linking.jsonl"


@pytest.fixture(scope="module")
def answers(pipeline):
    rows = [json.loads(line) for line in CASES.read_text(encoding="utf-8").splitlines()]
    asked = [{name: row[name] for name in ("id", "text", "mention", "start", "end")} for row in rows]
    return list(zip(rows, predict(iter(asked), pipeline), strict=True))


def test_there_are_sixty_cases_and_their_offsets_are_right(answers):
    assert len(answers) >= 60
    assert all(row["text"][row["start"] : row["end"]] == row["mention"] for row, _ in answers)


def test_no_mention_is_linked_to_a_wrong_record(answers):
    wrong = [
        (row["id"], row["mention"], a["company"])
        for row, a in answers
        if a["company"] not in (None, row["company"])
    ]
    assert wrong == []


def test_known_companies_are_found(answers):
    linked = [(row, answer) for row, answer in answers if row["status"] == "linked"]
    missed = [(row["id"], row["mention"]) for row, answer in linked if answer["company"] != row["company"]]
    assert len(missed) <= 0.05 * len(linked), missed


def test_unknown_companies_are_kept(answers):
    unknown = [(row, answer) for row, answer in answers if row["status"] == "unknown_company"]
    lost = [(row["id"], row["mention"]) for row, answer in unknown if not answer["is_company"]]
    assert len(lost) <= 0.05 * len(unknown), lost


def test_what_is_no_company_is_not_taken_for_one(answers):
    taken = [
        (row["id"], row["mention"])
        for row, answer in answers
        if row["status"] == "not_company" and answer["is_company"]
    ]
    assert taken == []
