"""Backups, restoring, checking, forgetting."""

import os
import shutil
import subprocess
import sys

import pytest
from sample_store import fill

from db.articles import ArticleRow, put_article
from db.backups import backup, backups
from db.care import check, rebuild_index, restore
from db.errors import InputError, LockedError, StoreError
from db.facts import write_annotation
from db.forget import blacked, forget_person, forget_url
from db.queries import facts
from db.records import (
    Annotation,
    Entity,
    EntityKind,
    FactSpan,
    Mention,
    Party,
    QuoteKind,
    Role,
    Span,
    SpanRole,
    StatementFact,
)
from db.search import search
from db.store import Store


@pytest.fixture
def store(tmp_path):
    with Store.open(tmp_path / "t.sqlite", create=True) as opened:
        fill(opened)
        yield opened


def test_a_backup_is_one_verified_file_and_old_ones_go(store, tmp_path):
    made = [backup(store.path, tmp_path / "b", keep=2) for _ in range(3)]
    assert sorted(path.name for path in backups(store.path, tmp_path / "b")) == sorted(
        p.name for p in made[1:]
    )
    assert sorted(os.listdir(tmp_path / "b")) == sorted(p.name for p in made[1:])
    with Store.open(made[-1], read_only=True) as copy:
        assert copy.value("SELECT count(*) FROM facts") == 4


def test_a_backup_has_what_was_committed_while_a_writer_holds_a_transaction(store, tmp_path):
    with store.write() as connection:
        connection.execute("DELETE FROM facts")
        made = backup(store.path, tmp_path / "b")
    with Store.open(made, read_only=True) as copy:
        assert copy.value("SELECT count(*) FROM facts") == 4
    assert store.value("SELECT count(*) FROM facts") == 0


def test_restoring_puts_the_backup_in_place_and_keeps_the_old_store(store, tmp_path):
    made = backup(store.path, tmp_path / "b")
    with store.write() as connection:
        connection.execute("DELETE FROM facts")
    store.close()
    kept = restore(made, store.path)
    with Store.open(store.path) as opened:
        assert opened.value("SELECT count(*) FROM facts") == 4
    assert kept is not None
    with Store.open(kept) as old:
        assert old.value("SELECT count(*) FROM facts") == 0


def test_a_damaged_backup_is_refused_and_the_store_stays(store, tmp_path):
    made = backup(store.path, tmp_path / "b")
    data = bytearray(made.read_bytes())
    data[8192:60000] = os.urandom(60000 - 8192)
    made.write_bytes(data)
    with pytest.raises(StoreError):
        restore(made, store.path)
    assert store.value("SELECT count(*) FROM facts") == 4
    with pytest.raises(StoreError, match="there is no backup"):
        restore(tmp_path / "none", store.path)


def test_a_damaged_store_is_replaced_by_its_backup(store, tmp_path):
    made = backup(store.path, tmp_path / "b")
    store.close()
    store.path.write_bytes(b"not a database" * 1000)
    restore(made, store.path)
    with Store.open(store.path) as opened:
        assert list(check(opened)) == []


def test_nothing_is_restored_while_a_run_goes_on(store, tmp_path):
    made = backup(store.path, tmp_path / "b")
    code = (
        "import sys\nfrom db.store import Store\nfrom db.runs import run_lease\n"
        "with Store.open(sys.argv[1]) as store, run_lease(store, 'crawl'):\n"
        "    print('held', flush=True)\n    sys.stdin.read()\n"
    )
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)}
    with subprocess.Popen(
        [sys.executable, "-c", code, str(store.path)],
        stdout=subprocess.PIPE,
        stdin=subprocess.PIPE,
        env=environment,
    ) as child:
        assert child.stdout is not None
        assert child.stdout.readline() == b"held\n"
        with pytest.raises(LockedError, match="crawl is running"):
            restore(made, store.path)
        child.communicate()


def test_a_sound_store_passes_and_each_damage_is_named(store):
    assert list(check(store)) == []
    damages = {
        "sentences": "UPDATE facts SET start = -1 WHERE kind = 'listing'",
        "texts": "UPDATE texts SET body = body || '.'",
        "spans": 'UPDATE fact_spans SET "end" = 99999',
        "mentions": "UPDATE mentions SET start = start + 1",
        "foreign keys": "UPDATE articles SET source = 'nobody' WHERE source = 'tide'",
        "current texts": "UPDATE articles SET text = (SELECT max(id) + 7 FROM texts) WHERE id = 1",
        "full-text index": "UPDATE articles SET title = 'another' WHERE id = 2",
    }
    for name, damage in damages.items():
        copy = store.path.with_name(f"{name}.sqlite")
        store.connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
        shutil.copyfile(store.path, copy)
        with Store.open(copy) as opened:
            opened.connection.execute("PRAGMA foreign_keys = OFF")
            opened.connection.execute(damage)
            assert name in {problem.check for problem in check(opened)}, name


def test_the_index_is_rebuilt(store):
    store.connection.execute("UPDATE articles SET title = 'Zebrafish' WHERE id = 2")
    assert list(check(store))
    rebuild_index(store)
    assert list(check(store)) == []
    assert search(store, "zebrafish").total == 1


def test_a_forgotten_address_does_not_come_back(store):
    url = "https://x.example/chips"
    assert forget_url(store, url, dry_run=True).facts == 1
    assert search(store, "orrin").total == 1
    gone = forget_url(store, url, note="on request")
    assert (gone.articles, gone.facts) == (1, 1)
    assert search(store, "orrin").total == 0
    assert facts(store, kind="listing", everything=True) == []
    assert list(check(store)) == []
    with pytest.raises(InputError, match="forgotten"), store.write() as connection:
        put_article(connection, ArticleRow(url=url, title="t", body="again"))


def test_a_forgotten_person_is_blacked_out_and_not_read_again(store):
    gone = forget_person(store, "ada quill")
    assert (gone.articles, gone.facts) == (1, 1)
    assert facts(store, kind="statement", everything=True) == []
    assert search(store, '"ada quill"').total == 0
    body = store.value(
        "SELECT t.body FROM texts t JOIN articles a ON a.text = t.id WHERE a.url LIKE '%quote'"
    )
    assert "trade minister █████████." in body
    assert list(check(store)) == []
    later = 'Ada Quill said: "No."'
    statement = StatementFact(
        kind="statement",
        evidence=Span(0, len(later), later),
        quote_kind=QuoteKind.DIRECT,
        parties=(Party(role=Role.SPEAKER, surface="Ada Quill"),),
        rule="t",
    )
    with store.write() as connection:
        _, text = put_article(connection, ArticleRow(url="https://later.example", title="t", body=later))
        write_annotation(connection, text, Annotation(facts=(statement,)), "v2")
    assert facts(store, kind="statement", everything=True) == []


@pytest.mark.parametrize(
    "forget",
    [
        lambda store: forget_person(store, "Ada Quill"),
        lambda store: forget_url(store, "https://x.example/quote"),
    ],
)
def test_the_bytes_of_what_was_forgotten_are_gone_from_every_file(store, forget):
    """Also where SQLite was built to leave deleted rows in the file, and from the words of the full-text index."""
    store.connection.execute("PRAGMA secure_delete = OFF").fetchall()
    assert b"Ada Quill" in _bytes(store)
    forget(store)
    left = _bytes(store)
    for word in (b"Ada Quill", b"ada quill", b"quill", b"Quill"):
        assert word not in left
    assert store.value("PRAGMA secure_delete") == 0
    assert list(check(store)) == []


def _bytes(store):
    return b"".join(path.read_bytes() for path in store.path.parent.glob(store.path.name + "*"))


def test_a_forgotten_person_goes_from_every_column_and_others_keep_what_they_said(store):
    body = 'Zadie Orr-Lane, the minister, spoke. Orr-Lane refused. "Zadie Orr-Lane is right," said Bo Lin. It stays, Lane said.'
    said, spoken = "Zadie Orr-Lane is right", body[55:97]
    names = [Mention(start=at, end=at + len(text), text=text, kind=EntityKind.PERSON, entity=entity, how="ner")
             for at, text, entity in ((0, "Zadie Orr-Lane", 0), (37, "Orr-Lane", 0), (body.index("Bo"), "Bo Lin", 1))]  # fmt: skip
    statement = StatementFact(
        kind="statement",
        evidence=Span(55, 97, spoken),
        quote_kind=QuoteKind.DIRECT,
        parties=(Party(role=Role.SPEAKER, surface="Bo Lin"),),
        spans=(FactSpan(SpanRole.QUOTE, Span(body.index(said), body.index(said) + len(said), said)),),
        attribution="an aide of Zadie  ORR-LANE",
        rule="t",
    )
    row = ArticleRow(url="https://y.example/a", title="Orr-Lane speaks", body=body, authors=("Zadie Orr-Lane",), metadata={"titles": ["On Zadie Orr-Lane"]})  # fmt: skip
    people = (Entity(index=0, name="Zadie Orr-Lane", kind=EntityKind.PERSON), Entity(index=1, name="Bo Lin", kind=EntityKind.PERSON))  # fmt: skip
    with store.write() as connection:
        _, text = put_article(connection, row)
        write_annotation(
            connection, text, Annotation(mentions=tuple(names), entities=people, facts=(statement,)), "v1"
        )
    assert list(check(store)) == []

    gone = forget_person(store, "zadie orr-lane")

    assert (gone.articles, gone.facts, gone.mentions) == (1, 0, 2)
    assert store.value("SELECT body FROM texts WHERE id = ?", (text,)) == (
        '██████████████, the minister, spoke. ████████ refused. "██████████████ is right," said Bo Lin. It stays, Lane said.'
    )
    (kept,) = facts(store, speaker="Bo Lin", everything=True)
    assert kept.quote == "██████████████ is right"
    assert kept.attribution == "an aide of ███████████████"
    for table, column in store.connection.execute(
        "SELECT m.name, c.name FROM sqlite_master m, pragma_table_info(m.name) c WHERE m.type = 'table'"
    ).fetchall():
        found = store.value(f'SELECT "{column}" FROM "{table}" WHERE "{column}" LIKE \'%orr-lane%\'')
        assert found is None, f"{table}.{column} holds {found}"
    assert b"Orr-Lane" not in _bytes(store)
    assert list(check(store)) == []
    with pytest.raises(InputError, match="a name is needed"):
        forget_person(store, " ")


def test_blacking_out_keeps_every_offset():
    assert blacked("Ada and ADA, Adam", "ada") == "███ and ███, Adam"  # no part of another word
    assert blacked("İstanbul: Ada  Quill's", "Ada Quill") == "İstanbul: ██████████'s"
    assert blacked("记者王小明说", "王小明") == "记者███说"
