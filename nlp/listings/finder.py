"""All listing events of a document: those anchored at a list, and verbs that need none.

"Was blacklisted" names no list, and "was added in May" takes the one in focus.
"""

import re
from collections.abc import Iterator
from dataclasses import replace
from functools import cache

from spacy.attrs import LEMMA, LOWER
from spacy.tokens import Token

from db.listregistry import UNKNOWN, packaged_lists
from db.records import Action, Standing
from nlp.dates.patterns import MONTHS
from nlp.extensions import text_of
from nlp.listings.events import ASIDE, INVERTING, ListEvents
from nlp.listings.groups import DESCRIBING, Target, number_of
from nlp.listings.lists import ListRef, authority_at, authority_in, cues, in_focus, narrowed
from nlp.listings.nouns import Event
from nlp.listings.parties import unique
from nlp.listings.stance import Stance, stance_of
from nlp.wordids import ids, places

TOO_REACH = 900  # characters back to the list on which others "were also named"
FOCUS = 1500  # characters after a list is named in which "was added in May" means that list
CHINA = re.compile(r"\b(?:China|Chinese|Beijing)\b")
SAME_ACT = re.compile(
    r"(?:in|by|under|through) (?:(?:the|that|this)|(?:Mon|Tues|Wednes|Thurs|Fri)day['’]s) (?:same |latest |new )?(?:rule|notice|update|round|action|announcement|order|edition|batch|revision|tranche)\b",
    re.I,
)
ASIDES = frozenset({"also", "itself", "already", "recently", "newly", "now", "too", "since", "once"})
TOLD = Stance(Action.ADD, standing=Standing.RECALLED)
BLACKLIST = frozenset({"blacklist", "blacklists", "blacklisted", "blacklisting"})
FOREIGN = frozenset({"china", "eu", "uk", "other"})  # authorities that others than the US's word names


@cache
def _blacklists() -> frozenset[int]:
    return ids(word for word in BLACKLIST for word in (word, word.replace("black", "black-")))


@cache
def _bare_verbs() -> frozenset[int]:
    return ids([*cues()["bare"]["add"], *cues()["bare"]["remove"], *cues()["bare"]["also"]])


@cache
def _rivals() -> frozenset[str]:
    return frozenset(cues()["bare"]["rivals"])


def _month_follows(token: Token) -> bool:
    return any(
        t.lower_ in MONTHS or (t.like_num and len(t) == 4) or t.lower_ in {"last", "year"}
        for t in token.doc[token.i : token.i + 3]
    )


class EventFinder(ListEvents):
    """The events of one document."""

    def find(self) -> list[Event]:
        """All events, in the order of their cues."""
        events: list[Event] = []
        for ref in self.refs:
            events += self.of_list(ref)
        for i in places(self.doc, LOWER, _blacklists()):
            if self.doc[i].tag_[:1] in "VNJ":  # verb, noun, adjective
                events += self.of_blacklist(self.doc[i])
        if self.refs:  # without a list in focus nobody is "added in May"
            for i in places(self.doc, LEMMA, _bare_verbs()):
                events += self.of_bare(self.doc[i])
        return sorted(events, key=lambda e: e.first)

    def loose_list(self, token: Token) -> tuple[str, bool]:
        """The list that "blacklisted" at `token` means, and whether that is inferred."""
        if self._of_others(token):
            return UNKNOWN, True
        authority = self._blacklister(token)
        listed = packaged_lists().infer(
            "blacklist", authority or authority_at(self.doc, token.idx), self.doc._.context.published
        )
        listed = narrowed(listed, "blacklist", self.doc, token.idx)
        focus = self.focus(token)
        if focus is not None and (listed == UNKNOWN or focus.list == listed):
            return focus.list, True
        return listed, True

    def _blacklister(self, token: Token) -> str | None:
        """Whose act "blacklisting" at `token` is, as its own words say: "China's", "by Washington"."""
        parts = [
            c for c in token.children if c.dep_ in {"poss", "amod", "compound", "agent", "nsubj", "nmod"}
        ]
        parts += [c for c in token.children if c.lower_ == "by" and c not in parts]
        words = " ".join(t.text for part in parts for t in part.subtree)
        return "china" if CHINA.search(words) else authority_in(words)

    def _of_others(self, token: Token) -> bool:
        """True where the sentence tells of another act, and "blacklisting" only in passing.

        A noun or subordinate passive takes neither the list of that act nor the country of its authority.
        """
        if self._blacklister(token) is not None:
            return False
        noun = token.lower_.endswith("ing") and self.doc[token.i + 1 : token.i + 2].text.lower() == "of"
        aside = self.clauses.passive(token) and token.dep_ in {"relcl", "advcl", "pcomp", "acl"}
        if not noun and not aside:
            return False
        text = token.sent.text
        if authority_in(text) in FOREIGN:
            return True
        focus = self.focus(token)
        return noun and focus is not None and focus.first >= token.sent.start

    def focus(self, token: Token, *, own: bool = False) -> ListRef | None:
        """The list last named before `token` (with `own`: or in its sentence), near enough to be meant."""
        until = token.sent.end_char if own else token.idx
        near = [r for r in self.refs if r.start < until and token.idx - r.end <= FOCUS and r.list != UNKNOWN]
        return in_focus(near)

    def of_blacklist(self, token: Token) -> Iterator[Event]:
        """Verb, noun and adjective "blacklist", which name no list."""
        word = token.lower_.replace("-", "")
        if word not in BLACKLIST or token.i in self.verbs:
            return
        if any(r.first <= token.i <= r.last for r in self.refs):
            return
        listed, inferred = self.loose_list(token)
        ref = ListRef(token.idx, token.idx + len(token), token.i, token.i, listed, inferred)
        nxt = token.nbor(1) if token.i + 1 < len(self.doc) else None
        if word == "blacklisting" and nxt is not None and nxt.lower_ == "of":
            known = token.dep_ in {"pobj", "nsubj"}  # "in answer to the blacklisting of X"
            for event in self._of_noun(token, Action.ADD, ref, token.sent.end):
                event = replace(event, rule=ASIDE) if self._of_others(token) else event
                yield replace(event, standing=Standing.RECALLED) if known else event
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
            described = self._described(token)
            if described is not None:
                yield self._make(token.i, token.i, ref, [described], TOLD, "blacklisted-adjective", 0.8)
                return
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
        if word == "blacklisted" and token.head.lemma_.lower() in cues()["threat"]["verbs"]:
            wanted = self.targets.at(token.i - 1)  # "wants X blacklisted, too"
            if wanted is not None and wanted.mention is not None and not self.targets.possessor(wanted):
                yield self._make(
                    token.i, token.i, ref, [wanted], Stance(Action.THREATEN), "blacklist-verb", 0.8
                )
                return
        if word == "blacklisted":
            apposed = self._apposed(token)
            if apposed is not None:
                yield self._make(token.i, token.i, ref, [apposed], TOLD, "blacklisted-adjective", 0.8)
                return
        if token.pos_ != "VERB":
            return
        stance = stance_of(token, Action.ADD)
        if stance.action is None:
            return
        targets = self.targets_of(token, None, None)
        if not targets and self.clauses.passive(token):
            targets = self._bracketed(token)
        if targets:
            rule = ASIDE if self._of_others(token) else "blacklist-verb"
            yield self._make(token.i, token.i, ref, targets, stance, rule, 0.85)

    def _described(self, token: Token) -> Target | None:
        """ "Haiqiu Navigation, a blacklisted maker of radars": the name before the comma."""
        i = token.i - 1
        if self.doc[i].lower_ not in {"a", "an", "the", "another"} or i < 2 or self.doc[i - 1].text != ",":
            return None
        target = self.targets.antecedent(i)
        root = self.doc[target.first : target.last + 1].root if target is not None else None
        if target is None or target.mention is None or self.targets.possessor(target):
            return None
        return target if token.head.dep_ == "appos" and token.head.head == root else None

    def _apposed(self, token: Token) -> Target | None:
        """ "X, also blacklisted, fell": the name right before."""
        i = token.i - 1
        if self.doc[i].lower_ not in ASIDES or i < 2 or self.doc[i - 1].text != ",":
            return None
        target = self.targets.antecedent(i)
        return target if target is not None and not self.targets.possessor(target) else None

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
            or lemma not in {*bare["add"], *bare["remove"], *bare["also"]}
        ):
            return
        action = Action.REMOVE if lemma in bare["remove"] else Action.ADD
        focus = self.focus(token)
        reduced = self._reduced(token)
        if (
            focus is None
            or packaged_lists().lists[focus.list].kind == "ban"  # nobody is added to a ban
            or not (reduced or any(c.dep_ in {"auxpass", "nsubjpass"} for c in token.children))
            or not self._bare_ok(token, lemma)
            or self._rivalled(focus, token)
        ):
            return
        stance = stance_of(token, action)
        if reduced and stance.action is not None:
            stance = replace(stance, standing=Standing.RECALLED)
        targets = self.clauses.subject(token)
        if not targets:
            targets = self._count_subject(token)
        if targets and stance.action is not None:
            yield self._make(
                token.i,
                token.i,
                focus,
                unique(
                    [*targets, *self.members(targets, token, token.i), *self._with(targets, token, token.i)]
                ),
                stance,
                "focus-passive",
                0.8,
            )

    def _near_list(self, token: Token) -> bool:
        """True where this sentence or the one before names a list."""
        start = token.sent.start
        begin = self.doc[start - 1].sent.start if start else 0
        return any(begin <= r.first < token.sent.end for r in self.refs)

    def _rivalled(self, focus: ListRef, verb: Token) -> bool:
        """True where the text has since named something else to be added to: a portfolio, an index."""
        words = text_of(self.doc)[focus.end : verb.sent.end_char].lower()
        return any(word in _rivals() for word in re.findall(r"[a-z]+", words))

    def _reduced(self, token: Token) -> bool:
        """ "X, added in June 2022, and Y were removed": right after a name and a comma, and with its date."""
        if token.tag_ not in {"VBN", "VBD"} or token.i < 2 or self.doc[token.i - 1].text != ",":
            return False
        target = self.targets.at(token.i - 2)
        if any(c.dep_ in {"aux", "dobj"} for c in token.children):
            return False
        nxt = self.doc[token.i + 1] if token.i + 1 < len(self.doc) else token
        return (
            target is not None and target.mention is not None and nxt.lower_ in {"in", "on", "last"}
        ) and self._near_list(token)

    def _count_subject(self, verb: Token) -> list[Target]:
        """ "three were taken off"."""
        subject = next((c for c in verb.children if c.dep_ == "nsubjpass"), None)
        count = number_of(subject) if subject is not None else None
        if subject is None or count is None or count < 2:
            return []
        return [Target(subject.idx, subject.idx + len(subject), subject.i, subject.i, None, count)]

    def _too(self, verb: Token) -> bool:
        """ "were also listed": as others were in the sentences right before."""
        if not any(c.lower_ in {"also", "too", "likewise"} for c in verb.children):
            return False
        focus = self.focus(verb)
        return focus is not None and verb.idx - focus.end <= TOO_REACH

    def _bare_ok(self, verb: Token, lemma: str) -> bool:
        """No other goal, office or object than the list in focus."""
        nxt = verb.nbor(1) if verb.i + 1 < len(self.doc) else None
        if nxt is None:
            return False
        if lemma in cues()["bare"]["also"] and lemma not in cues()["bare"]["add"]:
            return self._too(verb) and (nxt.is_punct or nxt.lower_ in {"along", "alongside", "together"})
        if self._too(verb) and (nxt.is_punct or nxt.lower_ in {"along", "alongside", "together", "too"}):
            return True
        if nxt.lower_ == "there":
            return lemma != "name"
        if lemma in {"put", "place"}:
            return False
        if lemma in {"take", "strike"}:
            return nxt.lower_ == "off"
        if any(c.dep_ in {"oprd", "attr", "dobj"} for c in verb.children):
            return False
        if nxt.is_punct or nxt.lower_ in {"and", "at", "by"}:
            return lemma != "name"
        if lemma != "name" and SAME_ACT.match(text_of(self.doc)[nxt.idx : nxt.idx + 60]):
            return True
        if nxt.lower_ in {"in", "on", "last", "this", "a"} or nxt.like_num:
            return any(
                d.start <= (nxt.idx + len(nxt) + 12) and d.end > nxt.idx for d in self.doc._.dates
            ) or _month_follows(nxt)
        return lemma != "name" and nxt.lower_ in {"for", "with", "after", "because", "over"}
