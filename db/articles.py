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
_CJK_LEADS = bytes(
    [*range(0xE3, 0xEE), 0xEF]
)  # first bytes in UTF-8 of U+3000 to U+DFFF and U+F000 to U+FFFF


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
    if text.isascii() or not _may_hold_cjk(text):
        return text
    return CJK.sub(lambda match: f" {match.group()} ", text)


def _may_hold_cjk(text: str) -> bool:
    """False where no byte can begin a character of CJK: a look at bytes takes a tenth of the pattern's time."""
    data = text.encode("utf-8", "surrogatepass")
    return len(data.translate(None, _CJK_LEADS)) != len(data)


def text_hash(body: str) -> str:
    """What tells the versions of a text apart: 64 bits do for the versions of one article; each run of a stage keeps them."""
    return hashlib.sha256(body.encode("utf-8", "surrogatepass")).hexdigest()[:16]


@dataclass(frozen=True, slots=True)
class TextParts:
    """What `texts` holds of an article: cleaned, with the forms that the full-text index is to see."""

    body: str
    lead: str | None
    blocks: str
    hash: str
    search_title: str | None  #: None: the same as the title
    search_body: str | None  #: None: the same as the body


def article_values(row: ArticleRow) -> dict[str, Any]:
    """The columns of `articles` that come from the row itself, beside its url."""
    return {
        "page": row.page,
        "source": row.source,
        "title": clean(row.title),
        "authors": _json(row.authors),
        "published": row.published,
        "published_precision": row.published_precision,
        "modified": row.modified,
        "language": row.language,
        "page_type": row.page_type,
        "relevant": int(row.relevant),
        "relevance": row.relevance,
        "topics": json.dumps(list(row.topics)) if row.topics else "[]",
        "reasons": _json(row.reasons),
        "metadata": json.dumps(dict(row.metadata), ensure_ascii=False) if row.metadata else "{}",
    }


def text_parts(row: ArticleRow, title: str) -> TextParts:
    """The texts of `row` under its cleaned `title`."""
    body = clean(row.body)
    spaced_title, spaced = space_cjk(title), space_cjk(body)
    return TextParts(
        body=body,
        lead=None if row.lead is None else clean(row.lead),
        blocks=json.dumps([[b.start, b.end, b.kind.value] for b in row.blocks]) if row.blocks else "[]",
        hash=text_hash(body),
        search_title=None if spaced_title == title else spaced_title,
        search_body=None if spaced == body else spaced,
    )


def _json(values: Sequence[str]) -> str:
    return json.dumps(list(values), ensure_ascii=False) if values else "[]"


def put_article(connection: Any, row: ArticleRow) -> tuple[int, int]:
    """(article id, text id) of `row`, written inside the caller's transaction.

    A body that differs from the current one makes a new text version; the old one stays. Only the current
    version is in the full-text index.

    Raises:
        InputError: the address was forgotten on request.
    """
    values = article_values(row)
    parts = text_parts(row, values["title"])
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
    same, version = None, 1
    if current is not None:
        same = connection.execute(
            "SELECT id FROM texts WHERE id = ? AND hash = ? AND blocks = ?",
            (current, parts.hash, parts.blocks),
        ).fetchone()
        version = connection.execute(
            "SELECT coalesce(max(version), 0) + 1 FROM texts WHERE article = ?", (article,)
        ).fetchone()[0]
    if same is None:
        cursor = connection.execute(
            "INSERT INTO texts (article, version, body, lead, blocks, hash, made_at, search_title, search_body)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (
                article, version, parts.body, parts.lead, parts.blocks, parts.hash, stamp(), parts.search_title,
                parts.search_body,
            ),
        )  # fmt: skip
        text = cursor.lastrowid
        connection.execute("UPDATE articles SET text = ?, names_at = NULL WHERE id = ?", (text, article))
    else:
        text = same[0]
        connection.execute(
            "UPDATE texts SET search_title = ?, lead = ? WHERE id = ?", (parts.search_title, parts.lead, text)
        )
    connection.execute(INDEX_SQL, (text, *indexed(values["title"], parts)))
    return article, text


#: What the full-text index takes in: rowid, title, lead, body, as the view search_source has them.
INDEX_SQL = "INSERT INTO articles_fts (rowid, title, lead, body) VALUES (?, ?, ?, ?)"


def indexed(title: str, parts: TextParts) -> tuple[str, str, str]:
    """Title, lead and body as the view search_source has them."""
    return (
        title if parts.search_title is None else parts.search_title,
        parts.lead or "",
        parts.body if parts.search_body is None else parts.search_body,
    )


def unindex(connection: Any, text: int) -> None:
    connection.execute(
        "INSERT INTO articles_fts (articles_fts, rowid, title, lead, body)"
        " SELECT 'delete', rowid, title, lead, body FROM search_source WHERE rowid = ?",
        (text,),
    )


#: NUL, which SQLite ends texts at, and the two characters that mark what a search found.
_SIGNS = "\0\x02\x03"
_FORBIDDEN = dict.fromkeys(map(ord, _SIGNS), " ")


def clean(text: str) -> str:
    """`text` of the same length with a blank for NUL and marks, "?" for lone surrogates: offsets hold."""
    if any(sign in text for sign in _SIGNS):
        text = text.translate(_FORBIDDEN)
    return text if text.isascii() else text.encode("utf-8", "replace").decode("utf-8")


def blocks_of(row: Row) -> tuple[Block, ...]:
    """The blocks of a `texts` row."""
    return tuple(Block(start, end, BlockKind(kind)) for start, end, kind in json.loads(row["blocks"]))


def current_text(store: Store, article: int) -> Row | None:
    """The current `texts` row of an article."""
    return store.row(
        "SELECT texts.* FROM texts JOIN articles ON articles.text = texts.id WHERE articles.id = ?",
        (article,),
    )
