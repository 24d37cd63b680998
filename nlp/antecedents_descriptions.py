"""Who "the camera maker", "the company" and "it" are: a party of the document, or nobody.

A description stands for a party only when exactly one fits; a pronoun only for the subject that governs it.
"""

from collections import defaultdict

from spacy.tokens import Doc, Token

from db.records import EntityKind
from nlp.lexicon import Lexicon
from nlp.names import core, key
from nlp.parties import Parties

#: Heads that any company can be called by; the words before them must tell more.
GENERIC_HEADS = frozenset(
    [
        "company",
        "firm",
        "group",
        "business",
        "corporation",
        "enterprise",
        "giant",
        "maker",
        "manufacturer",
        "producer",
        "developer",
        "designer",
        "supplier",
        "vendor",
        "conglomerate",
        "specialist",
        "pioneer",
        "leader",
        "builder",
        "operator",
        "provider",
        "contractor",
        "unicorn",
    ]
)
SINGULAR_HEADS = GENERIC_HEADS | frozenset(
    [
        "start-up",
        "startup",
        "carmaker",
        "automaker",
        "chipmaker",
        "chip-maker",
        "toolmaker",
        "dronemaker",
        "drugmaker",
        "planemaker",
        "shipbuilder",
        "steelmaker",
        "phonemaker",
        "carrier",
        "retailer",
        "insurer",
        "lender",
        "bank",
        "broker",
        "brokerage",
        "fund",
        "foundry",
        "miner",
        "refiner",
        "distributor",
        "trader",
        "importer",
        "exporter",
        "grocer",
        "chain",
        "platform",
        "airline",
        "utility",
        "assembler",
        "exchange",
    ]
)
#: "chipmaker" says chip.
INSIDE_HEADS = {
    "chipmaker": "chip", "chip-maker": "chip", "carmaker": "car", "automaker": "car", "toolmaker": "tool",
    "dronemaker": "drone", "drugmaker": "drug", "planemaker": "plane", "phonemaker": "phone", "steelmaker": "steel",
    "shipbuilder": "ship",
}  # fmt: skip
AGENCY_HEADS = frozenset(
    [
        "department",
        "ministry",
        "agency",
        "bureau",
        "commission",
        "regulator",
        "administration",
        "office",
        "authority",
        "court",
        "council",
        "committee",
        "embassy",
        "government",
        "watchdog",
        "treasury",
        "pentagon",
    ]
)
#: After these the description is not about somebody already named.
RESTRICTING = frozenset(["that", "which", "whose", "of", "behind", "where", "who", "with"])
STOP_MODIFIERS = frozenset(
    [
        "the",
        "same",
        "said",
        "own",
        "largest",
        "biggest",
        "second",
        "third",
        "first",
        "leading",
        "top",
        "world",
        "new",
        "former",
        "other",
    ]
)


class Descriptions:
    """Adds mentions for descriptions and pronouns to the parties of one document."""

    def __init__(self, doc: Doc, parties: Parties, words: Lexicon) -> None:
        self.doc = doc
        self.parties = parties
        self.words = words
        self.token_party: dict[int, int] = {}
        self.said_of: dict[int, set[str]] = defaultdict(set)
        self.sentence_of: list[int] = [0] * len(doc)
        #: (first token, entity) of every mention in reading order, a list a sentence
        self.in_sentence: list[list[tuple[int, int]]] = []

    def resolve(self) -> None:
        self._index()
        added: list[tuple[int, int, int, str]] = []
        for number, sentence in enumerate(self.doc.sents):
            for token in sentence:
                if token.i in self.token_party:
                    continue
                found = None
                if token.lower_ in SINGULAR_HEADS or token.lower_ in AGENCY_HEADS:
                    found = self._description(token, number)
                elif token.lower_ in ("it", "its"):
                    found = self._pronoun(token, number)
                if found is None:
                    continue
                first, entity, how = found
                self._note(first, token.i, entity, number)
                start = self.doc[first].idx
                added.append((start, token.idx + len(token), entity, how))
        for start, end, entity, how in added:
            self.parties.add(start, end, entity, how, 0.7 if how == "description" else 0.6)
        self.parties.sort()

    def _index(self) -> None:
        for number, sentence in enumerate(self.doc.sents):
            self.in_sentence.append([])
            for i in range(sentence.start, sentence.end):
                self.sentence_of[i] = number
        by_start = {token.idx: token.i for token in self.doc}
        for mention in self.parties.mentions:
            first = by_start.get(mention.start)
            if first is None:
                span = self.doc.char_span(mention.start, mention.end, alignment_mode="expand")
                if span is None:
                    continue
                first = span.start
            last = first
            while last + 1 < len(self.doc) and self.doc[last + 1].idx < mention.end:
                last += 1
            entity = self.parties.root(mention.entity)
            self._note(first, last, entity, self.sentence_of[first])
            if mention.kind is EntityKind.COMPANY:
                self._learn(first, last, entity)
        for at, draft in enumerate(self.parties.drafts):
            if draft.kind is EntityKind.COMPANY and draft.into is None:
                self.said_of[at].update(_stem(word) for word in core(draft.name).split())

    def _note(self, first: int, last: int, entity: int, number: int) -> None:
        for i in range(first, last + 1):
            self.token_party[i] = entity
        self.in_sentence[number].append((first, entity))

    def _learn(self, first: int, last: int, entity: int) -> None:
        """Remember what the text calls the company beside its name: "chip designer X", "X, the Austin toolmaker"."""
        doc = self.doc
        i = first - 1
        if i >= 0 and doc[i].lower_ in self.words.company_nouns:
            while (
                i >= 0
                and i > first - 6
                and doc[i].lower_ not in ("the", "a", "an")
                and doc[i].text not in ",.;:()"
            ):
                self.said_of[entity].add(_stem(doc[i].lower_))
                i -= 1
        j = last + 1
        if j + 1 < len(doc) and doc[j].text == "," and doc[j + 1].lower_ in ("a", "an", "the", "another"):
            for k in range(j + 2, min(j + 9, len(doc))):
                if doc[k].text in ",.;()" or doc[k].lower_ in RESTRICTING:
                    break
                self.said_of[entity].add(_stem(doc[k].lower_))

    def _description(self, head: Token, number: int) -> tuple[int, int, str] | None:
        doc = self.doc
        if head.tag_ not in ("NN", "NNP") or (
            head.i + 1 < len(doc) and doc[head.i + 1].lower_ in RESTRICTING
        ):
            return None
        first = head.i - 1
        while (
            first >= 0
            and first > head.i - 8
            and doc[first].lower_ not in ("the", "this")
            and (
                doc[first].text == "-"
                or doc[first].pos_ in ("NOUN", "ADJ", "PROPN", "VERB", "NUM", "ADV", "PART")
                or doc[first].tag_ == "POS"
            )
        ):
            first -= 1
        if first < 0 or doc[first].lower_ not in ("the", "this") or doc[first].sent.start > first:
            return None
        if head.i + 1 < len(doc) and (
            head.i + 1 in self.token_party or doc[head.i + 1].pos_ in ("NOUN", "PROPN")
        ):
            return None  # "the camera maker Haoyang", "the company spokesman"
        said = {
            _stem(doc[i].lower_)
            for i in range(first + 1, head.i)
            if doc[i].is_alpha or doc[i].lower_ == "start-up"
        }
        said -= STOP_MODIFIERS | {"base", "based", "list", "blacklist", "listed"}
        if any(i in self.token_party for i in range(first, head.i)):
            return None
        if head.lower_ in AGENCY_HEADS:
            return self._agency(first, head, said, number)
        if head.lower_ in INSIDE_HEADS:
            said.add(INSIDE_HEADS[head.lower_])
        elif head.lower_ not in GENERIC_HEADS:
            said.add(_stem(head.lower_))
        entity = self._fitting(first, head, said, number)
        return None if entity is None else (first, entity, "description")

    def _agency(self, first: int, head: Token, said: set[str], number: int) -> tuple[int, int, str] | None:
        """The last body named that is called so: "the ministry" after "Ministry of Commerce"."""
        for back in range(number, max(-1, number - 12), -1):
            for _, entity in reversed(self.in_sentence[back]):
                draft = self.parties.drafts[entity]
                if (
                    draft.kind is EntityKind.AGENCY
                    and head.lower_ in key(draft.name).split()
                    and said <= set(key(draft.name).split())
                ):
                    return first, entity, "description"
        return None

    def _fitting(self, first: int, head: Token, said: set[str], number: int) -> int | None:
        """The one company that the description can mean."""
        barred = self._barred(head)
        here = [entity for at, entity in self.in_sentence[number] if at < first]
        before = [entity for _, entity in self.in_sentence[number - 1]] if number else []
        near = {e for e in (*here, *before) if self._is_company(e)} - barred
        fitting = {entity for entity in near if said & self.said_of[entity]}
        if len(fitting) == 1:
            return fitting.pop()
        if len(near) == 1:
            entity = near.pop()
            return entity if not self._contradicts(said, entity) else None
        if near:
            return None
        if said:
            everywhere = {e for row in self.in_sentence[:number] for _, e in row if said & self.said_of[e]}
            companies = {e for e in everywhere if self._is_company(e)} - barred
            return companies.pop() if len(companies) == 1 else None
        for back in range(number - 2, max(-1, number - 4), -1):
            found = {e for _, e in self.in_sentence[back] if self._is_company(e)} - barred
            if found:
                return found.pop() if len(found) == 1 else None
        return None

    def _is_company(self, entity: int) -> bool:
        return self.parties.drafts[entity].kind is EntityKind.COMPANY

    def _contradicts(self, said: set[str], entity: int) -> bool:
        """True when the description names a place and another place is known of the company."""
        places = said & self.words.places
        known = self.said_of[entity] & self.words.places
        return bool(places and known and not places & known)

    def _barred(self, head: Token) -> set[int]:
        """The subject of the description's own clause: "Calloway, which sells to the Shenzhen company"."""
        if head.dep_ in ("nsubj", "nsubjpass"):
            return set()
        verb = head
        for _ in range(12):
            if verb.head is verb or verb.pos_ in ("VERB", "AUX"):
                break
            verb = verb.head
        found = set()
        for child in verb.lefts:
            if child.dep_ in ("nsubj", "nsubjpass") and child.i in self.token_party:
                found.add(self.token_party[child.i])
        if verb.dep_ == "relcl" and verb.head.i in self.token_party:
            found.add(self.token_party[verb.head.i])
        return found

    def _pronoun(self, token: Token, number: int) -> tuple[int, int, str] | None:
        """The subject that governs "it" or "its"."""
        verb = token.head
        steps = 0
        is_subject = token.dep_ in ("nsubj", "nsubjpass")
        own_verb = verb if is_subject else None
        while steps < 12:
            steps += 1
            if verb is not own_verb and verb.pos_ in ("VERB", "AUX"):
                subject = next((c for c in verb.lefts if c.dep_ in ("nsubj", "nsubjpass")), None)
                if subject is not None and subject.i < token.i:
                    return self._if_party(token, subject)
                if (
                    verb.dep_ in ("relcl", "acl")
                    and verb.head.i in self.token_party
                    and verb.head.i < token.i
                ):
                    return self._if_party(token, verb.head)
            if verb.head is verb:
                break
            verb = verb.head
        if is_subject and number and token.i - token.sent.start <= 3:
            return self._previous_subject(token, number)
        return None

    def _if_party(self, token: Token, subject: Token) -> tuple[int, int, str] | None:
        entity = self.token_party.get(subject.i)
        if entity is None:  # "Haoyang's shares ... its": the possessor is not the subject
            return None
        kind = self.parties.drafts[entity].kind
        if kind in (EntityKind.COMPANY, EntityKind.AGENCY, EntityKind.ORGANISATION):
            return token.i, entity, "pronoun"
        return None

    def _previous_subject(self, token: Token, number: int) -> tuple[int, int, str] | None:
        start = token.sent.start
        if start == 0:
            return None
        root = self.doc[start - 1].sent.root
        subject = next((c for c in root.lefts if c.dep_ in ("nsubj", "nsubjpass")), None)
        return None if subject is None else self._if_party(token, subject)


def _stem(word: str) -> str:
    """`word` without a plural s, so that "Cameras" fits "camera maker"."""
    word = word.lower()
    return word[:-1] if len(word) > 4 and word.endswith("s") and not word.endswith("ss") else word
