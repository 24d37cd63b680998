"""What a crawl has in hand: feeds asked for, pages leased and out. It decides what is leased next and when to wait.

Only a few pages are taken at a time, so that memory stays flat however long the list is.
"""

import asyncio
import contextlib
import time
from collections import Counter
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from crawler import frontier
from crawler.frontier import Leased
from crawler.politeness import Paces
from crawler.sources import Source
from db.clock import now, read_stamp

AHEAD = 8  # pages of one host in hand: enough to keep it busy while the next are leased

Write = Callable[[Callable[[Any], Any]], Awaitable[Any]]


class Hand:
    """Counts what is out; `write` runs work in the store, `ended` says that the crawl must end now."""

    def __init__(
        self,
        sources: Mapping[str, Source],
        paces: Paces,
        write: Write,
        ended: Callable[[], bool],
        *,
        requests: int,
        per_host: int,
    ) -> None:
        self._sources = sources
        self._paces = paces
        self._write = write
        self._ended = ended
        self._room = 2 * requests
        self._per_host = AHEAD * per_host
        self._out: Counter[str] = Counter()  # pages in hand, by host
        self._taken: Counter[str] = Counter()  # pages of this run, by source
        self._asking = 0  # feeds in hand
        self._stir = asyncio.Event()

    def ask_feed(self) -> None:
        self._asking += 1

    def feed_done(self) -> None:
        self._asking -= 1
        self.stir()

    def page_done(self, page: Leased) -> None:
        self._out[page.host] -= 1
        if self._out[page.host] <= 0:
            del self._out[page.host]
        self.stir()

    def stir(self) -> None:
        """Wake whoever waits: something has changed."""
        self._stir.set()

    async def lease(self) -> list[Leased]:
        """The next pages that may be asked for now."""
        in_hand = self._out.total()
        if in_hand > self._room // 2:
            return []
        ahead, held, names = dict(self._out), self._held(), self._unspent()
        pages: list[Leased] = await self._write(
            lambda c: frontier.lease(
                c,
                per_host=self._per_host,
                limit=self._room - in_hand,
                sources=names,
                ahead=ahead,
                paused=held,
            )
        )
        for page in pages:
            self._out[page.host] += 1
            self._taken[page.source] += 1
        return pages

    async def wait(self) -> bool:
        """Wait until something may have changed; False when nothing more will come in this run."""
        if self._asking == 0 and self._out.total() == 0:
            held, names = self._held(), self._unspent()
            due = await self._write(lambda c: frontier.next_due(c, names, held))
            wait = (read_stamp(due) - now()).total_seconds() if due is not None else None
            if wait is None or wait > self._paces.patience_s:
                return False
            await asyncio.sleep(min(max(wait, 0.05), 1.0))
            return True
        await self._pause()
        return True

    async def drain(self) -> None:
        """Wait for what is in hand: its outcome belongs into this run."""
        while (self._asking or self._out.total()) and not self._ended():
            await self._pause()

    async def _pause(self) -> None:
        self._stir.clear()
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._stir.wait(), 1.0)

    def _held(self) -> set[str]:
        """Hosts in a pause that this run does not wait for."""
        end = time.time() + self._paces.patience_s
        return {host for host, until in self._paces.paused().items() if until > end}

    def _unspent(self) -> dict[str, int]:
        """How many more pages each source may ask for in this run."""
        left = {name: source.max_pages - self._taken[name] for name, source in self._sources.items()}
        return {name: count for name, count in left.items() if count > 0}
