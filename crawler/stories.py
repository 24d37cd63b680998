"""Stories: near-duplicate and syndicated articles belong to one, and reports count it as one source.

MinHash bands (datasketch) find candidates; the texts themselves decide, so the result stays exact however many
articles are in. A trimmed copy is found by containment: nearly all of the shorter text stands in the longer one. Papers
cut from the end, so the beginning has bands of its own: a copy of a third of a story is a candidate, too.
"""

import base64
import hashlib
import re
from functools import cache
from typing import Any

from db.clock import stamp

BANDS, ROWS = 24, 3  # a pair that shares half of its shingles is a candidate in 96 of 100 cases
HEAD_BANDS = 4  # with the same beginning always, behind another byline in 99 of 100 cases
HEAD_WORDS = 120  # a first paragraph or three: what a copy keeps
SHINGLE = 4  # words
MIN_SHINGLES = 30  # shorter texts are alike by chance: "No comment was available."
SAME_JACCARD = 0.5
SAME_CONTAINMENT = 0.8  # a trimmed copy, with another last sentence or place line
MAX_CANDIDATES = 20
WORD = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]|\w+")


def shingles(text: str) -> set[int]:
    """Hashes of the text's runs of four words; CJK characters count as words."""
    return set(_runs(WORD.findall(text.casefold())))


def _runs(words: list[str]) -> list[int]:
    runs = (" ".join(words[i : i + SHINGLE]) for i in range(len(words) - SHINGLE + 1))
    return [int.from_bytes(hashlib.blake2b(run.encode(), digest_size=4).digest(), "big") for run in runs]


def signature(text: str) -> tuple[str, ...]:
    """Band keys of a text, "0:q83vEjRW", and of its beginning, "h0:..."; none for a text too short to be told apart."""
    runs = _runs(WORD.findall(text.casefold()))
    found = set(runs)
    if len(found) < MIN_SHINGLES:
        return ()
    head = set(runs[: HEAD_WORDS - SHINGLE + 1])
    return (*_bands(found, BANDS, ""), *_bands(head, HEAD_BANDS, "h"))


@cache
def _minhash(permutations: int) -> Any:
    """An empty one, to be copied: drawing its permutations takes longer than to hash a text."""
    from datasketch import MinHash

    return MinHash(num_perm=permutations, seed=1, hashfunc=int)


def _bands(found: set[int], count: int, prefix: str) -> list[str]:
    minhash = _minhash(count * ROWS).copy()
    minhash.update_batch(sorted(found))
    values = minhash.hashvalues
    keys = []
    for band in range(count):
        data = values[band * ROWS : (band + 1) * ROWS].tobytes()
        digest = hashlib.blake2b(data, digest_size=6).digest()
        keys.append(f"{prefix}{band}:{base64.b64encode(digest).decode()}")
    return keys


def place(connection: Any, article: int, body: str, bands: tuple[str, ...]) -> int:
    """Put an article into its story, or begin one; the story's id. Inside the caller's transaction."""
    old = connection.execute("SELECT story FROM articles WHERE id = ?", (article,)).fetchone()[0]
    connection.execute("DELETE FROM story_signatures WHERE article = ?", (article,))
    story = _story_of_twin(connection, article, body, bands) if bands else None
    if old is not None and story is None and _size(connection, old) == 1:
        story = old
    if story is None:
        cursor = connection.execute(
            "INSERT INTO stories (made_at, first_article, articles) VALUES (?, ?, 0)", (stamp(), article)
        )
        story = int(cursor.lastrowid)
    connection.executemany(
        "INSERT INTO story_signatures (band, article) VALUES (?, ?)", [(band, article) for band in bands]
    )
    if story != old:
        connection.execute("UPDATE articles SET story = ? WHERE id = ?", (story, article))
        connection.execute("UPDATE stories SET articles = articles + 1 WHERE id = ?", (story,))
        if old is not None:
            connection.execute("UPDATE stories SET articles = articles - 1 WHERE id = ?", (old,))
    return story


def _size(connection: Any, story: int) -> int:
    return int(connection.execute("SELECT articles FROM stories WHERE id = ?", (story,)).fetchone()[0])


def _story_of_twin(connection: Any, article: int, body: str, bands: tuple[str, ...]) -> int | None:
    candidates = connection.execute(
        f"SELECT s.article, a.story, t.body FROM (SELECT article, count(*) AS shared FROM story_signatures"
        f" WHERE band IN ({', '.join('?' * len(bands))}) AND article <> ? GROUP BY article"
        " ORDER BY shared DESC, article LIMIT ?) s"
        " JOIN articles a ON a.id = s.article JOIN texts t ON t.id = a.text ORDER BY s.shared DESC, s.article",
        (*bands, article, MAX_CANDIDATES),
    ).fetchall()
    if not candidates:
        return None
    ours = shingles(body)
    for _, story, other in candidates:
        theirs = shingles(other)
        shared = len(ours & theirs)
        if (
            shared
            and story is not None
            and (
                shared >= SAME_JACCARD * len(ours | theirs)
                or shared >= SAME_CONTAINMENT * min(len(ours), len(theirs))
            )
        ):
            return int(story)
    return None
