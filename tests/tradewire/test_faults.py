"""Processes that are killed, collide, or are fed rubbish: nothing is lost, doubled or unexplained."""

import gzip
import os
import random
import resource
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest
from tests_support import run_tradewire

from db.articles import ArticleRow, put_article
from db.store import Store

BODY = (
    "The U.S. Commerce Department added Orbel{n} Optics Ltd. to the Entity List on Monday, citing national security.\n\n"
    "Orbel{n} Optics, which was valued at ${n}.5 billion in March, said the decision had no basis in fact.\n\n"
    '"We will not be stopped," said Mira Kessler, chief executive of Orbel{n} Optics. The company won a contract worth'
    " {n}40 million yuan (${n}0 million) from the Harbour city government in 2025."
)
ARTICLES = 16
#: Everything a run writes, without times and row ids that depend on order.
CONTENT = {
    "articles": "SELECT url, title, relevant FROM articles ORDER BY url",
    "facts": 'SELECT id, kind, state, start, "end", amount, currency, action, quote FROM facts ORDER BY id',
    "parties": "SELECT f.id, role, ordinal, surface, company FROM fact_parties JOIN facts f ON f.n = fact_n ORDER BY 1, 2, 3",
    "mentions": 'SELECT text, start, "end", surface, kind, company FROM mentions ORDER BY text, start, "end"',
    "companies": "SELECT id, name, status FROM companies ORDER BY id",
    "runs": "SELECT stage, input, state FROM article_runs ORDER BY stage, input",
}


def fill(path: Path) -> None:
    with Store.open(path, create=True) as store, store.write() as connection:
        for n in range(1, ARTICLES + 1):
            row = ArticleRow(
                url=f"https://paper.example/{n}", title=f"Orbel{n}", body=BODY.replace("{n}", str(n)),
                published="2026-11-17", language="en", relevant=True,
            )  # fmt: skip
            put_article(connection, row)


def content(path: Path) -> dict[str, list]:
    with Store.open(path, read_only=True) as store:
        return {name: store.rows(sql) for name, sql in CONTENT.items()}


def start(*arguments: str, cwd: Path) -> subprocess.Popen:
    paths = os.pathsep.join([str(Path(__file__).parents[2]), *[p for p in sys.path if p]])
    return subprocess.Popen(
        [sys.executable, "-m", "tradewire", *arguments],
        cwd=cwd,
        env=os.environ | {"PYTHONPATH": paths},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        start_new_session=True,
    )


def end(child: subprocess.Popen) -> None:
    child.send_signal(signal.SIGKILL)
    child.communicate()


@pytest.mark.slow
@pytest.mark.timeout(900)
def test_annotate_and_resolve_killed_ten_times_give_the_rows_of_an_undisturbed_run(tmp_path):
    calm, rough = tmp_path / "calm", tmp_path / "rough"
    for folder in (calm, rough):
        folder.mkdir()
        fill(folder / "tradewire.sqlite")
    begin = time.monotonic()
    assert run_tradewire("annotate", cwd=calm).returncode == 0
    whole = time.monotonic() - begin
    chance = random.Random(7)
    for _ in range(10):
        child = start("annotate", cwd=rough)
        time.sleep(chance.uniform(0.3, 1.2) * whole)
        end(child)
    done = run_tradewire("annotate", cwd=rough)
    assert done.returncode == 0, done.stderr
    begin = time.monotonic()
    assert run_tradewire("resolve", cwd=calm).returncode == 0
    whole = time.monotonic() - begin
    for _ in range(10):
        child = start("resolve", cwd=rough)
        time.sleep(chance.uniform(0.2, 1.1) * whole)
        end(child)
    begin = time.monotonic()
    done = run_tradewire("resolve", cwd=rough)
    assert done.returncode == 0, done.stderr  # the killed run's lease is taken over at once
    one, other = content(calm / "tradewire.sqlite"), content(rough / "tradewire.sqlite")
    for name, rows in one.items():
        assert rows == other[name], name
        assert rows, name


@pytest.mark.slow
def test_of_two_runs_one_works_and_the_other_says_who_holds_it(tmp_path):
    fill(tmp_path / "tradewire.sqlite")
    child = start("annotate", cwd=tmp_path)
    try:
        path = tmp_path / "tradewire.sqlite"
        with Store.open(path, read_only=True) as store:
            for _ in range(300):
                if store.value("SELECT 1 FROM runs WHERE stage = 'annotate' AND ended IS NULL"):
                    break
                time.sleep(0.02)
        child.send_signal(signal.SIGSTOP)  # it must not end before the other has looked
        second = run_tradewire("annotate", cwd=tmp_path)
        assert second.returncode == 4
        assert str(child.pid) in second.stderr
        assert "Traceback" not in second.stderr
    finally:
        child.send_signal(signal.SIGCONT)
        out = child.communicate(timeout=200)
    assert child.returncode == 0, out


@pytest.mark.slow
def test_a_writer_like_the_web_pages_and_annotate_together_meet_no_lock_error(tmp_path):
    path = tmp_path / "tradewire.sqlite"
    fill(path)
    errors: list[BaseException] = []
    written = 0
    stop = threading.Event()

    def write_now_and_then() -> None:
        nonlocal written
        try:
            while not stop.is_set():
                with Store.open(path) as store, store.write(wait_s=2.0) as connection:
                    connection.execute(
                        "INSERT INTO saved_searches (name, kind, query, made_at) VALUES (?, 'search', 'x', '')",
                        (f"s{written}",),
                    )
                written += 1
                time.sleep(0.02)
        except BaseException as error:  # whatever it is, the test must fail with it
            errors.append(error)

    thread = threading.Thread(target=write_now_and_then)
    thread.start()
    done = run_tradewire("annotate", cwd=tmp_path)
    stop.set()
    thread.join()
    assert errors == []
    assert done.returncode == 0, done.stderr
    with Store.open(path, read_only=True) as store:
        assert store.value("SELECT count(*) FROM saved_searches") == written > 20
        assert store.value("SELECT count(*) FROM article_runs WHERE state = 'ok'") == ARTICLES


@pytest.fixture(scope="module")
def house(tmp_path_factory):
    """A folder with a filled store, and what it held."""
    folder = tmp_path_factory.mktemp("house")
    fill(folder / "tradewire.sqlite")
    return folder, content(folder / "tradewire.sqlite")


def rubbish(folder: Path) -> dict[str, Path]:
    """Files that are not what they say."""
    made = {
        "missing": folder / "nowhere.html",
        "empty": folder / "empty.html",
        "binary": folder / "binary.html",
        "large": folder / "large.html",
        "truncated": folder / "cut.warc.gz",
    }
    made["empty"].write_bytes(b"")
    made["binary"].write_bytes(bytes(range(256)) * 200)
    with made["large"].open("wb") as handle:
        handle.write(b"<html><body>")
        for _ in range(61):
            handle.write(b"<p>" + b"x" * 999_990 + b"</p>")
    record = (
        b"WARC/1.1\r\nWARC-Type: response\r\nWARC-Target-URI: https://p.example/\r\nContent-Length: 4000\r\n\r\n"
        b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n<html><body><p>cut"
    )
    made["truncated"].write_bytes(gzip.compress(record)[:-12])
    return made


@pytest.mark.parametrize(
    ("name", "codes"),
    [("missing", {2}), ("empty", {2}), ("binary", {2}), ("large", {2}), ("truncated", {2, 3})],
)
def test_a_rubbish_file_is_a_clear_error_and_harms_nothing(house, tmp_path, name, codes):
    folder, before = house
    path = rubbish(tmp_path)[name]
    done = run_tradewire("import", str(path), cwd=folder)
    assert done.returncode in codes, (done.returncode, done.stderr)
    assert path.name in done.stderr
    assert "Traceback" not in done.stderr
    after = content(folder / "tradewire.sqlite")
    assert after["articles"] == before["articles"]


def test_an_unknown_key_in_the_sources_names_the_source_and_exits_5(house, tmp_path):
    (tmp_path / "mine.toml").write_text('[lamp]\nname = "L"\nfeed = ["https://l.example/"]\n')
    (tmp_path / "tradewire.toml").write_text('[crawl]\nsources = "mine.toml"\n')
    done = run_tradewire("sources", "list", cwd=tmp_path)
    assert done.returncode == 5
    assert "lamp" in done.stderr
    assert "feed" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_locked_store_says_who_holds_it(house):
    folder, _ = house
    with Store.open(folder / "tradewire.sqlite") as store, store.write():
        done = run_tradewire("annotate", cwd=folder, TRADEWIRE_WRITE_WAIT_S="1")
    assert done.returncode == 4, done.stderr
    assert str(os.getpid()) in done.stderr


def test_a_folder_that_cannot_be_written_is_a_store_error():
    done = run_tradewire("init", "--store", "/proc/tradewire.sqlite", cwd=Path("/"))
    assert done.returncode == 5, done.stderr
    assert "/proc/tradewire.sqlite" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_full_disk_is_a_clear_error_and_the_store_stays_whole(tmp_path):
    path = tmp_path / "tradewire.sqlite"
    fill(path)
    before = content(path)
    size = max(p.stat().st_size for p in tmp_path.iterdir())
    limit = size + 40_000
    text = tmp_path / "long.txt"
    text.write_text("Tariffs on chips and the Entity List.\n\n" + "Export controls bite. " * 30_000)
    paths = os.pathsep.join([str(Path(__file__).parents[2]), *[p for p in sys.path if p]])
    done = subprocess.run(
        [sys.executable, "-m", "tradewire", "import", str(text)],
        cwd=tmp_path,
        env=os.environ | {"PYTHONPATH": paths},
        capture_output=True,
        text=True,
        preexec_fn=lambda: (
            signal.signal(signal.SIGXFSZ, signal.SIG_IGN),
            resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit)),
        ),
    )
    assert done.returncode == 5, (done.returncode, done.stderr)
    assert "Traceback" not in done.stderr
    assert content(path) == before
    with Store.open(path) as store:
        assert store.value("PRAGMA quick_check") == "ok"


@pytest.mark.parametrize(
    "query", ['"', "AND (", "NEAR(", "title:", "amount>", "\0", "*", "-", "((((", "a OR"]
)
def test_an_odd_query_is_answered(house, query):
    folder, _ = house
    if "\0" in query:
        query = query.replace("\0", "\u2400")  # no process argument can hold NUL
    done = run_tradewire("search", "--", query, cwd=folder)
    assert done.returncode == 0, done.stderr
    assert "Traceback" not in done.stderr
