"""Ties that deals make: stakes, joint ventures, shares of sales, share listings."""

from collections.abc import Iterator
from functools import cache

from spacy.attrs import LEMMA
from spacy.tokens import Doc, Token

from nlp.listings.groups import Target
from nlp.relations.offerings import LISTING, OfferingFinder
from nlp.relations.parties import PERCENT, Link, share_before, words
from nlp.relations.rules import LinkFinder
from nlp.wordids import ids, places

STAKES = frozenset({"stake", "holding", "interest", "shareholding", "share"})


class DealFinder:
    """The ties of one document that deals make."""

    def __init__(self, doc: Doc, links: LinkFinder) -> None:
        self.doc, self.links = doc, links
        self.targets, self.clauses = links.targets, links.clauses
        self.offerings = OfferingFinder(doc, links)

    def find(self) -> Iterator[Link]:
        """Every tie, kind by kind."""
        for i in places(self.doc, LEMMA, _anchors()):
            token = self.doc[i]
            if token.pos_ == "VERB":
                yield from self._stake(token)
                yield from self.offerings.listed_at(token)
                yield from self._sales(token)
            elif token.pos_ in {"NOUN", "PROPN"} and token.lemma_.lower() in words()["joint"]["nouns"]:
                yield from self._joint(token)
        yield from self.offerings.find()

    def _subject(self, verb: Token) -> list[Target]:
        return [t for t in self.links.companies(self.clauses.subject(verb)) if t.last < verb.i]

    def _link(
        self,
        kind: str,
        a: list[Target],
        b: list[Target],
        first: int,
        last: int,
        rule: str,
        confidence: float = 0.8,
        by: Token | None = None,
    ) -> Iterator[Link]:
        yield from self.links.pairs(kind, a, b, first, last, rule, confidence, by)

    def _stake(self, verb: Token) -> Iterator[Link]:
        """ "A holds a 39.6% stake in B", "B, in which A holds 10 per cent"."""
        if verb.lemma_.lower() not in words()["stake"]["verbs"] or any(
            c.dep_ == "neg" for c in verb.children
        ):
            return
        obj = next((c for c in verb.children if c.dep_ == "dobj"), None)
        if (
            obj is not None
            and obj.tag_ == "WDT"
            and verb.dep_ == "relcl"
            and verb.head.lemma_.lower() in STAKES
        ):
            yield from self._stake_that(verb)  # "a stake that A holds in B"
            return
        if obj is None or obj.pos_ == "NUM":
            obj = _percent_after(verb)
        fraction = obj is not None and obj.lemma_.lower() in words()["stake"]["fractions"]
        if obj is None or not (fraction or obj.lemma_.lower() in STAKES or obj.lower_ in PERCENT):
            return
        whole = obj.tag_ == "NNS" and any(t.lower_ == "all" for t in obj.lefts)
        holders = (
            self._subject(verb)
            or list(self.links.companies(self.targets.between(verb.sent.start, verb.i)))[-1:]
        )
        into = next(
            (t for t in self.doc[obj.i + 1 : min(obj.i + 4, verb.sent.end)] if t.lower_ in {"in", "of"}), None
        )
        if into is not None:
            issuers = self.links.chain(into.i + 1, verb.sent.end)[:1]
        else:
            which = next(
                (
                    t
                    for t in self.doc[max(verb.sent.start, verb.i - 14) : verb.i]
                    if t.lower_ == "which" and self.doc[t.i - 1].lower_ == "in"
                ),
                None,
            )
            issuer = self.targets.antecedent(which.i - 1) if which is not None else None
            issuers = [issuer] if issuer is not None and issuer.mention is not None else []
            if which is not None:
                holders = self.links.companies(self.targets.chain(which.i + 1, verb.i)) or []
        share = share_before(self.doc, obj.i + 1, 4)
        if whole or (share is not None and share > 50):
            yield from self._link("subsidiary", issuers, holders, verb.i, obj.i, "stake")
        else:
            yield from self._link("investor", holders, issuers, verb.i, obj.i, "stake")

    def _stake_that(self, verb: Token) -> Iterator[Link]:
        into = next(
            (t for t in self.doc[verb.i + 1 : min(verb.i + 3, verb.sent.end)] if t.lower_ == "in"), None
        )
        if into is not None:
            issuers = self.links.chain(into.i + 1, verb.sent.end, 4)[:1]
            yield from self._link("investor", self._subject(verb), issuers, verb.i, into.i, "stake-that")

    def _joint(self, noun: Token) -> Iterator[Link]:
        """ "A and B will form a joint venture", "a partnership with B"."""
        lemma = noun.lemma_.lower()
        if lemma == "venture" and not any(t.lower_ == "joint" for t in noun.lefts):
            return
        yield from self._venture_of(noun)
        after = self.doc[noun.i + 1] if noun.i + 1 < len(self.doc) else None
        verb = noun.head
        for _ in range(3):
            if verb.pos_ == "VERB":
                break
            verb = verb.head
        subject = self._subject(verb) if verb.pos_ == "VERB" else []
        chain = (
            self.links.chain(after.i + 1, noun.sent.end)
            if after is not None and after.lower_ in {"with", "between"}
            else []
        )
        if chain and after is not None and after.lower_ == "between" and len(chain) > 1:
            yield from self._link("partner", chain[:1], chain[1:], noun.i, noun.i, "joint-between")
        elif chain and after is not None and after.lower_ == "with" and len(subject) == 1:
            yield from self._link("partner", subject, chain, noun.i, noun.i, "joint-with", by=verb)
        elif noun.dep_ == "dobj" and len(subject) > 1:
            yield from self._link(
                "partner", subject[:1], subject[1:], noun.i, noun.i, "joint-subject", by=verb
            )

    def _venture_of(self, noun: Token) -> Iterator[Link]:
        """ "X's joint venture with Y", "V, the joint venture of A (51%) and B (26%)"."""
        whose = next((c for c in noun.lefts if c.dep_ == "poss"), None)
        after = self.doc[noun.i + 1] if noun.i + 1 < noun.sent.end else None
        if after is None:
            return
        chain = self.links.chain(after.i + 1, noun.sent.end)
        if whose is not None and after.lower_ == "with":
            owner = self.links.owner(whose)
            yield from self._link(
                "partner", [owner] if owner is not None else [], chain[:1], noun.i, noun.i, "joint-of"
            )
        elif after.lower_ in {"of", "between"} and len(chain) > 1:
            if after.lower_ == "of":
                yield from self._link("partner", chain[:1], chain[1:], noun.i, noun.i, "joint-of")
            left = noun.left_edge.i
            venture = self.targets.antecedent(left) if left and self.doc[left - 1].text == "," else None
            for owner in chain if venture is not None and venture.mention is not None else ():
                share = share_before(self.doc, min(owner.last + 5, noun.sent.end), 4)
                if share is None or self.doc[owner.last + 1].text != "(":
                    continue
                assert venture is not None
                if share > 50:
                    yield from self._link("subsidiary", [venture], [owner], noun.i, noun.i, "joint-share")
                yield from self._link("investor", [owner], [venture], noun.i, noun.i, "joint-share")

    def _sales(self, verb: Token) -> Iterator[Link]:
        """ "A gets 11% of its sales from B": A supplies B."""
        if verb.lemma_.lower() not in words()["sales"]["verbs"] or any(
            c.dep_ == "neg" for c in verb.children
        ):
            return
        object_words = self.doc[verb.i + 1 : min(verb.i + 12, verb.sent.end)]
        sales = next((t for t in object_words if t.lemma_.lower() in words()["sales"]["nouns"]), None)
        if sales is None or sales.i + 1 >= verb.sent.end or self.doc[sales.i + 1].lower_ != "from":
            return
        yield from self._link(
            "supplier",
            self._subject(verb),
            self.links.chain(sales.i + 2, verb.sent.end, 4),
            verb.i,
            sales.i,
            "sales-from",
        )


def _percent_after(verb: Token) -> Token | None:
    """ "holds 6.2 per cent": the parser does not always see the object."""
    for token in verb.doc[verb.i + 1 : min(verb.i + 5, verb.sent.end)]:
        if token.lower_ in PERCENT:
            return token
    return None


@cache
def _anchors() -> frozenset[int]:
    table = words()
    verbs = {*table["stake"]["verbs"], *LISTING, *table["sales"]["verbs"]}
    return ids({*verbs, *table["joint"]["nouns"]})
