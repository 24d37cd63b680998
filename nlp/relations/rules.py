"""The wordings that tie two parties together, each read from its anchor word outwards.

Words and directions are data (`nlp/data/relations.toml`); here is only where the two parties stand.
"""

from collections.abc import Iterator
from functools import cache
from typing import Any

from spacy.attrs import LEMMA
from spacy.tokens import Doc, Token

from nlp.listings.groups import DESCRIBING, Target
from nlp.relations.parties import (
    MONEY,
    PERCENT,
    Link,
    LinkParties,
    by_lemma,
    share_before,
    words,
)
from nlp.relations.phrases import Phrases
from nlp.wordids import ids, places


class LinkFinder(LinkParties):
    """The ties of one document that verbs and nouns tell."""

    def __init__(self, doc: Doc) -> None:
        super().__init__(doc)
        self.phrases = Phrases(doc, self)

    def find(self) -> Iterator[Link]:
        """Every tie, rule by rule."""
        for i in places(self.doc, LEMMA, _anchors()):
            token = self.doc[i]
            lemma = token.lemma_.lower()
            if token.pos_ in {"VERB", "ADJ"} and lemma in by_lemma("passive"):
                yield from self._passive(token, lemma)
            if token.pos_ == "VERB":
                yield from self._verb(token, lemma)
        yield from self._compound()

    def _passive(self, token: Token, lemma: str) -> Iterator[Link]:
        """ "X, which is backed by A and B", "20 per cent owned by Y"."""
        near = self.doc[token.i + 1 : min(token.i + 7, token.sent.end)]
        by = next((t for t in near if t.lower_ == "by"), None)
        if by is not None and by.i > token.i + 3 and not any(t.lower_ in PERCENT for t in near):
            by = None  # further off only with a share between: "owned to 51% by"
        if by is None or any(c.dep_ == "neg" for c in token.children):
            return
        named = self.chain(by.i + 1, token.sent.end)
        if not named:
            return
        left = self.companies(self._passive_subject(token))
        near_by = self.doc[max(token.sent.start, token.i - 4) : by.i]
        part = share_before(self.doc, by.i, by.i - token.i + 4)
        share = any(t.lower_ in PERCENT for t in near_by) and (part is None or part <= 50)
        named = [t for t in named if not self._conjoined_before(t, token)]
        for row in by_lemma("passive")[lemma]:
            kind = "investor" if row["type"] == "subsidiary" and share else row["type"]
            if lemma in {"buy", "acquire"} and token.tag_ != "VBN":
                continue
            by_is_a = row["by"] == "a" or kind == "investor"
            ends = (named, left) if by_is_a else (left, named[:1])
            yield from self.pairs(kind, *ends, token.i, by.i, f"passive-{lemma}", 0.85)

    def _conjoined_before(self, target: Target, verb: Token) -> bool:
        """ "X, backed by A, and Y, its client": Y stands beside X, not beside A."""
        root = self.doc[target.first : target.last + 1].root
        return root.dep_ == "conj" and root.head.i < verb.i

    def _passive_subject(self, token: Token) -> list[Target]:
        i = token.i - 1
        while i > token.sent.start and (
            self.doc[i].pos_ in {"ADV", "NUM", "SYM"}
            or self.doc[i].lower_ in {*PERCENT, "per", "itself", "once", "part", "jointly", "partly", "and"}
        ):
            i -= 1
        if token.head.lower_ == "itself" and token.head.head.pos_ in {"AUX", "VERB"}:
            return self.clauses.subject(token.head.head)
        if not any(c.dep_ in {"auxpass", "nsubjpass"} for c in token.children):
            target = self.targets.at(i) if self.doc[i].text != "," else self.targets.antecedent(i + 1)
            if target is not None and not self.targets.possessor(target):
                return [target]
        found = self.clauses.subject(token) or self.phrases.subject(token)
        if not found:  # "its remaining business will be 62% owned by"
            subject = next(
                (
                    c
                    for c in token.children
                    if c.dep_ == "nsubjpass" and c.lemma_.lower() in {"business", "company", "group"}
                ),
                None,
            )
            whose = (
                next((c for c in subject.lefts if c.dep_ == "poss"), None) if subject is not None else None
            )
            owner = self.owner(whose) if whose is not None else None
            found = [owner] if owner is not None else []
        return found

    def _compound(self) -> Iterator[Link]:
        """ "Alibaba-backed Megvii"."""
        for target in self.companies(self.targets.named):
            i = target.last + 1
            if i + 2 >= len(self.doc) or self.doc[i].text not in {"-", "‑"}:
                continue
            for row in words()["compound"]:
                if self.doc[i + 1].lower_ in row["words"]:
                    nxt = next(
                        iter(
                            self.companies(self.targets.between(i + 2, min(i + 9, target_end(self.doc, i))))
                        ),
                        None,
                    )
                    if (
                        nxt is not None
                        and all(t.pos_ in DESCRIBING for t in self.doc[i + 2 : nxt.first])
                        and not self.targets.possessor(nxt)
                    ):
                        ends = ([target], [nxt]) if row["left"] == "a" else ([nxt], [target])
                        yield from self.pairs(row["type"], *ends, i + 1, i + 1, "compound", 0.85)

    def _verb(self, verb: Token, lemma: str) -> Iterator[Link]:
        """ "A supplies B", "A buys most of its tools from B and C"."""
        for row in by_lemma("verb").get(lemma, ()):
            if self.clauses.passive(verb) or self._is_about(verb, row):
                continue
            obj = self.phrases.goods_of(verb)
            if obj is not None and (
                obj.lemma_.lower() in row.get("not_objects", ()) or self._is_business(obj, row)
            ):
                continue
            subject = self.phrases.subject(verb)
            if not subject:
                continue
            if "object" in row:
                others = self._objects(verb, row)
            else:
                prep = self._prep_of(verb, obj, row["prep"])
                others = self.chain(prep.i + 1, verb.sent.end) if prep is not None else []
                others = others or self.phrases.fronted(verb, row["prep"])
            if others:
                ends = (subject, others) if row["subject"] == "a" else (others, subject)
                yield from self.pairs(row["type"], *ends, verb.i, verb.i, f"verb-{lemma}", 0.75)

    @staticmethod
    def _is_about(verb: Token, row: dict[str, Any]) -> bool:
        """True for "A backs B in its lawsuit", where `row` excludes what stands behind the preposition."""
        heads = (verb, *(c for c in verb.children if c.dep_ == "dobj"))
        behind = (p for head in heads for prep in head.children if prep.dep_ == "prep" for p in prep.children)
        return "not_in" in row and any(p.lemma_.lower() in row["not_in"] for p in behind)

    def _is_business(self, obj: Token, row: dict[str, Any]) -> bool:
        """True where a company or a part of one changes hands: that is no supply."""
        return (
            "prep" in row
            and row["type"] == "supplier"
            and (self.targets.at(obj.i) is not None or obj.lower_ in PERCENT or obj.ent_type_ == "PERCENT")
        )

    def _objects(self, verb: Token, row: dict[str, Any]) -> list[Target]:
        """The companies that are the object of `verb`: "which B bought", "owns A and B"."""
        obj = next((c for c in verb.children if c.dep_ == "dobj"), None)
        if verb.dep_ == "relcl" and (obj is None or obj.tag_ == "WDT") and row["type"] == "subsidiary":
            first = next((t for t in self.doc[verb.left_edge.i : verb.i] if t.tag_ == "WDT"), None)
            if first is None or first.dep_ in {"nsubj", "nsubjpass"}:
                return []
            target = self.targets.antecedent(first.i)
            return [target] if target is not None and target.mention is not None else []
        if obj is None:
            return []
        if obj.pos_ == "PRON" and row.get("money"):
            return []  # "buy it out": often a holding
        whole = self.targets.at(obj.i) is not None
        if (
            row.get("money")
            and not whole
            and not (verb.tag_ in {"VBD", "VBN"} and MONEY.search(verb.sent.text))
        ):
            return []
        if row["type"] == "investor" and not whole:
            return []  # "backed Tarvik's plans"
        return [t for t in self.companies(self.clauses.of_phrase(obj, verb.sent.end)) if t.first > verb.i]

    def _prep_of(self, verb: Token, obj: Token | None, preps: list[str]) -> Token | None:
        """The preposition of the verb, or one the parser hung on its object."""
        for token in self.doc[verb.i + 1 : verb.sent.end]:
            if (
                token.lower_ in preps
                and token.pos_ == "ADP"
                and (token.head == verb or token.head == obj or verb in token.ancestors)
            ):
                return token
            if token.tag_ in {"VBD", "VBZ", "VBP"}:
                return None
        return None


@cache
def _anchors() -> frozenset[int]:
    return ids({*by_lemma("passive"), *by_lemma("verb")})


def target_end(doc: Doc, i: int) -> int:
    """End of the sentence of token `i`."""
    return int(doc[i].sent.end)
