"""Headings In Which Every Word Has A Capital: there a capital tells nothing about names."""

from bisect import bisect_left
from collections.abc import Sequence

from spacy.tokens import Doc

from db.records import BlockKind

CAPITALS_OF_A_HEADLINE = 0.7  # share of words with a capital from which on a line is one
LEAST_WORDS = 4  # longer words of a heading; fewer may be a name on a line of its own
LEAST_WORDS_OF_A_LINE = 7  # a long headline passes for a paragraph
MOST_TOKENS = 60  # more are a paragraph, whatever it looks like


def find_headlines(doc: Doc, flags: Sequence[bool], starts: Sequence[int]) -> list[tuple[int, int]]:
    """Token ranges of such lines, in order. `flags` says of each token whether it may be a name, `starts` where it begins."""
    found = []
    for block in doc._.blocks:
        if block.kind is BlockKind.LIST_ITEM:
            continue
        first, end = bisect_left(starts, block.start), bisect_left(starts, block.end)
        if not 0 < end - first <= MOST_TOKENS:
            continue
        if block.kind is not BlockKind.HEADING and doc[end - 1].is_punct:
            continue
        longer = [k for k in range(first, end) if doc[k].is_alpha and len(doc[k]) > 3]
        least = LEAST_WORDS if block.kind is BlockKind.HEADING else LEAST_WORDS_OF_A_LINE
        if len(longer) >= least and sum(flags[k] for k in longer) >= CAPITALS_OF_A_HEADLINE * len(longer):
            found.append((first, end))
    return found
