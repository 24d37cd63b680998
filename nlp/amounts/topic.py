"""Which company an amount belongs to when its sentence does not say: the one the text is about at that place.

Each sentence has a centre: the company that is the subject of its main clause, or owns that subject, or speaks. The text
has a main company where one outweighs all others by mentions, title and first sentence. An open place takes the
centre of its own paragraph, nearest first; a new paragraph goes back to the main company. Where neither is certain
there is none. Companies that only comment ("an analyst at X", "polled by X") are never meant.
"""

import re
from bisect import bisect_right
from collections import defaultdict
from functools import cached_property

from spacy.tokens import Doc, Token

from db.records import BlockKind, Mention, Party, Role, StatementFact
from nlp.amounts.sites import SUBJECTS, Site
from nlp.extensions import body_of, is_company, mention_at, tokens_at
from nlp.names import core

TOPIC_SENTENCES = 4  # further back nobody reads an open place as filled
CLEAR = 1.6  # times the weight of the next company: less is no main company
LEAST_WEIGHT = 3.0
#: Nouns of people and products that comment on companies from outside.
COMMENTATORS = frozenset(
    "analyst strategist economist researcher broker brokerage tracker consultant adviser advisor manager research note poll survey"
    " lawyer counsel attorney estimate data figure partner consultancy reporter".split()
)
OPINIONS = frozenset(
    "estimate reckon poll predict calculate find forecast rate note compile survey downgrade upgrade".split()
)
#: Names of houses that hold, value and advise companies.
HOUSE = re.compile(
    r"\b(?:Stewardship|Asset Management|Advis[eo]rs|Securities|Brokerage|Partners|Investors|Capital|Research)(?: (?:LLP|LLC|Ltd\.?|Inc\.?|Co\.?))?$"
)
#: What brokers set for others: "Acme slashed its target to X", "kept its rating".
RATINGS = frozenset({"target", "rating", "recommendation"})
SETS = frozenset("cut slash raise lower lift keep reiterate trim maintain set reduce increase leave".split())
HEARERS = frozenset("tell inform".split())
LABEL = re.compile(r"[ \t*•–-]*(?P<label>[A-Z][A-Z &/’'-]{2,30})(?:\.|:)[ \t]")
ANSWER = re.compile(r"\s*(?:A|Answer)\s?[:.]\s")
#: 'Luming Holdings ("the Company")', '("Luming", or together with its subsidiaries, "we")': a text of its own company.
OWN_NAME = re.compile(r"\s?\([^()]{0,90}?[\"“](?:we|us|our|the Company|the Group|the company)[\"”]")
SAID = frozenset("say tell add announce report state note disclose reveal write confirm argue".split())


class Topics:
    """The centres of one text; made when the first open place asks."""

    def __init__(self, doc: Doc) -> None:
        self.doc = doc
        self.starts = [s.start_char for s in doc.sents]
        self.block_starts = [b.start for b in doc._.blocks]
        self.rows: dict[int, list[Mention]] = defaultdict(list)
        self.manner: dict[int, str] = {}  #: start of a mention -> what it is in its sentence
        self.of_entity: dict[int, list[Mention]] = defaultdict(list)
        for mention in doc._.mentions:
            if is_company(mention):
                self.rows[self.sentence_at(mention.start)].append(mention)
                self.manner[mention.start] = self.manner_of(mention)
                self.of_entity[mention.entity].append(mention)
        self.sources = {
            entity
            for entity, found in self.of_entity.items()
            if all(self.manner[m.start] in {"source", "label"} for m in found if m.how != "pronoun")
        }

    @cached_property
    def houses(self) -> set[int]:
        """Funds and advisers: an open place beside them means the company that they speak of, where the text has one."""
        if self.main is None:
            return set()
        known = self.doc._.entities
        return {e for e in self.of_entity if e != self.main and HOUSE.search(known[e].name)}

    def sentence_at(self, char: int) -> int:
        return bisect_right(self.starts, char) - 1

    def block_of(self, char: int) -> int:
        return bisect_right(self.block_starts, char) - 1

    def manner_of(self, mention: Mention) -> str:
        """subject, owner (of the subject), object, source, label, or plain."""
        tokens = tokens_at(self.doc, mention.start, mention.end)
        if tokens is None:
            return "plain"
        token = tokens.root
        if self.is_label(mention):
            return "label"
        if is_source(token):
            return "source"
        if token.dep_ in SUBJECTS and leads(token.head):
            return "subject"
        if token.dep_ in {"dobj", "dative"} and leads(token.head):
            return "object"
        if token.dep_ in {"poss", "compound", "nmod"}:
            above = token.head
            if above.dep_ in SUBJECTS and leads(above.head):
                return "owner"
        return "plain"

    def is_label(self, mention: Mention) -> bool:
        """True for the name before the colon at the start of an interview's line."""
        body = body_of(self.doc)
        opens = mention.start == 0 or body[mention.start - 1] == "\n"
        return opens and body[mention.end : mention.end + 1] == ":"

    @cached_property
    def labels(self) -> list[str]:
        body = body_of(self.doc)
        found = (LABEL.match(body, b.start) for b in self.doc._.blocks)
        return [m["label"] for m in found if m is not None]

    @cached_property
    def in_sections(self) -> bool:
        """True for a round-up: paragraphs with a label of their own, or list items, each about something else."""
        if len(self.labels) >= 3:
            return len(set(self.labels)) == len(self.labels)
        items = sum(1 for b in self.doc._.blocks if b.kind is BlockKind.LIST_ITEM)
        return items >= 3 and 2 * items > len(self.doc._.blocks)

    @cached_property
    def interviewed(self) -> int | None:
        """The company of whom "we" is in answers without a name ("A: We sold X"): the first one of the opening."""
        body = body_of(self.doc)
        if sum(1 for b in self.doc._.blocks if ANSWER.match(body, b.start)) < 2:
            return None
        opening = [
            m for number in sorted(self.rows) for m in self.rows[number] if m.entity not in self.sources
        ]
        return opening[0].entity if opening else None

    @cached_property
    def main(self) -> int | None:
        """The entity the whole text is about."""
        if self.in_sections:
            return None
        body = body_of(self.doc)
        for entity, found in self.of_entity.items():
            if any(OWN_NAME.match(body, m.end) for m in found):
                return entity
        weights: defaultdict[int, float] = defaultdict(float)
        title = " ".join((self.doc._.context.title or "").lower().split())
        for entity, found in self.of_entity.items():
            if entity in self.sources:
                continue
            for mention in found:
                if mention.how in {"pronoun", "description"}:  # what they mean was read by the same evidence
                    weights[entity] += 0.5 if mention.how == "description" else 0.0
                    continue
                weights[entity] += 1.0
                weights[entity] += {"subject": 1.0, "owner": 0.5}.get(self.manner[mention.start], 0.0)
            weights[entity] += {0: 1.5, 1: 0.5}.get(self.sentence_at(found[0].start), 0.0)
            known = self.doc._.entities[entity]
            if title and any(core(name).lower() in title for name in (known.name, *known.aliases)):
                weights[entity] += 4.0
        ranked = sorted(weights.items(), key=lambda row: -row[1])[:2]
        if not ranked or (len(ranked) > 1 and ranked[0][1] < LEAST_WEIGHT):
            return None
        if len(ranked) > 1 and ranked[0][1] < CLEAR * ranked[1][1]:
            return None
        return ranked[0][0]

    @cached_property
    def spoken(self) -> dict[int, int]:
        """Sentence -> company of whom its statement is."""
        found: dict[int, int] = {}
        for fact in self.doc._.facts:
            if isinstance(fact, StatementFact):
                entity = self.entity_of(fact.party(Role.SPEAKER_ORG))
                if entity is not None and entity not in self.sources:
                    found.setdefault(self.sentence_at(fact.evidence.start), entity)
        return found

    def entity_of(self, party: Party | None) -> int | None:
        if party is None or party.span is None:
            return None
        mention = mention_at(self.doc, party.span.start, party.span.end)
        return mention.entity if mention is not None and is_company(mention) else None

    def speaking(self, char: int) -> int | None:
        """The company whose own words stand at `char`: whom "we" means."""
        for fact in self.doc._.facts:
            if isinstance(fact, StatementFact) and any(
                s.role.value == "quote" and s.span.start <= char < s.span.end for s in fact.spans
            ):
                entity = self.entity_of(fact.party(Role.SPEAKER_ORG))
                if entity is not None and entity not in self.sources:
                    return entity
        return None

    def centre(self, number: int, taken: set[int]) -> tuple[int | None, bool]:
        """The company a sentence is about, and whether its place says so (or only that it is the only one)."""
        row = [m for m in self.rows.get(number, ()) if m.entity not in taken | self.sources | self.houses]
        for manner in ("subject", "owner", "object"):
            found = {m.entity for m in row if self.manner[m.start] == manner}
            if len(found) == 1:
                return found.pop(), True
            if found:
                return None, True
        entity = self.spoken.get(number)
        if entity is not None and entity not in taken | self.houses:
            return entity, True
        every = {m.entity for m in row}
        return (every.pop(), False) if len(every) == 1 else (None, bool(every))

    def mention_for(self, entity: int, before: int) -> Mention | None:
        """The mention of `entity` that a reader has last seen; the next one where the text begins without it."""
        found = self.of_entity[entity]
        earlier = [m for m in found if m.start <= before and m.how != "pronoun"]
        return (earlier or found)[-1 if earlier else 0] if found else None

    def company(
        self, site: Site, taken: set[int], first_person: bool = False, about: bool = False
    ) -> Mention | None:
        """The company that an open place at `site` means; `about`: what brokers and the exchange speak of."""
        if about and self.main is not None and self.main not in taken and self.near(self.main, site):
            return self.mention_for(self.main, site.sent.end_char)
        entity = self.entity(site, taken, first_person)
        return None if entity is None else self.mention_for(entity, site.sent.end_char)

    def near(self, entity: int, site: Site) -> bool:
        """True where `entity` is named in the sentence of `site`."""
        row = self.rows.get(self.sentence_at(site.sent.start_char), ())
        return any(m.entity == entity for m in row)

    def entity(self, site: Site, taken: set[int], first_person: bool) -> int | None:
        number = self.sentence_at(site.sent.start_char)
        main = self.main if self.main not in taken else None
        if first_person:
            speaker = self.speaking(site.amount.start)
            speaker = self.interviewed if speaker is None else speaker
            return speaker if speaker is not None and speaker not in taken else main
        here, sure = self.centre(number, taken)
        if here is not None and (sure or main is None or here == main):
            return here
        if here is None and sure and main is None:
            return None
        if main is not None and any(m.entity == main for m in self.rows.get(number, ())):
            return main
        block = self.block_of(site.sent.start_char)
        for back in range(number - 1, max(-1, number - 1 - TOPIC_SENTENCES), -1):
            if self.block_of(self.starts[back]) != block and (main is not None or self.in_sections):
                break
            found, sure = self.centre(back, taken)
            if found is not None and (sure or main is None or found == main):
                return found
            if found is None and sure and main is None:
                return None
        return main


def leads(verb: Token) -> bool:
    """True for the verb of the main clause, or of what the main clause says."""
    for _ in range(4):
        if verb.dep_ == "ROOT":
            return True
        if verb.dep_ not in {"ccomp", "conj", "parataxis", "aux", "xcomp"}:
            return False
        verb = verb.head
    return False


def is_source(token: Token) -> bool:
    """True for a name that comments: "analysts at X", "polled by X", "X estimates", "according to X"."""
    head = token.head
    if token.dep_ in SUBJECTS and head.lemma_.lower() in OPINIONS and opinion_of_others(head):
        return True
    rated = [c for c in head.children if c.dep_ == "dobj" and c.lemma_.lower() in RATINGS]
    if token.dep_ == "nsubj" and rated and head.lemma_.lower() in SETS:
        return True
    if token.dep_ in {"dobj", "dative"} and head.lemma_.lower() in HEARERS:
        return token.ent_type_ == "ORG" and any(c.dep_ in {"ccomp", "nsubj"} for c in head.children)
    if token.dep_ == "appos" and head.lemma_.lower() in COMMENTATORS:
        return True
    if token.dep_ in {"compound", "nmod", "poss"} and head.lemma_.lower() in COMMENTATORS:
        return True
    if token.dep_ != "pobj" or head.pos_ != "ADP":
        return False
    above = head.head
    if head.lower_ == "to" and above.lower_ == "according":
        return True
    if head.lower_ in {"at", "of", "with", "from", "for"}:
        return above.lemma_.lower() in COMMENTATORS or (above.ent_type_ == "PERSON" and above.pos_ == "PROPN")
    return head.lower_ == "by" and above.lemma_.lower() in OPINIONS


def opinion_of_others(verb: Token) -> bool:
    """True where what is estimated has a subject of its own: "X estimates that Y ..."; not "X forecasts sales of"."""
    told = [c for c in verb.children if c.dep_ == "ccomp"]
    named = told and any(c.pos_ == "PROPN" for c in told[0].children if c.dep_ in SUBJECTS)
    if told and not named and any(t.lower_ == "its" for t in told[0].subtree if t.head.dep_ != "pobj"):
        return False  # "Acme estimates that changing its supplier would cost X": its own cost
    return any(c.dep_ in {"ccomp", "parataxis"} for c in verb.children) or verb.dep_ in {"parataxis"}


def topics(doc: Doc) -> Topics:
    """The topics of `doc`, made once."""
    found: Topics | None = doc.user_data.get("tradewire.topics")
    if found is None:
        found = doc.user_data["tradewire.topics"] = Topics(doc)
    return found
