"""The product's own path from a page to facts in a store, in one process, with the CPU of each step by its name."""

import json
import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

from bench.pipeline_pages import NO_ARTICLE, BenchPage
from crawler import extract, stories
from crawler.archive import Capture
from crawler.article import reading as reading_module
from crawler.worker import PageResult, read_job
from db.articles import put_article
from db.clock import stamp
from db.facts import write_annotation
from db.runs import record_outcome
from db.store import Store
from nlp.annotate import context_of
from nlp.pipeline import STACK, annotation_of, build_pipeline, make_doc
from nlp.worker import ZONE

#: Functions that `read_page` calls, by the step they belong to; what is left over is "page, other".
STEPS = {
    "parse": ("decode", "parse"),
    "metadata": (
        "candidates",
        "vote",
        "authors_of",
        "published_of",
        "modified_of",
        "language_of",
        "section_of",
        "canonical_of",
        "is_paid",
    ),
    "body": ("body_pieces", "clean_pieces", "headline_like", "teasers", "lead_of", "assemble", "recurring"),
    "page type": ("page_type_of",),
}
PAGE_STEPS = (*STEPS, "page, other", "relevance", "signature")


class Clock:
    """CPU seconds by step; time inside an inner step is not the outer one's."""

    def __init__(self) -> None:
        self.spent: dict[str, float] = defaultdict(float)
        self._open: list[str] = []
        self._since = 0.0

    @contextmanager
    def step(self, name: str) -> Iterator[None]:
        self._close_interval()
        self._open.append(name)
        try:
            yield
        finally:
            self._close_interval()
            self._open.pop()

    def _close_interval(self) -> None:
        at = time.process_time()
        if self._open:
            self.spent[self._open[-1]] += at - self._since
        self._since = at

    def wrap(self, module: Any, function: str, step: str) -> None:
        """Count calls of `module.function` under `step` from now on."""
        inner: Callable[..., Any] = getattr(module, function)

        def timed(*args: Any, **named: Any) -> Any:
            with self.step(step):
                return inner(*args, **named)

        setattr(module, function, timed)

    def take(self) -> dict[str, float]:
        """What was counted since the last call."""
        found = dict(self.spent)
        self.spent.clear()
        return found


class Ours:
    """Pages to facts in a store, as the stages do it, in batches of texts."""

    def __init__(self, folder: Path) -> None:
        import nlp.relevance as relevance_module

        self.clock = Clock()
        for step, functions in STEPS.items():
            for function in functions:
                self.clock.wrap(reading_module, function, step)
        self.clock.wrap(relevance_module, "relevance", "relevance")
        self.clock.wrap(stories, "signature", "signature")
        self.pipeline = build_pipeline()
        self.store = Store.open(folder / "bench.sqlite", create=True)
        self.rows = 0
        self.facts = 0
        self.read = 0
        self.zone = ExitStack()

    def run(self, pages: Sequence[BenchPage]) -> dict[str, float]:
        """CPU seconds of each step for `pages`, which are of one class."""
        results = []
        for page in pages:
            with self.clock.step("page, other"):
                results.append(read_job(page.job))
        if pages[0].sort != NO_ARTICLE:
            texts = [self.keep(page, result) for page, result in zip(pages, results)]
            self.annotate(texts)
        return self.clock.take()

    def keep(self, page: BenchPage, result: PageResult) -> dict[str, Any]:
        """Write the article as the extract stage does; its row for annotation."""
        clock = self.clock
        self.rows += 1
        row = {
            "id": None, "url": page.url, "final_url": page.url, "source": None, "entry_title": None,
            "entry_published": None, "discovered_in": "import",
        }  # fmt: skip
        capture = Capture(url=page.url, status=200, body=page.body, at=stamp())
        with clock.step("store article"), self.store.write() as connection:
            article_row = extract.article_row(row, page.url, capture, result, relevant=True)
            article, _ = put_article(connection, article_row)
            with clock.step("store story"):
                stories.place(connection, article, result.reading.body, result.bands)
            record_outcome(connection, "extract", self.rows, capture.digest, "bench", state="ok")
        found = self.store.row(
            "SELECT t.id AS text, t.body, t.blocks, t.hash, a.title, a.published, NULL AS source_name,"
            " NULL AS source_country FROM articles a JOIN texts t ON t.id = a.text WHERE a.id = ?",
            (article,),
        )
        assert found is not None
        return found

    def annotate(self, rows: Sequence[dict[str, Any]]) -> None:
        """Read facts from the texts, component by component, and write them."""
        clock = self.clock
        if self.read >= ZONE:  # as the worker does
            self.zone.close()
            self.read = 0
        if not self.read:
            self.zone.enter_context(self.pipeline.memory_zone())
        self.read += len(rows)
        with clock.step("tokenizer"):
            docs = [make_doc(self.pipeline, row["body"], context_of(row)) for row in rows]
        for name, component in self.pipeline.pipeline:
            with clock.step(name):
                if hasattr(component, "pipe"):
                    docs = list(component.pipe(docs, batch_size=len(docs)))
                else:
                    docs = [component(doc) for doc in docs]
        with clock.step("records"):
            annotations = [annotation_of(doc) for doc in docs]
        del docs
        for row, annotation in zip(rows, annotations):
            self.facts += len(annotation.facts)
            with clock.step("store facts"), self.store.write() as connection:
                write_annotation(connection, row["text"], annotation, "bench")
                record_outcome(connection, "annotate", row["text"], row["hash"], "bench", state="ok")

    def close(self) -> None:
        self.zone.close()
        self.store.close()


def group_of(step: str) -> str:
    """Page, spaCy, ours or store: which part of the way a step belongs to."""
    if step in PAGE_STEPS:
        return "page"
    if step in STACK or step == "records":
        return "ours"
    return "store" if step.startswith("store") else "spacy"


def dumps(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
