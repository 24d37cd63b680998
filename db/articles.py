"""Writing articles and their immutable texts, and keeping the full-text index in step."""

import hashlib
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from db.clock import stamp
from db.errors import InputError
from db.records import Block, BlockKind
from db.store import Row, Store

#: Ideographs, kana and hangul: FTS5's tokenizer sees no words in them, so each is indexed as a word.
CJK = re.compile(r"[\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af\uf900-\ufaff]")


@dataclass(frozen=True, slots=True, kw_only=True)
class ArticleRow:
    """What the extract stage and imports hand to the store."""

    url: str  #: canonical URL, or a file name
    title: str
    body: str
    page: int | None = None
    source: str | None = None
    lead: str | None = None
    blocks: Sequence[Block] = ()
    authors: Sequence[str] = ()
    published: str | None = None
    published_precision: str | None = None
    modified: str | None = None
    language: str | None = None
    page_type: str = "article"
    relevant: bool = False
    relevance: float | None = None
    topics: Sequence[str] = ()
    reasons: Sequence[str] = ()
    metadata: Mapping[str, Any] = field(default_factory=dict)


def space_cjk(text: str) -> str:
    """`text` with a space around each CJK character: two-character words then match exactly."""
    return CJK.sub(lambda match: f" {match.group()} ", text)


def text_hash(body: str) -> str:
    return hashlib.sha256(body.encode("utf-8", "surrogatepass")).hexdigest()


def put_article(connection: Any, row: ArticleRow) -> tuple[int, int]:
    """(article id, text id) of `row`, written inside the caller's transaction.

    A body that differs from the current one makes a new text version; the old one stays. Only the current
    version is in the full-text index.

    Raises:
        InputError: the address was forgotten on request.
    """
    body = clean(row.body)
    lead = None if row.lead is None else clean(row.lead)
    values: dict[str, Any] = {
        "page": row.page,
        "source": row.source,
        "title": clean(row.title),
        "authors": json.dumps(list(row.authors), ensure_ascii=False),
        "published": row.published,
        "published_precision": row.published_precision,
        "modified": row.modified,
        "language": row.language,
        "page_type": row.page_type,
        "relevant": int(row.relevant),
        "relevance": row.relevance,
        "topics": json.dumps(list(row.topics)),
        "reasons": json.dumps(list(row.reasons), ensure_ascii=False),
        "metadata": json.dumps(dict(row.metadata), ensure_ascii=False),
    }
    found = connection.execute("SELECT id, text FROM articles WHERE url = ?", (row.url,)).fetchone()
    if found is None:
        if connection.execute(
            "SELECT 1 FROM tombstones WHERE kind = 'url' AND key = ?", (row.url,)
        ).fetchone():
            raise InputError(f"{row.url} was forgotten on request")
        names = ["url", "first_seen", *values]
        cursor = connection.execute(
            f"INSERT INTO articles ({', '.join(names)}) VALUES ({', '.join('?' * len(names))})",
            (row.url, stamp(), *values.values()),
        )
        article, current = cursor.lastrowid, None
    else:
        article, current = found
        if current is not None:
            unindex(connection, current)  # with the old title still in place
        connection.execute(
            f"UPDATE articles SET {', '.join(f'{name} = ?' for name in values)} WHERE id = ?",
            (*values.values(), article),
        )
    blocks = json.dumps([[b.start, b.end, b.kind.value] for b in row.blocks])
    digest = text_hash(body)
    same, version = None, 1
    if current is not None:
        same = connection.execute(
            "SELECT id FROM texts WHERE id = ? AND hash = ? AND blocks = ?", (current, digest, blocks)
        ).fetchone()
        version = connection.execute(
            "SELECT coalesce(max(version), 0) + 1 FROM texts WHERE article = ?", (article,)
        ).fetchone()[0]
    title: str | None = space_cjk(values["title"])
    if title == values["title"]:
        title = None
    if same is None:
        spaced = space_cjk(body)
        cursor = connection.execute(
            "INSERT INTO texts (article, version, body, lead, blocks, hash, made_at, search_title, search_body)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (
                article,
                version,
                body,
                lead,
                blocks,
                digest,
                stamp(),
                title,
                spaced if spaced != body else None,
            ),
        )
        text = cursor.lastrowid
        connection.execute("UPDATE articles SET text = ?, names_at = NULL WHERE id = ?", (text, article))
    else:
        text = same[0]
        connection.execute("UPDATE texts SET search_title = ?, lead = ? WHERE id = ?", (title, lead, text))
    connection.execute(
        "INSERT INTO articles_fts (rowid, title, lead, body)"
        " SELECT rowid, title, lead, body FROM search_source WHERE rowid = ?",
        (text,),
    )
    return article, text


def unindex(connection: Any, text: int) -> None:
    connection.execute(
        "INSERT INTO articles_fts (articles_fts, rowid, title, lead, body)"
        " SELECT 'delete', rowid, title, lead, body FROM search_source WHERE rowid = ?",
        (text,),
    )


#: NUL, which SQLite ends texts at, and the two characters that mark what a search found.
_FORBIDDEN = dict.fromkeys(map(ord, "\0\x02\x03"), " ")


def clean(text: str) -> str:
    """`text` of the same length with a blank for NUL and marks, "?" for lone surrogates: offsets hold."""
    return text.translate(_FORBIDDEN).encode("utf-8", "replace").decode("utf-8")


def blocks_of(row: Row) -> tuple[Block, ...]:
    """The blocks of a `texts` row."""
    return tuple(Block(start, end, BlockKind(kind)) for start, end, kind in json.loads(row["blocks"]))


def current_text(store: Store, article: int) -> Row | None:
    """The current `texts` row of an article."""
    return store.row(
        "SELECT texts.* FROM texts JOIN articles ON articles.text = texts.id WHERE articles.id = ?",
        (article,),
    )
