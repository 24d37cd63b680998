"""Remembered embeddings are the model's own, to the bit."""

import datetime as dt

import pytest
from thinc.api import Model

from crawler.newsroom.articles import load_pieces
from nlp.embeddings import MOST_ROWS, Remembered, remember_embeddings
from nlp.pipeline import load_model

TEXTS = [piece.text for piece in load_pieces(dt.date(2026, 11, 20))[:6]] + [
    "",
    " ",
    "Zorbl \n\n zorbl! 中芯 is at 1.2bn.",
]


@pytest.fixture(scope="module")
def plain():
    return load_model()


@pytest.fixture
def remembering():
    model = load_model()
    remember_embeddings(model)
    return model


def memories(model):
    networks = [c.model for _, c in model.pipeline if isinstance(getattr(c, "model", None), Model)]
    embeddings = [node.maybe_get_ref("embed") for network in networks for node in network.walk()]
    return [e._func for e in embeddings if e is not None and isinstance(e._func, Remembered)]


def test_every_network_with_an_embedding_gets_a_memory(remembering):
    assert len(memories(remembering)) == 2  # what tagger and parser share, and that of the names


def test_rows_are_the_same_to_the_bit_also_when_they_come_again(plain, remembering):
    theirs = list(plain.pipe(TEXTS))
    for size in (1, 4, 64):  # alone and in company
        for one, other in zip(theirs, remembering.pipe(TEXTS, batch_size=size)):
            assert one.tensor.tobytes() == other.tensor.tobytes()
            assert [(t.tag, t.dep, t.head.i, t.ent_type) for t in one] == [
                (t.tag, t.dep, t.head.i, t.ent_type) for t in other
            ]


def test_the_memory_is_bounded(plain, remembering, monkeypatch):
    assert MOST_ROWS < 100_000
    monkeypatch.setattr("nlp.embeddings.MOST_ROWS", 40)
    for text in TEXTS:
        assert plain(text).tensor.tobytes() == remembering(text).tensor.tobytes()
    assert all(0 < len(memory.places) < 400 for memory in memories(remembering))


def test_words_seen_in_a_memory_zone_are_known_after_it(remembering):
    tensors = []
    for _ in range(2):
        with remembering.memory_zone():
            tensors.append(remembering("They zorbled twenty quuxifiers.").tensor.tobytes())
    assert tensors[0] == tensors[1]


def test_a_network_whose_first_layers_look_at_neighbours_is_left_alone():
    model = load_model()
    network = model.get_pipe("tok2vec").model
    network.set_ref("embed", network.get_ref("encode"))
    remember_embeddings(model)
    assert len(memories(model)) == 1
