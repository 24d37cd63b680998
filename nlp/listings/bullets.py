"""Bullets after a line that introduces them: "The following were added:" with a name a line."""

import re
from collections.abc import Iterator
from dataclasses import replace

from spacy.tokens import Doc

from db.records import Action, Block, BlockKind, Modality, Standing
from nlp.extensions import text_of, tokens_at
from nlp.listings.finder import EventFinder
from nlp.listings.groups import Target
from nlp.listings.nouns import Event

NOUN = r"(?:compan(?:y|ies)|firms?|entit(?:y|ies)|groups?|organi[sz]ations?|names?|newcomers?|additions?|businesses|parties|ones|affiliates|chipmakers|suppliers|units)"
ADDED = r"(?:added|blacklisted|listed|named|designated|targeted|hit|affected|sanctioned|placed(?: on \w+(?: \w+){0,4})?)"
REMOVED = r"(?:cleared|removed|delisted|dropped|taken off|struck off|freed)"
INTRO_ADD = re.compile(rf"\b(?:{ADDED}|additions?|newly added|new entries)\b", re.I)
INTRO_REMOVE = re.compile(rf"\b(?:{REMOVED}|removals?|deletions?)\b", re.I)
INTRO_BACK = re.compile(
    rf"^\W*(?:The|They|These|Those)\b(?:(?!\b(?:may|must|will|can|cannot|should)\b).)*(?:{NOUN}|\bare|\binclude|that matter\b).*$",
    re.I | re.S,
)
IN_BOTH = re.compile(r"\b(?:in|on|under) both(?: (?:lists|rules|notices|registers|annexes))?\W*$", re.I)
REACH = 900  # characters between an event and the sentence that goes on with it
LABEL = re.compile(r"[A-Z][\w&'’ -]{1,30}:\s+(?=\S)")
BULLET = re.compile(r"^\s*(?:[-*•●▪–·]|\(?\d{1,3}[.)])\s*")


class BulletFinder:
    """Goes on with the events of a text in the bullets after them."""

    def __init__(self, doc: Doc, finder: EventFinder, events: list[Event]) -> None:
        self.doc, self.finder, self.targets = doc, finder, finder.targets
        self.events = events
        self.bare = sorted([*events, *finder.empty], key=lambda e: e.first)  # with those that name nobody yet

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

    def last_two(self, position: int) -> list[Event]:
        """The last event before `position`, and the last one on another list before it."""
        found: list[Event] = []
        for event in reversed(self.bare):
            start = self.doc[event.first].idx
            if (
                start < position
                and position - start <= REACH
                and event.action in (Action.ADD, Action.REMOVE)
                and event.modality is Modality.ASSERTED
                and event.list not in {e.list for e in found}
            ):
                found.append(event)
        return found if len(found) == 2 else []

    def _bullets(self) -> Iterator[Event]:
        intro: Block | None = None
        run: list[Event] = []
        for block in self.doc._.blocks:
            if block.kind is BlockKind.FURNITURE:
                continue
            if block.kind is not BlockKind.LIST_ITEM:
                intro, run = block, []
                continue
            if not run and intro is not None:
                run = self._intro(intro)
                if not run:
                    intro = None
            target = self._bullet(block) if run else None
            if target is not None:
                for event in run:
                    yield self._copy(event, target.first, target.last, [target], "bullet")

    def _intro(self, block: Block) -> list[Event]:
        """The events that the bullets after `block` go on with: more than one where they are "in both"."""
        line = re.split(r"(?<=[.!?])\s+", text_of(self.doc)[block.start : block.end].rstrip())[-1]
        if IN_BOTH.search(line):
            return self.last_two(block.end)
        event = self._introduced(block, line)
        return [event] if event is not None else []

    def _introduced(self, block: Block, line: str) -> Event | None:
        text = text_of(self.doc)[block.start : block.end].rstrip()
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
