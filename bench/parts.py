"""CPU of each component beside the parse, on texts as they come: `python -m bench.parts [FILE.jsonl] [--limit N]`.

FILE has a `text` or `body` in each line (default: the sample newsroom). The base model's components and ours are
timed one by one in one process, so the ratios hold when the machine's speed drifts.
"""

import argparse
import datetime as dt
import json
import time
from collections import defaultdict
from pathlib import Path

from db.records import ArticleContext
from nlp.pipeline import STACK, build_pipeline, make_doc


def texts_of(path: Path | None, limit: int) -> list[str]:
    if path is None:
        from crawler.newsroom.articles import load_pieces

        return [piece.text for piece in load_pieces(dt.date(2026, 11, 20))][:limit]
    found = []
    with path.open(encoding="utf-8") as lines:
        for line in lines:
            row = json.loads(line)
            text = row.get("text") or row.get("body") or ""
            if text and row.get("language", "en") == "en":
                found.append(text)
            if len(found) == limit:
                break
    return found


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("file", nargs="?", type=Path)
    parser.add_argument("--limit", type=int, default=200)
    options = parser.parse_args()
    texts = texts_of(options.file, options.limit)
    pipeline = build_pipeline()
    spent: dict[str, float] = defaultdict(float)
    words = 0
    for number, text in enumerate([*texts[:5], *texts]):  # the first five warm the vocabulary up
        begin = time.process_time()
        doc = make_doc(pipeline, text, ArticleContext(published=dt.date(2026, 11, 20)))
        marks = {"tokenizer": time.process_time() - begin}
        for name, part in pipeline.pipeline:
            begin = time.process_time()
            doc = part(doc)
            marks[name] = time.process_time() - begin
        if number >= 5:
            words += len(doc)
            for name, seconds in marks.items():
                spent[name] += seconds
    parse = sum(seconds for name, seconds in spent.items() if name not in STACK)
    print(f"{len(texts)} texts, {words} tokens, parse {parse:.2f} CPU s")
    for name, seconds in spent.items():
        print(f"{name:<24}{seconds:>8.3f} s{100 * seconds / parse:>8.1f} % of the parse")
    ours = sum(seconds for name, seconds in spent.items() if name in STACK)
    print(f"{'ours together':<24}{ours:>8.3f} s{100 * ours / parse:>8.1f} % of the parse")


if __name__ == "__main__":
    main()
