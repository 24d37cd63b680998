"""Ties told in other words than one verb or noun: "counts X as its customer", "part of Y", "belongs to Y", "X's panels".

Words are data (`nlp/data/relations.toml`, tables of `wordings`); here is only where the two parties stand.
"""

from collections.abc import Iterator
from functools import cache
from typing import Any

from spacy.attrs import LEMMA
from spacy.tokens import Doc, Token

from nlp.listings.groups import DESCRIBING, Target
from nlp.relations.parties import PERCENT, Link, by_lemma, share_before, words
from nlp.relations.rules import LinkFinder
from nlp.wordids import ids, places

NEAR = 8  # tokens from an anchor to its other words
MAX_STEPS = 5  # heads climbed to the verb that a noun is the object of


class WordingFinder:
    """The ties of one document that longer wordings tell."""

    def __init__(self, doc: Doc, links: LinkFinder) -> None:
        self.doc, self.links = doc, links
        self.targets, self.clauses = links.targets, links.clauses
        self.phrases = links.phrases

    def find(self) -> Iterator[Link]:
        """Every tie, wording by wording."""
        table = words()["wordings"]
        for i in places(self.doc, LEMMA, _anchors()):
            token = self.doc[i]
            lemma = token.lemma_.lower()
            if token.pos_ == "VERB" and not any(c.dep_ == "neg" for c in token.children):
                yield from self._verb(token, lemma, table)
            elif token.pos_ in {"NOUN", "PROPN"}:
                yield from self._noun(token, lemma, table)

    def _verb(self, token: Token, lemma: str, table: dict[str, Any]) -> Iterator[Link]:
        if lemma in table["count"]:
            yield from self._counts(token)
        elif lemma in table["rely"]:
            yield from self._relies(token)
        elif lemma in table["belong"]:
            yield from self._belongs(token)
        if lemma in table["account"]:
            yield from self._accounts(token)
        if lemma in table["use"]:
            yield from self._uses(token)
        if lemma == "buy":
            yield from self._buys_into(token)

    def _noun(self, token: Token, lemma: str, table: dict[str, Any]) -> Iterator[Link]:
        if lemma == "part":
            yield from self._part_of(token)
        elif lemma == "partner":
            yield from self._with_partner(token)
        elif lemma in table["delivery"]:
            yield from self._delivery(token)
        elif lemma in table["stake"]:
            yield from self._own_stake(token)
        elif lemma in table["unit"]:
            yield from self._unit(token)
        if lemma in by_lemma("noun"):
            yield from self._among(token)

    # -- verbs

    def _counts(self, verb: Token) -> Iterator[Link]:
        """ "counts X as its biggest customer", "counts X among its suppliers"."""
        subject = self._subject(verb)
        for prep in self.doc[verb.i + 1 : min(verb.i + 12, verb.sent.end)]:
            if prep.lower_ not in {"as", "among"}:
                continue
            for noun in self.doc[prep.i + 1 : min(prep.i + 6, verb.sent.end)]:
                lemma = noun.lemma_.lower()
                if lemma in by_lemma("noun") and noun.pos_ in {"NOUN", "PROPN"}:
                    named = self.links.companies(self.targets.chain(verb.i + 1, prep.i))
                    yield from self._by_row(lemma, subject, named, noun, "counts-as")
                    return
            return

    def _relies(self, verb: Token) -> Iterator[Link]:
        """ "relies on X for its cameras"."""
        on = verb.nbor(1) if verb.i + 1 < verb.sent.end else None
        fronted = self.phrases.fronted(verb, {"on", "upon"})
        if fronted:
            yield from self.links.pairs(
                "supplier", fronted, self._subject(verb), verb.i, verb.i, "relies-on", 0.75
            )
            return
        if on is None or on.lower_ not in {"on", "upon"}:
            return
        named = self.links.chain(on.i + 1, verb.sent.end, 4)
        after = named[-1].last + 1 if named else verb.i
        if named and after < verb.sent.end and self.doc[after].lower_ == "for":
            yield from self.links.pairs(
                "supplier", named, self._subject(verb), verb.i, on.i, "relies-on", 0.75
            )

    def _belongs(self, verb: Token) -> Iterator[Link]:
        """ "X, 53% of which belongs to Y", "X belongs to Y"."""
        to = verb.nbor(1) if verb.i + 1 < verb.sent.end else None
        if to is None or to.lower_ != "to":
            return
        owner = self.links.chain(to.i + 1, verb.sent.end, 5)[:1]
        share = share_before(self.doc, verb.i, NEAR)
        subject = self._subject(verb)
        which = next(
            (t for t in self.doc[max(verb.sent.start, verb.i - 3) : verb.i] if t.tag_ == "WDT"), None
        )
        if which is not None:
            first = which.i
            while first > verb.sent.start and self.doc[first - 1].text not in {",", "("}:
                first -= 1
            target = self.targets.antecedent(first)
            subject = [target] if target is not None and target.mention is not None else []
        yield from self._owned(subject[:1], owner, share, verb, "belongs-to")

    def _accounts(self, verb: Token) -> Iterator[Link]:
        """ "X accounted for 46% of Y's sales": Y supplies X."""
        near = self.doc[verb.i + 1 : min(verb.i + NEAR + 3, verb.sent.end)]
        if not any(t.lower_ in PERCENT for t in near):
            return
        sales = next((t for t in near if t.lemma_.lower() in words()["sales"]["nouns"]), None)
        whose = next((c for c in sales.lefts if c.dep_ == "poss"), None) if sales is not None else None
        owner = self.links.owner(whose) if whose is not None else None
        subject = self._subject(verb)
        if owner is not None and len(subject) == 1:
            yield from self.links.pairs("supplier", [owner], subject, verb.i, verb.i, "sales-share", 0.75)

    def _uses(self, verb: Token) -> Iterator[Link]:
        """ "fits X sensors to its cars", "ordered 400 megawatts of X's panels", "imports cells from X's plant"."""
        subject = self._subject(verb)
        if len(subject) != 1:
            return
        for target in self.links.companies(self.targets.between(verb.i + 1, verb.sent.end)):
            if target.first - verb.i > NEAR:
                return
            nxt = target.last + 1
            whose = nxt < verb.sent.end and self.doc[nxt].tag_ == "POS"
            head = self.doc[target.first : target.last + 1].root.head
            lemma = head.lemma_.lower()
            lead = self.doc[verb.i + 1 : target.first]
            plain = all(t.pos_ in DESCRIBING or t.lower_ in {"of", "from", "-", "%"} for t in lead)
            for_ = nxt < verb.sent.end and self.doc[nxt].lower_ == "for" and verb.lemma_ == "use"
            if plain and for_ and target.first - verb.i <= 3:  # "uses X for production"
                yield from self.links.pairs("supplier", [target], subject, verb.i, nxt, "uses-for", 0.7)
                return
            made_there = (
                whose and lemma in words()["wordings"]["sites"] and any(t.lower_ == "from" for t in lead)
            )
            goods = lemma in words()["goods"]["nouns"] and head.i > target.last and head.i - target.last <= 4
            if plain and (made_there or goods):
                yield from self.links.pairs("supplier", [target], subject, verb.i, head.i, "uses-goods", 0.7)
                return

    def _buys_into(self, verb: Token) -> Iterator[Link]:
        """ "bought into X"."""
        into = verb.nbor(1) if verb.i + 1 < verb.sent.end else None
        if into is not None and into.lower_ == "into":
            issuer = self.links.chain(into.i + 1, verb.sent.end, 3)[:1]
            yield from self.links.pairs(
                "investor", self._subject(verb), issuer, verb.i, into.i, "buys-into", 0.75
            )

    # -- nouns

    def _part_of(self, noun: Token) -> Iterator[Link]:
        """ "X, part of the Y group,": Y owns X."""
        i = noun.i
        if i + 2 >= noun.sent.end or self.doc[i + 1].lower_ != "of":
            return
        owner = self.links.chain(i + 2, noun.sent.end, 5)[:1]
        own: list[Target] = []
        if self.doc[i - 1].text in {",", "("} or self.doc[i - 1].lower_ in {"a", "also", "now"}:
            own = self._apposed(noun)
        elif self.doc[i - 1].lemma_ in {"be", "become"}:
            own = self._subject(self.doc[i - 1])
        lead = self.doc[i + 2 : owner[0].first] if owner else ()
        if owner and all(t.pos_ in DESCRIBING or t.text == "-" for t in lead):
            yield from self.links.pairs("subsidiary", own[:1], owner, i, i + 1, "part-of", 0.75)

    def _with_partner(self, noun: Token) -> Iterator[Link]:
        """ "is bidding with US partner X"."""
        if (
            any(c.dep_ == "poss" for c in (*noun.lefts, *noun.head.lefts))
            or self.targets.at(noun.i) is not None
        ):
            return
        i = noun.i - 1
        while i > noun.sent.start and self.doc[i].pos_ in {"ADJ", "PROPN", "NOUN"}:
            i -= 1
        named = self.links.chain(noun.i + 1, noun.sent.end, 2)[:1]
        verb = next((t for t in self.doc[i].ancestors if t.pos_ == "VERB"), None)
        if self.doc[i].lower_ in {"with", "alongside"} and named and verb is not None and verb.i < i:
            yield from self.links.pairs(
                "partner", self._subject(verb), named, noun.i, noun.i, "with-partner", 0.75, verb
            )

    def _delivery(self, noun: Token) -> Iterator[Link]:
        """ "a license to resume deliveries of its switches to X", "fined Y for 37 shipments to X"."""
        until = min(noun.i + NEAR, noun.sent.end)
        to = next((t for t in self.doc[noun.i + 1 : until] if t.lower_ == "to" and t.pos_ == "ADP"), None)
        if to is None or any(t.pos_ == "VERB" for t in self.doc[noun.i + 1 : to.i]):
            return
        if any(t.lemma_.lower() in _no_goods() for t in self.doc[noun.i + 1 : to.i]):
            return
        buyers = self.links.chain(to.i + 1, noun.sent.end, 3)
        if buyers:
            source = next(
                (t for t in self.doc[noun.i + 1 : to.i] if t.lower_ in {"from", "by"} and t.pos_ == "ADP"),
                None,
            )
            seller = self.links.chain(source.i + 1, to.i, 3) if source is not None else []
            seller = seller or self._owner_or_subject(noun) or self._only_other(noun, buyers)
            yield from self.links.pairs("supplier", seller[:1], buyers, noun.i, to.i, "deliveries-to", 0.7)

    def _own_stake(self, noun: Token) -> Iterator[Link]:
        """ "sell its 70% stake in X", "Y's stake in X"."""
        whose = next((c for c in noun.lefts if c.dep_ == "poss"), None)
        after = self.doc[noun.i + 1] if noun.i + 1 < noun.sent.end else None
        if whose is None or after is None or after.lower_ != "in":
            return
        holder = self.links.owner(whose)
        issuer = self.links.chain(after.i + 1, noun.sent.end, 4)[:1]
        if holder is not None and not self._sold(noun):
            yield from self._owned(issuer, [holder], share_before(self.doc, noun.i, 5), noun, "own-stake")

    @staticmethod
    def _sold(noun: Token) -> bool:
        """True for "sold its whole stake", told as past."""
        verb = noun.head
        planned = any(c.tag_ in {"MD", "TO"} for c in verb.children)
        return verb.lemma_.lower() in words()["stake"]["sold"] and noun.dep_ == "dobj" and not planned

    def _unit(self, noun: Token) -> Iterator[Link]:
        """ "X, a Y subsidiary"."""
        owner = self.targets.at(noun.i - 1)
        if owner is None or owner.mention is None or noun.dep_ not in {"appos", "attr"}:
            return
        own = self._apposed(noun) if noun.dep_ == "appos" else self._subject(noun.head)
        if self.doc[owner.first - 1].lower_ in {"a", "an"} and own:
            yield from self.links.pairs(
                "subsidiary", own[:1], [owner], noun.i, noun.i, "name-subsidiary", 0.75
            )

    def _among(self, noun: Token) -> Iterator[Link]:
        """ "Among the customers of X is Y", "Among its suppliers are A and B"."""
        first = next((t for t in noun.sent if not t.is_punct and not t.is_space), noun)
        if first.lower_ != "among" or noun.i - first.i > 6:
            return
        whose = next((c for c in noun.lefts if c.dep_ == "poss"), None)
        if whose is not None:
            found = self.links.owner(whose)
            owners, i = ([found] if found is not None else []), noun.i + 1
        else:
            of = self.doc[noun.i + 1] if noun.i + 1 < noun.sent.end else None
            owners = (
                self.links.chain(noun.i + 2, noun.sent.end, 3)[:1]
                if of is not None and of.lower_ in {"of", "in", "to"}
                else []
            )
            i = owners[0].last + 1 if owners else noun.i + 1
        if owners and i < noun.sent.end and self.doc[i].lower_ in {"is", "are", "was", "were"}:
            yield from self._by_row(
                noun.lemma_.lower(), owners, self.links.chain(i + 1, noun.sent.end, 5), noun, "among"
            )

    # -- parties

    def _by_row(
        self, lemma: str, owners: list[Target], named: list[Target], noun: Token, rule: str
    ) -> Iterator[Link]:
        for row in by_lemma("noun")[lemma]:
            ends = (named, owners) if row["named"] == "a" else (owners, named)
            yield from self.links.pairs(row["type"], *ends, noun.i, noun.i, rule, 0.8)

    def _owned(
        self, issuer: list[Target], owner: list[Target], share: float | None, anchor: Token, rule: str
    ) -> Iterator[Link]:
        """More than half makes a subsidiary, less an investor."""
        if share is not None and share <= 50:
            yield from self.links.pairs("investor", owner, issuer, anchor.i, anchor.i, rule, 0.8)
        elif share is not None or rule == "belongs-to":
            yield from self.links.pairs("subsidiary", issuer, owner, anchor.i, anchor.i, rule, 0.8)
        else:
            yield from self.links.pairs("investor", owner, issuer, anchor.i, anchor.i, rule, 0.75)

    def _subject(self, verb: Token) -> list[Target]:
        return [t for t in self.links.companies(self.clauses.subject(verb)) if t.last < verb.i]

    def _owner_or_subject(self, noun: Token) -> list[Target]:
        """Whose act the noun is: the possessor, else the subject of the verb that it hangs on."""
        whose = next((c for c in noun.lefts if c.dep_ == "poss"), None)
        if whose is not None:
            owner = self.links.owner(whose)
            return [owner] if owner is not None else []
        node = noun
        for _ in range(MAX_STEPS):
            if node.head == node:
                return []
            node = node.head
            if node.pos_ == "VERB" and (subject := self._subject(node)):
                return subject if len(subject) == 1 else []
        return []

    def _only_other(self, noun: Token, named: list[Target]) -> list[Target]:
        """The only company that the sentence names before `noun`."""
        known = {self.links.party_id(t) for t in named}
        before = self.links.companies(self.targets.between(noun.sent.start, noun.i))
        others = {self.links.party_id(t): t for t in before if self.links.party_id(t) not in known}
        return list(others.values()) if len(others) == 1 else []

    def _apposed(self, noun: Token) -> list[Target]:
        left = noun.left_edge.i
        target = self.targets.antecedent(left) if left and self.doc[left - 1].text in {",", "("} else None
        if target is None or target.mention is None or self.targets.possessor(target):
            return []
        return [target]


@cache
def _no_goods() -> frozenset[str]:
    return frozenset(noun for row in words()["verb"] for noun in row.get("not_objects", ()))


@cache
def _anchors() -> frozenset[int]:
    table = words()["wordings"]
    named = ("count", "rely", "belong", "account", "use", "delivery", "stake", "unit")
    return ids({"part", "partner", "buy", *by_lemma("noun"), *(w for name in named for w in table[name])})
