"""Loading many articles at once, with what was read from them: the same rows as one by one, several times as fast.

    done = bulk_load(store, (BulkArticle(row=row, annotation=annotation, fingerprint=version) for ...))

New articles of a batch go in table by table; an article that the store knows goes the ordinary way
(db/articles.py, db/facts.py), or nowhere when nothing about it changed. Loading the same again changes nothing.
"""

import itertools
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from db import connections
from db.articles import INDEX_SQL, ArticleRow, article_values, indexed, put_article, text_parts
from db.clock import stamp
from db.errors import InputError, ProvenanceError
from db.fact_rows import (
    MENTION_SQL,
    PARTY_SQL,
    SPAN_SQL,
    Values,
    fact_ids,
    fact_insert,
    fact_values,
    mention_values,
    part_values,
)
from db.facts import forgotten_people, without_forgotten, write_annotation
from db.kinds import packaged_kinds
from db.records import Annotation
from db.runs import RUN_SQL, record_outcome
from db.store import Store

BATCH = 2000  # articles a transaction: about a second; with 500 the full-text index is merged more often
CACHE_KB = 64 * 1024  # pages of the indexes that a batch touches stay in memory
LOG_PAGES = 32_000  # of 2 KB, before the log is folded into the file: what the indexes write again and again goes once
FEW_PARTIES = 500  # up to which the schema is left alone: readers read it again after a change
PROBLEMS = 100  # kept with their reasons; the rest is counted

#: Called for each loaded article inside its transaction: (connection, article id, text id, what was loaded).
Placed = Callable[[Any, int, int, "BulkArticle"], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class BulkArticle:
    """One article, and what was read from it. Without `annotation` the text is pending for `annotate`."""

    row: ArticleRow
    annotation: Annotation | None = None
    fingerprint: str = ""  #: of the annotate run
    state: str = "ok"  #: of the annotate run: ok, skipped:language ...
    cpu_s: float | None = None  #: of the annotate run


@dataclass(slots=True)
class BulkCounts:
    """What became of the articles."""

    new: int = 0
    changed: int = 0  #: known ones that were written again
    unchanged: int = 0  #: known ones about which nothing changed
    refused: int = 0  #: forgotten on request, or spans that do not hold; nothing of these was written
    facts: int = 0  #: facts in new and changed articles
    problems: list[tuple[str, str]] = field(default_factory=list)  #: (url, why) of the first refused ones


def bulk_load(
    store: Store, articles: Iterable[BulkArticle], *, batch: int = BATCH, placed: Placed | None = None
) -> BulkCounts:
    """Write `articles`, `batch` of them a transaction; a kill loses at most the batch under way.

    A source that the store does not know is added under its id. `placed` is called for each new or changed
    article in order (the crawler gives it its story there). Resolve afterwards: mentions come without records.
    """
    counts = BulkCounts()
    waiting = iter(articles)
    store.connection.execute(f"PRAGMA cache_size = -{CACHE_KB}")
    (log_pages,) = store.connection.execute("PRAGMA wal_autocheckpoint").fetchone()
    store.connection.execute(f"PRAGMA wal_autocheckpoint = {LOG_PAGES}").fetchall()
    try:
        while part := list(itertools.islice(waiting, batch)):
            with store.write() as connection:
                _Batch(connection, counts, placed).load(part)
    finally:
        store.connection.execute(f"PRAGMA cache_size = -{connections.CACHE_KB}")
        store.connection.execute(f"PRAGMA wal_autocheckpoint = {log_pages}").fetchall()
    if counts.new + counts.changed > BATCH // 2:
        store.checkpoint()
    return counts


@dataclass(slots=True)
class _Fresh:
    """Rows of new articles, waiting to be written table by table."""

    articles: list[Values] = field(default_factory=list)
    texts: list[Values] = field(default_factory=list)
    index: list[Values] = field(default_factory=list)
    mentions: list[Values] = field(default_factory=list)
    facts: dict[str, list[Values]] = field(default_factory=dict)  #: family -> rows
    parties: list[Values] = field(default_factory=list)
    spans: list[Values] = field(default_factory=list)
    runs: list[Values] = field(default_factory=list)
    placed: list[tuple[int, int, BulkArticle]] = field(default_factory=list)


_ARTICLE_NAMES = ("id", "url", "first_seen", "text", *article_values(ArticleRow(url="", title="", body="")))
_ARTICLE_SQL = (
    f"INSERT INTO articles ({', '.join(_ARTICLE_NAMES)}) VALUES ({', '.join('?' * len(_ARTICLE_NAMES))})"
)
_TEXT_SQL = (
    "INSERT INTO texts (id, article, version, body, lead, blocks, hash, made_at, search_title, search_body)"
    " VALUES (?, ?, 1, ?, ?, ?, ?, ?, ?, ?)"
)


class _Batch:
    """One transaction's articles."""

    def __init__(self, connection: Any, counts: BulkCounts, placed: Placed | None) -> None:
        self.connection, self.counts, self.placed = connection, counts, placed
        self.now = stamp()
        self.people = forgotten_people(connection)
        self.fresh = _Fresh()
        (self.article,) = connection.execute("SELECT coalesce(max(id), 0) FROM articles").fetchone()
        (self.text,) = connection.execute("SELECT coalesce(max(id), 0) FROM texts").fetchone()
        self._count_facts()

    def _count_facts(self) -> None:
        (self.fact,) = self.connection.execute("SELECT coalesce(max(n), 0) FROM facts").fetchone()

    def load(self, part: list[BulkArticle]) -> None:
        self._add_sources({item.row.source for item in part} - {None})
        known = self._among("SELECT url FROM articles WHERE url", part)
        forgotten = self._among("SELECT key FROM tombstones WHERE kind = 'url' AND key", part)
        for item in part:
            if item.row.url in forgotten and item.row.url not in known:
                self._refuse(item, "forgotten on request")
                continue
            try:
                if item.row.url in known:
                    self.flush()
                    self._again(item)
                else:
                    self._add(item)
                    known.add(item.row.url)
            except (ProvenanceError, InputError) as problem:
                self._refuse(item, str(problem))
        self.flush()

    def _among(self, sql: str, part: list[BulkArticle]) -> set[str]:
        found: set[str] = set()
        for at in range(0, len(part), 500):
            urls = [item.row.url for item in part[at : at + 500]]
            marks = ", ".join("?" * len(urls))
            found.update(row[0] for row in self.connection.execute(f"{sql} IN ({marks})", urls).fetchall())
        return found

    def _add_sources(self, names: set[str | None]) -> None:
        self.connection.executemany(
            "INSERT OR IGNORE INTO sources (id, name) VALUES (?, ?)",
            [(name, name) for name in sorted(filter(None, names))],
        )

    def _refuse(self, item: BulkArticle, why: str) -> None:
        self.counts.refused += 1
        if len(self.counts.problems) < PROBLEMS:
            self.counts.problems.append((item.row.url, why))

    def _add(self, item: BulkArticle) -> None:
        """Queue the rows of a new article; the ids are those that SQLite would give."""
        row, now, fresh = item.row, self.now, self.fresh
        values = article_values(row)
        parts = text_parts(row, values["title"])
        article, text = self.article + 1, self.text + 1
        if item.annotation is not None:
            annotation = without_forgotten(item.annotation, self.people)
            _check_kinds(annotation)
            mentions = mention_values(annotation, text, parts.body)
            ids = fact_ids(row.url, annotation.facts)
            words = [
                part_values(fact, self.fact + k, parts.body) for k, fact in enumerate(annotation.facts, 1)
            ]
            # everything holds: from here on nothing fails
            fresh.mentions += mentions
            for fact, (fact_id, twin), (parties, spans) in zip(annotation.facts, ids, words):
                self.fact += 1
                found = fact_values(fact, fact_id, twin, article, text, item.fingerprint)
                fresh.facts.setdefault(fact.family, []).append((*found, now, self.fact))
                fresh.parties += parties
                fresh.spans += spans
            fresh.runs.append(
                ("annotate", text, parts.hash, item.fingerprint, item.state, 1, None, item.cpu_s, now)
            )
            self.counts.facts += len(annotation.facts)
        fresh.articles.append((article, row.url, now, text, *values.values()))
        fresh.texts.append(
            (text, article, parts.body, parts.lead, parts.blocks, parts.hash, now, parts.search_title, parts.search_body)
        )  # fmt: skip
        fresh.index.append((text, *indexed(values["title"], parts)))
        fresh.placed.append((article, text, item))
        self.article, self.text = article, text
        self.counts.new += 1

    def flush(self) -> None:
        """Write what is queued, each table in one go."""
        fresh, self.fresh = self.fresh, _Fresh()
        many = self.connection.executemany
        many(_ARTICLE_SQL, fresh.articles)
        many(_TEXT_SQL, fresh.texts)
        many(INDEX_SQL, fresh.index)
        many(MENTION_SQL, fresh.mentions)
        for family, rows in fresh.facts.items():
            many(fact_insert(family), rows)
        self._write_parties(fresh)
        many(SPAN_SQL, fresh.spans)
        many(RUN_SQL, fresh.runs)
        if self.placed is not None:
            for article, text, item in fresh.placed:
                self.placed(self.connection, article, text, item)

    def _write_parties(self, fresh: _Fresh) -> None:
        """Write the parties, and what `party_history` holds of them.

        Its trigger costs five times as much as the rows, since each is then a statement with a journal of its own.
        """
        name = "party_history_put"
        if len(fresh.parties) <= FEW_PARTIES:
            self.connection.executemany(PARTY_SQL, fresh.parties)
            return
        (trigger,) = self.connection.execute(
            "SELECT sql FROM sqlite_master WHERE name = ?", (name,)
        ).fetchone()
        self.connection.execute(f"DROP TRIGGER {name}")
        self.connection.executemany(PARTY_SQL, fresh.parties)
        self.connection.execute(trigger)
        self.connection.execute(
            "INSERT OR IGNORE INTO party_history SELECT y.* FROM facts f CROSS JOIN party_acts y ON y.fact_n = f.n"
            " WHERE f.n BETWEEN ? AND ?",
            (fresh.parties[0][0], fresh.parties[-1][0]),
        )

    def _again(self, item: BulkArticle) -> None:
        """An article that the store knows: the ordinary way, unless nothing changed."""
        row, annotation = item.row, item.annotation
        if self._is_unchanged(item):
            self.counts.unchanged += 1
            return
        parts = text_parts(row, row.title)
        if annotation is not None:  # refuse before anything is written
            _check_kinds(annotation)
            mention_values(annotation, 0, parts.body)
            for fact in annotation.facts:
                part_values(fact, 0, parts.body)
        article, text = put_article(self.connection, row)
        self.text = max(self.text, text)
        if annotation is not None:
            write_annotation(self.connection, text, annotation, item.fingerprint)
            self._count_facts()
            record_outcome(
                self.connection, "annotate", text, parts.hash, item.fingerprint, state=item.state, cpu_s=item.cpu_s
            )  # fmt: skip
            self.counts.facts += len(annotation.facts)
        if self.placed is not None:
            self.placed(self.connection, article, text, item)
        self.counts.changed += 1

    def _is_unchanged(self, item: BulkArticle) -> bool:
        values = article_values(item.row)
        parts = text_parts(item.row, values["title"])
        stored = self.connection.execute(
            f"SELECT t.lead, t.blocks, t.hash, {', '.join('a.' + name for name in values)},"
            " EXISTS (SELECT 1 FROM article_runs r WHERE r.stage = 'annotate' AND r.input = t.id"
            " AND r.input_digest = t.hash AND r.fingerprint = ? AND r.state <> 'retry')"
            " FROM articles a JOIN texts t ON t.id = a.text WHERE a.url = ?",
            (item.fingerprint, item.row.url),
        ).fetchone()
        wanted = (parts.lead, parts.blocks, parts.hash, *values.values())
        return stored is not None and stored[:-1] == wanted and (item.annotation is None or bool(stored[-1]))


def _check_kinds(annotation: Annotation) -> None:
    kinds = packaged_kinds()
    for fact in annotation.facts:
        if fact.kind not in kinds:
            raise InputError(f"there is no fact kind {fact.kind!r}")
