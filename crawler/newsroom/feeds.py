"""Feeds and sitemaps of the sample newsroom: RSS 2, Atom, news sitemaps under an index."""

import datetime as dt
from email.utils import format_datetime
from itertools import groupby
from xml.sax.saxutils import escape, quoteattr

from crawler.newsroom.articles import Host, Piece

RSS = "application/rss+xml; charset=utf-8"
ATOM = "application/atom+xml; charset=utf-8"
XML = "application/xml; charset=utf-8"
_HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n'


def rss(host: Host, title: str, entries: list[str], base: str, built: dt.datetime) -> bytes:
    """An RSS 2 document around ready items."""
    return (
        _HEAD + '<rss version="2.0" xmlns:dc="http://purl.org/dc/elements/1.1/">\n<channel>\n'
        f"<title>{escape(host.name)} - {escape(title)}</title>\n<link>{base}/</link>\n"
        f"<description>News from {escape(host.name)}</description>\n<language>en</language>\n"
        f"<lastBuildDate>{format_datetime(built)}</lastBuildDate>\n<ttl>30</ttl>\n"
        + "\n".join(entries)
        + "\n</channel>\n</rss>\n"
    ).encode()


def _item(piece: Piece, base: str) -> str:
    authors = "".join(f"<dc:creator>{escape(a)}</dc:creator>" for a in piece.authors)
    return (
        f"<item><title>{escape(piece.title)}</title><link>{base}{piece.path}</link>"
        f'<guid isPermaLink="false">{piece.host.host}:{piece.number}</guid>'
        f"<pubDate>{format_datetime(piece.published)}</pubDate>{authors}"
        f"<category>{escape(piece.section)}</category>"
        f"<description>{escape('<p>' + escape(piece.summary) + '</p>')}</description></item>"
    )


def _plain_item(title: str, url: str, when: dt.datetime) -> str:
    return f"<item><title>{escape(title)}</title><link>{url}</link><pubDate>{format_datetime(when)}</pubDate></item>"


def atom(host: Host, pieces: list[Piece], extra: list[str], base: str, built: dt.datetime) -> bytes:
    """An Atom document; links carry a campaign parameter, as many do."""
    entries = [
        f"<entry><id>tag:{host.host},{p.published:%Y-%m-%d}:{p.number}</id><title>{escape(p.title)}</title>"
        f"<link rel='alternate' href={quoteattr(base + p.path + '?utm_source=atom&utm_medium=feed')}/>"
        f"<published>{p.published.isoformat()}</published><updated>{p.modified.isoformat()}</updated>"
        f"<author><name>{escape(p.authors[0])}</name></author><summary>{escape(p.summary)}</summary></entry>"
        for p in reversed(pieces)
    ]
    return (
        _HEAD + f'<feed xmlns="http://www.w3.org/2005/Atom">\n<title>{escape(host.name)}</title>\n'
        f"<id>{base}/</id>\n<link rel='self' href='{base}/atom.xml'/>\n<updated>{built.isoformat()}</updated>\n"
        + "\n".join([*entries, *extra])
        + "\n</feed>\n"
    ).encode()


def sitemap_index(children: list[tuple[str, dt.datetime]]) -> bytes:
    """A sitemap index of (address, last change)."""
    rows = "".join(
        f"<sitemap><loc>{escape(u)}</loc><lastmod>{when.isoformat()}</lastmod></sitemap>\n"
        for u, when in children
    )
    return (
        _HEAD + f'<sitemapindex xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">\n{rows}</sitemapindex>\n'
    ).encode()


def news_sitemap(pieces: list[Piece], extra: list[str], base: str) -> bytes:
    """A sitemap with news titles and dates; `extra` are plain addresses."""
    rows = [
        f"<url><loc>{escape(base + p.path)}</loc><lastmod>{p.modified.isoformat()}</lastmod><news:news>"
        f"<news:publication><news:name>{escape(p.host.name)}</news:name><news:language>{p.language}</news:language>"
        f"</news:publication><news:publication_date>{p.published.isoformat()}</news:publication_date>"
        f"<news:title>{escape(p.title)}</news:title></news:news></url>"
        for p in pieces
    ]
    rows += [f"<url><loc>{escape(u)}</loc></url>" for u in extra]
    return (
        _HEAD + '<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"'
        ' xmlns:news="http://www.google.com/schemas/sitemap-news/0.9">\n' + "\n".join(rows) + "\n</urlset>\n"
    ).encode()


def feeds_of(host: Host, pieces: list[Piece], base: str, opened: dt.datetime) -> dict[str, tuple[str, bytes]]:
    """All feeds and sitemaps of a host: path -> content type and bytes."""
    built = max((p.modified for p in pieces), default=opened)
    if host.template == "wire.html":
        world = [_item(p, base) for p in reversed(pieces) if p.section == "world"]
        rest = [_item(p, base) for p in reversed(pieces) if p.section != "world"]
        world.append(_plain_item("Latest world news headlines on tariffs and trade", base + "/world/", built))
        return {
            "/feeds/world.rss": (RSS, rss(host, "World", world, base, built)),
            "/feeds/markets.rss": (RSS, rss(host, "Markets, Europe", rest, base, built)),
        }
    if host.template == "gazette.html":
        found = {}
        children = []
        for (year, week, _), group in groupby(pieces, key=lambda p: (*p.published.isocalendar()[:2], 0)):
            own = list(group)
            path = f"/sitemaps/news-{year}-{week:02d}.xml"
            found[path] = (XML, news_sitemap(own, [], base))
            children.append((base + path, max(p.modified for p in own)))
        other = ["/news/business/article/3099001/lost-page", "/news/world/article/3099002/personal-data-bill"]
        found["/sitemaps/other.xml"] = (
            XML,
            news_sitemap([], [base + p for p in [*other, "/print/3100443"]], base),
        )
        children.append((base + "/sitemaps/other.xml", built))
        found["/sitemap.xml"] = (XML, sitemap_index(children))
        return found
    if host.template == "fabline.html":
        pro = (
            f"<entry><id>tag:{host.host}:pro-1</id><title>Inside Qiaoyuan's second fab: what $3 billion buys</title>"
            f"<link rel='alternate' href='{base}/pro/inside-qiaoyuans-second-fab.html'/>"
            f"<published>{built.isoformat()}</published><updated>{built.isoformat()}</updated></entry>"
        )
        return {"/atom.xml": (ATOM, atom(host, pieces, [pro], base, built))}
    items = [_item(p, base) for p in reversed(pieces)]
    gone = _plain_item(
        "Client alert: Entity List (withdrawn)", base + "/insights/alerts/alert-withdrawn", built
    )
    return {"/insights/feed": (RSS, rss(host, "Insights", [*items, gone], base, built))}
