"""The scenario `newsroom`: the packaged sample articles. One tick is one day; the last tick shows everything."""

import datetime as dt
from collections.abc import Callable, Mapping
from functools import lru_cache

from crawler.newsroom.articles import FIRST_DAY, HOSTS, anchor
from crawler.newsroom.site import Resource, build_site
from crawler.simsite.replies import SourceEntry, VirtualHost, serve_resources

LAST_TICK = -FIRST_DAY + 1  #: everything is out

SOURCES = {
    "meridianwire.example": SourceEntry(
        "meridian_wire", "Meridian Wire", "gb", feeds=("/feeds/world.rss", "/feeds/markets.rss"), expect=(1, 60),
        kind="agency",
    ),
    "harbourgazette.example": SourceEntry(
        "harbour_gazette", "Harbour Gazette", "hk", sitemaps=("/sitemap.xml",), expect=(1, 60), kind="paper"
    ),
    "fabline.example": SourceEntry("fabline", "Fabline", "us", feeds=("/atom.xml",), expect=(1, 40), kind="trade"),
    "quilltarrow.example": SourceEntry(
        "quill_tarrow", "Quill & Tarrow LLP", "us", feeds=("/insights/feed",), expect=(1, 20), kind="lawfirm"
    ),
}  # fmt: skip


def newsroom_hosts(as_of: dt.date, bases: Callable[[], Mapping[str, str]]) -> list[VirtualHost]:
    """The four hosts; `bases` is asked once the server knows its ports."""

    @lru_cache(maxsize=4)
    def site(tick: int) -> dict[str, dict[str, Resource]]:
        night = anchor(as_of) + dt.timedelta(days=FIRST_DAY + tick)
        at = None if tick >= LAST_TICK else dt.datetime.combine(night, dt.time(), dt.UTC)
        return build_site(as_of, bases(), at)

    def tree(host: str) -> Callable[[int], Mapping[str, Resource]]:
        return lambda tick: site(tick)[host]

    return [VirtualHost(h.host, serve_resources(tree(h.host)), SOURCES[h.host], h.name) for h in HOSTS]
