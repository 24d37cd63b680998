"""What every line of an issue carries: its sentence, where it stands, and who else tells it."""

import datetime as dt
import json
from collections.abc import Iterable, Iterator
from typing import Any

from db.store import Row, Store
from db.views import CONFIDENCE_BAR, SENTENCE
from tradewire.digest.scope import Scope

#: What may be quoted, where the plain views (db/views.py) cannot be asked.
GOOD = (
    "f.state = 'live' AND f.review <> 'rejected' AND f.modality = 'asserted'"
    f" AND (f.confidence >= {CONFIDENCE_BAR} OR f.review IN ('confirmed', 'corrected'))"
)
_PAIRS = {'"': '"', "“": "”", "‘": "’", "'": "'", "«": "»", "„": "“", "「": "」", "『": "』"}


#: Columns of a view that every line needs. The sentence and the names of sources come last, for what is told.
SPINE = "v.id, v.article, v.title, v.url, v.source, v.published, v.story, v.event, v.confidence, v.standing, v.as_of"


def line(row: Row, scope: Scope) -> dict[str, Any]:
    """What every line carries, but for what `complete` looks up; `late` marks what was published before the window."""
    published = (row["published"] or "")[:10]
    return {
        "fact": row["id"],
        "title": row["title"],
        "url": row["url"],
        "published": published,
        "late": bool(published) and published < scope.window.first_day.isoformat(),
        "confidence": round(row["confidence"], 2),
        "_row": row,
    }


def complete(store: Store, document: Any) -> None:
    """Give the lines of `document` their sentence, their source, and the other sources that tell the same."""
    lines = list(_incomplete(document))
    before = [item["before"] for item in lines if "before" in item]
    rows = store.rows(
        f"SELECT f.id, {SENTENCE} AS sentence, coalesce(s.name, a.source, 'import') AS source FROM json_each(?) w"
        " CROSS JOIN facts f ON f.id = w.value JOIN articles a ON a.id = f.article"
        " LEFT JOIN sources s ON s.id = a.source",
        (json.dumps(sorted({item["fact"] for item in lines} | {one["id"] for one in before})),),
    )
    known = {row["id"]: row for row in rows}
    others = tellers(store, {item["_row"]["event"] for item in lines} - {None})
    for item in lines:
        row = item.pop("_row")
        item["sentence"] = known[row["id"]]["sentence"]
        item["source"] = known[row["id"]]["source"]
        item["also"] = also(row, item["source"], others.get(row["event"], []))
    for one in before:
        one["sentence"] = known[one["id"]]["sentence"]


def _incomplete(part: Any) -> Iterator[dict[str, Any]]:
    if isinstance(part, dict):
        if "_row" in part:
            yield part
        for name, value in part.items():
            if name != "_row":
                yield from _incomplete(value)
    elif isinstance(part, list):
        for value in part:
            yield from _incomplete(value)


def tellers(store: Store, events: set[int]) -> dict[int, list[Row]]:
    """Event -> the articles that tell it: event, story, article, name of the source."""
    found: dict[int, list[Row]] = {}
    for row in store.rows(
        "SELECT DISTINCT f.event, coalesce(a.story, -a.id) AS story, a.id AS article,"
        " coalesce(s.name, a.source, 'import') AS name FROM json_each(?) w CROSS JOIN facts f ON f.event = w.value"
        " JOIN articles a ON a.id = f.article LEFT JOIN sources s ON s.id = a.source WHERE f.state = 'live'",
        (json.dumps(sorted(events)),),
    ):
        found.setdefault(row["event"], []).append(row)
    return found


def also(row: Row, source: str, others: list[Row]) -> list[str]:
    """Names of other sources, one a story, that tell the event of `row`; at most four stories."""
    own = row["story"] if row["story"] is not None else -row["article"]
    stories: dict[int, str] = {}
    for other in others:
        if other["story"] != own and other["article"] != row["article"]:
            stories[other["story"]] = min(stories.get(other["story"], other["name"]), other["name"])
    first = sorted((name, story) for story, name in stories.items())[:4]
    return [name for name in dict.fromkeys(name for name, _ in first) if name != source]


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


def told_earlier(store: Store, rows: Iterable[Row], scope: Scope) -> set[str]:
    """Facts among `rows` whose event another article told before the window: told again, they are no change."""
    events = {row["event"] for row in rows} - {None}
    earlier: dict[int, list[tuple[str, str]]] = {}
    for told in store.rows(
        "SELECT f.event, f.id, a.published FROM json_each(:events) w CROSS JOIN facts f ON f.event = w.value"
        f" JOIN articles a ON a.id = f.article WHERE {GOOD} AND f.standing IN ('current', 'recalled')"
        f" AND {scope.before()}",
        scope.values | {"events": json.dumps(sorted(events))},
    ):
        earlier.setdefault(told["event"], []).append((told["published"], told["id"]))
    return {
        row["id"]
        for row in rows
        if any(
            day < (row["published"] or "") and one != row["id"] for day, one in earlier.get(row["event"], ())
        )
    }


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
