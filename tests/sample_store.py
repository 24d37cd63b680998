"""A small known store for reading tests: six articles, two companies, a list, four facts."""

from decimal import Decimal

import pytest

from db.articles import ArticleRow, put_article
from db.facts import write_annotation
from db.records import (
    Action,
    AmountFact,
    Annotation,
    Entity,
    EntityKind,
    FactSpan,
    ListingFact,
    Mention,
    Modality,
    Party,
    QuoteKind,
    Role,
    Span,
    SpanRole,
    StatementFact,
)
from db.store import Store

ARTICLES = {
    "chips": (
        "Orrin Semiconductor added to entity list",
        "The Commerce Department added Orrin Semiconductor to the Entity List on Friday. Tariffs were not at issue.",
        "2026-11-20",
        "harbour",
    ),
    "smic": (
        "S.M.I.C. expands its fabs",
        "The chipmaker S.M.I.C. is worth $7.5 billion.",
        "2026-10-01",
        "harbour",
    ),
    "cn": ("中芯国际扩产", "美国商务部将两家公司列入实体清单。中芯国际没有回应。", "2026-09-01", "tide"),
    "quote": (
        "Minister speaks",
        '"We will not accept new tariffs," said trade minister Ada Quill. The harbour was quiet.',
        "2025-01-05",
        "tide",
    ),
    "far": (
        "Tariffs here",
        "Tariffs were raised. Long after, at the harbour, a ship came in.",
        "2024-03-03",
        None,
    ),
    "café": ("Café électricité", "L'électricité coûte cher.", "2026-11-01", "tide"),
}


@pytest.fixture(scope="session")
def sample_store(tmp_path_factory):
    """Read it only; tests that write make their own."""
    with Store.open(tmp_path_factory.mktemp("sample") / "t.sqlite", create=True) as store:
        fill(store)
        yield store


def fill(store: Store) -> None:
    texts = {}
    with store.write() as connection:
        connection.execute(
            "INSERT INTO sources (id, name, country) VALUES ('harbour', 'Harbour Times', 'SG')"
        )
        connection.execute("INSERT INTO sources (id, name, country) VALUES ('tide', 'The Tide', 'GB')")
        connection.execute(
            "INSERT INTO lists (id, name, authority) VALUES ('entity-list', 'Entity List', 'Commerce')"
        )
        for company, name, names in (
            (
                "smic",
                "SMIC",
                ("SMIC", "S.M.I.C.", "中芯国际", "Semiconductor Manufacturing International"),
            ),
            ("orrin", "Orrin Semiconductor", ("Orrin Semiconductor",)),
        ):
            connection.execute(
                "INSERT INTO companies (id, name, status, made_at) VALUES (?, ?, 'seed', '')",
                (company, name),
            )
            for text in names:
                connection.execute(
                    "INSERT INTO aliases (company, text, norm) VALUES (?, ?, ?)",
                    (company, text, text.lower().replace(".", "")),
                )
        for name, (title, body, published, source) in ARTICLES.items():
            row = ArticleRow(
                url=f"https://x.example/{name}", title=title, body=body, published=published, source=source,
                relevant=True, language="zh" if name == "cn" else "en", topics=("tariffs",) * (name == "far"),
            )  # fmt: skip
            texts[name] = put_article(connection, row)[1]
        body = ARTICLES["smic"][1]
        at = body.index("S.M.I.C.")
        write_annotation(
            connection,
            texts["smic"],
            Annotation(
                mentions=(
                    Mention(start=at, end=at + 8, text="S.M.I.C.", kind=EntityKind.COMPANY, entity=0, how="ner"),
                ),
                entities=(Entity(index=0, name="S.M.I.C.", kind=EntityKind.COMPANY),),
                facts=(
                    AmountFact(
                        kind="valuation", evidence=Span(0, len(body), body), amount=Decimal("7.5e9"),
                        currency="USD", amount_text="$7.5 billion", rule="t",
                        parties=(Party(role=Role.COMPANY, surface="S.M.I.C."),),
                    ),
                ),
            ),
            "v",
        )  # fmt: skip
        connection.execute("UPDATE mentions SET company = 'smic'")
        body = ARTICLES["quote"][1]
        said = body[1 : body.index(',"')]
        write_annotation(
            connection,
            texts["quote"],
            Annotation(
                facts=(
                    StatementFact(
                        kind="statement", evidence=Span(0, 67, body[:67]), quote_kind=QuoteKind.DIRECT, rule="t",
                        cue="said", cue_lemma="say", cue_class="say",
                        spans=(FactSpan(SpanRole.QUOTE, Span(1, 1 + len(said), said)),),
                        parties=(Party(role=Role.SPEAKER, surface="Ada Quill"),),
                    ),
                )
            ),
            "v",
        )  # fmt: skip
        body = ARTICLES["cn"][1]
        planned = AmountFact(
            kind="contract",
            evidence=Span(0, 17, body[:17]),
            undisclosed=True,
            rule="t",
            modality=Modality.PLANNED,
        )
        write_annotation(connection, texts["cn"], Annotation(facts=(planned,)), "v")
        connection.execute(
            "INSERT INTO list_entries (id, list, company, name, action, effective_date, citation, confidence)"
            " VALUES ('e1', 'entity-list', 'orrin', 'Orrin Semiconductor Ltd.', 'add', '2026-11-20', '99 FR 99999', 'high')"
        )
        body = ARTICLES["chips"][1]
        write_annotation(
            connection,
            texts["chips"],
            Annotation(
                facts=(
                    ListingFact(
                        kind="listing", evidence=Span(0, 79, body[:79]), list="entity-list",
                        action=Action.ADD, rule="t",
                        parties=(Party(role=Role.COMPANY, surface="Orrin Semiconductor"),),
                    ),
                )
            ),
            "v",
        )  # fmt: skip
        connection.execute("UPDATE fact_parties SET company = 'smic' WHERE name = 'S.M.I.C.'")
        connection.execute("UPDATE fact_parties SET company = 'orrin' WHERE name LIKE 'Orrin%'")
