"""`python -m bench.statement_peers GOLD OUT`: what textacy finds in the statements gold, in the scorer's format.

Needs the extra `bench`. textacy's `direct_quotations` gives up on a text with an odd number of marks, so it is
run twice: over whole texts and paragraph by paragraph. Both files and ours can be given to the scorer.
"""

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from spacy.language import Language
from spacy.tokens import Doc

from bench.predict import input_rows
from nlp.pipeline import load_model


def quotations(doc: Doc, offset: int) -> Iterator[dict[str, Any]]:
    """textacy's quotations of `doc`, none where it refuses the text; `offset` is where the text begins."""
    from textacy.extract import direct_quotations

    try:
        found = list(direct_quotations(doc))
    except ValueError:  # an odd number of marks
        return
    for speaker, cue, content in found:
        yield {
            "quote": [[offset + content.start_char, offset + content.end_char]],
            "cue": [offset + cue[0].idx, offset + cue[-1].idx + len(cue[-1])] if cue else None,
            "speaker": [offset + speaker[0].idx, offset + speaker[-1].idx + len(speaker[-1])]
            if speaker
            else None,
        }


def paragraphs(text: str) -> Iterator[tuple[int, str]]:
    at = 0
    for line in text.splitlines(keepends=True):
        if line.strip():
            yield at, line
        at += len(line)


def predict(pipeline: Language, row: dict[str, Any], by_paragraph: bool) -> dict[str, Any]:
    parts = paragraphs(row["text"]) if by_paragraph else [(0, row["text"])]
    found = [item for at, part in parts for item in quotations(pipeline(part), at)]
    return {"id": row["id"], "statements": found}


def main(arguments: list[str]) -> None:
    if len(arguments) != 2 or not Path(arguments[0]).is_file():
        sys.exit("usage: python -m bench.statement_peers GOLD OUT")
    gold, out = map(Path, arguments)
    out.mkdir(parents=True, exist_ok=True)
    pipeline = load_model()
    for name, by_paragraph in (("textacy", False), ("textacy-paragraphs", True)):
        with (out / f"{name}.jsonl").open("w", encoding="utf-8") as lines:
            for row in input_rows("statements", gold):
                lines.write(json.dumps(predict(pipeline, row, by_paragraph), ensure_ascii=False) + "\n")


if __name__ == "__main__":
    main(sys.argv[1:])
