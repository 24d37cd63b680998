"""The other sections of an issue: contracts, valuations, statements, mentions, what is coming up.

Only what may be quoted feeds them: live, asserted, above the confidence bar, one row per story.
"""

from typing import Any

from db.kinds import packaged_kinds
from db.store import Row, Store
from db.views import CONFIDENCE_BAR
from tradewire.digest.lines import line, once, spoken, told_earlier
from tradewire.digest.scope import Scope
from tradewire.options import amount_text

QUOTE_WORDS = 40
A_PERSON = 2  # quotations of one speaker, and of one article
WEEKS = 12  # of a sparkline
#: An amount's worth in US dollars for ordering only: own dated conversion, stated conversion, or dollars as written.
WORTH = (
    "coalesce(v.usd, CASE WHEN v.currency = 'USD' THEN coalesce(v.amount, v.high) END,"
    " CASE WHEN v.conversion_currency = 'USD' THEN v.conversion_amount END, 0)"
)


def amounts(store: Store, scope: Scope, kind: str) -> list[dict[str, Any]]:
    """Amounts of a kind, the largest first; without those told before the window."""
    rows = store.rows(
        f"SELECT v.*, {WORTH} AS worth FROM {packaged_kinds()[kind].plural} v WHERE {scope.facts()}"
        " AND v.standing = 'current' AND v.company IS NOT NULL AND (v.amount IS NOT NULL OR v.high IS NOT NULL)"
        " ORDER BY worth DESC, v.amount DESC, v.published, v.id",
        scope.values,
    )
    rows = [row for row in once(rows, "company", "amount", "currency") if not told_earlier(store, row, scope)]
    return [line(store, row, scope) | amount_columns(row) for row in rows]


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
    rows = store.rows(
        f"SELECT v.*, {WORTH} AS worth FROM valuations v WHERE {scope.facts()} AND v.standing = 'current'"
        " AND v.company IS NOT NULL AND (v.amount IS NOT NULL OR v.high IS NOT NULL)"
        " ORDER BY worth DESC, v.amount DESC, v.published, v.id",
        scope.values,
    )
    found = []
    for row in once(rows, "company", "amount", "currency"):
        if told_earlier(store, row, scope):
            continue
        found.append(line(store, row, scope) | amount_columns(row) | (_before(store, row) or {}))
    return sorted(found, key=lambda item: -abs(item.get("change_pct", 0)))


def _before(store: Store, row: Row) -> dict[str, Any] | None:
    """The figure told last before this one, in a currency that both are told in, and the change."""
    # the parties of a record are indexed, what the view says of them is not
    party = (
        (
            "company_id = ? AND id IN (SELECT f.id FROM fact_parties p JOIN facts f ON f.n = p.fact_n WHERE p.company = ?)",
            *[row["company_id"]] * 2,
        )
        if row["company_id"]
        else ("company = ?", row["company"])
    )
    earlier = store.rows(
        "SELECT amount, currency, conversion_amount, conversion_currency, amount_text, url, title, published, id, sentence"
        f" FROM all_valuations WHERE {party[0]} AND amount IS NOT NULL AND state = 'live' AND review <> 'rejected'"
        f" AND confidence >= {CONFIDENCE_BAR} AND modality = 'asserted'"
        " AND (standing IN ('current', 'recalled') AND published < ?"
        "  OR article = ? AND id <> ? AND standing IN ('recalled', 'superseded')) ORDER BY published DESC, id LIMIT 20",
        (*party[1:], (row["published"] or "")[:10], row["article"], row["id"]),
    )
    now = sums(row)
    for before in earlier:
        then = sums(before)
        common = next((c for c in (row["currency"], *now) if c in then and c in now), None)
        if common is None or abs(now[common] / then[common] - 1) < 0.005:
            continue
        shown = {"shown": amount_text(then[common], common), "change_in": common}
        return {
            "before": {k: before[k] for k in ("amount", "currency", "amount_text", "url", "title", "published", "id", "sentence")} | shown,
            "change_pct": round(100 * (now[common] / then[common] - 1), 1),
        }  # fmt: skip
    return None


def statements(store: Store, scope: Scope) -> list[dict[str, Any]]:
    """Quotations of named speakers, at most two a person and two an article."""
    rows = store.rows(
        f"SELECT v.* FROM statements v WHERE {scope.facts()} AND v.speaker IS NOT NULL AND v.quote_kind IN ('direct', 'mixed')"
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
    return [
        line(store, row, scope) | {n: row[n] for n in names} | {"words": spoken(row["quote"])} for row in kept
    ]


def mentioned(store: Store, scope: Scope) -> list[dict[str, Any]]:
    """Companies named in most stories, with twelve weeks of counts and the change against the four-week mean."""
    weeks = [scope.window.before(n) for n in range(WEEKS - 1, 0, -1)] + [scope.window]
    series: dict[str, list[int]] = {}
    ids: dict[str, str | None] = {}
    for number, week in enumerate(weeks):
        scoped = Scope(week, True, scope.topic)
        rows = store.rows(
            "SELECT coalesce(c.name, m.name) AS name, c.id AS id, count(DISTINCT coalesce(a.story, -a.id)) AS stories"
            " FROM articles a JOIN mentions m ON m.text = a.text LEFT JOIN companies c ON c.id = m.company"
            f" WHERE m.kind = 'company' AND a.relevant = 1 AND {scoped.articles()} GROUP BY 1",
            scoped.values,
        )
        for row in rows:
            series.setdefault(row["name"], [0] * len(weeks))[number] = row["stories"]
            ids[row["name"]] = row["id"]
    ranked = sorted(series.items(), key=lambda pair: (-pair[1][-1], pair[0]))
    return [
        {
            "company": name,
            "company_id": ids[name],
            "stories": counts[-1],
            "weeks": counts,
            "mean": sum(counts[-5:-1]) / 4,
            "change": counts[-1] - sum(counts[-5:-1]) / 4,
            "new": sum(counts[:-1]) == 0,
        }
        for name, counts in ranked
        if counts[-1]
    ]


def coming_up(store: Store, scope: Scope) -> list[dict[str, Any]]:
    """Effective dates and deadlines that lie behind the window, as told by then."""
    rows = store.rows(
        "SELECT v.*, l.name AS list_name FROM listings v LEFT JOIN lists l ON l.id = v.list"
        f" WHERE v.as_of >= :after_day AND v.published < :after_day AND length(v.as_of) = 10 AND {scope.of_topic()}"
        " ORDER BY v.as_of, v.id LIMIT 40",
        scope.values,
    )
    return [
        line(store, row, scope)
        | {
            "date": row["as_of"],
            "company": row["company"],
            "list": row["list_name"] or row["list"],
            "action": row["action"],
        }
        for row in once(rows, "company", "list", "action")
    ]
