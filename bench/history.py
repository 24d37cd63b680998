"""Where measurements are kept: bench/results has one line of JSON a run."""

import json
from pathlib import Path
from typing import Any


def keep(entry: dict[str, Any], out: Path | None, history: Path | None) -> None:
    """Write a run's figures to `out`, and add them to `history`, where asked."""
    if out is not None:
        out.write_text(json.dumps(entry, indent=1), encoding="utf-8")
    if history is not None:
        history.parent.mkdir(exist_ok=True)
        with history.open("a", encoding="utf-8") as lines:
            lines.write(json.dumps(entry, ensure_ascii=False) + "\n")
