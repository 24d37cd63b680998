"""Bans told by what is withheld: public money, government contracts, export privileges; and steps toward a list."""

import re
from collections.abc import Iterator
from dataclasses import replace
from functools import cache

from spacy.tokens import Token

from db.records import Action, Standing
from nlp.extensions import text_of, tokens_at
from nlp.listings.finder import EventFinder
from nlp.listings.groups import DESCRIBING, Target
from nlp.listings.lists import ListRef, authority_at, cues
from nlp.listings.nouns import Event
from nlp.listings.parties import unique
from nlp.listings.stance import Stance, modal_stance, stance_of

LEAD = 6  # tokens from "from" to the first party


class WithheldFinder:
    """What one document says is kept from somebody by law or order."""

    def __init__(self, finder: EventFinder) -> None:
        self.doc, self.finder, self.targets = finder.doc, finder, finder.targets

    def find(self) -> Iterator[Event]:
        """The events, sort by sort."""
        text = text_of(self.doc)
        for match in _money().finditer(text):
            yield from self._money(match)
        for match in _privileges().finditer(text):
            yield from self._privileges(match)
        for ref in self.finder.refs:
            yield from self._step(ref)

    def _money(self, match: re.Match[str]) -> Iterator[Event]:
        """ "a bill that would keep federal money away from five firms, A and B among them"."""
        cue = tokens_at(self.doc, *match.span())
        if cue is None or authority_at(self.doc, cue[0].idx) == "china" or _asked(cue[0]):
            return
        verb, last = cue[0], cue[-1]
        targets = self.targets.chain(last.i + 1, verb.sent.end)
        lead = self.doc[last.i + 1 : targets[0].first] if targets else ()
        stance = modal_stance(verb, Action.ADD)
        if stance_of(verb, Action.ADD).action is None:
            return
        if (
            not targets
            or len(lead) > LEAD
            or any(t.pos_ not in DESCRIBING for t in lead)
            or not stance.action
        ):
            return
        targets = unique([*targets, *self.finder.members(targets, verb, targets[-1].last)])
        yield self._event(cue[0].i, last.i, "ndaa-ban", targets, stance, "money-ban")

    def _privileges(self, match: re.Match[str]) -> Iterator[Event]:
        """ "an order denying X export privileges", "denied X its export privileges"."""
        cue = tokens_at(self.doc, *match.span())
        if cue is None or _asked(cue[0]):
            return
        verb = cue[0]
        targets = [t for t in self.targets.between(verb.i + 1, cue[-1].i) if t.mention is not None]
        lead = self.doc[verb.i + 1 : targets[0].first] if targets else ()
        stance = stance_of(verb, Action.ADD)
        if verb.tag_ == "VBG" and verb.dep_ == "acl" and verb.head.lemma_ == "order":
            stance = (
                stance_of(verb.head.head, Action.ADD) if verb.head.head.pos_ == "VERB" else Stance(Action.ADD)
            )
        if targets and all(t.pos_ in DESCRIBING for t in lead) and stance.action is not None:
            yield self._event(verb.i, cue[-1].i, "denied-persons", targets, stance, "privileges")

    def _step(self, ref: ListRef) -> Iterator[Event]:
        """ "examines whether X broke the law, a first step toward its list": who is examined is threatened."""
        i = ref.first - 1
        sent = self.doc[ref.first].sent
        while i > sent.start and self.doc[i].pos_ in DESCRIBING:
            i -= 1
        noun = self.doc[i - 1] if i > sent.start else None
        if noun is None or self.doc[i].lower_ not in {"to", "toward", "towards"}:
            return
        if noun.lemma_.lower() not in cues()["threat"]["steps"] or any(
            c.dep_ == "neg" for c in noun.children
        ):
            return
        mark = next((t for t in self.doc[sent.start : noun.i] if t.lower_ in {"whether", "if"}), None)
        named = [t for t in self.targets.between(sent.start, noun.i) if t.mention is not None]
        if mark is not None:
            named = [t for t in named if t.first > mark.i]
        first = named[:1] if named and not self.targets.possessor(named[0]) else []
        if (
            mark is None
            or not first
            or any(t.pos_ not in DESCRIBING for t in self.doc[mark.i + 1 : first[0].first])
        ):
            return
        stance = Stance(Action.THREATEN, cue=noun.text)
        yield replace(
            self._event(noun.i, noun.i, ref.list, first, stance, "step-toward"),
            list_span=(ref.start, ref.end),
            inferred=ref.inferred,
        )

    def _event(
        self, first: int, last: int, listed: str, targets: list[Target], stance: Stance, rule: str
    ) -> Event:
        assert stance.action is not None
        return Event(
            stance.action, listed, True, None, first, last, tuple(targets),
            stance.modality, stance.standing or Standing.CURRENT, stance.cue, rule, 0.75,
        )  # fmt: skip


def _asked(token: Token) -> bool:
    return token.sent.text.rstrip().endswith("?")


@cache
def _money() -> re.Pattern[str]:
    ban = cues()["ban"]
    return re.compile(
        rf"\b(?:keep(?:s|ing)?|kept|withh[eo]ld(?:s|ing)?|bar(?:s|red|ring)?|ban(?:s|ned|ning)?|block(?:s|ed|ing)?|stop(?:s|ped|ping)?|prohibit(?:s|ed|ing)?|steer(?:s|ed|ing)?|cut(?:s|ting)? off) "
        rf"(?:any |all |the |most )?{ban['funds']}(?: away)? from (?:(?:going|flowing|being (?:paid|given|spent)|reaching)(?: to| on)? )?",
        re.I,
    )


@cache
def _privileges() -> re.Pattern[str]:
    return re.compile(
        r"\b(?:deny|denies|denied|denying|strip|strips|stripped|stripping) (?!all\b|the\b)[^.;:]{2,80}? (?:of )?(?:its |their |all |any )?export(?:ing)? privileges\b",
        re.I,
    )
