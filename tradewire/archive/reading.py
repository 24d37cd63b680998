"""One WARC file to articles and facts, with the code of the stages: the same pages, relevance, pipeline, records.

Pages and texts are read in children with bounds on time and memory, so that a poisonous one fails alone.
"""

from collections import Counter, OrderedDict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Any

from crawler.apis import original_of
from crawler.archive import ArchiveProblem, Capture, Location
from crawler.extract import KEPT, article_row, article_url, is_article
from crawler.rights import rights_of
from crawler.sources import Source, load_sources
from crawler.urls import canonical_url, host_of
from crawler.warc_import import is_page
from crawler.worker import PageFailure, PageJob, PageResult, PageWorker
from db.articles import ArticleRow, clean, text_hash
from db.records import Annotation, SiteMemory
from nlp.worker import BATCH, BATCH_CHARACTERS, Outcome, Text, Worker
from tradewire.archive.rows import DeadLetter, ShardArticle, blocks_json
from tradewire.archive.warcs import records

MEMORIES = 5_000  # hosts of one file whose furniture is remembered; CC-NEWS has 2,000 to 3,000 in a file
GROUP = 64  # articles that wait for their facts to come
TRIES = 2  # of a page or text that failed: the machine may have been the reason


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """How to read; the settings of an installation, as plain values that travel to other machines."""

    model: str
    components: tuple[str, ...] = ()
    companies: str = ""
    timeout_s: float = 60.0
    memory_mb: int = 4000
    sources: str = ""  #: user's own sources.toml
    tdm: str = "obey"
    robots_meta: str = "obey"
    keep_all: bool = False  #: also articles that are not relevant
    fingerprint: str = ""  #: of the annotation


class ArchiveReader:
    """Reads WARC files one after the other; use as a context. Its children load once."""

    def __init__(self, reading: Reading) -> None:
        self.reading = reading
        self.counts: Counter[str] = Counter()
        self._pages = PageWorker()
        self._texts: Worker | None = None

    def __enter__(self) -> "ArchiveReader":
        return self

    def __exit__(self, *exc: object) -> None:
        self._pages.close()
        if self._texts is not None:
            self._texts.stop()

    @cached_property
    def sources(self) -> dict[str, Source]:
        """The sources we know by host: a paper's country says what its "$" is."""
        user = Path(self.reading.sources) if self.reading.sources else None
        known = load_sources(user_file=user)
        return {host: source for source in known.values() for host in sorted(source.own_hosts)}

    def read(self, path: Path) -> Iterator[ShardArticle | DeadLetter]:
        """What the file holds, in its order; `counts` says what became of each record."""
        self.counts = Counter()
        memories: OrderedDict[str, SiteMemory | None] = OrderedDict()
        seen: set[tuple[str, str]] = set()
        group: list[tuple[ShardArticle | DeadLetter, Text | None]] = []
        texts = characters = 0
        for place, found in records(path):
            item = self._look(place, found, memories, seen)
            if item is None:
                continue
            text = self._text_of(item) if isinstance(item, ShardArticle) else None
            size = len(text[0]) if text else 0
            full = texts == BATCH or len(group) == GROUP
            if full or (texts and characters + size > BATCH_CHARACTERS):
                yield from self._annotated(group)
                group, texts, characters = [], 0, 0
            group.append((item, text))
            texts += text is not None
            characters += size
        yield from self._annotated(group)

    def _look(
        self,
        place: Location,
        found: Capture | ArchiveProblem,
        memories: "OrderedDict[str, SiteMemory | None]",
        seen: set[tuple[str, str]],
    ) -> ShardArticle | DeadLetter | None:
        """The article of a record; None where it is none, or not ours to keep."""
        self.counts["records"] += 1
        if isinstance(found, ArchiveProblem):
            return DeadLetter(place.file, place.offset or found.offset, None, "warc", found.says)
        if not is_page(found):
            self.counts["not-pages"] += 1
            return None
        rights = rights_of(found.headers, found.body)
        if rights.reserved and self.reading.tdm == "obey":
            self.counts["tdm-reserved"] += 1
            return None
        if rights.unwanted and self.reading.robots_meta == "obey":
            self.counts["noindex"] += 1
            return None
        origin = original_of(found.url)
        host = host_of(origin)
        headers = {name.lower(): value for name, value in found.headers}
        try:
            result = self._page(PageJob(found.body, origin, headers, memories.get(host)))
        except PageFailure as error:
            return DeadLetter(place.file, place.offset, found.url, "extract", str(error))
        memories[host] = result.memory
        memories.move_to_end(host)
        if len(memories) > MEMORIES:
            memories.popitem(last=False)
        return self._article(place, found, result, origin, seen)

    def _article(
        self, place: Location, capture: Capture, result: PageResult, origin: str, seen: set[tuple[str, str]]
    ) -> ShardArticle | None:
        reading = result.reading
        if not is_article(reading):
            self.counts[str(reading.page_type) if reading.page_type not in KEPT else "no-text"] += 1
            return None
        host = host_of(origin)
        source = self.sources.get(host)
        relevant = reading.goes_on and (result.relevant or (source is not None and source.topical))
        if not relevant and not self.reading.keep_all:
            self.counts["not-relevant"] += 1
            return None
        url = canonical_url(capture.url) or capture.url
        page = {
            "id": None, "url": url, "final_url": capture.url, "source": source.id if source else "import",
            "entry_title": None, "entry_published": None,
        }  # fmt: skip
        row = article_row(page, article_url(page, reading, origin), capture, result, relevant=relevant)
        key = (row.url, text_hash(row.body))
        if key in seen:
            self.counts["duplicates"] += 1
            return None
        seen.add(key)
        return ShardArticle(
            article=cleaned(row),
            page_url=url,
            host=host,
            warc=place.file,
            offset=place.offset,
            length=place.length,
            fetched_at=capture.at,
            digest=capture.digest,
            bands=result.bands,
        )

    def _page(self, job: PageJob) -> PageResult:
        for _ in range(TRIES - 1):
            try:
                return self._pages.read(job)
            except PageFailure:
                self.counts["tried-again"] += 1
        return self._pages.read(job)

    def _text_of(self, found: ShardArticle) -> Text | None:
        """What the pipeline gets to read; None where it reads nothing."""
        from nlp.annotate import PARSED_LANGUAGES, context_of

        row = found.article
        if not row.relevant or row.language not in PARSED_LANGUAGES:
            return None
        source = self.sources.get(found.host)
        known: dict[str, Any] = {
            "published": row.published,
            "title": row.title,
            "source_country": source.country if source else None,
            "source_name": source.name if source else None,
            "blocks": blocks_json(row),
        }
        return row.body, context_of(known)

    def _annotated(
        self, group: Sequence[tuple[ShardArticle | DeadLetter, Text | None]]
    ) -> Iterator[ShardArticle | DeadLetter]:
        """The group with what was read from its texts, in its order."""
        texts = [text for _, text in group if text is not None]
        outcomes = iter(self._facts(texts) if texts else ())
        for item, text in group:
            if isinstance(item, DeadLetter):
                yield item
            elif text is None:
                yield self._foreign(item) if item.article.relevant else item
            elif (outcome := next(outcomes)).annotation is not None:
                yield with_facts(item, outcome.annotation, self.reading.fingerprint)
            else:
                yield item  # without facts: the store that takes it in reads it again
                why = outcome.error or "no result"
                yield DeadLetter(item.warc, item.offset, item.page_url, "annotate", why)

    def _facts(self, texts: Sequence[Text]) -> list[Outcome]:
        if self._texts is None:
            how = self.reading
            self._texts = Worker(
                how.model, how.components, how.companies, timeout_s=how.timeout_s, memory_mb=how.memory_mb
            )
        outcomes = self._texts.read(texts)
        for number, outcome in enumerate(outcomes):
            for _ in range(TRIES - 1):
                if outcome.annotation is None:
                    self.counts["tried-again"] += 1
                    (outcome,) = self._texts.read([texts[number]])
            outcomes[number] = outcome
        return outcomes

    def _foreign(self, found: ShardArticle) -> ShardArticle:
        """Other languages: names from the gazetteer, no facts."""
        from nlp.annotate import gazetteer_annotation

        return with_facts(found, gazetteer_annotation(found.article.body), self.reading.fingerprint)


def with_facts(found: ShardArticle, annotation: Annotation, fingerprint: str) -> ShardArticle:
    """`found` with what was read from its text."""
    return replace(found, annotation=annotation, fingerprint=fingerprint)


def cleaned(row: ArticleRow) -> ArticleRow:
    """`row` with the texts that the store would keep, so that facts count the same characters."""
    lead = None if row.lead is None else clean(row.lead)
    return replace(row, title=clean(row.title), body=clean(row.body), lead=lead)
