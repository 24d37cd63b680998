"""What a reader may change: decisions about facts, missed facts, disputes, saved searches, watches, alerts."""

from collections.abc import Callable
from pathlib import Path
from typing import Annotated
from urllib.parse import quote, urlencode, urlsplit

from fastapi import APIRouter, Form, Request
from fastapi.responses import RedirectResponse, Response

from db import saved
from db.errors import UsageError
from db.events import settle
from db.missed import add_missed
from db.queries import fact
from db.review import review
from db.store import Store

WRITE_WAIT_S = 2.0  # a web write waits this long for the stages, then says 503

Name = Annotated[str, Form(max_length=200)]
Given = Annotated[str | None, Form(max_length=200)]
Words = Annotated[str, Form(max_length=4000)]
Guard = Callable[[], None]


def changed(store: Store, fact_id: str, given: dict[str, str | None]) -> dict[str, str]:
    """What of a correction form differs from the fact; fields that were not sent stay as they are."""
    row = fact(store, fact_id)
    if row is None:
        return {}
    now = {
        "amount": "" if row.amount is None else f"{row.amount:.15g}",
        "company": next(iter(row.names("company")), ""),
        "speaker": next(iter(row.names("speaker")), ""),
    }
    changes = {}
    for name, value in given.items():
        known = now[name] if name in now else str(getattr(row, name) or "")
        plain = (value or "").strip().replace(",", "") if name == "amount" else (value or "").strip()
        if value is not None and plain != known:
            changes[name] = plain
    return changes


def make_writes(store: Path) -> APIRouter:
    """The forms of the pages; every one answers with a redirect to the page it came from."""
    routes = APIRouter(include_in_schema=False)

    def opened() -> Store:
        return Store.open(store, wait_s=WRITE_WAIT_S)

    def back(address: str) -> Response:
        return RedirectResponse(address, status_code=303)

    @routes.post("/fact/{fact_id}/review")
    def decide(
        request: Request,
        fact_id: str,
        decision: Name,
        note: Words = "",
        by: Name = "",
        amount: Given = None,
        currency: Given = None,
        company: Given = None,
        speaker: Given = None,
        listed: Annotated[str | None, Form(max_length=200, alias="list")] = None,
        action: Given = None,
        as_of: Given = None,
        modality: Given = None,
        standing: Given = None,
        seen: Annotated[int | None, Form(ge=0, lt=2**63)] = None,
    ) -> Response:
        given = {
            "amount": amount, "currency": currency, "company": company, "speaker": speaker, "list": listed,
            "action": action, "as_of": as_of, "modality": modality, "standing": standing,
        }  # fmt: skip
        with opened() as db:
            changes = changed(db, fact_id, given) if decision == "correct" else {}
            who, why = by.strip() or "web", note.strip() or None
            review(db, fact_id, decision, by=who, note=why, changes=changes, seen=seen)
        came_from = urlsplit(request.headers.get("referer", "")).path
        return back("/review" if came_from == "/review" else f"/fact/{quote(fact_id)}")

    @routes.post("/article/{article}/missed")
    def missed(
        article: int,
        kind: Name,
        words: Words,
        party: Name = "",
        amount: Name = "",
        currency: Name = "",
        list_id: Name = "",
        action: Name = "",
        note: Words = "",
        by: Name = "",
    ) -> Response:
        if not 0 < article < 2**63:
            raise UsageError("there is no such article")
        values = {"amount": amount, "currency": currency, "list": list_id, "action": action}
        with opened() as db:
            added = add_missed(
                db,
                article,
                kind,
                words,
                by=by.strip() or "web",
                party=party,
                note=note.strip() or None,
                values=values,
            )
        return back(f"/fact/{added}")

    @routes.post("/event/{event}/settle")
    def settle_event(event: int, fact: Name, by: Name = "", note: Words = "") -> Response:
        if not 0 < event < 2**63:
            raise UsageError("there is no such event")
        with opened() as db:
            settle(db, event, fact, by=by.strip() or "web", note=note.strip() or None)
        return back("/disputes")

    @routes.post("/saved")
    def save_search(name: Name, query: Annotated[str, Form(max_length=1000)]) -> Response:
        with opened() as db:
            kept = saved.save_search(db, name, query, alert=True)
        return back("/search?" + urlencode({"q": query, "saved": kept.name}))

    @routes.post("/saved/remove")
    def remove_search(name: Name) -> Response:
        with opened() as db:
            saved.remove_search(db, name)
        return back("/alerts")

    @routes.post("/alerts/read")
    def read_alerts(last: Annotated[int, Form(ge=0, lt=2**63)]) -> Response:
        with opened() as db:
            saved.mark(
                db, [a.id for a in saved.alerts(db, unread=True, limit=10_000) if a.id <= last], read=True
            )
        return back("/alerts")

    @routes.post("/watch")
    def watch(name: Name, by: Name = "") -> Response:
        with opened() as db:
            company = saved.watch(db, name, by=by.strip() or "web")
        return back("/company/" + quote(company))

    @routes.post("/unwatch")
    def unwatch(name: Name) -> Response:
        with opened() as db:
            saved.unwatch(db, name)
        return back("/company/" + quote(name))

    return routes
