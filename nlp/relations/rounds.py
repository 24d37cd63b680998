"""Funding rounds: who raised money, who led the round, who joined it, and money put into one company."""

import re
from collections.abc import Iterator
from functools import cache

from spacy.attrs import LEMMA
from spacy.tokens import Doc, Token

from nlp.listings.groups import Target
from nlp.relations.parties import Link, words
from nlp.relations.phrases import Phrases
from nlp.relations.rules import LinkFinder
from nlp.wordids import ids, places

REACH = 700  # characters between a round and the sentence that names more of its investors
NEAR = 8  # tokens
LED = frozenset(
    {
        "round",
        "investment",
        "financing",
        "funding",
        "series",
        "investors",
        "backers",
        "consortium",
        "extension",
    }
)
ROUND = re.compile(r"\b(?:round|Series [A-H]\d?|seed|financing|fundraising|funding)\b")


class RoundFinder(Phrases):
    """The ties of one document that funding rounds make."""

    def __init__(self, doc: Doc, links: LinkFinder) -> None:
        super().__init__(doc, links)
        self.table = words()["funding"]
        self.raiser: list[Target] = []
        self.where = -REACH

    def find(self) -> Iterator[Link]:
        """ "X raised $2bn from A and B in a round led by C. D also took part."""
        for i in places(self.doc, LEMMA, _round_words()):
            token = self.doc[i]
            if token.pos_ not in {"VERB", "NOUN", "PROPN"}:
                continue
            lemma = token.lemma_.lower()
            took_in = lemma == "take" and self.doc[token.i + 1 : token.i + 2].text == "in"
            if (lemma in self.table["raise"] or took_in) and token.pos_ == "VERB":
                yield from self._raised(token)
            if lemma in self.table["put"] and token.pos_ == "VERB":
                yield from self._put_into(token)
            if lemma == "participation":
                yield from self._of_round(token, self._after(token, "from"), "round-joined")
            if lemma in self.table["lead"]:
                yield from self._led(token)
            elif lemma in self.table["join"] and token.pos_ == "VERB":
                yield from self._joined(token)

    def _of_round(self, anchor: Token, investors: list[Target], rule: str) -> Iterator[Link]:
        """Investors of the round that the text is about."""
        raiser = self._raiser(anchor) or self._only_other(anchor, investors)
        yield from self.link("investor", investors, raiser, anchor, anchor, rule, 0.8)

    def _raiser(self, anchor: Token) -> list[Target]:
        """Whose round: told before, else the party that says so, or that the sentence is about."""
        own = self._told_here(anchor) if ROUND.search(anchor.sent.text) else []
        if own:
            return own
        return self.raiser if self.raiser and anchor.idx - self.where <= REACH else []

    def _told_here(self, anchor: Token) -> list[Target]:
        """ "Corvex in Boulder: $42M seed, Nightjar leads", "X announced a round led by", "..., X said."."""
        named = self.links.companies(self.targets.between(anchor.sent.start, anchor.sent.end))
        if not named:
            return []
        first = named[0]
        money = next((t.i for t in anchor.sent if t.is_currency or t.ent_type_ == "MONEY"), anchor.i)
        if first.last < money and first.last < anchor.i and self.doc[first.last + 1].tag_ != "POS":
            root = self.doc[first.first : first.last + 1].root
            colon = any(t.text in {":", "–", "—"} for t in self.doc[first.last + 1 : money + 1])
            if colon or (root.dep_ == "nsubj" and root.head.lemma_.lower() in self.table["tell"]):
                return [first]
        last = named[-1]
        root = self.doc[last.first : last.last + 1].root
        return [last] if root.dep_ == "nsubj" and root.i > anchor.i and root.head.lemma_ == "say" else []

    def _only_other(self, anchor: Token, investors: list[Target]) -> list[Target]:
        """ "Corvex, valued at $1 billion in a round led by": the only party of the sentence that did not invest."""
        if not ROUND.search(anchor.sent.text):
            return []
        known = {self.links.party_id(t) for t in investors}
        inside = self.links.companies(self.targets.between(anchor.sent.start, anchor.sent.end))
        others = {self.links.party_id(t): t for t in inside if self.links.party_id(t) not in known}
        return list(others.values()) if len(others) == 1 else []

    def _after(self, token: Token, word: str) -> list[Target]:
        nxt = next(
            (t for t in self.doc[token.i + 1 : min(token.i + 3, token.sent.end)] if t.lower_ == word), None
        )
        return self.links.chain(nxt.i + 1, token.sent.end, 6) if nxt is not None else []

    def _raised(self, token: Token) -> Iterator[Link]:
        sent = token.sent
        if not self._money_near(token):
            return
        if token.lemma_.lower() in self.table["only_rounds"] and not ROUND.search(sent.text):
            return
        subject = self.subject(token)
        if len(subject) != 1:
            return
        self.raiser, self.where = subject, token.idx
        for start in (t for t in self.doc[token.i + 1 : sent.end] if t.lower_ == "from"):
            if start.i and self.doc[start.i - 1].lower_ == "participation":
                continue
            yield from self.link(
                "investor",
                self.links.chain(start.i + 1, sent.end, 5),
                subject,
                token,
                token,
                "round-from",
                0.8,
            )

    def _money_near(self, verb: Token) -> bool:
        return any(a.start >= verb.idx and a.start - verb.idx < 60 for a in self.doc._.amounts) or any(
            t.is_currency or t.lower_ in {"million", "billion"}
            for t in self.doc[verb.i + 1 : min(verb.i + 8, verb.sent.end)]
        )

    def _led(self, token: Token) -> Iterator[Link]:
        sent = token.sent
        if token.tag_ in {"VBN", "VBD"}:
            by = next(
                (t for t in self.doc[token.i + 1 : min(token.i + 3, sent.end)] if t.lower_ == "by"), None
            )
            if by is not None:
                if any(t.lower_ in LED for t in self.doc[max(0, token.i - 6) : token.i]):
                    yield from self._of_round(token, self.links.chain(by.i + 1, sent.end), "round-led")
                return
        if token.tag_ not in {"VBD", "VBZ", "VBP", "VBN", "NNS"}:
            return
        after = self.doc[token.i + 1 : min(token.i + 12, sent.end)]
        round_ = next((t for t in after if t.lower_ in LED), None)
        if round_ is not None and round_.i - token.i < NEAR + 2:
            direct = self._round_of(token, round_)
            if direct:
                self.raiser, self.where = direct, token.idx
            yield from self._of_round(token, self._investors(token), "round-led")
        elif (_ends_clause(token) or (len(after) and after[0].lower_ == "it")) and self.raiser_near(token):
            yield from self._of_round(token, self._investors(token), "round-led")

    def _round_of(self, token: Token, round_: Token) -> list[Target]:
        """Whose round is led: "led X's $40m Series B", "led a round in X"."""
        for target in self.links.companies(self.targets.between(token.i + 1, round_.i)):
            if self.targets.possessor(target):
                return [target]
        behind = self.doc[round_.i + 1] if round_.i + 1 < token.sent.end else round_
        prep = behind if behind.lower_ in {"in", "for", "of"} else None
        return self.links.chain(prep.i + 1, token.sent.end, 3)[:1] if prep is not None else []

    def _joined(self, token: Token) -> Iterator[Link]:
        after = self.doc[token.i + 1 : token.i + 4]
        lemma = token.lemma_.lower()
        text = after.text.lower()
        if lemma == "join" and text.startswith("by") and self.raiser_near(token):
            yield from self._of_round(token, self.links.chain(token.i + 2, token.sent.end, 6), "round-joined")
            return
        if lemma == "include":
            subject = next((c for c in token.children if c.dep_ in {"nsubj", "conj"}), None)
            of_round = subject is not None and subject.lower_ in LED
            if of_round or (token.dep_ == "conj" and any(c.lower_ in LED for c in token.head.children)):
                yield from self._of_round(
                    token, self.links.chain(token.i + 1, token.sent.end, 6), "round-joined"
                )
            return
        if not self.raiser_near(token):
            return
        joins = {
            "take": text.startswith("part"),
            "come": text.startswith(("in too", "in as well", "on board", "in alongside", "aboard"))
            or (text.startswith(("in", "along")) and _ends_clause(token.nbor(1))),
            "participate": True,
            "follow": _ends_clause(token) or text.startswith(("on", "suit")),
            "chip": text.startswith("in"),
            "pile": text.startswith("in"),
            "invest": "also" in self.doc[max(0, token.i - 1) : token.i].text.lower() or _ends_clause(token),
        }
        if joins.get(lemma, "round" in text):
            yield from self._of_round(token, self._investors(token), "round-joined")

    def raiser_near(self, token: Token) -> bool:
        return (bool(self.raiser) and token.idx - self.where <= REACH) or bool(ROUND.search(token.sent.text))

    def _investors(self, verb: Token) -> list[Target]:
        """The whole coordination before the verb: the parser loses long ones with brackets."""
        start = verb.sent.start
        for token in reversed(self.doc[verb.sent.start : verb.i]):
            if token.text in {";", ":"}:
                start = token.i + 1
                break
        known = {self.links.party_id(t) for t in self.raiser}
        chain = self.links.companies(self.targets.chain(start, verb.i))
        own = self._told_here(verb)
        known |= {self.links.party_id(t) for t in own}
        found = [t for t in chain if self.links.party_id(t) not in known]
        return found or self.subject(verb)

    def _put_into(self, verb: Token) -> Iterator[Link]:
        """ "put $250 million into X", "poured money into X"."""
        if self.clauses.passive(verb):
            return
        into = self.prep(verb, {"into", "behind"})
        if into is None or not self._money_near(verb):
            return
        issuer = self.links.chain(into.i + 1, verb.sent.end, 3)[:1]
        if issuer and self.between(into.i + 1, issuer[0].first):
            yield from self.link("investor", self.subject(verb), issuer, verb, into, "put-into", 0.8)


def _ends_clause(token: Token) -> bool:
    """True where nothing but the end of the clause follows."""
    nxt = token.i + 1
    return (
        nxt >= len(token.doc)
        or token.doc[nxt].text in {".", ",", ";", ":", "!", ")"}
        or token.doc[nxt].is_space
    )


@cache
def _round_words() -> frozenset[int]:
    table = words()["funding"]
    names = ("raise", "lead", "join", "put")
    return ids([*(lemma for name in names for lemma in table[name]), "participation"])
