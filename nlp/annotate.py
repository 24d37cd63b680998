"""The annotate stage: texts of relevant articles -> mentions and facts, one transaction a text.

New texts first. With `redo`, texts read by another version of code, model or data are read again, newest first,
within a time budget. Whatever kills the stage, the next run goes on where it stopped.
"""

import datetime as dt
import time
from collections import Counter
from collections.abc import Callable
from typing import Any

from db.articles import blocks_of
from db.errors import ProvenanceError
from db.facts import write_annotation
from db.pending import pending_annotate
from db.records import Annotation, ArticleContext, Entity, EntityKind, Mention
from db.runs import record_outcome
from db.store import Row, Store
from nlp.gazetteer import WEAK, packaged_table
from nlp.pipeline import MODEL, fingerprint
from nlp.worker import Outcome, Worker

#: Only English is parsed; other languages keep search and gazetteer mentions.
PARSED_LANGUAGES = ("en", None)


def annotate_pending(
    store: Store,
    *,
    model: str = MODEL,
    extra: tuple[str, ...] = (),
    companies: str = "",
    workers: int = 1,
    timeout_s: float = 60.0,
    memory_mb: int = 4000,
    redo: bool = False,
    budget_s: float | None = None,
    progress: Callable[[int], Any] | None = None,
) -> Counter[str]:
    """Annotate everything that is pending; counts by outcome ("ok", "failed", "facts" ...).

    `budget_s` bounds the time spent; the rest stays pending.
    """
    counts: Counter[str] = Counter()
    version = fingerprint(model, extra, companies)
    pool = [Worker(model, extra, companies, timeout_s=timeout_s, memory_mb=memory_mb) for _ in range(workers)]
    busy: dict[int, Row] = {}
    tried: set[int] = set()  # a text that failed is tried again by the next run, not at once
    queue: list[Row] = []
    end = None if budget_s is None else time.monotonic() + budget_s
    try:
        while True:
            if not queue and (end is None or time.monotonic() < end):
                rows = pending_annotate(store, version, limit=200 + len(tried), redo=redo)
                in_work = {row["text"] for row in busy.values()}
                queue = [row for row in rows if row["text"] not in tried | in_work]
            for number, worker in enumerate(pool):
                if number in busy:
                    continue
                while queue:
                    row = queue.pop(0)
                    tried.add(row["text"])
                    if row["language"] not in PARSED_LANGUAGES:
                        _skip_language(store, row, version, counts)
                        continue
                    worker.submit(row["body"], context_of(row))
                    busy[number] = row
                    break
            if not busy:
                return counts
            for number in list(busy):
                outcome = pool[number].result()
                row = busy.pop(number)
                _finish(store, row, outcome, version, counts)
                if progress is not None:
                    progress(1)
            if end is not None and time.monotonic() >= end:
                queue = []
    finally:
        for worker in pool:
            worker.stop()


def context_of(row: Row) -> ArticleContext:
    """What the pipeline may know of a pending text."""
    published = row["published"]
    return ArticleContext(
        published=dt.date.fromisoformat(published[:10]) if published else None,
        title=row["title"],
        source_country=row["source_country"],
        source_name=row["source_name"],
        blocks=blocks_of(row) or None,
    )


def _finish(store: Store, row: Row, outcome: Outcome, version: str, counts: Counter[str]) -> None:
    """Write one text's outcome and its run row together."""
    error = outcome.error
    if outcome.annotation is not None:
        try:
            with store.write() as connection:
                done = write_annotation(connection, row["text"], outcome.annotation, version)
                record_outcome(
                    connection, "annotate", row["text"], row["hash"], version, state="ok", cpu_s=outcome.cpu_s
                )
            counts["ok"] += 1
            counts["facts"] += len(outcome.annotation.facts)
            counts.update({f"facts {name}": number for name, number in done.items() if number})
            return
        except ProvenanceError as problem:
            error = str(problem)
    with store.write() as connection:
        state = record_outcome(
            connection,
            "annotate",
            row["text"],
            row["hash"],
            version,
            state="retry",
            error=error,
            cpu_s=outcome.cpu_s,
        )
    counts[state] += 1


def gazetteer_annotation(body: str) -> Annotation:
    """The strong gazetteer names in a text of any language; no facts."""
    table = packaged_table()
    numbers: dict[str, int] = {}
    mentions = []
    for hit in table.hits(body):
        companies = {alias.company for alias in hit.aliases if alias.strength != WEAK}
        surface = body[hit.start : hit.end]
        if len(companies) != 1 or surface.islower():
            continue
        company = companies.pop()
        mentions.append(
            Mention(
                start=hit.start,
                end=hit.end,
                text=surface,
                kind=EntityKind.COMPANY,
                entity=numbers.setdefault(company, len(numbers)),
                how="gazetteer",
                company=company,
            )
        )
    entities = tuple(
        Entity(index=n, name=table.records[company].name, kind=EntityKind.COMPANY, company=company)
        for company, n in numbers.items()
    )
    return Annotation(mentions=tuple(mentions), entities=entities)


def _skip_language(store: Store, row: Row, version: str, counts: Counter[str]) -> None:
    """Other languages: names from the gazetteer, no facts."""
    annotation = gazetteer_annotation(row["body"])
    with store.write() as connection:
        write_annotation(connection, row["text"], annotation, version)
        record_outcome(connection, "annotate", row["text"], row["hash"], version, state="skipped:language")
    counts["skipped:language"] += 1
