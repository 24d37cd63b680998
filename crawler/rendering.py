"""Pages that show nothing without scripts, rendered in a browser (scrapy-playwright, extra `js`) where a source says `js`.

The browser has no network: its proxy is a port where nobody listens. It opens the page that the spider has fetched, and
what the page's scripts ask for is fetched by the spider, so that the guard, robots.txt, the limits of size and time
and one request to a host at a time hold for it, too. Cookies, downloads, service workers, pictures, styles, frames,
sockets and everything but GET are off.
"""

import asyncio
import contextlib
import logging
import os
import shutil
from collections.abc import Awaitable, Callable, Iterable
from importlib.util import find_spec
from typing import Any

from scrapy import Request
from scrapy.exceptions import IgnoreRequest
from scrapy.http import Response
from scrapy.http.request import NO_CALLBACK

from crawler.sources import Source
from db.errors import SourceError

SLOT, PART_SLOT = "render", "render-parts"  # of Scrapy's downloader; see DOWNLOAD_SLOTS
SETTLE_MS = 5_000  # the longest wait for scripts to fall silent; what is there then is the page
MAX_PARTS = 60  # requests of one page: applications of newspapers make 10 to 40
WANTED = frozenset({"script", "xhr", "fetch"})
BROWSERS = ("chromium", "chromium-browser", "google-chrome-stable", "google-chrome")
DEAD_PROXY = "http://127.0.0.1:9"  # the discard port: nothing of ours listens there
ARGUMENTS = (
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-quic",
    "--disable-background-networking",
    "--force-webrtc-ip-handling-policy=disable_non_proxied_udp",
    "--js-flags=--max-old-space-size=512",
)
#: Headers that are about the transfer, or would set something.
DROPPED = frozenset({"content-encoding", "content-length", "transfer-encoding", "set-cookie", "connection"})


class RenderError(IgnoreRequest):
    """The browser could not render the page."""


def require_browser(sources: Iterable[Source]) -> None:
    """Refuse to crawl sources that need a browser where there is none to be had.

    Raises:
        SourceError: the extra is not installed.
    """
    wanting = [source.id for source in sources if source.js and not source.paused]
    if wanting and find_spec("scrapy_playwright") is None:
        raise SourceError(f"source [{wanting[0]}] has js = true: pip install 'tradewire[js]'")


def browser_settings(named: str | None) -> dict[str, Any]:
    """scrapy-playwright's settings: the named browser, else one of the system's, else Playwright's own."""
    found = named or next((path for name in BROWSERS if (path := shutil.which(name))), None)
    launch: dict[str, Any] = {
        "args": list(ARGUMENTS),
        "chromium_sandbox": hasattr(os, "geteuid") and os.geteuid() != 0,  # Chromium has none for root
        "proxy": {"server": DEAD_PROXY, "bypass": "<-loopback>"},  # also for this machine itself
    }
    if found:
        launch["executable_path"] = found
    return {
        "PLAYWRIGHT_BROWSER_TYPE": "chromium",
        "PLAYWRIGHT_LAUNCH_OPTIONS": launch,
        "PLAYWRIGHT_PROCESS_REQUEST_HEADERS": None,
    }


def make_renderer(crawler: Any) -> Any:
    """scrapy-playwright's download handler for this crawl; one, however many schemes ask for it."""
    if not hasattr(crawler, "tradewire_renderer"):
        from scrapy_playwright.handler import ScrapyPlaywrightDownloadHandler

        logging.getLogger("scrapy-playwright").setLevel(logging.CRITICAL)  # failures have an outcome
        crawler.tradewire_renderer = ScrapyPlaywrightDownloadHandler(crawler)
    return crawler.tradewire_renderer


async def render(crawler: Any, response: Response) -> Response:
    """The page as it stands after its scripts ran, with the headers of the answer that brought it.

    Raises:
        RenderError: the browser failed, or took too long.
        IgnoreRequest: the rendered page is over the size limit.
    """
    limit: int = crawler.settings.getint("DOWNLOAD_MAXSIZE")
    request = Request(
        response.url,
        dont_filter=True,
        callback=NO_CALLBACK,
        priority=500,
        meta={
            "kind": "render",
            "download_slot": SLOT,
            "dont_redirect": True,
            "playwright": True,
            "playwright_context": "tradewire",
            "playwright_context_kwargs": {
                "accept_downloads": False,
                "service_workers": "block",
                "user_agent": crawler.settings["USER_AGENT"],
                "locale": "en-US",
            },
            "playwright_include_page": True,
            "playwright_page_goto_kwargs": {"wait_until": "commit"},
            "playwright_page_init_callback": _only_through(crawler, response),
        },
    )
    try:
        async with asyncio.timeout(crawler.settings.getfloat("CRAWL_RENDER_S")):
            await crawler.engine.download_async(request)
            text = await _settled(request.meta["playwright_page"], limit)
    except IgnoreRequest:
        raise
    except TimeoutError:
        raise RenderError("the browser took too long") from None
    except Exception as error:
        raise RenderError(f"the browser failed: {str(error).splitlines()[0][:200]}") from error
    finally:
        if (page := request.meta.get("playwright_page")) is not None:
            await page.close()
    headers = response.headers.copy()
    for name in DROPPED:
        headers.pop(name, None)
    headers["Content-Type"] = "text/html; charset=utf-8"
    headers["X-Rendered-By"] = "Tradewire, in a browser"
    return response.replace(body=text.encode(), headers=headers)


async def _settled(page: Any, limit: int) -> str:
    """The page once its scripts are silent, or after long enough; what is too large is refused before it is moved."""
    from playwright.async_api import TimeoutError as TooLong

    with contextlib.suppress(TooLong):
        await page.wait_for_load_state("networkidle", timeout=SETTLE_MS)
    size = await page.evaluate("document.documentElement ? document.documentElement.outerHTML.length : 0")
    if size > limit:
        raise IgnoreRequest(f"rendered page of {size} characters is over DOWNLOAD_MAXSIZE")
    text: str = await page.content()
    return text


def _only_through(crawler: Any, response: Response) -> Callable[[Any, Request], Awaitable[None]]:
    """Prepares a browser page: every request of it comes to us."""

    async def prepare(page: Any, request: Request) -> None:
        parts = 0
        opened = False

        async def answer(route: Any) -> None:
            nonlocal parts, opened
            asked = route.request
            if not opened and asked.is_navigation_request() and asked.frame == page.main_frame:
                opened = True
                kind = (response.headers.get("Content-Type") or b"text/html").decode("latin-1")
                await route.fulfill(status=200, headers={"Content-Type": kind}, body=response.body)
                return
            if asked.is_navigation_request():  # "no content": the page stays where it is
                await route.fulfill(status=204)
                return
            parts += 1
            if asked.resource_type not in WANTED or asked.method != "GET" or parts > MAX_PARTS:
                await route.abort()
                return
            try:
                part = await _fetch_part(crawler, asked)
            except Exception:  # noqa: BLE001  refused, gone, too large: the page must do without
                await route.abort()
                return
            headers = {
                name.decode("latin-1"): b", ".join(values).decode("latin-1")
                for name, values in part.headers.items()
                if name.decode("latin-1").lower() not in DROPPED
            }
            await route.fulfill(status=part.status, headers=headers, body=part.body)

        async def refuse(route: Any) -> None:
            await route.abort()

        async def close(popup: Any) -> None:
            await popup.close()

        await page.context.route("**", refuse)  # pages that this one opens
        await page.route("**", answer)
        page.on("popup", close)

    return prepare


async def _fetch_part(crawler: Any, asked: Any) -> Response:
    """What a script asked for, by the spider's own way: guard, robots.txt, limits."""
    sent = await asked.all_headers()
    headers = {name: sent[name] for name in ("accept", "origin") if name in sent}
    request = Request(
        asked.url,
        headers=headers,
        dont_filter=True,
        callback=NO_CALLBACK,
        priority=400,
        meta={"kind": "part", "download_slot": PART_SLOT},
    )
    response: Response = await crawler.engine.download_async(request)
    return response
