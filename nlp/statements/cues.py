"""Cue words: what reports speech, what it takes, and where it stands in a text.

Knowledge: nlp/data/cues.toml.
"""

import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from spacy.attrs import LEMMA, LOWER, POS
from spacy.strings import get_string_id
from spacy.symbols import VERB
from spacy.tokens import Doc, Token

PACKAGED = Path(__file__).parent.parent / "data" / "cues.toml"
#: What a group may take; any other word is a preposition.
FRAMES = frozenset(
    {"quote", "clause", "object", "marked", "gerund", "infinitive", "urge", "tell", "name", "as", "question"}
)


GENERAL = "say"  #: the class that any other class of the same word outdoes


@dataclass(frozen=True, slots=True)
class CueWord:
    """A verb, with the particles that belong to it, and what it takes."""

    lemma: str
    particles: tuple[str, ...]
    takes: dict[str, tuple[str, str | None]]  #: what it takes -> class and polarity of the cue then

    @property
    def prepositions(self) -> frozenset[str]:
        return frozenset(self.takes) - FRAMES

    def meaning(self, takes: str) -> tuple[str, str | None]:
        """Class and polarity where the word takes `takes`: "told staff to stop" calls for, "told us" says."""
        return self.takes.get(takes) or next(iter(self.takes.values()), ("say", None))


@dataclass(frozen=True, slots=True)
class Cue:
    """A cue word at its place: tokens [verb.i, end)."""

    word: CueWord
    verb: Token
    end: int

    @property
    def lemma(self) -> str:
        return " ".join((self.word.lemma, *self.word.particles))


def load_cues(path: Path) -> dict[str, tuple[CueWord, ...]]:
    """Cue words by the lemma of their verb, those with most particles first."""
    merged: dict[str, CueWord] = {}
    for group in tomllib.loads(path.read_text(encoding="utf-8"))["group"]:
        for name in group["verbs"].split():
            lemma, *particles = name.split("_")
            known = merged.get(name)
            takes = dict(known.takes) if known else {}
            for frame in group["takes"]:
                if takes.get(frame, (GENERAL, None))[0] == GENERAL:
                    takes[frame] = (group["class"], group.get("polarity"))
            merged[name] = CueWord(lemma, tuple(particles), takes)
    by_verb: dict[str, list[CueWord]] = {}
    for word in merged.values():
        by_verb.setdefault(word.lemma, []).append(word)
    return {verb: tuple(sorted(words, key=lambda w: -len(w.particles))) for verb, words in by_verb.items()}


@cache
def result_verbs() -> frozenset[str]:
    """Verbs whose participle after a comma tells what came of a statement."""
    return frozenset(tomllib.loads(PACKAGED.read_text(encoding="utf-8"))["results"].split())


@cache
def packaged_cues() -> dict[str, tuple[CueWord, ...]]:
    """The packaged cue words, read once."""
    return load_cues(PACKAGED)


#: Forms that are taken for cues whatever the tagger thinks; headlines and inversions confuse it.
SURE_FORMS = {"said": "say", "says": "say", "told": "tell", "wrote": "write", "tweeted": "tweet"}


@cache
def cues_by_id() -> tuple[dict[int, tuple[CueWord, ...]], dict[int, tuple[CueWord, ...]]]:
    """The packaged cue words by what spaCy's arrays hold: for the lemmas of verbs, and for sure forms."""
    words = packaged_cues()
    lemmas = {get_string_id(lemma): group for lemma, group in words.items()}
    return lemmas, {get_string_id(form): words[lemma] for form, lemma in SURE_FORMS.items()}


def find_cues(doc: Doc) -> Iterator[Cue]:
    """Cue words of `doc` in order; attributive participles ("the proposed sale") are none."""
    lemmas, forms = cues_by_id()
    for i, (lemma, pos, lower) in enumerate(doc.to_array([LEMMA, POS, LOWER]).tolist()):
        if pos == VERB and lemma in lemmas:
            words = lemmas[lemma]
        elif lower in forms:
            words = forms[lower]
        else:
            continue
        token = doc[i]
        if token.dep_ == "amod" and token.tag_ in ("VBN", "VBG", "VBD"):
            continue
        for word in words:
            end = i + 1 + len(word.particles)
            if end <= len(doc) and all(
                doc[i + 1 + k].lower_ == particle for k, particle in enumerate(word.particles)
            ):
                yield Cue(word, token, end)
                break
