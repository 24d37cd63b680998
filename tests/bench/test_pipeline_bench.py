"""The bench of the whole way: what its figures are made of."""

import time

import pytest

from bench.pipeline import merge, mixed, summary
from bench.pipeline_ours import Clock


def busy(seconds: float) -> None:
    end = time.process_time() + seconds
    while time.process_time() < end:
        pass


def test_time_of_an_inner_step_is_not_the_outer_ones() -> None:
    clock = Clock()
    with clock.step("outer"):
        busy(0.01)
        with clock.step("inner"):
            busy(0.03)
    found = clock.take()
    assert found["inner"] == pytest.approx(0.03, rel=0.5)
    assert found["outer"] < found["inner"]
    assert clock.take() == {}


def turn(sort: str, body: float, ner: float, **others: float) -> dict[str, object]:
    steps = {"body": body, "ner": ner, "tradewire_money": 0.5, "store article": 0.1, "store facts": 0.2}
    return {"set": "s", "class": sort, "pages": 2, "words": 10, "bytes": 100, "steps": steps, **others}


def test_of_each_turn_the_fastest_round_of_each_system_counts() -> None:
    slow = turn("relevant", 3.0, 2.0, trafilatura=1.0, spacy=4.0)
    fast = turn("relevant", 1.0, 2.0, trafilatura=2.0, spacy=2.0)
    (best,) = merge([{"turns": [slow]}, {"turns": [fast]}])
    assert (best["steps"]["body"], best["trafilatura"], best["spacy"]) == (1.0, 1.0, 2.0)
    found = summary([best])
    assert found["ratio"] == pytest.approx(3.8 / 3.0, abs=0.001)
    assert found["groups"] == {"page": 1.0, "spacy": 2.0, "ours": 0.5, "store": 0.3}


def test_pages_as_they_come_pay_for_reading_facts_only_where_relevant() -> None:
    found = mixed([turn("relevant", 1.0, 2.0, peer=9.0), turn("other", 1.0, 2.0, peer=9.0)])
    assert found["ours_s"] == pytest.approx(3.8 + 1.1)
    assert found["times"] == pytest.approx(18 / 4.9, abs=0.01)
