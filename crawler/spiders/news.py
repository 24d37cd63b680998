"""The one spider: asks what is due, fetches what was found, and leaves every decision in the store.

It holds nothing that a kill could lose. Feeds and sitemaps that are due come first; then pages are leased from the
frontier a few at a time, so that memory stays flat however long the list is.
"""

import asyncio
import time
from collections import Counter
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import scrapy
from scrapy import Request
from scrapy.exceptions import CloseSpider, IgnoreRequest
from scrapy.http import Response

from crawler import discovery, frontier, outcomes
from crawler.answers import capture_of, fetch_of, header, rights_in
from crawler.archive import Capture, Location
from crawler.desk import Desk
from crawler.due import Task, due_tasks, note_source, paused_hosts, read_task, start_run
from crawler.feeds import NotAFeed, Offer
from crawler.focus import off_topic
from crawler.frontier import Fetch, Leased
from crawler.guard import GUARD
from crawler.hand import Hand
from crawler.politeness import HostPausedError, paces_of
from crawler.rendering import browser_settings, render, require_browser
from crawler.rights import Rights
from crawler.sources import IMPORT, load_sources
from crawler.urls import host_of
from db.clock import now, read_stamp
from db.errors import TradewireError

FEED_TRIES = 3  # in one run; the next run asks again anyway


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
        require_browser(self.sources.values())
        self.desk = Desk(
            Path(settings.get("CRAWL_STORE", "tradewire.sqlite")),
            Path(settings.get("CRAWL_ARCHIVE", "archive")),
        )
        self.counts: Counter[str] = Counter()
        self.report: Callable[[Counter[str]], None] | None = settings.get("CRAWL_REPORT")
        self.fault: BaseException | None = None
        self._back_offs = [float(wait) for wait in settings.getlist("CRAWL_BACK_OFF_S")]
        self._paces = paces_of(crawler)
        self._hand = Hand(
            self.sources,
            self._paces,
            self._write,
            lambda: self.fault is not None,
            requests=settings.getint("CONCURRENT_REQUESTS"),
            per_host=settings.getint("CONCURRENT_REQUESTS_PER_DOMAIN"),
        )
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
        if any(source.js for source in spider.sources.values()):
            crawler.settings.setdict(
                browser_settings(crawler.settings.get("CRAWL_BROWSER")), priority="spider"
            )
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
            found = await self._hand.lease()
            for page in found:
                yield self._page_request(page)
            if not found and not await self._hand.wait():
                break
        await self._hand.drain()

    # Feeds and sitemaps

    def _feed_request(self, task: Task) -> Request:
        if task.tries == 0:
            self._hand.ask_feed()
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
                if task.kind == "section" and self.sources[task.source].js:
                    response = await render(self.crawler, response)
                kind = header(response, "Content-Type")
                offer = await asyncio.to_thread(read_task, task.kind, response.body, response.url, kind)
                outcome, detail = "ok", offer.problem
                if task.kind == "section" and self._keeps_links_back(response, task.source):
                    offer, outcome, detail = None, "nofollow", "the page asks not to follow its links"
            except NotAFeed as error:
                outcome, detail = "not-a-feed", str(error)
            except IgnoreRequest as error:
                outcome, detail = outcomes.of_error(error, response.url), str(error)
        fetch = fetch_of(response, task.kind, outcome, task.source, detail, url=task.url)
        async for request in self._keep_feed(task, fetch, offer):
            yield request

    def _keeps_links_back(self, response: Response, source: str) -> bool:
        return self.obeys_robots_meta(source) and not rights_in(response).follow

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
            lambda c: discovery.keep_offer(c, source, task.url, fetch, offer, off_topic=refused)
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
        self._hand.feed_done()
        self._tell()

    # Pages

    def _page_request(self, page: Leased) -> Request:
        headers = {}
        shell = self.sources[page.source].js  # an unchanged shell says nothing about what its scripts show
        if page.etag and not shell:
            headers["If-None-Match"] = page.etag
        if page.last_modified and not shell:
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
        rights = rights_in(response) if outcome == "ok" else None
        if rights is not None and (refused := self._refused(rights, page.source)):
            outcome, detail = refused
        elif rights is not None and self.sources[page.source].js:
            try:
                response = await render(self.crawler, response)
            except IgnoreRequest as error:
                outcome, detail = outcomes.of_error(error, response.url), str(error)
        capture = capture_of(response) if outcome == "ok" else None
        if capture is not None and capture.digest == page.digest:
            outcome, capture = "unchanged", None
        fetch = fetch_of(response, "page", outcome, page.source, detail, url=page.url)
        if outcome == "throttled":
            wait = fetch.retry_after_s if fetch.retry_after_s is not None else self._back_off(1)
            self._paces.pause(page.host, wait)
            await self._write(lambda c: frontier.pause_host(c, page.host, wait))
        await self._finish(page, fetch, capture, rights)

    def obeys_tdm(self, source: str) -> bool:
        """Whether reservations of text and data mining are obeyed for this source."""
        return self.sources[source].tdm == "obey" and self.settings.get("CRAWL_TDM") != "ignore"

    def obeys_robots_meta(self, source: str) -> bool:
        """Whether robots meta tags and X-Robots-Tag are obeyed for this source."""
        return (
            self.sources[source].robots_meta == "obey" and self.settings.get("CRAWL_ROBOTS_META") != "ignore"
        )

    def _refused(self, rights: Rights, source: str) -> tuple[str, str] | None:
        """Outcome and reason where policy keeps us from storing the page."""
        if rights.reserved and self.obeys_tdm(source):
            return "tdm-reserved", rights.reserved
        if rights.unwanted and self.obeys_robots_meta(source):
            return "noindex", rights.unwanted
        return None

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

    async def _finish(
        self, page: Leased, fetch: Fetch, capture: Capture | None, rights: Rights | None = None
    ) -> None:
        back_off, said = self._back_offs, None if rights is None else str(rights)

        def write(connection: Any, place: Location | None) -> str:
            if capture is None:
                return frontier.finish(connection, page.id, fetch, rights=said, back_off_s=back_off)
            return frontier.finish(
                connection,
                page.id,
                fetch,
                final_url=capture.url,
                content_type=capture.header("Content-Type"),
                place=place,
                digest=capture.digest,
                rights=said,
            )

        state = await self._call(write, capture)
        self.counts["retry" if state == "discovered" else fetch.outcome] += 1
        self.counts["pages"] += state != "discovered"
        self._hand_back(page)

    def _hand_back(self, page: Leased) -> None:
        self._hand.page_done(page)
        self._tell()

    def _tell(self) -> None:
        if self.report is not None:
            self.report(self.counts)

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
                self._hand.stir()
            raise

    async def closed(self, reason: str) -> None:
        if reason == "memusage_exceeded" and self.fault is None:
            limit = self.crawler.settings.getint("MEMUSAGE_LIMIT_MB")
            self.fault = TradewireError(f"the crawl took more than {limit} MB of memory (MEMUSAGE_LIMIT_MB)")
        self.desk.stats = dict(self.counts) | {"reason": reason}
        self.desk.state = "ok" if self.fault is None else "failed"
        await asyncio.to_thread(self.desk.close)
