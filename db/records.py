"""Data that crosses a module border: frozen records, imported by everyone, importing nothing else of ours.

Those of pages are written in db/page_records.py, and imported from here like all others.

Offsets count characters of an article's `body`, end exclusive; every span satisfies
`body[span.start : span.end] == span.text`. Times are aware and UTC. Amounts are Decimals in whole
units of their currency. A missing value is None.
"""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum
from typing import Any, ClassVar

from db.page_records import Block as Block
from db.page_records import BlockKind as BlockKind
from db.page_records import DatePrecision as DatePrecision
from db.page_records import PageReading as PageReading
from db.page_records import PageType as PageType
from db.page_records import SiteMemory as SiteMemory


class Modality(StrEnum):
    """How sure the article is that the thing is so."""

    ASSERTED = "asserted"
    PLANNED = "planned"
    EXPECTED = "expected"
    RUMOURED = "rumoured"
    PRELIMINARY = "preliminary"
    ALLEGED = "alleged"


class Standing(StrEnum):
    """Whether the thing still holds. Recalled = an earlier event told again."""

    CURRENT = "current"
    RECALLED = "recalled"
    SUPERSEDED = "superseded"
    SUSPENDED = "suspended"
    TERMINATED = "terminated"
    DENIED = "denied"


class Action(StrEnum):
    """What happens to a party on a list. `threaten` covers may, could, is considering."""

    ADD = "add"
    REMOVE = "remove"
    THREATEN = "threaten"
    LICENSE = "license"
    EXTEND = "extend"
    CHALLENGE = "challenge"


class QuoteKind(StrEnum):
    """Direct: the speaker's words in marks. Mixed: reported clause with a quoted part. Indirect: no marks."""

    DIRECT = "direct"
    MIXED = "mixed"
    INDIRECT = "indirect"


class EntityKind(StrEnum):
    """What a mention names. Only companies are resolved to company records."""

    COMPANY = "company"
    AGENCY = "agency"  #: government body
    ORGANISATION = "organisation"  #: university, think tank, lobby, bloc, exchange
    MEDIA = "media"
    PERSON = "person"
    PLACE = "place"
    DOCUMENT = "document"  #: filing, report, letter as a source
    UNNAMED = "unnamed"  #: "people familiar with the matter"


class Role(StrEnum):
    """The part a party plays in a fact."""

    COMPANY = "company"
    COUNTERPARTY = "counterparty"
    JOINT = "joint"  #: one of several companies that share one amount
    SPEAKER = "speaker"  #: the mention that speaks, whatever it is
    SPEAKER_PERSON = "speaker_person"
    SPEAKER_ROLE = "speaker_role"
    SPEAKER_ORG = "speaker_org"
    ADDRESSEE = "addressee"
    ABOUT = "about"
    AUTHORITY = "authority"
    MEMBER = "member"  #: named member of a listed group
    TARGET = "target"
    A = "a"  #: relations, stakes: investor, supplier, parent's subsidiary, holder
    B = "b"


class SpanRole(StrEnum):
    """What a stored span of a fact shows. `evidence` is the sentence."""

    EVIDENCE = "evidence"
    QUOTE = "quote"
    CUE = "cue"
    AMOUNT = "amount"
    CONVERSION = "conversion"
    SPEAKER = "speaker"
    LIST = "list"
    DATE = "date"
    PCT = "pct"


@dataclass(frozen=True, slots=True)
class Span:
    """Characters [start, end) of a text, with the words that stand there."""

    start: int
    end: int
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Amount:
    """One amount of money as written: offsets, value, and how exact it claims to be.

    A range has `low` and `high` and no `value`. An unknown scale or symbol leaves all three None and keeps
    the text: never a smaller value. `conversions` are the same money in other currencies, as stated.
    """

    start: int
    end: int
    text: str
    value: Decimal | None = None  #: in whole units of `currency`: "$2bn" is 2_000_000_000
    low: Decimal | None = None
    high: Decimal | None = None
    currency: str | None = None  #: ISO 4217 code
    bound: str | None = None  #: "min" (at least) or "max" (up to)
    approx: bool = False
    per: str | None = None  #: "share", "wafer", "year" for prices and rates
    conversions: tuple["Amount", ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class DateMention:
    """A date in the text, resolved against the publication date where that is possible."""

    start: int
    end: int
    text: str
    date: str | None = None  #: ISO 8601 as exact as the text: "2019", "2019-10", "2019-10-09", "2019-Q3"
    relative: bool = False  #: needed the publication date


@dataclass(frozen=True, slots=True, kw_only=True)
class Mention:
    """A name or description in the text. Mentions with the same `entity` mean the same party in this document."""

    start: int
    end: int
    text: str
    kind: EntityKind
    entity: int  #: index into the document's entities
    how: str  #: gazetteer, ner, legal-form, definition, short-form, description, pronoun
    company: str | None = None  #: record id, when the gazetteer knew it while annotating
    confidence: float = 1.0

    @property
    def span(self) -> Span:
        return Span(self.start, self.end, self.text)


@dataclass(frozen=True, slots=True, kw_only=True)
class Entity:
    """A party of one document, under the fullest name the document gives it."""

    index: int
    name: str  #: as written, fullest form
    kind: EntityKind
    aliases: tuple[str, ...] = ()  #: every other form seen, as written
    company: str | None = None  #: record id
    defined: bool = False  #: the document defines the short form itself, which blocks a global alias


@dataclass(frozen=True, slots=True, kw_only=True)
class Party:
    """Somebody's part in a fact. `surface` is as written; identity never depends on `company`."""

    role: Role
    surface: str
    name: str | None = None  #: fullest name in the document, when it differs from `surface`
    span: Span | None = None  #: the mention read, when there is one
    company: str | None = None  #: record id
    kind: EntityKind | None = None


@dataclass(frozen=True, slots=True)
class FactSpan:
    """Words of the article that a fact rests on."""

    role: SpanRole
    span: Span


_IN_KEY = (SpanRole.QUOTE, SpanRole.AMOUNT)


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """What the article says, with the sentence that says it. Kinds are declared in db/data/kinds.toml."""

    family: ClassVar[str] = "fact"

    kind: str
    evidence: Span  #: the sentence
    parties: tuple[Party, ...] = ()
    spans: tuple[FactSpan, ...] = ()  #: cue, amount, quotes ...; evidence is added on writing
    modality: Modality = Modality.ASSERTED
    standing: Standing = Standing.CURRENT
    stance_cue: str | None = None  #: the words that say so: "is considering", "had hoped"
    cue: str | None = None
    cue_class: str | None = None
    attribution: str | None = None  #: "two people familiar with the matter"
    place: str | None = None
    as_of: str | None = None  #: ISO date as exact as the text
    rule: str  #: name of the rule that found it
    confidence: float = 0.8  #: share of facts of this rule and context that are right
    detail: Mapping[str, Any] = field(default_factory=dict)  #: JSON; nothing that has a column

    def party(self, role: Role) -> Party | None:
        """The first party in `role`, or None."""
        return next((p for p in self.parties if p.role is role), None)

    def all_parties(self, role: Role) -> tuple[Party, ...]:
        return tuple(p for p in self.parties if p.role is role)

    def key(self) -> tuple[str, ...]:
        """What makes this fact itself, as written: feeds the stable id, so nothing resolved goes in."""
        parties = sorted([f"{p.role._value_}={p.surface}" for p in self.parties])
        quoted = [s.span.text for s in self.spans if s.role in _IN_KEY]
        return (self.kind, self.evidence.text, *parties, *quoted)


@dataclass(frozen=True, slots=True, kw_only=True)
class AmountFact(Fact):
    """An amount of money in its role: valuation, contract, fine ... A sum that is not told is `undisclosed`."""

    family: ClassVar[str] = "amount"

    amount: Decimal | None = None  #: in whole units of `currency`
    amount_text: str | None = None  #: exactly as written
    low: Decimal | None = None
    high: Decimal | None = None
    currency: str | None = None  #: ISO 4217
    conversion_amount: Decimal | None = None
    conversion_currency: str | None = None
    pct: float | None = None  #: stake bought, rate of duty
    per: str | None = None
    bound: str | None = None  #: "min" or "max"
    approx: bool = False
    undisclosed: bool = False
    part_of: str | None = None  #: amount_text of the whole this is part of


@dataclass(frozen=True, slots=True, kw_only=True)
class ShareFact(Fact):
    """A percentage of revenue, of a market or of a company's stock (a: holder, b: issuer)."""

    family: ClassVar[str] = "share"

    share_kind: str  #: revenue_share, market_share, stake
    pct: float
    approx: bool = False
    bound: str | None = None

    def key(self) -> tuple[str, ...]:
        return (*Fact.key(self), self.share_kind, str(self.pct))


@dataclass(frozen=True, slots=True, kw_only=True)
class ListingFact(Fact):
    """The article says that a party was put on, taken off, or may be put on an official list.

    A group ("28 Chinese organisations") has a `count` and may have MEMBER parties. This is a claim of the
    article; what the official list says is in `list_entries`.
    """

    family: ClassVar[str] = "listing"

    list: str  #: id of db/data/lists.toml; "blacklist" where the text names none
    list_text: str | None = None  #: the list as written
    list_inferred: bool = False  #: the text only says "blacklist"
    action: Action
    count: int | None = None
    reason: str | None = None

    def key(self) -> tuple[str, ...]:
        return (*Fact.key(self), self.list, str(self.action), str(self.count))


@dataclass(frozen=True, slots=True, kw_only=True)
class StatementFact(Fact):
    """Who said what, with which verb. QUOTE spans hold the words; a split quotation has several."""

    family: ClassVar[str] = "statement"

    quote_kind: QuoteKind
    cue_lemma: str | None = None
    polarity: str | None = None  #: "negative" for denials and refusals
    in_headline: bool = False
    source_type: EntityKind | None = None  #: person, organisation, document, unnamed ...
    topic: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RelationFact(Fact):
    """Two parties and how they hang together: a invests in b, a supplies b, a is a subsidiary of b ..."""

    family: ClassVar[str] = "relation"

    relation_type: str  #: investor, partner, supplier, customer, subsidiary, ipo, underwriter, rival

    def key(self) -> tuple[str, ...]:
        return (*Fact.key(self), self.relation_type)


@dataclass(frozen=True, slots=True, kw_only=True)
class ArticleContext:
    """What the pipeline may know of an article beside its text."""

    published: dt.date | None = None
    title: str | None = None
    source_country: str | None = None  #: ISO 3166 alpha-2 of the paper: decides what a bare "$" is
    source_name: str | None = None
    blocks: tuple[Block, ...] | None = None  #: None: worked out from the text


@dataclass(frozen=True, slots=True, kw_only=True)
class Annotation:
    """Everything the pipeline read from one text."""

    mentions: tuple[Mention, ...] = ()
    entities: tuple[Entity, ...] = ()
    facts: tuple[Fact, ...] = ()
