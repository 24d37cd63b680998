"""Facts that the machine missed and a person marked: each rests on words of the text, as every other fact."""

import hashlib
import json
from collections.abc import Mapping
from typing import Any

from db.articles import current_text
from db.clock import stamp
from db.companies import find_companies
from db.errors import UsageError
from db.kinds import packaged_kinds
from db.records import Action, Modality, QuoteKind, Role, SpanRole, Standing
from db.store import Store

RULE = "person"
MOST = 2000  # characters of evidence; a fact rests on a sentence or two, not on an article


def add_missed(
    store: Store,
    article: int,
    kind: str,
    words: str,
    *,
    by: str,
    party: str = "",
    note: str | None = None,
    values: Mapping[str, Any] | None = None,
    wait_s: float | None = None,
) -> str:
    """Write a fact that stands in `words` of the article's current text; its id. It counts as confirmed by `by`.

    `party` is the company, or the speaker of a statement, as written in the text. `values`: amount and currency,
    list and action, as the kind needs them. The same words marked twice are one fact.

    Raises:
        UsageError: the words or the party do not stand in the text, or a value is missing or does not fit.
    """
    family = packaged_kinds()[kind].family if kind in packaged_kinds() else ""
    if family not in ("amount", "listing", "statement"):
        raise UsageError(
            f"a fact of kind {kind!r} cannot be marked; choose an amount, a listing or a statement"
        )
    if not by.strip():
        raise UsageError("a mark needs the name of who makes it")
    text = current_text(store, article)
    if text is None:
        raise UsageError(f"there is no article {article}")
    words = words.strip().replace("\r\n", "\n")
    start = text["body"].find(words) if words else -1
    if start < 0 or len(words) > MOST:
        raise UsageError("the marked words do not stand in the current text; mark one passage of it")
    columns = _columns(family, words, dict(values or {}))
    party = party.strip()
    at = text["body"].find(party) if party else -1
    if party and at < 0:
        raise UsageError(f"{party!r} does not stand in the text; write the name as the text does")
    if family != "amount" and not party:
        raise UsageError("this kind needs the name of its company or speaker")
    key = hashlib.sha256("\x1f".join((str(article), kind, words, party, RULE)).encode()).hexdigest()
    now = stamp()
    row: dict[str, Any] = {
        "id": key[:16], "article": article, "text": text["id"], "kind": kind, "twin": key[16:24], "start": start,
        "end": start + len(words), "modality": Modality.ASSERTED.value,
        "standing": Standing.CURRENT.value, "rule": RULE, "fingerprint": RULE, "confidence": 1.0,
        "review": "confirmed", "first_seen": now, **columns,
    }  # fmt: skip
    with store.write(wait_s=wait_s) as connection:
        if store.value("SELECT 1 FROM facts WHERE id = ?", (row["id"],)):
            return str(row["id"])
        names = ", ".join(f'"{name}"' for name in row)
        cursor = connection.execute(
            f"INSERT INTO facts ({names}) VALUES ({', '.join('?' * len(row))})", tuple(row.values())
        )
        if party:
            inside = text["body"].find(party, start, start + len(words))
            at = inside if inside >= 0 else at
            role = Role.SPEAKER if family == "statement" else Role.COMPANY
            records = find_companies(store, party)
            connection.execute(
                'INSERT INTO fact_parties (fact_n, role, ordinal, surface, start, "end", company)'
                " VALUES (?, ?, 0, ?, ?, ?, ?)",
                (cursor.lastrowid, role.value, party, at, at + len(party), records[0].id if len(records) == 1 else None),
            )  # fmt: skip
        if family == "statement":
            connection.execute(
                'INSERT INTO fact_spans (fact_n, role, ordinal, start, "end") VALUES (?, ?, 0, ?, ?)',
                (cursor.lastrowid, SpanRole.QUOTE.value, start, start + len(words)),
            )
        connection.execute(
            'INSERT INTO fact_reviews (fact, by, at, decision, "before", "after", note) VALUES (?, ?, ?, ?, ?, ?, ?)',
            (row["id"], by.strip(), now, "confirm", "{}", json.dumps({"review": "confirmed"}), note),
        )
    return str(row["id"])


def _columns(family: str, words: str, values: dict[str, Any]) -> dict[str, Any]:
    if family == "amount":
        try:
            amount = float(str(values.get("amount") or "").replace(",", ""))
        except ValueError:
            raise UsageError("the amount must be a number in whole units, such as 2300000000") from None
        currency = str(values.get("currency") or "").strip().upper()
        if not (amount == amount and abs(amount) < 1e18):
            raise UsageError("the amount must be a number in whole units, such as 2300000000")
        if not (len(currency) == 3 and currency.isascii() and currency.isalpha()):
            raise UsageError("the currency must be an ISO 4217 code, such as CNY")
        return {"amount": amount, "currency": currency}
    if family == "listing":
        if values.get("action") not in frozenset(Action):
            raise UsageError(f"the action must be one of {', '.join(sorted(Action))}")
        if not str(values.get("list") or "").strip():
            raise UsageError("a listing needs its list")
        return {"list": str(values["list"]).strip(), "action": str(values["action"])}
    kind = QuoteKind.DIRECT if words[:1] in '"“„«「' else QuoteKind.INDIRECT
    return {"quote": words, "quote_kind": kind.value}
