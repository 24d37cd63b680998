"""Importing a file like those of CC-NEWS with `tradewire import`, as a user does: rate and memory, and what a kill costs.

    python -m bench.import_warc [--records 20000] [--bytes 21000] [--kill] [--json OUT]

The rig writes the file. Rates are records per CPU second of all processes of the command; copying into the archive
and extraction are told apart by the store's own runs. With `--kill` the command is killed (-9) once in each stage and
started again; the rows must be those of the whole file.
"""

import argparse
import json
import os
import resource
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from crawler.simsite.bulk import write_warc
from db.store import Store

ROOT = Path(__file__).resolve().parents[1]


def tradewire(home: Path, *arguments: str) -> "subprocess.Popen[bytes]":
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "XDG_CONFIG_HOME": str(home)}
    return subprocess.Popen([sys.executable, "-m", "tradewire", *arguments], cwd=home, env=environment)


def children_cpu() -> float:
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime


def count(home: Path, table: str) -> int:
    with Store.open(home / "tradewire.sqlite", read_only=True) as store:
        return int(store.value(f"SELECT count(*) FROM {table}"))


def kill_when(home: Path, warc: Path, table: str, share: float, records: int) -> int:
    """Start the import, kill it when `share` of the records are in `table`; how many were."""
    child = tradewire(home, "import", str(warc))
    while child.poll() is None and count(home, table) < share * records:
        time.sleep(0.2)
    child.send_signal(signal.SIGKILL)
    child.wait()
    return count(home, table)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--records", type=int, default=20_000)
    parser.add_argument("--bytes", type=int, default=21_000)
    parser.add_argument("--kill", action="store_true", help="kill the command once in each stage")
    parser.add_argument("--json", type=Path, help="write the figures there")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        home = Path(name)
        warc = home / "CC-NEWS-20261101000000-00001.warc.gz"
        size = write_warc(warc, options.records, size=options.bytes)
        print(f"{options.records} records of {options.bytes} bytes, {size / 1e6:.0f} MB packed", flush=True)
        tradewire(home, "init").wait()
        before = children_cpu()
        if options.kill:
            for table in ("pages", "article_runs"):
                print(
                    f"killed with {kill_when(home, warc, table, 0.4, options.records)} in {table}", flush=True
                )
        code = tradewire(home, "import", str(warc)).wait()
        used = children_cpu() - before
        peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
        with Store.open(home / "tradewire.sqlite", read_only=True) as store:
            reading = store.value("SELECT sum(cpu_s) FROM article_runs WHERE stage = 'extract'") or 0.0
            pages, articles = (
                store.value(f"SELECT count(*) FROM {table}") for table in ("pages", "articles")
            )
            torn = store.value("SELECT count(*) FROM article_runs WHERE state <> 'ok'")
    figures = {
        "records": options.records,
        "pages": pages,
        "articles": articles,
        "cpu_s": round(used, 1),
        "records_per_cpu_s": round(options.records / used, 1),
        "reading_cpu_s": round(reading, 1),
        "peak_mb": round(peak),
    }
    print(json.dumps(figures))
    if options.json:
        options.json.write_text(json.dumps(figures, indent=2) + "\n", encoding="utf-8")
    return int(code != 0 or not pages == articles == options.records or torn != 0)


if __name__ == "__main__":
    sys.exit(main())
