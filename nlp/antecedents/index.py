"""What descriptions and pronouns look things up in: which party stands where, and what the text calls it."""

from bisect import bisect_right
from collections import Counter, defaultdict

from spacy.attrs import IDX, ORTH
from spacy.strings import get_string_id
from spacy.tokens import Doc, Token

from db.records import EntityKind, Mention
from nlp.companies.cues import AFTER_HYPHEN
from nlp.lexicon import Lexicon
from nlp.names import core
from nlp.parties import Parties

_OPENING, _CLOSING, _STRAIGHT = frozenset("“«"), frozenset("”»"), frozenset(['"', "''", "``"])
#: Ways down from a company to what is said of it; a mere apposition may be the next item of a list.
SUBORDINATE = frozenset(["pobj", "agent", "acl", "relcl", "poss"])
MAX_STEPS = 12  # heads climbed; deeper parses are wrong parses
_MARK_NUMBERS = frozenset(get_string_id(mark) for mark in _OPENING | _CLOSING | _STRAIGHT)
#: After these words nothing more is said of the party itself.
STOPS = frozenset(
    ["and", "or", ",", ".", ";", ":", "(", ")", "that", "which", "whose", "where", "who", "with"]
)


class Reading:
    """One document's parties by token and sentence; grows while antecedents are found."""

    def __init__(self, doc: Doc, parties: Parties, words: Lexicon) -> None:
        self.doc = doc
        self.parties = parties
        self.words = words
        self.party_at: dict[int, int] = {}  #: token -> entity
        self.said_of: dict[int, set[str]] = defaultdict(set)  #: entity -> words it is described by
        self.described_by: dict[str, set[int]] = defaultdict(set)  #: word -> entities
        self.seen: set[int] = set()  #: companies named so far; filled while sentences are read
        self.sentences: list[list[tuple[int, int]]] = []  #: a list a sentence of (first token, entity)
        self.sentence_of: list[int] = [0] * len(doc)
        self.quoted = _quoted(doc)
        self._subjects: dict[int, set[int]] = {}
        self._told: tuple[int | None, frozenset[int], frozenset[int]] | None = None
        self._read()

    def _read(self) -> None:
        doc = self.doc
        for number, sentence in enumerate(doc.sents):
            self.sentences.append([])
            self.sentence_of[sentence.start : sentence.end] = [number] * len(sentence)
        starts = doc.to_array([IDX]).tolist()
        for mention in self.parties.mentions:
            first = bisect_right(starts, mention.start) - 1
            last = bisect_right(starts, mention.end - 1) - 1
            entity = self.parties.root(mention.entity)
            for i in range(first, last + 1):
                self.party_at[i] = entity
            hyphenated = (
                last + 2 < len(doc)
                and doc[last + 1].text in ("-", "–")
                and doc[last + 2].lower_ in AFTER_HYPHEN
            )
            if not hyphenated:  # "Alibaba-backed Megvii" is not about Alibaba
                self.sentences[self.sentence_of[first]].append((first, entity))
            if mention.kind is EntityKind.COMPANY:
                self._learn(first, last, entity, mention)
        for entity, said in self.said_of.items():
            for word in said:
                self.described_by[word].add(entity)

    def _learn(self, first: int, last: int, entity: int, mention: Mention) -> None:
        """Remember what the text calls the company beside its name: "chip designer X", "X, the Austin toolmaker"."""
        doc, said = self.doc, self.said_of[entity]
        said.update(stem(word) for word in core(mention.text).split())
        i = first - 1
        if i >= 0 and doc[i].lower_ in self.words.company_nouns:
            while (
                i >= max(0, first - 7)
                and doc[i].text not in STOPS
                and doc[i].lower_ not in ("the", "a", "an")
            ):
                said.update(stem(part) for part in doc[i].lower_.split("-"))
                i -= 1
        j = last + 1
        if (
            j + 1 < len(doc)
            and doc[j].text == ","
            and doc[j + 1].lower_ in ("a", "an", "the", "another", "based")
        ):
            phrase = range(j + 2, min(j + 11, len(doc)))
            phrase = range(j + 2, next((k for k in phrase if doc[k].text in STOPS), phrase.stop))
            if not any(doc[k].dep_ in ("nsubj", "nsubjpass") for k in phrase):  # "at X, the Boston firm said"
                said.update(stem(doc[k].lower_) for k in phrase)
        said.discard("the")

    def note(self, first: int, last: int, entity: int) -> None:
        """A further mention at tokens [first, last]."""
        for i in range(first, last + 1):
            self.party_at[i] = entity
        number = self.sentence_of[first]
        row = self.sentences[number]
        row.append((first, entity))
        row.sort()
        self._subjects.pop(number, None)

    def subjects(self, number: int) -> set[int]:
        """The parties that sentence `number` tells something of: its subjects, and whose shares or chief they are."""
        found = self._subjects.get(number)
        if found is None:
            found = self._subjects[number] = set()
            if self.sentences[number]:
                first = self.sentences[number][0][0]
                for token in self.doc[first].sent:
                    if token.dep_ in ("nsubj", "nsubjpass") and token.head.dep_ not in ("relcl", "acl"):
                        owners = (c for c in token.children if c.dep_ in ("poss", "compound", "appos"))
                        at = next((t.i for t in (token, *owners) if t.i in self.party_at), None)
                        if at is not None:
                            found.add(self.party_at[at])
                        found.update(self.party_at[t.i] for t in token.conjuncts if t.i in self.party_at)
        return found

    def topic(self) -> int | None:
        """The company that the whole text names at least half as often again as any other."""
        return self._tell()[0]

    def leads(self) -> frozenset[int]:
        """The company named first, and those that the title names."""
        return self._tell()[1]

    def main(self) -> int | None:
        """The one company of the title, else the topic."""
        titled = self.titled()
        return next(iter(titled)) if len(titled) == 1 else self.topic()

    def titled(self) -> frozenset[int]:
        """The companies that the title names."""
        return self._tell()[2]

    def named_before(self, entity: int, number: int) -> int:
        """In how many sentences before sentence `number` the company is named or meant."""
        return sum(any(e == entity for _, e in row) for row in self.sentences[:number])

    def _tell(self) -> tuple[int | None, frozenset[int], frozenset[int]]:
        if self._told is None:
            title = (self.doc._.context.title or "").lower()
            counts: Counter[int] = Counter()
            leads: set[int] = set()
            titled: set[int] = set()
            for mention in self.parties.mentions:
                entity = self.parties.root(mention.entity)
                if mention.kind is EntityKind.COMPANY and mention.how not in ("description", "pronoun"):
                    if not counts:
                        leads.add(entity)
                    if title and core(mention.text) in title:
                        titled.add(entity)
                    counts[entity] += 1
            first, second = [*counts.most_common(2), (-1, 0), (-1, 0)][:2]
            topic = first[0] if first[1] >= 2 and first[1] >= 1.5 * second[1] else None
            self._told = topic, frozenset(leads | titled), frozenset(titled)
        return self._told

    def kind(self, entity: int) -> EntityKind:
        return self.parties.drafts[entity].kind

    def is_company(self, entity: int) -> bool:
        return self.kind(entity) is EntityKind.COMPANY

    def companies(self, number: int, before: int | None = None) -> list[int]:
        """Companies named in sentence `number` (before token `before`), in order."""
        if number < 0:
            return []
        found = [
            (i, e) for i, e in self.sentences[number] if (before is None or i < before) and self.is_company(e)
        ]
        if len(found) < 2:
            return [e for _, e in found]
        return [e for i, e in found if not self._in_other(i, e)]

    def _in_other(self, first: int, entity: int) -> bool:
        """True for a company that only tells something of another: "Orient Lidar, backed by Meituo, sued"."""
        node, inside = self.doc[first], False
        for _ in range(MAX_STEPS):
            inside = inside or node.dep_ in SUBORDINATE
            if node.head is node:
                return False
            node = node.head
            over = self.party_at.get(node.i)
            if inside and over is not None and over != entity and self.is_company(over):
                return True
        return False

    def subject_party(self, verb: Token, before: int) -> int | None:
        """The party that is subject of `verb` and stands before token `before`."""
        subject = subject_of(verb)
        return None if subject is None or subject.i >= before else self.party_at.get(subject.i)


def subject_of(verb: Token) -> Token | None:
    return next((child for child in verb.lefts if child.dep_ in ("nsubj", "nsubjpass")), None)


def said_before(reading: Reading, verb: Token, before: int) -> int | None:
    """The party that is subject of what `verb` reports: "Haoyang will appeal, it said"."""
    for child in verb.lefts:
        if child.dep_ in ("ccomp", "parataxis") and child.i < before:
            return reading.subject_party(child, before)
    return None


def stem(word: str) -> str:
    """`word` without a plural s, so that "Cameras" fits "camera maker"."""
    return word[:-1] if len(word) > 4 and word.endswith("s") and not word.endswith("ss") else word


def _quoted(doc: Doc) -> list[bool]:
    """For each token whether it stands in quotation marks; marks are counted anew in each block."""
    flags = [False] * len(doc)
    marks = [i for i, orth in enumerate(doc.to_array([ORTH]).tolist()) if orth in _MARK_NUMBERS]
    starts = [block.start for block in doc._.blocks]
    opened: int | None = None
    for i in marks:
        text = doc[i].text
        if opened is not None and bisect_right(starts, doc[opened].idx) != bisect_right(starts, doc[i].idx):
            opened = None
        if text in _OPENING or (text in _STRAIGHT and opened is None):
            opened = i if opened is None else opened
        elif opened is not None:
            flags[opened : i + 1] = [True] * (i + 1 - opened)
            opened = None
    return flags
