"""What a shard holds: the columns of its two Parquet files, and how records become rows."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from db.articles import ArticleRow, text_hash
from db.fact_rows import COLUMNS, OWN, SPINE, fact_ids, fact_values
from db.records import Annotation, Role
from tradewire.archive.codec import annotation_to_json

FORMAT = 1  # of the shards; written into each, checked on reading
#: Columns of the articles file: name -> Arrow type, in the words of `arrow_type`.
ARTICLES = {
    "url": "string", "page_url": "string", "host": "string", "source": "string", "warc": "string",
    "offset": "int64", "length": "int64", "fetched_at": "string", "digest": "string", "title": "string",
    "authors": "strings", "published": "string", "published_precision": "string", "modified": "string",
    "language": "string", "page_type": "string", "relevant": "bool", "relevance": "double", "topics": "strings",
    "reasons": "strings", "lead": "string", "body": "string", "text_hash": "string", "blocks": "string",
    "bands": "strings", "metadata": "string", "fingerprint": "string", "annotation": "string",
}  # fmt: skip
_NUMBERS = dict.fromkeys(("amount", "low", "high", "conversion_amount", "pct", "confidence"), "double")
_FLAGS = dict.fromkeys(("approx", "undisclosed", "list_inferred", "in_headline"), "bool")
#: Columns of the facts file: what an analyst asks for first, then everything the store's table has, then parts.
FACTS = {
    "id": "string", "kind": "string", "company": "string", "counterparty": "string", "speaker": "string",
    "authority": "string", "quote": "string", "sentence": "string", "url": "string", "title": "string",
    "published": "string", "source": "string", "host": "string", "start": "int64", "end": "int64",
    **{name: _NUMBERS.get(name) or _FLAGS.get(name) or ("int64" if name == "count" else "string") for name in COLUMNS},
    "detail": "string", "parties": "parties", "spans": "spans", "fingerprint": "string",
}  # fmt: skip
#: Column of the facts file -> roles whose names stand in it, joined by "; ".
PARTY_COLUMNS = {
    "company": (Role.COMPANY, Role.JOINT, Role.B),
    "counterparty": (Role.COUNTERPARTY, Role.A),
    "speaker": (Role.SPEAKER,),
    "authority": (Role.AUTHORITY,),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class ShardArticle:
    """One article of an archive with everything that was read from it."""

    article: ArticleRow
    page_url: str
    host: str
    warc: str
    offset: int
    length: int
    fetched_at: str
    digest: str
    bands: tuple[str, ...]
    fingerprint: str | None = None  #: of the annotation; None: not read for facts
    annotation: Annotation | None = None


@dataclass(frozen=True, slots=True)
class DeadLetter:
    """A record of a WARC file that became nothing, and why."""

    warc: str
    offset: int
    url: str | None
    stage: str  #: warc, extract, annotate
    reason: str

    def as_json(self) -> str:
        return json.dumps(
            {"warc": self.warc, "offset": self.offset, "url": self.url, "stage": self.stage, "reason": self.reason},
            ensure_ascii=False,
        )  # fmt: skip


def blocks_json(row: ArticleRow) -> str:
    """The blocks as the store keeps them."""
    return json.dumps([[block.start, block.end, block.kind.value] for block in row.blocks])


def article_columns(found: ShardArticle) -> dict[str, Any]:
    """The row of the articles file."""
    row = found.article
    same = (
        "url", "source", "title", "published", "published_precision", "modified", "language", "page_type",
        "relevant", "relevance", "lead", "body",
    )  # fmt: skip
    own = ("page_url", "host", "warc", "offset", "length", "fetched_at", "digest", "fingerprint")
    return {
        **{name: getattr(row, name) for name in same},
        **{name: getattr(found, name) for name in own},
        "authors": list(row.authors),
        "topics": list(row.topics),
        "reasons": list(row.reasons),
        "bands": list(found.bands),
        "text_hash": text_hash(row.body),
        "blocks": blocks_json(row),
        "metadata": json.dumps(dict(row.metadata), ensure_ascii=False, sort_keys=True),
        "annotation": None if found.annotation is None else annotation_to_json(found.annotation),
    }


def fact_columns(found: ShardArticle) -> Iterator[dict[str, Any]]:
    """The rows of the facts file; ids are those that the store will give them."""
    if found.annotation is None:
        return
    row = found.article
    facts = found.annotation.facts
    version = found.fingerprint or ""
    for fact, (fact_id, twin) in zip(facts, fact_ids(row.url, facts)):
        columns = zip((*SPINE, *OWN[fact.family]), fact_values(fact, fact_id, twin, 0, 0, version))
        values = {name: value for name, value in columns if name in FACTS} | {"sentence": fact.evidence.text}
        values |= {name: bool(values.get(name)) for name in _FLAGS}
        names = {
            column: "; ".join(p.name or p.surface for p in fact.parties if p.role in roles) or None
            for column, roles in PARTY_COLUMNS.items()
        }
        yield {
            **values,
            **names,
            "url": row.url,
            "title": row.title,
            "published": row.published,
            "source": row.source,
            "host": found.host,
            "parties": [
                {
                    "role": p.role.value,
                    "surface": p.surface,
                    "name": p.name or p.surface,
                    "kind": None if p.kind is None else p.kind.value,
                    "company": p.company,
                }
                for p in fact.parties
            ],
            "spans": [{"role": s.role.value, "start": s.span.start, "end": s.span.end} for s in fact.spans],
        }
