"""Taking down an article or a person on request, for good: what was forgotten does not come back.

A tombstone keeps only what is needed for that: the address, or a hash of the folded name. The bytes go as well: freed
places of the file are overwritten, the full-text index is merged until no deleted word is left, the log is emptied.
"""

import hashlib
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from db.articles import CJK, space_cjk, text_hash, unindex
from db.clock import stamp
from db.errors import InputError
from db.locks import write_lock
from db.names import fold
from db.store import Store

MERGE_PAGES = 4_000  # of the full-text index a transaction, about half a second: others can write in between
#: Columns of `facts`, beside the quotation, that hold words of the text.
WORDS_OF_FACTS = ("attribution", "topic", "reason", "place", "list_text", "stance_cue", "detail")
BLOCK = "\u2588"  # as long as what it hides, so every other offset holds


@dataclass(frozen=True, slots=True, kw_only=True)
class Forgotten:
    """What was removed, and where its raw pages stand (file, offset, length) that the caller must remove."""

    articles: int
    facts: int
    mentions: int
    records: tuple[tuple[str, int, int], ...]


@contextmanager
def _erased(store: Store) -> Iterator[None]:
    """What is deleted inside can afterwards not be read from the file either, if no reader holds on to an old state.

    Some builds of SQLite overwrite what is freed, others leave it in the file. FTS5 only marks words as deleted until
    the parts of its index that hold them are merged.
    """
    (before,) = store.connection.execute("PRAGMA secure_delete").fetchone()
    store.connection.execute("PRAGMA secure_delete = ON").fetchall()
    try:
        yield
        pages, done = -MERGE_PAGES, 2  # a negative number begins to merge all parts into one
        while done >= 2:  # one row changes where nothing was left to do
            with store.write() as connection:
                changes = connection.total_changes
                connection.execute(
                    "INSERT INTO articles_fts (articles_fts, rank) VALUES ('merge', ?)", (pages,)
                )
                done = connection.total_changes - changes
            pages = MERGE_PAGES
        store.give_back()
        with write_lock(store.path):
            store.connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
    finally:
        kept = "FAST" if before == 2 else before
        store.connection.execute(f"PRAGMA secure_delete = {kept}").fetchall()


def person_key(name: str) -> str:
    return hashlib.sha256(fold(name).encode()).hexdigest()


def forget_url(store: Store, url: str, *, note: str | None = None, dry_run: bool = False) -> Forgotten:
    """Remove the article of `url` with its texts, facts and mentions, and never fetch the address again."""
    pages = store.rows(
        "SELECT id, url, warc_file, warc_offset, warc_length FROM pages WHERE url = ? OR final_url = ?",
        (url, url),
    )
    ids = [page["id"] for page in pages]
    marks = ", ".join("?" * len(ids))
    articles = [
        row["id"]
        for row in store.rows(f"SELECT id FROM articles WHERE url = ? OR page IN ({marks})", (url, *ids))
    ]
    few = ", ".join("?" * len(articles))
    gone = Forgotten(
        articles=len(articles),
        facts=store.value(f"SELECT count(*) FROM facts WHERE article IN ({few})", articles),
        mentions=store.value(
            f"SELECT count(*) FROM mentions m JOIN texts t ON t.id = m.text WHERE t.article IN ({few})",
            articles,
        ),
        records=tuple(
            (p["warc_file"], p["warc_offset"], p["warc_length"]) for p in pages if p["warc_file"] is not None
        ),
    )
    if dry_run:
        return gone
    with _erased(store), store.write() as connection:
        for address in {url, *(page["url"] for page in pages)}:
            connection.execute(
                "INSERT OR REPLACE INTO tombstones (kind, key, at, note) VALUES ('url', ?, ?, ?)",
                (address, stamp(), note),
            )
        for article in articles:
            _remove_article(connection, article)
        for page in pages:
            connection.execute(
                "UPDATE pages SET state = 'tombstone', outcome = 'tombstone', entry_title = NULL, warc_file = NULL,"
                " warc_offset = NULL, warc_length = NULL, payload_digest = NULL, final_url = NULL WHERE id = ?",
                (page["id"],),
            )
    return gone


def _remove_article(connection: Any, article: int) -> None:
    current = connection.execute("SELECT text FROM articles WHERE id = ?", (article,)).fetchone()[0]
    if current is not None:
        unindex(connection, current)
    connection.execute("UPDATE articles SET text = NULL WHERE id = ?", (article,))
    for (fact,) in connection.execute("SELECT id FROM facts WHERE article = ?", (article,)).fetchall():
        _remove_fact(connection, fact)
    connection.execute(
        "DELETE FROM alerts WHERE kind = 'search' AND hit = ?", (str(article),)
    )  # its line quotes the title
    connection.execute("DELETE FROM articles WHERE id = ?", (article,))


def _remove_fact(connection: Any, fact: str) -> None:
    connection.execute("DELETE FROM fact_reviews WHERE fact = ?", (fact,))
    connection.execute("UPDATE events SET best = NULL, best_reason = NULL WHERE best = ?", (fact,))
    connection.execute("DELETE FROM alerts WHERE hit = ?", (fact,))
    connection.execute("DELETE FROM facts WHERE id = ?", (fact,))


def forget_person(store: Store, name: str, *, note: str | None = None, dry_run: bool = False) -> Forgotten:
    """Remove what `name` said and was named for; in texts the name is blacked out, in later ones it is left out.

    So is the surname that stands for it in a text ("Quill said"). Raw pages keep the name: forget their addresses, too,
    where that is asked for.

    Raises:
        InputError: the name is empty.
    """
    if not name.strip():
        raise InputError("a name is needed")
    pattern = _pattern(name)
    store.connection.create_function(
        "names_it", 1, lambda text: text is not None and pattern.search(text) is not None, deterministic=True
    )
    facts = store.rows(
        "SELECT DISTINCT f.id AS fact FROM fact_parties p JOIN facts f ON f.n = p.fact_n"
        " WHERE names_it(p.name) OR names_it(p.surface)"
    )
    mentions = store.rows(
        'SELECT text, n, start, "end", surface FROM mentions WHERE names_it(name) OR names_it(surface)'
    )
    # the index knows current texts; older versions of the same articles are looked through as well
    texts = store.rows(
        "SELECT t.id, t.body, t.lead, t.article, a.title, a.authors, a.metadata, a.text AS current FROM texts t"
        " JOIN articles a ON a.id = t.article WHERE names_it(t.body) OR names_it(a.title) OR names_it(t.lead)"
        " OR names_it(a.authors) OR names_it(a.metadata)"
    )
    gone = Forgotten(
        articles=len({row["article"] for row in texts}), facts=len(facts), mentions=len(mentions), records=()
    )
    if dry_run:
        return gone
    words = set(name.casefold().split())
    short: dict[int, list[tuple[int, int]]] = {}
    for row in mentions:
        if words >= set(row["surface"].casefold().split()):  # "Quill"; not "the minister", not "she"
            short.setdefault(row["text"], []).append((row["start"], row["end"]))
    with _erased(store), store.write() as connection:
        connection.execute(
            "INSERT OR REPLACE INTO tombstones (kind, key, at, note) VALUES ('person', ?, ?, ?)",
            (person_key(name), stamp(), note),
        )
        for row in facts:
            _remove_fact(connection, row["fact"])
        connection.executemany("DELETE FROM mentions WHERE text = :text AND n = :n", mentions)
        for row in texts:
            _black_out(connection, row, name, short.get(row["id"], []))
        connection.execute("UPDATE pages SET entry_title = NULL WHERE names_it(entry_title)")
        connection.execute("DELETE FROM alerts WHERE names_it(text)")
    return gone


def _black_out(connection: Any, row: dict[str, Any], name: str, short: list[tuple[int, int]]) -> None:
    body = row["body"]
    for start, end in short:
        body = body[:start] + BLOCK * (end - start) + body[end:]
    forms = sorted({row["body"][start:end] for start, end in short} | {name}, key=len, reverse=True)
    body, lead, title = blacked(body, name), row["lead"], row["title"]
    for form in forms:
        lead, title = lead and blacked(lead, form), blacked(title, form)
    indexed = row["id"] == row["current"]
    if indexed:
        unindex(connection, row["id"])
    spaced, spaced_title = space_cjk(body), space_cjk(title)
    connection.execute(
        "UPDATE texts SET body = ?, lead = ?, hash = ?, search_body = ?, search_title = ? WHERE id = ?",
        (
            body, lead, text_hash(body), spaced if spaced != body else None,
            spaced_title if spaced_title != title else None, row["id"],
        ),
    )  # fmt: skip
    connection.execute(
        "UPDATE articles SET title = ?, authors = ?, metadata = ? WHERE id = ?",
        (title, blacked(row["authors"], name), blacked(row["metadata"], name), row["article"]),
    )
    if indexed:
        connection.execute(
            "INSERT INTO articles_fts (rowid, title, lead, body)"
            " SELECT rowid, title, lead, body FROM search_source WHERE rowid = ?",
            (row["id"],),
        )
    _follow(connection, row["id"], body, name)


def _follow(connection: Any, text: int, body: str, name: str) -> None:
    """Bring what stays of facts and mentions of a text in step with its blacked `body`."""
    for number, quote in connection.execute(
        "SELECT n, quote FROM facts WHERE text = ? AND quote IS NOT NULL", (text,)
    ).fetchall():
        spans = connection.execute(
            "SELECT start, \"end\" FROM fact_spans WHERE fact_n = ? AND role = 'quote' ORDER BY ordinal",
            (number,),
        ).fetchall()
        said = " ... ".join(body[start:end] for start, end in spans)
        if spans and said != quote:
            connection.execute("UPDATE facts SET quote = ? WHERE n = ?", (said, number))
    for column in WORDS_OF_FACTS:
        for number, words in connection.execute(
            f"SELECT n, {column} FROM facts WHERE text = ? AND names_it({column})", (text,)
        ).fetchall():
            connection.execute(f"UPDATE facts SET {column} = ? WHERE n = ?", (blacked(words, name), number))
    for number, start, end, surface, long_name in connection.execute(
        'SELECT n, start, "end", surface, long_name FROM mentions WHERE text = ?', (text,)
    ).fetchall():
        shown = body[start:end]
        if shown != surface:
            connection.execute(
                "UPDATE mentions SET surface = ?, long_name = ? WHERE text = ? AND n = ?",
                (shown, long_name and blacked(long_name, name), text, number),
            )


def _pattern(name: str) -> re.Pattern[str]:
    """Finds `name` in any case and spacing; as whole words, except where its script sets no blanks."""
    words = r"\s+".join(map(re.escape, name.split()))
    return re.compile(words if CJK.search(name) else rf"(?<!\w){words}(?!\w)", re.IGNORECASE)


def blacked(text: str, name: str) -> str:
    """`text` with every `name` blacked out, in the same length."""
    return _pattern(name).sub(lambda match: BLOCK * len(match.group()), text)
