"""`python -m bench.predict SET INPUT OUT`: run the product on INPUT, write predictions in the scorer's format.

SET is statements, money, roles, linking, tradewar or pages. INPUT is a JSON Lines file in the format of the
matching gold set, or for tradewar a folder of .txt files. Only input fields are read, never answers; nothing is
skipped for relevance or language, and all facts count, not only the quotable ones.
"""

import importlib
import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

SETS = ("statements", "money", "roles", "linking", "tradewar", "pages")
NEED_NO_PIPELINE = {"money", "pages"}
#: What a prediction may see of a gold row.
INPUT_FIELDS = {
    "id", "text", "date", "title", "source", "mention", "start", "end",
    "url", "host", "html_path", "charset", "corpus", "_dir",
}  # fmt: skip


def input_rows(name: str, path: Path) -> Iterator[dict[str, Any]]:
    """The rows of a set without their answers."""
    if path.is_dir():
        for file in sorted(path.glob("*.txt")):
            yield {"id": file.stem, "text": file.read_text(encoding="utf-8")}
        return
    with path.open(encoding="utf-8") as lines:
        for line in lines:
            if line.strip():
                row = json.loads(line) | {"_dir": str(path.parent)}
                allowed = INPUT_FIELDS - ({"title", "date"} if name == "pages" else set())
                yield {key: value for key, value in row.items() if key in allowed}


def predict(name: str, path: Path, out: Path) -> int:
    """Write a prediction line for each row of `path`; how many there were."""
    pipeline = None
    if name not in NEED_NO_PIPELINE:
        from nlp.pipeline import build_pipeline

        pipeline = build_pipeline()
    adapter = importlib.import_module(f"bench.sets.{name}")
    count = 0
    out.parent.mkdir(parents=True, exist_ok=True)
    with out.open("w", encoding="utf-8") as lines:
        for prediction in adapter.predict(input_rows(name, path), pipeline):
            lines.write(json.dumps(prediction, ensure_ascii=False) + "\n")
            count += 1
    return count


def main(arguments: list[str]) -> None:
    if len(arguments) != 3 or arguments[0] not in SETS or not Path(arguments[1]).exists():
        sys.exit(f"usage: python -m bench.predict {'|'.join(SETS)} INPUT OUT   (INPUT must exist)")
    name, path, out = arguments
    print(f"{predict(name, Path(path), Path(out))} predictions in {out}", file=sys.stderr)


if __name__ == "__main__":
    main(sys.argv[1:])
