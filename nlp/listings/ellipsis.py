"""Acts that leave out their list, where the text has one in focus.

"One of nine companies added", "six others came off", "asked the department to add X", "X and Y are the newest of
151 entries".
"""

from collections.abc import Iterator
from dataclasses import replace
from functools import cache

from spacy.attrs import LEMMA, LOWER
from spacy.tokens import Token

from db.listregistry import packaged_lists
from db.records import Action, EntityKind, Standing
from nlp.listings.finder import EventFinder
from nlp.listings.groups import DESCRIBING, Target, number_of
from nlp.listings.lists import ListRef, authority_in, cues
from nlp.listings.nouns import Event
from nlp.listings.parties import unique
from nlp.listings.stance import stance_of
from nlp.wordids import ids, places

NEAR = 700  # characters after a list is named in which it may be left out
FAR = 1500  # the same where the keeper of the list acts
KEPT = frozenset({"asked", "designated"})  # rules that want the keeper
FINITE = frozenset({"VBD", "VBZ", "VBP", "MD"})
TEMPORAL = frozenset(
    {"in", "on", "last", "this", "at", "after", "again", "too", "also", "as", "and", "but", "while"}
)
GOALS = frozenset({"to", "onto", "into", "from", "off", "on", "under", "as", "in"})
BILLS = frozenset({"bill", "law", "act", "legislation", "draft", "amendment"})
STAYING = frozenset({"stay", "remain"})
NEWEST = frozenset({"newest", "latest", "new", "recent", "first", "only"})


class EllipsisFinder:
    """What one document tells of the list in focus without naming it."""

    def __init__(self, finder: EventFinder, events: list[Event]) -> None:
        self.doc, self.finder, self.targets = finder.doc, finder, finder.targets
        self.bans = [e for e in events if packaged_lists().lists[e.list].kind == "ban"]
        self.taken = {i for e in events for i in range(e.first, e.last + 1)} | finder.verbs

    def find(self) -> Iterator[Event]:
        """The events, in the order of their cues."""
        if not self.finder.refs and not self.bans:
            return
        for i in places(self.doc, LEMMA, _verbs()):
            token = self.doc[i]
            if i in self.taken or token.tag_[:1] != "V":
                continue
            event = self._participle(token) or self._particle(token)
            event = event or self._designated(token) or self._asked(token)
            if event is not None:
                yield event
        for i in places(self.doc, LOWER, _entries()):
            event = self._newest(self.doc[i])
            if event is not None:
                yield event

    def _focus(self, token: Token, reach: int = NEAR) -> ListRef | None:
        focus = self.finder.focus(token, own=True)
        if focus is None or token.idx - focus.end > reach or self.finder._rivalled(focus, token):
            return None
        return focus if packaged_lists().lists[focus.list].kind == "list" else None

    def _told(self, verb: Token, action: Action, found: list[Target], rule: str, after: int) -> Event | None:
        focus = self._focus(verb, FAR if rule in KEPT else NEAR)
        stance = stance_of(verb, action)
        if focus is None or stance.action is None or not found:
            return None
        finder = self.finder
        targets = unique([*finder._among(found, verb), *found, *finder.members(found, verb, after)])
        together = finder._with(found, verb, after)
        if together:
            together += finder.members(together, verb, together[-1].last)
        return finder._make(verb.i, after, focus, unique([*targets, *together]), stance, rule, 0.8)

    def _participle(self, verb: Token) -> Event | None:
        """ "one of nine companies added, along with A", "the 12 firms removed": a counted group right before."""
        bare, lemma = cues()["bare"], verb.lemma_.lower()
        if verb.tag_ not in {"VBN", "VBD"} or verb.i < 2 or verb.i + 1 >= len(self.doc):
            return None
        if any(c.dep_ in {"aux", "auxpass", "dobj"} for c in verb.children):
            return None
        i = verb.i - 1
        while self.doc[i].lower_ in {"newly", "just", "also"}:
            i -= 1
        group = self.targets.at(i)
        after = verb.i + (verb.nbor(1).lower_ == "off")
        if group is None or group.count is None or group.last != i or not self._ends(after):
            return None
        if any(c.dep_ in {"nsubj", "nsubjpass"} and c.i != i for c in verb.children):
            return None
        if lemma in {*bare["add"], "list", "blacklist"} and lemma not in {"put", "place", "name"}:
            return self._told(verb, Action.ADD, [group], "group-participle", after)
        if lemma in bare["remove"] and (lemma != "take" or after > verb.i):
            return self._told(verb, Action.REMOVE, [group], "group-participle", after)
        return None

    def _particle(self, verb: Token) -> Event | None:
        """ "six others came off, among them X", "two were taken off", "X stayed on"."""
        lemma = verb.lemma_.lower()
        nxt = verb.nbor(1) if verb.i + 1 < len(self.doc) else None
        if nxt is None or nxt.lower_ not in {"off", "on"} or not self._ends(nxt.i):
            return None
        if any(c.dep_ == "dobj" for c in verb.children):
            return None
        found = self.finder.clauses.subject(verb) or self._counted(verb)
        if nxt.lower_ == "off" and lemma in cues()["bare"]["off"]:
            return self._told(verb, Action.REMOVE, found, "particle", nxt.i)
        if nxt.lower_ == "on" and lemma in STAYING:
            event = self._told(verb, Action.ADD, found, "particle", nxt.i)
            return replace(event, standing=Standing.RECALLED) if event is not None else None
        if nxt.lower_ == "on" and lemma == "go" and found and found[0].count is not None:
            return self._told(verb, Action.ADD, found, "particle", nxt.i)
        return None

    def _counted(self, verb: Token) -> list[Target]:
        """ "Six others", "two": a number with no noun of parties."""
        subject = next((c for c in verb.children if c.dep_ in {"nsubj", "nsubjpass"}), None)
        count = None
        if subject is not None:
            count = number_of(subject)
            if count is None and subject.lower_ in {"others", "more"}:
                count = next((n for c in subject.lefts if (n := number_of(c)) is not None), None)
        if subject is None or count is None or count < 2:
            return []
        first = subject.left_edge.i
        return [Target(self.doc[first].idx, subject.idx + len(subject), first, subject.i, None, count)]

    def _asked(self, verb: Token) -> Event | None:
        """ "asked the department to add X", "BIS is considering whether to list X and Y": who keeps the list acts."""
        lemma, bare = verb.lemma_.lower(), cues()["bare"]
        action = Action.REMOVE if lemma in bare["delists"] else Action.ADD
        if lemma not in {*bare["lists"], *bare["delists"]} or any(
            c.dep_ in {"auxpass", "nsubjpass", "oprd", "prt"} for c in verb.children
        ):
            return None
        chain = [t for t in self.targets.chain(verb.i + 1, verb.sent.end) if t.mention is not None]
        lead = self.doc[verb.i + 1 : chain[0].first] if chain else ()
        if not chain or any(
            t.pos_ not in DESCRIBING and t.lower_ not in {",", "of", "-", "and"} for t in lead
        ):
            return None
        if any(t.lower_ == "of" for t in lead) and not any(t.text == "," for t in lead):
            return None  # "add units of X"
        bill = self._by_bill(verb)
        if bill is not None:
            ban = next((e for e in reversed(self.bans) if e.last < bill.i), None)
            return (
                replace(ban, first=verb.i, last=verb.i, targets=tuple(chain), rule="ban-asked")
                if ban
                else None
            )
        focus = self._focus(verb, FAR)
        if focus is None:
            return None
        behind = self.doc[chain[-1].last + 1 : verb.sent.end]
        which = next((t for t in behind[:3] if t.tag_ in {"WDT", "WP"}), None)
        relative = which is not None and verb.sent.start <= focus.first and focus.first > chain[-1].last
        if not relative:
            goal = next((c for c in verb.children if c.dep_ == "prep" and c.lower_ in GOALS), None)
            if goal is not None and not self._dated(goal):
                return None
            if focus.first > verb.i or not self._keeper(verb, focus):
                return None
        elif action is not Action.REMOVE:
            return None
        return self._told(verb, action, chain, "asked", verb.i)

    def _by_bill(self, verb: Token) -> Token | None:
        """The bill or law that makes somebody act: what it adds to is its own ban."""
        for head in (verb, *verb.ancestors):
            subject = next((c for c in head.children if c.dep_ in {"nsubj", "nsubjpass"}), None)
            if subject is not None and subject.lemma_.lower() in BILLS:
                return subject
        return None

    def _designated(self, verb: Token) -> Event | None:
        """ "the 37 companies that Washington designated in December": a group, and who keeps the list."""
        if verb.dep_ != "relcl" or verb.lemma_.lower() not in {*cues()["bare"]["lists"], "blacklist"}:
            return None
        which = next((c for c in verb.children if c.tag_ in {"WDT", "WP"} and c.dep_ == "dobj"), None)
        group = self.targets.at(which.i - 1) if which is not None else None
        focus = self._focus(verb, FAR)
        if group is None or group.count is None or focus is None or not self._keeper(verb, focus):
            return None
        goal = next((c for c in verb.children if c.dep_ == "prep" and c.lower_ in GOALS - {"in"}), None)
        if (goal is not None and not self._dated(goal)) or any(c.dep_ == "oprd" for c in verb.children):
            return None
        return self._told(verb, Action.ADD, [group], "designated", verb.i)

    def _dated(self, prep: Token) -> bool:
        obj = next((c for c in prep.children if c.dep_ == "pobj"), None)
        return obj is not None and any(d.start <= obj.idx < d.end for d in self.doc._.dates)

    def _keeper(self, verb: Token, focus: ListRef) -> bool:
        """True where whoever acts is an authority, and of the country whose list is in focus."""
        current = verb
        for _ in range(4):
            actor = next((c for c in current.children if c.dep_ == "nsubj" and c.i < current.i), None)
            if actor is None and current is not verb:  # "asked the department to add"
                actor = next((c for c in current.children if c.dep_ == "dobj" and c.i < verb.i), None)
            elif current is not verb and (
                whom := next((c for c in current.children if c.dep_ == "dobj" and c.i < verb.i), None)
            ):
                actor = whom
            if actor is not None:
                return self._authority(actor, focus)
            if current.dep_ not in {"xcomp", "ccomp", "conj", "pcomp", "acl", "prep"}:
                return False
            current = current.head
        return False

    def _authority(self, actor: Token, focus: ListRef) -> bool:
        agency = any(
            m.kind is EntityKind.AGENCY and m.start <= actor.idx < m.end and m.how != "pronoun"
            for m in self.doc._.mentions
        )
        words = " ".join(t.text for t in actor.subtree)
        whose = authority_in(words)
        if not agency and whose is None and actor.lemma_.lower() not in cues()["bare"]["keepers"]:
            return False
        return whose != "other" and (whose == "china") == (
            packaged_lists().lists[focus.list].country == "cn" and whose is not None
        )

    def _newest(self, noun: Token) -> Event | None:
        """ "A, B and C are the newest of 151 entries", "X is the latest entrant"."""
        described = {t.lower_ for t in noun.lefts}
        attr = noun
        if noun.dep_ == "pobj" and noun.head.lower_ == "of":
            attr = noun.head.head
            described = {attr.lower_}
        elif noun.dep_ == "attr" and noun.head.dep_ == "pcomp" and noun.head.head.lower_ == "of":
            attr = noun.head.head.head  # "the newest of what are now 151 entries"
            described = {attr.lower_}
        verb = attr.head
        if attr.dep_ != "attr" or verb.lemma_ not in {"be", "become"} or verb.i in self.taken:
            return None
        if not described & NEWEST or verb.tag_ not in FINITE | {"VBN"}:
            return None
        focus = self._focus(verb)
        if focus is None or any(r.first > verb.i and r.last <= noun.right_edge.i for r in self.finder.refs):
            return None
        found = [t for t in self.finder.clauses.subject(verb) if t.mention is not None]
        return self._told(verb, Action.ADD, found, "newest", verb.i)

    def _ends(self, i: int) -> bool:
        """True where nothing that the word at `i` could govern follows: a full stop, a comma, a day."""
        if i + 1 >= len(self.doc):
            return True
        nxt = self.doc[i + 1]
        if (
            nxt.is_punct
            or nxt.is_space
            or nxt.lower_ in {"along", "alongside", "together", "and", "while", "but"}
        ):
            return True
        if nxt.lower_ in TEMPORAL or nxt.ent_type_ == "DATE":
            return any(d.start <= nxt.idx + len(nxt) + 6 and d.end > nxt.idx for d in self.doc._.dates)
        return False


@cache
def _verbs() -> frozenset[int]:
    bare = cues()["bare"]
    return ids(
        [
            *bare["add"],
            *bare["remove"],
            *bare["off"],
            *bare["lists"],
            *bare["delists"],
            *STAYING,
            "go",
            "list",
            "blacklist",
        ]
    )


@cache
def _entries() -> frozenset[int]:
    return ids(cues()["bare"]["entries"])
