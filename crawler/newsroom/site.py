"""The sample newsroom as pages: articles, section pages, feeds, sitemaps, robots.txt.

Pure functions: the same as-of date, moment and base addresses give the same bytes, ETags and dates.
"""

import datetime as dt
import hashlib
import json
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from email.utils import format_datetime
from functools import cache
from importlib import resources
from typing import Any

from jinja2 import BaseLoader, Environment, TemplateNotFound, select_autoescape
from markupsafe import Markup, escape

from crawler.newsroom import feeds
from crawler.newsroom.articles import HOSTS, MONTHS, Host, Paragraph, Piece, anchor, load_pieces

HTML = "text/html; charset=utf-8"


@dataclass(frozen=True, slots=True)
class Resource:
    """What a server answers under one path."""

    body: bytes
    content_type: str = HTML
    status: int = 200
    modified: dt.datetime | None = None
    headers: Mapping[str, str] = field(default_factory=dict)

    @property
    def etag(self) -> str:
        return '"' + hashlib.sha256(self.body).hexdigest()[:20] + '"'

    @property
    def last_modified(self) -> str | None:
        return format_datetime(self.modified.astimezone(dt.UTC), usegmt=True) if self.modified else None


@dataclass(frozen=True, slots=True)
class OtherPage:
    """A page that is no article, and what a collector should make of it."""

    host: str
    path: str
    outcome: str  #: soft_404, consent_wall, paywall, list, gone, robots


OTHER_PAGES = (
    OtherPage("harbourgazette.example", "/news/business/article/3099001/lost-page", "soft_404"),
    OtherPage("harbourgazette.example", "/news/world/article/3099002/personal-data-bill", "consent_wall"),
    OtherPage("harbourgazette.example", "/print/3100443", "robots"),
    OtherPage("fabline.example", "/pro/inside-qiaoyuans-second-fab.html", "paywall"),
    OtherPage("meridianwire.example", "/world/", "list"),
    OtherPage("quilltarrow.example", "/insights/alerts/alert-withdrawn", "gone"),
)

ROBOTS = {
    "meridianwire.example": "User-agent: *\nDisallow: /search\nDisallow: /internal/\n",
    "harbourgazette.example": (
        "User-agent: *\nDisallow: /print/\nDisallow: /subscribe\nAllow: /\n\nSitemap: {base}/sitemap.xml\n"
    ),
    "fabline.example": "User-agent: *\nDisallow: /wp-admin/\nAllow: /wp-admin/admin-ajax.php\n",
    "quilltarrow.example": "User-agent: *\nCrawl-delay: 1\nDisallow: /people/private/\n",
}


class _Packaged(BaseLoader):
    """Templates of this package, also from a zip."""

    def get_source(
        self, environment: Environment, template: str
    ) -> tuple[str, str | None, Callable[[], bool]]:
        file = resources.files("crawler.newsroom").joinpath("templates", template)
        if not file.is_file():
            raise TemplateNotFound(template)
        return file.read_text(encoding="utf-8"), None, lambda: True


def curly(text: str) -> str:
    """`text` with typographic quotation marks, as most publishing systems set them."""
    text = re.sub(r'(^|[\s(\[—–-])"', "\\1\u201c", text).replace('"', "\u201d")
    return re.sub(r"(^|[\s(\[“])'", "\\1\u2018", text).replace("'", "\u2019")


@cache
def _environment() -> Environment:
    env = Environment(loader=_Packaged(), autoescape=select_autoescape(["html"]), trim_blocks=True)
    env.filters["curly"] = curly
    return env


def _inline(text: str, host: Host) -> Markup:
    """`text` as HTML: the agency writes straight marks, the others typographic ones."""
    html = str(escape(text if host.template == "wire.html" else curly(text)))
    html = re.sub(r"\*\*(.+?)\*\*", r"<strong>\1</strong>", html)
    return Markup(re.sub(r"\*(.+?)\*", r"<em>\1</em>", html))  # noqa: S704 (escaped above)


def _body(piece: Piece) -> list[Markup]:
    """The blocks of an article as HTML; neighbouring list items share one list."""
    tags = {"p": "p", "h2": "h2", "h3": "h3", "quote": "blockquote"}
    found: list[Markup] = []
    items: list[Markup] = []
    for block in (*piece.blocks, Paragraph("end", "")):
        if block.kind == "li":
            items.append(Markup("<li>{}</li>").format(_inline(block.text, piece.host)))
            continue
        if items:
            found.append(Markup("<ul>{}</ul>").format(Markup("").join(items)))
            items = []
        if block.kind != "end":
            html = _inline(block.text, piece.host)
            found.append(Markup("<{0}>{1}</{0}>").format(Markup(tags[block.kind]), html))  # noqa: S704 (own tags)
    return found


def _json_ld(piece: Piece, base: str) -> Markup:
    """Metadata as schema.org; the daily wraps it in a graph, as its kind of system does."""
    article: dict[str, Any] = {
        "@type": "NewsArticle",
        "headline": piece.title,
        "datePublished": piece.published.isoformat(),
        "dateModified": piece.modified.isoformat(),
        "author": [{"@type": "Person", "name": a} for a in piece.authors],
        "publisher": {"@type": "Organization", "name": piece.host.name},
        "mainEntityOfPage": base + piece.path,
        "isAccessibleForFree": True,
    }
    if piece.host.template == "gazette.html":
        site = {"@type": "WebSite", "name": piece.host.name, "url": base + "/"}
        data: dict[str, Any] = {"@context": "https://schema.org", "@graph": [site, article]}
    else:
        data = {"@context": "https://schema.org", **article}
    return Markup(json.dumps(data, ensure_ascii=False).replace("<", "\\u003c"))  # noqa: S704 (JSON, "<" escaped)


def _related(piece: Piece, pieces: Iterable[Piece]) -> list[Piece]:
    """The three articles of the same host that came before; for the first ones, after."""
    others = [p for p in pieces if p.host == piece.host and p.slug != piece.slug]
    before = [p for p in others if p.published <= piece.published]
    return (before[::-1] + others)[:3]


def _article(piece: Piece, pieces: Iterable[Piece], base: str) -> bytes:
    day = piece.published
    page = _environment().get_template(piece.host.template).render(
        p=piece, title=piece.title, base=base, url=base + piece.path, body=_body(piece),
        related=_related(piece, pieces), ld=_json_ld(piece, base),
        long_date=f"{day.day} {MONTHS[day.month - 1]} {day.year}",
        short_date=f"{day.day} {MONTHS[day.month - 1][:3]}, {day.year}",
        us_date=f"{MONTHS[day.month - 1]} {day.day}, {day.year}",
    )  # fmt: skip
    return page.encode()


def section_path(host: Host, section: str) -> str:
    pattern = {
        "wire.html": "/{}/", "gazette.html": "/news/{}", "fabline.html": "/category/{}/", "docket.html": "/insights/{}",
    }  # fmt: skip
    return pattern[host.template].format(section)


def _lists(host: Host, pieces: list[Piece], base: str) -> dict[str, bytes]:
    """Home page and section pages of a host."""
    template = _environment().get_template("section.html")
    links = {
        "wire.html": [
            ("application/rss+xml", "/feeds/world.rss"),
            ("application/rss+xml", "/feeds/markets.rss"),
        ],
        "gazette.html": [],
        "fabline.html": [("application/atom+xml", "/atom.xml")],
        "docket.html": [("application/rss+xml", "/insights/feed")],
    }[host.template]
    pages = {"/": ("Latest", pieces[::-1][:12])}
    pages |= {
        section_path(host, s): (s.capitalize(), [p for p in reversed(pieces) if p.section == s])
        for s in host.sections
    }
    return {
        path: template.render(
            heading=heading, host=host, url=base + path, base=base, pieces=chosen, feeds=links,
            section_path=lambda s: section_path(host, s),
        ).encode()
        for path, (heading, chosen) in pages.items()
    }  # fmt: skip


def build_site(
    as_of: dt.date, bases: Mapping[str, str], at: dt.datetime | None = None
) -> dict[str, dict[str, Resource]]:
    """Everything each host serves, by path; `bases` gives each host's address ("http://127.0.0.1:8080")."""
    pieces = load_pieces(as_of, at)
    opened = dt.datetime.combine(anchor(as_of) - dt.timedelta(days=60), dt.time(), dt.UTC)
    site: dict[str, dict[str, Resource]] = {}
    for host in HOSTS:
        base = bases[host.host]
        own = [p for p in pieces if p.host == host]
        newest = max((p.modified for p in own), default=opened)
        paths = {p.path: Resource(_article(p, pieces, base), modified=p.modified) for p in own}
        paths |= {path: Resource(body, modified=newest) for path, body in _lists(host, own, base).items()}
        paths["/robots.txt"] = Resource(
            ROBOTS[host.host].format(base=base).encode(), "text/plain; charset=utf-8", modified=opened
        )
        for path, (content_type, body) in feeds.feeds_of(host, own, base, opened).items():
            paths[path] = Resource(body, content_type, modified=newest)
        site[host.host] = paths
    for other in OTHER_PAGES:
        if other.outcome in _TEMPLATE_OF:
            base = bases[other.host]
            page = (
                _environment()
                .get_template(_TEMPLATE_OF[other.outcome])
                .render(base=base, url=base + other.path)
            )
            site[other.host][other.path] = Resource(page.encode(), modified=opened)
        elif other.outcome == "gone":
            site[other.host][other.path] = Resource(b"<h1>Gone</h1>", status=410)
        elif other.outcome == "robots":
            site[other.host][other.path] = Resource(b"<h1>Printer version</h1>", modified=opened)
    return site


_TEMPLATE_OF = {"soft_404": "soft404.html", "consent_wall": "consent.html", "paywall": "paywall.html"}
