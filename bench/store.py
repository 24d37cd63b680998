"""Speed and size of the store on generated articles.

    python -m bench.store --articles 20000 --articles 500000 [--facts 3] [--folder DIR] [--keep]

Makes a store of each size, loads it through the product's own writers, and prints what loading cost, how many
bytes an article takes, and CPU milliseconds (minimum of 3) of a mix of queries. Words follow Zipf's law over
80,000 invented words, lengths are log-normal with a mean near 4,050 characters, 10 sources, 800 companies; all
random numbers come from one seed.
"""

import argparse
import gc
import json
import math
import random
import resource
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

from db.articles import ArticleRow
from db.bulk import BulkArticle, bulk_load
from db.profiles import company_profile
from db.queries import facts
from db.records import (
    Action,
    AmountFact,
    Annotation,
    Entity,
    EntityKind,
    FactSpan,
    ListingFact,
    Mention,
    Party,
    QuoteKind,
    Role,
    Span,
    SpanRole,
    StatementFact,
)
from db.search import search
from db.store import Store
from tradewire.web.reading import FACET_CAP

AT_ONCE = 5_000
SOURCES, COMPANIES, WORDS, SENTENCES, DISTINCT = 10, 800, 80_000, 30_000, 20_000
FACETS = ("source", "company", "list", "kind", "language", "topic", "month")


def words(source: random.Random) -> tuple[list[str], list[float]]:
    """The vocabulary and its cumulative Zipf weights."""
    heads = [
        "ka",
        "to",
        "mi",
        "re",
        "su",
        "lo",
        "va",
        "ne",
        "pi",
        "du",
        "sha",
        "ber",
        "gon",
        "tri",
        "wel",
        "ost",
    ]
    found: dict[str, None] = {}
    while len(found) < WORDS:
        found["".join(source.choices(heads, k=source.randint(2, 5)))] = None
    weights, total = [], 0.0
    for rank in range(1, WORDS + 1):
        total += 1 / (rank + 2.7)
        weights.append(total)
    return list(found), weights


class Maker:
    """Makes articles with their annotation, always the same ones."""

    def __init__(self, facts_each: int, mentions_each: int = 5) -> None:
        self.source = random.Random(20261121)
        self.facts_each, self.mentions_each = facts_each, mentions_each
        vocabulary, weights = words(self.source)
        self.companies = [
            f"{w.title()} {t}" for w, t in zip(vocabulary[5000 : 5000 + COMPANIES], ["Corp", "Optics"] * 400)
        ]
        self.sentences = []
        for n in range(SENTENCES):
            text = " ".join(
                self.source.choices(vocabulary, cum_weights=weights, k=max(5, int(self.source.gauss(17, 6))))
            )
            if n % 4000 == 0:
                text += " was added to the entity list"
            self.sentences.append(text.capitalize() + ".")

    def articles(self, count: int) -> Iterator[tuple[ArticleRow, Annotation]]:
        """`count` articles; after the first DISTINCT ones the texts come again, at other addresses and dates."""
        pool = [self.article(n) for n in range(min(count, DISTINCT))]
        gc.freeze()  # or the collector walks over them while others are loaded
        for n in range(count):
            row, annotation = pool[n % DISTINCT]
            day = f"{2024 + n % 3}-{n % 12 + 1:02}-{n % 28 + 1:02}"
            name = f"source{n % SOURCES}"
            yield replace(row, url=f"https://{name}.example/{n}", source=name, published=day), annotation

    def article(self, n: int) -> tuple[ArticleRow, Annotation]:
        source = self.source
        parts, total, wanted = [], 0, math.exp(source.gauss(8.11, 0.55))
        while total < wanted or len(parts) < self.facts_each:
            parts.append(source.choice(self.sentences))
            total += len(parts[-1]) + 1
        mentions, entities, said = [], [], []
        for index in range(self.mentions_each):
            name = self.companies[min(int(source.expovariate(0.01)), COMPANIES - 1)]
            at = source.randrange(len(parts))
            parts[at] = f"{name} {parts[at]}"
            entities.append(Entity(index=index, name=name, kind=EntityKind.COMPANY))
            said.append((at, name, index))
        starts, at = [], 0
        for part in parts:
            starts.append(at)
            at += len(part) + 1
        body = " ".join(parts)
        for at, name, index in said:
            start = body.index(name, starts[at])
            mentions.append(
                Mention(
                    start=start,
                    end=start + len(name),
                    text=name,
                    kind=EntityKind.COMPANY,
                    entity=index,
                    how="ner",
                )
            )
        found = [
            self.fact(body, starts[i], parts[i], mentions[k % len(mentions)], k)
            for k, i in enumerate(source.sample(range(len(parts)), self.facts_each))
        ]
        row = ArticleRow(
            url="", title=source.choice(self.sentences)[:70], body=body, published_precision="day",
            language="en", relevant=True, relevance=0.9,
            topics=("tariffs",) if n % 3 else ("blacklists", "tariffs"),
        )  # fmt: skip
        return row, Annotation(mentions=tuple(mentions), entities=tuple(entities), facts=tuple(found))

    def fact(self, body: str, start: int, sentence: str, mention: Mention, number: int) -> Any:
        evidence = Span(start, start + len(sentence), sentence)
        company = Party(role=Role.COMPANY, surface=mention.text, span=mention.span, kind=EntityKind.COMPANY)
        kind = number % 3
        if kind == 0:
            return AmountFact(
                kind=self.source.choice(("valuation", "contract", "fine", "investment")), evidence=evidence,
                parties=(company,), amount=Decimal(self.source.randrange(1, 5000)) * 10**6, currency="USD",
                amount_text=sentence[:12], rule="bench", cue=sentence[:8],
                spans=(FactSpan(SpanRole.AMOUNT, Span(start, start + 12, sentence[:12])),),
            )  # fmt: skip
        if kind == 1:
            quote = sentence[: len(sentence) // 2]
            return StatementFact(
                kind="statement", evidence=evidence, quote_kind=QuoteKind.DIRECT, rule="bench", cue="said",
                cue_lemma="say", cue_class="say",
                parties=(Party(role=Role.SPEAKER, surface=mention.text, span=mention.span, kind=EntityKind.COMPANY),),
                spans=(FactSpan(SpanRole.QUOTE, Span(start, start + len(quote), quote)),),
            )  # fmt: skip
        return ListingFact(
            kind="listing", evidence=evidence, parties=(company,), rule="bench", action=Action.ADD,
            list=self.source.choice(("entity-list", "1260h", "unverified-list")),
        )  # fmt: skip


def build(path: Path, count: int, facts_each: int) -> dict[str, Any]:
    """Load `count` articles into a new store; seconds of CPU of the loading alone, and bytes."""
    maker = Maker(facts_each)
    with Store.open(path, create=True) as store:
        with store.write() as connection:
            connection.executemany(
                "INSERT INTO sources (id, name, country) VALUES (?, ?, 'US')",
                [(f"source{n}", f"Source {n}") for n in range(SOURCES)],
            )
            connection.executemany(
                "INSERT INTO companies (id, name, status, made_at) VALUES (?, ?, 'seed', '')",
                [(f"c{n}", name) for n, name in enumerate(maker.companies)],
            )
            connection.executemany(
                "INSERT INTO aliases (company, text, norm) VALUES (?, ?, ?)",
                [(f"c{n}", name, name.lower()) for n, name in enumerate(maker.companies)],
            )
        ids = {name: f"c{n}" for n, name in enumerate(maker.companies)}
        making = 0.0

        def made() -> Iterator[BulkArticle]:
            nonlocal making
            articles = maker.articles(count)
            while True:
                begin = time.process_time()
                item = next(articles, None)
                making += time.process_time() - begin
                if item is None:
                    return
                yield BulkArticle(row=item[0], annotation=item[1], fingerprint="bench")

        begin = time.process_time()
        bulk_load(store, made())  # what `tradewire ingest` does
        spent = time.process_time() - begin - making
        begin = time.process_time()
        store.connection.create_function("record", 1, ids.get)
        for first in range(1, count + 1, AT_ONCE):  # as resolving does: some thousand texts a transaction
            last = first + AT_ONCE - 1
            with store.write() as connection:
                connection.execute(
                    f"UPDATE mentions SET company = record(name) WHERE text BETWEEN {first} AND {last}"
                )
                connection.execute(
                    "UPDATE fact_parties SET company = record(name) WHERE fact_n IN"
                    f" (SELECT n FROM facts WHERE article BETWEEN {first} AND {last})"
                )
        with store.write() as connection:
            connection.execute("UPDATE articles SET names_at = '2027'")
        resolving = time.process_time() - begin
        store.checkpoint()
        store.connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
        size = store.value("SELECT page_count * page_size FROM pragma_page_count, pragma_page_size")
        text = store.value("SELECT sum(length(body)) FROM texts")
    return {
        "articles": count,
        "facts an article": facts_each,
        "load, CPU s": round(spent, 1),
        "articles a CPU s": round(count / spent),
        "records, CPU s": round(resolving, 1),
        "bytes an article": round(size / count),
        "characters an article": round(text / count),
    }


def queries(store: Store) -> dict[str, Callable[[], Any]]:
    """The mix: what people ask, and the worst they could."""
    vocabulary, _ = words(random.Random(20261121))
    common, second, third, rare = vocabulary[0], vocabulary[1], vocabulary[2], vocabulary[9000]
    company = store.value("SELECT name FROM companies ORDER BY id LIMIT 1")

    def page(text: str) -> Callable[[], Any]:
        """What a page of hits asks the store for."""
        return lambda: search(store, text, facets=FACETS, facet_cap=FACET_CAP)

    return {
        "phrase": lambda: search(store, '"entity list"'),
        "rare word": lambda: search(store, rare),
        "phrase minus word": lambda: search(store, f'"entity list" -{third}'),
        "title word": lambda: search(store, f"title:{vocabulary[40]}"),
        "company and phrase": lambda: search(store, f'company:"{company}" "entity list"'),
        "filters alone": lambda: search(store, "source:source1 since:2026-06"),
        "sentence scope": lambda: search(store, f'sentence:("entity list" {second})'),
        "amount filter": lambda: search(store, 'amount>$4bn "entity list"'),
        "prefix (usual)": lambda: search(store, rare[:8] + "*"),
        "common word": lambda: search(store, common),
        "two common words": lambda: search(store, f"{common} {second}"),
        "prefix of a common word": lambda: search(store, common[:4] + "*"),
        "common word, newest": lambda: search(store, common, sort="newest"),
        "page: everything": page(""),
        "page: phrase": page('"entity list"'),
        "page: common word": page(common),
        "page: two common words": page(f"{common} {second}"),
        "common word, exact facets": lambda: search(store, common, facets=FACETS),
        "everything, exact facets": lambda: search(store, "", facets=FACETS),
        "facts of a company": lambda: facts(store, company=company, limit=50),
        "facts over an amount": lambda: facts(store, kind="contract", min_amount=4.9e9, limit=50),
        "newest listings": lambda: facts(store, kind="listing", limit=50),
        "company page": lambda: company_profile(store, company, limit=20),
        "view by SQL": lambda: store.rows(
            "SELECT company, amount, sentence FROM valuations WHERE amount > 4.9e9 LIMIT 50"
        ),
    }


def measure(path: Path) -> dict[str, float]:
    """CPU milliseconds of each query, minimum of 3, on a read-only connection."""
    found = {}
    with Store.open(path, read_only=True) as store:
        for name, run in queries(store).items():
            times = []
            for _ in range(3):
                begin = time.process_time()
                run()
                times.append((time.process_time() - begin) * 1000)
            found[name] = round(min(times), 1)
    return found


def calibration() -> float:
    """CPU milliseconds of a fixed loop: on a machine that others use as well, CPU time grows with this."""
    begin, total = time.process_time(), 0
    for n in range(1_000_000):
        total += n * n % 7
    return (time.process_time() - begin) * 1000


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--articles", type=int, action="append", help="size; may be given several times")
    parser.add_argument("--facts", type=int, default=3, help="facts an article")
    parser.add_argument("--folder", type=Path, help="where the stores go; default: a temporary folder")
    parser.add_argument("--keep", action="store_true", help="keep the stores, and use those that are there")
    parser.add_argument("--json", action="store_true")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        folder = arguments.folder or Path(temporary)
        folder.mkdir(parents=True, exist_ok=True)
        sizes, tables = arguments.articles or [20_000], []
        for count in sizes:
            path = folder / f"bench-{count}-{arguments.facts}.sqlite"
            info = path.with_suffix(".json")
            if not (arguments.keep and path.exists() and info.exists()):
                for old in folder.glob(path.name + "*"):
                    old.unlink()
                info.write_text(json.dumps(build(path, count, arguments.facts)))
            tables.append(json.loads(info.read_text()) | measure(path))
            if not arguments.keep:
                path.unlink()
    if arguments.json:
        print(json.dumps(tables, indent=2))
        return
    for name in tables[0]:
        cells = [f"{table[name]:>12,}" for table in tables]
        growth = tables[-1][name] / tables[0][name] if len(tables) > 1 and tables[0][name] else 0
        print(f"{name:<28}{''.join(cells)}" + (f"{growth:>9.1f}x" if growth else ""))
    print(f"{'calibration loop, CPU ms':<28}{calibration():>12,.0f}")
    print(f"{'peak memory, MB':<28}{resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:>12,.0f}")


if __name__ == "__main__":
    main()
