"""Relations read from text: every example of tests/data/facts/relation.jsonl."""

import json
from pathlib import Path

import pytest

from db.records import ArticleContext, Modality, RelationFact, Role, Standing
from nlp.pipeline import annotate_text

CASES = [
    json.loads(line)
    for line in (Path(__file__).parents[1] / "data/facts/relation.jsonl")
    .read_text(encoding="utf-8")
    .splitlines()
]


def relations(pipeline, text):
    return [f for f in annotate_text(pipeline, text, ArticleContext()).facts if isinstance(f, RelationFact)]


def bare(name):
    return (
        name.replace(",", "")
        .removesuffix(".")
        .removesuffix(" Co")
        .removesuffix(" Ltd")
        .removesuffix(" Inc")
        .removesuffix(" LLC")
    )


def told(fact):
    a, b = fact.party(Role.A), fact.party(Role.B)
    return (fact.relation_type, bare(a.name or a.surface), bare(b.name or b.surface))


@pytest.mark.parametrize("case", CASES, ids=[c["id"] for c in CASES])
def test_relations_of_an_example(pipeline, case):
    found = {told(f) for f in relations(pipeline, case["text"])}
    assert found == {(kind, bare(a), bare(b)) for kind, a, b in case["facts"]}


def test_a_planned_venture_is_planned(pipeline):
    (fact,) = relations(
        pipeline, "Delmar Optics Inc. and Tarvik Semiconductor Co. will form a joint venture."
    )
    assert fact.modality is Modality.PLANNED


def test_a_former_backer_is_recalled(pipeline):
    (fact,) = relations(pipeline, "Tarvik Semiconductor Co., once backed by Harrow Capital LLC, closed.")
    assert fact.standing is Standing.RECALLED


def test_spans_say_what_the_text_says(pipeline):
    for case in CASES:
        for fact in relations(pipeline, case["text"]):
            for span in (
                fact.evidence,
                *(s.span for s in fact.spans),
                *(p.span for p in fact.parties if p.span),
            ):
                assert case["text"][span.start : span.end] == span.text
