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


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Peak Lantern Management, which holds 6.2 per cent of the listed distributor Cosmos Kowloon, warned.", {("investor", "Peak Lantern Management", "Cosmos Kowloon")}),
        ("Tarvik Power, which is owned to 51% by Yanchi Materials, fell.", {("subsidiary", "Tarvik Power", "Yanchi Materials")}),
        ("Tarvik Power, 53.2 per cent of which belongs to state-backed Lingnan Group, will sell shares.", {("subsidiary", "Tarvik Power", "Lingnan Group")}),
        ("Lingnan Group agreed to sell its 70 per cent stake in Johor Circuits to Petaling Ventures for $310 million.", {("subsidiary", "Johor Circuits", "Lingnan Group")}),
        ("Huaqian Semiconductor, which counts the phone maker Vantu Mobile as its biggest customer, posted revenue of $2.2 billion.", {("supplier", "Huaqian Semiconductor", "Vantu Mobile")}),
        ("Tarvik Power relies on Orvane Vision for its cameras.", {("supplier", "Orvane Vision", "Tarvik Power")}),
        ("Tarvik Power relies on Orvane Vision.", set()),
        ("Fuyun Corp accounted for 46 percent of Xuanwei Semiconductor's sales.", {("supplier", "Xuanwei Semiconductor", "Fuyun Corp")}),
        ("Geumho Shipbuilding is also bidding with US partner Delacroix Marine for a navy contract.", {("partner", "Geumho Shipbuilding", "Delacroix Marine")}),
        ("Haosen Industries, part of Northern Ships Group, fell.", {("subsidiary", "Haosen Industries", "Northern Ships Group")}),
        ("Haosen Industries fell, part of a rout that Northern Ships Group began.", set()),
        ("Tarvik Power completed its acquisition of Orvane Vision for $412 million.", {("subsidiary", "Orvane Vision", "Tarvik Power")}),
        ("Tarvik Power received a license to resume deliveries of its switches to Yunzhou Internet.", {("supplier", "Tarvik Power", "Yunzhou Internet")}),
        ("Tarvik Power announced the sale of its Suzhou unit to Yunzhou Internet.", set()),
        ("Fairmont Robotics, a company that fits Tengshan Optics sensors to its vehicles, fell.", {("supplier", "Tengshan Optics", "Fairmont Robotics")}),
        ("Suncastle Energy has ordered 400 megawatts of Linjiang Solar's panels.", {("supplier", "Linjiang Solar", "Suncastle Energy")}),
        ("The listing does not extend to Tiegu Magnet's German joint venture with Feldhaus Sensorik.", {("partner", "Tiegu Magnet", "Feldhaus Sensorik")}),
        ("Among the customers of Corvane Systems is Qiaoyuan Semiconductor.", {("supplier", "Corvane Systems", "Qiaoyuan Semiconductor")}),
        ("Orvane Vision, a Tarvik Power subsidiary, fell.", {("subsidiary", "Orvane Vision", "Tarvik Power")}),
        ("Ruiyang Energy, backed by Songbai Ventures, and Tarvik Power, its biggest client, did not comment.", {("investor", "Songbai Ventures", "Ruiyang Energy"), ("supplier", "Ruiyang Energy", "Tarvik Power")}),
    ],
)  # fmt: skip
def test_longer_wordings(pipeline, text, expected):
    assert {told(f) for f in relations(pipeline, text)} == expected


@pytest.mark.parametrize("end", ["", ".", " (51%", ", which", " and"])
def test_a_text_may_end_anywhere(pipeline, end):
    text = f"Zhoushan Ruhland, a joint venture of Ruhland Chemicals Inc. and Zhoushan Petrochem Co.{end}"
    found = annotate_text(pipeline, text, ArticleContext())
    assert "Ruhland Chemicals Inc." in {e.name for e in found.entities}
    ties = {told(f) for f in found.facts if isinstance(f, RelationFact)}
    owners = {"Ruhland Chemicals", "Zhoushan Petrochem"}
    assert all(b in owners and {a, b} <= {"Zhoushan Ruhland", *owners} for _, a, b in ties)
