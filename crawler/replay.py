"""Replaying archived pages: does the current code still read what a source sent us?"""

from dataclasses import dataclass, field
from pathlib import Path

from crawler.archive import Location, read_capture
from crawler.extract import KEPT
from crawler.worker import PageFailure, PageJob, PageWorker
from db.errors import StoreError
from db.store import Store

FIELDS = ("title", "published", "authors", "lead")


@dataclass
class Replay:
    """What came of replaying the pages of one source."""

    pages: int = 0
    articles: int = 0
    lost: int = 0  #: were articles when they came, and no longer are
    fields: dict[str, int] = field(default_factory=dict)

    @property
    def coverage(self) -> dict[str, float]:
        """Share of the articles that have each field."""
        return {name: self.fields.get(name, 0) / self.articles for name in FIELDS} if self.articles else {}


def replay(store: Store, archive: Path, source: str, *, pages: int = 10) -> Replay:
    """Read the newest archived pages of a source again; nothing is written."""
    rows = store.rows(
        "SELECT p.*, EXISTS (SELECT 1 FROM articles a WHERE a.page = p.id) AS was_article FROM pages p"
        " WHERE p.source = ? AND p.warc_file IS NOT NULL ORDER BY p.fetched_at DESC LIMIT ?",
        (source, pages),
    )
    found = Replay()
    with PageWorker() as worker:
        for row in rows:
            found.pages += 1
            try:
                capture = read_capture(
                    archive, Location(row["warc_file"], row["warc_offset"], row["warc_length"])
                )
                headers = {name.lower(): value for name, value in capture.headers}
                reading = worker.read(
                    PageJob(capture.body, row["final_url"] or row["url"], headers, None)
                ).reading
            except (PageFailure, StoreError):
                found.lost += row["was_article"]
                continue
            if reading.page_type in KEPT and reading.body:
                found.articles += 1
                for name in FIELDS:
                    found.fields[name] = found.fields.get(name, 0) + bool(getattr(reading, name))
            else:
                found.lost += row["was_article"]
    return found
