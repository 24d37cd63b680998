"""Records of what a fetched page says: its type, its text in blocks, its metadata. Import them from db.records."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum


class BlockKind(StrEnum):
    """What a stretch of an article's text is. Furniture is masked before parsing."""

    PARAGRAPH = "paragraph"
    HEADING = "heading"
    LIST_ITEM = "list_item"
    BLOCKQUOTE = "blockquote"
    CAPTION = "caption"
    TABLE = "table"
    FURNITURE = "furniture"


@dataclass(frozen=True, slots=True)
class Block:
    """A stretch [start, end) of a body and what it is."""

    start: int
    end: int
    kind: BlockKind = BlockKind.PARAGRAPH


class PageType(StrEnum):
    """What a fetched page is. Only articles, live blogs and releases go on to annotation."""

    ARTICLE = "article"
    LIVE_BLOG = "live_blog"
    RELEASE = "press_release"  #: press release, official announcement
    LIST = "list"  #: section front, search results, tag page, home page
    CONSENT = "consent"  #: consent wall instead of the article
    PAYWALL = "paywall"  #: stub: the beginning of an article and an offer
    SOFT_404 = "soft_404"  #: says "not found" or "try again", whatever the status
    JS_SHELL = "js_shell"  #: nothing to read without running scripts
    MEDIA = "media"  #: gallery, video or audio page with captions only
    UNREADABLE = "unreadable"  #: not html, empty, over the size limit; see `failure`


class DatePrecision(StrEnum):
    """How exact a publication time is."""

    SECOND = "second"
    MINUTE = "minute"
    DAY = "day"


@dataclass(frozen=True, slots=True, kw_only=True)
class SiteMemory:
    """What several pages of one host have taught: lines that recur, and which title is the headline.

    A pure value: `crawler.article.learn` takes one with a reading and returns the next. All of it is JSON.
    """

    host: str
    pages: int = 0  #: pages learned from
    lines: Mapping[str, int] = field(default_factory=dict)  #: hash of a line -> on how many pages it was seen
    titles: Mapping[str, int] = field(
        default_factory=dict
    )  #: title field -> how often it stood in the headline
    recent: tuple[str, ...] = ()  #: hashes of the last pages, so that a page read again is not counted again


@dataclass(frozen=True, slots=True, kw_only=True)
class PageReading:
    """What one fetched page says: its type, text, blocks and metadata, each field with where it came from."""

    url: str
    page_type: PageType
    failure: str | None = None  #: why nothing could be read; set for UNREADABLE, otherwise None
    title: str | None = None
    titles: tuple[str, ...] = ()  #: other headlines the page gives, best first
    authors: tuple[str, ...] = ()
    published: dt.datetime | None = None  #: UTC
    published_on: dt.date | None = None  #: the day in the time zone of the page
    published_precision: DatePrecision | None = None
    published_tz: str | None = None  #: offset as the page gives it, "+08:00"; None: not told
    modified: dt.datetime | None = None  #: UTC
    language: str | None = None  #: ISO 639-1
    section: str | None = None
    site_name: str | None = None
    canonical_url: str | None = None
    paywall: bool = False  #: the page says that it is not free
    lead: str | None = None  #: standfirst, not part of `body`
    body: str = ""
    blocks: tuple[Block, ...] = ()  #: over `body`
    provenance: Mapping[str, str] = field(
        default_factory=dict
    )  #: field -> where it was read: "json-ld", "h1"
    reasons: tuple[str, ...] = ()  #: what decided the page type
    encoding: str | None = None
    lines: tuple[str, ...] = ()  #: hashes of the lines of the text, for the site memory

    @property
    def goes_on(self) -> bool:
        """True for pages whose text is annotated."""
        return self.page_type in (PageType.ARTICLE, PageType.LIVE_BLOG, PageType.RELEASE)
