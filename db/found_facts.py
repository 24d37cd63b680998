"""Facts as they are read from the store: records with their parties, source and sentence."""

from dataclasses import dataclass
from typing import Any

from db.views import SENTENCE


@dataclass(frozen=True, slots=True, kw_only=True)
class PartyRow:
    """Who plays which part in a fact."""

    role: str
    ordinal: int
    surface: str  #: as written
    name: str  #: of the record, or the fullest name in the text
    kind: str | None
    start: int | None
    end: int | None
    company: str | None  #: record id


@dataclass(frozen=True, slots=True, kw_only=True)
class FactRow:
    """One fact with its sentence, its source and its parties. Amounts are in whole units of their currency."""

    id: str
    kind: str
    state: str
    article: int
    text: int
    url: str
    title: str
    source: str | None
    source_name: str | None
    published: str | None
    story: int | None
    start: int
    end: int
    sentence: str
    amount: float | None
    amount_text: str | None
    low: float | None
    high: float | None
    currency: str | None
    conversion_amount: float | None
    conversion_currency: str | None
    usd: float | None
    usd_rate: float | None
    usd_rate_date: str | None
    usd_rate_source: str | None
    pct: float | None
    share_kind: str | None
    relation_type: str | None
    per: str | None
    bound: str | None
    approx: int
    undisclosed: int
    part_of: str | None
    place: str | None
    as_of: str | None
    list: str | None
    list_text: str | None
    list_inferred: int
    action: str | None
    count: int | None
    reason: str | None
    cue: str | None
    cue_lemma: str | None
    cue_class: str | None
    polarity: str | None
    quote_kind: str | None
    quote: str | None
    in_headline: int
    source_type: str | None
    topic: str | None
    modality: str
    standing: str
    stance_cue: str | None
    attribution: str | None
    rule: str
    fingerprint: str
    confidence: float
    review: str
    event: int | None
    first_seen: str
    changed_at: str
    detail: str  #: JSON
    parties: tuple[PartyRow, ...] = ()

    def names(self, *roles: str) -> tuple[str, ...]:
        """Names of the parties in `roles`, in order."""
        return tuple(p.name for role in roles for p in self.parties if p.role == role)

    @property
    def company(self) -> str | None:
        """Whom the fact is about: the company, else the issuer of a stake or the subject of a relation."""
        b_first = self.kind == "stake"
        names = self.names("company") or self.names(*(("b", "a") if b_first else ("a", "b")))
        return names[0] if names else None

    @property
    def company_id(self) -> str | None:
        for role in ("company", "b", "a") if self.kind == "stake" else ("company", "a", "b"):
            for party in self.parties:
                if party.role == role:
                    return party.company
        return None

    @property
    def speaker(self) -> str | None:
        names = self.names("speaker_person", "speaker")
        return names[0] if names else None

    @property
    def value(self) -> float | None:
        """The amount, or for a range its upper end."""
        return self.amount if self.amount is not None else self.high if self.high is not None else self.low

    def as_dict(self) -> dict[str, Any]:
        """Plain values for JSON, with company and speaker worked out; missing values left out."""
        row = {name: value for name in FIELDS if (value := getattr(self, name)) is not None}
        row["parties"] = tuple(
            {name: getattr(party, name) for name in PARTY_FIELDS} for party in self.parties
        )
        row |= {n: v for n in ("company", "company_id", "speaker") if (v := getattr(self, n)) is not None}
        return row


FIELDS = tuple(FactRow.__dataclass_fields__)  # dataclasses.asdict copies deeply: 0.4 ms a fact
PARTY_FIELDS = tuple(PartyRow.__dataclass_fields__)
COLUMNS = [
    f'f."{name}"'
    for name in FactRow.__dataclass_fields__
    if name not in ("parties", "url", "title", "source", "source_name", "published", "story", "sentence")
] + [
    f"{SENTENCE} AS sentence",
    "a.url",
    "a.title",
    "a.source",
    "s.name AS source_name",
    "a.published",
    "a.story",
]
