"""Events that a later sentence, answer or list of bullets goes on with: "The companies are A, B and C"."""

import re
from bisect import bisect_left
from collections.abc import Iterator
from functools import cache

from spacy.tokens import Span as SpacySpan
from spacy.tokens import Token

from db.records import Action, Modality
from nlp.extensions import text_of, tokens_at, word_beside
from nlp.listings.bullets import ADDED, NOUN, REACH, REMOVED, BulletFinder
from nlp.listings.counted import MOST
from nlp.listings.groups import DESCRIBING, Target, counts, group_nouns, number_in, number_of
from nlp.listings.lists import cues
from nlp.listings.nouns import Event

OPENINGS = (
    # "The companies are ...", "Those blacklisted include ...", "These are ..."
    re.compile(
        rf"^\W*(?:(?:Besides|Apart from|In addition to|As well as)\s[^,;:]+,\s+)?(?:The|These|Those|They|All|Other)\s+(?:[\w-]+\s+){{0,2}}?(?:{NOUN}\s+)?(?:(?P<add>{ADDED})\s+|(?P<remove>{REMOVED})\s+)?(?:notably |also )?(?:are|were|include|included)\b",
        re.I,
    ),
    # "Among those cleared are ...", "Among the other firms in Monday's notice are ..."
    re.compile(
        rf"^\W*Among\s+(?:the|those|them)\b(?:\s+(?!are\b|is\b|were\b|was\b)(?:(?P<add>{ADDED})|(?P<remove>{REMOVED})|[^\s.?!]+))*\s+(?:are|is|were|was)\b",
        re.I,
    ),
    # "Named in the notice are ...", "Also listed were ..."
    re.compile(
        rf"^\W*(?:Also |Newly |Likewise )?(?:(?P<add>{ADDED})|(?P<remove>{REMOVED}))(?:,? (?:too|as well|also))?(?P<where> (?:in|by|on|under) (?:(?!is\b|are\b|was\b|were\b)[^\s,.:;]+ ?){{1,5}})?\s*(?:are|is|were|was)\b(?! not)",
        re.I,
    ),
)
# "One of them, Haosen Tech, ...", "The largest of the 12 is Haosen Tech"
ONE_OF = re.compile(
    r"^\W*(?:One|Another|Two|Three|(?:A|The) (?:first|second|third|largest|biggest|smallest|best[- ]known|other)) of (?:them|those|these|the (?P<count>[\w-]+)(?: (?!is\b|are\b|was\b|were\b)[\w.-]+){0,3})(?:, | is | was | are | were | — )",
    re.I,
)
# "X was put on it on Monday; the others are Y and Z"
OTHERS = re.compile(
    rf"[;:—–,]\s+(?:and )?the (?:other|others|other (?:\w+|{NOUN}|\w+ {NOUN})) (?:are|is|were|was|being)\s", re.I
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


DAY = re.compile(
    r"(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day\b|\b\d{1,2}\b|\bthis (?:week|month)\b|\bsame (?:day|time)\b"
)


@cache
def _act_nouns() -> frozenset[str]:
    """What an act on a list is published as: a notice, a rule, the list itself."""
    return frozenset(
        {*cues()["notices"]["nouns"], "list", "blacklist", "listing", "document", "register", "statement"}
    )


class Follower(BulletFinder):
    """Adds to the events of a text those that lean on an earlier one."""

    def follow(self) -> list[Event]:
        """All events, in order."""
        if not self.bare:
            return self.events
        found = [*self._bullets(), *self._sentences()]
        return sorted([*self.events, *found], key=lambda e: e.first)

    def _sentences(self) -> Iterator[Event]:
        asked = False
        taken = sorted({i for e in self.events for i in range(e.first, e.last + 1)})
        begin = self.doc[self.bare[0].first].sent.start  # nothing to go on with before
        for sent in self.doc[begin:].sents:
            text = text_of(self.doc)[sent.start_char : sent.end_char]
            at = bisect_left(taken, sent.start)
            if at < len(taken) and taken[at] < sent.end and not asked and not WAS_AMONG.search(text):
                # "They include A and B, which was put on another list"
                event = self._opening(sent, text) or self._one_of(sent, text)
                if event is not None and all(t.last < taken[at] for t in event.targets):
                    yield event
                yield from self._others(sent, text)
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
            event = (
                self._opening(sent, text)
                or self._one_of(sent, text)
                or self._among(sent, text)
                or self._counted(sent)
            )
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
            after = tokens_at(self.doc, sent.start_char + match.end(), sent.end_char)
            chain = self._chain_at(after.start, sent.end) if after is not None else []
            event = self._meant(match.group(), sent.start_char, wanted, len(chain))
            if event is None or after is None or (event.action is Action.THREATEN and wanted is not None):
                continue
            if not self._of_the_act(sent, match.groupdict().get("where") or ""):
                continue
            if chain:
                return self._copy(event, sent.start, after.start - 1, chain, "continued")
        return None

    def _of_the_act(self, sent: SpacySpan, where: str) -> bool:
        """False for "Named in the lawsuit are", "Among the customers of the 14 are"."""
        if where:
            words = {w.strip("’'s").lower() for w in where.split()} | set(where.lower().split())
            return bool(words & _act_nouns()) or bool(DAY.search(where))
        first = next((t for t in sent if not t.is_space and not t.is_punct), sent[0])
        whom = (
            next((c for c in first.children if c.dep_ == "pobj"), None) if first.lower_ == "among" else None
        )
        if whom is None or number_of(whom) is not None or whom.lower_ in {"those", "them"}:
            return True
        if any(c.dep_ == "poss" or c.lower_ in {"of", "to", "for"} for c in whom.children):
            return False
        return counts(whom, group_nouns()) or whom.lemma_.lower() in _act_nouns() | {"target", "beneficiary"}

    def _meant(self, words: str, position: int, wanted: Action | None, names: int) -> Event | None:
        """The event that `words` go on with: that of as many parties as they count, else the last one."""
        told = {n for word in words.lower().split()[:8] if (n := number_in(word.strip(",.:"))) is not None}
        told = {n for n in told if 1 < n < MOST}
        if not told:
            return self._last(position, wanted)
        same = [e for e in self.bare if e.first < len(self.doc) and self.doc[e.first].idx < position]
        same = [e for e in same if any(t.count in told for t in e.targets) and wanted in (None, e.action)]
        if same:
            return same[-1]
        last = self._last(position, wanted)
        if last is None or (any(t.count is not None for t in last.targets) and names not in told):
            return None  # of another group than the one that was counted
        return last

    def _one_of(self, sent: SpacySpan, text: str) -> Event | None:
        """ "One of them, X, makes lasers", "The largest of the 12 is X": of the group told right before."""
        match = ONE_OF.match(text)
        if match is None:
            return None
        word = match.group("count")
        count = number_in(word.lower()) if word else None
        event = self._meant(word or "", sent.start_char, None, 0) if count else None
        if event is None and not count:
            event = self._last(sent.start_char, None, REACH // 3)
            if event is None or not any(t.count is not None for t in event.targets):
                return None
        after = tokens_at(self.doc, sent.start_char + match.end() - 1, sent.end_char)
        chain = [t for t in self._chain_at(after.start, sent.end) if t.mention] if after is not None else []
        if event is None or not chain or event.modality is not Modality.ASSERTED:
            return None
        return self._copy(event, sent.start, chain[0].first - 1, chain, "one-of")

    def _others(self, sent: SpacySpan, text: str) -> Iterator[Event]:
        """ "X was put on it on Monday; the others are Y and Z"."""
        match = OTHERS.search(text)
        if match is None:
            return
        event = self._last(sent.start_char + match.start(), None, REACH // 3)
        after = tokens_at(self.doc, sent.start_char + match.end(), sent.end_char)
        chain = [t for t in self._chain_at(after.start, sent.end) if t.mention] if after is not None else []
        if event is not None and chain and after is not None and self.doc[event.first].sent == sent:
            yield self._copy(event, after.start - 1, after.start - 1, chain, "others")

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
        mark = next((t for t in sent[1:14] if t.text == ("," if count is None else ":")), None)
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
        if word_beside(first, 2) != ",":
            return []
        word = first.nbor(1)
        count = number_of(word)
        if count is None or count < 2:
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
