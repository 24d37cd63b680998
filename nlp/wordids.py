"""Tokens by what they are, told by their ids: a rule looks at the few words that it is about."""

from collections.abc import Iterable

from spacy.strings import get_string_id
from spacy.tokens import Doc


def ids(words: Iterable[str]) -> frozenset[int]:
    """What spaCy's arrays hold for `words`, also where they open a sentence."""
    return frozenset(get_string_id(form) for word in words for form in (word, word.capitalize()))


def places(doc: Doc, attribute: int, wanted: frozenset[int]) -> list[int]:
    """Numbers of the tokens whose `attribute` (spacy.attrs) is one of `wanted`, in order."""
    return [i for i, value in enumerate(doc.to_array([attribute]).tolist()) if value in wanted]
