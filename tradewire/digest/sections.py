"""The other sections of an issue: contracts, valuations, statements, mentions, what is coming up.

Only what may be quoted feeds them: live, asserted, above the confidence bar, one row per story.
"""

import json
from bisect import bisect_right
from typing import Any

from db.kinds import packaged_kinds
from db.store import Row, Store
from tradewire.digest.lines import GOOD, SPINE, line, once, spoken, told_earlier
from tradewire.digest.scope import Scope
from tradewire.digest.window import Window
from tradewire.options import amount_text

QUOTE_WORDS = 40
A_PERSON = 2  # quotations of one speaker, and of one article
WEEKS = 12  # of a sparkline
LOOK_BACK = 9  # valuations of a company that are looked at for its last other figure
#: An amount's worth in US dollars for ordering only: own dated conversion, stated conversion, or dollars as written.
WORTH = (
    "coalesce(v.usd, CASE WHEN v.currency = 'USD' THEN coalesce(v.amount, v.high) END,"
    " CASE WHEN v.conversion_currency = 'USD' THEN v.conversion_amount END, 0)"
)


#: Columns of an amount's line.
AMOUNT = (
    f"{SPINE}, v.company, v.company_id, v.counterparty, v.amount, v.high, v.bound, v.currency, v.amount_text, v.usd,"
    f" v.conversion_amount, v.conversion_currency, v.place, {WORTH} AS worth"
)


def amounts(store: Store, scope: Scope, kind: str) -> list[dict[str, Any]]:
    """Amounts of a kind, the largest first; without those told before the window."""
    return [line(row, scope) | amount_columns(row) for row in _amount_rows(store, scope, kind)]


def _amount_rows(store: Store, scope: Scope, kind: str) -> list[Row]:
    rows = store.rows(
        f"SELECT {AMOUNT} FROM {packaged_kinds()[kind].plural} v WHERE {scope.facts()}"
        " AND v.standing = 'current' AND v.company IS NOT NULL AND (v.amount IS NOT NULL OR v.high IS NOT NULL)"
        " ORDER BY worth DESC, v.amount DESC, v.published, v.id",
        scope.values,
    )
    rows = once(rows, "company", "amount", "currency")
    again = told_earlier(store, rows, scope)
    return [row for row in rows if row["id"] not in again]


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


def sums(row: Row) -> dict[str, float]:
    """An amount in each currency in which it is told."""
    told = {row["conversion_currency"]: row["conversion_amount"], row["currency"]: row["amount"]}
    return {currency: value for currency, value in told.items() if currency and value}


def valuations(store: Store, scope: Scope) -> list[dict[str, Any]]:
    """Valuations of the window, those that moved first, each with the last other figure told before it."""
    rows = _amount_rows(store, scope, "valuation")
    earlier = _told_of(store, rows, scope)
    found = [
        line(row, scope) | amount_columns(row) | _before(row, earlier.get(_party(row), [])) for row in rows
    ]
    return sorted(found, key=lambda item: -abs(item.get("change_pct", 0)))


def _party(row: Row) -> str:
    """As `party_history` calls it."""
    return row["company_id"] or f"={row['company']}"


def _told_of(store: Store, rows: list[Row], scope: Scope) -> dict[str, list[Row]]:
    """Party -> the last valuations told of it that may be quoted, the newest first."""
    found: dict[str, list[Row]] = {}
    for told in store.rows(
        "SELECT x.party, f.id, f.article, f.amount, f.currency, f.conversion_amount, f.conversion_currency, f.amount_text,"
        " f.standing, a.url, a.title, a.published FROM json_each(:parties) w CROSS JOIN party_history x ON x.party = w.value"
        " AND x.what = 'valuation' AND x.day < :after_day AND x.day >= coalesce((SELECT y.day FROM party_history y"
        " WHERE y.party = w.value AND y.what = 'valuation' AND y.day < :after_day ORDER BY y.day DESC LIMIT 1"
        f" OFFSET {LOOK_BACK}), '')"
        " CROSS JOIN facts f ON f.n = x.fact_n CROSS JOIN articles a ON a.id = f.article"
        f" WHERE f.kind = 'valuation' AND f.amount IS NOT NULL AND {GOOD} ORDER BY a.published DESC, f.id",
        scope.values | {"parties": json.dumps(sorted({_party(row) for row in rows}))},
    ):
        found.setdefault(told["party"], []).append(told)
    return found


def _before(row: Row, told: list[Row]) -> dict[str, Any]:
    """The figure told last before this one, in a currency that both are told in, and the change; or nothing."""
    now, day = sums(row), (row["published"] or "")[:10]
    for before in told:
        if before["article"] == row["article"]:
            if before["id"] == row["id"] or before["standing"] not in ("recalled", "superseded"):
                continue
        elif before["standing"] not in ("current", "recalled") or (before["published"] or "~") >= day:
            continue
        then = sums(before)
        common = next((c for c in (row["currency"], *now) if c in then and c in now), None)
        if common is None or abs(now[common] / then[common] - 1) < 0.005:
            continue
        names = ("id", "amount", "currency", "amount_text", "url", "title", "published")
        return {
            "before": {name: before[name] for name in names}
            | {"shown": amount_text(then[common], common), "change_in": common},
            "change_pct": round(100 * (now[common] / then[common] - 1), 1),
        }
    return {}


def statements(store: Store, scope: Scope) -> list[dict[str, Any]]:
    """Quotations of named speakers, at most two a person and two an article."""
    rows = store.rows(
        f"SELECT {SPINE}, v.speaker, v.speaker_role, v.speaker_org, v.quote, v.cue_class, v.quote_kind FROM statements v WHERE {scope.facts()} AND v.speaker IS NOT NULL AND v.quote_kind IN ('direct', 'mixed')"
        " AND coalesce(v.source_type, '') NOT IN ('unnamed', 'document') AND length(v.quote) BETWEEN 30 AND 400"
        " ORDER BY v.quote_kind, v.speaker_role IS NULL, v.confidence DESC, v.published, v.id",
        scope.values,
    )
    kept, people, pages = [], dict[str, int](), dict[int, int]()
    for row in rows:
        full = people.get(row["speaker"], 0) >= A_PERSON or pages.get(row["article"], 0) >= A_PERSON
        if not full and len(row["quote"].split()) <= QUOTE_WORDS:
            people[row["speaker"]] = people.get(row["speaker"], 0) + 1
            pages[row["article"]] = pages.get(row["article"], 0) + 1
            kept.append(row)
    names = ("speaker", "speaker_role", "speaker_org", "quote", "cue_class", "quote_kind")
    return [line(row, scope) | {n: row[n] for n in names} | {"words": spoken(row["quote"])} for row in kept]


def mentioned(store: Store, scope: Scope, most: int) -> tuple[list[dict[str, Any]], int]:
    """The `most` companies named in most stories, with twelve weeks of counts and the change against the four-week
    mean; and how many were named."""
    now = Scope(scope.window.before(0), True, scope.topic)
    rows = store.rows(
        "SELECT coalesce(c.name, m.name) AS name, c.id AS id, count(DISTINCT coalesce(a.story, -a.id)) AS stories"
        " FROM articles a JOIN mentions m ON m.text = a.text LEFT JOIN companies c ON c.id = m.company"
        f" WHERE m.kind = 'company' AND a.relevant = 1 AND {now.articles()} GROUP BY 1 ORDER BY stories DESC, 1",
        now.values,
    )
    earlier = _weekly(store, scope, rows[:most])
    found = []
    for row in rows[:most]:
        counts = [*earlier[row["name"]], row["stories"]]
        mean = sum(counts[-5:-1]) / 4
        found.append(
            {
                "company": row["name"],
                "company_id": row["id"],
                "stories": counts[-1],
                "weeks": counts,
                "mean": mean,
                "change": counts[-1] - mean,
                "new": sum(counts[:-1]) == 0,
            }
        )
    return found, len(rows)


def _weekly(store: Store, scope: Scope, companies: list[Row]) -> dict[str, list[int]]:
    """Name -> stories in each of the eleven weeks before the window."""
    weeks = [scope.window.before(n) for n in range(WEEKS - 1, 0, -1)]
    times, days = [week.bounds[0] for week in weeks], [week.first_day.isoformat() for week in weeks]
    span = Scope(Window("", scope.window.zone, weeks[0].start, weeks[-1].end), True, scope.topic)
    names = {row["id"] or row["name"]: row["name"] for row in companies}
    stories: dict[str, list[set[int]]] = {name: [set() for _ in weeks] for name in names.values()}
    for party, published, story in store.connection.execute(
        "SELECT DISTINCT coalesce(m.company, m.name), a.published, coalesce(a.story, -a.id) FROM articles a"
        f" JOIN mentions m ON m.text = a.text WHERE {span.articles()} AND a.relevant = 1 AND m.kind = 'company'"
        " AND coalesce(m.company, m.name) IN (SELECT value FROM json_each(:names))",
        span.values | {"names": json.dumps(list(names))},
    ):
        week = bisect_right(times if len(published) > 10 else days, published) - 1
        stories[names[party]][week].add(story)
    return {name: [len(week) for week in series] for name, series in stories.items()}


def coming_up(store: Store, scope: Scope) -> list[dict[str, Any]]:
    """Effective dates and deadlines that lie behind the window, as told by then."""
    # the index gives them by date, and the walk ends with the fortieth: most of a large store lies ahead of an old week
    rows = store.rows(
        f"SELECT {SPINE}, v.company, v.list, v.action, l.name AS list_name FROM (SELECT id, as_of FROM facts"
        " INDEXED BY facts_ahead WHERE kind = 'listing' AND as_of >= :after_day) w CROSS JOIN listings v ON v.id = w.id"
        " LEFT JOIN lists l ON l.id = v.list WHERE v.published < :after_day AND length(w.as_of) = 10"
        f" AND {scope.of_topic()} ORDER BY w.as_of LIMIT 40",
        scope.values,
    )
    rows.sort(key=lambda row: (row["as_of"], row["id"]))
    return [
        line(row, scope)
        | {
            "date": row["as_of"],
            "company": row["company"],
            "list": row["list_name"] or row["list"],
            "action": row["action"],
        }
        for row in once(rows, "company", "list", "action")
    ]
