"""Invented trade news by number, and plain pages and feeds around it: the same number gives the same bytes."""

import datetime as dt
import random
import re
from collections.abc import Iterable
from dataclasses import dataclass
from email.utils import format_datetime
from functools import cache
from html import escape
from typing import Any
from xml.sax.saxutils import escape as xml

#: All dates of the rig count from here, so that a page is the same today and tomorrow.
EPOCH = dt.datetime(2026, 11, 2, 8, 0, tzinfo=dt.UTC)

_FIRST = "Quan Bel Tor Mir Sal Ken Var Lum Oss Pel Rhin Dov Tam Yel Cor Hask Nim Gar Fen Ulv".split()
_LAST = (
    "dara mark stead vik lena tec wick moor ban shire dell gate holt ridge ford sund mere ana or ix".split()
)
_TRADE = "Optics Memory Sensors Robotics Genomics Drones Photonics Batteries Telecom Instruments".split()
_LISTS = ("Entity List", "Unverified List", "1260H List", "unreliable entity list", "export control list")
_PLACES = "Ningbo Hefei Suzhou Wuhan Shenzhen Dresden Austin Osaka Penang Veldhoven".split()
_SENTENCES = (
    "{company} said on {day} that it would appeal against its addition to the {list}.",
    "The {place} company had revenue of {n} million yuan last year, {pct} per cent of it from abroad.",
    "Shares in {company} fell {pct} per cent, and its market value shrank to ${m} million.",
    "“We sell to anyone who pays and signs the form,” said {person}, its chief executive.",
    "{other} cancelled an order worth ${m} million, according to {person}.",
    "Officials declined to say whether {other} would be the next name on the list.",
    "Tariffs of {pct} per cent on goods worth ${n} million are to take effect next month, the ministry said.",
    "Analysts had expected export controls on the sector since the spring.",
    "{company} was valued at ${n} million when it raised money from {other} two years ago.",
    "Suppliers in {place} were told to stop shipments until licences arrive.",
    "A spokesman for the ministry urged the other side to “correct its practices at once”.",
    "The dispute has cost importers in {place} about ${m} million so far, {person} said.",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Story:
    """One invented article."""

    number: int
    title: str
    paragraphs: tuple[str, ...]
    published: dt.datetime

    @property
    def text(self) -> str:
        return "\n\n".join(self.paragraphs)


def company_name(number: int) -> str:
    """An invented company; 4,000 of them."""
    first, rest = _FIRST[number % 20], number // 20
    return f"{first}{_LAST[rest % 20]} {_TRADE[rest // 20 % 10]}"


def make_story(number: int, paragraphs: int = 8) -> Story:
    """The story with that number; companies, amounts and order of sentences differ from number to number."""
    chance = random.Random(number * 7919 + 17)  # noqa: S311 (play, not secrets)
    company, other = company_name(chance.randrange(4000)), company_name(chance.randrange(4000))
    found = []
    for _ in range(paragraphs):
        chosen = chance.sample(_SENTENCES, 3)
        values = {
            "company": company, "other": other, "list": chance.choice(_LISTS), "place": chance.choice(_PLACES),
            "person": f"{chance.choice(_FIRST)}{chance.choice(_LAST)} {chance.choice(_LAST).capitalize()}son",
            "day": chance.choice("Monday Tuesday Wednesday Thursday Friday".split()),
            "n": chance.randrange(100, 9900), "m": chance.randrange(10, 990), "pct": chance.randrange(2, 60),
        }  # fmt: skip
        found.append(" ".join(s.format(**values) for s in chosen))
    verb = chance.choice(("added to", "may be added to", "removed from"))
    title = f"{company} {verb} {chance.choice(_LISTS)} as trade dispute with {other} deepens ({number})"
    return Story(number, title, tuple(found), EPOCH - dt.timedelta(hours=number % 400))


@cache
def _script_stock() -> str:
    """One megabyte of words and numbers, about as compressible as the scripts of real pages."""
    chance = random.Random(1)  # noqa: S311 (play, not secrets)
    texts = (paragraph for number in range(600) for paragraph in make_story(number).paragraphs)
    words = "".join(f"{{id:{chance.getrandbits(240):x},text:{text}}}," for text in texts)
    return re.sub(r"[^ -&(-;=?-~]", " ", words)  # ASCII without quotes and tags


def script_text(number: int, size: int) -> str:
    """`size` characters of script, different from number to number."""
    stock = _script_stock()
    start = number * 7919 % len(stock)
    return (stock[start : start + size] + stock * (size // len(stock) + 1))[:size]


def html_page(
    story: Story,
    url: str,
    *,
    head: str = "",
    charset: str = "utf-8",
    declare: str | None = None,
    padding: int = 0,
) -> bytes:
    """A plain article page; `declare` is the charset its meta tag claims, `padding` bytes of script make it heavy."""
    body = "\n".join(f"<p>{escape(p, quote=False)}</p>" for p in story.paragraphs)
    filler = f"<script>var state = '{script_text(story.number, padding)}';</script>\n" if padding else ""
    text = (
        f'<!DOCTYPE html>\n<html lang="en"><head><meta charset="{declare or charset}">\n'
        f"<title>{escape(story.title)}</title>\n"
        f'<meta property="article:published_time" content="{story.published.isoformat()}">\n{head}{filler}</head>\n'
        f'<body><header><nav><a href="/">Home</a> <a href="/news/">News</a></nav></header>\n'
        f"<main><article><h1>{escape(story.title)}</h1>\n"
        f'<p class="byline">By Rig Writer <time datetime="{story.published.isoformat()}">'
        f"{story.published:%Y-%m-%d}</time></p>\n{body}\n</article></main>\n"
        f"<footer>Sign up for our newsletter. <a href='{escape(url)}'>Permalink</a></footer></body></html>\n"
    )
    return text.encode(charset, "xmlcharrefreplace")


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry of a feed of the rig."""

    title: str
    url: str
    published: dt.datetime | None = EPOCH
    updated: dt.datetime | None = None
    guid: str | None = None
    summary: str = ""


def rss2(title: str, entries: Iterable[Entry], *, encoding: str = "UTF-8", version: str = "2.0") -> bytes:
    items = []
    for e in entries:
        when = (
            f"<pubDate>{format_datetime(e.published)}</pubDate>" if e.published and version == "2.0" else ""
        )
        guid = f'<guid isPermaLink="false">{xml(e.guid)}</guid>' if e.guid else ""
        items.append(
            f"<item><title>{xml(e.title)}</title><link>{xml(e.url)}</link>{guid}{when}"
            f"<description>{xml(e.summary)}</description></item>"
        )
    text = (
        f'<?xml version="1.0" encoding="{encoding}"?>\n<rss version="{version}"><channel><title>{xml(title)}</title>'
        f"<link>http://{xml(title)}/</link><description>rig</description>\n"
        + "\n".join(items)
        + "\n</channel></rss>\n"
    )
    return text.encode(encoding, "xmlcharrefreplace")


def rdf(title: str, entries: Iterable[Entry]) -> bytes:
    """RSS 1.0."""
    listed = list(entries)
    links = "".join(f'<rdf:li rdf:resource="{xml(e.url)}"/>' for e in listed)
    items = "".join(
        f'<item rdf:about="{xml(e.url)}"><title>{xml(e.title)}</title><link>{xml(e.url)}</link>'
        f"<dc:date>{e.published.isoformat() if e.published else ''}</dc:date></item>\n"
        for e in listed
    )
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"'
        ' xmlns="http://purl.org/rss/1.0/" xmlns:dc="http://purl.org/dc/elements/1.1/">\n'
        f'<channel rdf:about="http://{xml(title)}/"><title>{xml(title)}</title><link>http://{xml(title)}/</link>'
        f"<items><rdf:Seq>{links}</rdf:Seq></items></channel>\n{items}</rdf:RDF>\n"
    ).encode()


def atom(title: str, entries: Iterable[Entry]) -> bytes:
    items = "".join(
        f"<entry><id>{xml(e.guid or e.url)}</id><title>{xml(e.title)}</title><link href='{xml(e.url)}'/>"
        f"<published>{(e.published or EPOCH).isoformat()}</published>"
        f"<updated>{(e.updated or e.published or EPOCH).isoformat()}</updated><summary>{xml(e.summary)}</summary></entry>\n"
        for e in entries
    )
    return (
        '<?xml version="1.0" encoding="utf-8"?>\n<feed xmlns="http://www.w3.org/2005/Atom">'
        f"<title>{xml(title)}</title><id>http://{xml(title)}/</id><updated>{EPOCH.isoformat()}</updated>\n{items}</feed>\n"
    ).encode()


def json_feed(title: str, entries: Iterable[Entry]) -> bytes:
    import json

    items: list[dict[str, Any]] = [
        {"id": e.guid or e.url, "url": e.url, "title": e.title, "content_text": e.summary,
         "date_published": e.published.isoformat() if e.published else None}
        for e in entries
    ]  # fmt: skip
    feed = {"version": "https://jsonfeed.org/version/1.1", "title": title, "items": items}
    return json.dumps(feed, ensure_ascii=False).encode()


def sitemap(urls: Iterable[tuple[str, str | None]], *, index: bool = False) -> bytes:
    """A sitemap, or an index of sitemaps, of (address, lastmod)."""
    outer, inner = ("sitemapindex", "sitemap") if index else ("urlset", "url")
    rows = "\n".join(
        f"<{inner}><loc>{xml(u)}</loc>{f'<lastmod>{m}</lastmod>' if m else ''}</{inner}>" for u, m in urls
    )
    return (
        f'<?xml version="1.0" encoding="UTF-8"?>\n<{outer} xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">\n'
        f"{rows}\n</{outer}>\n"
    ).encode()
