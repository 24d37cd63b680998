"""`python -m bench.alias_speed [FILE.jsonl]`: CPU of companies and antecedents as a share of the bare parse, 50,000 aliases loaded.

FILE holds JSON lines with a `text`; without one it is $GOLD_DIR/tradewar/articles.jsonl. The bar is 7 %.
"""

import json
import os
import random
import sys
import time
from pathlib import Path

from db.records import ArticleContext
from nlp.antecedents.component import make_antecedents
from nlp.companies.component import Companies, common_words
from nlp.gazetteer import AliasTable, CompanyRecord, packaged_companies
from nlp.lexicon import lexicon
from nlp.pipeline import load_model, make_doc

WANTED = 50_000
SYLLABLES = (
    "bai ban cheng da feng gong hai jin kang long mei ning peng qing rui sheng tai wan xin yuan zhong".split()
)


def big_table(wanted: int = WANTED) -> AliasTable:
    """The packaged companies and invented ones, together `wanted` aliases."""
    chance = random.Random(1)
    records = list(packaged_companies())
    count = sum(len(list(record.all_aliases())) for record in records)
    while count < wanted:
        word = "".join(chance.choice(SYLLABLES) for _ in range(4)).capitalize()
        names = (word, f"{word} Group")
        records.append(CompanyRecord(id=f"x-{count}", name=f"{word} Technology Co., Ltd.", aliases=names))
        count += 3
    return AliasTable(records)


def main(path: Path) -> None:
    pipeline = load_model()
    pipeline.add_pipe("tradewire_blocks", first=True)
    table = big_table()
    companies = Companies(table, lexicon(), common_words(pipeline))
    antecedents = make_antecedents(pipeline, "antecedents")
    texts = [
        json.loads(line)["text"] for line in path.read_text(encoding="utf-8").splitlines() if line.strip()
    ]
    pipeline(texts[0])  # the first text pays for what is loaded late
    parse = named = joined = 0.0
    words = 0
    for text in texts:
        started = time.process_time()
        doc = pipeline(make_doc(pipeline, text, ArticleContext()))
        parsed = time.process_time()
        companies(doc)
        found = time.process_time()
        antecedents(doc)
        parse += parsed - started
        named += found - parsed
        joined += time.process_time() - found
        words += len(doc)
    print(f"{len(table)} aliases, {len(texts)} texts, {words} tokens, parse {parse:.2f} s CPU")
    print(
        f"companies {named / parse:.1%}, antecedents {joined / parse:.1%}, together {(named + joined) / parse:.1%}"
    )


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else Path(os.environ["GOLD_DIR"]) / "tradewar/articles.jsonl")
