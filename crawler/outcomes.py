"""What became of a request, in one word. Every answer and every failure has one; docs/crawling.md lists them."""

import re
from typing import Any

from scrapy.exceptions import (
    CannotResolveHostError,
    DownloadCancelledError,
    DownloadConnectionRefusedError,
    DownloadFailedError,
    DownloadTimeoutError,
    IgnoreRequest,
    ResponseDataLossError,
    UnsupportedURLSchemeError,
)

from crawler.guard import GUARD, PrivateAddressError
from crawler.politeness import HostPausedError
from crawler.refusals import RobotsRefusedError, RobotsUnavailableError, TdmReservedError
from crawler.rendering import RenderError

#: outcome -> what it means, for `why`, docs/crawling.md and people.
MEANINGS = {
    "ok": "fetched and kept",
    "unchanged": "fetched again, the same bytes as before",
    "not-modified": "the server says that nothing changed (304)",
    "gone": "the server says that there is no such page (404, 410)",
    "blocked": "the server refuses us (401, 403, 407, 451)",
    "paywalled": "the server asks for money (402)",
    "throttled": "the server asks us to slow down (429, or 503 with Retry-After)",
    "server-error": "the server failed (5xx)",
    "bad-status": "a status that a page does not have",
    "not-html": "something else than a web page: picture, PDF, archive",
    "empty": "an answer without a body",
    "not-a-feed": "declared as feed or sitemap, but it is none",
    "too-large": "over the size limit, packed or unpacked",
    "timeout": "no complete answer in time",
    "connection": "no connection, or it broke",
    "cut-off": "the body ended before its announced length",
    "dns": "the name has no address",
    "redirect-loop": "redirected in a circle, or too often",
    "bad-redirect": "redirected to something that is no web address",
    "bad-encoding": "the body is not compressed as its header says",
    "robots-refused": "robots.txt says no",
    "robots-unavailable": "robots.txt cannot be had, so we do not ask",
    "private-address": "the address is in a private network",
    "tdm-reserved": "the publisher reserves text and data mining",
    "noindex": "the page asks not to be taken into an index (noindex, none, unavailable_after)",
    "nofollow": "a section page asks not to follow its links (nofollow, none)",
    "render-failed": "the browser could not render the page",
    "off-topic": "title and summary are about something else",
    "paused": "the host asked for a pause",
    "error": "a fault of ours; see the detail",
}
PAGE_TYPES = re.compile(rb"^(?:text/(?:html|plain|xml)|application/(?:xhtml\+xml|xml))\b", re.IGNORECASE)


def of_status(status: int, *, retry_after: bool = False) -> str | None:
    """The outcome that an HTTP status decides alone, or None where the body decides."""
    if status == 200 or status == 203:
        return None
    if status == 304:
        return "not-modified"
    if status in (404, 410):
        return "gone"
    if status == 402:
        return "paywalled"
    if status in (401, 403, 407, 451):
        return "blocked"
    if status == 429 or (status == 503 and retry_after):
        return "throttled"
    if status in (408, 425):
        return "timeout"
    if 500 <= status < 600:
        return "server-error"
    if 300 <= status < 400:
        return "bad-redirect"
    return "bad-status"


def of_page(response: Any) -> str:
    """The outcome of a page's answer."""
    decided = of_status(response.status, retry_after=b"Retry-After" in response.headers)
    if decided is not None:
        return decided
    if not response.body.strip():
        return "empty"
    kind = response.headers.get("Content-Type")
    if kind and not PAGE_TYPES.match(kind):
        return "not-html"
    if not kind and b"<" not in response.body[:2000]:
        return "not-html"
    if response.body[:5] == b"%PDF-" or b"\0\0\0\0" in response.body[:1000]:
        return "not-html"
    return "ok"


def of_error(error: BaseException, url: str) -> str:
    """The outcome of a request without an answer."""
    from urllib.parse import urlsplit

    if isinstance(error, PrivateAddressError):
        return "private-address"
    if isinstance(error, CannotResolveHostError):
        return "private-address" if (urlsplit(url).hostname or "") in GUARD.refused else "dns"
    if isinstance(error, RobotsRefusedError):
        return "robots-refused"
    if isinstance(error, RobotsUnavailableError):
        return "robots-unavailable"
    if isinstance(error, HostPausedError):
        return "paused"
    if isinstance(error, DownloadCancelledError):
        return "too-large"
    if isinstance(error, TdmReservedError):
        return "tdm-reserved"
    if isinstance(error, RenderError):
        return "render-failed"
    if isinstance(error, IgnoreRequest):
        text = str(error)
        return "redirect-loop" if "redirect" in text else "too-large" if "MAXSIZE" in text else "error"
    if isinstance(error, DownloadTimeoutError | TimeoutError):
        return "timeout"
    if isinstance(error, ResponseDataLossError):
        return "cut-off"
    if isinstance(error, DownloadConnectionRefusedError | DownloadFailedError | ConnectionError):
        return "connection"
    if isinstance(error, OSError) or type(error).__module__.partition(".")[0] in (
        "zlib",
        "brotli",
        "zstandard",
    ):
        return "bad-encoding" if "gzip" in str(error).lower() else "connection"
    if isinstance(error, ValueError | UnsupportedURLSchemeError) and "scheme" in str(error).lower():
        return "bad-redirect"
    if type(error).__module__.startswith(("twisted.internet", "OpenSSL")):
        return "connection"
    return "error"
