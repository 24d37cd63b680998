"""Opening, writing, leases, identity and provenance, on a real file."""

import os
import subprocess
import sys
from decimal import Decimal

import pytest

from db import facts as db_facts
from db.articles import ArticleRow, put_article
from db.errors import LockedError, ProvenanceError, StoreError
from db.kinds import packaged_kinds
from db.records import AmountFact, Annotation, FactSpan, Party, Role, Span, SpanRole
from db.runs import record_outcome, run_lease
from db.schema import describe
from db.store import Store

BODY = "Acme was valued at $2bn. Others were not."


@pytest.fixture
def store(tmp_path):
    with Store.open(tmp_path / "t.sqlite", create=True) as opened:
        yield opened


def valuation(body: str = BODY, amount: str = "$2bn") -> AmountFact:
    start = body.index(amount)
    return AmountFact(
        kind="valuation",
        evidence=Span(0, 24, body[:24]),
        parties=(Party(role=Role.COMPANY, surface="Acme", span=Span(0, 4, "Acme")),),
        spans=(FactSpan(SpanRole.AMOUNT, Span(start, start + len(amount), amount)),),
        amount=Decimal(2_000_000_000),
        amount_text=amount,
        currency="USD",
        rule="test",
    )


def put(store, body=BODY, url="https://paper.example/1", title="Acme"):
    with store.write() as connection:
        return put_article(connection, ArticleRow(url=url, title=title, body=body, relevant=True))


def annotate(store, text, *found):
    with store.write() as connection:
        return db_facts.write_annotation(connection, text, Annotation(facts=found), "v1")


def test_a_missing_store_is_an_error_that_names_init(tmp_path):
    with pytest.raises(StoreError, match="tradewire init"):
        Store.open(tmp_path / "none.sqlite")


def test_a_foreign_database_is_refused_and_left_alone(tmp_path):
    path = tmp_path / "other.sqlite"
    subprocess.run(
        [sys.executable, "-m", "sqlite_utils", "create-table", str(path), "t", "id", "integer"], check=True
    )
    before = path.read_bytes()
    with pytest.raises(StoreError, match="not a Tradewire store"):
        Store.open(path)
    assert path.read_bytes() == before


def test_every_table_and_column_has_a_description(store):
    described = describe()
    for row in store.rows("SELECT name FROM sqlite_master WHERE type = 'table' AND sql IS NOT NULL"):
        name = row["name"]
        if name.startswith(("articles_fts_", "_sqlite", "sqlite_")):
            continue
        assert described[name][""], name
        columns = {c["name"] for c in store.rows(f"SELECT name FROM pragma_table_xinfo('{name}')")}
        if name != "articles_fts":
            assert columns == set(described[name]) - {""}, name


def test_every_kind_has_both_views(store):
    for kind in packaged_kinds().values():
        assert store.rows(f"SELECT * FROM {kind.plural}") == []
        assert store.rows(f"SELECT * FROM all_{kind.plural}") == []


def test_a_second_run_keeps_ids_and_a_vanished_fact_is_withdrawn(store):
    _, text = put(store)
    assert annotate(store, text, valuation())["new"] == 1
    fact = store.value("SELECT id FROM facts")
    assert annotate(store, text, valuation()) == {"new": 0, "kept": 1, "withdrawn": 0}
    assert annotate(store, text)["withdrawn"] == 1
    assert store.rows("SELECT id, state FROM facts") == [{"id": fact, "state": "withdrawn"}]
    assert store.rows("SELECT * FROM valuations") == []
    annotate(store, text, valuation())
    assert store.rows("SELECT id, state FROM facts") == [{"id": fact, "state": "live"}]


def test_a_rejected_fact_stays_rejected_after_another_run(store):
    _, text = put(store)
    annotate(store, text, valuation())
    with store.write() as connection:
        connection.execute("UPDATE facts SET review = 'rejected', amount = 7")
    annotate(store, text, valuation())
    assert store.rows("SELECT review, amount FROM facts") == [{"review": "rejected", "amount": 7.0}]
    assert store.rows("SELECT * FROM valuations") == []


def test_a_span_that_does_not_hold_writes_nothing(store):
    _, text = put(store)
    wrong = valuation("Acme was worthy of $2bn. Others were not.")
    with pytest.raises(ProvenanceError):
        annotate(store, text, wrong)
    assert store.value("SELECT count(*) FROM facts") == 0


def test_the_view_counts_a_syndicated_story_once(store):
    for n in (1, 2):
        article, text = put(store, url=f"https://paper{n}.example/")
        annotate(store, text, valuation())
        with store.write() as connection:
            connection.execute("INSERT OR IGNORE INTO stories (id, made_at) VALUES (1, '')")
            connection.execute("UPDATE articles SET story = 1 WHERE id = ?", (article,))
    assert store.value("SELECT count(*) FROM all_valuations") == 2
    assert store.value("SELECT count(*) FROM valuations") == 1


def test_a_changed_text_is_a_new_version_and_only_it_is_searched(store):
    article, first = put(store)
    _, second = put(store, body="Acme was valued at $3bn.")
    assert first != second
    assert store.value("SELECT count(*) FROM texts WHERE article = ?", (article,)) == 2
    found = "SELECT rowid FROM articles_fts WHERE articles_fts MATCH ?"
    assert store.rows(found, ('"3bn"',)) == [{"rowid": second}]
    assert store.rows(found, ('"2bn"',)) == []
    store.connection.execute("INSERT INTO articles_fts (articles_fts, rank) VALUES ('integrity-check', 1)")


def test_chinese_words_of_two_characters_are_found(store):
    _, text = put(store, body="美国商务部将两家公司列入实体清单。")
    assert store.rows("SELECT rowid FROM articles_fts WHERE articles_fts MATCH '\"清 单\"'") == [
        {"rowid": text}
    ]


def test_a_living_owner_keeps_its_lease_and_a_dead_one_loses_it_at_once(store, tmp_path):
    code = (
        "import sys, time\nfrom db.store import Store\nfrom db.runs import run_lease\n"
        "with Store.open(sys.argv[1]) as store, run_lease(store, 'crawl'):\n"
        "    print('held', flush=True)\n    time.sleep(60)\n"
    )
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)}
    child = subprocess.Popen(
        [sys.executable, "-c", code, str(store.path)], stdout=subprocess.PIPE, env=environment
    )
    try:
        assert child.stdout is not None
        assert child.stdout.readline() == b"held\n"
        with pytest.raises(LockedError, match=str(child.pid)), run_lease(store, "crawl"):
            pass
    finally:
        child.kill()
        child.wait()
        child.stdout.close()
    with run_lease(store, "crawl") as run:
        run.count("pages", 3)
    assert store.rows("SELECT state FROM runs ORDER BY id") == [{"state": "lost"}, {"state": "ok"}]


def test_the_third_failed_attempt_ends_the_tries(store):
    states = []
    for _ in range(3):
        with store.write() as connection:
            states.append(
                record_outcome(connection, "annotate", 1, "digest", "v1", state="retry", error="boom")
            )
    assert states == ["retry", "retry", "failed"]


def test_a_reader_cannot_write(store):
    with (
        Store.open(store.path, read_only=True) as reader,
        pytest.raises(StoreError, match="read-only"),
        reader.write(),
    ):
        pass


def test_a_checkpoint_gives_many_free_pages_back_and_keeps_a_few(store):
    with store.write() as connection:
        for n in range(200):
            put_article(
                connection, ArticleRow(url=f"https://x.example/{n}", title="t", body=f"{n} " + "word " * 2000)
            )
    store.checkpoint()
    full = store.path.stat().st_size
    with store.write() as connection:
        connection.execute("DELETE FROM texts WHERE id = 1")
    store.checkpoint()
    assert store.value("PRAGMA freelist_count") > 0  # for what comes next
    with store.write() as connection:
        connection.execute("DELETE FROM texts WHERE id > 50")
    store.checkpoint()
    assert store.value("PRAGMA freelist_count") == 0
    assert store.path.stat().st_size < full / 2
    assert store.value("PRAGMA quick_check") == "ok"
