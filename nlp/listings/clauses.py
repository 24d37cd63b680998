"""Who a verb or noun phrase is about, read off the parse from the word outwards."""

from functools import cache

from spacy.tokens import Token

from nlp.listings.counted import ALL, Counted
from nlp.listings.groups import DESCRIBING, Target, counts
from nlp.listings.lists import cues

PRONOUNS = frozenset({"it", "they"})
PAIRS = frozenset({"both", "two", "pair", "duo"})
PLURAL_VERBS = frozenset({"are", "were", "have", "remain", "appear", "sit"})


class Clauses(Counted):
    """Subjects and antecedents of one document."""

    def subject(self, verb: Token) -> list[Target]:
        """Who the passive or stative verb is about: a plural verb has more than one name before it."""
        found = self._nearest_subject(verb)
        if len(found) == 1 and found[0].mention is not None and _plural_group(verb):
            chain = self.targets.chain(verb.sent.start, found[0].last + 2)
            if chain and chain[-1] is found[0]:
                return chain  # "X, added in June, and the agent Y were removed"
        return found

    def _nearest_subject(self, verb: Token) -> list[Target]:
        apposed = self._between_commas(verb)
        if apposed is not None:
            return [apposed]
        counted = self._counted_before(verb)
        if counted:
            return counted
        found = self._parsed_subject(verb)
        over = self._over_parenthesis(verb)
        if over is not None and over not in found:
            return [over]
        adjacent = self._adjacent(verb)
        if adjacent is not None and adjacent not in found:
            return [adjacent]
        return found

    def _parsed_subject(self, verb: Token) -> list[Target]:
        current = verb
        if (
            verb.tag_ == "VBN"
            and not any(c.dep_ in {"auxpass", "nsubjpass", "nsubj"} for c in verb.children)
            and verb.dep_ != "conj"
        ):
            target = self.targets.antecedent(verb.i)  # "Tianhe, placed on the list last May"
            if target is not None and not self.targets.possessor(target):
                return [target]
        for _ in range(4):
            subject = next(
                (c for c in current.children if c.dep_ in {"nsubjpass", "nsubj"} and c.i < current.i), None
            )
            if subject is not None:
                if subject.tag_ in {"WDT", "WP"}:
                    return self.antecedent(subject.i)
                if subject.lower_ in ALL and (which := self._of_which(subject)) is not None:
                    return self.targets.back(subject.i) or self.antecedent(which.i)
                pronoun = subject.lower_ in PRONOUNS and self.targets.at(subject.i) is None
                if not pronoun:
                    return self.of_phrase(subject, verb.i)
                first = self._announced(verb, subject) or self.only_before(subject)
                if first is not None:
                    return [first]
                if current.dep_ not in {"advcl", "conj"}:  # "was on the list until it was removed"
                    return []
                if current.dep_ == "conj" and any(c.dep_ == "mark" for c in current.lefts):
                    return []  # "said the supplier was small and that it had found another"
            if current.dep_ in {"acl", "relcl"}:
                target = self.targets.antecedent(current.i)
                if target is not None:
                    return [target] if not self.targets.possessor(target) else []
                return self.of_phrase(current.head, current.i)
            if current.dep_ in {"conj", "xcomp", "advcl", "ccomp"} and current.head.pos_ in {"VERB", "AUX"}:
                current = current.head
                continue
            if current.dep_ == "pcomp" and current.head.head.pos_ in {"VERB", "AUX"}:
                current = current.head.head  # "after being placed on the list, Huawei stockpiled chips"
                continue
            break
        return []

    def _adjacent(self, verb: Token) -> Target | None:
        """The name right before a finite passive: the parser errs where a full stop is missing."""
        if not any(c.dep_ == "auxpass" for c in verb.children):
            return None
        target = self.targets.at(self._group_start(verb) - 1)
        if target is None or target.mention is None or self.targets.governed(target, verb.sent.start):
            return None
        if self.targets.possessor(target) or self._described_by(target, verb):
            return None
        return target

    def _described_by(self, target: Target, verb: Token) -> bool:
        """ "The units of A and B were added": the name only tells whose units they are."""
        current = self.doc[target.first : target.last + 1].root
        while current.head != current and current != verb:
            if current.dep_ == "pobj" and current.head.lower_ == "of":
                subject = next((t for t in current.head.ancestors if t.dep_ == "nsubjpass"), None)
                return subject is not None and subject.head == verb
            current = current.head
        return False

    def _between_commas(self, verb: Token) -> Target | None:
        """ "a minority owner of Malabar, Qixia Computing of Nanjing, was put": the name after a mere description."""
        end = self._group_start(verb) - 1
        if end <= verb.sent.start + 2 or self.doc[end].text != ",":
            return None
        target = self.targets.at(end - 1)
        if target is None:  # "of Nanjing"
            i = end - 1
            while i > verb.sent.start and self.doc[i].pos_ == "PROPN":
                i -= 1
            near = self.doc[i].lower_ in {"of", "in", "from"} and i < end - 1
            target = self.targets.at(i - 1) if near else None
        if target is None or target.mention is None or self.doc[target.first - 1].text != ",":
            return None
        comma = target.first - 1
        before = [t for t in self.targets.between(verb.sent.start, comma) if t.last > comma - 12]
        described = self.doc[comma - 1]
        noun = described
        while noun.dep_ in {"pobj", "prep", "compound"} and noun.head.i < comma:
            noun = noun.head
        if noun.pos_ != "NOUN" or noun.lemma_.lower() not in _party_nouns():
            return None
        if any(t.first <= noun.i <= t.last for t in before) or self.targets.possessor(target):
            return None
        return target

    def _over_parenthesis(self, verb: Token) -> Target | None:
        """ "Yulong, whose full name is X Corp, was added": the name before the relative clause."""
        end = self._group_start(verb) - 1
        if end <= verb.sent.start or self.doc[end].text != ",":
            return None
        for i in range(end - 1, verb.sent.start, -1):
            if self.doc[i].tag_ in {"WDT", "WP", "WP$"} and self.doc[i - 1].text == ",":
                target = self.targets.antecedent(i)
                return (
                    target
                    if target is not None
                    and not self.targets.possessor(target)
                    and not self.targets.governed(target, verb.sent.start)
                    else None
                )
            if self.doc[i].text == ",":
                return None
        return None

    def antecedent(self, pronoun: int) -> list[Target]:
        """Who "which" or "who" at token `pronoun` means: the name right before it, never an earlier conjunct."""
        target = self.targets.antecedent(pronoun)
        if target is not None and not self.targets.possessor(target):
            if target.mention is not None and _plural_verb(self.doc[pronoun]):
                return self.targets.back(pronoun) or [target]  # "A and B, which were added"
            return [target]
        head = self.doc[pronoun].head.head
        before = self.doc[pronoun - 1] if pronoun else None
        if before is not None and before.pos_ in {"NOUN", "PROPN"}:
            head = before  # "a supplier of firms that were added": the firms, wherever the parser hangs the clause
            while not counts(head, _party_nouns()) and head.dep_ in {"pobj", "prep"}:
                head = head.head  # "the maker of motors that Washington put on": no motors are
        return self.of_phrase(head, pronoun)[:1]

    def _announced(self, verb: Token, pronoun: Token) -> Target | None:
        """ "A day after it was blacklisted, X said": an "it" before any name is the subject that follows."""
        sent = verb.sent
        if pronoun.lower_ != "it" or self.targets.between(sent.start, verb.i):
            return None
        comma = next((t.i for t in self.doc[verb.i : min(verb.i + 16, sent.end)] if t.text == ","), None)
        target = next(iter(self.targets.between(comma + 1, sent.end)), None) if comma is not None else None
        if comma is None or target is None or target.mention is None or target.last + 1 >= sent.end:
            return None
        lead = self.doc[comma + 1 : target.first]
        if not all(t.pos_ in DESCRIBING for t in lead) or self.targets.possessor(target):
            return None
        return target if self.doc[target.last + 1].tag_ in {"VBD", "VBZ", "MD"} else None

    def only_before(self, pronoun: Token) -> Target | None:
        """The only party that the sentence has named before an open "it" or "its": nobody else can be listed."""
        start = pronoun.sent.start
        if pronoun.lower_ not in {"it", "its"}:
            return None
        named = [t for t in self.targets.between(start, pronoun.i) if t.mention is not None]
        if len({t.mention.entity for t in named if t.mention is not None}) != 1:
            return None
        for token in self.doc[start : pronoun.i]:
            subject = token.dep_ in {"nsubj", "nsubjpass"} and self.targets.at(token.i) is None
            if subject and token.tag_ == "NN" and token.lemma_.lower() in _party_nouns():
                return None  # "the company bought sensors from X before it was added"
            if subject and token.lower_ == "it":
                return None
        return named[-1]

    def of_phrase(self, noun: Token, end: int) -> list[Target]:
        """The parties that the noun phrase around `noun` names, before token `end`."""
        if noun.lower_ in {"name", "names"} and (owners := self._named_by(noun)):
            return owners
        target = self.targets.at(noun.i)
        if target is None:
            left, right = noun.left_edge.i, min(noun.right_edge.i + 1, end)
            inner = [t for t in self.targets.between(left, right) if not self.targets.possessor(t)]
            inner = [t for t in inner if self._apposed(t, noun)]
            target = inner[0] if inner else None
        if target is None and noun.dep_ == "appos":  # "Beilin, an AI firm backed by ...": the firm is Beilin
            target = self.targets.at(noun.head.i)
            return [target] if target is not None and not self.targets.possessor(target) else []
        if target is None and noun.dep_ == "attr" and not any(c.dep_ == "neg" for c in noun.head.children):
            # "X is the latest company to be added": who that is
            subject = next((c for c in noun.head.children if c.dep_ == "nsubj" and c.i < noun.i), None)
            target = self.targets.at(subject.i) if subject is not None else None
            return [target] if target is not None and not self.targets.possessor(target) else []
        if target is None:
            return self.pair(noun)
        if self.targets.possessor(target):
            return []
        return self.targets.chain(target.first, end)

    def _named_by(self, name: Token) -> list[Target]:
        """ "X's name appears on", "the names of X and Y turned up": whose name it is."""
        whose = next((c for c in name.lefts if c.dep_ == "poss"), None)
        if whose is not None:
            owner = self.targets.at(whose.i)
            return [owner] if owner is not None else []
        of = next((c for c in name.rights if c.lower_ == "of"), None)
        return self.targets.chain(of.i + 1, name.right_edge.i + 1) if of is not None else []

    def pronoun_object(self, verb: Token) -> list[Target]:
        """ "designated X and Y, adding them to its list", "Since Washington put it on the list, X has"."""
        obj = next((c for c in verb.children if c.dep_ == "dobj" and c.lower_ in {"it", "them"}), None)
        if obj is None or self.targets.at(obj.i) is not None:
            return []
        if obj.lower_ == "it":
            target = self._announced(verb, obj) if verb.dep_ == "advcl" else None
            return [target] if target is not None else []
        if verb.dep_ in {"advcl", "conj"} and verb.head.pos_ == "VERB" and verb.head.i < verb.i:
            active = next((c for c in verb.head.children if c.dep_ == "dobj"), None)
            chain = self.targets.chain(verb.head.i + 1, verb.i) if active is not None else []
            if len(chain) > 1 or (chain and chain[0].count is not None):
                return chain
        return self.all_before(obj)

    def pair(self, noun: Token) -> list[Target]:
        """ "both companies": the two that the sentence before joins with "and" or "or", and no others."""
        words = {noun.lower_, *(t.lower_ for t in noun.lefts)}
        if not words & PAIRS or (
            noun.lower_ not in PAIRS and noun.lemma_.lower() not in cues()["groups"]["nouns"]
        ):
            return []
        start = noun.sent.start
        if start == 0:
            return []
        so_far = {t.mention.entity: t for t in self.targets.between(0, start) if t.mention is not None}
        if len(so_far) == 2 and noun.lower_ in PAIRS | {"companies", "firms"}:
            return sorted(so_far.values(), key=lambda t: t.first)  # no others have been named at all
        before = self.doc[start - 1].sent
        named = {
            t.mention.entity: t
            for t in self.targets.between(before.start, before.end)
            if t.mention is not None
        }
        if len(named) != 2:
            return []
        left, right = sorted(named.values(), key=lambda t: t.first)
        gap = self.doc[left.last + 1 : right.first]
        if not any(t.lower_ in {"and", "or"} for t in gap) or any(
            t.tag_ in {"WDT", "WP", "WP$"} for t in gap
        ):
            return []
        return [left, right]

    def _apposed(self, target: Target, noun: Token) -> bool:
        """True where the target stands for the noun: "a fourth, Brandt & Hale", "drone maker Skylark"."""
        root = self.doc[target.first : target.last + 1].root
        head = root.head
        if head.dep_ == "appos":  # "one company, the glove maker Anhe Latex"
            head = head.head if head != noun else head
        return (
            head == noun
            and root.dep_ in {"appos", "compound", "nmod", "npadvmod"}
            and not self.targets.governed(target, noun.left_edge.i)
        )


def _plural_group(verb: Token) -> bool:
    return verb.lower_ in {"are", "were"} or any(
        c.lower_ in PLURAL_VERBS for c in verb.children if c.dep_ in {"aux", "auxpass"}
    )


def _plural_verb(pronoun: Token) -> bool:
    """True for the subject of "were added", "have been put": more than one is meant."""
    verb = pronoun.head
    words = {verb.lower_, *(c.lower_ for c in verb.children if c.dep_ in {"aux", "auxpass"})}
    return pronoun.dep_ in {"nsubj", "nsubjpass"} and bool(words & PLURAL_VERBS)


@cache
def _party_nouns() -> frozenset[str]:
    """What a description of a party says that it is: "its partner in Suzhou", "a minority owner of X"."""
    return frozenset({*cues()["groups"]["nouns"], *cues()["groups"]["described"]})
