"""Pages to facts in the store: CPU by step, beside the bare engines and a stack put together from parts, in one run.

    GOLD_DIR=... python -m bench.pipeline [--rounds 3] [--batch 8] [--limit N] [--json OUT] [--record WORDS]

Reads the English pages of the sample newsroom, and the recorded pages where GOLD_DIR points. All systems take turns
on the same few pages, each round in a process of its own; of each turn the fastest round counts, so that ratios hold
on a machine that others use. CPU seconds, not time on the wall. `--record` adds the figures to bench/results.

The limit is `trafilatura.bare_extraction` with metadata plus `nlp.pipe` of the bare model with the components that
we run. The peer is newspaper4k, the whole model and textacy's quotations (extra `bench`), on every page.
"""

import argparse
import datetime as dt
import json
import os
import platform
import resource
import subprocess
import sys
import tempfile
import time
from collections import Counter, defaultdict
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from bench.history import keep

SYSTEMS = ("ours", "trafilatura", "spacy", "peer")
RESULTS = Path(__file__).parent / "results" / "pipeline.jsonl"


def one_round(batch: int, limit: int | None, systems: Sequence[str]) -> dict[str, Any]:
    """One pass over all pages in this process: CPU of every turn, memory, and what starting cost."""
    import logging
    import warnings

    logging.disable(logging.CRITICAL)
    warnings.simplefilter("ignore")
    from bench.pipeline_others import bare_spacy, bare_trafilatura, missing_peers, peer_stack
    from bench.pipeline_ours import Ours
    from bench.pipeline_pages import NO_ARTICLE, OTHER, RELEVANT, load_pages

    with tempfile.TemporaryDirectory() as folder:
        begin = time.process_time()
        ours = Ours(Path(folder))
        start = time.process_time() - begin
        missing = missing_peers() if "peer" in systems else []
        runs: dict[str, Any] = {}
        if "trafilatura" in systems:
            runs["trafilatura"] = bare_trafilatura()
        if "spacy" in systems:
            runs["spacy"] = bare_spacy(batch)
        if "peer" in systems and "newspaper4k" not in missing:
            runs["peer"] = peer_stack(with_textacy="textacy" not in missing)
        sets = load_pages(limit=limit)
        for pages in sets.values():  # words, caches and late imports are nobody's page
            for sort in (RELEVANT, NO_ARTICLE):
                some = [page for page in pages if page.sort == sort][:3]
                if some:
                    ours.run(some)
                    for run in runs.values():
                        run(some)
        turns = []
        for name, pages in sets.items():
            for sort in (RELEVANT, OTHER, NO_ARTICLE):
                chosen = [page for page in pages if page.sort == sort]
                for at in range(0, len(chosen), batch):
                    part = chosen[at : at + batch]
                    turn: dict[str, Any] = {"set": name, "class": sort, "pages": len(part)}
                    turn["words"] = sum(len(page.text.split()) for page in part)
                    turn["bytes"] = sum(len(page.body) for page in part)
                    turn["steps"] = ours.run(part)
                    for system, run in runs.items():
                        if system != "peer" and sort == NO_ARTICLE:
                            continue
                        begin = time.process_time()
                        run(part)
                        turn[system] = time.process_time() - begin
                    turns.append(turn)
        found = {"turns": turns, "start": start, "facts": ours.facts, "missing": missing}
        ours.close()
    found["rss_mb"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    return found


def child(batch: int, limit: int | None, systems: Sequence[str]) -> dict[str, Any]:
    """`one_round` in a process of its own."""
    command = [sys.executable, "-m", "bench.pipeline", "--child", ",".join(systems), "--batch", str(batch)]
    if limit:
        command += ["--limit", str(limit)]
    done = subprocess.run(command, stdout=subprocess.PIPE, check=True, env=os.environ)
    return json.loads(done.stdout)


def merge(rounds: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The turns, each system with its fastest round."""
    merged = []
    for same in zip(*(found["turns"] for found in rounds)):
        best = dict(min(same, key=lambda turn: sum(turn["steps"].values())))
        for system in SYSTEMS[1:]:
            if system in best:
                best[system] = min(turn[system] for turn in same)
        merged.append(best)
    return merged


def summary(turns: list[dict[str, Any]]) -> dict[str, Any]:
    """Sums over `turns`: pages, CPU of each step and system."""
    steps: Counter[str] = Counter()
    sums: Counter[str] = Counter()
    for turn in turns:
        steps.update(turn["steps"])
        for key in ("pages", "words", "bytes", *SYSTEMS[1:]):
            sums[key] += turn.get(key, 0)
    groups: dict[str, float] = defaultdict(float)
    from bench.pipeline_ours import group_of

    for step, seconds in steps.items():
        groups[group_of(step)] += seconds
    total = sum(steps.values())
    limit = sums["trafilatura"] + sums["spacy"]
    found: dict[str, Any] = {
        "pages": sums["pages"],
        "words": sums["words"],
        "bytes": sums["bytes"],
        "ours_s": round(total, 3),
        "limit_s": round(limit, 3),
        "trafilatura_s": round(sums["trafilatura"], 3),
        "spacy_s": round(sums["spacy"], 3),
        "peer_s": round(sums["peer"], 3),
        "groups": {key: round(value, 3) for key, value in groups.items()},
        "steps": {key: round(value, 4) for key, value in steps.most_common()},
    }
    if limit and total:
        found["ratio"] = round(total / limit, 3)
        found["articles_per_cpu_s"] = round(sums["pages"] / total, 2)
    return found


def mixed(turns: list[dict[str, Any]]) -> dict[str, Any]:
    """All English pages as they come: only the relevant are annotated; the peer reads everything."""
    from bench.pipeline_ours import group_of

    ours = sum(
        seconds
        for turn in turns
        for step, seconds in turn["steps"].items()
        if turn["class"] == "relevant" or group_of(step) == "page" or step in ("store article", "store story")
    )
    pages, peer = sum(turn["pages"] for turn in turns), sum(turn.get("peer", 0) for turn in turns)
    found = {"pages": pages, "ours_s": round(ours, 3), "ours_per_cpu_s": round(pages / ours, 2)}
    if peer:
        found |= {
            "peer_s": round(peer, 3),
            "peer_per_cpu_s": round(pages / peer, 2),
            "times": round(peer / ours, 2),
        }
    return found


def figures(rounds: list[dict[str, Any]]) -> dict[str, Any]:
    """Everything that is printed and kept."""
    turns = merge(rounds)
    found: dict[str, Any] = {}
    for name in dict.fromkeys(turn["set"] for turn in turns):
        own = [turn for turn in turns if turn["set"] == name]
        found[name] = {
            "relevant": summary([turn for turn in own if turn["class"] == "relevant"]),
            "all articles, as if relevant": summary([turn for turn in own if turn["class"] != "no-article"]),
            "mixed": mixed(own),
        }
    found["all sets"] = {
        "relevant": summary([turn for turn in turns if turn["class"] == "relevant"]),
        "all articles, as if relevant": summary([turn for turn in turns if turn["class"] != "no-article"]),
        "mixed": mixed(turns),
    }
    return found


def show(found: dict[str, Any]) -> None:
    """The tables."""
    names = [name for name in found if name != "all sets"]
    columns = [
        (f"{name}, {sort}", found[name][sort])
        for name in names
        for sort in ("relevant", "all articles, as if relevant")
        if found[name][sort]["pages"]
    ]
    print("CPU ms an article, and share of the limit (bare trafilatura + bare spaCy)")
    print(f"{'':<24}" + "".join(f"{head[:26]:>28}" for head, _ in columns))
    for label in ("pages", "words"):
        print(f"{label:<24}" + "".join(f"{column[label]:>28,}" for _, column in columns))
    steps = list(columns[-1][1]["steps"])
    from bench.pipeline_ours import group_of

    for group in ("page", "spacy", "ours", "store"):
        for step in [group, *(s for s in steps if group_of(s) == group)]:
            cells = []
            for _, column in columns:
                seconds = column["groups"].get(group, 0) if step == group else column["steps"].get(step, 0)
                cells.append((1000 * seconds / column["pages"], 100 * seconds / column["limit_s"]))
            head = step.upper() if step == group else f"  {step}"
            print(f"{head:<24}" + "".join(f"{ms:>18.2f}{share:>8.1f} %" for ms, share in cells))
    for head, key in (
        ("OURS", "ours_s"),
        ("bare trafilatura", "trafilatura_s"),
        ("bare spaCy", "spacy_s"),
        ("peer stack", "peer_s"),
    ):
        cells = [
            (1000 * column[key] / column["pages"], 100 * column[key] / column["limit_s"])
            for _, column in columns
        ]
        print(f"{head:<24}" + "".join(f"{ms:>18.2f}{share:>8.1f} %" for ms, share in cells))
    print(f"{'ours to the limit':<24}" + "".join(f"{column['ratio']:>28.3f}" for _, column in columns))
    print(
        f"{'articles a CPU s':<24}" + "".join(f"{column['articles_per_cpu_s']:>28}" for _, column in columns)
    )
    print()
    for name in (*names, "all sets"):
        row = found[name]["mixed"]
        words = f"{name}, pages as they come: {row['pages']} pages, ours {row['ours_per_cpu_s']} a CPU s"
        if "peer_s" in row:
            words += f", peer {row['peer_per_cpu_s']}: {row['times']} times"
        print(words)
    total = found["all sets"]
    for sort in ("relevant", "all articles, as if relevant"):
        print(f"all sets, {sort}: {total[sort]['ratio']} of the limit")


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--batch", type=int, default=8, help="texts in one batch, pages in one turn")
    parser.add_argument("--limit", type=int, help="pages of each set")
    parser.add_argument("--no-peer", action="store_true")
    parser.add_argument("--json", type=Path, metavar="OUT")
    parser.add_argument("--record", metavar="WORDS", help="add to bench/results, with a word on what changed")
    parser.add_argument("--child", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.child:
        json.dump(one_round(options.batch, options.limit, options.child.split(",")), sys.stdout)
        return
    systems = [s for s in SYSTEMS if s != "peer" or not options.no_peer]
    rounds = [child(options.batch, options.limit, systems) for _ in range(options.rounds)]
    alone = child(options.batch, options.limit, ["ours"])
    found = figures(rounds)
    show(found)
    found |= {
        "start_cpu_s": round(min(r["start"] for r in [*rounds, alone]), 2),
        "peak_rss_mb": alone["rss_mb"],
        "facts": alone["facts"],
        "peer_missing": rounds[0]["missing"],
    }
    print(
        f"start-up {found['start_cpu_s']} CPU s, peak memory of our pass alone {found['peak_rss_mb']} MB,"
        f" {found['facts']} facts"
    )
    if found["peer_missing"] and not options.no_peer:
        print(f"peer stack without {', '.join(found['peer_missing'])}: not installed")
    entry = {
        "at": dt.datetime.now(dt.UTC).isoformat(timespec="seconds"),
        "words": options.record,
        "python": platform.python_version(),
        "rounds": options.rounds,
        "batch": options.batch,
        **found,
    }
    keep(entry, options.json, RESULTS if options.record else None)


if __name__ == "__main__":
    main()
