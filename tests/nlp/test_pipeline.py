"""The stack as a whole."""

from nlp.pipeline import STACK, annotate_text


def test_stack_order_meets_every_declared_need(pipeline):
    problems = {name: found for name, found in pipeline.analyze_pipes()["problems"].items() if found}
    assert problems == {}


def test_every_component_of_the_stack_is_in_the_pipeline_in_order(pipeline):
    assert [name for name in pipeline.pipe_names if name in STACK] == list(STACK)


def test_a_sentence_never_runs_over_a_block_border(pipeline):
    doc = pipeline("Acme wins big order\n\nThe maker said so on Monday")
    assert [s.text.strip() for s in doc.sents] == ["Acme wins big order", "The maker said so on Monday"]


def test_empty_text_gives_an_empty_annotation(pipeline):
    assert annotate_text(pipeline, "").facts == ()
