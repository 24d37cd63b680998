"""tradewar: {id, date, title, text} -> everything the article says, in the scorer's terms."""

import datetime as dt
import re
import tomllib
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

from spacy.language import Language

from db.kinds import packaged_kinds
from db.records import (
    Action,
    AmountFact,
    Annotation,
    ArticleContext,
    EntityKind,
    Fact,
    ListingFact,
    Modality,
    Party,
    RelationFact,
    Role,
    ShareFact,
    SpanRole,
    Standing,
    StatementFact,
)
from nlp.pipeline import annotation_of, make_doc
from nlp.relevance import relevance

LISTS = Path(__file__).parents[2] / "db" / "data" / "lists.toml"
#: Types the scorer knows; our underwriter and rival are finer than its gold.
RELATION_TYPES = {"investor", "partner", "supplier", "customer", "subsidiary", "ipo"}


@cache
def list_names() -> dict[str, str]:
    """List id -> name as the scorer folds it."""
    return {row["id"]: row["name"] for row in tomllib.loads(LISTS.read_text(encoding="utf-8"))["list"]}


def context_of(row: dict[str, Any]) -> ArticleContext:
    date = row.get("date")
    return ArticleContext(published=dt.date.fromisoformat(date) if date else None, title=row.get("title"))


def predict(rows: Iterable[dict[str, Any]], pipeline: Language) -> Iterator[dict[str, Any]]:
    """One prediction a row, whatever its relevance."""
    kept: list[dict[str, Any]] = []

    def docs() -> Iterator[Any]:
        for row in rows:
            kept.append(row)
            yield make_doc(pipeline, row["text"], context_of(row))

    for doc in pipeline.pipe(docs(), batch_size=16):
        row = kept.pop(0)
        yield prediction(row, annotation_of(doc), doc._.body)


def prediction(row: dict[str, Any], annotation: Annotation, body: str) -> dict[str, Any]:
    facts = annotation.facts
    companies = [e for e in annotation.entities if e.kind is EntityKind.COMPANY]
    judged = relevance(row.get("title") or "", row["text"], tuple(e.name for e in companies))
    listings = [f for f in facts if isinstance(f, ListingFact)]
    listed = listed_names(listings)
    return {
        "id": row["id"],
        "relevant": judged.relevant,
        "companies": [
            {"name": e.name, "aliases": list(e.aliases), "listed": listed.get(e.name)} for e in companies
        ],
        "listings": [item for f in listings for item in listing_items(f)],
        "amounts": [amount_item(f) for f in facts if isinstance(f, AmountFact) and has_value(f)],
        "shares": [item for f in facts for item in share_items(f)],
        "statements": [
            item
            for f in facts
            if isinstance(f, StatementFact) and f.kind == "statement"
            for item in statement_items(f, body)
        ],
        "relations": [
            {"type": f.relation_type, "a": name_of(f.party(Role.A)), "b": name_of(f.party(Role.B))}
            for f in facts
            if isinstance(f, RelationFact) and f.relation_type in RELATION_TYPES
        ],
    }


def name_of(party: Party | None) -> str | None:
    return None if party is None else party.name or party.surface


def names_of(fact: Fact, role: Role) -> list[str]:
    return [party.name or party.surface for party in fact.all_parties(role)]


def listed_names(listings: list[ListingFact]) -> dict[str, bool]:
    """Company -> put on a list (True) or only taken off one (False), as the article claims."""
    found: dict[str, bool] = {}
    told = [
        fact
        for fact in listings
        if fact.standing is not Standing.DENIED and fact.modality in (Modality.ASSERTED, Modality.PRELIMINARY)
    ]
    off = {  # removed these days: an addition of old is over
        (name, fact.list)
        for fact in told
        if fact.action is Action.REMOVE and fact.standing is Standing.CURRENT
        for name in names_of(fact, Role.COMPANY) + names_of(fact, Role.MEMBER)
    }
    for fact in told:
        for name in names_of(fact, Role.COMPANY) + names_of(fact, Role.MEMBER):
            if fact.action is Action.ADD and fact.standing is Standing.RECALLED and (name, fact.list) in off:
                continue
            if fact.action is Action.ADD:
                found[name] = True
            elif fact.action is Action.REMOVE:
                found.setdefault(name, False)
    return found


def listing_items(fact: ListingFact) -> Iterator[dict[str, Any]]:
    """The named party, and each named member of a group, as an item of its own."""
    common = {
        "list": list_names().get(fact.list, fact.list_text or fact.list),
        "action": "license" if fact.action is Action.EXTEND else fact.action.value,  # one action in its gold
        "date": fact.as_of,
    }
    group = fact.count is not None and fact.count > 1
    for name in names_of(fact, Role.COMPANY):
        yield {"company": name, **common, "count": fact.count, "group": group}
    for name in names_of(fact, Role.MEMBER):
        yield {"company": name, **common, "count": None, "group": False}


def has_value(fact: AmountFact) -> bool:
    return fact.amount is not None or fact.low is not None or fact.high is not None


BANKS = re.compile(
    r"\b(?:banks?|lenders?|credit (?:line|facility)|line of credit|overdraft|syndicated|drawn|drew|borrow\w*|bridge loan)\b",
    re.I,
)


def bank_loan(fact: AmountFact) -> bool:
    """True for a loan of a bank: its gold counts those of states alone as subsidies."""
    givers = {p.kind for p in fact.all_parties(Role.COUNTERPARTY)}
    if fact.kind != "loan" or givers & {EntityKind.AGENCY, EntityKind.PLACE}:
        return False
    return EntityKind.COMPANY in givers or BANKS.search(fact.evidence.text) is not None


def amount_item(fact: AmountFact) -> dict[str, Any]:
    company = fact.party(Role.COMPANY) or fact.party(Role.B) or fact.party(Role.A)
    counter = names_of(fact, Role.COUNTERPARTY) + names_of(fact, Role.A)
    value = fact.amount if fact.amount is not None else fact.low
    item: dict[str, Any] = {
        "kind": "funding" if bank_loan(fact) else packaged_kinds()[fact.kind].coarse,
        "company": name_of(company),
        "counterparty": counter[0] if counter else None,
        "amount": None
        if value is None
        else abs(float(value)),  # falls are negative here, positive in the gold
        "amount_max": None if fact.high is None else float(fact.high),
        "currency": fact.currency,
        "place": fact.place,
        "when": fact.as_of,
        "approx": fact.approx,
        "hedged": fact.modality is not Modality.ASSERTED,
    }
    if fact.conversion_amount is not None:
        item["stated_conversion"] = {
            "amount": float(fact.conversion_amount),
            "currency": fact.conversion_currency,
        }
    return item


def share_items(fact: Fact) -> Iterator[dict[str, Any]]:
    """Shares, and stakes told in per cent: the company of a stake is its holder."""
    if isinstance(fact, ShareFact):
        party = fact.party(Role.A) or fact.party(Role.COMPANY)
        yield {"kind": fact.share_kind, "company": name_of(party), "pct": fact.pct}
    elif isinstance(fact, AmountFact) and fact.kind == "stake" and fact.pct is not None:
        yield {"kind": "stake", "company": name_of(fact.party(Role.A)), "pct": fact.pct}


def statement_items(fact: StatementFact, body: str) -> Iterator[dict[str, Any]]:
    """The statement, split where it goes on in a new paragraph, as the scorer counts."""
    quotes = [s.span for s in fact.spans if s.role is SpanRole.QUOTE]
    runs: list[list[int]] = []
    for span in quotes:
        if runs and "\n" not in body[runs[-1][1] : span.start]:
            runs[-1][1] = span.end
        else:
            runs.append([span.start, span.end])
    speaker = fact.party(Role.SPEAKER_PERSON) or fact.party(Role.SPEAKER) or fact.party(Role.SPEAKER_ORG)
    for start, end in runs:
        yield {
            "speaker": name_of(speaker),
            "speaker_org": name_of(fact.party(Role.SPEAKER_ORG)),
            "kind": fact.quote_kind.value,
            "text": body[start:end].removeprefix("that "),  # its gold begins after the conjunction
        }
