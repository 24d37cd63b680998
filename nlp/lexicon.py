"""The word lists of nlp/data that tell what a capitalised name is, loaded once. No spaCy here."""

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files


@dataclass(frozen=True, slots=True)
class Lexicon:
    """Sets of lower-case words and names; see nlp/data/name_words.toml and places.toml for what each says."""

    company_heads: frozenset[str]
    agency_heads: frozenset[str]
    agencies: frozenset[str]
    organisation_heads: frozenset[str]
    organisations: frozenset[str]
    media_heads: frozenset[str]
    media: frozenset[str]
    shop_heads: frozenset[str]
    body_nouns: frozenset[str]
    media_nouns: frozenset[str]
    company_bodies: frozenset[str]
    person_titles: frozenset[str]
    things: frozenset[str]
    thing_heads: frozenset[str]
    company_nouns: frozenset[str]
    company_possessions: frozenset[str]
    company_verbs: frozenset[str]
    not_names: frozenset[str]
    homonyms: frozenset[str]
    places: frozenset[str]
    demonyms: frozenset[str]
    given_names: frozenset[str]
    surnames: frozenset[str]


def _entries(text: str) -> frozenset[str]:
    if "|" in text:
        return frozenset(
            " ".join(entry.split()) for entry in text.replace("\n", " ").split("|") if entry.strip()
        )
    return frozenset(text.split())


@cache
def lexicon() -> Lexicon:
    """The packaged word lists."""
    folder = files("nlp") / "data"
    words = tomllib.loads((folder / "name_words.toml").read_text(encoding="utf-8"))
    places = tomllib.loads((folder / "places.toml").read_text(encoding="utf-8"))
    people = tomllib.loads((folder / "people.toml").read_text(encoding="utf-8"))
    return Lexicon(
        places=_entries(places["countries"]) | _entries(places["regions"]),
        given_names=_entries(people["given"]),
        surnames=_entries(people["surnames"]),
        demonyms=_entries(places["demonyms"]),
        **{name: _entries(text) for name, text in words.items()},
    )
