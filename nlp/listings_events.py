"""Sentences that put somebody on a list or take somebody off one: the verb, the list, the parties.

The list is the anchor: from it the preposition, from that the verb, from that the parties. Verbs that need no
list ("was blacklisted", "was added in May") take the list in focus.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from spacy.tokens import Doc, Token

from db.listregistry import UNKNOWN, packaged_lists
from db.records import Action, EntityKind, Modality, Standing
from nlp.listings_clauses import Clauses
from nlp.listings_lists import ListRef, authority_at, cues
from nlp.listings_stance import Stance, no_longer, stance_of
from nlp.listings_targets import DESCRIBING, Target, Targets

MODIFIERS = frozenset({"DET", "ADJ", "PROPN", "NOUN", "PART", "NUM", "ADV", "PRON"})
QUOTES = frozenset("\"'“”‘’")
SUBJECT_VERBS = frozenset(
    {"find", "land", "end", "go", "enter", "join", "appear", "get", "come", "leave", "exit", "fall"}
)
INVERTING = frozenset(
    {"are", "is", "were", "was", "include", "includes", "included", "contains", "contained", "names", "named"}
)
WEAK = frozenset(
    {"be", "keep", "go", "get", "find", "end", "have", "come"}
)  # too common to take a list from afar
PREPOSITIONS = frozenset({"to", "on", "onto", "in", "into", "under", "from", "off", "as"})
FOCUS = 1500  # characters after a list is named in which "was added in May" means that list


@dataclass(frozen=True, slots=True)
class Event:
    """One act on a list with everybody it touches. `first` and `last` are the tokens of the cue."""

    action: Action
    list: str
    inferred: bool
    list_span: tuple[int, int] | None
    first: int
    last: int
    targets: tuple[Target, ...]
    modality: Modality
    standing: Standing
    stance_cue: str | None
    rule: str
    confidence: float
    lender: "Event | None" = None  #: the event whose date and authority this one shares


class EventFinder:
    """The events of one document, sentence by sentence."""

    def __init__(self, doc: Doc, refs: list[ListRef], targets: Targets) -> None:
        self.doc, self.refs, self.targets = doc, refs, targets
        self.clauses = Clauses(doc, targets)
        self.verbs: set[int] = set()  # tokens already used as a trigger
        self.empty: list[Event] = []  # acts that name nobody yet: "the following entities:"

    def find(self) -> list[Event]:
        """All events, in the order of their cues."""
        events: list[Event] = []
        for ref in self.refs:
            events += self.of_list(ref)
        for token in self.doc:
            events += self.of_blacklist(token)
        for token in self.doc:
            events += self.of_bare(token)
        return sorted(events, key=lambda e: e.first)

    # -- anchored at a list

    def of_list(self, ref: ListRef) -> Iterator[Event]:
        """What is said to happen on the list that `ref` names."""
        prep = self._prep(ref)
        done = False
        if prep is not None:
            found = self._verb(ref, prep)
            if found is not None:
                verb, action = found
                event = self._event(verb, action, ref, prep)
                done = True
                if event is not None:
                    yield event
            else:
                for event in self._nominal(ref, prep):
                    done = True
                    yield event
        else:
            root = self._root(ref)
            verb = root.head
            if root.dep_ == "dobj" and verb.pos_ == "VERB":
                for kind, action in (("add", Action.ADD), ("remove", Action.REMOVE)):
                    if verb.lemma_.lower() in cues()[kind]["object"]:
                        event = self._event(verb, action, ref, None)
                        if event is not None:
                            yield event
            elif root.dep_ == "nsubj" and verb.lemma_.lower() in {
                "include",
                "name",
                "comprise",
                "feature",
                "list",
                "cover",
                "contain",
            }:
                event = self._listed_by(verb, ref)
                if event is not None:
                    yield event
            yield from self._blacklist_of(ref)
        if not done:
            yield from self._inverted(ref)
        if not done or self._which(ref) is not None:
            yield from self._relative(ref)

    def _inverted(self, ref: ListRef) -> Iterator[Event]:
        """ "Also on the list are X and Y", "Other companies on the list include X", "the list, which includes X"."""
        i = ref.last + 1
        if i + 1 < len(self.doc) and self.doc[i].text == "," and self.doc[i + 1].lower_ == "which":
            i += 2
        while i < len(self.doc) and self.doc[i].pos_ == "ADV":
            i += 1
        if i >= self.doc[ref.last].sent.end or self.doc[i].lower_ not in INVERTING:
            return
        verb = self.doc[i]
        chain = self.targets.chain(i + 1, verb.sent.end)
        if (
            not chain
            or chain[0].count is not None
            or not all(t.pos_ in DESCRIBING or t.is_punct for t in self.doc[i + 1 : chain[0].first])
        ):
            return
        stance = stance_of(verb, Action.ADD)
        if stance.action is not None:
            stance = replace(stance, standing=Standing.RECALLED)
            yield self._make(i, i, ref, [t for t in chain if t.count is None], stance, "inverted", 0.8)

    def _root(self, ref: ListRef) -> Token:
        return self.doc[ref.first : ref.last + 1].root

    def _prep(self, ref: ListRef) -> Token | None:
        """The preposition that governs the list's noun phrase."""
        i = ref.first - 1
        sent_start = self.doc[ref.first].sent.start
        steps = 0
        while i >= sent_start and steps < 12:
            token = self.doc[i]
            if (
                token.lower_ in PREPOSITIONS
                and token.pos_ in {"ADP", "SCONJ", "PART", "ADV"}
                and token.tag_ != "POS"
            ):
                return token
            if token.lower_ in {"and", "or"}:
                other = next((r for r in self.refs if r.last == i - 1 or r.last == i - 2), None)
                return self._prep(other) if other is not None else None
            if (
                token.pos_ not in MODIFIERS
                and token.text not in QUOTES
                and token.lower_ not in {"called", "so", "-"}
            ):
                return None
            i, steps = i - 1, steps + 1
        return None

    def _verb(self, ref: ListRef, prep: Token) -> tuple[Token, Action] | None:
        """The verb whose frame takes this preposition, and which way it goes."""
        word = prep.lower_
        add, remove = set(cues()["add"].get(word, ())), set(cues()["remove"].get(word, ()))
        candidates: list[Token] = []
        if prep.head.pos_ in {"VERB", "AUX"}:
            candidates.append(prep.head)
        crossed = 0
        for i in range(prep.i - 1, prep.sent.start - 1, -1):
            token = self.doc[i]
            if token.pos_ not in {"VERB", "AUX"} or token.dep_ in {"aux", "auxpass"}:
                continue
            candidates.append(token)
            crossed += token.tag_ in {"VBD", "VBZ", "VBP"}
            if crossed > 1 or len(candidates) > 4:
                break
        for token in candidates:
            lemma = token.lemma_.lower()
            if token.i > prep.i:
                continue
            if lemma in remove:
                return token, Action.REMOVE
            if lemma in add:
                if lemma in WEAK and token != prep.head:
                    continue
                return token, Action.ADD
        return None

    def _event(self, verb: Token, action: Action, ref: ListRef, prep: Token | None) -> Event | None:
        self.verbs.add(verb.i)
        lemma = verb.lemma_.lower()
        state = lemma in cues()["state"]["verbs"] and lemma != "keep"
        if state and action is Action.ADD and no_longer(verb):
            stance = Stance(Action.REMOVE)
        else:
            stance = stance_of(verb, action)
        if stance.action is None:
            return None
        if state and stance.action is Action.ADD:
            stance = replace(stance, standing=Standing.RECALLED)
        targets = self._targets(verb, prep, ref)
        targets = [t for t in targets if not self._ambiguous(t)]
        event = self._make(verb.i, verb.i, ref, targets, stance, f"verb-{'state' if state else action}", 0.9)
        if not targets:
            self.empty.append(event)
            return None
        return event

    def _make(
        self,
        first: int,
        last: int,
        ref: ListRef,
        targets: list[Target],
        stance: Stance,
        rule: str,
        confidence: float,
    ) -> Event:
        assert stance.action is not None
        return Event(
            stance.action, ref.list, ref.inferred, (ref.start, ref.end), first, last, tuple(targets),
            stance.modality, stance.standing, stance.cue, rule, confidence,
        )  # fmt: skip

    def _targets(self, verb: Token, prep: Token | None, ref: ListRef | None) -> list[Target]:
        """The parties of `verb`: its object when active, its subject when passive, then named members."""
        end = (
            prep.i
            if prep is not None and prep.i > verb.i
            else (ref.first if ref is not None and ref.first > verb.i else verb.sent.end)
        )
        found: list[Target] = []
        if not self.clauses.passive(verb) and verb.lemma_.lower() not in SUBJECT_VERBS:
            found = self.targets.chain(verb.i + 1, end)
            if not found and verb.tag_ in {"VBD", "VBN"} and prep is not None and prep.i - verb.i <= 1:
                target = self.targets.antecedent(verb.i)  # "the four firms put on its list in January"
                found = [target] if target is not None and not self.targets.possessor(target) else []
            if not found:  # "SenseTime, which the U.S. added to the list"
                which = next((c for c in verb.children if c.dep_ == "dobj" and c.tag_ in {"WDT", "WP"}), None)
                found = self.clauses.antecedent(which.i) if which is not None else []
            if not found and ref is not None:
                # heavy object after the list: "added to its Entity List the following ..."
                obj = next((c for c in verb.children if c.dep_ == "dobj" and c.i > ref.last), None)
                found = self.targets.chain(ref.last + 1, verb.sent.end) if obj is not None else []
        else:
            found = self.clauses.subject(verb)
        if not found and ref is not None:  # "Added to the list were X and Y"
            found = self._after_list(ref)
        found = self._among(found) + found
        if not found and ref is not None and not ref.inferred:
            found = self._unknown(verb)
        after = max(verb.i, ref.last if ref is not None else verb.i)
        return _unique([*found, *self.members(found, verb, after)])

    def _unknown(self, verb: Token) -> list[Target]:
        """Names that nobody recognised, as the object or passive subject of a verb with a named list."""
        wanted = {"nsubjpass"} if self.clauses.passive(verb) else {"dobj"}
        holder = (
            verb.head if verb.dep_ == "conj" and not any(c.dep_ in wanted for c in verb.children) else verb
        )
        head = next((c for c in holder.children if c.dep_ in wanted), None)
        if head is None:
            return []
        found = []
        for token in (head, *head.conjuncts):
            first = token.i
            while first > 0 and self.doc[first - 1].pos_ == "PROPN" and self.doc[first - 1].head == token:
                first -= 1
            known = [
                m
                for m in self.doc._.mentions
                if m.start < token.idx + len(token) and m.end > self.doc[first].idx
            ]
            if (
                token.pos_ != "PROPN"
                or token.ent_type_ in {"GPE", "NORP", "LOC"}
                or any(m.kind is not EntityKind.PERSON for m in known)
            ):
                return []
            if first == token.i and known:
                return []  # a lone surname is a person
            found.append(
                Target(self.doc[first].idx, token.idx + len(token), first, token.i, None, None, True)
            )
        return found

    def _ambiguous(self, target: Target) -> bool:
        """A description ("the Chinese company") with two companies named before it in its sentence: nobody is meant for sure."""
        if target.mention is None or target.mention.how not in {"description", "pronoun"}:
            return False
        sent = self.doc[target.first].sent
        named = {
            t.mention.entity for t in self.targets.between(sent.start, target.first) if t.mention is not None
        }
        return len(named) > 1

    def _after_list(self, ref: ListRef) -> list[Target]:
        i = ref.last + 1
        if i >= len(self.doc) or self.doc[i].lower_ not in {"were", "was", "are", ":"}:
            return []
        chain = self.targets.chain(i + 1, self.doc[i].sent.end)
        near = chain and all(t.pos_ in DESCRIBING for t in self.doc[i + 1 : chain[0].first])
        return chain if near else []

    def _among(self, found: list[Target]) -> list[Target]:
        """ "X and Y were among 140 companies added": X and Y, too."""
        if not found or found[0].count is None:
            return []
        i = found[0].first - 1
        while i > 0 and self.doc[i].pos_ in {"DET", "ADV", "ADJ"}:
            i -= 1
        prep = self.doc[i]
        if (
            prep.lower_ not in {"among", "amongst"}
            or prep.head.lemma_ != "be"
            or stance_of(prep.head, Action.ADD).action is not Action.ADD
        ):
            return []
        return [t for t in self.clauses.subject(prep.head) if t.count is None]

    def members(self, found: list[Target], verb: Token, after: int) -> list[Target]:
        """Named members after "including", "among them", or in brackets after an unnamed group."""
        sent = verb.sent
        members: list[Target] = []
        for i in range(sent.start, sent.end):
            width = self._marker(i)
            if not width:
                continue
            nxt = self.targets.chain(i + width, sent.end)
            if nxt and nxt[0].first - (i + width) <= 8 and self._marks_group(i, found, after):
                members += [t for t in nxt if t not in found]
        text = self.doc[after + 1 : sent.end]
        for offset, token in enumerate(text):  # "41 companies, Yulong among them"
            if (
                token.lower_ == "among" and offset and token.nbor(1).lower_ == "them"
                if token.i + 1 < len(self.doc)
                else False
            ):
                target = self.targets.antecedent(token.i)
                if target is not None and target not in found:
                    members.append(target)
        return members

    def _marker(self, i: int) -> int:
        """Length in tokens of a member marker that begins at token `i`; 0 for none."""
        for marker in cues()["members"]["markers"]:
            words = marker.split()
            if [t.lower_ for t in self.doc[i : i + len(words)]] == words:
                return len(words)
        return 0

    def _marks_group(self, i: int, found: list[Target], after: int) -> bool:
        """The marker follows the group, or the list, closely, and no other party stands between."""
        if self.doc[i].lower_ == "like":
            return False
        before = [t for t in self.targets.all if t.last < i and t.last > i - 14]
        if before and before[-1].last > after and before[-1] not in found:
            return False
        anchors = [t.last for t in found if t.last < i] + [after]
        return any(0 < i - a <= 12 for a in anchors if a < i)

    # -- other forms

    def _nominal(self, ref: ListRef, prep: Token) -> Iterator[Event]:
        """ "the addition of X to the list", "X's removal from", "X, on the Entity List since 2020"."""
        head = prep.head
        nouns = cues()["nouns"]
        for i in range(prep.i - 1, prep.sent.start - 1, -1):
            token = self.doc[i]
            lemma = token.lemma_.lower()
            kind = (
                Action.ADD if lemma in nouns["add"] else Action.REMOVE if lemma in nouns["remove"] else None
            )
            if kind is not None and token.pos_ == "NOUN":
                yield from self._of_noun(token, kind, ref, prep.i)
                return
            if token.pos_ == "VERB" and token.tag_ in {"VBD", "VBZ", "VBP"}:
                break
        if prep.lower_ != "on":
            return
        target = self.targets.antecedent(prep.i)
        if target is None and head.pos_ in {"NOUN", "PROPN"}:
            # "Orient Lidar, a Shenzhen company on the list": the noun stands in apposition to a name
            left = head.left_edge.i
            target = self.targets.at(head.i) or self.targets.antecedent(left)
            if target is not None and self.targets.at(head.i) is None and self.doc[left - 1].text != ",":
                target = None
        if target is None or self.targets.possessor(target):
            return
        yield self._make(
            prep.i,
            prep.i,
            ref,
            [target],
            Stance(Action.ADD, standing=Standing.RECALLED),
            "state-phrase",
            0.85,
        )

    def _of_noun(self, noun: Token, action: Action, ref: ListRef, end: int) -> Iterator[Event]:
        """The parties of "addition", "removal", "blacklisting"."""
        targets: list[Target] = []
        before = self.doc[noun.i - 1] if noun.i else None
        after = self.doc[noun.i + 1] if noun.i + 1 < len(self.doc) else None
        if before is not None and before.tag_ == "POS" and (after is None or after.lower_ != "of"):
            owner = self.targets.at(noun.i - 2) or self.targets.at(noun.i - 1)
            targets = [owner] if owner is not None else []
        else:
            mark = next(
                (t for t in self.doc[noun.i + 1 : min(noun.i + 3, len(self.doc))] if t.lower_ == "of"), None
            )
            if mark is not None:
                targets = self.targets.chain(mark.i + 1, max(end, mark.i + 1))
        stance = stance_of(noun, action)
        if targets and stance.action is not None:
            self.verbs.add(noun.i)
            targets = _unique([*targets, *self.members(targets, noun, max(noun.i, ref.last))])
            yield self._make(noun.i, noun.i, ref, targets, stance, "noun", 0.85)

    def _which(self, ref: ListRef) -> Token | None:
        """The preposition of "on which", "to which" right after the list."""
        sent = self.doc[ref.last].sent
        until = min([sent.end - 1, ref.last + 14, *(r.first for r in self.refs if r.first > ref.last)])
        for i in range(ref.last + 1, until):
            if self.doc[i].lower_ in PREPOSITIONS and self.doc[i + 1].lower_ == "which":
                return self.doc[i]
            if self.doc[i].tag_ in {"VBD", "VBZ", "VBP", "MD"}:
                return None
        return None

    def _relative(self, ref: ListRef) -> Iterator[Event]:
        """ "the Entity List, on which X has appeared since 2020", "to which X was added"."""
        prep = self._which(ref)
        if prep is None:
            return
        add, remove = set(cues()["add"].get(prep.lower_, ())), set(cues()["remove"].get(prep.lower_, ()))
        for token in self.doc[prep.i + 2 : prep.sent.end]:
            if token.pos_ not in {"VERB", "AUX"} or token.dep_ in {"aux", "auxpass"}:
                continue
            lemma = token.lemma_.lower()
            if lemma in add or lemma in remove:
                event = self._event(token, Action.ADD if lemma in add else Action.REMOVE, ref, None)
                if event is not None:
                    yield event
            return

    def _listed_by(self, verb: Token, ref: ListRef) -> Event | None:
        """ "The list includes X and Y"."""
        stance = stance_of(verb, Action.ADD)
        targets = [t for t in self.targets.chain(verb.i + 1, verb.sent.end) if t.count is None]
        if stance.action is None:
            return None
        event = self._make(
            verb.i, verb.i, ref, targets, replace(stance, standing=Standing.RECALLED), "list-includes", 0.85
        )
        if not targets:
            self.empty.append(event)
            return None
        return event

    def _blacklist_of(self, ref: ListRef) -> Iterator[Event]:
        """ "the US's recent blacklist of Huawei"."""
        nxt = ref.last + 1
        if ref.inferred and not ref.anaphor and nxt < len(self.doc) and self.doc[nxt].lower_ == "of":
            targets = [
                t
                for t in self.targets.chain(nxt + 1, min(nxt + 8, self.doc[nxt].sent.end))
                if t.mention is not None
            ]
            if targets:
                yield self._make(
                    ref.first,
                    ref.last,
                    ref,
                    targets[:1],
                    Stance(Action.ADD, standing=Standing.RECALLED),
                    "blacklist-of",
                    0.8,
                )

    def loose_list(self, token: Token) -> tuple[str, bool]:
        """The list that "blacklisted" at `token` means, and whether that is inferred."""
        listed = packaged_lists().infer(
            "blacklist", authority_at(self.doc, token.idx), self.doc._.context.published
        )
        focus = self.focus(token)
        if focus is not None and (listed == UNKNOWN or focus.list == listed):
            return focus.list, True
        return listed, True

    def focus(self, token: Token, *, own: bool = False) -> ListRef | None:
        """The list last named before `token` (with `own`: or in its sentence), near enough to be meant."""
        until = token.sent.end_char if own else token.idx
        near = [r for r in self.refs if r.start < until and token.idx - r.end <= FOCUS and r.list != UNKNOWN]
        return near[-1] if near else None

    def of_blacklist(self, token: Token) -> Iterator[Event]:
        """Verb, noun and adjective "blacklist", which name no list."""
        word = token.lower_.replace("-", "")
        if word not in {"blacklist", "blacklists", "blacklisted", "blacklisting"} or token.i in self.verbs:
            return
        if any(r.first <= token.i <= r.last for r in self.refs):
            return
        listed, inferred = self.loose_list(token)
        ref = ListRef(token.idx, token.idx + len(token), token.i, token.i, listed, inferred)
        nxt = token.nbor(1) if token.i + 1 < len(self.doc) else None
        if word == "blacklisting" and nxt is not None and nxt.lower_ == "of":
            yield from self._of_noun(token, Action.ADD, ref, token.sent.end)
            return
        if (
            word == "blacklisted"
            and nxt is not None
            and nxt.lemma_.lower() in cues()["groups"]["nouns"]
            and nxt.i + 1 < len(self.doc)
        ):
            after = self.doc[nxt.i + 1]
            chain = self.targets.chain(after.i + 1, token.sent.end)
            if (
                after.lower_ in INVERTING
                and chain
                and all(t.pos_ in DESCRIBING for t in self.doc[after.i + 1 : chain[0].first])
            ):
                yield self._make(
                    token.i,
                    after.i,
                    ref,
                    chain,
                    Stance(Action.ADD, standing=Standing.RECALLED),
                    "inverted",
                    0.75,
                )
            return
        if word == "blacklisted" and (token.pos_ == "ADJ" or token.dep_ == "amod"):
            target = next(iter(self.targets.between(token.i + 1, min(token.i + 6, token.sent.end))), None)
            between = self.doc[token.i + 1 : target.first] if target is not None else ()
            if (
                target is not None
                and target.count is None
                and not self.targets.possessor(target)
                and all(t.pos_ in {"NOUN", "ADJ", "PROPN"} for t in between)
            ):
                yield self._make(
                    token.i,
                    token.i,
                    ref,
                    [target],
                    Stance(Action.ADD, standing=Standing.RECALLED),
                    "blacklisted-adjective",
                    0.75,
                )
            return
        if token.pos_ != "VERB":
            return
        stance = stance_of(token, Action.ADD)
        if stance.action is None:
            return
        targets = self._targets(token, None, None)
        if not targets and self.clauses.passive(token):
            targets = self._bracketed(token)
        if targets:
            yield self._make(token.i, token.i, ref, targets, stance, "blacklist-verb", 0.85)

    def _bracketed(self, verb: Token) -> list[Target]:
        """ "firms which were blacklisted work in vision (A, B), speech (C)": names in brackets after a bare group."""
        found: list[Target] = []
        depth = 0
        for token in self.doc[verb.i + 1 : verb.sent.end]:
            depth += (token.text == "(") - (token.text == ")")
            target = self.targets.at(token.i)
            if depth and target is not None and target.first == token.i and target.mention is not None:
                found.append(target)
        return found

    def of_bare(self, token: Token) -> Iterator[Event]:
        """ "was added in May", "three were taken off": a passive without its list, which is in focus."""
        lemma = token.lemma_.lower()
        bare = cues()["bare"]
        if (
            token.i in self.verbs
            or token.tag_ not in {"VBN", "VBD"}
            or lemma not in {*bare["add"], *bare["remove"]}
        ):
            return
        action = Action.ADD if lemma in bare["add"] else Action.REMOVE
        focus = self.focus(token)
        if (
            focus is None
            or not any(c.dep_ in {"auxpass", "nsubjpass"} for c in token.children)
            or not self._bare_ok(token, lemma)
        ):
            return
        stance = stance_of(token, action)
        targets = self.clauses.subject(token)
        if not targets:
            targets = self._count_subject(token)
        if targets and stance.action is not None:
            yield self._make(
                token.i,
                token.i,
                focus,
                _unique([*targets, *self.members(targets, token, token.i)]),
                stance,
                "focus-passive",
                0.8,
            )

    def _count_subject(self, verb: Token) -> list[Target]:
        """ "three were taken off"."""
        from nlp.listings_targets import number_of

        subject = next((c for c in verb.children if c.dep_ == "nsubjpass"), None)
        count = number_of(subject) if subject is not None else None
        if subject is None or count is None or count < 2:
            return []
        return [Target(subject.idx, subject.idx + len(subject), subject.i, subject.i, None, count)]

    def _bare_ok(self, verb: Token, lemma: str) -> bool:
        """No other goal, office or object than the list in focus."""
        nxt = verb.nbor(1) if verb.i + 1 < len(self.doc) else None
        if nxt is None:
            return False
        if lemma in {"put", "place"}:
            return False
        if lemma in {"take", "strike"}:
            return nxt.lower_ == "off"
        if any(c.dep_ in {"oprd", "attr", "dobj"} for c in verb.children):
            return False
        if nxt.is_punct or nxt.lower_ in {"and", "at", "by"}:
            return lemma != "name"
        if nxt.lower_ in {"in", "on", "last", "this", "a"} or nxt.is_digit:
            return any(
                d.start <= (nxt.idx + len(nxt) + 12) and d.end > nxt.idx for d in self.doc._.dates
            ) or _month_follows(nxt)
        return lemma != "name" and nxt.lower_ in {"for", "with", "after", "because", "over"}


MONTHS = [
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
]


def _month_follows(token: Token) -> bool:
    return any(
        t.lower_ in MONTHS or (t.like_num and len(t) == 4) or t.lower_ in {"last", "year"}
        for t in token.doc[token.i : token.i + 3]
    )


def _unique(targets: list[Target]) -> list[Target]:
    return list(dict.fromkeys(targets))
