"""What each stage still has to do. There is no other queue: a stage asks here, does one item, asks again."""

from db.store import Row, Store


def pending_extract(store: Store, fingerprint: str, *, limit: int = 100, redo: bool = False) -> list[Row]:
    """Fetched pages whose current payload has no finished extract run; with `redo`, none of this version."""
    version = "AND r.fingerprint = :fingerprint" if redo else ""
    return store.rows(
        f"""
        SELECT p.* FROM pages p
        WHERE p.state = 'fetched' AND p.payload_digest IS NOT NULL AND NOT EXISTS (
            SELECT 1 FROM article_runs r WHERE r.stage = 'extract' AND r.input = p.id
            AND r.input_digest = p.payload_digest AND r.state <> 'retry' {version})
        ORDER BY p.id LIMIT :limit""",
        {"fingerprint": fingerprint, "limit": limit},
    )


def pending_annotate(store: Store, fingerprint: str, *, limit: int = 100, redo: bool = False) -> list[Row]:
    """Current texts of relevant articles without a finished annotate run, newest first.

    Rows have text, body, blocks, hash, and of the article title, published, source, language, country.
    With `redo` a run of another fingerprint does not count.
    """
    version = "AND r.fingerprint = :fingerprint" if redo else ""
    return store.rows(
        f"""
        SELECT t.id AS text, t.body, t.blocks, t.hash, a.id AS article, a.title, a.published, a.language,
               a.source, s.name AS source_name, s.country AS source_country
        FROM articles a JOIN texts t ON t.id = a.text LEFT JOIN sources s ON s.id = a.source
        WHERE a.relevant = 1 AND NOT EXISTS (
            SELECT 1 FROM article_runs r WHERE r.stage = 'annotate' AND r.input = t.id
            AND r.input_digest = t.hash AND r.state <> 'retry' {version})
        ORDER BY coalesce(a.published, a.first_seen) DESC, t.id LIMIT :limit""",
        {"fingerprint": fingerprint, "limit": limit},
    )


def pending_resolve(store: Store, *, limit: int = 500) -> list[int]:
    """Current texts whose mentions were never resolved, or before the last change of names or decisions."""
    rows = store.rows(
        """
        SELECT a.text FROM articles a
        WHERE a.text IS NOT NULL AND (a.names_at IS NULL
           OR a.names_at < coalesce((SELECT value FROM meta WHERE key = 'names_changed_at'), ''))
        AND EXISTS (SELECT 1 FROM mentions m WHERE m.text = a.text)
        ORDER BY a.id LIMIT :limit""",
        {"limit": limit},
    )
    return [row["text"] for row in rows]
