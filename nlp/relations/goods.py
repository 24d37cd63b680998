"""Ties that goods tell: who sells them to whom, who makes them for whom, whose machines they end up in.

"chips bought from X", "parts made for X", "whose tools come from X", "makes X's parts", "fitted to X's vans".
"""

from collections.abc import Iterator
from functools import cache

from spacy.attrs import LEMMA
from spacy.tokens import Doc, Token

from nlp.listings.groups import Target
from nlp.relations.parties import PERCENT, Link, words
from nlp.relations.phrases import Phrases, is_goods
from nlp.relations.rules import LinkFinder
from nlp.wordids import ids, places

MAX_STEPS = 6  # heads climbed from a participle to the clause it is told in
INTO = ("in", "into", "to", "on", "aboard", "at", "by", "inside")


class GoodsFinder(Phrases):
    """The ties of one document that goods and where they come from tell."""

    def __init__(self, doc: Doc, links: LinkFinder) -> None:
        super().__init__(doc, links)
        goods = words()["goods"]
        self.rules = (
            (frozenset(goods["come"]), self._come_from),
            (frozenset(goods["sold"]), self._sold_to),
            (frozenset(goods["sold"]), self._sells),
            (frozenset([*goods["made"], *goods["serve"]]), self._made_by),
            (frozenset(goods["made"]), self._makes),
            (frozenset(goods["bought"]), self._participle),
            (frozenset([*goods["bought"], *goods["made"]]), self._participle),
            (frozenset(goods["get"]), self._gets_from),
            (frozenset(goods["use"]), self._used_in),
            (frozenset(goods["use"]), self._uses),
            (frozenset(goods["go"]), self._goes_to),
            (frozenset(goods["install"]), self._installed_at),
        )

    def find(self) -> Iterator[Link]:
        """Every tie, wording by wording."""
        for i in places(self.doc, LEMMA, _verbs()):
            verb = self.doc[i]
            made = verb.lemma_.lower() in words()["goods"]["made"]
            if made and verb.lower_.endswith("s") and (verb.pos_ == "NOUN" or verb.dep_ == "compound"):
                yield from self._misread(verb)
            if verb.pos_ not in {"VERB", "ADJ"}:
                continue
            lemma = verb.lemma_.lower()
            for lemmas, rule in self.rules:
                if lemma in lemmas:
                    yield from rule(verb)

    def _misread(self, token: Token) -> Iterator[Link]:
        """ "X ships panels to Y", "X makes chips for Y" where the parser takes the verb for a noun."""
        seller = self.named_before(token.i)
        end = min(token.i + 6, token.sent.end)
        prep = next((t for t in self.doc[token.i + 1 : end] if t.pos_ == "ADP"), None)
        if seller is None or prep is None or prep.lower_ not in {"to", "for"} or prep.i == token.i + 1:
            return
        if self.between(token.i + 1, prep.i):
            users = self.links.chain(prep.i + 1, token.sent.end, 3)
            yield from self._supply([seller], users, token, token, "goods-misread")

    def _supply(
        self, makers: list[Target], users: list[Target], first: Token, last: Token, rule: str
    ) -> Iterator[Link]:
        yield from self.link("supplier", makers, users, first, last, rule)

    # -- sold, made

    def _sold_to(self, verb: Token) -> Iterator[Link]:
        """ "chips were sold by X to Y", "lathes made by X were delivered to Y", "sales" as a participle."""
        if not self.clauses.passive(verb):
            return
        things = self.things(verb)
        if things is None or not _may_be_goods(self, things):
            return
        to = next((t for t in self._preps(verb) if t.lower_ in {"to", "for"}), None)
        users = self.links.chain(to.i + 1, verb.sent.end, 4) if to is not None else []
        makers = self.agent(verb) or self.makers(things)
        yield from self._supply(makers, users, verb, verb, f"goods-{verb.lemma_.lower()}")

    def _preps(self, verb: Token) -> list[Token]:
        return [t for t in verb.subtree if t.i > verb.i and t.pos_ == "ADP" and t.i - verb.i < 14]

    def _sells(self, verb: Token) -> Iterator[Link]:
        """ "sold X chips worth $4 million": the buyer stands first."""
        if self.clauses.passive(verb):
            return
        buyer = self.named(verb.i + 1)
        if buyer is None:
            target = self.targets.at(verb.i + 1)
            buyer = target if target is not None and target.mention is not None else None
        if buyer is None or buyer.last + 1 >= verb.sent.end or self.doc[buyer.last + 1].tag_ == "POS":
            return
        root = self.doc[buyer.first : buyer.last + 1].root
        behind = next(
            (t for t in self.doc[buyer.last + 1 : min(buyer.last + 5, verb.sent.end)] if is_goods(t)), None
        )
        if behind is None or not self.between(buyer.last + 1, behind.i):
            return
        counted = self.doc[buyer.last + 1].pos_ in {"NUM", "DET", "ADJ"}
        if root.dep_ in {"dative", "dobj", "nsubj"} or counted or behind.i == buyer.last + 1:
            yield from self._supply(self.subject(verb), [buyer], verb, behind, "goods-sells")

    def _makes(self, verb: Token) -> Iterator[Link]:
        """ "A makes most of B's parts", "A makes chips for B": A supplies B."""
        have = any(c.dep_ == "aux" and c.lemma_ == "have" for c in verb.children)
        if self.clauses.passive(verb) or (verb.tag_ == "VBN" and not have):
            return
        obj = next((c for c in verb.children if c.dep_ == "dobj"), None)
        if obj is None:
            return
        nouns = [t for t in obj.subtree if t.i > verb.i and is_goods(t)]
        for noun in nouns[:1]:
            whose = next((c for c in noun.lefts if c.dep_ == "poss" and c.tag_ != "PRP$"), None)
            owner = self.links.owner(whose) if whose is not None else None
            users = [owner] if owner is not None else []
            if not users:
                prep = next((t for t in self._preps(verb) if t.lower_ == "for"), None)
                users = self.behind(prep) if prep is not None and prep.i > noun.i else []
            subject = self.subject(verb)
            if users and len(subject) == 1:
                yield from self._supply(subject, users, verb, noun, "goods-made")

    def _made_by(self, verb: Token) -> Iterator[Link]:
        """ "X's chips are made by Y", "whose chips are made at Y", "has its chips made by Y", "built by Y for X"."""
        if verb.tag_ not in {"VBN", "VBD"}:
            return
        makers = self.agent(verb, ("by", "at"))
        if not makers:
            return
        target = next((t for t in self._preps(verb) if t.lower_ == "for" and t.i > makers[-1].last), None)
        if target is not None and target.i - makers[-1].last <= 3:
            users = self.links.chain(target.i + 1, verb.sent.end, 4)
            yield from self._supply(makers, users, verb, verb, "goods-made-for")
            return
        if any(c.dep_ == "aux" and c.lemma_ == "have" for c in verb.children) and verb.head != verb:
            yield from self._supply(makers, self.subject(verb.head), verb, verb, "goods-made-by")
            return  # "designs chips and has them made by": the parser reads "has made"
        if verb.dep_ in {"ccomp", "xcomp", "oprd", "acl", "dobj", "advcl"}:
            have = next((t for t in list(verb.ancestors)[:3] if t.lemma_.lower() in {"have", "get"}), None)
            if have is not None and have.pos_ in {"VERB", "AUX"} and verb.i - have.i <= 5:
                yield from self._supply(makers, self.subject(have), verb, verb, "goods-made-by")
                return
        things = self.things(verb)
        if things is None:
            return
        if verb.dep_ == "acl":
            users = self._who_uses(things, verb.i)
        elif _may_be_goods(self, things):
            users = self.users(things)
        else:
            users = []
        yield from self._supply(makers, users, verb, verb, "goods-made-by")

    def _who_uses(self, noun: Token, before: int) -> list[Target]:
        """Whose machines the goods are in: "X's vans run on batteries made by"."""
        verb = noun.head.head if noun.dep_ == "pobj" else noun.head
        if verb.pos_ != "VERB" or verb.lemma_.lower() not in {
            *words()["goods"]["use"],
            *words()["goods"]["bought"],
        }:
            return []
        found = [t for t in self.subject(verb) if t.last < before]
        if found or self.clauses.passive(verb):
            return found
        things = self.things(verb)
        return self.users(things) if things is not None else []

    def _participle(self, verb: Token) -> Iterator[Link]:
        """ "machines that run on processors bought from X", "written off chips made for X"."""
        if verb.tag_ != "VBN" or verb.dep_ != "acl" or not is_goods(verb.head):
            return
        bought = verb.lemma_.lower() in words()["goods"]["bought"]
        prep = self.prep(verb, {"from"} if bought else {"for", "to"})
        others = self.links.chain(prep.i + 1, verb.sent.end, 4) if prep is not None else []
        owner = self._who_has(verb.head, verb.i)
        if owner is not None and others:
            ends = (others, [owner]) if bought else ([owner], others)
            yield from self._supply(*ends, verb, verb, f"goods-{verb.lemma_.lower()}")

    def _who_has(self, noun: Token, before: int) -> Target | None:
        """The party whose goods `noun` are: the owner of "whose", else the subject of the clause around."""
        node = noun
        for _ in range(MAX_STEPS):
            whose = next((c for c in node.lefts if c.tag_ in {"WP$", "PRP$"} and c.i < before), None)
            if whose is not None:
                return self.links.owner(whose)
            if node.pos_ == "VERB":
                subject = next((c for c in node.children if c.dep_ == "nsubj"), None)
                if subject is not None and is_goods(subject) and (own := self.owner(subject)) is not None:
                    return own
                found = [t for t in self.links.companies(self.clauses.subject(node)) if t.last < before]
                if found:
                    return found[0] if len(found) == 1 else None
            if node.head == node:
                return None
            node = node.head
        return None

    # -- bought, used

    def _come_from(self, verb: Token) -> Iterator[Link]:
        """ "X, whose tools come mostly from A", "X needs magnets, and those come from A": A supplies X."""
        things = self.things(verb)
        prep = self.prep(verb, {"from"})
        if things is None or prep is None or not is_goods(things):
            return
        users = self.users(things)
        if not users and things.dep_ == "dobj" and things.head != verb:
            users = self.subject(things.head)
        yield from self._supply(
            self.links.chain(prep.i + 1, verb.sent.end, 4), users, verb, prep, "goods-come"
        )

    def _gets_from(self, verb: Token) -> Iterator[Link]:
        """ "gets its steel from X", "takes a tenth of X's output"."""
        obj = self.goods_of(verb)
        if obj is None or self.clauses.passive(verb):
            return
        goods = self.share_of(obj)
        if goods.lemma_.lower() in words()["goods"]["output"]:
            owner = self.owner(goods)
            of = next((c for c in goods.rights if c.lower_ == "of"), None)
            makers = [owner] if owner is not None else self.behind(of, near=3)
            yield from self._supply(makers, self.subject(verb), verb, goods, "goods-output")
            return
        own = any(t.tag_ == "PRP$" for t in goods.lefts)
        if not (is_goods(goods) or (own and goods.tag_ in {"NN", "NNS"} and _wares(goods))):
            return
        prep = self.prep(verb, {"from"})
        makers = self.links.chain(prep.i + 1, verb.sent.end, 6) if prep is not None else []
        if prep is not None and (not makers or self.between(prep.i + 1, makers[0].first)):
            yield from self._supply(makers, self.subject(verb), verb, prep, "goods-get")

    def _used_in(self, verb: Token) -> Iterator[Link]:
        """ "radar units from X are fitted to Y's vans", "whose units are used by Y", "X makes the units used in Y's vans"."""
        if verb.tag_ not in {"VBN", "VBD"} or not (self.clauses.passive(verb) or verb.dep_ == "acl"):
            return
        things = self.things(verb)
        if things is None or not is_goods(things):
            return
        prep = self.prep(verb, INTO)
        users = self.behind(prep, near=4)
        makers = self.makers(things)
        if not makers and things.dep_ == "dobj" and things.head.lemma_.lower() in words()["goods"]["made"]:
            makers = self.subject(things.head)
        if users and makers:
            yield from self._supply(makers, users, verb, verb, "goods-used")

    def _uses(self, verb: Token) -> Iterator[Link]:
        """ "X uses cameras made by Y", "X's vans run on batteries from Y", "will switch to Y motors"."""
        obj = next((c for c in verb.children if c.dep_ == "dobj"), None)
        if obj is None or verb.lemma_ == "replace":
            prep = self.prep(verb, {"with"} if obj is not None else {"on", "to", "with"})
            obj = next((c for c in prep.children if c.dep_ == "pobj"), None) if prep is not None else None
        if obj is None or self.clauses.passive(verb) or obj.i < verb.i:
            return
        goods = self.share_of(obj)
        if not is_goods(goods) or any(t.tag_ == "PRP$" for t in goods.lefts):
            return
        users = self.subject(verb)
        if not users and (things := self.things(verb)) is not None and _may_be_goods(self, things):
            users = self.users(things)
        makers = [t for t in self.makers(goods) if t.first > verb.i]
        source = self.prep(verb, {"from"}) if not makers else None
        if source is not None and source.i - goods.i == 1:
            makers = self.links.chain(source.i + 1, verb.sent.end, 5)
        yield from self._supply(makers, users, verb, goods, "goods-uses")

    def _goes_to(self, verb: Token) -> Iterator[Link]:
        """ "X, whose machines go to Y and Z", "X's lidar goes into Y's trucks"."""
        things = self.things(verb)
        things = self.share_of(things) if things is not None else None
        if things is None or self.clauses.passive(verb):
            return
        output = things.lemma_.lower() in words()["goods"]["output"]
        if not (output or is_goods(things)):
            return
        users = self.behind(self.prep(verb, {"to", "into"}), near=4)
        yield from self._supply(self.makers(things), users, verb, verb, "goods-go")

    def _installed_at(self, verb: Token) -> Iterator[Link]:
        """ "service pumps already installed at X's plant": who serves them supplies X."""
        if verb.dep_ != "acl" or not is_goods(verb.head):
            return
        above = verb.head.head
        if verb.head.dep_ != "dobj" or above.lemma_.lower() not in words()["goods"]["serve"]:
            return
        users = self.behind(self.prep(verb, ("at", "in", "by", "aboard")), near=4)
        yield from self._supply(self.subject(above), users, above, verb, "goods-served")


def _may_be_goods(finder: Phrases, noun: Token) -> bool:
    """True for goods, and for nouns that are no business, share or part of a company."""
    if noun.i < len(finder.doc) and finder.targets.at(noun.i) is not None:
        return False
    return noun.pos_ in {"NOUN", "PROPN"} and _wares(noun) and noun.lower_ not in PERCENT


def _wares(noun: Token) -> bool:
    return noun.lemma_.lower() not in _no_wares()


@cache
def _no_wares() -> frozenset[str]:
    table = words()
    rows = (noun for row in table["verb"] for noun in row.get("not_objects", ()))
    return frozenset([*rows, *table["goods"]["no_wares"], *table["sales"]["nouns"]])


@cache
def _verbs() -> frozenset[int]:
    goods = words()["goods"]
    names = ("made", "bought", "come", "sold", "serve", "get", "use", "go", "install")
    return ids(lemma for name in names for lemma in goods[name])
