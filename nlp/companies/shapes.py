"""What the form of a name, or the words right around it, settle at once: "Lo Wai-ching", "Tulsa, Oklahoma", "Dottie's Diner"."""

import re
from collections.abc import Sequence

from spacy.tokens import Doc

from nlp.companies.pieces import Run
from nlp.extensions import text_of
from nlp.lexicon import Lexicon

#: A family name and a given name of two syllables: "Lo Wai-ching", "Shin Hye-jin".
HYPHENED_PERSON = re.compile(r"[A-Z][a-z]{1,7} [A-Z][a-z]{0,5}[-‑][a-z]{1,6}")


def has_given_name(doc: Doc, run: Run) -> bool:
    """True for "Lo Wai-ching"."""
    return HYPHENED_PERSON.fullmatch(text_of(doc)[run.first : run.last]) is not None


def before_place(doc: Doc, run: Run, words: Lexicon) -> bool:
    """True for the town of "Tulsa, Oklahoma,"."""
    j, n = run.end, len(doc)
    if run.legal or j + 1 >= n or doc[j].text != ",":
        return False
    for size in (1, 2):
        end = j + 1 + size
        place = " ".join(doc[k].lower_ for k in range(j + 1, min(end, n)))
        if place in words.places and (end >= n or doc[end].text in {",", ".", ";", ")"} or doc[end].is_space):
            return run.start > 0 and (
                doc[run.start - 1].text in {",", "("} or doc[run.start - 1].lower_ in {"in", "of", "near"}
            )
    return False


def names_shop(doc: Doc, runs: Sequence[Run], words: Lexicon) -> bool:
    """True where the name only ever stands in "Dottie's Diner"."""
    return all(
        run.end + 1 < len(doc)
        and doc[run.end].lower_ in ("'s", "’s")
        and doc[run.end + 1].is_title
        and doc[run.end + 1].lower_ in words.shop_heads
        for run in runs
    )


def person_parts(names: Sequence[str]) -> set[str]:
    """By what people are called after their full names: "Roe" of "Jane Roe", "brand olsen" of "Joachim Brand-Olsen"."""
    return {" ".join(parts[k:]) for parts in map(str.split, names) for k in range(1, len(parts))}
