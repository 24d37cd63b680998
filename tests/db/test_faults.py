"""Killed writers, full disks, many writers, folders that cannot be written."""

import os
import random
import signal
import subprocess
import sys
import time

import pytest

from db.articles import ArticleRow, put_article
from db.care import check
from db.errors import LockedError, StoreError
from db.search import search
from db.store import Store

ENVIRONMENT = os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)}
WRITER = """
import sys
from db.articles import ArticleRow, put_article
from db.facts import write_annotation
from db.records import *
from db.store import Store
name = sys.argv[2]
with Store.open(sys.argv[1]) as store:
    n = store.value("SELECT count(*) FROM articles WHERE url LIKE ?", (f"https://{name}%",))
    last = int(sys.argv[3])
    while last < 0 or n < last:
        body = f"Acme {n} was valued at $2bn by {name}. " + "Filler words stand here. " * (n % 40)
        fact = AmountFact(kind="valuation", evidence=Span(0, 12, body[:12]), amount=Decimal(2), rule="t",
                          parties=(Party(role=Role.COMPANY, surface="Acme", span=Span(0, 4, "Acme")),))
        with store.write() as connection:
            _, text = put_article(connection, ArticleRow(url=f"https://{name}/{n}", title=f"T {n}", body=body, relevant=True))
            write_annotation(connection, text, Annotation(facts=(fact,)), "v")
        n += 1
        print(n, flush=True)
"""
READER = """
import sys
from db.search import search
from db.store import Store
with Store.open(sys.argv[1], read_only=True) as store:
    print("ready", flush=True)
    while True:
        answer = search(store, "acme valued", facets=("kind",))
        pairs = store.rows("SELECT (SELECT count(*) FROM articles) AS a, (SELECT count(*) FROM facts) AS f")
        assert pairs[0]["a"] == pairs[0]["f"], pairs
"""


def start(code, *arguments):
    return subprocess.Popen(
        [sys.executable, "-c", code, *map(str, arguments)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=ENVIRONMENT,
    )


def finish(child):
    """Standard error of a child that ends, or is ended, by itself."""
    _, errors = child.communicate(timeout=120)
    return errors.decode()


def kill_rounds(path, rounds, seed):
    """Kill the writer `rounds` times at random moments while two readers read; acknowledged articles in the end."""
    source = random.Random(seed)
    readers = [start(READER, path) for _ in range(2)]
    acknowledged = 0
    try:
        for reader in readers:
            assert reader.stdout is not None
            assert reader.stdout.readline() == b"ready\n"
        for _ in range(rounds):
            writer = start(WRITER, path, "w", -1)
            assert writer.stdout is not None
            line = writer.stdout.readline()
            assert line, writer.stderr and writer.stderr.read()
            time.sleep(source.random() * 0.15)
            writer.kill()
            rest, _ = writer.communicate()
            told = [line, *rest.splitlines(keepends=True)]
            acknowledged = max(int(row) for row in told if row.endswith(b"\n"))
        for reader in readers:
            assert reader.poll() is None, finish(reader)  # no reader met an error or half a transaction
    finally:
        for reader in readers:
            reader.kill()
            reader.communicate()
    return acknowledged


@pytest.mark.timeout(1800)  # every round starts an interpreter
@pytest.mark.parametrize("rounds", [5, pytest.param(50, marks=pytest.mark.slow)])
def test_a_killed_writer_loses_nothing_acknowledged_and_leaves_no_half(tmp_path, rounds):
    path = tmp_path / "t.sqlite"
    Store.open(path, create=True).close()
    acknowledged = kill_rounds(path, rounds, seed=rounds)
    with Store.open(path) as store:
        assert list(check(store)) == []
        found = store.value("SELECT count(*) FROM articles")
        assert found in (acknowledged, acknowledged + 1)  # the last may be written and not yet told
        urls = {row["url"] for row in store.rows("SELECT url FROM articles")}
        assert urls == {f"https://w/{n}" for n in range(found)}
        assert store.value("SELECT count(*) FROM facts") == found


def test_three_writers_and_a_reader_meet_no_lock_error(tmp_path):
    path = tmp_path / "t.sqlite"
    Store.open(path, create=True).close()
    reader = start(READER, path)
    writers = [start(WRITER, path, f"w{n}", 60) for n in range(3)]
    assert [finish(writer) for writer in writers] == ["", "", ""]
    assert reader.poll() is None
    reader.send_signal(signal.SIGKILL)
    reader.communicate()
    with Store.open(path) as store:
        assert store.value("SELECT count(*) FROM articles") == 180
        assert list(check(store)) == []


FULL = """
import resource, sys
from db.articles import ArticleRow, put_article
from db.errors import StoreError
from db.store import Store
import signal
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv[2]), int(sys.argv[2])))
written = 0
try:
    with Store.open(sys.argv[1]) as store:
        while True:
            with store.write() as connection:
                put_article(connection, ArticleRow(url=f"https://x/{written}", title="t", body="words " * 5000))
            written += 1
            print(written, flush=True)
except StoreError as error:
    print("error:", error)
"""


def test_a_full_disk_is_a_clear_error_and_the_store_stays_whole(tmp_path):
    path = tmp_path / "t.sqlite"
    with Store.open(path, create=True):
        pass
    limit = path.stat().st_size + 400_000
    child = start(FULL, path, limit)
    out, errors = child.communicate(timeout=120)
    lines = out.decode().splitlines()
    assert lines[-1].startswith("error:"), (lines[-3:], errors)
    assert str(path) in lines[-1]
    with Store.open(path) as store:  # space again
        assert store.value("SELECT count(*) FROM articles") == int(lines[-2])
        assert list(check(store)) == []
        with store.write() as connection:
            put_article(connection, ArticleRow(url="https://y", title="t", body="fits again"))
        assert search(store, "fits").total == 1


def test_a_locked_store_is_told_with_the_process(tmp_path):
    path = tmp_path / "t.sqlite"
    Store.open(path, create=True).close()
    code = (
        "import sys\nfrom db.store import Store\nwith Store.open(sys.argv[1]) as store, store.write():\n"
        "    print('held', flush=True)\n    sys.stdin.read()\n"
    )
    child = subprocess.Popen(
        [sys.executable, "-c", code, str(path)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env=ENVIRONMENT,
    )
    assert child.stdout is not None
    assert child.stdout.readline() == b"held\n"
    with Store.open(path) as store:
        begin = time.monotonic()
        with pytest.raises(LockedError, match=str(child.pid)), store.write(wait_s=0.3):
            pass
        assert time.monotonic() - begin < 5
    child.communicate()


@pytest.mark.skipif(os.geteuid() == 0 and not hasattr(os, "setresuid"), reason="root may write everywhere")
def test_a_read_only_folder_is_a_clear_error_and_can_still_be_read(tmp_path):
    folder = tmp_path / "closed"
    folder.mkdir()
    path = folder / "t.sqlite"
    with Store.open(path, create=True) as store, store.write() as connection:
        put_article(connection, ArticleRow(url="https://x", title="t", body="readable words"))
    code = """
import os, sys
from db.errors import StoreError
from db.search import search
from db.store import Store
if os.geteuid() == 0:
    os.setresuid(65534, 65534, 65534)
with Store.open(sys.argv[1], read_only=True) as store:
    print(search(store, "readable").total)
try:
    with Store.open(sys.argv[1]) as store, store.write():
        print("wrote")
except StoreError as error:
    print("error:", error)
"""
    for parent in (tmp_path, *tmp_path.parents[:3]):
        os.chmod(parent, 0o755)
    path.chmod(0o444)
    for beside in folder.iterdir():
        beside.chmod(0o444)
    folder.chmod(0o555)
    try:
        done = subprocess.run(
            [sys.executable, "-c", code, str(path)],
            env=ENVIRONMENT,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
    finally:
        folder.chmod(0o755)
    lines = done.stdout.splitlines()
    assert lines[:1] == ["1"], done.stderr
    assert lines[1].startswith("error:"), done.stderr


def test_the_limit_of_time_ends_a_query(tmp_path):
    with Store.open(tmp_path / "t.sqlite", create=True) as store:
        store.limit_time(0.2)
        begin = time.monotonic()
        with pytest.raises(StoreError, match="interrupted"), store.write() as connection:
            connection.execute(
                "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT max(i) FROM n"
            )
        assert time.monotonic() - begin < 20
