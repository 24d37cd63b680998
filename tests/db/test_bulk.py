"""Loading in bulk gives the rows that one by one gives, whatever is loaded, and loading again changes nothing."""

import random
from decimal import Decimal

import pytest

import db.bulk
from db.articles import ArticleRow, put_article
from db.bulk import BulkArticle, bulk_load
from db.care import check
from db.errors import InputError
from db.facts import write_annotation
from db.forget import forget_person, forget_url
from db.records import (
    Action,
    AmountFact,
    Annotation,
    Block,
    BlockKind,
    Entity,
    EntityKind,
    FactSpan,
    ListingFact,
    Mention,
    Party,
    QuoteKind,
    Role,
    ShareFact,
    Span,
    SpanRole,
    StatementFact,
)
from db.runs import record_outcome
from db.search import search
from db.store import Store

#: Everything that loading writes; times are those of the load.
TABLES = {
    "sources": "SELECT id, name FROM sources",
    "articles": "SELECT a.*, '' AS first_seen, '' AS names_at FROM articles a",
    "texts": "SELECT t.*, '' AS made_at FROM texts t",
    "index": "SELECT term, doc, col, offset FROM terms",
    "mentions": "SELECT * FROM mentions",
    "facts": "SELECT f.*, '' AS first_seen, '' AS changed_at, changed IS NULL AS changed FROM facts f",
    "parties": "SELECT * FROM fact_parties",
    "history": "SELECT * FROM party_history",
    "triggers": "SELECT name, sql FROM sqlite_master WHERE type = 'trigger'",
    "spans": "SELECT * FROM fact_spans",
    "runs": "SELECT stage, input, input_digest, fingerprint, state, attempts, cpu_s FROM article_runs",
    "stories": "SELECT * FROM stories",
}


def rows_of(store):
    store.connection.execute("CREATE VIRTUAL TABLE temp.terms USING fts5vocab(main, articles_fts, instance)")
    found = {name: sorted(map(repr, store.rows(sql))) for name, sql in TABLES.items()}
    store.connection.execute("DROP TABLE temp.terms")
    return found


def item(number: int, *, text: str = "", url: str | None = None) -> BulkArticle:
    """An article with mentions and one fact of each family, or of some."""
    source = random.Random(number)
    name = source.choice(["Orrin Semiconductor", "Veldt Optics", "L'Étoile S.A.", "中芯国际"])
    said = f"“We will not sell {number} wafers,” said {name}."
    paid = f"{name} was fined ${number + 1} million, about 4% of sales."
    listed = f"{name} was added to the Entity List with {number} others."
    body = text + "\n".join(source.sample([said, paid, listed, "Nothing else of note happened."], 4))

    def span(words: str, sentence: str) -> Span:
        start = body.index(sentence) + sentence.index(words)
        return Span(start, start + len(words), words)

    mentions, facts = [], []
    for sentence in (said, paid, listed):
        where = span(name, sentence)
        mentions.append(
            Mention(start=where.start, end=where.end, text=name, kind=EntityKind.COMPANY, entity=0, how="ner")
        )
    company = Party(role=Role.COMPANY, surface=name, span=span(name, paid), kind=EntityKind.COMPANY)
    facts = [
        StatementFact(
            kind="statement", evidence=span(said, said), quote_kind=QuoteKind.DIRECT, rule="r", cue="said",
            parties=(Party(role=Role.SPEAKER, surface=name, name=f"{name} Holdings"),),
            spans=tuple(FactSpan(SpanRole.QUOTE, span(words, said)) for words in ("We will not", "sell")),
        ),
        AmountFact(
            kind="fine", evidence=span(paid, paid), parties=(company, company), rule="r", approx=number % 2 == 0,
            amount=Decimal(number + 1) * 10**6, currency="USD", amount_text=f"${number + 1} million",
            spans=(FactSpan(SpanRole.AMOUNT, span(f"${number + 1} million", paid)),), detail={"ß": number},
        ),
        ShareFact(
            kind="share", evidence=span(paid, paid), parties=(company,), share_kind="revenue_share",
            pct=4.0, rule="r",
        ),
        ListingFact(
            kind="listing", evidence=span(listed, listed), parties=(company,), rule="r", list="entity-list",
            action=Action.ADD, count=number, confidence=0.4,
        ),
    ]  # fmt: skip
    row = ArticleRow(
        url=url or f"https://x.example/{number}",
        title=f"{name} \0 {number}",
        body=body,
        lead="Lead" if number % 3 else None,
        source=("harbour", "tide", None)[number % 3],
        blocks=(Block(0, 5, BlockKind.HEADING),) if number % 4 == 0 else (),
        authors=("Ada Quill",),
        published=f"2026-11-{number % 28 + 1:02}",
        published_precision="day",
        relevant=True,
        relevance=0.9,
        topics=("tariffs",),
        metadata={"section": "Märkte"},
    )
    annotation = Annotation(
        mentions=tuple(mentions),
        entities=(Entity(index=0, name=f"{name} Holdings", kind=EntityKind.COMPANY),),
        facts=tuple(facts[: number % 5]),
    )
    return BulkArticle(row=row, annotation=annotation if number % 7 else None, fingerprint="v1", cpu_s=0.25)


def one_by_one(store, items):
    for each in items:
        with store.write() as connection:
            connection.executemany(
                "INSERT OR IGNORE INTO sources (id, name) VALUES (?, ?)",
                [(each.row.source, each.row.source)] if each.row.source else [],
            )
            article, text = put_article(connection, each.row)
            if each.annotation is not None:
                write_annotation(connection, text, each.annotation, each.fingerprint)
                (digest,) = connection.execute("SELECT hash FROM texts WHERE id = ?", (text,)).fetchone()
                record_outcome(
                    connection, "annotate", text, digest, each.fingerprint, state=each.state, cpu_s=each.cpu_s
                )
            place(connection, article, text, each)


def place(connection, article, text, each):
    """Stands for the crawler's stories: one story for each name in the title."""
    key = len(each.row.title) % 5 + 1
    connection.execute("INSERT OR IGNORE INTO stories (id, made_at) VALUES (?, '')", (key,))
    connection.execute("UPDATE stories SET articles = articles + 1 WHERE id = ?", (key,))
    connection.execute("UPDATE articles SET story = ? WHERE id = ?", (key, article))


@pytest.fixture
def stores(tmp_path):
    with (
        Store.open(tmp_path / "bulk.sqlite", create=True) as bulk,
        Store.open(tmp_path / "single.sqlite", create=True) as single,
    ):
        yield bulk, single


@pytest.mark.parametrize(("batch", "few"), [(1, 500), (7, 0), (1000, 0)])
def test_bulk_and_one_by_one_give_the_same_rows(stores, batch, few, monkeypatch):
    monkeypatch.setattr(db.bulk, "FEW_PARTIES", few)  # from which the history of parties is made at once
    bulk, single = stores
    items = [item(n) for n in range(40)]
    items.insert(20, item(3, text="A changed text. "))  # a known article within the batch
    items.append(item(5, text="Changed again. "))
    done = bulk_load(bulk, iter(items), batch=batch, placed=place)
    one_by_one(single, items)
    assert rows_of(bulk) == rows_of(single)
    assert (done.new, done.changed, done.unchanged, done.refused) == (40, 2, 0, 0)
    assert done.facts == sum(len(i.annotation.facts) for i in items if i.annotation)
    assert list(check(bulk)) == []
    assert search(bulk, "fined").total == search(single, "fined").total > 0
    assert search(bulk, "中芯国际").total > 0


def test_loading_again_changes_nothing(stores):
    bulk, _ = stores
    items = [item(n) for n in range(30)]
    bulk_load(bulk, items)
    before = list(bulk.connection.iterdump())
    done = bulk_load(bulk, items)
    assert list(bulk.connection.iterdump()) == before
    assert (done.new, done.changed, done.unchanged) == (0, 0, 30)


def test_articles_loaded_one_by_one_are_known_to_the_bulk_load(stores):
    bulk, _ = stores
    items = [item(n) for n in range(12)]
    one_by_one(bulk, items)
    cache = bulk.value("PRAGMA cache_size")
    assert bulk_load(bulk, items).unchanged == 12
    assert bulk.value("PRAGMA cache_size") == cache, "the load's own is given back"
    newer = BulkArticle(row=items[4].row, annotation=Annotation(), fingerprint="v2")
    assert bulk_load(bulk, [newer]).changed == 1
    assert {row["state"] for row in bulk.rows("SELECT state FROM facts WHERE article = 5")} == {"withdrawn"}


def test_what_was_reviewed_survives_a_bulk_load(stores):
    bulk, _ = stores
    bulk_load(bulk, [item(8)])
    fact = bulk.value("SELECT id FROM facts WHERE kind = 'fine'")
    with bulk.write() as connection:
        connection.execute("UPDATE facts SET review = 'rejected' WHERE id = ?", (fact,))
    bulk_load(bulk, [item(8, text="A new first sentence. ")])
    assert bulk.value("SELECT count(*) FROM facts WHERE kind = 'fine' AND state = 'live'") == 1
    assert bulk.value("SELECT review FROM facts WHERE id = ?", (fact,)) == "rejected"


def test_bad_items_are_told_and_nothing_of_them_is_written(stores):
    bulk, _ = stores
    good, bad, known = item(1), item(2), item(3)
    bulk_load(bulk, [known])
    before = rows_of(bulk)
    wrong = Annotation(facts=(item(8).annotation.facts[0],))
    done = bulk_load(
        bulk,
        [
            BulkArticle(row=bad.row, annotation=wrong, fingerprint="v"),
            BulkArticle(row=known.row, annotation=wrong, fingerprint="v2"),
        ],
    )
    assert [url for url, _ in done.problems] == [bad.row.url, known.row.url]
    assert all("span" in why for _, why in done.problems)
    after = rows_of(bulk)
    del before["sources"], after["sources"]
    assert after == before
    assert bulk_load(bulk, [good]).new == 1


def test_what_was_forgotten_does_not_come_back(stores):
    bulk, _ = stores
    bulk_load(bulk, [item(1), item(2)])
    forget_url(bulk, item(1).row.url)
    forget_person(bulk, "Orrin Semiconductor Holdings")
    done = bulk_load(bulk, [item(n) for n in range(1, 30)])
    assert done.refused == 1
    assert done.problems == [(item(1).row.url, "forgotten on request")]
    assert bulk.value("SELECT count(*) FROM mentions WHERE name LIKE 'Orrin%'") == 0
    with pytest.raises(InputError, match="forgotten"), bulk.write() as connection:
        put_article(connection, item(1).row)
