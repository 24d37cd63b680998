"""Filters of the query language as conditions on articles `a`: company:, list:, kind:, amount> ..."""

import re
from collections.abc import Callable
from typing import Any

from db.companies import record_ids
from db.kinds import packaged_kinds
from db.listregistry import packaged_lists
from db.names import fold
from db.page_records import PageType
from db.parties import mentioned, party_condition
from db.query_nodes import Filter
from db.query_values import read_days, read_money
from db.records import Action
from db.store import Store

Condition = tuple[str, tuple[Any, ...]]
NOTHING: Condition = ("0", ())
EVERYTHING: Condition = ("1", ())
FACTS = "FACTS: "  # what follows is a condition on facts `f`
WHEN = "coalesce(a.published, a.first_seen)"
#: Facts that count for filters: what the texts still say and nobody rejected.
LIVE = "f.state = 'live' AND f.review <> 'rejected'"


def filter_condition(store: Store, node: Filter, notes: list[str], *, narrow: bool = False) -> Condition:
    """The condition of `node`; what its value could not be understood as is told in `notes`.

    `narrow`: words narrow the hits already, so conditions on facts are asked of each hit instead of all facts.
    """
    if node.name == "company":
        return _company(store, node, notes, narrow)
    sql, values = _FILTERS[node.name](store, node, notes)
    if sql.startswith(FACTS):
        start = (
            "EXISTS (SELECT 1 FROM facts f WHERE f.article = a.id AND "
            if narrow
            else ("a.id IN (SELECT f.article FROM facts f WHERE ")
        )
        sql = f"{start}{sql.removeprefix(FACTS)})"
    return sql, values


def _in(values: list[Any]) -> str:
    return f"({', '.join('?' * len(values))})"


def _company(store: Store, node: Filter, notes: list[str], narrow: bool) -> Condition:
    found: list[str] = []
    parts: list[str] = []
    values: list[Any] = []
    for name in node.values:
        records = record_ids(store, name)
        found += records
        if not records:
            notes.append(f"no company record {name!r}; looked for parties of that name")
            texts, *names = mentioned(store, name)
            parts.append(f"a.text IN ({texts})")
            values += names
    if found:
        each = f"EXISTS (SELECT 1 FROM mentions m WHERE m.text = a.text AND m.company IN {_in(found)})"
        all_at_once = f"a.text IN (SELECT text FROM mentions WHERE company IN {_in(found)})"
        parts.append(each if narrow else all_at_once)
        # parties are companies of their text's mentions, but for those that a person named
        parts.append(
            "a.id IN (SELECT f.article FROM facts f INDEXED BY facts_reviewed CROSS JOIN fact_parties p ON p.fact_n = f.n"
            f" WHERE f.review <> 'auto' AND p.company IN {_in(found)} AND {LIVE})"
        )
        values += found * 2
    return f"({' OR '.join(parts)})", tuple(values)


def _list(store: Store, node: Filter, notes: list[str]) -> Condition:
    ids = [list_id(store, value) for value in node.values]
    for value, found in zip(node.values, ids):
        if found == value and store.value("SELECT 1 FROM lists WHERE id = ?", (value,)) is None:
            notes.append(f"no list {value!r} is known; looked for these words")
    return (
        f"{FACTS}f.list IS NOT NULL AND {LIVE} AND ("
        + " OR ".join(["f.list = ? OR f.list_text = ? COLLATE NOCASE"] * len(ids))
        + ")",
        tuple(v for pair in zip(ids, node.values) for v in pair),
    )


def list_id(store: Store, name: str) -> str:
    """The id of the list that people call `name`; `name` itself where no list is known under it."""
    known = packaged_lists().by_source_name(name)
    if known is not None:
        return known.id
    names = {fold(entry.id): entry.id for entry in packaged_lists().lists.values()}
    rows = store.rows("SELECT id, name FROM lists")
    names |= {fold(row[key]): row["id"] for row in rows for key in ("id", "name")}
    return names.get(fold(name), name)


def _kind(store: Store, node: Filter, notes: list[str]) -> Condition:
    names = {word: kind.name for kind in packaged_kinds().values() for word in (kind.name, kind.plural)}
    found = []
    for value in node.values:
        word = value.casefold().replace("-", "_").replace(" ", "_")
        if word in names:
            found.append(names[word])
        else:
            notes.append(f"there is no fact kind {value!r}; known: {', '.join(sorted(set(names.values())))}")
    if not found:
        return NOTHING
    return f"{FACTS}f.kind IN {_in(found)} AND {LIVE}", tuple(found)


def _source(store: Store, node: Filter, notes: list[str]) -> Condition:
    rows = store.rows("SELECT id, name FROM sources")
    found = []
    for value in node.values:
        key = fold(value)
        ids = [row["id"] for row in rows if key in (fold(row["id"]), fold(row["name"]))]
        if not ids:
            notes.append(f"there is no source {value!r}")
        found += ids
    return (f"a.source IN {_in(found)}", tuple(found)) if found else NOTHING


def _speaker(store: Store, node: Filter, notes: list[str]) -> Condition:
    parts: list[str] = []
    values: list[Any] = []
    for name in node.values:
        sql, *mine = party_condition(store, name, ("speaker", "speaker_person", "speaker_org"))
        parts.append(sql)
        values += mine
    return (
        f"a.id IN (SELECT f.article FROM facts f WHERE f.kind IN ('statement', 'no_comment') AND {LIVE}"
        f" AND ({' OR '.join(parts)}))",
        tuple(values),
    )


def _country(store: Store, node: Filter, notes: list[str]) -> Condition:
    codes = [value.upper() for value in node.values]
    return f"a.source IN (SELECT id FROM sources WHERE upper(country) IN {_in(codes)})", tuple(codes)


def _topic(store: Store, node: Filter, notes: list[str]) -> Condition:
    topics = [value.casefold() for value in node.values]
    return f"EXISTS (SELECT 1 FROM json_each(a.topics) j WHERE lower(j.value) IN {_in(topics)})", tuple(
        topics
    )


def _tell_unknown(what: str, asked: list[str], known: tuple[str, ...], notes: list[str]) -> None:
    """A note for each value that no article can have."""
    notes += [
        f"there is no {what} {word!r}; known: {', '.join(known)}" for word in asked if word not in known
    ]


def _lang(store: Store, node: Filter, notes: list[str]) -> Condition:
    codes = [value.casefold() for value in node.values]
    return f"a.language IN {_in(codes)}", tuple(codes)


def _type(store: Store, node: Filter, notes: list[str]) -> Condition:
    types = [value.casefold().replace(" ", "_") for value in node.values]
    _tell_unknown("type", types, tuple(PageType), notes)
    return f"a.page_type IN {_in(types)}", tuple(types)


def _action(store: Store, node: Filter, notes: list[str]) -> Condition:
    actions = [value.casefold() for value in node.values]
    _tell_unknown("action", actions, tuple(Action), notes)
    return f"{FACTS}f.action IN {_in(actions)} AND f.list IS NOT NULL AND {LIVE}", tuple(actions)


def _since(store: Store, node: Filter, notes: list[str]) -> Condition:
    days = read_days(node.values[0])
    if days is None:
        notes.append(f"left out since: {node.values[0]!r} is no date; write 2026-11-21, 2026-W47 or 7d")
        return EVERYTHING
    return f"{WHEN} >= ?", (days[0].isoformat(),)


def _until(store: Store, node: Filter, notes: list[str]) -> Condition:
    days = read_days(node.values[0])
    if days is None:
        notes.append(f"left out until: {node.values[0]!r} is no date; write 2026-11-21, 2026-W47 or 7d")
        return EVERYTHING
    # "7d" counts back: until:7d means up to that day; the letter T sorts before the next day's date
    last = days[0] if node.values[0].strip()[-1:].isalpha() else days[1]
    return f"{WHEN} < ?", (last.isoformat() + "U",)


def _amount(store: Store, node: Filter, notes: list[str]) -> Condition:
    low, dots, high = re.sub(r"(?<=\w)-(?=[\d$€£¥])", "..", node.values[0]).partition("..")
    sums = [read_money(low), read_money(high) if dots else None]
    if sums[0] is None or (dots and sums[1] is None):
        notes.append(
            f"left out amount: {node.values[0]!r} is no sum; write 1bn, $1.5bn, 200m CNY or 1bn..2bn"
        )
        return EVERYTHING
    bounds = [(">=", sums[0]), ("<=", sums[1])] if dots else [(node.op, sums[0])]
    currency = next((s[1] for s in reversed(sums) if s is not None and s[1]), None)
    value = "coalesce(f.amount, f.high, f.low)"
    tests: list[str] = []
    values: list[Any] = []
    for op, bound in bounds:
        assert bound is not None
        number = float(bound[0])
        if currency is None:
            tests.append(f"{value} {op} ?")
            values.append(number)
            continue
        own = f"(f.currency = ? AND {value} {op} ?)"
        told = f"(f.conversion_currency = ? AND f.conversion_amount {op} ?)"
        ours = f"(? = 'USD' AND f.usd {op} ?)"
        tests.append(f"({own} OR {told} OR {ours})")
        values += [currency, number] * 3
    if currency is None:
        notes.append(
            "amount: was compared in each fact's own currency; write $1bn or 1bn EUR for one currency"
        )
    return (
        f"{FACTS}{LIVE} AND {' AND '.join(tests)}",
        tuple(values),
    )


def _pct(store: Store, node: Filter, notes: list[str]) -> Condition:
    try:
        number = float(node.values[0].rstrip("%"))
    except ValueError:
        notes.append(f"left out pct: {node.values[0]!r} is no number")
        return EVERYTHING
    return f"{FACTS}{LIVE} AND f.pct {node.op} ?", (number,)


_FILTERS: dict[str, Callable[[Store, Filter, list[str]], Condition]] = {
    "list": _list, "kind": _kind, "source": _source, "speaker": _speaker,
    "country": _country, "topic": _topic, "lang": _lang, "type": _type, "action": _action, "since": _since,
    "until": _until, "amount": _amount, "pct": _pct,
}  # fmt: skip
