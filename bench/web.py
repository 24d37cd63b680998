"""Readers of the pages while a stage writes: waiting times, errors, and the server's CPU for a page.

    python -m bench.web [--articles 20000] [--readers 50] [--seconds 20] [--folder DIR]

Makes a store as bench.store does (kept in DIR for the next run), serves it in a process of its own, lets the readers
ask for pages without pause, and meanwhile writes articles with their facts over and over. The rate limit is lifted,
since all readers share one address.
"""

import argparse
import asyncio
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
from pathlib import Path
from typing import Any

from bench.store import Maker, build, load
from db.store import Store

SERVE = (
    "import sys, uvicorn; from pathlib import Path; from tradewire.web.app import create_app;"
    "app = create_app(Path(sys.argv[1])); app.state.limit.rate = 10**9;"
    "uvicorn.run(app, port=int(sys.argv[2]), log_level='error')"
)


def addresses(store: Store) -> list[str]:
    """Pages of every kind."""
    article = store.value("SELECT max(id) FROM articles")
    fact = store.value("SELECT max(id) FROM facts")
    return [
        "/", '/search?q="entity+list"', "/search?q=corp&sort=newest", f"/article/{article}", f"/fact/{fact}", "/facts",
        "/facts?kind=contract&min_amount=4e9", "/company/c7", "/lists", "/disputes", "/review", "/sources", "/alerts",
    ]  # fmt: skip


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


async def readers(port: int, paths: list[str], count: int, seconds: float) -> list[tuple[str, int, float]]:
    """(path, status, seconds waited) of every request."""
    seen: list[tuple[str, int, float]] = []
    end = time.monotonic() + seconds

    async def one(seed: int) -> None:
        source = random.Random(seed)
        while time.monotonic() < end:
            path = source.choice(paths)
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
            load(store, [(row, annotation)])
            written.append(1)
            stop.wait(0.05)


def measure(path: Path, count: int, seconds: float) -> dict[str, Any]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    server = subprocess.Popen([sys.executable, "-c", SERVE, str(path), str(port)])
    try:
        while asyncio.run(get(port, "/lists")) != 200:
            time.sleep(0.2)
        with Store.open(path, read_only=True) as store:
            paths = addresses(store)
        alone = {}
        for page in paths:
            asyncio.run(get(port, page))
            begin = cpu_ms(server.pid)
            for _ in range(5):
                asyncio.run(get(port, page))
            alone[page] = round((cpu_ms(server.pid) - begin) / 5)
        stop, written = threading.Event(), []
        writer = threading.Thread(target=write_on, args=(path, stop, written))
        writer.start()
        begin = cpu_ms(server.pid)
        seen = asyncio.run(readers(port, paths, count, seconds))
        spent = cpu_ms(server.pid) - begin
        stop.set()
        writer.join()
    finally:
        server.terminate()
        server.wait(timeout=20)
    waits = sorted(wait for _, _, wait in seen)
    return {
        "readers": count, "requests": len(seen), "errors": sum(status != 200 for _, status, _ in seen),
        "median s": round(statistics.median(waits), 3), "p95 s": round(waits[math.ceil(0.95 * len(waits)) - 1], 3),
        "CPU ms a page, all at once": round(spent / len(seen), 1), "articles written meanwhile": len(written),
        "CPU ms of a page, alone": alone,
    }  # fmt: skip


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
