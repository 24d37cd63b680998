"""Statements on odd and on very long texts, and on parses that are nonsense."""

import time
import warnings

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from spacy.tokens import Doc

from db.records import StatementFact
from nlp.blocks import plain_blocks
from nlp.pipeline import annotate_text
from nlp.quotes.component import Quotes
from nlp.quotes.pairing import pair_marks
from nlp.statements.component import Statements

PIECES = st.sampled_from(
    [
        "“", "”", '"', "''", "‘", "’", "'", "«", "»", "「", "」", ",", ".", ":", "?", "—", "-", "\n", "\n\n", " ", "(", ")",
        "said", "says", "according to", "Jane Roe", "who", "he", "it", "they", "denied", "accused", "of", "called", "a",
        "that", "will", "not", "adding", "The firm", "declined to comment", "asked", "told", "was", "15.12", "Q:", "$2bn",
        "\u200b", "\ufeff", "李", "é", "\x0c",
    ]
)  # fmt: skip
ARTICLE = (
    "“We will appeal,” said Jane Roe, a spokeswoman for Tarvik Semiconductor. “It is our right.” "
    "Tarvik Semiconductor said it would sue, adding that the list was “a gift” to rivals.\n\n"
    "The fee will double, according to the Commerce Department. Olmen Photonics declined to comment.\n\n"
    "“Nobody asked for this,” she said.\n\n“Nobody at all.”\n\n"
)


@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(PIECES, max_size=40))
def test_random_text_never_raises_and_every_span_is_in_the_text(pipeline, pieces):
    text = " ".join(pieces)
    for fact in annotate_text(pipeline, text).facts:
        if isinstance(fact, StatementFact):
            for span in (*(s.span for s in fact.spans), fact.evidence):
                assert text[span.start : span.end] == span.text


@settings(max_examples=200, deadline=None)
@given(st.text(alphabet="“”\"'‘’«»「」 ab.,\n", max_size=60))
def test_pairs_are_inside_the_text_and_never_cross(text):
    pairs = pair_marks(text, 0, len(text))
    for pair in pairs:
        assert 0 <= pair.start < pair.inner_start <= pair.inner_end <= pair.end <= len(text)
    closed = [p for p in pairs if p.closed]
    for a in closed:
        for b in closed:
            assert not a.start < b.start < a.end < b.end


def statements_of(doc):
    doc._.body, doc._.blocks, doc._.facts = doc.text, plain_blocks(doc.text), ()
    started = time.process_time()
    Statements()(Quotes()(doc))
    return time.process_time() - started, doc._.facts


def test_time_grows_with_the_length_of_the_text_only(pipeline):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # doc._ attributes are not merged; they are made anew below
        article = pipeline(ARTICLE)
        docs = [Doc.from_docs([article] * count) for count in (250, 2000)]  # 25,000 and 200,000 words
    short, few = statements_of(docs[0])
    long, many = statements_of(docs[1])
    assert len(many) > 7 * len(few)
    assert long < 20 * short + 1, "eight times the text must not cost twenty times the work"


@pytest.mark.parametrize("unit", ["said ", "he said, ", "“ a ", "' a's ", '"We will go," said Jane Roe. '])
def test_a_page_without_order_is_bounded(pipeline, unit):
    words = pipeline.make_doc(unit * 400)
    size = len(words)
    doc = Doc(
        pipeline.vocab,
        words=[t.text for t in words],
        spaces=[bool(t.whitespace_) for t in words],
        heads=[max(0, i - 1) for i in range(size)],  # one chain: every word hangs on the one before
        deps=["ROOT", *["ccomp"] * (size - 1)],
        pos=["VERB" if t.text == "said" else "NOUN" for t in words],
        tags=["VBD" if t.text == "said" else "NN" for t in words],
        lemmas=["say" if t.text == "said" else t.text for t in words],
    )
    seconds, _ = statements_of(doc)
    assert seconds < 20
