"""robots.txt as RFC 9309 says, and tdmrep.json: kept in the store, with crawl delays that are really applied.

Scrapy's middleware allows everything when robots.txt cannot be had; the RFC asks for the opposite: a server error
means "do not crawl now". A copy is used for six hours (the RFC allows a day), older ones are asked for conditionally.
"""

import asyncio
import datetime as dt
import fnmatch
import json
import logging
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from protego import Protego
from scrapy import Request
from scrapy.http.request import NO_CALLBACK

from crawler.frontier import Fetch, log_fetch
from crawler.guard import GUARD, PrivateAddressError
from crawler.outcomes import of_error
from crawler.politeness import MAX_CRAWL_DELAY_S, HostPausedError, paces_of, retry_after_s
from crawler.refusals import RobotsRefusedError, RobotsUnavailableError, TdmReservedError
from crawler.urls import host_of
from db.clock import now, read_stamp, stamp

log = logging.getLogger(__name__)
MAX_AGE = dt.timedelta(hours=6)
MAX_BYTES = 1_000_000  # the RFC asks for at least 500 KiB


@dataclass(frozen=True, slots=True)
class Rules:
    """What a host's robots.txt says to us."""

    parser: Any = None  #: None: everything is allowed
    unavailable: bool = False
    delay_s: float = 0.0
    reserved: tuple[str, ...] = ()  #: patterns of addresses under a text-and-data-mining reservation


class RobotsMiddleware:
    """Lets a request pass, or raises why not; sets the crawl delay of the host."""

    def __init__(self, crawler: Any) -> None:
        self.crawler = crawler
        self.agent: str = crawler.settings["ROBOTSTXT_USER_AGENT"]
        self.obey: bool = crawler.settings.getbool("ROBOTSTXT_OBEY")
        self._rules: dict[str, asyncio.Task[Rules]] = {}
        self._why: dict[str, str] = {}  # outcome of the last request for a robots.txt

    @classmethod
    def from_crawler(cls, crawler: Any) -> "RobotsMiddleware":
        return cls(crawler)

    async def process_request(self, request: Any) -> None:
        kind = request.meta.get("kind")
        if kind == "render":  # asks nothing of the host; what its scripts ask for comes as parts
            return
        if kind != "part":
            request.meta["download_slot"] = host_of(request.url)  # also after a redirect to another host
        if kind == "robots" or not self.obey:
            return
        GUARD.check_url(request.url)  # before anything is asked of the host
        host = host_of(request.url)
        if host not in self._rules:
            self._rules[host] = asyncio.ensure_future(self._learn(urlsplit(request.url).scheme, host))
        rules = await asyncio.shield(self._rules[host])
        if rules.unavailable:
            if (urlsplit(request.url).hostname or "") in GUARD.refused:
                raise PrivateAddressError(f"private address: {host}")
            why = self._why.get(host, "as the last time")
            raise RobotsUnavailableError(f"robots.txt of {host} cannot be had: {why}")
        if rules.delay_s > MAX_CRAWL_DELAY_S:
            raise RobotsRefusedError(f"{host} asks for {rules.delay_s:.0f} s between two requests")
        if rules.parser is not None and not rules.parser.can_fetch(request.url, self.agent):
            raise RobotsRefusedError("disallowed by robots.txt")
        if kind == "page" and rules.reserved:
            path = urlsplit(request.url).path
            if any(fnmatch.fnmatchcase(path, pattern) for pattern in rules.reserved):
                page = request.meta["page"]
                if self.crawler.spider.obeys_tdm(page.source):
                    raise TdmReservedError("reserved by /.well-known/tdmrep.json")

    async def _learn(self, scheme: str, host: str) -> Rules:
        desk = self.crawler.spider.desk
        kept = await asyncio.wrap_future(desk.call(lambda c, _: _kept(c, host)))
        if kept is None or read_stamp(kept[0]) < now() - MAX_AGE or not 200 <= kept[1] < 500:
            kept = await self._ask(scheme, host, kept)
        rules = _rules(kept[1], kept[2], kept[4], self.agent)
        paces_of(self.crawler).set_crawl_delay(host, min(rules.delay_s, MAX_CRAWL_DELAY_S))
        return rules

    async def _ask(self, scheme: str, host: str, kept: "Kept | None") -> "Kept":
        url = f"{scheme}://{host}/robots.txt"
        headers = {"If-None-Match": kept[3]} if kept is not None and kept[2] is not None and kept[3] else {}
        status, text, etag, outcome, wait = 0, None, None, "connection", None
        for attempt in range(2):
            request = Request(
                url,
                priority=1000,
                dont_filter=True,
                headers=headers,
                callback=NO_CALLBACK,
                meta={"kind": "robots", "download_maxsize": MAX_BYTES, "download_slot": host},
            )
            try:
                response = await self.crawler.engine.download_async(request)
            except HostPausedError:
                break
            except Exception as error:  # noqa: BLE001  whatever it was, robots.txt could not be had
                log.info("robots.txt of %s: %r", host, error)
                outcome = of_error(error, url)
            else:
                status, outcome = response.status, f"http-{response.status}"
                wait = retry_after_s(response.headers.get("Retry-After"))
                if status == 304 and kept is not None:
                    status, text, etag = 200, kept[2], kept[3]
                elif status == 200:
                    text = response.body.decode("utf-8", "replace")
                    tag = response.headers.get("ETag")
                    etag = tag.decode("latin-1") if tag else None
                if status < 500 and status != 429:
                    break
            paces_of(self.crawler).pause(host, wait if wait is not None else 1 + attempt)
        if (status == 0 or status == 429 or status >= 500) and kept is not None and kept[2] is not None:
            status, text, etag = 200, kept[2], kept[3]  # the last one we had holds on
        self._why[host] = outcome
        desk = self.crawler.spider.desk
        fetch = Fetch(url=url, kind="robots", outcome="ok" if status else outcome, status=status or None)
        delay_s = _rules(status, text, None, self.agent).delay_s
        paces_of(self.crawler).set_crawl_delay(host, min(delay_s, MAX_CRAWL_DELAY_S))
        tdm = await self._reservations(scheme, host) if 200 <= status < 500 else kept and kept[4]
        row = (stamp(), status, text, etag, tdm or None)
        await asyncio.wrap_future(desk.call(lambda c, _: _keep(c, host, row, fetch)))
        return row

    async def _reservations(self, scheme: str, host: str) -> str | None:
        """Patterns of reserved addresses that the host's tdmrep.json names (W3C community report, 2022)."""
        request = Request(
            f"{scheme}://{host}/.well-known/tdmrep.json",
            priority=1000,
            dont_filter=True,
            callback=NO_CALLBACK,
            meta={"kind": "robots", "download_maxsize": MAX_BYTES, "download_slot": host},
        )
        try:
            response = await self.crawler.engine.download_async(request)
            rules = json.loads(response.body) if response.status == 200 else []
        except Exception as error:  # noqa: BLE001  no readable reservation is none
            log.info("tdmrep.json of %s: %r", host, error)
            return None
        found = [
            str(rule.get("location"))
            for rule in (rules if isinstance(rules, list) else [])
            if isinstance(rule, dict) and str(rule.get("tdm-reservation")) == "1" and rule.get("location")
        ]
        return "\n".join(found) or None


Kept = tuple[str, int, str | None, str | None, str | None]  # time, status, text, ETag, reservations


def _kept(connection: Any, host: str) -> Kept | None:
    row = connection.execute(
        "SELECT robots_at, robots_status, robots, robots_etag, tdm FROM hosts WHERE host = ?", (host,)
    ).fetchone()
    return None if row is None or row[0] is None else tuple(row)


def _keep(connection: Any, host: str, row: Kept, fetch: Fetch) -> None:
    log_fetch(connection, fetch)
    connection.execute(
        "INSERT INTO hosts (host, robots_at, robots_status, robots, robots_etag, tdm) VALUES (?, ?, ?, ?, ?, ?)"
        " ON CONFLICT (host) DO UPDATE SET robots_at = excluded.robots_at,"
        " robots_status = excluded.robots_status, robots = excluded.robots, robots_etag = excluded.robots_etag, tdm = excluded.tdm",
        (host, *row),
    )


def _rules(status: int, text: str | None, tdm: str | None, agent: str) -> Rules:
    reserved = tuple(tdm.split("\n")) if tdm else ()
    if status == 0 or status == 429 or status >= 500:
        return Rules(unavailable=True)
    if not text:
        return Rules(reserved=reserved)
    parser = Protego.parse(text)
    delay = float(parser.crawl_delay(agent) or 0)
    rate = parser.request_rate(agent)
    if rate is not None and rate.requests:
        delay = max(delay, rate.seconds / rate.requests)
    return Rules(parser, delay_s=delay, reserved=reserved)
