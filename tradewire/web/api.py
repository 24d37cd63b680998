"""`/api/v1`: everything the pages show, as JSON with stable keys, cursor paging and ETags."""

import base64
import binascii
import json
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Annotated, Any

from fastapi import APIRouter, HTTPException, Query, Request
from fastapi.responses import Response
from pydantic import BaseModel, Field

from db import saved
from db.kinds import packaged_kinds
from db.profiles import company_profile
from db.queries import fact as one_fact
from db.queries import facts as find_facts
from db.search import search as find
from db.store import Store
from tradewire.web.page import answer, plain, tag
from tradewire.web.reading import FACETS
from tradewire.web.serving import Readers

Text = Annotated[str | None, Query(max_length=1000)]
Limit = Annotated[int, Query(ge=1, le=200)]
Cursor = Annotated[str | None, Query(max_length=64, description="`next` of the page before")]
ERRORS: dict[int | str, dict[str, Any]] = {
    404: {"description": "there is no such thing"},
    422: {"description": "a parameter is not understood"},
    503: {"description": "stopped after its time, or the store is being written"},
}


def offset_of(cursor: str | None) -> int:
    """The offset in an opaque cursor.

    Raises:
        HTTPException: 422 for a cursor that is none of ours.
    """
    if cursor is None:
        return 0
    try:
        value = int(base64.urlsafe_b64decode(cursor.encode("ascii") + b"==").decode("ascii"))
        if not 0 <= value <= 1_000_000:
            raise ValueError
    except (ValueError, binascii.Error) as error:
        raise HTTPException(422, "cursor: not one of ours") from error
    return value


def cursor_of(offset: int) -> str:
    return base64.urlsafe_b64encode(str(offset).encode()).decode().rstrip("=")


def reply(request: Request, data: Any) -> Response:
    """JSON with an ETag; 304 when the client has it."""
    body = json.dumps(plain(data), ensure_ascii=False, default=str).encode("utf-8", "replace")
    return answer(request, body, "application/json", tag(body))


class MatchRequest(BaseModel):
    """{"queries": {"q1": {"schema": "Company", "properties": {"name": ["Acme Ltd"]}}}}"""

    queries: dict[str, dict[str, Any]] = Field(min_length=1, max_length=100)


def make_api(readers: Readers, companies: Path | None = None) -> APIRouter:
    """The router over the store that `readers` open."""
    api = APIRouter(tags=["v1"], responses=ERRORS)

    def store(seconds: float = 5.0) -> AbstractContextManager[Store]:
        return readers.opened(seconds)

    @api.get("/search", summary="Articles by the query language of the search box")
    def search(
        request: Request,
        q: Text = "",
        limit: Limit = 20,
        cursor: Cursor = None,
        sort: str = "relevance",
        facets: bool = False,
    ) -> Response:
        if sort not in ("relevance", "newest", "oldest"):
            raise HTTPException(422, "sort: relevance, newest or oldest")
        offset = offset_of(cursor)
        with store() as opened:
            found = find(
                opened, q or "", limit=limit, offset=offset, sort=sort, facets=FACETS if facets else ()
            )
        more = offset + limit < found.total and len(found.hits) == limit
        return reply(request, plain(found) | {"next": cursor_of(offset + limit) if more else None})

    @api.get("/facts", summary="Facts by kind, company, date, amount and standing")
    def facts(
        request: Request,
        kind: Text = None,
        company: Text = None,
        since: Text = None,
        until: Text = None,
        min_amount: float | None = None,
        max_amount: float | None = None,
        currency: Text = None,
        modality: Text = None,
        standing: Text = None,
        list: Text = None,
        action: Text = None,
        speaker: Text = None,
        about: Text = None,
        cue: Text = None,
        everything: bool = False,
        limit: Limit = 50,
        cursor: Cursor = None,
    ) -> Response:
        offset = offset_of(cursor)
        asked: dict[str, Any] = {
            "kind": kind, "company": company, "since": since, "until": until, "min_amount": min_amount,
            "max_amount": max_amount, "currency": currency, "modality": modality, "standing": standing, "list": list,
            "action": action, "speaker": speaker, "about": about, "cue": cue,
        }  # fmt: skip
        with store() as opened:
            found = find_facts(opened, **asked, everything=everything, limit=limit + 1, offset=offset)
        data = {"facts": found[:limit], "next": cursor_of(offset + limit) if len(found) > limit else None}
        return reply(request, data)

    @api.get("/facts/{fact_id}", summary="One fact with its parties, spans and history")
    def fact(request: Request, fact_id: str) -> Response:
        with store() as opened:
            row = one_fact(opened, fact_id)
            if row is None:
                raise HTTPException(404, "no such fact")
            spans = opened.rows(
                'SELECT role, ordinal, start, "end" FROM fact_spans WHERE fact_n = (SELECT n FROM facts WHERE id = ?) ORDER BY role, ordinal',
                (fact_id,),
            )
            history = opened.rows("SELECT * FROM fact_reviews WHERE fact = ? ORDER BY id", (fact_id,))
        return reply(request, {"fact": row, "spans": spans, "history": history})

    @api.get("/articles/{article}", summary="One article with its current text and facts")
    def article(request: Request, article: int) -> Response:
        if not 0 < article < 2**63:
            raise HTTPException(404, "no such article")
        with store() as opened:
            row = opened.row("SELECT * FROM articles WHERE id = ?", (article,))
            if row is None:
                raise HTTPException(404, "no such article")
            text = opened.row(
                "SELECT id, version, body, lead, made_at FROM texts WHERE id = ?", (row["text"],)
            )
            found = find_facts(opened, article=article, everything=True, sort="text", limit=1000)
        return reply(request, {"article": row, "text": text, "facts": found})

    @api.get("/companies/{name:path}", summary="One company by id or any of its names")
    def company(request: Request, name: str) -> Response:
        with store() as opened:
            profile = company_profile(opened, name)
        if profile is None:
            raise HTTPException(404, "nothing is known of this company")
        return reply(request, profile)

    @api.get("/lists", summary="Official lists")
    def lists(request: Request) -> Response:
        with store() as opened:
            return reply(request, {"lists": opened.rows("SELECT * FROM lists ORDER BY id")})

    @api.get("/lists/{list_id}", summary="Entries of one official list")
    def list_entries(request: Request, list_id: str) -> Response:
        with store() as opened:
            row = opened.row("SELECT * FROM lists WHERE id = ?", (list_id,))
            if row is None:
                raise HTTPException(404, "no such list")
            entries = opened.rows(
                "SELECT id, company, name, action, effective_date, date_kind, citation, source_url, confidence"
                " FROM list_entries WHERE list = ? ORDER BY effective_date DESC, name",
                (list_id,),
            )
        return reply(request, {"list": row, "entries": entries})

    @api.get("/disputes", summary="Events whose sources differ beyond rounding")
    def disputes(request: Request) -> Response:
        with store() as opened:
            events = opened.rows(
                "SELECT * FROM events WHERE disputed = 1 AND settled_at IS NULL ORDER BY id LIMIT 200"
            )
            data = [
                e | {"facts": find_facts(opened, event=e["id"], everything=True, limit=20)} for e in events
            ]
        return reply(request, {"disputes": data})

    @api.get("/sources", summary="Sources and their health")
    def sources(request: Request) -> Response:
        with store() as opened:
            rows = opened.rows(
                "SELECT id, name, home, country, language, kind, state, state_reason, last_success FROM sources ORDER BY id"
            )
        return reply(request, {"sources": rows})

    @api.post("/match", summary="Names to company records, in the shape of yente's /match")
    def match(
        asked: MatchRequest,
        limit: Annotated[int, Query(ge=1, le=20)] = 5,
        threshold: Annotated[float, Query(ge=0, le=1)] = 0.7,
    ) -> dict[str, Any]:
        from nlp.resolve.screening import match_in_store

        with store() as opened:
            return match_in_store(
                opened, {"queries": asked.queries}, companies=companies, limit=limit, threshold=threshold
            )

    @api.get("/alerts", summary="Hits of saved searches and watches, each told once")
    def told(request: Request, unread: bool = False, limit: Limit = 50) -> Response:
        with store() as opened:
            rows = saved.alerts(opened, unread=unread, limit=limit)
        return reply(request, {"alerts": rows})

    @api.get("/kinds", summary="The registry of fact kinds")
    def kinds(request: Request) -> Response:
        return reply(request, {"kinds": list(packaged_kinds().values())})

    return api
