"""Relational nouns: "X's subsidiary Y", "its suppliers, A and B", "Y, a subsidiary of X", "Y is X's largest customer"."""

from collections.abc import Iterator
from functools import cache

from spacy.attrs import LEMMA
from spacy.tokens import Token

from nlp.listings.groups import DESCRIBING, Target
from nlp.relations.parties import COPULA, LEADS, Link, by_lemma
from nlp.relations.phrases import Phrases
from nlp.wordids import ids, places

STATE_OWNED = frozenset({"owned", "controlled", "backed", "listed", "based"})


class NounFinder(Phrases):
    """The ties of one document that relational nouns tell."""

    def find(self) -> Iterator[Link]:
        """Every tie, noun by noun."""
        for i in places(self.doc, LEMMA, _anchors()):
            token = self.doc[i]
            if token.pos_ in {"NOUN", "PROPN", "ADJ"}:
                yield from self._noun(token, token.lemma_.lower())

    def _noun(self, noun: Token, lemma: str) -> Iterator[Link]:
        """ "X's subsidiary Y", "its suppliers, A and B", "Y, a subsidiary of X", "X is a supplier to Y"."""
        for row in by_lemma("noun")[lemma]:
            if "not_before" in row and self.doc[noun.i - 1].lower_ in row["not_before"]:
                continue
            kind = row["type"]
            if lemma == "owner" and any(
                t.lower_ in {"largest", "biggest", "main", "top", "minority", "majority"} for t in noun.lefts
            ):
                kind = "investor"
            for owners, named, rule in self._noun_parties(noun):
                if row["named"] == "a" or kind == "investor":
                    yield from self.links.pairs(kind, named, owners, noun.i, noun.i, rule, 0.8)
                else:
                    yield from self.links.pairs(kind, owners, named, noun.i, noun.i, rule, 0.8)

    def _noun_parties(self, noun: Token) -> Iterator[tuple[list[Target], list[Target], str]]:
        """(owners, the parties the noun describes, rule) for each reading that the sentence allows."""
        if noun.dep_ == "compound" and noun.head.lemma_.lower() in {"company", "group", "firm"}:
            noun = noun.head  # "its parent company, Tarvik"
        elif noun.dep_ in {
            "amod",
            "compound",
            "nmod",
        }:  # "its rival Tarvik": the parser makes the name the head
            target = self.targets.at(noun.head.i)
            lefts = [*noun.lefts, *noun.head.lefts]
            whose = next((c for c in lefts if c.dep_ == "poss" and c.i < noun.i), None)
            owner = self.links.owner(whose) if whose is not None else self.targets.at(noun.i - 1)
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
        if noun.pos_ == "ADJ" or (noun.i + 1 < len(self.doc) and self.doc[noun.i + 1].tag_ == "POS"):
            return  # "its owner's second firm, Tarvik"
        possessive = next((c for c in noun.lefts if c.dep_ == "poss"), None)
        named = self._named_after(noun)
        if possessive is not None:
            owner = self._own(possessive)
            before = self._apposed_before(noun) if self.doc[noun.i + 1 : noun.i + 2].text == "," else []
            if before and possessive.tag_ == "PRP$":  # "through X, its American arm, Y sells"
                behind = self.named(noun.i + 2)
                same = owner is None or self.links.party_id(owner) == self.links.party_id(before[0])
                if same and behind is not None:
                    yield [behind], before, "noun-possessive"
                    return
                named = before if owner is not None and not same else named
            if owner is not None and not named:
                named = self._apposed_before(noun) or self._subject_of_attribute(noun)
            if owner is not None and not named:
                named = self._named_next(noun)
            if owner is not None and named:
                yield [owner], named, "noun-possessive"
            return
        of = next(
            (c for c in noun.rights if c.dep_ == "prep" and c.lower_ in {"of", "to", "for", "in"}), None
        )
        if of is not None and of.i - noun.i <= 3:
            owners = self.links.chain(of.i + 1, noun.sent.end) or self.behind(of)
            between = self.doc[of.i + 1 : owners[0].first] if owners else ()
            if not all(t.pos_ in DESCRIBING or t.text == "-" or t.lower_ in STATE_OWNED for t in between):
                owners = []
            described = self._apposed_before(noun) or self._subject_of_attribute(noun)
            if owners and not described:
                described = self._named_behind(noun, owners[0].last)
                if described:
                    owners = owners[:1]
                else:
                    described = self._named_behind(noun, owners[-1].last)
            if owners and described:
                yield (owners[:1] if of.lower_ == "of" else owners), described, "noun-of"
            return
        if (owner := self._bare_owner(noun)) is not None and named:
            yield [owner], named, "noun-bare"
            return
        if noun.dep_ == "attr" and (for_ := self._for_which(noun)) is not None:
            subject = [t for t in self.links.companies(self.clauses.subject(noun.head)) if t.last < noun.i]
            if subject:
                yield [for_], subject, "noun-for-which"
            return
        if named and noun.dep_ == "dobj" and noun.head.pos_ == "VERB" and noun.tag_ == "NNS":
            subject = [t for t in self.links.companies(self.clauses.subject(noun.head)) if t.last < noun.i]
            if len(subject) == 1:
                yield subject, named, "noun-object"
        elif named and noun.lower_ in {"suppliers", "customers"} and noun.dep_ == "pobj":
            verb = next((t for t in noun.ancestors if t.pos_ == "VERB"), noun)
            subject = (
                [t for t in self.links.companies(self.clauses.subject(verb)) if t.last < noun.i]
                if verb.pos_ == "VERB"
                else []
            )
            if len(subject) == 1:
                yield subject, named, "noun-object"

    def _subject_of_attribute(self, noun: Token) -> list[Target]:
        """ "Y is X's largest customer", "Y remains the biggest customer of X": Y."""
        verb = noun.head
        if noun.dep_ == "pobj" and verb.lower_ == "among":
            verb = verb.head  # "were among the investors in X"
        elif noun.dep_ not in {"attr", "oprd"}:
            return []
        if verb.lemma_ not in {"be", "remain", "become"}:
            return []
        return [t for t in self.links.companies(self.clauses.subject(verb)) if t.last < noun.i]

    def _bare_owner(self, noun: Token) -> Target | None:
        """Whose "a subsidiary, Y," and "customers include Y and Z" are: who says so, or what the sentence is about."""
        article = [t.lower_ for t in noun.lefts if t.dep_ == "det"]
        one = article in (["a"], ["another"], ["one"]) and self.doc[noun.i + 1 : noun.i + 2].text == ","
        listed = not article and noun.tag_ == "NNS" and noun.head.lemma_ == "include" and noun.dep_ == "nsubj"
        if one and not any(row["type"] == "subsidiary" for row in by_lemma("noun")[noun.lemma_.lower()]):
            return None
        if not one and not listed:
            return None
        return self.according_to(noun) or self.links.antecedent_of_its(noun)

    def _named_behind(self, noun: Token, last: int) -> list[Target]:
        """ "the Hungarian subsidiary of X, Y, makes", "investors in X include Y and Z": Y and Z."""
        if last + 2 >= noun.sent.end or noun.dep_ not in {"nsubj", "nsubjpass", "dobj", "pobj"}:
            return []
        after = self.doc[last + 1]
        if noun.dep_ == "nsubj" and after == noun.head and after.lower_ in COPULA:
            return self.links.chain(last + 2, noun.sent.end, 4)
        target = self.targets.at(last + 2)
        if after.text != "," or target is None or target.mention is None or self.targets.possessor(target):
            return []
        root = self.doc[target.first : target.last + 1].root
        end = target.last + 1
        if self.doc[end : end + 1].text in {"of", "in"} and self.doc[end + 1 : end + 2].text.istitle():
            end += 2  # "a minority owner of X, Y of Nanjing, was"
        closed = end < len(self.doc) and self.doc[end].text in {",", "."}
        apposed = root.dep_ == "appos" and noun.tag_ in {"NN", "NNP"}
        return self.links.companies([target]) if closed and apposed else []

    def _named_next(self, noun: Token) -> list[Target]:
        """ "the firm's biggest shareholder. That would be X.": the next sentence names it."""
        end = noun.sent.end
        if end + 2 >= len(self.doc) or self.doc[end].lower_ not in {"that", "this", "it", "they", "those"}:
            return []
        i = end + 1
        while i < end + 3 and self.doc[i].pos_ == "AUX":
            i += 1
        target = self.targets.at(i)
        be = self.doc[i - 1].lemma_ == "be" and target is not None and target.first == i
        return self.links.chain(i, self.doc[end].sent.end, 0)[:1] if be else []

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
                return self.links.companies([target])
        i, copula = noun.i + 1, False
        place = self.doc[i : i + 3]
        if len(place) == 3 and place[0].lower_ == "in" and place[1].pos_ == "PROPN" and place[2].text == ",":
            i += 3  # "its subsidiary in Ohio, Tarvik"
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
        chain = self.links.companies(self.targets.chain(target.first, noun.sent.end))
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


@cache
def _anchors() -> frozenset[int]:
    return ids(by_lemma("noun"))
