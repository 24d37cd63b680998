"""Listings that name no list: procurement and investment bans, denial orders, licences, suits against a listing."""

import re
from collections.abc import Iterator
from dataclasses import replace
from functools import cache

from spacy.attrs import LEMMA
from spacy.tokens import Span as SpacySpan
from spacy.tokens import Token

from db.listregistry import LICENCE
from db.records import Action, Modality, Standing
from nlp.extensions import text_of, tokens_at
from nlp.listings.bans import BanFinder, ban_words
from nlp.listings.groups import Target
from nlp.listings.lists import ListRef, authority_at, cues
from nlp.listings.nouns import Event
from nlp.listings.stance import Stance, stance_of
from nlp.wordids import ids, places

PRIVILEGES = re.compile(
    r"\b(?:suspending|denying|suspends|denies|to (?:suspend|deny)) (?:all |the )?export privileges of\b", re.I
)
IMPOSE = frozenset({"impose", "issue", "place", "slap", "put"})
FROM_WHOM = frozenset({"from", "granted", "issued", "given"})
LICENCE_BACK = 500  # characters back to where the text told of "a licence to export"
MEASURES = re.compile(r"\b(?:measures|restrictions|curbs)\b(?=[^.]{0,60}\b(?:on|against)\b)", re.I)
LIFT = frozenset({"lift", "lifting", "end", "revoke", "terminate", "remove", "withdraw"})


class SpecialFinder(BanFinder):
    """The listings of one document that no list name anchors."""

    def find(self) -> list[Event]:
        found: list[Event] = []
        whole = text_of(self.doc)
        bans = [match.start() for match in ban_words().finditer(whole)]
        licences = places(self.doc, LEMMA, _licence_nouns()) if bool(_licence_context().search(whole)) else []
        suits = places(self.doc, LEMMA, _suing()) if self.finder.refs else []
        starts = {self.doc.char_span(at, at + 1, alignment_mode="expand").sent.start for at in bans}
        sanctions = places(self.doc, LEMMA, _sanction())
        measures = {
            self.doc.char_span(m.start(), m.start() + 1, alignment_mode="expand").sent.start
            for m in MEASURES.finditer(whole)
        }
        starts |= measures
        starts |= {self.doc[i].sent.start for i in (*licences, *suits, *sanctions)}
        for start in sorted(starts):
            sent = self.doc[start].sent
            text = whole[sent.start_char : sent.end_char]
            found += self._procurement(sent, text)
            found += self._contracts(sent, text)
            found += self._investment(sent, text)
            found += self._licences(sent, text)
            found += self._challenges(sent)
            found += self._sanctioned(sent)
            found += self._measures(sent) if sent.start in measures else ()
        for ref in self.finder.refs:
            if ref.list == "denied-persons" and not ref.anaphor:
                found += self._denial(ref)
        return found

    def _licences(self, sent: SpacySpan, text: str) -> Iterator[Event]:
        """ "handed X a licence to ship", "X received an export licence", "the licence for X was renewed"."""
        table = cues()["licence"]
        before = text_of(self.doc)[max(0, sent.start_char - LICENCE_BACK) : sent.start_char]
        if not _licence_context().search(text) and not _own_licence(text, before):
            return
        for noun in sent:
            if noun.lemma_.lower() not in table["nouns"] or noun.pos_ not in {"NOUN", "PROPN"}:
                continue
            verb = noun.head
            if noun.dep_ == "pobj":
                yield from self._licensed(noun)
                continue
            if noun.dep_ == "appos":  # "handed X, the chip designer, a licence"
                verb = next((t for t in noun.ancestors if t.pos_ == "VERB"), verb)
            lemma = verb.lemma_.lower()
            if verb.pos_ != "VERB":
                continue
            if lemma in table["extend"] and noun.dep_ in {"dobj", "nsubjpass"}:
                stance = stance_of(verb, Action.EXTEND)
                targets = [
                    t
                    for t in self.targets.between(noun.i + 1, noun.right_edge.i + 1)
                    if t.mention is not None
                ][:1]
            elif lemma in table["get"] and noun.dep_ == "dobj":
                stance = stance_of(verb, Action.LICENSE)
                targets = self.finder.clauses.subject(verb)
            elif lemma in table["grant"]:
                stance = stance_of(verb, Action.LICENSE)
                if any(c.dep_ == "nsubjpass" for c in verb.children):
                    targets = (
                        self.finder.clauses.subject(verb)
                        if noun.dep_ in {"dobj", "oprd", "attr"}
                        else self._to(noun.i, sent)
                    )
                else:
                    targets = (
                        self.targets.chain(verb.i + 1, noun.i)[:1]
                        or self._to(noun.i, sent)
                        or self._allowed(noun)
                    )
            else:
                continue
            if stance.action is not None and targets:
                yield self._make(
                    verb.i,
                    verb.i,
                    LICENCE,
                    targets,
                    stance,
                    "licence",
                    (noun.idx, noun.idx + len(noun)),
                    False,
                )

    def _licensed(self, noun: Token) -> Iterator[Event]:
        """ "runs a plant under an annual waiver from the Commerce Department": it has one."""
        after = self.doc[noun.i + 1 : noun.i + 4]
        if noun.head.lower_ not in {"under", "with"} or not any(t.lower_ in FROM_WHOM for t in after[:2]):
            return
        verb = next((t for t in noun.head.ancestors if t.pos_ == "VERB"), None)
        if verb is None or any(c.dep_ == "neg" for c in (*verb.children, *noun.children)):
            return
        if any(t.lower_ in {"no", "without"} for t in noun.lefts):
            return
        targets = [t for t in self.finder.clauses.subject(verb) if t.mention is not None]
        stance = stance_of(verb, Action.LICENSE)
        if targets and stance.action is not None:
            stance = replace(stance, standing=Standing.RECALLED)
            span = (noun.idx, noun.idx + len(noun))
            yield self._make(noun.i, noun.i, LICENCE, targets[:1], stance, "licence-held", span, False)

    def _allowed(self, noun: Token) -> list[Target]:
        """ "issued a licence, valid through March, that allows X to service pumps"."""
        for verb in noun.children:
            if verb.dep_ in {"relcl", "acl"} and verb.lemma_.lower() in {
                "allow",
                "let",
                "permit",
                "authorise",
                "authorize",
            }:
                chain = self.targets.chain(verb.i + 1, verb.sent.end)
                return chain[:1] if chain and chain[0].first - verb.i <= 4 else []
        return []

    def _to(self, noun: int, sent: SpacySpan) -> list[Target]:
        """Whom a licence is granted to."""
        for token in self.doc[noun + 1 : min(noun + 4, sent.end)]:
            if token.lower_ in {"to", "for"}:
                chain = self.targets.chain(token.i + 1, sent.end)
                return chain if chain and chain[0].first - token.i <= 5 else []
        return []

    def _challenges(self, sent: SpacySpan) -> Iterator[Event]:
        """ "is suing over the designation", "challenged its listing in court"."""
        table = cues()["challenge"]
        for verb in sent:
            if verb.pos_ != "VERB" or verb.lemma_.lower() not in table["verbs"]:
                continue
            focus = self.finder.focus(verb, own=True)
            if focus is None or not any(
                t.lemma_.lower() in table["objects"]
                for t in self.doc[verb.i + 1 : min(verb.i + 10, sent.end)]
            ):
                continue
            stance = stance_of(verb, Action.CHALLENGE)
            targets = [t for t in self.finder.clauses.subject(verb) if t.mention is not None]
            if stance.action is not None and targets:
                span = (focus.start, focus.end) if sent.start <= focus.first < sent.end else None
                yield self._make(
                    verb.i, verb.i, focus.list, targets, stance, "challenge", span, focus.inferred
                )

    def _sanctioned(self, sent: SpacySpan) -> Iterator[Event]:
        """ "the refiner X, sanctioned in March", "the Treasury sanctioned X": only of bodies with one list of that kind."""
        for verb in sent:
            if verb.lemma_.lower() != "sanction" or verb.pos_ != "VERB" or verb.dep_ == "amod":
                continue
            listed = cues()["sanctions"]["by"].get(authority_at(self.doc, verb.idx))
            stance = stance_of(verb, Action.ADD)
            targets = self.finder.targets_of(verb, None, None) if listed is not None else []
            if stance.action is not None and targets:
                yield self._make(verb.i, verb.i, listed, targets, stance, "sanctioned")

    def _denial(self, ref: ListRef) -> Iterator[Event]:
        """ "imposed a denial order on X", "the lifting of the denial order that has crippled X since April"."""
        root = self.doc[ref.first : ref.last + 1].root
        head: Token = root.head.head if root.dep_ == "pobj" and root.head.lower_ == "of" else root.head
        near = [
            t
            for t in self.targets.between(ref.last + 1, min(ref.last + 12, root.sent.end))
            if t.mention is not None
        ][:1]
        nxt = self.doc[ref.last + 1].lower_ if ref.last + 1 < len(self.doc) else ""
        yield from self._privileges(ref, head)
        yield from self._subject_to(ref)
        if head.lemma_.lower() in cues()["licence"]["extend"] and near and nxt in {"on", "against", "for"}:
            stance = stance_of(head, Action.EXTEND)
            if stance.action is not None:
                yield self._make(
                    head.i, head.i, ref.list, near, stance, "denial-order", (ref.start, ref.end), False
                )
            return
        if not near or nxt not in {"on", "against", "that", "which", "imposed", "for", "over"}:
            return
        lemma = head.lemma_.lower()
        if nxt in {"that", "which", "imposed"} or lemma in IMPOSE:
            past = Standing.RECALLED if nxt != "on" else Standing.CURRENT
            cue = ref.last + 1 if nxt in {"that", "which", "imposed"} else head.i
            stance = (
                replace(stance_of(head, Action.ADD), standing=past)
                if lemma in IMPOSE
                else Stance(Action.ADD, standing=past)
            )
            if stance.action is not None:
                yield self._make(
                    cue, cue, ref.list, near, stance, "denial-order", (ref.start, ref.end), False
                )
        if lemma in LIFT:
            done = head.pos_ == "VERB" and head.tag_ in {"VBD", "VBN"}
            stance = stance_of(head, Action.REMOVE) if done else Stance(Action.REMOVE, Modality.PLANNED)
            if stance.action is not None:
                yield self._make(
                    head.i, head.i, ref.list, near, stance, "denial-order-lifted", (ref.start, ref.end), False
                )

    def _subject_to(self, ref: ListRef) -> Iterator[Event]:
        """ "X is the subject of a denial order issued today", "X is subject to one"."""
        for subject in self.doc[max(self.doc[ref.first].sent.start, ref.first - 8) : ref.first]:
            verb = subject.head
            if subject.lower_ != "subject" or verb.lemma_ not in {"be", "become", "remain"}:
                continue
            stance = stance_of(verb, Action.ADD)
            targets = [t for t in self.finder.clauses.subject(verb) if t.mention is not None]
            if stance.action is not None and targets:
                span = (ref.start, ref.end)
                yield self._make(verb.i, verb.i, ref.list, targets[:1], stance, "denial-order", span, False)

    def _privileges(self, ref: ListRef, head: Token) -> Iterator[Event]:
        """ "issued a Temporary Denial Order (TDO) suspending the export privileges of X"."""
        sent = self.doc[ref.last].sent
        match = PRIVILEGES.search(text_of(self.doc), ref.end, sent.end_char)
        if match is None or head.lemma_.lower() not in IMPOSE:
            return
        tokens = tokens_at(self.doc, match.end() - 1, match.end())
        targets = self.targets.chain(tokens[0].i + 1, sent.end) if tokens is not None else []
        stance = stance_of(head, Action.ADD)
        if (
            tokens is not None
            and targets
            and targets[0].first - tokens[0].i <= 4
            and stance.action is not None
        ):
            span = (ref.start, ref.end)
            yield self._make(head.i, head.i, ref.list, targets, stance, "denial-order", span, False)


def _own_licence(text: str, before: str) -> bool:
    """True for "its licence", "the waiver", where the text before told of one to export."""
    named = re.search(
        r"\b(?:its|their|the|that|such a|one of the) (?:\w+ )?(?:licen[cs]es?|waivers?|exemptions?)\b",
        text,
        re.I,
    )
    told = re.search(r"[^.]*\b(?:licen[cs]e|waiver|exemption)s?\b[^.]*", before, re.I)
    return named is not None and told is not None and bool(_licence_context().search(told.group()))


@cache
def _licence_nouns() -> frozenset[int]:
    return ids(cues()["licence"]["nouns"])


@cache
def _sanction() -> frozenset[int]:
    return ids(["sanction"])


@cache
def _suing() -> frozenset[int]:
    return ids(cues()["challenge"]["verbs"])


@cache
def _licence_context() -> re.Pattern[str]:
    return re.compile(r"\b(?:" + "|".join(cues()["licence"]["context"]) + r")", re.I)
