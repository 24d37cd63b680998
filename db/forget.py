"""Taking down an article or a person on request, for good: what was forgotten does not come back.

A tombstone keeps only what is needed for that: the address, or a hash of the folded name.
"""

import hashlib
from dataclasses import dataclass
from typing import Any

from db.articles import space_cjk, text_hash, unindex
from db.clock import stamp
from db.names import fold
from db.store import Store

BLOCK = "\u2588"  # as long as what it hides, so every other offset holds


@dataclass(frozen=True, slots=True, kw_only=True)
class Forgotten:
    """What was removed, and where its raw pages stand (file, offset, length) that the caller must remove."""

    articles: int
    facts: int
    mentions: int
    records: tuple[tuple[str, int, int], ...]


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
    with store.write() as connection:
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

    Raw pages keep the name: forget their addresses, too, where that is asked for.
    """
    facts = store.rows(
        "SELECT DISTINCT f.id AS fact FROM fact_parties p JOIN facts f ON f.n = p.fact_n"
        " WHERE p.name = :n COLLATE NOCASE OR p.surface = :n COLLATE NOCASE",
        {"n": name},
    )
    mentions = store.rows(
        "SELECT text, n FROM mentions WHERE name = :n COLLATE NOCASE OR surface = :n COLLATE NOCASE",
        {"n": name},
    )
    # the index knows current texts; older versions of the same articles are looked through as well
    texts = store.rows(
        "SELECT t.id, t.body, t.lead, t.article, a.title, a.text AS current FROM texts t JOIN articles a ON a.id = t.article"
        " WHERE instr(lower(t.body), lower(:n)) OR instr(lower(a.title), lower(:n)) OR instr(lower(t.lead), lower(:n))",
        {"n": name},
    )
    gone = Forgotten(
        articles=len({row["article"] for row in texts}), facts=len(facts), mentions=len(mentions), records=()
    )
    if dry_run:
        return gone
    with store.write() as connection:
        connection.execute(
            "INSERT OR REPLACE INTO tombstones (kind, key, at, note) VALUES ('person', ?, ?, ?)",
            (person_key(name), stamp(), note),
        )
        for row in facts:
            _remove_fact(connection, row["fact"])
        connection.executemany("DELETE FROM mentions WHERE text = :text AND n = :n", mentions)
        for row in texts:
            _black_out(connection, row, name)
    return gone


def _black_out(connection: Any, row: dict[str, Any], name: str) -> None:
    body, lead, title = (None if row[k] is None else blacked(row[k], name) for k in ("body", "lead", "title"))
    indexed = row["id"] == row["current"]
    if indexed:
        unindex(connection, row["id"])
    spaced, spaced_title = space_cjk(body or ""), space_cjk(title or "")
    connection.execute(
        "UPDATE texts SET body = ?, lead = ?, hash = ?, search_body = ?, search_title = ? WHERE id = ?",
        (
            body, lead, text_hash(body or ""), spaced if spaced != body else None,
            spaced_title if spaced_title != title else None, row["id"],
        ),
    )  # fmt: skip
    connection.execute("UPDATE articles SET title = ? WHERE id = ?", (title, row["article"]))
    if indexed:
        connection.execute(
            "INSERT INTO articles_fts (rowid, title, lead, body)"
            " SELECT rowid, title, lead, body FROM search_source WHERE rowid = ?",
            (row["id"],),
        )
    hidden = BLOCK * len(name)
    # quotations of facts that stay must still be what stands in the text
    for fact, quote in connection.execute(
        "SELECT id, quote FROM facts WHERE article = ? AND text = ? AND instr(lower(quote), lower(?))",
        (row["article"], row["id"], name),
    ).fetchall():
        connection.execute("UPDATE facts SET quote = ? WHERE id = ?", (blacked(quote, name), fact))
    connection.execute(
        "UPDATE mentions SET surface = ?, long_name = NULL WHERE text = ? AND surface = ? COLLATE NOCASE",
        (hidden, row["id"], name),
    )


def blacked(text: str, name: str) -> str:
    """`text` with every `name` blacked out, in the same length."""
    folded, wanted = text.lower(), name.lower()
    if len(folded) != len(text):  # letters that change length in lower case: compare as written
        folded, wanted = text, name
    at = folded.find(wanted)
    while at >= 0:
        text = text[:at] + BLOCK * len(wanted) + text[at + len(wanted) :]
        at = folded.find(wanted, at + len(wanted))
    return text
