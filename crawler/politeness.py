"""Asking politely: one request to a host at a time, with a gap, and pauses that hosts ask for.

Scrapy parses Crawl-delay but does not apply it, and ignores Retry-After. Both are kept here, where requests leave
the house: in the download handler. So a pause also holds what was queued before it began.
"""

import asyncio
import datetime as dt
import email.utils
import time
from dataclasses import dataclass, field
from typing import Any

from scrapy.core.downloader.handlers.http11 import HTTP11DownloadHandler
from scrapy.exceptions import IgnoreRequest

from crawler.guard import GUARD
from crawler.urls import host_of

MAX_CRAWL_DELAY_S = 120.0  # a longer one is a wish not to be crawled; the host is left alone
MAX_GAP_S = 60.0  # what slow answers can stretch the gap to


class HostPausedError(IgnoreRequest):
    """The host asked for a pause that this run does not wait for. The page goes back to the frontier."""

    def __init__(self, host: str, wait_s: float) -> None:
        super().__init__(f"{host} asked for a pause of {wait_s:.0f} s")
        self.wait_s = wait_s


@dataclass
class Pace:
    """How fast one host may be asked."""

    gap_s: float = 0.0  #: between the end of an answer and the next request
    crawl_delay_s: float = 0.0
    latency_s: float = 0.0  #: smoothed
    paused_until: float = 0.0  #: wall clock
    next_at: float = 0.0  #: monotonic
    turn: asyncio.Lock = field(default_factory=asyncio.Lock)

    def answered(self, latency_s: float, *, ok: bool) -> None:
        """Note the end of an answer; slow hosts get longer gaps (AutoThrottle's rule with one at a time)."""
        smoothed = (self.latency_s + latency_s) / 2
        if ok or smoothed > self.latency_s:  # errors are quick and must not speed us up
            self.latency_s = max(smoothed, latency_s)
        gap = max(self.gap_s, self.crawl_delay_s)
        if self.gap_s:
            gap = max(gap, min(self.latency_s, MAX_GAP_S))
        self.next_at = time.monotonic() + gap


class Paces:
    """The pace of every host, shared by the handler, the robots middleware and the spider."""

    def __init__(self, gap_s: float, patience_s: float) -> None:
        self.gap_s = gap_s
        self.patience_s = patience_s
        self.own_gaps: dict[str, float] = {}  #: of sources that declare a delay
        self._paces: dict[str, Pace] = {}

    def of(self, host: str) -> Pace:
        if host not in self._paces:
            self._paces[host] = Pace(self.own_gaps.get(host, self.gap_s))
        return self._paces[host]

    def set_crawl_delay(self, host: str, seconds: float) -> None:
        """Keep what robots.txt asks for, from the answer that said so on."""
        pace = self.of(host)
        if seconds > pace.crawl_delay_s:
            pace.next_at = max(pace.next_at, time.monotonic() + seconds)
        pace.crawl_delay_s = seconds

    def pause(self, host: str, seconds: float) -> None:
        pace = self.of(host)
        pace.paused_until = max(pace.paused_until, time.time() + seconds)

    def paused(self) -> dict[str, float]:
        """Hosts in a pause, with its end."""
        now = time.time()
        return {host: pace.paused_until for host, pace in self._paces.items() if pace.paused_until > now}

    async def wait(self, host: str, *, part: bool = False) -> None:
        """Return when it is polite to ask `host`; a part of a page that we have needs no gap but the host's own.

        Raises:
            HostPausedError: that is later than we are patient.
        """
        pace = self.of(host)
        while (pause := pace.paused_until - time.time()) > 0:
            if pause > self.patience_s:
                raise HostPausedError(host, pause)
            await asyncio.sleep(pause)
        while (not part or pace.crawl_delay_s) and (gap := pace.next_at - time.monotonic()) > 0:
            await asyncio.sleep(gap)


def paces_of(crawler: Any) -> Paces:
    """The one table of paces of a crawl."""
    if not hasattr(crawler, "tradewire_paces"):
        settings = crawler.settings
        crawler.tradewire_paces = Paces(
            settings.getfloat("DOWNLOAD_DELAY"), settings.getfloat("CRAWL_PATIENCE_S")
        )
    paces: Paces = crawler.tradewire_paces
    return paces


class PoliteHandler(HTTP11DownloadHandler):
    """Scrapy's HTTP handler behind the pace of each host and the private-address guard."""

    def __init__(self, crawler: Any) -> None:
        super().__init__(crawler)
        self._paces = paces_of(crawler)
        self._pause_s = float(crawler.settings.getlist("CRAWL_BACK_OFF_S")[0])  # after a 429 without a word
        self._renderer: Any = None
        if any(source.js for source in getattr(crawler.spider, "sources", {}).values()):
            from crawler.rendering import make_renderer

            self._renderer = make_renderer(crawler)
        self._polite = crawler.settings.getint("CONCURRENT_REQUESTS_PER_DOMAIN") == 1

    async def close(self) -> None:
        await super().close()
        if self._renderer is not None:
            renderer, self._renderer = self._renderer, None
            await renderer.close()

    async def download_request(self, request: Any) -> Any:
        GUARD.check_url(request.url)
        if request.meta.get("kind") == "render":  # nothing is asked of the host
            return await self._renderer.download_request(request)
        host = host_of(request.url)
        pace = self._paces.of(host)
        if not self._polite:  # benchmarks against our own server
            return await super().download_request(request)
        async with pace.turn:
            await self._paces.wait(host, part=request.meta.get("kind") == "part")
            start = time.monotonic()
            ok = False
            try:
                response = await super().download_request(request)
                ok = response.status == 200
                if response.status in (429, 503):  # before the next request gets its turn
                    wait = retry_after_s(response.headers.get("Retry-After"))
                    if wait is None and response.status == 429:
                        wait = self._pause_s
                    if wait is not None:
                        self._paces.pause(host, wait)
                return response
            finally:
                pace.answered(time.monotonic() - start, ok=ok)


def retry_after_s(value: bytes | str | None) -> float | None:
    """Seconds that a Retry-After header asks for, given as a number or as a date; None where it says nothing."""
    if value is None:
        return None
    text = (value.decode("latin-1") if isinstance(value, bytes) else value).strip()
    if text.isdigit():
        return float(min(int(text), 7 * 86_400))
    try:
        time_ = email.utils.parsedate_to_datetime(text)
    except (ValueError, TypeError):
        return None
    if time_.tzinfo is None:
        time_ = time_.replace(tzinfo=dt.UTC)
    return min(max((time_ - dt.datetime.now(dt.UTC)).total_seconds(), 0.0), 7 * 86_400.0)
