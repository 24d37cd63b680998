"""Articles with given facts, written straight into a store: what digests, alerts and mails are tested on."""

from decimal import Decimal

import pytest

from db.articles import ArticleRow, put_article
from db.facts import write_annotation
from db.records import (
    Action,
    AmountFact,
    Annotation,
    FactSpan,
    ListingFact,
    Modality,
    Party,
    Role,
    Span,
    SpanRole,
    Standing,
)
from db.store import Store
from tradewire.digest.window import parse_week

WEEK = parse_week("2026-W46")
HOSTILE = '<b onmouseover="x()">[evil](javascript:alert(1))</b>'


def put(store, name, body, published, *facts, title=None):
    with store.write() as connection:
        row = ArticleRow(
            url=f"https://paper.example/{name}", title=title or name, body=body, published=published, source="paper",
            language="en", relevant=True,
        )  # fmt: skip
        _, text = put_article(connection, row)
        write_annotation(connection, text, Annotation(facts=facts), "v1")


def span(body, words):
    return Span(body.index(words), body.index(words) + len(words), words)


def listing(body, company, action=Action.ADD, **more):
    parties = (Party(role=Role.COMPANY, surface=company, span=span(body, company)),)
    return ListingFact(
        kind="listing", evidence=Span(0, len(body), body), parties=parties, list="entity-list", action=action,
        rule="test", confidence=0.9, **more,
    )  # fmt: skip


def amount(body, kind, company, words, value, **more):
    return AmountFact(
        kind=kind, evidence=Span(0, len(body), body), amount=Decimal(value), amount_text=words, currency="USD",
        parties=(Party(role=Role.COMPANY, surface=company, span=span(body, company)),),
        spans=(FactSpan(SpanRole.AMOUNT, span(body, words)),), rule="test", confidence=0.9, **more,
    )  # fmt: skip


@pytest.fixture
def store(tmp_path):
    """A week with one listing, one removal, one threat, a recalled listing, a fallen valuation and a rumour."""
    with Store.open(tmp_path / "d.sqlite", create=True) as opened:
        with opened.write() as connection:
            connection.execute("INSERT INTO sources (id, name) VALUES ('paper', 'The Paper')")
            connection.execute(
                "INSERT INTO lists (id, name, authority) VALUES ('entity-list', 'Entity List', 'BIS')"
            )
        body = "Commerce added Orbel Optics to the Entity List."
        put(
            opened,
            "added",
            body,
            "2026-11-10",
            listing(body, "Orbel Optics", as_of="2026-11-10"),
            title=HOSTILE,
        )
        body = "Tarvik was taken off the Entity List."
        put(opened, "removed", body, "2026-11-11", listing(body, "Tarvik", Action.REMOVE))
        body = "Senators want Ustrin on the Entity List."
        put(opened, "threat", body, "2026-11-12", listing(body, "Ustrin", Action.THREATEN))
        body = "Zorvane was put on the Entity List in 2019."
        recalled = listing(body, "Zorvane", as_of="2019", standing=Standing.RECALLED)
        put(opened, "recalled", body, "2026-11-12", recalled)
        body = "Orbel Optics was valued at $3 billion."
        put(
            opened,
            "old",
            body,
            "2026-10-01",
            amount(body, "valuation", "Orbel Optics", "$3 billion", 3_000_000_000),
        )
        body = "Orbel Optics is now valued at $2 billion."
        put(
            opened,
            "new",
            body,
            "2026-11-13",
            amount(body, "valuation", "Orbel Optics", "$2 billion", 2_000_000_000),
        )
        body = "Orbel Optics may win a contract worth $9 billion."
        rumour = amount(
            body, "contract", "Orbel Optics", "$9 billion", 9_000_000_000, modality=Modality.RUMOURED
        )
        put(opened, "rumour", body, "2026-11-13", rumour)
        yield opened
