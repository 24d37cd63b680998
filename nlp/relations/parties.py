"""Parties of ties: who owns an "its", which names stand together, how sure a tie is."""

import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from spacy.tokens import Doc, Token

from db.records import Modality, Standing
from nlp.listings.clauses import Clauses
from nlp.listings.groups import Target
from nlp.listings.lists import cues
from nlp.listings.targets import Targets

HAVE = frozenset({"have", "hold", "own", "run", "form", "sign", "get", "win", "need", "operate"})
NOBODY = frozenset({"no", "none", "neither", "nobody", "nothing", "hardly"})
MAX_STEPS = 4  # heads climbed to the verb that says whether a tie is one
DATA = Path(__file__).parent.parent / "data" / "relations.toml"
PERCENT = frozenset({"%", "percent", "cent"})
POSSESSIVES = frozenset({"its", "their", "his", "her"})
COPULA = frozenset({"is", "are", "was", "were", "include", "includes", "included"})
LEADS = frozenset(
    {
        "such",
        "as",
        "like",
        "including",
        ",",
        ":",
        "among",
        "them",
        "(",
        "—",
        "–",
        "-",
        "led",
        "by",
        "namely",
        "since",
        "mainly",
        "notably",
    }
)
MONEY = re.compile(r"[$€£¥]|\b(?:billion|million|bn|acquisition|takeover|undisclosed)\b|\d(?:bn|m)\b", re.I)


@dataclass(frozen=True, slots=True)
class Link:
    """One tie, with the words that say it at tokens [first, last]. `place` stands in for b at a listing."""

    type: str
    a: Target
    b: Target | None
    first: int
    last: int
    rule: str
    confidence: float
    place: tuple[int, int] | None = None
    modality: Modality = Modality.ASSERTED
    standing: Standing = Standing.CURRENT


@cache
def words() -> dict[str, Any]:
    """nlp/data/relations.toml, read once."""
    return tomllib.loads(DATA.read_text(encoding="utf-8"))


@cache
def by_lemma(table: str) -> dict[str, list[dict[str, Any]]]:
    found: dict[str, list[dict[str, Any]]] = {}
    for row in words()[table]:
        for lemma in row["lemmas"]:
            found.setdefault(lemma, []).append(row)
    return found


class LinkParties:
    """Reads the parties of ties in one document."""

    def __init__(self, doc: Doc) -> None:
        self.doc = doc
        self.targets = Targets.of(doc, last=True)
        self.clauses = Clauses(doc, self.targets)

    def companies(self, targets: list[Target]) -> list[Target]:
        return [
            t for t in targets if t.mention is not None and t.mention.text not in words()["ipo"]["exchanges"]
        ]

    def chain(self, first: int, last: int, reach: int = 9) -> list[Target]:
        """The coordination that begins within `reach` tokens of `first`."""
        chain = self.companies(self.targets.chain(first, last))
        if not chain or chain[0].first - first > reach:
            return []
        for at in range(1, len(chain)):
            if self._apart(chain[at - 1], chain[at]):
                return chain[:at]
        return chain

    def _apart(self, left: Target, right: Target) -> bool:
        """True for "since August; X, which" and "with Y, X has learned": the name opens a clause of its own."""
        gap = self.doc[left.last + 1 : right.first]
        if any(t.text == ";" for t in gap) and not all(t.is_punct or t.lower_ == "and" for t in gap):
            return True
        root = self.doc[right.first : right.last + 1].root
        if root.dep_ not in {"nsubj", "nsubjpass"} or root.head.i < right.last:
            return False
        return root.head.pos_ in {"VERB", "AUX"} and not any(t.lower_ in {"and", "or"} for t in gap)

    def owner(self, token: Token) -> Target | None:
        """Whose: the antecedent of "its" or "whose", or the name that carries the 's."""
        if token.tag_ == "WP$":
            target = self.targets.antecedent(token.i)
            if target is None:  # "Tarvik, a start-up whose backers"
                clause = next((t for t in token.ancestors if t.dep_ == "relcl"), None)
                found = self.clauses.of_phrase(clause.head, token.i) if clause is not None else []
                target = next(iter(found), None)
            return target if target is not None and target.mention is not None else None
        if token.lower_ in POSSESSIVES:
            own = self.targets.at(token.i)
            return own if own is not None and own.mention is not None else self.antecedent_of_its(token)
        target = self.targets.at(token.i)
        return target if target is not None and target.mention is not None else None

    def antecedent_of_its(self, token: Token) -> Target | None:
        """The subject of the clause, else of the sentence, else the only company of the sentence before."""
        if token.lower_ in {"his", "her"}:
            return None
        before = [
            t
            for t in self.companies(self.targets.between(token.sent.start, token.i))
            if not self.targets.possessor(t)
        ]
        verb = token.head
        for _ in range(6):
            if verb.pos_ in {"VERB", "AUX"}:
                subject = [t for t in self.companies(self.clauses.subject(verb)) if t.last < token.i]
                if len(subject) == 1:
                    return subject[0]
            if verb.head == verb:
                break
            verb = verb.head
        if before and (
            before[0].first - token.sent.start <= 6 or len({self.party_id(t) for t in before}) == 1
        ):
            return before[0]
        if before:
            return None
        previous = self.sentence_before(token)
        if len({self.party_id(t) for t in previous}) == 1:
            return previous[0]
        root = self.doc[token.sent.start - 1].sent.root if token.sent.start else None
        subject = self.companies(self.clauses.subject(root)) if previous and root is not None else []
        return subject[0] if len(subject) == 1 else None

    def sentence_before(self, token: Token) -> list[Target]:
        start = token.sent.start
        if start == 0:
            return []
        sent = self.doc[start - 1].sent
        return self.companies(self.targets.between(sent.start, sent.end))

    @staticmethod
    def party_id(target: Target) -> int:
        assert target.mention is not None
        return target.mention.entity

    def pairs(
        self,
        kind: str,
        a: list[Target],
        b: list[Target],
        first: int,
        last: int,
        rule: str,
        confidence: float,
        by: Token | None = None,
    ) -> Iterator[Link]:
        """A link for each a and b; `by` is the word whose verb group says how sure it is."""
        anchor = by if by is not None else self.doc[first]
        if not a or not b or self.never(anchor):
            return
        modality, standing = self.stance(anchor)
        for left in a:
            for right in b:
                if self.party_id(left) != self.party_id(right):
                    yield Link(kind, left, right, first, last, rule, confidence, None, modality, standing)

    def stance(self, token: Token) -> tuple[Modality, Standing]:
        """Planned under "will", recalled under "once", terminated under "former"."""
        near = [t.lower_ for t in self.doc[max(token.sent.start, token.i - 4) : token.i]]
        if {"former", "formerly", "ex", "ex-"} & set(near):
            return Modality.ASSERTED, Standing.TERMINATED
        if "once" in near:
            return Modality.ASSERTED, Standing.RECALLED
        if self._ended(token):
            return Modality.ASSERTED, Standing.TERMINATED
        if token.dep_ in {"xcomp", "pcomp"} and self._intended(token):
            return Modality.PLANNED, Standing.CURRENT
        if any(c.tag_ == "MD" for c in token.children):
            return Modality.PLANNED, Standing.CURRENT
        return Modality.ASSERTED, Standing.CURRENT

    def never(self, token: Token) -> bool:
        """True under a negation or a verb that denies: "has never sold", "denied that it buys", "blocked its bid"."""
        if token.pos_ in {"NOUN", "PROPN"}:
            verb = token.head
            if any(c.lower_ == "no" for c in token.lefts):
                return True  # "has no joint venture with"
            if token.dep_ != "dobj" or verb.pos_ != "VERB":
                return False
            lemma = verb.lemma_.lower()
            return lemma in words()["ended"]["never"] or (lemma in HAVE and _negated(verb))
        node = token
        for _ in range(MAX_STEPS):
            if _negated(node) and node.pos_ in {"VERB", "AUX"}:
                return True
            if node.head == node or node.dep_ not in {"ccomp", "xcomp", "pcomp", "prep", "acl"}:
                return False
            verbal = node.dep_ != "acl"
            node = node.head
            if node.lemma_.lower() in words()["ended"]["never"]:
                return True
            if not verbal or node.dep_ == "pcomp" or (node.pos_ == "VERB" and node.dep_ == "ROOT"):
                return _negated(node) and token.dep_ == "xcomp"
        return False

    def _ended(self, token: Token) -> bool:
        """True under "stopped selling", "halted shipments", "no longer buys", "has cut ties"."""
        if any(c.lower_ == "longer" for c in token.children):
            return True
        if token.dep_ == "pobj" and token.head.dep_ in {"prep", "pobj"}:  # "pulled out of its venture"
            verb = next((t for t in token.ancestors if t.pos_ == "VERB"), token)
            near = 0 < token.i - verb.i <= 6 and token.head.lower_ in {"of", "from"}
            return near and verb.lemma_.lower() in words()["ended"]["leave"]
        if token.dep_ in {"xcomp", "pcomp", "dobj", "nsubjpass"}:
            return token.head.lemma_.lower() in words()["ended"]["verbs"]
        return False

    @staticmethod
    def _intended(token: Token) -> bool:
        """ "considered buying", "agreed to buy", "in talks to supply"."""
        head = token.head if token.dep_ == "xcomp" else token.head.head
        return head.lemma_.lower() in {
            *cues()["threat"]["verbs"],
            *cues()["threat"]["nouns"],
            "agree",
            "offer",
        }


def _negated(verb: Token) -> bool:
    """True for "has never sold", "owns no shares in", "none of its products contain"."""
    for child in verb.children:
        if child.dep_ == "neg" and child.lower_ not in {"only", "longer"}:
            return True
        party = child.dep_ in {"dobj", "nsubj", "nsubjpass"}
        if party and (child.lower_ in NOBODY or any(t.lower_ in NOBODY for t in child.lefts)):
            return True
    return False


def share_before(doc: Doc, i: int, reach: int) -> float | None:
    """The per cent told in the `reach` tokens before token `i`."""
    if i < 1:
        return None
    for at in range(i - 1, max(doc[i - 1].sent.start, i - reach) - 1, -1):
        if doc[at].lower_ not in PERCENT:
            continue
        number = at - 2 if doc[at].lower_ == "cent" else at - 1
        try:
            return float(doc[number].text.replace(",", ""))
        except ValueError:
            return None
    return None
