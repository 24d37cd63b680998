"""`python -m bench.statement_peers [LIMIT]`: ours and textacy on the statements gold, one parse, one table.

Needs GOLD_DIR and the extra `bench`; floret, which textacy asks for, has no wheel for every Python and is then built
with a C++ compiler. textacy's `direct_quotations` gives up on a text with an odd number of marks, so it is run twice:
over whole texts and paragraph by paragraph, on the parse that ours has. CPU seconds are those after the parse.
"""

import json
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from spacy.tokens import Doc

from bench.phenomena import lines, load_scorer, read_rows
from bench.run import OUT, gold_dir
from bench.sets.statements import statements_of
from db.records import ArticleContext
from nlp.pipeline import build_pipeline, make_doc
from nlp.quotes.component import Quotes
from nlp.statements.component import Statements

Found = list[dict[str, Any]]
MEASURES = ("exact", "cov@0.3", "cov@0.8", "quote+speaker")
KINDS = ("kind:direct", "kind:mixed", "kind:indirect")


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


def textacy_whole(doc: Doc) -> Found:
    return list(quotations(doc, 0))


def textacy_paragraphs(doc: Doc) -> Found:
    found: Found = []
    for block in doc._.blocks:
        span = doc.char_span(block.start, block.end, alignment_mode="expand")
        if span is not None and len(span):
            found += quotations(span.as_doc(), span.start_char)
    return found


def ours(doc: Doc) -> Found:
    doc._.facts = ()
    Statements()(Quotes()(doc))
    return statements_of(doc)


def systems() -> dict[str, Callable[[Doc], Found]]:
    """What is compared: ours, and textacy where it is installed."""
    try:
        import textacy.extract  # noqa: F401
    except ImportError as error:
        print(f"without textacy: {error}")
        return {"ours": ours}
    return {"ours": ours, "textacy": textacy_whole, "textacy-paragraphs": textacy_paragraphs}


def main(arguments: list[str]) -> None:
    gold_folder = gold_dir()
    scorer = load_scorer(gold_folder)
    gold = read_rows(gold_folder / "statements" / "polnear-dev.jsonl")
    if arguments:
        gold = dict(list(gold.items())[: int(arguments[0])])
    pipeline = build_pipeline()
    last = ("tradewire_quotes", "tradewire_statements", "tradewire_listings", "tradewire_amounts", "tradewire_shares",
            "tradewire_relations")  # fmt: skip
    compared = systems()
    predicted: dict[str, dict[str, Any]] = {name: {} for name in compared}
    seconds = dict.fromkeys(("parse", *compared), 0.0)
    with pipeline.select_pipes(disable=list(last)):
        for key, row in gold.items():
            started = time.process_time()
            doc = pipeline(make_doc(pipeline, row["text"], ArticleContext()))
            seconds["parse"] += time.process_time() - started
            for name, find in compared.items():
                started = time.process_time()
                found = find(doc)
                seconds[name] += time.process_time() - started
                predicted[name][key] = {"id": key, "statements": found}
    print(
        f"{'system':<20}" + "".join(f"{m:>15}" for m in (*MEASURES, *KINDS)) + f"{'speaker':>9}{'CPU s':>8}"
    )
    for name, rows in predicted.items():
        write(OUT / f"peer-{name}.jsonl", rows)
        result = scorer.evaluate(gold, rows, boot=0)
        quote = result["quote"]
        cells = [f"{quote[m]['f1']:.3f}" for m in MEASURES] + [f"R {quote[k]['r']:.3f}" for k in KINDS]
        speaker = result["speaker"].get("head", {"accuracy": 0.0})["accuracy"]
        print(f"{name:<20}" + "".join(f"{c:>15}" for c in cells) + f"{speaker:>9.3f}{seconds[name]:>8.1f}")
    print(f"companies, parse and all before statements: {seconds['parse']:.1f} CPU s")
    for name, rows in predicted.items():
        print(f"\n{name}", *lines(scorer, gold, rows), sep="\n")


def write(path: Path, rows: dict[str, dict[str, Any]]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(
        "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows.values()), encoding="utf-8"
    )


if __name__ == "__main__":
    main(sys.argv[1:])
