"""The wordings that tie two parties together, each read from its anchor word outwards.

Words and directions are data (`nlp/data/relations.toml`); here is only where the two parties stand.
"""

from collections.abc import Iterator
from functools import cache

from spacy.attrs import LEMMA
from spacy.tokens import Doc, Token

from nlp.listings.groups import DESCRIBING, Target
from nlp.relations.parties import (
    COPULA,
    LEADS,
    MONEY,
    PERCENT,
    Link,
    LinkParties,
    by_lemma,
    share_before,
    words,
)
from nlp.wordids import ids, places

STATE_OWNED = frozenset({"owned", "controlled", "backed", "listed", "based"})


class LinkFinder(LinkParties):
    """The ties of one document that verbs and nouns tell."""

    def find(self) -> Iterator[Link]:
        """Every tie, rule by rule."""
        for i in places(self.doc, LEMMA, _anchors()):
            token = self.doc[i]
            lemma = token.lemma_.lower()
            if token.pos_ in {"VERB", "ADJ"} and lemma in by_lemma("passive"):
                yield from self._passive(token, lemma)
            if token.pos_ == "VERB":
                yield from self._verb(token, lemma)
            if token.pos_ in {"NOUN", "PROPN", "ADJ"} and lemma in by_lemma("noun"):
                yield from self._noun(token, lemma)
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
            if lemma in {"buy", "acquire"} and (token.tag_ != "VBN" or not MONEY.search(token.sent.text)):
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
        found = self.clauses.subject(token)
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

    def _noun(self, noun: Token, lemma: str) -> Iterator[Link]:
        """ "X's subsidiary Y", "its suppliers, A and B", "Y, a subsidiary of X", "X is a supplier to Y"."""
        for row in by_lemma("noun")[lemma]:
            if "before" in row and not any(
                t.lemma_.lower() in row["before"] for t in self.doc[max(noun.sent.start, noun.i - 3) : noun.i]
            ):
                continue
            kind = row["type"]
            if lemma == "owner" and any(
                t.lower_ in {"largest", "biggest", "main", "top", "minority", "majority"} for t in noun.lefts
            ):
                kind = "investor"
            for owners, named, rule in self._noun_parties(noun):
                if row["named"] == "a" or kind == "investor":
                    yield from self.pairs(kind, named, owners, noun.i, noun.i, rule, 0.8)
                else:
                    yield from self.pairs(kind, owners, named, noun.i, noun.i, rule, 0.8)

    def _noun_parties(self, noun: Token) -> Iterator[tuple[list[Target], list[Target], str]]:
        """(owners, the parties the noun describes, rule) for each reading that the sentence allows."""
        if noun.dep_ in {
            "amod",
            "compound",
            "nmod",
        }:  # "its rival Tarvik": the parser makes the name the head
            target = self.targets.at(noun.head.i)
            lefts = [*noun.lefts, *noun.head.lefts]
            whose = next((c for c in lefts if c.dep_ == "poss" and c.i < noun.i), None)
            owner = self.owner(whose) if whose is not None else self.targets.at(noun.i - 1)
            if owner is not None and (owner.mention is None or (whose is None and owner.last != noun.i - 1)):
                owner = None
            if (
                owner is not None
                and target is not None
                and target.mention is not None
                and target.first > noun.i
            ):
                yield [owner], [target], "noun-possessive"
            return
        if noun.pos_ == "ADJ":
            return
        possessive = next((c for c in noun.lefts if c.dep_ == "poss"), None)
        named = self._named_after(noun)
        if possessive is not None:
            owner = self.owner(possessive)
            if owner is not None and not named:
                named = self._apposed_before(noun)
            if owner is not None and named:
                yield [owner], named, "noun-possessive"
            return
        of = next(
            (c for c in noun.rights if c.dep_ == "prep" and c.lower_ in {"of", "to", "for", "in"}), None
        )
        if of is not None and of.i - noun.i <= 3:
            owners = self.chain(of.i + 1, noun.sent.end)
            between = self.doc[of.i + 1 : owners[0].first] if owners else ()
            if not all(t.pos_ in DESCRIBING or t.text == "-" or t.lower_ in STATE_OWNED for t in between):
                owners = []
            described = self._apposed_before(noun)
            if not described and noun.dep_ == "attr":
                described = [t for t in self.companies(self.clauses.subject(noun.head)) if t.last < noun.i]
            if owners and described:
                yield (owners[:1] if of.lower_ == "of" else owners), described, "noun-of"
            return
        if noun.dep_ == "attr" and (for_ := self._for_which(noun)) is not None:
            subject = [t for t in self.companies(self.clauses.subject(noun.head)) if t.last < noun.i]
            if subject:
                yield [for_], subject, "noun-for-which"
            return
        if named and noun.dep_ == "dobj" and noun.head.pos_ == "VERB" and noun.tag_ == "NNS":
            subject = [t for t in self.companies(self.clauses.subject(noun.head)) if t.last < noun.i]
            if len(subject) == 1:
                yield subject, named, "noun-object"
        elif named and noun.lower_ in {"suppliers", "customers"} and noun.dep_ == "pobj":
            verb = next((t for t in noun.ancestors if t.pos_ == "VERB"), noun)
            subject = (
                [t for t in self.companies(self.clauses.subject(verb)) if t.last < noun.i]
                if verb.pos_ == "VERB"
                else []
            )
            if len(subject) == 1:
                yield subject, named, "noun-object"

    def _for_which(self, noun: Token) -> Target | None:
        """ "A, for which B is the biggest customer": A."""
        for token in self.doc[max(noun.sent.start + 1, noun.i - 12) : noun.i]:
            if token.lower_ == "which" and self.doc[token.i - 1].lower_ == "for":
                target = self.targets.antecedent(token.i - 1)
                return target if target is not None and target.mention is not None else None
        return None

    def _named_after(self, noun: Token) -> list[Target]:
        """Names right after the noun: "its supplier A", "suppliers such as A and B", "shareholder is A"."""
        if noun.dep_ == "nsubj" and noun.head.lemma_ == "be":
            attribute = next((c for c in noun.head.children if c.dep_ == "attr" and c.i > noun.head.i), None)
            target = self.targets.at(attribute.i) if attribute is not None else None
            if target is not None and target.mention is not None and not self.targets.possessor(target):
                return self.companies([target])
        i, copula = noun.i + 1, False
        until = min(noun.i + 12, noun.sent.end)
        while i < until and (
            self.doc[i].lower_ in LEADS
            or self.doc[i].lower_ in COPULA
            or (self.doc[i].pos_ in DESCRIBING and self.targets.at(i) is None)
            or self.doc[i - 1].text == "-"  # "the state-owned carrier"
        ):
            if self.doc[i].lower_ in COPULA and noun.dep_ not in {"nsubj"}:
                return []
            copula = copula or self.doc[i].lower_ in COPULA
            if copula and self.doc[i].lower_ in {"among", "like"}:
                return []
            i += 1
        target = self.targets.at(i) if i < until else None
        if target is None or (target.first != i and target.first < noun.i):
            return []
        chain = self.companies(self.targets.chain(target.first, noun.sent.end))
        return (
            chain if noun.tag_ in {"NNS", "NNPS"} else chain[:1]
        )  # "its subsidiary A and the maker B": only A

    def _apposed_before(self, noun: Token) -> list[Target]:
        """The name that the noun's phrase stands in apposition to: "Y, a subsidiary of"."""
        left = noun.left_edge.i
        before = self.doc[left - 1] if left > noun.sent.start else None
        if before is None or before.text not in {",", "(", "—", "–"}:
            return []
        target = self.targets.antecedent(left)
        return (
            [target]
            if target is not None and target.mention is not None and not self.targets.possessor(target)
            else []
        )

    def _verb(self, verb: Token, lemma: str) -> Iterator[Link]:
        """ "A supplies B", "A buys most of its tools from B and C"."""
        for row in by_lemma("verb").get(lemma, ()):
            if any(c.dep_ == "neg" for c in verb.children) or self.clauses.passive(verb):
                continue
            obj = next((c for c in verb.children if c.dep_ == "dobj"), None)
            if obj is not None and obj.lemma_.lower() in row.get("not_objects", ()):
                continue
            subject = [t for t in self.companies(self.clauses.subject(verb)) if t.last < verb.i]
            if not subject:
                continue
            if "object" in row:
                if row.get("money") and not (verb.tag_ in {"VBD", "VBN"} and MONEY.search(verb.sent.text)):
                    continue
                others = (
                    [
                        t
                        for t in self.companies(self.clauses.of_phrase(obj, verb.sent.end))
                        if t.first > verb.i
                    ]
                    if obj is not None
                    else []
                )
            else:
                prep = self._prep_of(verb, obj, row["prep"])
                others = self.chain(prep.i + 1, verb.sent.end) if prep is not None else []
            if others:
                ends = (subject, others) if row["subject"] == "a" else (others, subject)
                yield from self.pairs(row["type"], *ends, verb.i, verb.i, f"verb-{lemma}", 0.75)

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
    return ids({*by_lemma("passive"), *by_lemma("verb"), *by_lemma("noun")})


def target_end(doc: Doc, i: int) -> int:
    """End of the sentence of token `i`."""
    return int(doc[i].sent.end)
