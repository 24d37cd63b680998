"""Who a listing is about: named companies, counted groups, coordinations and members.

"14 Chinese organisations, among them A, B and C, which is backed by D": a group of 14, members A, B and C,
never D. The gap between two names decides whether they are coordinated.
"""

from bisect import bisect_left
from collections.abc import Iterator

from spacy.tokens import Doc

from db.records import EntityKind
from nlp.extensions import tokens_at
from nlp.listings.groups import DESCRIBING, Target, counts, find_groups

TARGET_KINDS = frozenset({EntityKind.COMPANY, EntityKind.ORGANISATION})
RELATIVE = frozenset({"which", "who", "whose", "where", "that"})
_NOT_THEMSELVES = {
    "unit",
    "subsidiary",
    "affiliate",
    "arm",
    "supplier",
    "executive",
    "product",
    "share",
    "part",
    "drone",
    "customer",
}
#: What makes a name the object of a description; a list, for the tagger takes "the Turkish forwarder" for one, too.
GOVERNING = frozenset(
    "of by in at from with for against between under over behind near than via through into onto among amongst within "
    "outside inside alongside without across about after before since toward towards around per versus unlike besides "
    "despite except beyond below above beside down up off out as until till during along amid upon following".split()
)
MAX_GAP = 22  # tokens of apposition between two coordinated names
MAX_RELATIVE = 30  # with a relative clause in between
KEPT_AS = "tradewire.targets"  # in doc.user_data between `listings` and `relations`


class Targets:
    """All candidates of one document, in order, and how they hang together."""

    def __init__(self, doc: Doc) -> None:
        self.doc = doc
        self.mentions = doc._.mentions
        named = list(_named(doc))
        covered = {i for t in named for i in range(t.first, t.last + 1)}
        self.groups = list(find_groups(doc, covered))
        inside = [(g.first, g.last) for g in self.groups]
        self.named = [t for t in named if not any(a <= t.first and t.last <= b for a, b in inside)]
        self.all = sorted([*self.named, *self.groups], key=lambda t: (t.first, -t.last))
        self._firsts = [t.first for t in self.all]
        self._at: dict[int, Target] = {}
        for target in self.all:
            for i in range(target.first, target.last + 1):
                self._at.setdefault(i, target)

    @classmethod
    def of(cls, doc: Doc, *, last: bool = False) -> "Targets":
        """The candidates of `doc`, read once for all components; the `last` one lets go of them."""
        kept = doc.user_data.get(KEPT_AS)
        if kept is None or kept.mentions is not doc._.mentions:
            kept = cls(doc)
        doc.user_data[KEPT_AS] = kept
        if last:
            del doc.user_data[KEPT_AS]  # it points back at the Doc, which could not be freed at once
        return kept

    def at(self, token: int) -> Target | None:
        """The candidate that holds `token`."""
        return self._at.get(token)

    def between(self, first: int, last: int) -> list[Target]:
        """Candidates wholly inside tokens [first, last)."""
        begin = bisect_left(self._firsts, first)
        end = bisect_left(self._firsts, last, begin)
        return [t for t in self.all[begin:end] if t.last < last]

    def possessor(self, target: Target) -> bool:
        """True for "X's": X owns what follows and is not meant itself."""
        nxt = target.last + 1
        last = self.doc[target.last].text
        if last in {"'s", "’s"} or (nxt < len(self.doc) and self.doc[nxt].tag_ == "POS"):
            return True
        return self._modifies(target)

    def _modifies(self, target: Target) -> bool:
        """ "Inspur units", "Skylark drones": the name only describes the noun after it."""
        if target.mention is None or target.last + 1 >= len(self.doc):
            return False
        root = self.doc[target.first : target.last + 1].root
        following = self.doc[target.last + 1]
        if following.pos_ not in {"NOUN", "ADJ"} or self.at(following.i) is not None:
            return False
        return following.pos_ == "NOUN" and (
            (root.head.i > target.last and root.dep_ in {"compound", "nmod", "amod"})
            or counts(following, _NOT_THEMSELVES)
        )

    def governed(self, target: Target, start: int) -> bool:
        """True where a preposition after token `start` stands before the target: "a rival of X"."""
        i = target.first - 1
        if i > start and self.doc[i].lower_ == "than":  # "more than 20 firms"
            i -= 2
        while (
            i >= start
            and (self.doc[i].pos_ in DESCRIBING or self.doc[i].text in "“\"'‘-(")
            and not self._in_other(i, target)
        ):
            if self.doc[i].lower_ in {"to", "by"}:
                break
            i -= 1
        if i < start:
            return False
        token = self.doc[i]
        if token.lower_ == "as" and i and self.doc[i - 1].lower_ in {"well", "such"}:
            return False
        return token.lower_ in GOVERNING and token.pos_ == "ADP"

    def _in_other(self, i: int, target: Target) -> bool:
        other = self.at(i)
        return other is not None and other is not target

    def chain(self, first: int, last: int) -> list[Target]:
        """The coordination that begins with the first free candidate in tokens [first, last)."""
        accepted: list[Target] = []
        previous: Target | None = None  # raw, accepted or not
        previous_in = False
        for target in self.between(first, last):
            if self.doc[target.first].tag_ == "PRP$":
                continue  # "A, its affiliate B and C": whose affiliate B is, and no party between them
            if (
                previous is not None
                and _same_party(previous, target)
                and self.doc[target.first - 1].text == "("
            ):
                continue  # "part of Northern Ships Group (NSG), has been": NSG is meant as little as the group
            if self.possessor(target):
                previous, previous_in = target, False
                continue
            if not accepted:
                if self.governed(target, first) and not previous_in:
                    previous, previous_in = target, False
                    continue
                accepted.append(target)
                previous, previous_in = target, True
                continue
            ok = self._coordinated(accepted[-1], target) and not self.governed(target, accepted[-1].last + 1)
            if ok and previous is not None and not previous_in and not self.possessor(previous):
                ok = self._leaves(previous, target)
            if ok and self._begins_clause(target):
                break
            if ok:
                accepted.append(target)
            elif previous_in and not _soft(self.doc, accepted[-1].last + 1, target.first):
                break
            previous, previous_in = target, ok
        return self._spelt_out(accepted, last)

    def _spelt_out(self, accepted: list[Target], last: int) -> list[Target]:
        """ "A, B and two firms abroad: C and D": C and D in place of the two."""
        count = accepted[-1].count if len(accepted) > 1 else None
        if count is None:
            return accepted
        mark = next(
            (t.i for t in self.doc[accepted[-1].last + 1 : last][:6] if t.text in {":", "—", "–"}), None
        )
        names = self.chain(mark + 1, last) if mark is not None else []
        if len(names) != count or any(t.mention is None for t in names):
            return accepted
        return [*accepted[:-1], *names]

    def _leaves(self, inner: Target, target: Target) -> bool:
        """True where `target` no longer goes on with `inner`, which was not meant: ", backed by B, C and D, and E"."""
        gap = self.doc[inner.last + 1 : target.first]
        words = [t.lower_ for t in gap if t.pos_ not in DESCRIBING]
        return not words or words[:2] == [",", "and"] or any(w not in {",", "and", "or", "&"} for w in words)

    def _begins_clause(self, target: Target) -> bool:
        """ "..., and Nvidia took a stake": the name is the subject of a clause of its own."""
        root = self.doc[target.first : target.last + 1].root
        verb = root.head
        return (
            root.dep_ in {"nsubj", "nsubjpass"}
            and verb.i > target.last
            and verb.dep_ == "conj"
            and verb.tag_ in {"VBD", "VBZ", "VBP"}
        )

    def _coordinated(self, left: Target, right: Target) -> bool:
        gap = self.doc[left.last + 1 : right.first]
        if not len(gap) or not any(
            t.lower_ in {",", ";", "and", "or", "&", "plus", "with", "well"} for t in gap
        ):
            return False
        if any(t.text == "\n" or t.text in {":", "."} for t in gap if not t.is_space):
            return False
        relative = _relative(self.doc, gap.start, right.first)
        if relative:
            return len(gap) <= MAX_RELATIVE and any(
                t.text in {",", ";"} for t in self.doc[relative + 1 : right.first]
            )
        verbs = [t for t in gap if t.pos_ in {"VERB", "AUX"} and t.tag_ not in {"VBG", "VBN"}]
        return len(gap) <= MAX_GAP and not verbs

    def antecedent(self, token: int) -> Target | None:
        """The candidate that ends right before `token`, a comma, bracket or apposition apart."""
        i = token - 1
        while i >= 0 and (self.doc[i].text in {",", "—", "–", "-", "(", ")"} or self.doc[i].is_space):
            i -= 1
        if (
            i > 1 and self.at(i) is None and self.doc[i].pos_ == "PROPN"
        ):  # "Wattle Range of Australia, in which"
            place = i
            while place > 0 and self.doc[place].pos_ == "PROPN":
                place -= 1
            if self.doc[place].lower_ in {"of", "in"} and self.doc[place + 1].ent_type_ in {"GPE", "LOC"}:
                return self.at(place - 1)
        return self.at(i) if i >= 0 else None

    def back(self, end: int, after: int = -1) -> list[Target]:
        """The coordination that ends right before token `end`: "X and the supplier Y among them"."""
        target = self.antecedent(end)
        chain = [target] if target is not None else []
        before = self.between(max(after + 1, self.doc[end].sent.start), chain[0].first) if chain else []
        for other in reversed(before):
            gap = [t.lower_ for t in self.doc[other.last + 1 : chain[0].first] if t.pos_ not in DESCRIBING]
            if (
                other.mention is None
                or not set(gap) & {",", "and"}
                or not set(gap) <= {",", "and", "-"}
                or self.possessor(other)
                or (after >= 0 and self.governed(other, after))
            ):
                break
            chain.insert(0, other)
        return chain


def _same_party(one: Target, other: Target) -> bool:
    return (
        one.mention is not None and other.mention is not None and one.mention.entity == other.mention.entity
    )


def _relative(doc: Doc, first: int, last: int) -> int:
    """Index of a relative pronoun after a comma in tokens [first, last), or 0."""
    for i in range(first, last):
        if doc[i].lower_ in RELATIVE and i > 0 and doc[i].tag_ in {"WDT", "WP", "WP$", "WRB"}:
            return i
    return 0


def _soft(doc: Doc, first: int, last: int) -> bool:
    """True where more of a coordination may follow: no full stop or finite verb outside a relative clause."""
    if _relative(doc, first, last):
        return True
    return not any(
        t.pos_ in {"VERB", "AUX"} and t.tag_ in {"VBD", "VBZ", "VBP", "MD"} for t in doc[first:last]
    )


def _named(doc: Doc) -> Iterator[Target]:
    for mention in doc._.mentions:
        if mention.kind not in TARGET_KINDS:
            continue
        tokens = tokens_at(doc, mention.start, mention.end)
        if tokens is not None:
            yield Target(mention.start, mention.end, tokens.start, tokens.end - 1, mention)
