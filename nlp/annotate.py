"""The annotate stage: texts of relevant articles -> mentions and facts, one transaction a text.

New texts first. With `redo`, texts read by another version of code, model or data are read again, newest first,
within a time budget. Whatever kills the stage, the next run goes on where it stopped.
"""

import datetime as dt
import time
from collections import Counter
from collections.abc import Callable, Sequence
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
from nlp.worker import BATCH, BATCH_CHARACTERS, Outcome, Worker, wait_for_any

#: Only English is parsed; other languages keep search and gazetteer mentions.
PARSED_LANGUAGES = ("en", None)
FETCHED = 200  # pending texts taken at once: few enough to hold
WORTH_A_WORKER = 30  # texts: loading the model takes as long as reading them


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

    `workers` processes at most; few texts get fewer. `budget_s` bounds the time spent; the rest stays pending.
    """
    counts: Counter[str] = Counter()
    version = fingerprint(model, extra, companies)
    end = None if budget_s is None else time.monotonic() + budget_s
    queue = _Queue(store, version, redo=redo, end=end, workers=workers)
    pool = [
        Worker(model, extra, companies, timeout_s=timeout_s, memory_mb=memory_mb)
        for _ in range(min(workers, 1 + queue.length() // WORTH_A_WORKER))
    ]
    idle = list(pool)
    busy: dict[Worker, list[Row]] = {}
    try:
        while True:
            waiting = [row for rows in busy.values() for row in rows]
            for worker in list(idle):
                rows = queue.next_batch(waiting, counts)
                if not rows:
                    break
                for other in pool:  # they load beside each other
                    other.start()
                worker.submit([(row["body"], context_of(row)) for row in rows])
                idle.remove(worker)
                busy[worker] = rows
                waiting += rows
            if not busy:
                return counts
            for worker in wait_for_any(list(busy)):
                outcomes, rows = worker.results(), busy.pop(worker)
                if following := queue.next_batch(waiting, counts):  # it reads on while we write
                    worker.submit([(row["body"], context_of(row)) for row in following])
                    busy[worker] = following
                    waiting += following
                else:
                    idle.append(worker)
                for row, outcome in zip(rows, outcomes, strict=True):
                    if _finish(store, row, outcome, version, counts) != "ok":
                        queue.failed.add(row["text"])
                    if progress is not None:
                        progress(1)
    finally:
        for worker in pool:
            worker.stop()


class _Queue:
    """What is pending, in batches; a text that failed is tried again by the next run, not at once."""

    def __init__(self, store: Store, version: str, *, redo: bool, end: float | None, workers: int) -> None:
        self.store = store
        self.version = version
        self.redo = redo
        self.end = end
        self.workers = workers
        self.failed: set[int] = set()
        self._rows: list[Row] = []

    def length(self, waiting: Sequence[Row] = ()) -> int:
        """How many texts wait beside those in work, as far as it has looked."""
        if not self._rows:
            self._fill({row["text"] for row in waiting})
        return len(self._rows)

    def next_batch(self, waiting: list[Row], counts: Counter[str]) -> list[Row]:
        """The next texts to parse, none when nothing is left or the time is up; `waiting` are in work.

        Texts in other languages are finished on the way.
        """
        batch: list[Row] = []
        room = BATCH_CHARACTERS
        size = min(BATCH, 1 + self.length(waiting) // (2 * self.workers))  # the last ones are shared out
        while len(batch) < size and (self.end is None or time.monotonic() < self.end):
            if not self._rows:
                self._fill({row["text"] for row in [*waiting, *batch]})
            if not self._rows:
                break
            row = self._rows[0]
            if row["language"] not in PARSED_LANGUAGES:
                _skip_language(self.store, self._rows.pop(0), self.version, counts)
                continue
            if batch and len(row["body"]) > room:
                break
            room -= len(row["body"])
            batch.append(self._rows.pop(0))
        return batch

    def _fill(self, in_work: set[int]) -> None:
        known = self.failed | in_work
        fetched = max(FETCHED, WORTH_A_WORKER * self.workers)
        rows = pending_annotate(self.store, self.version, limit=fetched + len(known), redo=self.redo)
        self._rows = [row for row in rows if row["text"] not in known][:fetched]


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


def _finish(store: Store, row: Row, outcome: Outcome, version: str, counts: Counter[str]) -> str:
    """Write one text's outcome and its run row together; the state as kept."""
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
            return "ok"
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
    return state


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
