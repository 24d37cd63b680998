"""What every line of an issue carries: its sentence, where it stands, and who else tells it."""

import datetime as dt
from collections.abc import Iterable
from typing import Any

from db.store import Row, Store
from db.views import CONFIDENCE_BAR
from tradewire.digest.scope import Scope

#: What may be quoted, where the plain views (db/views.py) cannot be asked.
GOOD = (
    "f.state = 'live' AND f.review <> 'rejected' AND f.modality = 'asserted'"
    f" AND (f.confidence >= {CONFIDENCE_BAR} OR f.review IN ('confirmed', 'corrected'))"
)
_PAIRS = {'"': '"', "“": "”", "‘": "’", "'": "'", "«": "»", "„": "“", "「": "」", "『": "』"}


def line(store: Store, row: Row, scope: Scope) -> dict[str, Any]:
    """What every line carries; `late` marks what was published before the window."""
    source = store.value("SELECT name FROM sources WHERE id = ?", (row["source"],)) if row["source"] else None
    published = (row["published"] or "")[:10]
    return {
        "fact": row["id"],
        "sentence": row["sentence"],
        "title": row["title"],
        "url": row["url"],
        "source": source or row["source"] or "import",
        "published": published,
        "late": bool(published) and published < scope.window.first_day.isoformat(),
        "confidence": round(row["confidence"], 2),
        "also": [name for name in also(store, row) if name != source],
    }


def also(store: Store, row: Row) -> list[str]:
    """Names of other sources, one a story, that tell the same event."""
    if row["event"] is None:
        return []
    rows = store.rows(
        "SELECT coalesce(a.story, -a.id) AS story, min(coalesce(s.name, a.source, 'import')) AS name FROM facts f"
        " JOIN articles a ON a.id = f.article LEFT JOIN sources s ON s.id = a.source WHERE f.event = ?"
        " AND f.state = 'live' AND a.id <> ? AND coalesce(a.story, -a.id) <> coalesce(?, -?)"
        " GROUP BY 1 ORDER BY 2, 1 LIMIT 4",
        (row["event"], row["article"], row["story"], row["article"]),
    )
    return list(dict.fromkeys(r["name"] for r in rows))


def once(rows: Iterable[Row], *key: str) -> list[Row]:
    """The first row of each event, or of each key where there is no event."""
    seen: set[Any] = set()
    kept = []
    for row in rows:
        marks = {tuple(row[name] for name in key)} | ({("event", row["event"])} if row["event"] else set())
        if not marks & seen:
            kept.append(row)
        seen |= marks
    return kept


def told_earlier(store: Store, row: Row, scope: Scope) -> bool:
    """True when another article told the same event before the window: told again, it is no change."""
    if row["event"] is None:
        return False
    earlier = store.value(
        f"SELECT 1 FROM facts f JOIN articles a ON a.id = f.article WHERE f.event = :event AND f.id <> :own AND {GOOD}"
        f" AND f.standing IN ('current', 'recalled') AND {scope.before()} AND a.published < :published LIMIT 1",
        scope.values | {"event": row["event"], "own": row["id"], "published": row["published"] or ""},
    )
    return earlier is not None


def days_apart(one: str | None, other: str | None) -> int:
    """Days between two dates given to the day; a great number when one is not."""
    try:
        return abs((dt.date.fromisoformat(one or "") - dt.date.fromisoformat((other or "")[:10])).days)
    except ValueError:
        return 10**6


def spoken(quote: str) -> str:
    """The words of a quotation without its own marks: the line sets them in marks again."""
    pieces = []
    for piece in quote.split(" ... "):
        piece = piece.strip()
        if piece and _PAIRS.get(piece[0]) == piece[-1]:
            piece = piece[1:-1].strip()
        pieces.append(piece.rstrip(","))
    return " … ".join(piece for piece in pieces if piece)
