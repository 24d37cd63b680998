"""Where shares are listed, or are to be: "listed in Hong Kong in July", "its Hong Kong share sale"."""

import re
from collections.abc import Iterator
from functools import cache

from spacy.tokens import Doc, Token

from nlp.extensions import text_of, tokens_at
from nlp.listings.groups import Target
from nlp.relations.parties import Link, words
from nlp.relations.rules import LinkFinder

LISTING = frozenset({"list", "debut", "float", "go", "trade", "begin", "start", "join", "file"})
NEEDS = {"go": "public", "begin": "trading", "start": "trading", "file": "a prospectus with", "join": ""}


class OfferingFinder:
    """The places of share listings that one document names."""

    def __init__(self, doc: Doc, links: LinkFinder) -> None:
        self.doc, self.links = doc, links
        self.targets = links.targets

    def listed_at(self, verb: Token) -> Iterator[Link]:
        """ "Luming, which listed in Hong Kong in July"."""
        if verb.lemma_.lower() not in LISTING or any(c.dep_ == "neg" for c in verb.children):
            return
        match = self._venue_behind(verb)
        if match is None:
            return
        owners = [t for t in self.links.companies(self.links.clauses.subject(verb)) if t.last < verb.i]
        if not owners:  # "shares of X began trading in"
            things = next((c for c in verb.children if c.dep_ == "nsubj"), None)
            if things is not None and things.lemma_.lower() in {"share", "stock"}:
                owners = self.links.phrases.users(things)
        for target in owners[:1]:
            yield self._venue(target, verb.i, verb.i, match.span(1), verb, "listed-at", 0.8)

    def _venue_behind(self, verb: Token) -> re.Match[str] | None:
        """The place of listing that follows `verb`: "went public in New York", "joined the Hong Kong stock market"."""
        text, at = text_of(self.doc), verb.idx + len(verb)
        lemma = verb.lemma_.lower()
        if lemma == "join":
            return _market_after().match(text, at)
        if lemma == "trade" and not any(c.dep_ == "nsubj" and c.lemma_ == "share" for c in verb.children):
            return None
        needed = NEEDS.get(lemma)
        if needed is not None:
            start = text.find(needed, at, at + len(needed) + 3)
            if start < 0:
                return None
            at = start + len(needed)
            if lemma == "file":
                return _market_after().match(text, at)
        return _venue_after().match(text, at)

    def _venue(
        self,
        target: Target,
        first: int,
        last: int,
        place: tuple[int, int],
        near: Token,
        rule: str,
        confidence: float,
    ) -> Link:
        modality, standing = self.links.stance(near)
        return Link("ipo", target, None, first, last, rule, confidence, place, modality, standing)

    def find(self) -> Iterator[Link]:
        """ "its Hong Kong share sale", "Megvii's IPO in Hong Kong", "a listing in Hong Kong"."""
        text = text_of(self.doc)
        if not any(noun in text for noun in words()["ipo"]["nouns"]):
            return
        for match in _offering().finditer(text):
            group = "p1" if match.group("p1") else "p2"
            tokens = tokens_at(self.doc, match.start(), match.end())
            if tokens is None:
                continue
            owner = self._offerer(tokens[0])
            if owner is not None:
                yield self._venue(
                    owner, tokens.start, tokens.end - 1, match.span(group), tokens[-1], "offering", 0.7
                )

    def _offerer(self, token: Token) -> Target | None:
        """Whose offering: the possessor, else the only company of this sentence and the one before."""
        i = token.i - 1
        while (i > token.sent.start and self.doc[i].pos_ == "ADJ") or self.doc[i].lower_ in {
            "coming",
            "upcoming",
            "planned",
            "initial",
        }:
            i -= 1
        if self.doc[i].lower_ in {"its", "their", "whose"}:
            return self.links.owner(self.doc[i])
        if self.doc[i].tag_ == "POS":
            target = self.targets.at(i - 1) or self.targets.at(i)
            return target if target is not None and target.mention is not None else None
        near = self.links.companies(
            self.targets.between(token.sent.start, token.sent.end)
        ) or self.links.sentence_before(token)
        return near[0] if near and len({self.links.party_id(t) for t in near}) == 1 else None


@cache
def _places() -> str:
    return "|".join(re.escape(p) for p in sorted(words()["ipo"]["places"], key=len, reverse=True))


@cache
def _venue_after() -> re.Pattern[str]:
    return re.compile(rf"\s*(?:publicly |shares |its shares )?(?:in|on|at)\s+(?:the )?({_places()})")


@cache
def _market_after() -> re.Pattern[str]:
    return re.compile(rf"\s*the ({_places()})(?: [Ss]tock [Ee]xchange| stock market| bourse)?\b")


@cache
def _offering() -> re.Pattern[str]:
    nouns = "|".join(words()["ipo"]["nouns"])
    return re.compile(
        rf"\b(?P<p1>{_places()}) (?:{nouns})\b|\b(?:{nouns}) (?:in|on|at) (?:the )?(?P<p2>{_places()})\b"
    )
