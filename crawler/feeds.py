"""Reading what a source offers: RSS, RDF, Atom (feedparser), JSON Feed, sitemaps and sitemap indexes.

What came decides, not what was declared: the same address may turn from RSS into Atom. Formats: rssboard.org,
RFC 4287, jsonfeed.org 1.1, sitemaps.org 0.9, Google's news sitemap extension.
"""

import calendar
import datetime as dt
import io
import json
import re
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from lxml import etree

from crawler.urls import canonical_url
from db.clock import stamp

MAX_ENTRIES = 50_000  # a sitemap may hold no more (sitemaps.org)
MAX_BYTES = 50 * 1024 * 1024  # nor be larger, unpacked


class NotAFeed(Exception):
    """The answer is no feed and no sitemap; the message says what it is."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One address that a feed or sitemap offers."""

    url: str  #: canonical
    title: str | None = None
    summary: str | None = None
    keywords: tuple[str, ...] = ()
    published: str | None = None  #: as `stamp` writes it
    updated: str | None = None


@dataclass(frozen=True, slots=True)
class Offer:
    """Everything one feed or sitemap said."""

    entries: tuple[Entry, ...] = ()
    sitemaps: tuple[tuple[str, str | None], ...] = ()  #: (URL, last change) of an index
    problem: str | None = None  #: it was broken, but something could be read
    newest_first: bool = True  #: known entries mean that the rest is known, too


def read_offer(body: bytes, url: str, content_type: str | None = None) -> Offer:
    """The entries of a feed, or the addresses of a sitemap or of its index.

    Raises:
        NotAFeed: it is something else: a page, an error, an empty answer.
    """
    if body[:2] == b"\x1f\x8b":
        body = _gunzip(body)
    head = body[:4000].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if not head:
        raise NotAFeed("the answer is empty")
    if head[:1] in (b"{", b"["):
        return _json_feed(body, url)
    wide = head.replace(b"\0", b"")  # UTF-16
    if b"<urlset" in wide or b"<sitemapindex" in wide:
        return _sitemap(body, url)
    if re.match(rb"<!doctype html|<html", wide):
        raise NotAFeed("the answer is an HTML page")
    if re.match(rb"https?://", head):
        return _text_sitemap(body, url)
    return _feed(body, url, content_type)


def _gunzip(body: bytes) -> bytes:
    """The unpacked body; a truncated one as far as it goes, and never more than `MAX_BYTES`."""
    decompressor = zlib.decompressobj(zlib.MAX_WBITS + 16)
    try:
        out = decompressor.decompress(body, MAX_BYTES + 1)
    except zlib.error as error:
        raise NotAFeed(f"broken gzip: {error}") from error
    if len(out) > MAX_BYTES:
        raise NotAFeed(f"unpacks to more than {MAX_BYTES} bytes")
    return out


def _feed(body: bytes, url: str, content_type: str | None) -> Offer:
    import feedparser

    if re.search(rb"<!ENTITY", body[:100_000]):
        raise NotAFeed("it declares XML entities")  # no news feed needs them, entity bombs do
    headers = {"content-location": url}
    if content_type:
        headers["content-type"] = content_type
    parsed = feedparser.parse(
        io.BytesIO(body), response_headers=headers, sanitize_html=False, resolve_relative_uris=False
    )
    entries = tuple(_unique(_feed_entry(entry, url) for entry in parsed.entries[:MAX_ENTRIES]))
    if not entries and (parsed.bozo or not parsed.version):
        problem = parsed.get("bozo_exception")
        raise NotAFeed(f"no feed: {problem}" if problem else "no feed")
    broken = bool(parsed.bozo) and type(parsed.bozo_exception).__name__ == "SAXParseException"
    return Offer(entries, problem=f"broken XML: {parsed.bozo_exception}" if broken else None)


def _feed_entry(entry: Any, url: str) -> Entry | None:
    link = entry.get("feedburner_origlink") or entry.get("link") or ""
    if not link and re.match(r"https?://", entry.get("id", "")):
        link = entry["id"]
    found = canonical_url(link, url) if link else None
    if found is None:
        return None
    updated = _struct_time(entry.get("updated_parsed"))
    return Entry(
        url=found,
        title=_plain(entry.get("title")),
        summary=_plain(entry.get("summary")),
        keywords=tuple(tag["term"] for tag in entry.get("tags", ()) if tag.get("term"))[:20],
        published=_struct_time(entry.get("published_parsed")) or updated,  # RDF has one date, Atom may
        updated=updated,
    )


def _json_feed(body: bytes, url: str) -> Offer:
    try:
        feed = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise NotAFeed(f"broken JSON: {error}") from error
    if not isinstance(feed, dict) or not isinstance(feed.get("items"), list):
        raise NotAFeed("JSON, but no JSON Feed")
    found = (_json_entry(item, url) for item in feed["items"][:MAX_ENTRIES] if isinstance(item, dict))
    return Offer(tuple(_unique(found)))


def _json_entry(item: Mapping[str, Any], url: str) -> Entry | None:
    link = item.get("url") or item.get("id")
    found = canonical_url(link, url) if isinstance(link, str) and link else None
    if found is None:
        return None
    tags = item.get("tags")
    return Entry(
        url=found,
        title=_plain(item.get("title")),
        summary=_plain(item.get("summary") or item.get("content_text")),
        keywords=tuple(str(tag) for tag in tags[:20]) if isinstance(tags, list) else (),
        published=read_time(item.get("date_published")),
        updated=read_time(item.get("date_modified")),
    )


def _sitemap(body: bytes, url: str) -> Offer:
    entries: list[Entry] = []
    children: list[tuple[str, str | None]] = []
    problem = None
    try:
        events = etree.iterparse(
            io.BytesIO(body),
            events=("end",),
            tag=("{*}url", "{*}sitemap"),
            recover=True,
            resolve_entities=False,
            no_network=True,
            load_dtd=False,
            huge_tree=False,
        )
        for _, element in events:
            fields = {
                etree.QName(child).localname: child for child in element.iterdescendants(tag=etree.Element)
            }
            found = canonical_url(_text(fields.get("loc")) or "", url) if "loc" in fields else None
            if found is not None and etree.QName(element).localname == "sitemap":
                children.append((found, read_time(_text(fields.get("lastmod")))))
            elif found is not None:
                keywords = _text(fields.get("keywords")) or ""
                entries.append(
                    Entry(
                        url=found,
                        title=_text(fields.get("title")),
                        keywords=tuple(word.strip() for word in keywords.split(",") if word.strip())[:20],
                        published=read_time(_text(fields.get("publication_date"))),
                        updated=read_time(_text(fields.get("lastmod"))),
                    )
                )
            element.clear()
            if len(entries) >= MAX_ENTRIES:
                problem = f"more than {MAX_ENTRIES} addresses"
                break
    except etree.XMLSyntaxError as error:
        problem = f"broken XML: {error}"
    if not entries and not children and problem:
        raise NotAFeed(problem)
    return Offer(tuple(_unique(iter(entries))), tuple(children), problem)


def _text_sitemap(body: bytes, url: str) -> Offer:
    lines = body.decode("utf-8", "replace").split()[:MAX_ENTRIES]
    found = (canonical_url(line, url) for line in lines)
    return Offer(tuple(_unique(Entry(url=line) for line in found if line)))


def _unique(entries: Iterator[Entry | None]) -> Iterator[Entry]:
    """Each address once; the first entry counts."""
    seen: set[str] = set()
    for entry in entries:
        if entry is not None and entry.url not in seen:
            seen.add(entry.url)
            yield entry


def _text(element: Any) -> str | None:
    text = "".join(element.itertext()).strip() if element is not None else ""
    return " ".join(text.split()) or None


def _plain(text: Any) -> str | None:
    """Text of a title or summary: tags and entities undone, at most 2000 characters."""
    if not isinstance(text, str):
        return None
    import html

    plain = html.unescape(re.sub(r"<[^>]{0,2000}>", " ", text[:20_000]))
    return " ".join(plain.split())[:2_000] or None


def _struct_time(value: Any) -> str | None:
    if value is None:
        return None
    try:
        return stamp(dt.datetime.fromtimestamp(calendar.timegm(value), dt.UTC))
    except (ValueError, OverflowError, OSError):
        return None


def read_time(text: Any) -> str | None:
    """A W3C date or time as `stamp` writes it; without a zone it counts as UTC."""
    if not isinstance(text, str):
        return None
    try:
        time = dt.datetime.fromisoformat(text.strip())
    except ValueError:
        return None
    try:
        return stamp(time if time.tzinfo else time.replace(tzinfo=dt.UTC))
    except (ValueError, OverflowError):
        return None
