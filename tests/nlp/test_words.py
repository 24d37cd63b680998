"""The `words` component says what the model's own ruler and lemmatiser say, to the letter."""

import datetime as dt

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from crawler.newsroom.articles import load_pieces
from nlp.pipeline import load_model
from nlp.words import Words, can_remember, remember_words

ODD = """There's nothin' gonna change; ain't it? You've gotta see them, I said. Let's go.

He did do it, and who's to say what they'd have had\t\n  done?  It was you and I; give it to me. The "others" ai n't."""


def read(doc):
    return [(t.pos_, str(t.morph), t.lemma_, t.tag_, t.dep_, t.head.i, t.is_sent_start) for t in doc]


@pytest.fixture(scope="module")
def model():
    return load_model()


@pytest.fixture(scope="module")
def words(model):
    return Words(model.get_pipe("attribute_ruler"), model.get_pipe("lemmatizer"))


def both(model, words, text):
    """The two ways on one parse."""
    doc = model.make_doc(text)
    for name in ("tok2vec", "tagger", "parser"):
        doc = model.get_pipe(name)(doc)
    other = doc.copy()
    theirs = model.get_pipe("lemmatizer")(model.get_pipe("attribute_ruler")(doc))
    return read(theirs), read(words(other))


def test_every_token_of_the_newsroom_is_read_alike(model, words):
    pieces = load_pieces(dt.date(2026, 11, 20))
    for text in [*(piece.text for piece in pieces[:12]), ODD, "", " ", "\n\n"]:
        theirs, ours = both(model, words, text)
        assert ours == theirs


def test_rules_over_several_tokens_hold(model, words):
    _, ours = both(model, words, ODD)
    lemmas = [lemma for _, _, lemma, *_ in ours]
    assert {"be", "go", "us"} <= set(lemmas)  # ai n't, gon na, let 's


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.sampled_from([*ODD.split(), "i", "YOU", "her", "\n", "中芯", "1.2bn"]), max_size=25))
def test_any_row_of_words_is_read_alike(model, words, row):
    theirs, ours = both(model, words, " ".join(row))
    assert ours == theirs


def test_the_memory_is_bounded(model, words, monkeypatch):
    monkeypatch.setattr("nlp.words.MOST_FORMS", 5)
    for text in ("Seven makers shipped nine tools.", "Others did not ship any at all."):
        theirs, ours = both(model, words, text)
        assert ours == theirs
    assert len(words.lemmas) < 20


def test_a_lemma_seen_in_a_memory_zone_only_is_known_in_the_next_one():
    model = load_model()
    remember_words(model)
    lemmas = []
    for _ in range(2):
        with model.memory_zone():
            lemmas.append([token.lemma_ for token in model("They zorbled twenty quuxifiers.")])
    assert lemmas[0] == lemmas[1]
    assert "quuxifier" in lemmas[1]


def test_a_model_whose_rules_look_at_more_keeps_its_own_components():
    model = load_model()
    assert can_remember(model)
    model.get_pipe("attribute_ruler").add([[{"ENT_TYPE": "ORG"}]], {"POS": "PROPN"})
    assert not can_remember(model)
    remember_words(model)
    assert "tradewire_words" not in model.pipe_names
    assert "lemmatizer" in model.pipe_names
