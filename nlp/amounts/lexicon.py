"""The role data of nlp/data/roles.toml, read once, and what its words are compared with."""

import tomllib
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from spacy.tokens import Doc, Token

from nlp.extensions import is_company, mention_at
from nlp.money.units import DATA
from nlp.wordids import ids


@dataclass(frozen=True, slots=True)
class Cue:
    """A row of the lexicon: one lemma sequence and the role it speaks for."""

    role: str
    words: tuple[str, ...]
    weight: float
    verb: bool = False
    side: str = ""
    via: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Candidate:
    """A role for one amount, with the words that speak for it."""

    role: str
    score: float
    start: int  #: first token of the cue
    end: int
    verb: bool = False

    def head(self, doc: Doc) -> Token:
        return doc[self.start : self.end].root


@dataclass(frozen=True)
class Lexicon:
    """The packaged role data."""

    cues: dict[str, tuple[Cue, ...]]  #: by first lemma
    turns: tuple[dict[str, Any], ...]
    goods: dict[str, frozenset[str]]
    anaphora: frozenset[str]
    verbs: dict[str, frozenset[str]]
    modality: dict[str, tuple[str, ...]]
    standing: dict[str, tuple[str, ...]]
    unnamed: tuple[str, ...]
    businesses: frozenset[str]
    investors: frozenset[str]  #: words that make a sum that is secured one of investors
    opens: frozenset[int] = frozenset()  #: ids of the words that open a cue, as lemma or as written
    heads: frozenset[str] = field(default_factory=frozenset)  #: all single nouns that are cues


@cache
def lexicon() -> Lexicon:
    """The packaged lexicon, read once."""
    data = tomllib.loads((DATA / "roles.toml").read_text(encoding="utf-8"))
    cues: dict[str, list[Cue]] = {}
    for row in data["cue"]:
        for kind in ("nouns", "verbs"):
            for words in row.get(kind, ()):
                cue = Cue(
                    row["role"],
                    tuple(words.split()),
                    row["weight"],
                    kind == "verbs",
                    row.get("side", ""),
                    tuple(row.get("via", ())) if kind == "verbs" else (),
                )
                cues.setdefault(cue.words[0], []).append(cue)
    nouns = {w.split()[-1] for row in data["cue"] for w in row.get("nouns", ())}
    return Lexicon(
        cues={k: tuple(sorted(v, key=lambda c: -len(c.words))) for k, v in cues.items()},
        turns=tuple(data["turn"]),
        goods={k: frozenset(v) for k, v in data["goods"].items()},
        anaphora=frozenset(data["anaphora"]["nouns"]),
        verbs={k: frozenset(v) for k, v in data["verbs"].items()},
        modality={k: tuple(v) for k, v in data["modality"].items()},
        standing={k: tuple(v) for k, v in data["standing"].items()},
        unnamed=tuple(data["sources"]["unnamed"]),
        businesses=frozenset(data["businesses"]["nouns"]),
        investors=frozenset(data["businesses"]["investors"]),
        opens=ids([*cues, *(odd for odd, word in ODD.items() if word in cues)]),
        heads=frozenset(nouns),
    )


#: What the lemmatiser cuts wrongly, and plurals that are cues of their own: "sale" is another one than "sales".
ODD = {
    "fined": "fine",
    "fining": "fine",
    "hoped": "hope",
    "hoping": "hope",
    "planned": "plan",
    "planning": "plan",
} | {
    word: word
    for word in ("sales", "savings", "damages", "earnings", "goods", "wages", "arms", "takings", "receipts")
}


def lemma(token: Token) -> str:
    """Lower-case lemma, as the cues are written."""
    return ODD.get(token.lower_) or token.lemma_.lower()


def is_business(doc: Doc, token: Token) -> bool:
    """True for a company, or a part of one that can be bought and sold whole."""
    if token.pos_ == "PROPN":
        return _is_company_at(doc, token)
    if token.pos_ == "PRON":
        mention = mention_at(doc, token.idx, token.idx + len(token))
        return token.lower_ in {"it", "itself"} and mention is not None and is_company(mention)
    named = any(child.dep_ == "appos" and _is_company_at(doc, child) for child in token.children)
    return named or lemma(token) in lexicon().businesses  # "the chip designer Acme"


def _is_company_at(doc: Doc, token: Token) -> bool:
    mention = mention_at(doc, token.idx, token.idx + len(token))
    return mention is not None and is_company(mention)
