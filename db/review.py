"""What people decide about facts: confirm, correct, reject, reopen. The history only grows.

A reviewed fact is never overwritten or doubled by a later run (db/facts.py).
"""

import datetime as dt
import json
import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from db.clock import stamp
from db.companies import find_companies
from db.errors import ChangedError, UsageError
from db.kinds import packaged_kinds
from db.queries import FactRow, facts
from db.records import Action, Modality, QuoteKind, Role, Standing
from db.store import Row, Store
from db.views import FIRST_OF_STORY

STATES = {"confirm": "confirmed", "correct": "corrected", "reject": "rejected", "reopen": "auto"}
NUMBERS = ("amount", "low", "high", "conversion_amount", "pct", "count")
FLAGS = ("approx", "undisclosed")
WORDS = (
    "amount_text", "currency", "conversion_currency", "per", "bound", "place", "as_of", "list", "reason",
    "share_kind", "relation_type", "cue_class", "topic", "attribution",
)  # fmt: skip
CLOSED: dict[str, frozenset[str]] = {
    "kind": frozenset(packaged_kinds()),
    "modality": frozenset(Modality),
    "standing": frozenset(Standing),
    "action": frozenset(Action),
    "quote_kind": frozenset(QuoteKind),
}
ROLES = frozenset(role.value for role in Role)
#: How much a wrong fact of a kind would hurt; amounts weigh more the larger they are.
WEIGHT = (
    "(CASE f.kind WHEN 'listing' THEN 4.0 WHEN 'statement' THEN 2.0 WHEN 'other' THEN 0.2 WHEN 'no_comment' THEN 0.5"
    " ELSE 1.0 END) * (CASE WHEN coalesce(f.amount, f.high, 0) >= 1e9 THEN 3 WHEN coalesce(f.amount, f.high, 0) >= 1e8"
    " THEN 2 ELSE 1 END)"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Review:
    """One decision about one fact. `before` and `after` hold what changed."""

    id: int
    fact: str
    by: str
    at: str
    decision: str
    before: dict[str, Any]
    after: dict[str, Any]
    note: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Agreement:
    """How often people agreed with one rule."""

    kind: str
    rule: str
    confirmed: int
    corrected: int
    rejected: int

    @property
    def share(self) -> float:
        """Share of its reviewed facts that were right as they were."""
        return self.confirmed / (self.confirmed + self.corrected + self.rejected)


def review(
    store: Store,
    fact: str,
    decision: str,
    *,
    by: str,
    note: str | None = None,
    changes: Mapping[str, Any] | None = None,
    seen: int | None = None,
    wait_s: float | None = None,
) -> Review:
    """Record a decision about a fact and apply it.

    `changes` (for "correct") maps columns of `facts` or roles of parties to new values; an empty value removes
    it. "reopen" takes back every decision since the fact was last open. `seen` is the id of the last decision that
    the reviewer knew of, 0 for none: a correction must not undo what somebody else changed meanwhile.

    Raises:
        ChangedError: there is a newer decision than `seen`.
        UsageError: no such fact or decision, nothing to correct, or a value that does not fit.
    """
    if decision not in STATES:
        raise UsageError(f"unknown decision {decision!r}; one of {', '.join(STATES)}")
    changes = dict(changes or {})
    if bool(changes) != (decision == "correct"):
        raise UsageError("a correction says what changes, and only a correction does")
    if not by.strip():
        raise UsageError("a decision needs the name of who decides")
    with store.write(wait_s=wait_s) as connection:
        row = store.row("SELECT * FROM facts WHERE id = ?", (fact,))
        if row is None:
            raise UsageError(f"there is no fact {fact!r}")
        last = store.row("SELECT id, by FROM fact_reviews WHERE fact = ? ORDER BY id DESC LIMIT 1", (fact,))
        if seen is not None and last is not None and last["id"] > seen:
            raise ChangedError(
                f"{last['by']} decided about this fact since you opened it; nothing was changed"
            )
        before: dict[str, Any] = {"review": row["review"]}
        after: dict[str, Any] = {"review": STATES[decision]}
        if decision == "reopen":
            for old in reversed(_open_reviews(store, fact)):
                after |= {name: value for name, value in old.before.items() if name != "review"}
        for name, value in changes.items():
            after[name] = _fitting(name, value)
        for name in after:
            if name in ROLES:
                before[name] = _party_names(connection, row["n"], name)
                _put_party(store, connection, row, name, after[name])
            else:
                before[name] = row[name]
                connection.execute(f'UPDATE facts SET "{name}" = ? WHERE id = ?', (after[name], fact))
        at = stamp()
        connection.execute("UPDATE facts SET changed = ? WHERE id = ?", (at, fact))
        cursor = connection.execute(
            'INSERT INTO fact_reviews (fact, by, at, decision, "before", "after", note) VALUES (?, ?, ?, ?, ?, ?, ?)',
            (fact, by, at, decision, json.dumps(before), json.dumps(after), note),
        )
        number = int(cursor.lastrowid)
    return Review(
        id=number, fact=fact, by=by, at=at, decision=decision, before=before, after=after, note=note
    )


def _fitting(name: str, value: Any) -> Any:
    empty = value is None or (isinstance(value, str) and not value.strip())
    if name in CLOSED:
        if value not in CLOSED[name]:
            raise UsageError(f"{name} must be one of {', '.join(sorted(CLOSED[name]))}, not {value!r}")
        return str(value)
    if name in FLAGS:
        return int(str(value).casefold() in ("1", "true", "yes"))
    if name not in (*NUMBERS, *WORDS, *ROLES):
        raise UsageError(
            f"{name!r} cannot be corrected; one of {', '.join((*CLOSED, *NUMBERS, *FLAGS, *WORDS, *ROLES))}"
        )
    if empty:
        return None
    if name in NUMBERS:
        try:
            number = float(str(value).replace(",", ""))
        except ValueError:
            raise UsageError(f"{name} must be a number, not {value!r}") from None
        if not math.isfinite(number):
            raise UsageError(f"{name} must be a number, not {value!r}")
        return int(number) if name == "count" else number
    if name.endswith("currency") and not (len(str(value)) == 3 and str(value).isalpha()):
        raise UsageError(f"{name} must be an ISO 4217 code, not {value!r}")
    if name == "as_of" and not _is_date(str(value)):
        raise UsageError(f"as_of must be a date such as 2026-11-09, 2026-11, 2026-Q4 or 2026, not {value!r}")
    if isinstance(value, str):
        value = value.replace("\0", "")
    return value.upper() if name.endswith("currency") else value


def _is_date(text: str) -> bool:
    """True for a date of any precision that facts have."""
    if re.fullmatch(r"\d{4}(-(Q[1-4]|H[12]|W\d\d|(0[1-9]|1[0-2])))?", text):
        return True
    try:
        return re.fullmatch(r"\d{4}-\d\d-\d\d", text) is not None and bool(dt.date.fromisoformat(text))
    except ValueError:
        return False


def _party_names(connection: Any, fact: int, role: str) -> list[str] | None:
    rows = connection.execute(
        "SELECT surface FROM fact_parties WHERE fact_n = ? AND role = ? ORDER BY ordinal", (fact, role)
    ).fetchall()
    return [row[0] for row in rows] or None


def _put_party(
    store: Store, connection: Any, fact: Row, role: str, names: str | Sequence[str] | None
) -> None:
    """Give `role` to `names`; where a name stands in the sentence or the text, its offsets are kept with it."""
    connection.execute("DELETE FROM fact_parties WHERE fact_n = ? AND role = ?", (fact["n"], role))
    body = store.value("SELECT body FROM texts WHERE id = ?", (fact["text"],))
    for ordinal, name in enumerate([names] if isinstance(names, str) else names or ()):
        start = body.find(name, fact["start"], fact["end"])
        start = body.find(name) if start < 0 else start
        records = find_companies(store, name)
        connection.execute(
            'INSERT INTO fact_parties (fact_n, role, ordinal, surface, start, "end", company)'
            " VALUES (?, ?, ?, ?, ?, ?, ?)",
            (
                fact["n"], role, ordinal, name, *((None, None) if start < 0 else (start, start + len(name))),
                records[0].id if len(records) == 1 else None,
            ),
        )  # fmt: skip


def history(store: Store, fact: str) -> list[Review]:
    """Every decision about a fact, oldest first."""
    rows = store.rows("SELECT * FROM fact_reviews WHERE fact = ? ORDER BY id", (fact,))
    return [
        Review(**row | {"before": json.loads(row["before"]), "after": json.loads(row["after"])})
        for row in rows
    ]


def _open_reviews(store: Store, fact: str) -> list[Review]:
    found: list[Review] = []
    for item in history(store, fact):
        found = [] if item.decision == "reopen" else [*found, item]
    return found


def queue(store: Store, *, kind: str | None = None, limit: int = 50) -> list[FactRow]:
    """Facts nobody looked at yet: doubt times weight, largest first; one copy of a syndicated sentence."""
    rows = store.rows(
        "SELECT f.id FROM facts f JOIN articles a ON a.id = f.article WHERE f.review = 'auto' AND f.state = 'live'"
        f" AND (:kind IS NULL OR f.kind = :kind) AND {FIRST_OF_STORY}"
        f" ORDER BY (1.0 - f.confidence) * {WEIGHT} DESC, f.rowid DESC LIMIT :limit",  # as the index facts_queue
        {"kind": kind, "limit": limit},
    )
    order = {row["id"]: n for n, row in enumerate(rows)}
    return sorted(facts(store, ids=list(order), limit=None), key=lambda row: order[row.id])


def agreement(store: Store) -> list[Agreement]:
    """For each rule with reviewed facts, how often it was right; the worst first."""
    rows = store.rows(
        """
        SELECT kind, rule, sum(review = 'confirmed') AS confirmed, sum(review = 'corrected') AS corrected,
               sum(review = 'rejected') AS rejected
        FROM facts WHERE review <> 'auto' AND id IN (SELECT fact FROM fact_reviews) GROUP BY kind, rule"""
    )
    return sorted((Agreement(**row) for row in rows), key=lambda a: (a.share, a.kind, a.rule))
