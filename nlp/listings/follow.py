"""Events that a later sentence, answer or list of bullets goes on with: "The companies are A, B and C"."""

import re
from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import replace

from spacy.tokens import Doc, Token
from spacy.tokens import Span as SpacySpan

from db.records import Action, Block, BlockKind, Modality, Standing
from nlp.extensions import text_of, tokens_at
from nlp.listings.finder import EventFinder
from nlp.listings.groups import DESCRIBING, Target, group_nouns, number_of
from nlp.listings.nouns import Event

NOUN = r"(?:compan(?:y|ies)|firms?|entit(?:y|ies)|groups?|organi[sz]ations?|names?|newcomers?|additions?|businesses|parties|ones|affiliates|chipmakers|suppliers|units)"
ADDED = r"(?:added|blacklisted|listed|named|designated|targeted|hit|affected|sanctioned|placed(?: on \w+(?: \w+){0,4})?)"
REMOVED = r"(?:cleared|removed|delisted|dropped|taken off|struck off|freed)"
OPENINGS = (
    # "The companies are ...", "Those blacklisted include ...", "These are ..."
    re.compile(rf"^\W*(?:(?:Besides|Apart from|In addition to|As well as)\s[^,;:]+,\s+)?(?:The|These|Those|They|All|Other)\s+(?:[\w-]+\s+){{0,2}}?(?:{NOUN}\s+)?(?:(?P<add>{ADDED})\s+|(?P<remove>{REMOVED})\s+)?(?:notably |also )?(?:are|were|include|included)\b", re.I),
    # "Among those cleared are ...", "Among the other firms in Monday's notice are ..."
    re.compile(rf"^\W*Among\s+(?:the|those|them)\b(?:\s+(?!are\b|is\b|were\b|was\b)(?:(?P<add>{ADDED})|(?P<remove>{REMOVED})|[^\s.?!]+))*\s+(?:are|is|were|was)\b", re.I),
)  # fmt: skip
NAMING = re.compile(
    rf"^\W*(?:(?:these|those|they|among|besides|apart|in|as|all)\b|.*\b(?:{NOUN}|{ADDED}|{REMOVED}|others?|rest|remaining|two|three|four|five|six|seven|eight|nine|ten|\d+)\b)",
    re.I | re.S,
)
WAS_AMONG = re.compile(
    r"\b(?:was|is|were|are)\s+(?:also\s+)?(?:among|one of|part of)\s+(?:the|those|them)\b\s*(?P<count>[\w-]+)?(?P<rest>[^.;]*)",
    re.I,
)
ON_BOTH = re.compile(r"\b(?:is|are|was|were)\s+(?:now\s+)?on\s+both\b", re.I)
QUESTION = re.compile(
    rf"^\W*(?:which|what|who)\b.*\b{NOUN}\b.*\?\W*$|^\W*who (?:is|was) on (?:it|the list)\b.*\?\W*$",
    re.I | re.S,
)
INTRO_ADD = re.compile(rf"\b(?:{ADDED}|additions?|newly added|new entries)\b", re.I)
INTRO_REMOVE = re.compile(rf"\b(?:{REMOVED}|removals?|deletions?)\b", re.I)
INTRO_BACK = re.compile(
    rf"^\W*(?:The|They|These|Those)\b(?:(?!\b(?:may|must|will|can|cannot|should)\b).)*(?:{NOUN}|\bare|\binclude|that matter\b).*$",
    re.I | re.S,
)
REACH = 900  # characters between an event and the sentence that goes on with it
LABEL = re.compile(r"[A-Z][\w&'’ -]{1,30}:\s+(?=\S)")
BULLET = re.compile(r"^\s*(?:[-*•●▪–·]|\(?\d{1,3}[.)])\s*")


class Follower:
    """Adds to the events of a text those that lean on an earlier one."""

    def __init__(self, doc: Doc, finder: EventFinder, events: list[Event]) -> None:
        self.doc, self.finder, self.targets = doc, finder, finder.targets
        self.events = events
        self.bare = sorted([*events, *finder.empty], key=lambda e: e.first)  # with those that name nobody yet

    def follow(self) -> list[Event]:
        """All events, in order."""
        if not self.bare:
            return self.events
        found = [*self._bullets(), *self._sentences()]
        return sorted([*self.events, *found], key=lambda e: e.first)

    def _last(
        self, position: int, action: Action | None = None, reach: int = REACH, *, current: bool = False
    ) -> Event | None:
        """The addition or removal told last before `position`; with `current`, not one of old."""
        for event in reversed(self.bare):
            if current and event.standing is not Standing.CURRENT:
                continue
            start = self.doc[event.first].idx
            if start >= position or position - start > reach:
                continue
            if event.action in (Action.ADD, Action.REMOVE, Action.THREATEN) and action in (
                None,
                event.action,
            ):
                return event
        return None

    def _sentences(self) -> Iterator[Event]:
        asked = False
        taken = sorted({i for e in self.events for i in range(e.first, e.last + 1)})
        begin = self.doc[self.bare[0].first].sent.start  # nothing to go on with before
        for sent in self.doc[begin:].sents:
            text = text_of(self.doc)[sent.start_char : sent.end_char]
            at = bisect_left(taken, sent.start)
            if at < len(taken) and taken[at] < sent.end and not asked and not WAS_AMONG.search(text):
                event = self._opening(sent, text)  # "They include A and B, which was put on another list"
                if event is not None and all(t.last < taken[at] for t in event.targets):
                    yield event
                continue
            if QUESTION.match(text):
                asked = True
                continue
            if asked and text.strip():
                asked = False
                event = self._answer(sent)
                if event is not None:
                    yield event
                    continue
            event = self._opening(sent, text) or self._among(sent, text) or self._counted(sent)
            if event is not None:
                yield event
            yield from self._both(sent, text)

    def _opening(self, sent: SpacySpan, text: str) -> Event | None:
        for pattern in OPENINGS:
            match = pattern.match(text)
            if match is None:
                continue
            wanted = Action.REMOVE if match.group("remove") else Action.ADD if match.group("add") else None
            if wanted is None and not NAMING.match(match.group()):
                continue  # "The cases are A v. B"
            event = self._last(sent.start_char, wanted)
            after = tokens_at(self.doc, sent.start_char + match.end(), sent.end_char)
            if event is None or after is None or (event.action is Action.THREATEN and wanted is not None):
                continue
            chain = self._chain_at(after.start, sent.end)
            if chain:
                return self._copy(event, sent.start, after.start - 1, chain, "continued")
        return None

    def _counted(self, sent: SpacySpan) -> Event | None:
        """ "Two design chips: A and B", "The drone firms, A and B, are barred": names of a group just told.

        There must be as many names as the sentence or the group says.
        """
        event = self._last(sent.start_char, None, REACH // 3)
        if event is None or event.action not in (Action.ADD, Action.REMOVE) or len(sent) < 4:
            return None
        first = next((t for t in sent if not t.is_space and not t.is_punct), sent[0])
        count = number_of(first)
        if first.lower_ in {"the", "these", "those"} and first.i + 2 < sent.end:
            named = self._the_two(first, event, sent)
            if named:
                return self._copy(event, first.i, first.i + 2, named, "counted")
        mark = next((t for t in sent[:14] if t.text == ("," if count is None else ":")), None)
        if mark is None:
            return None
        names = [t for t in self._chain_at(mark.i + 1, sent.end) if t.count is None]
        counts = {t.count for t in event.targets if t.count is not None}
        if count is None:
            noun = mark.nbor(-1)
            plural = first.lower_ in {"the", "these", "those"} and noun.tag_ == "NNS"
            if not plural or noun.lemma_.lower() not in group_nouns() or len(names) not in counts:
                return None
        elif len(names) != count or not any(c >= count for c in counts):
            return None
        return self._copy(event, first.i, mark.i, names, "counted") if len(names) > 1 else None

    def _the_two(self, first: Token, event: Event, sent: SpacySpan) -> list[Target]:
        """ "The two, A and B, bought tools": as many names, right after a number that the act's sentence tells."""
        word = first.nbor(1)
        count = number_of(word)
        if count is None or count < 2 or first.nbor(2).text != ",":
            return []
        told = {t.lower_ for t in self.doc[event.first].sent} & {word.lower_, str(count)}
        names = [t for t in self._chain_at(first.i + 3, sent.end) if t.count is None]
        return names if told and len(names) == count else []

    def _chain_at(self, first: int, last: int) -> list[Target]:
        """The coordination that begins at once: nothing but describing words before its first name."""
        chain = self.targets.chain(first, last)
        if not chain or not all(
            t.pos_ in DESCRIBING or t.text in '“":,-' or t.is_space for t in self.doc[first : chain[0].first]
        ):
            return []
        return chain

    def _among(self, sent: SpacySpan, text: str) -> Event | None:
        """ "Luming was among the 18"."""
        match = WAS_AMONG.search(text)
        if match is None:
            return None
        verb = tokens_at(self.doc, sent.start_char + match.start(), sent.start_char + match.start() + 2)
        if verb is None:
            return None
        subject = next((c for c in verb[0].children if c.dep_ in {"nsubj", "nsubjpass"}), None)
        if subject is None:
            return None
        chain = [t for t in self.finder.clauses.of_phrase(subject, verb[0].i) if t.count is None]
        word = match.group("count") or ""
        tokens = (
            tokens_at(self.doc, sent.start_char + match.start("count"), sent.start_char + match.end("count"))
            if word
            else None
        )
        count = number_of(tokens[0]) if tokens is not None else None
        event = None
        if count is not None:
            same = [e for e in self.bare if any(t.count == count for t in e.targets) and e.first < sent.start]
            event = same[-1] if same else None
        elif re.search(rf"\b(?:{ADDED}|{REMOVED})\b", match.group("rest") + " " + word, re.I) or not word:
            event = self._last(sent.start_char)
        if event is None or not chain:
            return None
        return self._copy(event, verb[0].i, verb[0].i, chain, "among")

    def _both(self, sent: SpacySpan, text: str) -> Iterator[Event]:
        """ "Tarrant is on both": the two lists named last."""
        match = ON_BOTH.search(text)
        if match is None:
            return
        verb = tokens_at(self.doc, sent.start_char + match.start(), sent.start_char + match.start() + 2)
        lists: list[Event] = []
        for event in reversed(self.bare):
            if (
                self.doc[event.first].idx < sent.start_char
                and event.action is Action.ADD
                and event.list not in {e.list for e in lists}
            ):
                lists.append(event)
        if verb is None or len(lists) < 2:
            return
        subject = next((c for c in verb[0].children if c.dep_ == "nsubj"), None)
        chain = self.finder.clauses.of_phrase(subject, verb[0].i) if subject is not None else []
        if chain:
            for event in lists[:2]:
                yield self._copy(event, verb[0].i, verb[0].i, chain, "on-both")

    def _answer(self, sent: SpacySpan) -> Event | None:
        """ "Which companies are on it? A, B and C."."""
        event = self._last(sent.start_char, Action.ADD, 4 * REACH)
        chain = self._chain_at(sent.start, sent.end)
        if (
            event is None
            or event.modality is not Modality.ASSERTED
            or not chain
            or chain[0].first > sent.start + 4
        ):
            return None
        if any(t.pos_ in {"VERB", "AUX"} and t.dep_ == "ROOT" and t.i < chain[-1].first for t in sent):
            return None
        return self._copy(event, sent.start, sent.start, chain, "answer")

    # -- bullets

    def _bullets(self) -> Iterator[Event]:
        intro: Block | None = None
        run: Event | None = None
        for block in self.doc._.blocks:
            if block.kind is BlockKind.FURNITURE:
                continue
            if block.kind is not BlockKind.LIST_ITEM:
                intro, run = block, None
                continue
            if run is None and intro is not None:
                run = self._intro(intro)
                if run is None:
                    intro = None
            if run is not None:
                target = self._bullet(block)
                if target is not None:
                    yield self._copy(run, target.first, target.last, [target], "bullet")

    def _intro(self, block: Block) -> Event | None:
        """The event that the bullets after `block` go on with."""
        text = text_of(self.doc)[block.start : block.end].rstrip()
        line = re.split(r"(?<=[.!?])\s+", text)[-1]
        if len(text) > 600 and not text.rstrip().endswith(":"):
            return None
        own = [e for e in self.bare if block.start <= self.doc[e.first].idx < block.end]
        if (
            own
            and own[-1].first
            < self.doc.char_span(block.end - len(line), block.end, alignment_mode="expand").start
            and not INTRO_BACK.match(line)
        ):
            own = []
        if own:
            return own[-1] if text.rstrip().endswith(":") or "following" in text else None
        if not text.rstrip().endswith(":") and len(text) > 80:
            return None
        wanted = None
        if INTRO_REMOVE.search(line):
            wanted = Action.REMOVE
        elif INTRO_ADD.search(line):
            wanted = Action.ADD
        elif not INTRO_BACK.match(line):
            return None
        if wanted is None and (heading := self._heading(block)):
            wanted = Action.REMOVE if INTRO_REMOVE.search(heading) else None
            wanted = wanted or (Action.ADD if INTRO_ADD.search(heading) else None)
        event = self._last(block.end, wanted, 3 * REACH)
        if event is None and wanted:
            event = self._last(block.end, None, 3 * REACH, current=True)
        if event is None or event.modality is not Modality.ASSERTED:
            return None
        return replace(event, action=wanted) if wanted is not None else event

    def _heading(self, block: Block) -> str | None:
        """The heading that `block` stands under."""
        heading = None
        for other in self.doc._.blocks:
            if other.start >= block.start:
                break
            if other.kind is BlockKind.HEADING:
                heading = text_of(self.doc)[other.start : other.end]
        return heading

    def _bullet(self, block: Block) -> Target | None:
        """The party of one bullet: its first name, its count, or else its own words when they look like a name."""
        text = text_of(self.doc)[block.start : block.end]
        mark = BULLET.match(text)
        start = block.start + (mark.end() if mark else 0)
        tokens = tokens_at(self.doc, start, block.end)
        if tokens is None:
            return None
        label = LABEL.match(text_of(self.doc), start, block.end)
        if label is not None and (labelled := tokens_at(self.doc, label.end(), block.end)) is not None:
            tokens, start = labelled, label.end()  # "Solar: Haosen Polysilicon Co."
        for target in self.targets.between(tokens.start, tokens.end):
            if target.first <= tokens.start + 2 and not self.targets.possessor(target):
                return target
            break
        name = re.split(r"\s*[(（,;:–—]|\s-\s", text_of(self.doc)[start : block.end])[0].strip(" .")
        words = name.split()
        if (
            not words
            or len(words) > 9
            or not all(
                w[0].isupper() or w[0].isdigit() or w in {"of", "and", "&", "the", "for"} for w in words
            )
        ):
            return None
        span = tokens_at(self.doc, start, start + len(name))
        if span is None:
            return None
        return Target(start, start + len(name), span.start, span.end - 1, None, None, True)

    def _copy(self, event: Event, first: int, last: int, targets: list[Target], rule: str) -> Event:
        """`event` with other parties; a bullet or answer is not its own verb, so confidence falls a little."""
        lender = event.lender if event.lender is not None else event
        return replace(
            event, first=first, last=last, targets=tuple(targets), rule=rule, confidence=0.8, lender=lender
        )
