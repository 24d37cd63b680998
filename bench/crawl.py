"""Throughput and memory of the crawl, against plain Scrapy and a bare WARC writer on the same site, in one run.

    python -m bench.crawl [--pages 2000] [--bytes 21000,recorded] [--memory 2000,20000] [--rounds 3]

Each contender runs in a process of its own; CPU seconds are that process's user and system time less what an empty
run costs. The bar: pages per CPU second of the real spider (archive and store included) of at least 0.80 of
1 / (1 / plain Scrapy + 1 / bare writer), in the median of the rounds. "recorded" stands for the sizes of the recorded real
pages of the gold data. `--memory` compares the peak memory of two crawls of different length.
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
BAR = 0.80
#: Bytes of 333 recorded news pages: the middles of their ten tenths; on average 173 kB.
RECORDED = (31142, 54116, 68790, 82120, 112962, 144384, 174564, 230515, 301739, 529291)

SERVER = """
import sys, time
from crawler.simsite import serve
with serve(sys.argv[1], first_port=None) as site:
    print(site.sources_toml(), flush=True)
    print("READY", flush=True)
    sys.stdin.read()
"""

PLAIN = """
import sys, re
from scrapy import Spider, Request
from scrapy.crawler import AsyncCrawlerProcess
base, count = sys.argv[1], int(sys.argv[2])
got = 0
class Plain(Spider):
    name = "plain"
    async def start(self):
        for n in range(count):
            yield Request(f"{base}/news/{n}", dont_filter=True)
    def parse(self, response):
        global got
        got += 1
process = AsyncCrawlerProcess({"LOG_LEVEL": "ERROR", "CONCURRENT_REQUESTS": 32, "CONCURRENT_REQUESTS_PER_DOMAIN": 16,
    "DOWNLOAD_DELAY": 0, "TELNETCONSOLE_ENABLED": False, "REMOTE_CONTROL_ENABLED": False, "COOKIES_ENABLED": False,
    "ROBOTSTXT_OBEY": False})
process.crawl(Plain)
process.start()
assert got == count, got
"""

WRITER = """
import io, sys
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter
from crawler.simsite.bulk import bulk_page
count, sizes, path = int(sys.argv[1]), [int(size) for size in sys.argv[2].split("+")], sys.argv[3]
pages = [bulk_page(n, "http://127.0.0.1", sizes[n % len(sizes)]) for n in range(min(count, 200))]
if sys.argv[4] == "empty":
    sys.exit()
with open(path, "wb") as out:
    writer = WARCWriter(out, gzip=True)
    for n in range(count):
        body = pages[n % len(pages)]
        head = StatusAndHeaders("200 OK", [("Content-Type", "text/html")], protocol="HTTP/1.1")
        writer.write_record(writer.create_warc_record(f"http://127.0.0.1/news/{n}", "response",
            payload=io.BytesIO(body), length=len(body), http_headers=head))
"""

OURS = """
import sys, json
sys.argv = ["crawl"]
from crawler.run import main
sys.exit(main())
"""


def cpu_of(arguments: list[str], *, feed: str | None = None) -> tuple[float, float]:
    """(CPU seconds, peak memory in MB) of a child."""
    child = subprocess.Popen(
        arguments,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )
    assert child.stdin is not None
    assert child.stdout is not None
    if feed is not None:
        child.stdin.write(feed + "\n")
        child.stdin.flush()
    out = child.stdout.read()  # standard input stays open: its end would end the crawl
    _, status, usage = os.wait4(child.pid, 0)
    child.returncode = os.waitstatus_to_exitcode(status)
    child.stdin.close()
    child.stdout.close()
    if child.returncode:
        raise SystemExit(f"{arguments[:3]} failed: {out[-500:]}")
    return usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024


def ours(folder: Path, toml: str, pages: int, *, name: str) -> tuple[float, float]:
    """Our spider with archive and store; `pages` 0 for what an empty run costs."""
    from db.store import Store

    home = folder / name
    home.mkdir()
    Store.open(home / "store.sqlite", create=True).close()
    declared = home / "sources.toml"
    table = toml.replace("expect =", "max_pages = 1000000\ntopical = true\nmax_age_days = 100000\nexpect =")
    declared.write_text(table if pages else '[none]\nname = "none"\nkind = "import"\n', encoding="utf-8")
    spec = {
        "CRAWL_STORE": str(home / "store.sqlite"),
        "CRAWL_ARCHIVE": str(home / "archive"),
        "CRAWL_SOURCES_FILE": str(declared),
        "DOWNLOAD_DELAY": 0,
        "CONCURRENT_REQUESTS_PER_DOMAIN": 16,
        "LOG_LEVEL": "ERROR",
    }
    used = cpu_of([sys.executable, "-c", OURS], feed=json.dumps(spec))
    with Store.open(home / "store.sqlite", read_only=True) as store:
        kept = store.value("SELECT count(*) FROM pages WHERE state = 'fetched'")
    if kept != pages:
        raise SystemExit(f"kept {kept} of {pages} pages")
    return used


class Served:
    """The bulk site in a process of its own."""

    def __init__(self, pages: int, size: str) -> None:
        self.child = subprocess.Popen(
            [sys.executable, "-c", SERVER, f"bulk:{pages}:{size}"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env={**os.environ, "PYTHONPATH": str(ROOT)},
        )
        assert self.child.stdout is not None
        lines = []
        while (line := self.child.stdout.readline()) and line != "READY\n":
            lines.append(line)
        self.toml = "".join(lines)
        self.base = self.toml.split('home = "')[1].split('/"')[0]

    def __enter__(self) -> "Served":
        return self

    def __exit__(self, *exc: object) -> None:
        self.child.communicate(timeout=30)


def throughput(folder: Path, pages: int, size: str, rounds: int) -> float:
    """Print the table for pages of `size` bytes ("a+b": in turn); the ratio that the bar is about, median of the rounds."""
    ratios = []
    with Served(pages, size) as site:
        python = sys.executable
        idle_plain = cpu_of([python, "-c", PLAIN, site.base, "0"])[0]
        warc = str(folder / "bare.warc.gz")
        idle_bare = cpu_of([python, "-c", WRITER, str(pages), size, warc, "empty"])[0]
        idle_ours = ours(folder, site.toml, 0, name=f"idle-{len(size)}")[0]
        for number in range(rounds):
            plain = pages / (cpu_of([python, "-c", PLAIN, site.base, str(pages)])[0] - idle_plain)
            bare = pages / (cpu_of([python, "-c", WRITER, str(pages), size, warc, "all"])[0] - idle_bare)
            real = pages / (ours(folder, site.toml, pages, name=f"ours-{len(size)}-{number}")[0] - idle_ours)
            bound = 1 / (1 / plain + 1 / bare)
            ratios.append(real / bound)
            told = size if "+" not in size else "the recorded pages'"
            print(
                f"{pages} pages of {told} bytes, pages per CPU second: plain Scrapy {plain:.0f}, bare WARC writer"
                f" {bare:.0f}, both {bound:.0f}; ours {real:.0f} = {real / bound:.2f} of both",
                flush=True,
            )
    return statistics.median(ratios)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--pages", type=int, default=2000)
    parser.add_argument("--bytes", default="21000,recorded", help="page sizes, separated by commas")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument(
        "--memory", default="", metavar="2000,20000", help="compare peak memory at these lengths"
    )
    options = parser.parse_args()
    failed = False
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        recorded = "+".join(map(str, RECORDED))
        for size in (part.replace("recorded", recorded) for part in options.bytes.split(",") if part):
            failed |= throughput(folder, options.pages, size, options.rounds) < BAR
        peaks = []
        for count in (int(part) for part in options.memory.split(",") if part):
            with Served(count, "21000") as site:
                seconds, peak = ours(folder, site.toml, count, name=f"memory-{count}")
            peaks.append(peak)
            print(f"{count} pages: peak memory {peak:.0f} MB, {seconds:.1f} CPU s")
        failed |= len(peaks) > 1 and peaks[-1] > 1.15 * peaks[0]
    return int(failed)


if __name__ == "__main__":
    sys.exit(main())
