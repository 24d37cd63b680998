"""Facts travel as JSON and come back the same; anything else is refused."""

import json
from decimal import Decimal

import pytest
from spacy.language import Language

from crawler.simsite.stories import make_story
from db.errors import InputError
from db.records import AmountFact, Annotation, Entity, EntityKind, Mention, Party, Role, Span
from nlp.pipeline import annotate_text
from tradewire.archive.codec import annotation_from_json, annotation_to_json


def test_everything_the_pipeline_finds_comes_back_the_same(pipeline: Language) -> None:
    annotation = annotate_text(pipeline, make_story(7).text)
    assert {fact.family for fact in annotation.facts} >= {"amount", "statement", "listing"}
    assert annotation_from_json(annotation_to_json(annotation)) == annotation


def test_amounts_keep_every_digit() -> None:
    fact = AmountFact(
        kind="contract",
        evidence=Span(0, 3, "abc"),
        rule="r",
        amount=Decimal("12345678901234567890.01"),
        parties=(Party(role=Role.COMPANY, surface="Orbel"),),
        detail={"a": [1, {"b": None}]},
    )
    mention = Mention(start=0, end=3, text="abc", kind=EntityKind.COMPANY, entity=0, how="ner")
    entity = Entity(index=0, name="abc", kind=EntityKind.COMPANY, aliases=("ab",))
    annotation = Annotation(mentions=(mention,), entities=(entity,), facts=(fact,))
    assert annotation_from_json(annotation_to_json(annotation)) == annotation


FACT = {
    "family": "amount",
    "kind": "contract",
    "evidence": {"start": 0, "end": 3, "text": "abc"},
    "rule": "r",
}
MENTION = {"start": 0, "end": 3, "text": "abc", "kind": "company", "entity": 5, "how": "ner"}


@pytest.mark.parametrize(
    "value",
    [
        [],
        {"facts": {}},
        {"facts": [FACT | {"family": "os"}]},
        {"facts": [FACT | {"kind": "unheard_of"}]},
        {"facts": [FACT | {"amount": 5}]},
        {"facts": [FACT | {"amount": "five"}]},
        {"facts": [FACT | {"modality": "sure"}]},
        {"facts": [FACT | {"__class__": "x"}]},
        {"facts": [FACT | {"evidence": {"start": "0", "end": 3, "text": "abc"}}]},
        {"mentions": [MENTION]},
        {"others": []},
    ],
)
def test_what_is_no_annotation_is_refused(value: object) -> None:
    with pytest.raises(InputError, match="no annotation"):
        annotation_from_json(json.dumps(value))


def test_nesting_without_end_is_refused() -> None:
    with pytest.raises(InputError, match="no annotation"):
        annotation_from_json("[" * 100_000)
