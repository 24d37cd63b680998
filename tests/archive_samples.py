"""WARC files for tests of the archive: good, damaged and hostile ones."""

import gzip
import io
from pathlib import Path
from typing import Any

from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from crawler.simsite.bulk import bulk_page
from db.articles import ArticleRow
from db.records import Action, Annotation, Entity, EntityKind, ListingFact, Mention, Party, Role, Span
from nlp.pipeline import MODEL
from tradewire.archive.reading import Reading
from tradewire.archive.rows import ShardArticle
from tradewire.archive.shards import ShardWriter

READING = Reading(model=MODEL, fingerprint="test")
DULL = """<html lang="en"><head><title>Village fair draws a crowd</title></head><body><article>
<h1>Village fair draws a crowd</h1>{}</article></body></html>""".format(
    "<p>The band played until midnight, and the children of the village ate more cake than they should have.</p>"
    * 6
)


def record(url: str, body: bytes, **headers: str) -> bytes:
    """One packed response record."""
    out = io.BytesIO()
    writer = WARCWriter(out, gzip=True)
    kinds = {"Content-Type": "text/html; charset=utf-8"} | {
        k.replace("_", "-"): v for k, v in headers.items()
    }
    answer = StatusAndHeaders("200 OK", list(kinds.items()), protocol="HTTP/1.1")
    made = writer.create_warc_record(
        url,
        "response",
        payload=io.BytesIO(body),
        length=len(body),
        http_headers=answer,
        warc_headers_dict={"WARC-Date": "2026-11-03T08:00:00Z"},
    )
    writer.write_record(made)
    return out.getvalue()


def story(number: int, host: str = "news.example") -> bytes:
    """A record with invented trade news."""
    return record(f"https://{host}/news/{number}", bulk_page(number, f"https://{host}", 5_000))


def bomb(megabytes: int) -> bytes:
    """A packed web page that unpacks to so much."""
    return gzip.compress(b"<html>" + b" " * (megabytes << 20), 9)


def write(path: Path, *parts: bytes) -> Path:
    path.write_bytes(b"".join(parts))
    return path


WORDS = "The Commerce Department added Orbel Optics to the Entity List on Monday."


def shard_article(
    number: int, text: str = WORDS, at: str = "2026-11-03T08:00:00Z", **row: Any
) -> ShardArticle:
    """An article with a mention and a listing, as a reader of archives makes it."""
    start = text.index("Orbel Optics")
    party = Party(role=Role.COMPANY, surface="Orbel Optics", span=Span(start, start + 12, "Orbel Optics"))
    fact = ListingFact(
        kind="listing", evidence=Span(0, len(text), text), parties=(party,), rule="r", list="entity-list",
        action=Action.ADD,
    )  # fmt: skip
    mention = Mention(
        start=start, end=start + 12, text="Orbel Optics", kind=EntityKind.COMPANY, entity=0, how="ner"
    )
    entity = Entity(index=0, name="Orbel Optics", kind=EntityKind.COMPANY)
    url = f"https://news.example/news/{number}"
    values = {
        "url": url,
        "title": f"Orbel listed ({number})",
        "body": text,
        "language": "en",
        "relevant": True,
    }
    return ShardArticle(
        article=ArticleRow(**{**values, "source": "import", "metadata": {"fetched_at": at}, **row}),
        page_url=url,
        host="news.example",
        warc="x.warc.gz",
        offset=0,
        length=1,
        fetched_at=at,
        digest="d",
        bands=("0:a",),
        fingerprint="v1",
        annotation=Annotation(mentions=(mention,), entities=(entity,), facts=(fact,)),
    )


def shard(out: Path, name: str, *articles: ShardArticle, made: str = "once") -> Path:
    with ShardWriter(out, name) as writer:
        for one in articles:
            writer.add(one)
        writer.commit({"fingerprint": "v1", "at": made}, replace=True)
    return out / "shards" / name
