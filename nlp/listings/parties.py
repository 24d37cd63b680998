"""The parties of a listing verb: its object or subject, the members named with it, names nobody recognised."""

from functools import cache

from spacy.tokens import Doc, Token
from spacy.tokens import Span as SpacySpan

from db.records import Action, EntityKind
from nlp.extensions import word_beside
from nlp.listings.clauses import Clauses
from nlp.listings.frames import told_of_subject
from nlp.listings.groups import DESCRIBING, Target, counts, group_nouns, number_of
from nlp.listings.lists import ListRef, cues
from nlp.listings.stance import stance_of
from nlp.listings.targets import Targets

SUBJECT_VERBS = frozenset(
    {"find", "land", "end", "go", "enter", "join", "appear", "get", "come", "leave", "exit", "fall"}
)


WITH = frozenset({"together with", "along with", "alongside", "jointly with", "as well as"})
WITH_REACH = 14  # tokens from the list to "together with"
LONGEST_MARKER = 7  # tokens of "among which the latest draft names"
MARK_REACH = 10  # tokens from the list to the colon or comma before the names


class PartyFinder:
    """Reads parties off a verb, in one document with its lists."""

    def __init__(self, doc: Doc, refs: list[ListRef], targets: Targets) -> None:
        self.doc, self.refs, self.targets = doc, refs, targets
        self.clauses = Clauses(doc, targets)

    def targets_of(self, verb: Token, prep: Token | None, ref: ListRef | None) -> list[Target]:
        """The parties of `verb`: its object when active, its subject when passive, then named members."""
        end = (
            prep.i
            if prep is not None and prep.i > verb.i
            else (ref.first if ref is not None and ref.first > verb.i else verb.sent.end)
        )
        found: list[Target] = []
        if verb.pos_ == "NOUN":  # "X figures on the list"
            own = self.targets.at(verb.i - 1)
            found = [own] if own is not None else []
        elif (
            not self.clauses.passive(verb)
            and verb.lemma_.lower() not in SUBJECT_VERBS
            and (self.targets.between(verb.i + 1, end) or not told_of_subject(verb, end))
        ):
            found = self.targets.chain(verb.i + 1, end)
            if found and prep is None and _new_clause(self.doc[verb.i + 1 : found[0].first]):
                found = []  # "after it blacklisted one foundry, China put X on its own list"
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
        quantified = self.clauses.quantified(verb) if verb.tag_ in {"VBN", "VBD"} else []
        found = quantified or found or self.clauses.pronoun_object(verb)
        number = self.clauses.bare_number(verb) if ref is not None else []
        if number and (not found or found[0].first > number[0].last):
            found = [*number, *found]  # "added the seven, including X, to its list"
        if not found and ref is not None:  # "Added to the list were X and Y"
            found = self._after_list(ref)
        found = self._among(found, verb) + found
        if not found and ref is not None and not ref.inferred:
            found = self._unknown(verb)
        after = max(verb.i, ref.last if ref is not None else verb.i)
        found = unique([*found, *self.members(found, verb, after)])
        together = self._with(found, verb, after)
        if together:
            together += self.members(together, verb, together[-1].last)
        return unique([*found, *together, *self._named_after(found, verb, after)])

    def _with(self, found: list[Target], verb: Token, after: int) -> list[Target]:
        """ "X was added to the list together with its owner Y and seven affiliates": Y and the affiliates, too."""
        for i in range(after + 1, min(after + WITH_REACH, verb.sent.end - 1)):
            token = self.doc[i]
            if token.tag_ in {"VBD", "VBZ", "VBP", "MD"} or token.text in {";", ":", "—"}:
                return []
            if not found and self.clauses.passive(verb):
                return []  # nobody is there to be together with
            width = next((n for n in (3, 2, 1) if self.doc[i : i + n].text.lower() in WITH), 0)
            if width:
                chain = self.targets.chain(i + width, verb.sent.end)
                lead = self.doc[i + width : chain[0].first] if chain else ()
                near = all(t.pos_ in DESCRIBING or t.text == "," for t in lead) and len(lead) < 8
                return [t for t in chain if t not in found] if near else []
        return []

    def _named_after(self, found: list[Target], verb: Token, after: int) -> list[Target]:
        """ "dropped two names from the list on Monday, X and the maker Y": as many names as were counted."""
        counts = {t.count for t in found if t.count is not None}
        if not counts or any(t.mention is not None for t in found):
            return []
        for i in range(after + 1, min(after + MARK_REACH, verb.sent.end - 1)):
            token = self.doc[i]
            if token.text in {",", ":", "—", "–"}:
                chain = [t for t in self.targets.chain(i + 1, verb.sent.end) if t.count is None]
                lead = self.doc[i + 1 : chain[0].first] if chain else ()
                if (
                    chain
                    and len(chain) in counts
                    and all(t.pos_ in DESCRIBING or t.text == "-" for t in lead)
                ):
                    return chain
            elif token.tag_ in {"VBD", "VBZ", "VBP", "MD"} or token.text == ";":
                return []
        return []

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

    def _among(self, found: list[Target], verb: Token) -> list[Target]:
        """ "X and Y were among 140 companies added", "X, one of the firms taken off": X and Y, too."""
        if found and found[0].count is not None:
            i = found[0].first - 1
        elif not found and verb.dep_ in {"acl", "relcl"} and counts(verb.head, group_nouns()):
            i = verb.head.i - 1
        else:
            return []
        while i > 0 and self.doc[i].pos_ in {"DET", "ADV", "ADJ"}:
            i -= 1
        prep = self.doc[i]
        part = prep
        if prep.lower_ == "of" and prep.head.i == i - 1 and number_of(prep.head) is not None:
            part = prep.head  # "one of"
        elif prep.lower_ not in {"among", "amongst"}:
            return []
        if part.dep_ == "appos" or (part.i and self.doc[part.i - 1].text == "," and part.head.pos_ != "AUX"):
            named = self.targets.antecedent(part.i)
            ok = named is not None and named.mention is not None and not self.targets.possessor(named)
            return [named] if named is not None and ok and number_of(part) in (None, 1) else []
        copula = part.head
        if copula.lemma_ != "be" or stance_of(copula, Action.ADD).action is not Action.ADD:
            return []
        return [t for t in self.clauses.subject(copula) if t.count is None]

    def members(self, found: list[Target], verb: Token, after: int) -> list[Target]:
        """Named members after "including", "among them", or in brackets after an unnamed group."""
        sent = verb.sent
        members: list[Target] = []
        for i in range(sent.start, sent.end):
            width = self.marker(i)
            if not width:
                continue
            nxt = self.targets.chain(i + width, sent.end)
            if nxt and nxt[0].first - (i + width) <= 8 and self._marks_group(i, found, after):
                members += [t for t in nxt if t not in found]
        text = self.doc[after + 1 : sent.end]
        for offset, token in enumerate(text):  # "41 companies, Yulong among them"
            marked = token.lower_ == "among" and word_beside(token) == "them"
            if offset and (marked or (token.lower_ == "included" and _closes(token))):
                members += [t for t in self.targets.back(token.i, after) if t not in found]
        return members

    def marker(self, i: int) -> int:
        """Length in tokens of a member marker that begins at token `i`; 0 for none."""
        words = [t.lower_ for t in self.doc[i : i + LONGEST_MARKER]]
        for begin, end in _markers().get(words[0], ()) if words else ():
            if words[: len(begin)] != begin:
                continue
            if not end:
                return len(begin)
            for k in range(
                len(begin) + 1, len(words)
            ):  # "among which the draft names": who names, and the verb
                if words[k] == end:
                    return k + 1
        return 0

    def _marks_group(self, i: int, found: list[Target], after: int) -> bool:
        """The marker follows the group, or the list, closely, and no other party stands between."""
        if self.doc[i].lower_ == "like":
            return False
        before = [t for t in self.targets.all if t.last < i and t.last > i - 14]
        if before and before[-1].last > after and before[-1] not in found:
            return False
        anchors = [t.last for t in found if t.last < i and t.count is not None]
        loose = self.doc[i].lower_ in {"such", "including", "notably"}
        if not loose or not any(t.tag_ in {"VBD", "VBZ", "VBP", "MD"} for t in self.doc[after + 1 : i]):
            # never "and sells chips to brands such as X"
            anchors += [*(t.last for t in found if t.last < i), after]
        return any(0 < i - a <= 12 for a in anchors if a < i)


def _closes(token: Token) -> bool:
    """True for an "included" that ends its phrase: never "included in the deal", "was included"."""
    nxt = token.nbor(1) if token.i + 1 < len(token.doc) else None
    alone = not any(c.dep_ in {"aux", "auxpass"} for c in token.children)
    return alone and (nxt is None or nxt.is_punct) and token.nbor(-1).pos_ not in {"AUX", "ADV", "PUNCT"}


@cache
def _markers() -> dict[str, list[tuple[list[str], str]]]:
    """Member markers by their first word: the words that begin it, and what ends it after a few others, or ""."""
    found: dict[str, list[tuple[list[str], str]]] = {}
    for marker in cues()["members"]["markers"]:
        begin, _, end = marker.partition(" ... ")
        words = begin.split()
        found.setdefault(words[0], []).append((words, end))
    return found


def unique(targets: list[Target]) -> list[Target]:
    """The targets, each once, in order."""
    return list(dict.fromkeys(targets))


def _new_clause(words: SpacySpan) -> bool:
    """True where a comma ends the clause, and a verb begins another one."""
    comma = next((t.i for t in words if t.text == ","), None)
    return comma is not None and any(t.i > comma and t.tag_ in {"VBD", "VBZ", "VBP", "MD"} for t in words)
