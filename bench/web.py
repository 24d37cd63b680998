"""Readers of the pages while a stage writes: waiting times, errors, and the server's CPU for a page.

    python -m bench.web [--articles 20000] [--readers 50] [--seconds 20] [--folder DIR]

Makes a store as bench.store does (kept in DIR for the next run) and serves it in a process of its own. First pages of
each kind are asked one by one, each another article, company or query, and nothing is remembered: their CPU time. Then
the readers ask for pages without pause, and again with a second between two pages, each time while articles are
written with their facts over and over. The rate limit is lifted, since all readers share one address.
"""

import argparse
import asyncio
import itertools
import json
import math
import os
import random
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import quote

from bench.store import Maker, build
from db.articles import put_article
from db.facts import write_annotation
from db.store import Store
from tradewire.web.serving import MEMORY

SERVE = (
    "import sys, uvicorn; from pathlib import Path; from tradewire.web.app import create_app;"
    "app = create_app(Path(sys.argv[1])); app.state.limit.rate = 10**9;"
    "app.state.memory.most = int(sys.argv[3]);"
    "uvicorn.run(app, port=int(sys.argv[2]), log_level='error')"
)
EACH = 4  # pages of a kind that are asked alone


def addresses(store: Store) -> dict[str, list[str]]:
    """Kind of page -> addresses of it."""
    source = random.Random(7)

    def some(sql: str, count: int = 300) -> list[Any]:
        found = [row["id"] for row in store.rows(sql)]
        return source.sample(found, min(count, len(found)))

    words = some(
        "SELECT substr(title, 1, instr(title || ' ', ' ') - 1) AS id FROM articles WHERE id % 50 = 0"
    )
    names = some("SELECT name AS id FROM companies")
    return {
        "week": ["/", *(f"/week/2026-W{n}" for n in (53, 52, 51, 50))],
        "articles": ["/search", *(f"/search?offset={n}" for n in range(20, 200, 20))],
        "search, phrase": [
            f"/search?q=%22entity+list%22+since%3A{year}-{month:02}+{quote(word)}"
            for year in (2024, 2025, 2026) for month in range(1, 13) for word in ("corp", "optics", "-corp")
        ],
        "search, a word": [f"/search?q={quote(word)}" for word in words],
        "search, company": ["/search?q=" + quote('company:"' + name + '"') for name in names],
        "search, a word of every article": [f"/search?q=corp&offset={n}" for n in range(0, 200, 20)],
        "article": [f"/article/{n}" for n in some("SELECT id FROM articles")],
        "fact": [f"/fact/{n}" for n in some("SELECT id FROM facts WHERE rowid % 50 = 0")],
        "facts": [f"/facts?kind={kind}&min_amount={n}e8" for kind in ("contract", "valuation") for n in range(1, 50)],
        "company": [f"/company/{n}" for n in some("SELECT id FROM companies")],
        "speaker": [f"/speaker/{n}" for n in some("SELECT id FROM companies ORDER BY rowid LIMIT 100")],
        "compare": [f"/compare?q={quote(a)}&q={quote(b)}" for a, b in itertools.pairwise(words)],
        "other": ["/lists", "/disputes", "/review", "/sources", "/alerts", "/digest"],
    }  # fmt: skip


async def get(port: int, path: str) -> int:
    """The status of a page, 0 when there was no answer."""
    try:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nConnection: close\r\n\r\n".encode())
        answer = await reader.read(-1)
        writer.close()
        return int(answer.split(b" ", 2)[1]) if answer.startswith(b"HTTP/") else 0
    except OSError:
        return 0


async def readers(
    port: int, paths: dict[str, list[str]], count: int, seconds: float, pause: float
) -> list[tuple[str, int, float]]:
    """(path, status, seconds waited) of every request."""
    seen: list[tuple[str, int, float]] = []
    end = time.monotonic() + seconds

    async def one(seed: int) -> None:
        source = random.Random(seed)
        while time.monotonic() < end:
            path = source.choice(paths[source.choice(list(paths))])
            await asyncio.sleep(pause * 2 * source.random())
            begin = time.monotonic()
            status = await get(port, path)
            seen.append((path, status, time.monotonic() - begin))

    await asyncio.gather(*(one(n) for n in range(count)))
    return seen


def cpu_ms(pid: int) -> float:
    """CPU time of a process so far (Linux)."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) * 1000 / os.sysconf("SC_CLK_TCK")


def write_on(path: Path, stop: threading.Event, written: list[int]) -> None:
    maker = Maker(3)
    with Store.open(path) as store:
        base = int(store.value("SELECT max(id) FROM articles"))
        for n, (row, annotation) in enumerate(maker.articles(1_000_000)):
            if stop.is_set():
                return
            row = type(row)(
                **{name: getattr(row, name) for name in row.__slots__}
                | {"url": f"https://new.example/{base + n}"}
            )
            with store.write() as connection:
                _, text = put_article(connection, row)
                write_annotation(connection, text, annotation, "bench")
            written.append(1)
            stop.wait(0.05)


@contextmanager
def serving(path: Path, memory: int) -> Iterator[tuple[int, int]]:
    """(port, process) of a server that remembers up to `memory` bytes of answers."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    server = subprocess.Popen([sys.executable, "-c", SERVE, str(path), str(port), str(memory)])
    try:
        while asyncio.run(get(port, "/lists")) != 200:
            time.sleep(0.2)
        yield port, server.pid
    finally:
        server.terminate()
        server.wait(timeout=20)


def alone(path: Path, paths: dict[str, list[str]]) -> dict[str, Any]:
    """CPU milliseconds of pages of each kind, half of them and the dearest; nothing is remembered."""
    found = {}
    with serving(path, 0) as (port, server):
        for kind, some in paths.items():
            asyncio.run(get(port, some[0]))
            spent = []
            for page in (some * EACH)[1 : EACH + 1]:
                # a clock tick is 10 ms: each page is asked five times
                begin = cpu_ms(server)
                for _ in range(5):
                    assert asyncio.run(get(port, page)) == 200, page
                spent.append((cpu_ms(server) - begin) / 5)
            found[kind] = {"median": round(statistics.median(spent)), "most": round(max(spent))}
    return found


def together(
    path: Path, paths: dict[str, list[str]], count: int, seconds: float, pause: float
) -> dict[str, Any]:
    stop, written = threading.Event(), list[int]()
    with serving(path, MEMORY) as (port, server):
        writer = threading.Thread(target=write_on, args=(path, stop, written))
        writer.start()
        begin = cpu_ms(server)
        try:
            seen = asyncio.run(readers(port, paths, count, seconds, pause))
        finally:
            stop.set()
            writer.join()
        spent = cpu_ms(server) - begin
    waits = sorted(wait for _, _, wait in seen)
    return {
        "requests": len(seen), "errors": sum(status != 200 for _, status, _ in seen),
        "median s": round(statistics.median(waits), 3), "p95 s": round(waits[math.ceil(0.95 * len(waits)) - 1], 3),
        "most s": round(waits[-1], 3), "CPU ms a page": round(spent / len(seen), 1),
        "articles written meanwhile": len(written),
    }  # fmt: skip


def measure(path: Path, count: int, seconds: float) -> dict[str, Any]:
    with Store.open(path, read_only=True) as store:
        paths = addresses(store)
    return {
        "CPU ms of a page, alone, nothing remembered": alone(path, paths),
        "readers": count,
        "without pause": together(path, paths, count, seconds, 0),
        "with a second between two pages": together(path, paths, count, seconds, 1),
        "load of the machine": [round(value, 1) for value in os.getloadavg()],
    }


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--articles", type=int, default=20_000)
    parser.add_argument("--readers", type=int, default=50)
    parser.add_argument("--seconds", type=float, default=20)
    parser.add_argument("--folder", type=Path)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        folder = asked.folder or Path(temporary)
        folder.mkdir(parents=True, exist_ok=True)
        path = folder / f"web-{asked.articles}.sqlite"
        if not path.exists():
            build(path, asked.articles, 3)
        print(json.dumps(measure(path, asked.readers, asked.seconds), indent=2))


if __name__ == "__main__":
    main()
