"""Many readers and a writer: shared stores, remembered answers, and what a page says while the store is busy."""

import shutil
import socket
import sqlite3
import time
import warnings

import pytest
from sample_store import fill

from db.errors import ConfigError, LockedError
from db.locks import write_lock
from db.sqlite import OperationalError
from db.store import Store
from tradewire.commands.serve import require_free
from tradewire.web import serving
from tradewire.web.app import create_app
from tradewire.web.serving import Kept, Memory, Readers

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # starlette announces another client library
    from fastapi.testclient import TestClient


@pytest.fixture(scope="module")
def filled(tmp_path_factory):
    path = tmp_path_factory.mktemp("serving") / "t.sqlite"
    with Store.open(path, create=True) as store:
        fill(store)
    return path


@pytest.fixture
def path(filled, tmp_path):
    return shutil.copy(filled, tmp_path / "t.sqlite")


@pytest.fixture
def client(path):
    return TestClient(create_app(path), follow_redirects=False)


def one(path, sql):
    with Store.open(path, read_only=True) as store:
        return store.value(sql)


def kept(**changes):
    values = {"body": b"x", "kind": "text/html", "etag": '"x"', "status": 200, "cost_s": 0.1, "version": 1}
    return Kept(**values | {"at": time.monotonic()} | changes)


WRITES = {
    "review": ("/fact/{fact}/review", {"decision": "reject"}),
    "saved": ("/saved", {"name": "n", "query": "chips"}),
    "unsaved": ("/saved/remove", {"name": "n"}),
    "watch": ("/watch", {"name": "smic"}),
    "unwatch": ("/unwatch", {"name": "smic"}),
}


@pytest.mark.parametrize("name", WRITES)
def test_a_write_to_a_busy_store_soon_says_so_and_changes_nothing(client, path, name, monkeypatch):
    monkeypatch.setattr("tradewire.web.writing.WRITE_WAIT_S", 0.2)
    address, form = WRITES[name]
    if name == "unsaved":
        assert client.post("/saved", data={"name": "n", "query": "x"}).status_code == 303
    if name == "unwatch":
        assert client.post("/watch", data={"name": "smic"}).status_code == 303
    before = [one(path, f"SELECT count(*) FROM {t}") for t in ("fact_reviews", "saved_searches", "watches")]
    address = address.format(fact=one(path, "SELECT min(id) FROM facts"))
    begin = time.monotonic()
    with write_lock(path):
        answer = client.post(address, data=form)
    assert time.monotonic() - begin < 20  # the stages' own patience is 30 s
    assert answer.status_code == 503
    assert "nothing was changed" in answer.text
    assert str(path) not in answer.text
    assert answer.headers["retry-after"]
    after = [one(path, f"SELECT count(*) FROM {t}") for t in ("fact_reviews", "saved_searches", "watches")]
    assert after == before


def test_a_lock_of_a_foreign_program_is_told_as_well(path):
    foreign = sqlite3.connect(path)
    foreign.execute("BEGIN IMMEDIATE")
    try:
        with (
            Store.open(path, wait_s=0.1) as store,
            pytest.raises(LockedError, match="locked"),
            store.write(),
        ):
            pass
    finally:
        foreign.close()


def test_the_store_waits_two_seconds_for_a_web_write():
    from tradewire.web.writing import WRITE_WAIT_S

    assert WRITE_WAIT_S == 2.0


def test_what_a_reader_changes_is_seen_at_once_on_a_remembered_page(client, path):
    fact = one(path, "SELECT min(id) FROM facts WHERE review = 'auto'")
    first = client.get(f"/fact/{fact}")
    assert client.get(f"/fact/{fact}").headers["etag"] == first.headers["etag"]
    client.post(f"/fact/{fact}/review", data={"decision": "confirm", "note": "as the notice says"})
    assert "as the notice says" in client.get(f"/fact/{fact}").text


def test_an_unchanged_page_is_not_made_twice(client, monkeypatch):
    first = client.get("/facts")
    monkeypatch.setattr(serving.Readers, "opened", None)  # nothing may be opened now
    assert client.get("/facts").text == first.text
    assert client.get("/facts", headers={"If-None-Match": first.headers["etag"]}).status_code == 304


def test_an_answer_outlives_changes_of_others_only_in_proportion_to_its_cost():
    memory = Memory()
    now = time.monotonic()
    memory.put(("cheap",), kept(cost_s=0.001, at=now - 1), 0)
    memory.put(("dear",), kept(cost_s=0.2, at=now - 1), 0)
    memory.put(("old",), kept(cost_s=100, at=now - serving.STALE_S - 1), 0)
    memory.put(("older",), kept(cost_s=100, at=now - serving.AGE_S - 1), 0)
    assert memory.get(("cheap",), 1)
    assert memory.get(("cheap",), 2) is None
    assert memory.get(("dear",), 2)
    assert memory.get(("old",), 2) is None
    assert memory.get(("old",), 1)
    assert memory.get(("older",), 1) is None
    assert memory.get(("dear",), None) is None  # a store that cannot be read


def test_an_answer_begun_before_a_readers_change_is_not_remembered():
    memory = Memory()
    begun = memory.generation
    memory.forget()
    memory.put(("a",), kept(), begun)
    assert memory.get(("a",), 1) is None


def test_memory_is_bounded_and_forgets_what_is_asked_least():
    memory = Memory(most=2500)
    for name in "ab":
        memory.put((name,), kept(body=b"x" * 1000), 0)
    assert memory.get(("a",), 1)
    memory.put(("c",), kept(body=b"x" * 1000), 0)
    assert memory.get(("b",), 1) is None
    assert memory.get(("a",), 1)
    memory.put(("big",), kept(body=b"x" * 3000), 0)
    memory.put(("error",), kept(status=404), 0)
    assert memory.get(("big",), 1) is None
    assert memory.get(("error",), 1) is None
    assert memory.size == 2000


def test_readers_notice_changes_and_a_file_that_was_put_in_place_of_theirs(path, filled, tmp_path):
    readers = Readers(path)
    before = readers.version()
    with readers.opened(5) as store:
        assert store.value("SELECT count(*) FROM articles") == 6
    with readers.opened(5) as again:
        assert again is store
    with Store.open(path) as writer, writer.write() as connection:
        connection.execute("UPDATE articles SET title = 'other' WHERE id = 1")
    assert readers.version() != before
    other = shutil.copy(filled, tmp_path / "other.sqlite")
    with Store.open(other) as writer, writer.write() as connection:
        connection.execute("UPDATE articles SET title = 'restored'")
    for suffix in ("-wal", "-shm"):
        path.with_name(path.name + suffix).unlink(missing_ok=True)
    other.replace(path)
    with readers.opened(5) as new:
        assert new is not store
        assert new.value("SELECT title FROM articles WHERE id = 1") == "restored"


def test_many_at_once_share_a_few_stores(path):
    from concurrent.futures import ThreadPoolExecutor

    readers = Readers(path)

    def read(_):
        with readers.opened(5) as store:
            time.sleep(0.005)
            return id(store), store.value("SELECT count(*) FROM articles")

    with ThreadPoolExecutor(16) as threads:
        found = list(threads.map(read, range(64)))
    assert {count for _, count in found} == {6}
    assert len({store for store, _ in found}) <= serving.READERS


def test_a_query_that_takes_too_long_is_stopped(path):
    endless = "WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n) SELECT max(x) FROM n"
    readers = Readers(path)
    with readers.opened(0.05) as store, pytest.raises(OperationalError, match="interrupted"):
        store.value(endless)
    with readers.opened(5) as store:  # the limit went with its page
        assert store.value("SELECT count(*) FROM articles") == 6


@pytest.mark.parametrize(
    ("address", "status"),
    [
        ("/week/0001-W01", 422), ("/week/9999-W01", 422), ("/week/2026-W99", 422), ("/article/99999999999999999999", 404),
        ("/article/99999999999999999999/copy", 404), ("/fact/%00", 404), ("/facts?min_amount=nan", 200),
    ],
)  # fmt: skip
def test_an_unusual_address_is_answered_with_a_page(client, address, status):
    answer = client.get(address)
    assert answer.status_code == status
    assert "<h1>" in answer.text
    assert ("no number" in answer.text) == ("nan" in address)


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({}, "decision"),
        ({"decision": "correct", "amount": "1e400"}, "must be a number"),
        ({"decision": "correct", "as_of": "tomorrow"}, "must be a date"),
        ({"decision": "correct", "as_of": "2026-02-30"}, "must be a date"),
        ({"decision": "explode"}, "unknown decision"),
        ({"decision": "confirm", "by": "x" * 999}, "200 characters"),
    ],
)
def test_a_wrong_form_is_explained_on_a_page_and_changes_nothing(client, path, given, words):
    with Store.open(path, read_only=True) as store:
        fact = store.value("SELECT id FROM facts ORDER BY id LIMIT 1")
        before = store.rows("SELECT * FROM facts ORDER BY id")
        answer = client.post(f"/fact/{fact}/review", data=given)
        assert answer.status_code == 422
        assert words in answer.text
        assert "<h1>This could not be read" in answer.text
        assert store.rows("SELECT * FROM facts ORDER BY id") == before


def test_of_two_who_correct_the_same_fact_the_second_is_told(client, path):
    with Store.open(path, read_only=True) as store:
        fact = store.value("SELECT id FROM facts WHERE amount IS NOT NULL ORDER BY id LIMIT 1")
        seen = client.get(f"/fact/{fact}").text.split('name="seen" value="')[1].split('"')[0]
        form = {"decision": "correct", "seen": seen}
        assert (
            client.post(f"/fact/{fact}/review", data=form | {"amount": "5", "by": "Ann"}).status_code == 303
        )
        late = client.post(f"/fact/{fact}/review", data=form | {"amount": "6", "by": "Bob"})
        assert late.status_code == 409
        assert "Ann decided about this fact since you opened it" in late.text
        assert f'href="/fact/{fact}"' in late.text
        assert store.value("SELECT amount FROM facts WHERE id = ?", (fact,)) == 5
        again = client.get(f"/fact/{fact}").text.split('name="seen" value="')[1].split('"')[0]
        assert (
            client.post(f"/fact/{fact}/review", data=form | {"amount": "6", "seen": again}).status_code == 303
        )
        assert store.value("SELECT amount FROM facts WHERE id = ?", (fact,)) == 6


def test_a_port_in_use_is_said_before_anything_is_promised():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        with pytest.raises(ConfigError, match="cannot listen on"):
            require_free("127.0.0.1", taken.getsockname()[1])
    require_free("127.0.0.1", 0)
