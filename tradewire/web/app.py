"""The application: thin routes over the page functions, in one place with their security.

uvicorn.run(create_app(Path("tradewire.sqlite")), host="127.0.0.1", port=8010)
"""

import asyncio
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from fastapi import FastAPI, Form, Request
from fastapi.exception_handlers import request_validation_exception_handler
from fastapi.exceptions import RequestValidationError
from fastapi.responses import HTMLResponse, JSONResponse, PlainTextResponse, RedirectResponse, Response
from starlette.datastructures import MutableHeaders
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from db.errors import ChangedError, InputError, LockedError, TradewireError, UsageError
from db.sqlite import OperationalError
from db.store import Store
from tradewire import __version__
from tradewire.web import articles, health, keeping, knowing, reading
from tradewire.web.api import make_api
from tradewire.web.metrics import metrics_text
from tradewire.web.page import FORMS, Page, answer, environment, rendered, tag
from tradewire.web.security import (
    COOKIE,
    HEADERS,
    RateLimit,
    host_allowed,
    is_same_origin,
    may,
    read_tokens,
    role_of,
    role_of_token,
)
from tradewire.web.serving import Kept, Memory, Readers
from tradewire.web.writing import make_writes

PAGE_S = 5.0  # CPU seconds after which a page's queries are stopped
EXPORT_S = 10.0  # CSV, JSON and feeds may take longer
STATIC = Path(__file__).parents[1] / "static"

PageFunction = Callable[..., Page | None]

#: Address -> page function; a part in braces is an argument of the function.
PAGES: dict[str, PageFunction] = {
    "/": reading.week_page,
    "/week/{week}": reading.week_page,
    "/search": reading.search_page,
    "/article/{article:int}": articles.article_page,
    "/article/{article:int}/changes": articles.changes_page,
    "/facts": reading.facts_page,
    "/fact/{fact_id}": reading.fact_page,
    "/company/{name:path}": knowing.company_page,
    "/speaker/{name:path}": knowing.speaker_page,
    "/lists": knowing.lists_page,
    "/list/{list_id}": knowing.list_page,
    "/disputes": knowing.disputes_page,
    "/review": knowing.review_page,
    "/compare": knowing.compare_page,
    "/sources": health.sources_page,
    "/alerts": keeping.alerts_page,
    "/digest": keeping.issues_page,
    "/digest/{week}": keeping.issue_page,
}


def create_app(
    store: Path,
    *,
    host: str = "127.0.0.1",
    tokens: dict[str, str] | None = None,
    archive: Path | None = None,
    companies: Path | None = None,
) -> FastAPI:
    """The pages and /api/v1 over the store at `store`.

    `archive` is the folder of raw pages; without it no archived copies are shown. `companies` is the user's own
    company file, as `tradewire annotate` takes it.
    """
    secrets = read_tokens(tokens or {})
    app = FastAPI(
        title="Tradewire",
        version=__version__,
        docs_url=None,  # the interactive page loads foreign scripts; the document itself is at /api/v1/openapi.json
        redoc_url=None,
        openapi_url="/api/v1/openapi.json",
        description="Facts from trade-war and blacklist news, each with its sentence and source.",
    )
    readers = app.state.readers = Readers(store)
    memory = app.state.memory = Memory()
    limit = app.state.limit = RateLimit()
    app.add_middleware(Guard, host=host, tokens=secrets, limit=limit, memory=memory)
    env = environment()
    making: dict[tuple[Any, ...], asyncio.Future[Kept]] = {}

    def shared(request: Request) -> dict[str, Any]:
        role = role_of(request, secrets)
        return {
            "role": role,
            "can_review": may(role, "review"),
            "path": request.url.path,
            "release": __version__,
        }

    def error(request: Request, status: int, words: str) -> Response:
        headers = {"Retry-After": "2"} if status == 503 else None
        if request.url.path.startswith("/api/") or request.url.path.endswith(".json"):
            return JSONResponse({"detail": words}, status_code=status, headers=headers)
        template = env.get_template("web/error.html")
        text = template.render(request=request, title=f"{status}", words=words, **shared(request))
        return HTMLResponse(text, status_code=status, headers=headers)

    def copy_page(opened: Store, request: Request, article: int) -> Page | None:
        return articles.copy_page(opened, request, article, archive)

    def page_route(form: str, function: PageFunction) -> Callable[[Request], Any]:
        def make(request: Request, key: tuple[str, ...], version: int | None) -> Kept:
            begin, generation = time.monotonic(), memory.generation
            if any(isinstance(part, int) and part >= 2**63 for part in request.path_params.values()):
                raise Missing  # no number of a row
            with readers.opened(PAGE_S if form == "" else EXPORT_S) as opened:
                page = function(opened, request, **request.path_params)
            if page is None:
                raise Missing
            body, kind = rendered(request, page, form, env, shared(request))
            now = time.monotonic()
            kept = Kept(
                body=body, kind=kind, etag=tag(body), status=page.status, cost_s=now - begin, version=version, at=now
            )  # fmt: skip
            memory.put(key, kept, generation)
            return kept

        async def route(request: Request) -> Response:
            key = (str(request.url), role_of(request, secrets) or "")
            version = readers.version()
            kept = memory.get(key, version)
            if kept is None:  # who asks for the same while it is made waits for it
                loop = asyncio.get_running_loop()
                turn = (*key, memory.generation, id(loop))
                if turn not in making:
                    making[turn] = loop.run_in_executor(readers.threads, make, request, key, version)
                    making[turn].add_done_callback(lambda _: making.pop(turn, None))
                try:
                    kept = await asyncio.shield(making[turn])
                except Missing:
                    return error(request, 404, "There is nothing at this address.")
            return answer(request, kept.body, kept.kind, kept.etag, kept.status)

        return route

    pages = PAGES | {"/article/{article:int}/copy": copy_page}
    # the suffixed forms first: a path argument would swallow the suffix
    for form in reversed(FORMS):
        for address, function in pages.items():
            suffixed = ("/week" if address == "/" else address) + form if form else address
            app.add_route(
                suffixed, page_route(form, function), methods=["GET", "HEAD"], include_in_schema=False
            )

    @app.get("/login", include_in_schema=False)
    def login_form(request: Request) -> Response:
        return HTMLResponse(
            env.get_template("web/login.html").render(request=request, title="Log in", **shared(request))
        )

    @app.post("/login", include_in_schema=False)
    def login(request: Request, token: str = Form(max_length=1000)) -> Response:
        if secrets and role_of_token(token, secrets) is None:
            return error(request, 401, "This token is not known.")
        response = RedirectResponse("/", status_code=303)
        secure = request.url.scheme == "https"
        response.set_cookie(
            COOKIE, token, httponly=True, samesite="strict", secure=secure, max_age=30 * 86400
        )
        return response

    @app.get("/metrics", include_in_schema=False)
    def metrics() -> Response:
        with readers.opened(PAGE_S) as opened:
            return PlainTextResponse(
                metrics_text(opened), media_type="text/plain; version=0.0.4; charset=utf-8"
            )

    @app.get("/robots.txt", include_in_schema=False)
    def robots() -> Response:
        return PlainTextResponse("User-agent: *\nDisallow: /\n")

    @app.exception_handler(TradewireError)
    async def known_error(request: Request, problem: TradewireError) -> Response:
        if isinstance(problem, LockedError):
            return error(
                request, 503, "The store is being written just now; nothing was changed. Please try again."
            )
        if isinstance(problem, ChangedError):
            return error(request, 409, str(problem))
        if isinstance(problem, (UsageError, InputError)):
            return error(request, 422, str(problem))
        return error(request, 500, "The store cannot be read; see tradewire doctor.")

    @app.exception_handler(OperationalError)
    async def slow_query(request: Request, problem: OperationalError) -> Response:
        words = (
            "This took too long and was stopped."
            if "interrupted" in str(problem)
            else "The store cannot be read."
        )
        return error(request, 503, words)

    @app.exception_handler(RequestValidationError)
    async def wrong_form(request: Request, problem: RequestValidationError) -> Response:
        if request.url.path.startswith("/api/"):
            return await request_validation_exception_handler(request, problem)
        words = "; ".join(f"{one['loc'][-1]}: {one['msg']}" for one in problem.errors())
        return error(request, 422, words)

    @app.exception_handler(404)
    async def not_found(request: Request, problem: Exception) -> Response:
        return error(request, 404, "There is nothing at this address.")

    app.include_router(make_writes(store))
    app.include_router(make_api(readers, companies), prefix="/api/v1")
    app.mount("/static", StaticFiles(directory=STATIC), name="static")
    return app


class Missing(Exception):
    """There is nothing at an address."""


class Guard:
    """Refuses what may not go on, puts the security headers on every answer, and forgets answers after a change."""

    def __init__(
        self, app: ASGIApp, host: str, tokens: dict[str, str], limit: RateLimit, memory: Memory
    ) -> None:
        self.app, self.host, self.tokens, self.limit, self.memory = app, host, tokens, limit, memory

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return

        async def send_guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in HEADERS.items():
                    headers.setdefault(name, value)
                if scope["method"] not in ("GET", "HEAD", "OPTIONS"):
                    self.memory.forget()
            await send(message)

        refusal = refused(Request(scope), self.host, self.tokens, self.limit)
        await (refusal or self.app)(scope, receive, send_guarded)


def refused(request: Request, host: str, tokens: dict[str, str], limit: RateLimit) -> Response | None:
    """The answer to a request that may not go on, or None."""
    client = request.client.host if request.client else "?"
    if not host_allowed(request, host):
        return PlainTextResponse("this host name is not served here\n", status_code=421)
    if not limit.allows(client):
        return PlainTextResponse("too many requests\n", status_code=429, headers={"Retry-After": "10"})
    path = request.url.path
    writes = request.method not in ("GET", "HEAD", "OPTIONS")
    if writes and not is_same_origin(request):
        return PlainTextResponse("this came from another site\n", status_code=403)
    if path in ("/login", "/robots.txt") or path.startswith("/static/"):
        return None
    needed = "review" if writes and not path.endswith("/match") else "read"
    role = role_of(request, tokens)
    if not may(role, needed):
        if role is None and request.method == "GET" and "text/html" in request.headers.get("accept", ""):
            return RedirectResponse("/login", status_code=303)
        return PlainTextResponse(f"this needs the role {needed}\n", status_code=401 if role is None else 403)
    return None
