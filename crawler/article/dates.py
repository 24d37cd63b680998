"""Publication and modification time with precision and time zone.

JSON-LD and article meta elements first, then time elements, then htmldate over the whole page.
"""

import dataclasses
import datetime as dt
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from crawler.article.page import Page
from db.records import DatePrecision

ISO = re.compile(
    r"(?P<y>(?:19|20)\d\d)[-/.]?(?P<m>[01]?\d)[-/.]?(?P<d>[0-3]?\d)"
    r"(?:[T ]+(?P<h>[0-2]?\d):?(?P<min>[0-5]\d)(?::?(?P<s>[0-5]\d)(?:[.,]\d+)?)?"
    r"\s*(?P<tz>Z|UTC|GMT|[+-]\d\d:?\d\d|[+-]\d\d)?)?"
)
PUBLISHED = (
    "article:published_time",
    "og:article:published_time",
    "article:published",
    "og:published_time",
    "datepublished",
    "parsely-pub-date",
    "sailthru.date",
    "dc.date.issued",
    "dcterms.created",
    "dcterms.issued",
    "dc.date.created",
    "dcterms.date",
    "dc.date",
    "pubdate",
    "publishdate",
    "publish-date",
    "publish_date",
    "publication_date",
    "article.published",
    "cxenseparse:recs:publishtime",
    "cxenseparse:publishtime",
    "citation_publication_date",
    "date",
)
MODIFIED = (
    "article:modified_time",
    "og:updated_time",
    "datemodified",
    "dcterms.modified",
    "last-modified",
    "article:modified",
)
URL_DAY = re.compile(r"/((?:19|20)\d\d)(?:([/-])(\d\d?)\2(\d\d?)|()(\d\d)(\d\d))(?:/|-|_|$)")
#: Beyond it, the page tells when it was moved to another system, the address when it was written.
MIGRATED = dt.timedelta(days=3)


def zones(names: str) -> list[str]:
    return names.split()


#: Hours of UTC that are midnight in winter and summer where the top-level domain is at home.
MIDNIGHT_UTC = {
    **dict.fromkeys(zones("de at ch nl be fr it es pl cz sk hu se no dk lu si hr rs"), (22, 23)),
    **dict.fromkeys(zones("fi ee lv lt gr ro bg ua il"), (21, 22)),
    **dict.fromkeys(zones("tr ru by"), (21,)),
    **dict.fromkeys(zones("cn hk tw sg my ph"), (16,)),
    **dict.fromkeys(zones("jp kr"), (15,)),
}
EARLIEST = dt.date(1995, 1, 1)


@dataclass(frozen=True, slots=True)
class When:
    """One time as a page gives it."""

    day: dt.date
    utc: dt.datetime
    precision: DatePrecision
    tz: str | None
    source: str


def read_time(text: str | None, source: str, latest: dt.date | None = None) -> When | None:
    """The time that `text` gives in ISO form or as in mail headers, or None."""
    if not text:
        return None
    match = ISO.search(text)
    if match is None or match["m"] is None:
        return mail_time(text, source)
    try:
        day = dt.date(int(match["y"]), int(match["m"]), int(match["d"]))
        clock = dt.time(int(match["h"] or 0), int(match["min"] or 0), int(match["s"] or 0))
    except ValueError:
        return None
    precision = DatePrecision.DAY
    if match["h"]:
        precision = DatePrecision.SECOND if match["s"] else DatePrecision.MINUTE
    return make(day, clock, match["tz"], precision, source, latest)


def mail_time(text: str, source: str) -> When | None:
    """A time like "Tue, 08 Oct 2019 12:01:00 GMT", or None."""
    if not re.search(r"\d{1,2} [A-Z][a-z]{2,8} (?:19|20)\d\d \d\d:\d\d", text):
        return None
    from email.utils import parsedate_to_datetime

    try:
        value = parsedate_to_datetime(text)
    except (TypeError, ValueError):
        return None
    tz = value.strftime("%z") or None
    return make(value.date(), value.time(), tz, DatePrecision.SECOND, source, None)


def make(
    day: dt.date,
    clock: dt.time,
    tz: str | None,
    precision: DatePrecision,
    source: str,
    latest: dt.date | None,
) -> When | None:
    if day < EARLIEST or (latest is not None and day > latest):
        return None
    offset = dt.timedelta()
    if tz and tz[0] in "+-":
        digits = tz[1:].replace(":", "").ljust(4, "0")
        offset = dt.timedelta(hours=int(digits[:2]), minutes=int(digits[2:]))
        if offset > dt.timedelta(hours=15):
            return None
        tz = f"{tz[0]}{digits[:2]}:{digits[2:]}"
        offset = -offset if tz[0] == "-" else offset
    elif tz:
        tz = "+00:00"
    utc = dt.datetime.combine(day, clock.replace(tzinfo=None), dt.UTC) - offset
    return When(day, utc, precision, tz, source)


def published_of(page: Page) -> When | None:
    """When the article was published."""
    found = next((w for w in embedded(page, "datePublished", PUBLISHED) if w), None) or in_time_element(page)
    in_url = address_day(page.url)
    if in_url is not None and (found is None or abs(found.day - in_url.day) > MIGRATED):
        return in_url
    return at_local_midnight(found, page.url) if found else searched(page)


def at_local_midnight(when: When, url: str) -> When:
    """`when`, or the local day it stands for: "2021-11-04T23:00:00Z" of a German site is 5 November, without a time."""
    domain = (urlsplit(url).hostname or "").rsplit(".", 1)[-1]
    hours = MIDNIGHT_UTC.get(domain)
    at = when.utc
    if hours is None or when.tz != "+00:00" or (at.minute, at.second) != (0, 0) or at.hour not in hours:
        return when
    return dataclasses.replace(when, day=when.day + dt.timedelta(days=1), precision=DatePrecision.DAY)


def address_day(url: str) -> When | None:
    """The day in an address like /2024/03/06/quarrel, or None."""
    match = URL_DAY.search(url)
    if match is None:
        return None
    return read_time(f"{match[1]}-{match[3] or match[6]}-{match[4] or match[7]}", "url")


def modified_of(page: Page) -> When | None:
    """When the article was changed last, as the page says."""
    return next((w for w in embedded(page, "dateModified", MODIFIED) if w), None)


def embedded(page: Page, field: str, metas: tuple[str, ...]) -> Iterator[When | None]:
    """Times in JSON-LD, meta elements and microdata."""
    yield read_time(first_text(page.news.get(field)), "json-ld")
    for name in metas:
        for value in page.metas.get(name, ()):
            yield read_time(value, f"meta {name}")
    for node in page.nodes:
        if node is not page.news and "webpage" in str(node.get("@type")).lower():
            yield read_time(first_text(node.get(field)), "json-ld page")
    for element in page.tree.xpath(f"//*[@itemprop='{field}']")[:5]:
        yield read_time(element.get("datetime") or element.get("content") or element.text, "itemprop")


def first_text(value: Any) -> str | None:
    if isinstance(value, list):
        value = value[0] if value else None
    return value if isinstance(value, str) else None


def in_time_element(page: Page) -> When | None:
    """The time element that says it is the publication, if one does."""
    for element in page.tree.iter("time"):
        marks = (
            f"{element.get('class', '')} {element.get('pubdate', '')} {element.get('itemprop', '')}".lower()
        )
        if (
            "publi" in marks or "entry-date" in marks or element.get("pubdate") is not None
        ) and "updat" not in marks.split():
            found = read_time(element.get("datetime"), "time")
            if found is not None:
                return found
    return None


def searched(page: Page) -> When | None:
    """What htmldate finds in the whole page and its address."""
    from htmldate import find_date

    for extensive in (False, True):
        try:
            found = find_date(page.tree, url=page.url, original_date=True, extensive_search=extensive)
        except (ValueError, TypeError, AttributeError, RecursionError):
            continue
        if found and not (extensive and found.endswith("-01-01")):  # a bare year somewhere in the page
            return read_time(found, "search")
    return None
