"""Run the scorers and read their figures: one flat table of row -> value for the floors."""

import json
import re
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bench.fact_scores import score_facts
from bench.predict import predict

#: Annotated articles that are part of the project.
OURS = Path(__file__).parents[1] / "tests" / "data"


@dataclass(frozen=True, slots=True)
class GoldSet:
    """A gold file, which adapter reads it, and its scorer."""

    label: str
    adapter: str
    gold: str  #: below GOLD_DIR, or below OURS
    inputs: str | None = None  #: in the same folder as `gold`; None: the gold file itself
    ours: bool = False  #: part of the project

    def root(self, gold_dir: Path) -> Path:
        return OURS if self.ours else gold_dir


GOLD_SETS = (
    GoldSet("tradewar", "tradewar", "tradewar/gold.jsonl", "tradewar/articles.jsonl"),
    GoldSet("press", "tradewar", "press/gold.jsonl", "press/articles.jsonl", ours=True),
    GoldSet("press-later", "tradewar", "press/later/gold.jsonl", "press/later/articles.jsonl", ours=True),
    GoldSet("press-unread", "tradewar", "press/unread/gold.jsonl", "press/unread/articles.jsonl", ours=True),
    GoldSet("seeds", "tradewar", "seeds/gold.jsonl", "../seeds"),
    GoldSet("statements", "statements", "statements/polnear-dev.jsonl"),
    GoldSet("money-news", "money", "money/news_dev.jsonl"),
    GoldSet("money-spec", "money", "money/dev_cases.jsonl"),
    GoldSet("roles", "roles", "money/roles_dev.jsonl"),
    GoldSet("linking", "linking", "companies/linking_cases.jsonl"),
    GoldSet("pages", "pages", "pages/gold.jsonl"),
)
#: Rows that are printed but hold nothing: intervals, speeds, counts of input.
UNPINNED = re.compile(
    r"pages_per_cpu_s|F1_se|\bpages\b|missing$|errors$|without_prediction|links_|body_P|body_R"
)


def score_set(gold_set: GoldSet, gold_dir: Path, out: Path) -> dict[str, tuple[float, int]]:
    """Predict and score one set: row -> (value in 0..1, gold items it rests on)."""
    root = gold_set.root(gold_dir)
    gold = root / gold_set.gold
    inputs = root / (gold_set.inputs or gold_set.gold)
    prediction = out / f"{gold_set.label}.jsonl"
    predict(gold_set.adapter, inputs, prediction)
    if gold_set.ours:
        return score_facts(gold, prediction, inputs)
    return score_files(gold_set.adapter, gold, prediction, inputs, gold_dir, out / gold_set.label)


def score_files(
    adapter: str, gold: Path, prediction: Path, inputs: Path, gold_dir: Path, work: Path
) -> dict[str, tuple[float, int]]:
    """Score a prediction file with the scorer of `adapter`."""
    work.mkdir(parents=True, exist_ok=True)
    eval_dir = gold_dir.parent / "eval"
    table = work / "score.json"
    if adapter == "tradewar":
        texts = write_texts(inputs, work / "texts")
        _run(eval_dir / "tradewar/score.py", gold, prediction, "--texts", texts, "--json", table, "--boot", 1)
        return _tradewar(json.loads(table.read_text()))
    if adapter == "statements":
        _run(eval_dir / "statements/score.py", gold, prediction, "--boot", 0, "--json", table)
        return _statements(json.loads(table.read_text()))
    if adapter == "money":
        return _money(json.loads(_run(eval_dir / "money/score.py", gold, prediction, "--json")))
    if adapter == "roles":
        return _roles(_run(eval_dir / "money/score_roles.py", gold, prediction))
    if adapter == "linking":
        listings = gold_dir / "companies/listings_verified.csv"
        _run(
            eval_dir / "companies/score_linking.py",
            gold,
            prediction,
            "--listings",
            listings,
            "--json",
            table,
            check=False,
        )
        values: dict[str, float] = json.loads(table.read_text())
        return {name: (float(value), 90) for name, value in values.items()}
    _run(eval_dir / "extraction/score.py", "--gold", gold, prediction, "--json", table)
    corpora = next(iter(json.loads(table.read_text()).values()))
    return {
        f"{corpus} {name}": (float(value), int(row["pages"]))
        for corpus, row in corpora.items()
        for name, value in row.items()
        if value is not None
    }


def _run(script: Path, *arguments: object, check: bool = True) -> str:
    done = subprocess.run(
        [sys.executable, str(script), *map(str, arguments)], capture_output=True, text=True, check=False
    )
    if done.returncode and check:
        sys.exit(f"{script.name} failed:\n{done.stderr or done.stdout}")
    return done.stdout


def write_texts(inputs: Path, folder: Path) -> Path:
    """The folder of <id>.json files that the tradewar scorer wants."""
    from bench.predict import input_rows

    folder.mkdir(parents=True, exist_ok=True)
    for row in input_rows("tradewar", inputs):
        text = json.dumps({"id": row["id"], "text": row["text"]}, ensure_ascii=False)
        (folder / f"{row['id']}.json").write_text(text, encoding="utf-8")
    return folder


def _tradewar(rows: dict[str, Any]) -> dict[str, tuple[float, int]]:
    found = {}
    for name, row in rows.items():
        if "f1" in row:
            found[name.strip()] = (row["f1"], row["tp"] + row["fn"])
            if name == "companies listed=true":
                found["companies listed=true P"] = (row["p"], row["tp"] + row["fn"])
        elif "right" in row:
            total = row.get("of") or row.get("n") or 0
            found[name.strip()] = (row["right"] / total if total else 0.0, total)
    return found


def _statements(table: dict[str, Any]) -> dict[str, tuple[float, int]]:
    found = {f"quote {name}": (row["f1"], row["gold"]) for name, row in table["quote"].items()}
    found |= {
        f"recall {name}": (row["r"], row["gold"]) for name, row in table["quote"].items() if "kind:" in name
    }
    found["quote cov@0.3 P"] = (table["quote"]["cov@0.3"]["p"], table["quote"]["cov@0.3"]["gold"])
    return found | {f"speaker {name}": (row["accuracy"], row["n"]) for name, row in table["speaker"].items()}


def _money(table: dict[str, Any]) -> dict[str, tuple[float, int]]:
    found = {name: (row[2], row[5]) for name, row in table["all"].items()}
    for name, (right, gold, extra) in table["attr"].items():
        total = gold + extra
        found[f"attr {name}"] = (right / total if total else 1.0, gold)
    found["negatives fired"] = (float(table["negatives_fired"]), table["negatives"])
    return found


def _roles(text: str) -> dict[str, tuple[float, int]]:
    pattern = re.compile(r"^(\w+)\s+P [\d.]+\s+R [\d.]+\s+F1 ([\d.]+).*gold (\d+)", re.MULTILINE)
    return {match[1]: (float(match[2]), int(match[3])) for match in pattern.finditer(text)}
