"""The sections of an issue: who was listed, contracts, valuations, statements, disputes, corrections.

Only the quotable views feed them: live, asserted, above the confidence bar, one row per story. A recalled event is
never counted as a change. Every line carries its sentence, its source and the id of its fact.
"""

import json
from typing import Any

from db.kinds import packaged_kinds
from db.store import Row, Store
from db.views import CONFIDENCE_BAR
from tradewire.digest.window import LATE, Window, is_past
from tradewire.options import amount_text

#: Lines a section may have; an issue stays under about sixty.
MOST = {
    "added": 12,
    "removed": 8,
    "threatened": 6,
    "contracts": 8,
    "valuations": 8,
    "statements": 8,
    "mentioned": 8,
}
QUOTE_WORDS = 40
#: An amount's worth in US dollars for ordering only: own dated conversion, stated conversion, or dollars as written.
WORTH = (
    "coalesce(v.usd, CASE WHEN v.currency = 'USD' THEN coalesce(v.amount, v.high) END,"
    " CASE WHEN v.conversion_currency = 'USD' THEN v.conversion_amount END, 0)"
)


def in_window(window: Window, by_published: bool) -> tuple[str, dict[str, Any]]:
    start, end = window.bounds
    values = {"start": start, "end": end, "start_day": start[:10], "end_day": end[:10]}
    if by_published:
        return "v.published >= :start_day AND v.published < :end_day", values
    values["oldest"] = (window.start - LATE).strftime("%Y-%m-%d")
    return (
        "v.first_seen >= :start AND v.first_seen < :end AND coalesce(v.published, v.first_seen) >= :oldest",
        values,
    )


def _item(store: Store, row: Row) -> dict[str, Any]:
    """What every line carries: its sentence and where it stands."""
    source = store.value("SELECT name FROM sources WHERE id = ?", (row["source"],)) if row["source"] else None
    return {
        "fact": row["id"],
        "sentence": row["sentence"],
        "title": row["title"],
        "url": row["url"],
        "source": source or row["source"] or "import",
        "published": (row["published"] or "")[:10],
        "confidence": round(row["confidence"], 2),
        "also": also(store, row),
    }


def also(store: Store, row: Row) -> list[str]:
    """Names of other sources, one a story, that tell the same event."""
    if row["event"] is None:
        return []
    rows = store.rows(
        "SELECT DISTINCT coalesce(s.name, a.source, 'import') AS name FROM facts f JOIN articles a ON a.id = f.article"
        " LEFT JOIN sources s ON s.id = a.source WHERE f.event = ? AND f.state = 'live' AND a.id <> ?"
        " AND coalesce(a.story, -a.id) <> coalesce(?, -?) ORDER BY name LIMIT 4",
        (row["event"], row["article"], row["story"], row["article"]),
    )
    return [r["name"] for r in rows]


def _once(rows: list[Row], key: tuple[str, ...], most: int) -> list[Row]:
    """The first row of each event, or of each key where there is no event."""
    seen: set[Any] = set()
    kept = []
    for row in rows:
        mark = ("event", row["event"]) if row["event"] else tuple(row[name] for name in key)
        if mark not in seen:
            seen.add(mark)
            kept.append(row)
    return kept[:most]


def listings(
    store: Store, window: Window, by_published: bool, actions: tuple[str, ...]
) -> list[dict[str, Any]]:
    """Who was put on, taken off, or may be put on which list; earlier events told again are left out."""
    where, values = in_window(window, by_published)
    rows = store.rows(
        f"SELECT v.*, l.name AS list_name FROM listings v LEFT JOIN lists l ON l.id = v.list"
        f" WHERE {where} AND v.standing = 'current' AND v.action IN ({', '.join(repr(a) for a in actions)})"
        " ORDER BY v.count IS NULL, v.count DESC, v.confidence DESC, v.published, v.id",
        values,
    )
    section = {"add": "added", "remove": "removed", "threaten": "threatened"}[actions[0]]
    rows = [row for row in rows if not is_past(row["as_of"], window)]
    return [
        _item(store, row)
        | {
            "company": row["company"],
            "company_id": row["company_id"],
            "list": row["list_name"] or row["list_text"] or row["list"],
            "action": row["action"],
            "authority": row["authority"],
            "effective": row["as_of"],
            "count": row["count"],
            "official": official(store, row),
        }
        for row in _once(rows, ("company", "list", "action"), MOST[section])
    ]


def official(store: Store, row: Row) -> dict[str, Any] | None:
    """The entry of the official list that this report speaks of, with citation; None where we hold none."""
    if row["company_id"] is None:
        return None
    action = "add" if row["action"] == "threaten" else row["action"]
    return store.row(
        "SELECT effective_date, citation, source_url, confidence FROM list_entries"
        " WHERE company = ? AND list = ? AND action = ? ORDER BY effective_date DESC LIMIT 1",
        (row["company_id"], row["list"], action),
    )


def amounts(store: Store, window: Window, by_published: bool, kind: str) -> list[dict[str, Any]]:
    """The largest amounts of a kind."""
    where, values = in_window(window, by_published)
    rows = store.rows(
        f"SELECT v.*, {WORTH} AS worth FROM {packaged_kinds()[kind].plural} v WHERE {where} AND v.standing = 'current'"
        " AND v.company IS NOT NULL AND (v.amount IS NOT NULL OR v.high IS NOT NULL)"
        " ORDER BY worth DESC, v.amount DESC, v.published, v.id",
        values,
    )
    found = _once(rows, ("company", "amount", "currency"), MOST.get(kind + "s", 8))
    return [_item(store, row) | amount_columns(row) for row in found]


def amount_columns(row: Row) -> dict[str, Any]:
    shown = amount_text(row["amount"] if row["amount"] is not None else row["high"], row["currency"])
    return {
        "company": row["company"],
        "company_id": row["company_id"],
        "counterparty": row["counterparty"],
        "amount": row["amount"],
        "currency": row["currency"],
        "amount_text": row["amount_text"],
        "shown": ("up to " if row["bound"] == "max" or row["amount"] is None else "") + shown,
        "usd": row["usd"],
        "conversion": amount_text(row["conversion_amount"], row["conversion_currency"]) or None,
        "place": row["place"],
        "as_of": row["as_of"],
    }


def valuations(store: Store, window: Window, by_published: bool) -> list[dict[str, Any]]:
    """Valuations of the week, each with the last one told before it by another story, and the change."""
    items = amounts(store, window, by_published, "valuation")
    for item in items:
        before = store.row(
            "SELECT amount, currency, amount_text, url, title, published, id, sentence FROM all_valuations"
            " WHERE company = ? AND currency = ? AND published < ? AND amount IS NOT NULL AND amount <> ?"
            f" AND state = 'live' AND review <> 'rejected' AND confidence >= {CONFIDENCE_BAR}"
            " AND modality = 'asserted' AND standing IN ('current', 'recalled')"
            " ORDER BY published DESC, id LIMIT 1",
            (item["company"], item["currency"], item["published"], item["amount"]),
        )
        if before and item["amount"] and before["amount"]:
            item["before"] = before | {"shown": amount_text(before["amount"], before["currency"])}
            item["change_pct"] = round(100 * (item["amount"] / before["amount"] - 1), 1)
    return items


def statements(store: Store, window: Window, by_published: bool) -> list[dict[str, Any]]:
    """Quotations of named speakers, at most two a person."""
    where, values = in_window(window, by_published)
    rows = store.rows(
        f"SELECT v.* FROM statements v WHERE {where} AND v.speaker IS NOT NULL AND v.quote_kind IN ('direct', 'mixed')"
        " AND coalesce(v.source_type, '') NOT IN ('unnamed', 'document')"
        " AND length(v.quote) BETWEEN 30 AND 400 ORDER BY v.quote_kind, v.confidence DESC, v.published, v.id",
        values,
    )
    kept, counts = [], dict[str, int]()
    for row in rows:
        if counts.get(row["speaker"], 0) < 2 and len(row["quote"].split()) <= QUOTE_WORDS:
            counts[row["speaker"]] = counts.get(row["speaker"], 0) + 1
            kept.append(row)
    names = ("speaker", "speaker_role", "speaker_org", "quote", "cue_class", "quote_kind")
    return [_item(store, row) | {n: row[n] for n in names} for row in kept[: MOST["statements"]]]


def mentioned(store: Store, window: Window) -> list[dict[str, Any]]:
    """Companies named in most stories, with twelve weeks of counts and the change against the four-week mean."""
    weeks = [window.before(n) for n in range(11, 0, -1)] + [window]
    series: dict[str, list[int]] = {}
    for number, week in enumerate(weeks):
        rows = store.rows(
            "SELECT coalesce(c.name, m.name) AS name, count(DISTINCT coalesce(a.story, -a.id)) AS stories"
            " FROM articles a JOIN mentions m ON m.text = a.text LEFT JOIN companies c ON c.id = m.company"
            " WHERE m.kind = 'company' AND a.relevant = 1 AND a.published >= ? AND a.published < ? GROUP BY 1",
            (week.bounds[0][:10], week.bounds[1][:10]),
        )
        for row in rows:
            series.setdefault(row["name"], [0] * len(weeks))[number] = row["stories"]
    ranked = sorted(series.items(), key=lambda pair: (-pair[1][-1], pair[0]))
    found = []
    for name, counts in ranked[: MOST["mentioned"]]:
        if counts[-1]:
            mean = sum(counts[-5:-1]) / 4
            found.append(
                {
                    "company": name,
                    "stories": counts[-1],
                    "weeks": counts,
                    "mean": mean,
                    "new": sum(counts[:-1]) == 0,
                }
            )
    return found


def disputes(store: Store, window: Window) -> dict[str, list[dict[str, Any]]]:
    """Events whose sources differ beyond rounding, first told this week; and those settled in it."""
    start, end = window.bounds
    found: dict[str, list[dict[str, Any]]] = {"open": [], "settled": []}
    for name, column in (("open", "e.made_at"), ("settled", "e.settled_at")):
        rows = store.rows(
            f"SELECT e.*, coalesce(c.name, e.company) AS company_name FROM events e LEFT JOIN companies c"
            f" ON c.id = e.company WHERE e.disputed = 1 AND {column} >= ? AND {column} < ? ORDER BY e.id",
            (start, end),
        )
        for event in rows:
            values = store.rows(
                "SELECT f.id, f.amount, f.currency, f.amount_text, f.sentence, f.confidence, f.event, a.url, a.title,"
                " a.source, a.published, a.story, a.id AS article FROM facts f JOIN articles a ON a.id = f.article"
                " WHERE f.event = ? AND f.state = 'live' ORDER BY a.published, f.id",
                (event["id"],),
            )
            if len({value["article"] for value in values}) < 2:
                continue
            found[name].append(
                {
                    "company": event["company_name"],
                    "kind": event["kind"],
                    "why": event["dispute"],
                    "values": [
                        _item(store, value) | {"shown": amount_text(value["amount"], value["currency"])}
                        for value in values
                    ],
                }
            )
    return found


def coming_up(store: Store, window: Window) -> list[dict[str, Any]]:
    """Effective dates and deadlines that lie behind the week, as told by then."""
    _, end = window.bounds
    rows = store.rows(
        "SELECT v.*, l.name AS list_name FROM listings v LEFT JOIN lists l ON l.id = v.list"
        " WHERE v.as_of >= ? AND v.published < ? AND length(v.as_of) = 10 ORDER BY v.as_of, v.id LIMIT 40",
        (end[:10], end[:10]),
    )
    return [
        _item(store, row)
        | {
            "date": row["as_of"],
            "company": row["company"],
            "list": row["list_name"] or row["list"],
            "action": row["action"],
        }
        for row in _once(rows, ("company", "list", "action"), 6)
    ]


def corrections(store: Store, window: Window) -> list[dict[str, Any]]:
    """Facts of earlier, frozen issues that were since withdrawn, corrected or rejected, told in this week's issue."""
    start, end = window.bounds
    found = []
    issues = store.rows(
        "SELECT week, document FROM digest_issues WHERE topic = '' AND week < ? ORDER BY week", (window.week,)
    )
    for issue in issues:
        told = fact_ids(json.loads(issue["document"]))
        for fact in sorted(told):
            row = store.row(
                "SELECT f.id, f.state, f.review, f.sentence, f.amount_text, a.title, a.url FROM facts f"
                " JOIN articles a ON a.id = f.article WHERE f.id = ? AND f.changed_at >= ? AND f.changed_at < ?"
                " AND (f.state = 'withdrawn' OR f.review IN ('corrected', 'rejected'))",
                (fact, start, end),
            )
            if row is not None:
                found.append(row | {"week": issue["week"]})
    return found


def fact_ids(document: Any) -> set[str]:
    """Every fact id that a document names."""
    if isinstance(document, dict):
        own = {document["fact"]} if isinstance(document.get("fact"), str) else set()
        return own.union(*(fact_ids(value) for value in document.values()))
    if isinstance(document, list):
        return set().union(*(fact_ids(value) for value in document))
    return set()
