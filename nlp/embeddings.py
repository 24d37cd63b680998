"""What the model's first layers make of a word, worked out once per kind of word.

Before a network of spaCy looks at neighbours it turns each token by itself into a row of numbers, from a few
features (norm, prefix, suffix, shape ...) and its vector: a third of the work, and the same row each time the word
comes again. The rows are kept; they are the model's own to the bit, since what is new is put to the model itself.
"""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from spacy.attrs import ORTH
from spacy.language import Language
from spacy.tokens import Doc
from thinc.api import Model

#: Kinds of words kept for a network; a row of 96 numbers takes 384 bytes, its key and place 200.
MOST_ROWS = 20_000
#: Layers that look at one token at a time; an embedding made of others is left as it is.
BY_TOKEN = frozenset(
    {
        "extract_features",
        "list2ragged",
        "ints-getitem",
        "hashembed",
        "static_vectors",
        "maxout",
        "layernorm",
        "dropout",
        "ragged2list",
    }
)


class Features:
    """New kinds of words as the embedding sees a Doc: its features, and its vocabulary."""

    def __init__(self, doc: Doc, columns: Sequence[int | str], values: Any) -> None:
        self.vocab = doc.vocab
        self.columns = columns
        self.values = values  #: one row a token: the columns, then what its vector is kept under

    def __len__(self) -> int:
        return len(self.values)

    def to_array(self, columns: Any) -> Any:
        if columns is self.columns:
            return np.ascontiguousarray(self.values[:, :-1])
        return np.ascontiguousarray(self.values[:, -1])  # static vectors ask for nothing else


class Remembered:
    """The forward pass of an embedding, with a memory."""

    def __init__(self, embedding: Model[Any, Any], columns: Sequence[int | str], width: int) -> None:
        self.inner: Callable[..., Any] = embedding._func
        self.columns = columns
        self.places: dict[bytes, int] = {}
        self.rows = np.zeros((256, width), dtype="float32")

    def __call__(self, model: Model[Any, Any], docs: list[Doc], is_train: bool) -> Any:
        if is_train or not all(isinstance(doc, Doc) for doc in docs) or not any(map(len, docs)):
            return self.inner(model, docs, is_train)
        if len(self.places) > MOST_ROWS:
            self.places = {}
        key = getattr(docs[0].vocab.vectors, "attr", ORTH)
        values = np.concatenate([doc.to_array([*self.columns, key]) for doc in docs])
        kinds: list[bytes] = values.view(f"V{values.dtype.itemsize * values.shape[1]}").ravel().tolist()
        places = self.places
        if new := {kind: at for at, kind in enumerate(kinds) if kind not in places}:
            self._learn(model, docs[0], list(new), values[list(new.values())])
        rows = self.rows[[places[kind] for kind in kinds]]
        ends = np.cumsum([len(doc) for doc in docs])
        return np.split(rows, ends[:-1]), None

    def _learn(self, model: Model[Any, Any], doc: Doc, kinds: list[bytes], values: Any) -> None:
        (rows,), _ = self.inner(model, [Features(doc, self.columns, values)], False)
        first = len(self.places)
        if first + len(kinds) > len(self.rows):
            grown = np.zeros((2 * (first + len(kinds)), self.rows.shape[1]), dtype="float32")
            grown[:first] = self.rows[:first]
            self.rows = grown
        self.rows[first : first + len(kinds)] = rows
        self.places.update(zip(kinds, range(first, first + len(kinds))))


def remember_embeddings(nlp: Language) -> None:
    """Give each network of the pipeline that embeds token by token a memory for it."""
    for _, component in nlp.pipeline:
        network = getattr(component, "model", None)
        if not isinstance(network, Model):
            continue
        for node in list(network.walk()):
            embedding = node.maybe_get_ref("embed")
            if embedding is not None and not isinstance(embedding._func, Remembered):
                _remember(embedding)


def _remember(embedding: Model[Any, Any]) -> None:
    leaves = [node for node in embedding.walk() if not node.layers]
    extractors = [leaf for leaf in leaves if leaf.name == "extract_features"]
    last = next((leaf for leaf in leaves if leaf.name == "layernorm"), None)
    if len(extractors) == 1 and last is not None and {leaf.name for leaf in leaves} <= BY_TOKEN:
        embedding._func = Remembered(embedding, extractors[0].attrs["columns"], last.get_dim("nO"))
