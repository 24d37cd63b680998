"""`make bench`: predict every gold set (under GOLD_DIR; those of `press` are our own), score it, print one table, compare with bench/floors.json.

python -m bench.run [SET ...]            print and compare; exit 1 below a floor
python -m bench.run --pin                write the floors; refuses to lower one
python -m bench.run --pin --lower WHY    writes them anyway and keeps the reason
python -m bench.run --no-twins           leave the renamed articles out
"""

import argparse
import hashlib
import json
import os
import sys
from pathlib import Path
from typing import Any

from bench.scores import GOLD_SETS, OURS, UNPINNED, score_set

FLOORS = Path(__file__).with_name("floors.json")
OUT = Path(__file__).with_name("out")
SLACK = 0.004  # rounding of model arithmetic between processors and Python versions, seen up to 0.003
LOWER_IS_BETTER = ("negatives fired", "false_listed")


def gold_dir() -> Path:
    """Where the gold data are; there is no default.

    Exits when GOLD_DIR is not set or holds no gold.
    """
    named = os.environ.get("GOLD_DIR")
    if not named:
        sys.exit("GOLD_DIR is not set: it names the folder of the gold data")
    if not (Path(named) / "tradewar").is_dir():
        sys.exit(f"GOLD_DIR={named} holds no gold data")
    return Path(named)


def digest(folder: Path, name: str) -> str:
    return hashlib.sha256((folder / name).read_bytes()).hexdigest()[:16]


def below(row: str, value: float, floor: float) -> bool:
    if row.rsplit("/", 1)[-1] in LOWER_IS_BETTER:
        return value > floor
    return value < floor - SLACK


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("sets", nargs="*", metavar="SET", help="labels of sets; default all")
    parser.add_argument("--pin", action="store_true")
    parser.add_argument("--lower", metavar="WHY")
    parser.add_argument("--no-twins", action="store_true")
    options = parser.parse_args(arguments)
    wanted = [s for s in GOLD_SETS if not options.sets or s.label in options.sets]
    folder = OURS if all(gold_set.ours for gold_set in wanted) else gold_dir()
    scores: dict[str, tuple[float, int]] = {}
    gold = {}
    for gold_set in wanted:
        gold[gold_set.label] = digest(gold_set.root(folder), gold_set.gold)
        for row, value in score_set(gold_set, folder, OUT).items():
            scores[f"{gold_set.label}/{row}"] = value
    pinned: dict[str, Any] = json.loads(FLOORS.read_text()) if FLOORS.exists() else {}
    failed = report(scores, pinned, gold)
    if "statements" in gold:
        from bench.phenomena import lines, load_scorer, read_rows

        rows = read_rows(folder / "statements" / "polnear-dev.jsonl")
        print(*lines(load_scorer(folder), rows, read_rows(OUT / "statements.jsonl")), sep="\n")
    if not options.no_twins and {"tradewar", "seeds"} <= set(gold):
        from bench.twins import twin_rows

        failed |= twin_rows(folder, OUT, scores)
    if options.pin:
        return pin(scores, pinned, gold, options.lower)
    return int(failed)


def report(scores: dict[str, tuple[float, int]], pinned: dict[str, Any], gold: dict[str, str]) -> bool:
    """Print the table; True when a row is below its floor or the gold is not the one that was pinned."""
    failed = False
    floors = pinned.get("floors", {})
    for label, found in gold.items():
        if label in pinned.get("gold", {}) and pinned["gold"][label] != found:
            print(f"GOLD CHANGED {label}: floors were pinned with another file")
            failed = True
    print(f"{'row':<58}{'value':>8}{'floor':>8}{'items':>7}")
    for row, (value, items) in scores.items():
        floor = floors.get(row)
        mark = ""
        if floor is not None and below(row, value, floor):
            failed, mark = True, "  BELOW"
        print(f"{row:<58}{value:>8.3f}{'' if floor is None else format(floor, '.3f'):>8}{items:>7}{mark}")
    return failed


def pin(
    scores: dict[str, tuple[float, int]], pinned: dict[str, Any], gold: dict[str, str], why: str | None
) -> int:
    """Write the floors of the scored sets; others stay."""
    floors: dict[str, float] = dict(pinned.get("floors", {}))
    reasons: list[str] = list(pinned.get("lowered", []))
    for row, (value, _) in scores.items():
        if UNPINNED.search(row.split("/", 1)[1]):
            continue
        old = floors.get(row)
        if old is not None and below(row, value, old):
            if not why:
                print(f"{row}: {value:.3f} is below the floor {old:.3f}; say --lower WHY to lower it")
                return 1
            reasons.append(f"{row}: {old:.3f} to {value:.3f}: {why}")
        floors[row] = round(value, 4)
    content = {
        "gold": pinned.get("gold", {}) | gold,
        "floors": dict(sorted(floors.items())),
        "lowered": reasons,
    }
    FLOORS.write_text(json.dumps(content, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    print(f"pinned {len(scores)} rows in {FLOORS.name}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
