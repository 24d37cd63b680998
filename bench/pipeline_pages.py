"""The pages that `bench.pipeline` works on: the sample newsroom, and the recorded English pages where GOLD_DIR points."""

import datetime as dt
import os
import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from crawler.extract import is_article
from crawler.worker import PageJob, read_job

AS_OF = dt.date(2026, 11, 20)
#: Classes of pages: what is annotated, what is only stored, what is no article.
RELEVANT, OTHER, NO_ARTICLE = "relevant", "other", "no-article"


@dataclass(frozen=True, slots=True)
class BenchPage:
    """A page as fetched, and which of the three classes it is in."""

    name: str
    url: str
    body: bytes
    content_type: str
    sort: str
    text: str  #: our reading's body, for the bare spaCy
    title: str | None

    @property
    def job(self) -> PageJob:
        return PageJob(self.body, self.url, {"content-type": self.content_type}, None)


def newsroom() -> Iterator[tuple[str, str, bytes, str]]:
    """Every page of the sample newsroom: name, address, bytes, content type."""
    from crawler.newsroom.articles import HOSTS
    from crawler.newsroom.site import build_site

    for host, paths in build_site(AS_OF, {host.host: f"https://{host.host}" for host in HOSTS}).items():
        for path, resource in paths.items():
            if resource.content_type.startswith("text/html") and resource.status == 200:
                yield f"newsroom{path}", f"https://{host}{path}", resource.body, resource.content_type


def recorded(gold: Path) -> Iterator[tuple[str, str, bytes, str]]:
    """The recorded pages of the gold data: name, address, bytes, content type."""
    import json

    from bench.sets.pages import page_bytes

    with (gold / "pages" / "gold.jsonl").open(encoding="utf-8") as lines:
        for line in lines:
            row: dict[str, Any] = json.loads(line) | {"_dir": str(gold / "pages")}
            charset = f"; charset={row['charset']}" if row["charset"] else ""
            yield row["id"], row["url"], page_bytes(row), f"text/html{charset}"


def load_pages(*, limit: int | None = None) -> dict[str, list[BenchPage]]:
    """English pages by set ("newsroom", "recorded"), each read once here to know its class."""
    warnings.simplefilter("ignore")
    sets = {"newsroom": newsroom()}
    if gold := os.environ.get("GOLD_DIR"):
        sets["recorded"] = recorded(Path(gold))
    found = {}
    for name, pages in sets.items():
        kept = []
        for page, url, body, content_type in pages:
            result = read_job(PageJob(body, url, {"content-type": content_type}, None))
            reading = result.reading
            if reading.language != "en":
                continue
            kept_as_article = is_article(reading)
            goes_on = kept_as_article and reading.goes_on and result.relevant
            sort = RELEVANT if goes_on else OTHER if kept_as_article else NO_ARTICLE
            kept.append(BenchPage(page, url, body, content_type, sort, reading.body, reading.title))
        found[name] = kept[:limit]
    return found
