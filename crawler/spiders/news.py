"""The one spider: asks what is due, fetches what was found, and leaves every decision in the store.

It holds nothing that a kill could lose. Feeds and sitemaps that are due come first; then pages are leased from the
frontier a few at a time, so that memory stays flat however long the list is.
"""

import asyncio
import contextlib
import re
import time
from collections import Counter
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import scrapy
from scrapy import Request
from scrapy.exceptions import CloseSpider
from scrapy.http import Response

from crawler import frontier, outcomes
from crawler.archive import Capture, Location
from crawler.desk import Desk
from crawler.due import Task, due_tasks, note_source, paused_hosts, read_task, start_run
from crawler.feeds import NotAFeed, Offer
from crawler.focus import off_topic
from crawler.frontier import Fetch, Leased
from crawler.guard import GUARD
from crawler.politeness import HostPausedError, paces_of, retry_after_s
from crawler.sources import IMPORT, load_sources
from crawler.urls import host_of
from db.clock import now, read_stamp, stamp
from db.errors import TradewireError

FEED_TRIES = 3  # in one run; the next run asks again anyway
AHEAD = 8  # pages of one host in hand: enough to keep it busy while the next are leased


class NewsSpider(scrapy.Spider):
    """Crawls every source of sources.toml that is due."""

    name = "news"

    def __init__(self, crawler: Any) -> None:
        super().__init__()
        settings = crawler.settings
        named = settings.get("CRAWL_SOURCES_FILE")
        self.sources = load_sources(Path(named) if named else None)
        if only := settings.getlist("CRAWL_ONLY"):
            self.sources = {name: source for name, source in self.sources.items() if name in only}
        self.sources["import"] = IMPORT
        self.desk = Desk(
            Path(settings.get("CRAWL_STORE", "tradewire.sqlite")),
            Path(settings.get("CRAWL_ARCHIVE", "archive")),
        )
        self.counts: Counter[str] = Counter()
        self.report: Callable[[Counter[str]], None] | None = settings.get("CRAWL_REPORT")
        self.fault: BaseException | None = None
        self._back_offs = [float(wait) for wait in settings.getlist("CRAWL_BACK_OFF_S")]
        self._paces = paces_of(crawler)
        self._room = 2 * settings.getint("CONCURRENT_REQUESTS")
        self._per_host = AHEAD * settings.getint("CONCURRENT_REQUESTS_PER_DOMAIN")
        self._out: Counter[str] = Counter()  # pages in hand, by host
        self._taken: Counter[str] = Counter()  # pages of this run, by source
        self._asking = 0  # feeds in hand
        self._stir = asyncio.Event()
        private = [
            host for source in self.sources.values() if source.allow_private for host in source.own_hosts
        ]
        GUARD.allow(everything=settings.getbool("CRAWL_ALLOW_PRIVATE"), hosts=private)
        for source in self.sources.values():
            for host in source.own_hosts if source.delay_s is not None else ():
                self._paces.own_gaps[host] = float(source.delay_s or 0)

    @classmethod
    def from_crawler(cls, crawler: Any, *args: Any, **kwargs: Any) -> "NewsSpider":
        spider = cls(crawler)
        spider._set_crawler(crawler)
        return spider

    async def start(self) -> AsyncIterator[Any]:
        try:
            await asyncio.to_thread(self.desk.start)
        except TradewireError as error:
            self.fault = error
            self.logger.error("%s", error)
            raise CloseSpider("no store") from error
        settings = self.crawler.settings
        await self._write(lambda c: start_run(c, self.sources.values()))
        for host, until in (await self._write(paused_hosts)).items():
            self._paces.pause(host, (read_stamp(until) - now()).total_seconds())
        tasks = await self._write(
            lambda c: due_tasks(c, list(self.sources.values()), everything=settings.getbool("CRAWL_ALL_DUE"))
        )
        for task in tasks:
            yield self._feed_request(task)
        end = time.monotonic() + settings.getfloat("CRAWL_MAX_S")
        while time.monotonic() < end and self.fault is None:
            found = await self._lease()
            for request in found:
                yield request
            if not found and not await self._wait():
                break
        await self._drain()

    def _held(self) -> set[str]:
        """Hosts in a pause that this run does not wait for."""
        end = time.time() + self._paces.patience_s
        return {host for host, until in self._paces.paused().items() if until > end}

    def _unspent(self) -> dict[str, int]:
        """How many more pages each source may ask for in this run."""
        left = {name: source.max_pages - self._taken[name] for name, source in self.sources.items()}
        return {name: count for name, count in left.items() if count > 0}

    async def _lease(self) -> list[Request]:
        """Requests for the next pages that may be asked for now."""
        in_hand = self._out.total()
        if in_hand > self._room // 2:
            return []
        ahead, held, names = dict(self._out), self._held(), self._unspent()
        pages = await self._write(
            lambda c: frontier.lease(
                c,
                per_host=self._per_host,
                limit=self._room - in_hand,
                sources=names,
                ahead=ahead,
                paused=held,
            )
        )
        return [self._page_request(page) for page in pages]

    async def _wait(self) -> bool:
        """Wait until something may have changed; False when nothing more will come in this run."""
        if self._asking == 0 and self._out.total() == 0:
            held, names = self._held(), self._unspent()
            due = await self._write(lambda c: frontier.next_due(c, names, held))
            wait = (read_stamp(due) - now()).total_seconds() if due is not None else None
            if wait is None or wait > self._paces.patience_s:
                return False
            await asyncio.sleep(min(max(wait, 0.05), 1.0))
            return True
        self._stir.clear()
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._stir.wait(), 1.0)
        return True

    async def _drain(self) -> None:
        """Wait for what is in hand: its outcome belongs into this run."""
        while (self._asking or self._out.total()) and self.fault is None:
            self._stir.clear()
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._stir.wait(), 1.0)

    # Feeds and sitemaps

    def _feed_request(self, task: Task) -> Request:
        self._asking += task.tries == 0
        headers = {}
        if task.etag:
            headers["If-None-Match"] = task.etag
        if task.last_modified:
            headers["If-Modified-Since"] = task.last_modified
        return Request(
            task.url,
            headers=headers,
            priority=100,
            dont_filter=True,
            callback=self.parse_feed,
            errback=self.miss_feed,
            meta={"kind": task.kind, "task": task, "download_slot": host_of(task.url)},
        )

    async def parse_feed(self, response: Response) -> AsyncIterator[Any]:
        task: Task = response.meta["task"]
        outcome = outcomes.of_status(response.status, retry_after=b"Retry-After" in response.headers)
        offer, detail = None, None
        if outcome is None:
            try:
                kind = _header(response, "Content-Type")
                offer = await asyncio.to_thread(read_task, task.kind, response.body, response.url, kind)
                outcome, detail = "ok", offer.problem
            except NotAFeed as error:
                outcome, detail = "not-a-feed", str(error)
        fetch = self._fetch(response, task.kind, outcome, task.source, detail, url=task.url)
        async for request in self._keep_feed(task, fetch, offer):
            yield request

    async def miss_feed(self, failure: Any) -> AsyncIterator[Any]:
        task: Task = failure.request.meta["task"]
        outcome = outcomes.of_error(failure.value, failure.request.url)
        fetch = Fetch(
            url=task.url, kind=task.kind, outcome=outcome, source=task.source, detail=str(failure.value)
        )
        async for request in self._keep_feed(task, fetch, None):
            yield request

    async def _keep_feed(self, task: Task, fetch: Fetch, offer: Offer | None) -> AsyncIterator[Any]:
        source = self.sources[task.source]
        if fetch.outcome in frontier.PASSING and task.tries + 1 < FEED_TRIES:
            host = host_of(task.url)
            wait = (
                fetch.retry_after_s
                if fetch.retry_after_s is not None
                else self._back_off(task.tries + 1) / 10
            )
            self._paces.pause(host, wait)
            await self._write(lambda c: frontier.log_fetch(c, fetch))
            yield self._feed_request(task.again())
            return
        refused = off_topic(offer.entries, source) if offer is not None else set()
        found = await self._write(
            lambda c: frontier.keep_offer(c, source, task.url, fetch, offer, off_topic=refused)
        )
        self.counts["feeds"] += 1
        self.counts["feeds-failed"] += fetch.outcome not in ("ok", "not-modified", "paused")
        self.counts["feeds-not-modified"] += fetch.outcome == "not-modified"
        for name in ("entries", "new", "changed", "off_topic"):
            self.counts[name.replace("_", "-")] += getattr(found, name)
        if offer is not None and offer.sitemaps:
            everything = self.crawler.settings.getbool("CRAWL_ALL_DUE")
            for child in await self._write(
                lambda c: due_tasks(c, [source], parent=task.url, everything=everything)
            ):
                yield self._feed_request(child)
        await self._write(lambda c: note_source(c, source.id))
        self._asking -= 1
        self._tell()

    # Pages

    def _page_request(self, page: Leased) -> Request:
        self._out[page.host] += 1
        self._taken[page.source] += 1
        headers = {}
        if page.etag:
            headers["If-None-Match"] = page.etag
        if page.last_modified:
            headers["If-Modified-Since"] = page.last_modified
        return Request(
            page.url,
            headers=headers,
            dont_filter=True,
            callback=self.parse_page,
            errback=self.miss_page,
            meta={"kind": "page", "page": page, "download_slot": page.host},
        )

    async def parse_page(self, response: Response) -> None:
        page: Leased = response.meta["page"]
        outcome = outcomes.of_page(response)
        detail = response.url if response.url != page.url else None
        if (
            outcome == "ok"
            and self.sources[page.source].tdm == "obey"
            and (reserved := _reservation(response))
        ):
            outcome, detail = "tdm-reserved", reserved
        capture = _capture(response) if outcome == "ok" else None
        if capture is not None and capture.digest == page.digest:
            outcome, capture = "unchanged", None
        fetch = self._fetch(response, "page", outcome, page.source, detail, url=page.url)
        if outcome == "throttled":
            wait = fetch.retry_after_s if fetch.retry_after_s is not None else self._back_off(1)
            self._paces.pause(page.host, wait)
            await self._write(lambda c: frontier.pause_host(c, page.host, wait))
        await self._finish(page, fetch, capture)

    def obeys_tdm(self, source: str) -> bool:
        """Whether reservations of text and data mining are obeyed for this source."""
        return self.sources[source].tdm == "obey" and self.settings.get("CRAWL_TDM") != "ignore"

    async def miss_page(self, failure: Any) -> None:
        page: Leased = failure.request.meta["page"]
        error = failure.value
        outcome = outcomes.of_error(error, failure.request.url)
        if isinstance(error, HostPausedError):  # not the page's fault, so no attempt is counted
            await self._write(lambda c: frontier.put_off(c, page.id, page.host, error.wait_s))
            self.counts["paused"] += 1
            self._hand_back(page)
            return
        detail = str(error) or type(error).__name__
        fetch = Fetch(url=page.url, kind="page", outcome=outcome, source=page.source, detail=detail)
        await self._finish(page, fetch, None)

    async def _finish(self, page: Leased, fetch: Fetch, capture: Capture | None) -> None:
        back_off = self._back_offs

        def write(connection: Any, place: Location | None) -> str:
            if capture is None:
                return frontier.finish(connection, page.id, fetch, back_off_s=back_off)
            return frontier.finish(
                connection,
                page.id,
                fetch,
                final_url=capture.url,
                content_type=capture.header("Content-Type"),
                place=place,
                digest=capture.digest,
            )

        state = await self._call(write, capture)
        self.counts["retry" if state == "discovered" else fetch.outcome] += 1
        self.counts["pages"] += state != "discovered"
        self._hand_back(page)

    def _hand_back(self, page: Leased) -> None:
        self._out[page.host] -= 1
        if self._out[page.host] <= 0:
            del self._out[page.host]
        self._tell()

    def _tell(self) -> None:
        self._stir.set()
        if self.report is not None:
            self.report(self.counts)

    def _fetch(
        self, response: Response, kind: str, outcome: str, source: str, detail: str | None, *, url: str
    ) -> Fetch:
        return Fetch(
            url=url,
            kind=kind,
            outcome=outcome,
            source=source,
            status=response.status,
            size=len(response.body),
            etag=_header(response, "ETag"),
            last_modified=_header(response, "Last-Modified"),
            elapsed_ms=int(response.meta.get("download_latency", 0) * 1000),
            detail=detail,
            retry_after_s=retry_after_s(response.headers.get("Retry-After")),
        )

    def _back_off(self, attempt: int) -> float:
        return self._back_offs[min(attempt, len(self._back_offs)) - 1]

    async def _write(self, work: Callable[[Any], Any]) -> Any:
        """The result of `work(connection)`, committed."""
        return await self._call(lambda connection, _: work(connection), None)

    async def _call(self, work: Callable[[Any, Location | None], Any], capture: Capture | None) -> Any:
        """The result of work at the desk; a desk that cannot write ends the crawl."""
        try:
            return await asyncio.wrap_future(self.desk.call(work, capture))
        except Exception as error:
            if self.fault is None:
                self.fault = error
                self.logger.error("the crawl ends: %s", error)
                self._stir.set()
            raise

    async def closed(self, reason: str) -> None:
        self.desk.stats = dict(self.counts) | {"reason": reason}
        self.desk.state = "ok" if self.fault is None else "failed"
        await asyncio.to_thread(self.desk.close)


def _header(response: Response, name: str) -> str | None:
    value = response.headers.get(name)
    return " ".join(value.decode("latin-1").split()) if value else None


def _capture(response: Response) -> Capture:
    return Capture(
        url=response.url,
        status=response.status,
        body=response.body,
        headers=[
            (name.decode("latin-1"), value.decode("latin-1"))
            for name, values in response.headers.items()
            for value in values
        ],
        at=stamp(),
        ip=str(response.ip_address) if response.ip_address else None,
    )


def _reservation(response: Response) -> str | None:
    """The words by which the answer reserves text and data mining (TDMRep), else None."""
    if (_header(response, "TDM-Reservation") or "").strip() == "1":
        return "header tdm-reservation: 1"
    head = response.body[:50_000].lower()
    if b"tdm-reservation" in head:
        found = re.search(rb"<meta[^>]{1,200}tdm-reservation[^>]{1,200}>", head)
        if found and re.search(rb"""content\s*=\s*["']?1""", found.group()):
            return "meta tdm-reservation"
    return None
