"""Statements of the example files: what was said, by whom, with which verb; near misses yield nothing."""

import json
from pathlib import Path

import pytest

from db.records import ArticleContext, Role, SpanRole, StatementFact
from nlp.pipeline import annotate_text

FOLDER = Path(__file__).parents[1] / "data" / "facts"


def examples(kind):
    lines = (FOLDER / f"{kind}.jsonl").read_text(encoding="utf-8").splitlines()
    return [pytest.param(row := json.loads(line), id=row["id"]) for line in lines]


def spans(fact, role):
    return [s.span.text for s in fact.spans if s.role is role]


def name(fact, role):
    party = fact.party(role)
    return None if party is None else party.name or party.surface


def speaker(fact):
    return name(fact, Role.SPEAKER_PERSON) or name(fact, Role.SPEAKER)


#: Field of an example -> how it is read from a fact.
READ = {
    "quote": lambda fact: spans(fact, SpanRole.QUOTE),
    "speaker": speaker,
    "cue": lambda fact: fact.cue,
    "kind": lambda fact: str(fact.quote_kind),
    "cls": lambda fact: fact.cue_class,
    "polarity": lambda fact: fact.polarity,
    "role": lambda fact: name(fact, Role.SPEAKER_ROLE),
    "org": lambda fact: name(fact, Role.SPEAKER_ORG),
    "source": lambda fact: fact.source_type and str(fact.source_type),
    "addressee": lambda fact: name(fact, Role.ADDRESSEE),
    "about": lambda fact: [p.name or p.surface for p in fact.all_parties(Role.ABOUT)],
    "persons": lambda fact: [p.name or p.surface for p in fact.all_parties(Role.SPEAKER_PERSON)],
    "headline": lambda fact: fact.in_headline,
    "modality": lambda fact: str(fact.modality),
    "nested": lambda fact: fact.detail.get("nested", False),
    "attribution": lambda fact: fact.attribution,
    "topic": lambda fact: fact.topic,
}


def found(pipeline, text, kind):
    facts = annotate_text(pipeline, text, ArticleContext()).facts
    return [f for f in facts if isinstance(f, StatementFact) and f.kind == kind]


def seen(fact, wanted):
    return {key: READ[key](fact) for key in wanted}


@pytest.mark.parametrize("row", examples("statement"))
def test_statements_of_the_examples(pipeline, row):
    facts = found(pipeline, row["text"], "statement")
    keys = {key for wanted in row["facts"] for key in wanted} | {"quote"}
    got = [seen(fact, keys) for fact in facts]
    assert len(got) == len(row["facts"]), got
    for wanted in row["facts"]:
        assert any(all(g[key] == value for key, value in wanted.items()) for g in got), (wanted, got)


@pytest.mark.parametrize("row", examples("no_comment"))
def test_refusals_of_the_examples(pipeline, row):
    facts = found(pipeline, row["text"], "no_comment")
    got = [seen(fact, READ) for fact in facts]
    assert len(got) == len(row["facts"]), got
    for wanted in row["facts"]:
        assert any(all(g[key] == value for key, value in wanted.items()) for g in got), (wanted, got)


def test_every_span_is_what_stands_in_the_text(pipeline):
    for param in examples("statement"):
        text = param.values[0]["text"]
        for fact in found(pipeline, text, "statement"):
            for span in (*(s.span for s in fact.spans), fact.evidence):
                assert text[span.start : span.end] == span.text


def test_there_are_many_examples_and_near_misses():
    rows = [param.values[0] for param in examples("statement")]
    assert len(rows) >= 120
    assert sum(not row["facts"] for row in rows) >= 30
