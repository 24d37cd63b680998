"""Parties told by number or as a whole: "both added", "two of them, A and B, were put", "their addition"."""

from spacy.tokens import Doc, Token

from nlp.listings.groups import DESCRIBING, Target, number_of
from nlp.listings.targets import Targets

OPENS = frozenset({",", "—", "–", "("})
MOST = 1000  # a greater bare number is a year or an amount
ALL = frozenset({"both", "all", "each"})
STATIVE = frozenset({"be", "remain", "stay", "appear", "sit", "figure", "feature"})


class Counted:
    """Coordinations and counts before a verb of one document."""

    def __init__(self, doc: Doc, targets: Targets) -> None:
        self.doc, self.targets = doc, targets

    def passive(self, verb: Token) -> bool:
        """True where the party of `verb` is its subject: passives, participles, "is", "remains"."""
        if verb.lemma_.lower() in STATIVE:
            return True
        if any(c.dep_ in {"auxpass", "nsubjpass"} for c in verb.children):
            return True
        has_object = any(c.dep_ == "dobj" for c in verb.children)
        if (
            verb.dep_ == "conj"
            and verb.head.pos_ == "VERB"
            and not has_object
            and verb.tag_ in {"VBN", "VBD"}
        ):
            return self.passive(verb.head)
        if verb.tag_ != "VBN" or has_object:
            return False
        return not any(c.dep_ == "aux" and c.lemma_ == "have" for c in verb.children)

    def quantified(self, verb: Token) -> list[Target]:
        """ "A and B, both added to the list", "A, B and C, all placed on it": everybody before the comma."""
        i = verb.i - 1
        if i > verb.sent.start and number_of(self.doc[i]) is not None:
            i -= 1
        if (
            i - 2 < verb.sent.start
            or self.doc[i].lower_ not in ALL
            or self.doc[i - 1].text not in {",", "—", "–"}
        ):
            return []
        found = self.targets.back(i)
        return found if len(found) == 2 or (len(found) > 2 and self.doc[i].lower_ != "both") else []

    def all_before(self, pronoun: Token) -> list[Target]:
        """ "their addition": the coordination or group that the sentence told before, if there is but one."""
        if pronoun.lower_ not in {"their", "them", "they"}:
            return []
        named = self.targets.between(pronoun.sent.start, pronoun.i)
        chain = self.targets.chain(named[0].first, pronoun.i) if named else []
        several = len(chain) > 1 or (chain and chain[0].count is not None)
        return chain if several and len(chain) == len(named) else []

    def bare_number(self, verb: Token) -> list[Target]:
        """ "added eleven to the list", "another 16, placed on it", "three were taken off": a count without its noun."""
        wanted = {"nsubjpass", "nsubj"} if self.passive(verb) else {"dobj"}
        head = next((c for c in verb.children if c.dep_ in wanted), None)
        if head is None and verb.tag_ == "VBN" and verb.i - 2 >= verb.sent.start:
            head = self.doc[verb.i - 2 if self.doc[verb.i - 1].text == "," else verb.i - 1]
        count = number_of(head) if head is not None else None
        if head is None or count is None or not 2 <= count < MOST or self.targets.at(head.i) is not None:
            return []
        first = head.i
        while (
            first > verb.sent.start
            and self.doc[first - 1].head == head
            and self.doc[first - 1].pos_ in DESCRIBING
        ):
            first -= 1
        if self.doc[first].is_currency or any(c.lower_ == "of" for c in head.rights):
            return []  # "two of the chips"
        return [Target(self.doc[first].idx, head.idx + len(head), first, head.i, None, count)]

    def _counted_before(self, verb: Token) -> list[Target]:
        """ "Two of the companies, A and B, were put": as many names as the subject counts."""
        end = self._group_start(verb) - 1
        if end <= verb.sent.start + 3 or self.doc[end].text not in {",", "—", "–", ")"}:
            return []
        names = self.targets.back(end)
        i = names[0].first - 1 if len(names) > 1 else 0
        while i > verb.sent.start and self.doc[i].pos_ in DESCRIBING and self.doc[i].text not in OPENS:
            i -= 1
        if i <= verb.sent.start or self.doc[i].text not in OPENS:
            return []
        near = self.doc[max(verb.sent.start, i - 6) : i]
        group = next((t for t in self.targets.between(near.start, i) if t.count == len(names)), None)
        told = any(number_of(t) == len(names) for t in near)
        if group is not None:
            return [group, *names]
        return names if told and all(t.mention is not None for t in names) else []

    def _of_which(self, word: Token) -> Token | None:
        """The pronoun of "A and B, both of which were added"."""
        if word.i + 2 >= len(self.doc) or self.doc[word.i + 1].lower_ != "of":
            return None
        which = self.doc[word.i + 2]
        return which if which.tag_ in {"WDT", "WP"} else None

    def _group_start(self, verb: Token) -> int:
        """First token of the verb group: "has long been put"."""
        i = verb.i
        while i - 1 > verb.sent.start and (
            self.doc[i - 1].pos_ == "AUX"
            or self.doc[i - 1].pos_ == "ADV"
            or self.doc[i - 1].lower_ in {"too", "not", "n't"}
        ):
            i -= 1
        return i
