"""Hosts of the rig whose feeds and sitemaps are in every dialect and state of brokenness."""

import gzip
from dataclasses import replace

from crawler.simsite.kit import RSS_TYPE, Kit
from crawler.simsite.replies import Reply, Request, VirtualHost, conditional, etag_of, http_date
from crawler.simsite.stories import EPOCH, Entry, atom, html_page, json_feed, rdf, rss2, sitemap

MOVES_AT = 1  #: tick at which `moved` moves
SILENT_AT = 2  #: tick from which `silent` offers nothing
XML = "application/xml; charset=utf-8"


def feed_hosts() -> list[VirtualHost]:
    return [*_dialects(), *_broken(), *_validators(), *_over_time(), *_sitemaps()]


def _dialects() -> list[VirtualHost]:
    def kit(name: str, says: str, first: int) -> Kit:
        return Kit(f"{name}.example", says, first).articles()

    home = b'<html><head><link rel="alternate" type="application/rss+xml" href="/hidden/news.xml"></head><body></body></html>'
    return [
        kit("rss2", "RSS 2.0", 100).build(),
        kit("rss091", "RSS 0.91, no dates", 110).feed(lambda e: rss2("rss091", e, version="0.91")).build(),
        kit("rdf", "RSS 1.0", 120).feed(lambda e: rdf("rdf", e), "application/rdf+xml").build(),
        kit("atom", "Atom", 130).feed(lambda e: atom("atom", e), "application/atom+xml").build(),
        kit("jsonfeed", "JSON Feed 1.1", 140)
        .feed(lambda e: json_feed("jsonfeed", e), "application/feed+json")
        .build(),
        kit("latin1feed", "RSS in windows-1252, declared in XML", 150)
        .feed(lambda e: rss2("latin1feed – “été”", e, encoding="windows-1252"), "text/xml")
        .build(),
        kit("utf16feed", "RSS in UTF-16 with BOM", 160)
        .feed(lambda e: rss2("utf16feed", e, encoding="UTF-16"), "application/xml")
        .build(),
        kit("plaintext", "RSS served as text/plain", 170)
        .feed(lambda e: rss2("plaintext", e), "text/plain")
        .build(),
        kit("autodiscover", "feed named by the home page alone", 180)
        .route("/", home)
        .feed(lambda e: rss2("autodiscover", e), path="/hidden/news.xml")
        .build(),
    ]


def _broken() -> list[VirtualHost]:
    def kit(name: str, says: str, first: int) -> Kit:
        return Kit(f"{name}.example", says, first).articles()

    def torn(entries: list[Entry]) -> bytes:
        """A bare ampersand in the second title, and the end is missing."""
        text = rss2("brokenxml", entries).decode()
        second = text.index("<item>", text.index("<item>") + 1)
        text = text[:second] + text[second:].replace("<title>", "<title>Rise & fall: ", 1)
        return text[: text.rindex("<link>")].encode()

    bomb = (
        b'<?xml version="1.0"?>\n<!DOCTYPE lolz [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">'
        + b"".join(
            b'<!ENTITY %c "%s">' % (99 + i, b"".join(b"&%c;" % (98 + i) for _ in range(10))) for i in range(9)
        )
        + b']>\n<rss version="2.0"><channel><title>&k;</title><item><title>&k;</title><link>/news/1</link></item></channel></rss>'
    )
    external = (
        b'<?xml version="1.0"?>\n<!DOCTYPE x [<!ENTITY secret SYSTEM "file:///etc/hostname">]>\n'
        b'<rss version="2.0"><channel><title>x</title><item><title>&secret;</title><link>/news/1</link></item></channel></rss>'
    )

    def relative(entries: list[Entry]) -> bytes:
        return rss2("relative", [replace(e, url="/news/" + e.url.rsplit("/", 1)[1]) for e in entries])

    def doubled(entries: list[Entry]) -> bytes:
        """One link twice, and one guid over two links."""
        first, second, third = entries
        return rss2("dupguid", [first, first, second, replace(third, guid=second.guid)])

    def dateless(entries: list[Entry]) -> bytes:
        text = rss2("baddates", entries).decode()
        for bad in ("yesterday", "Mon, 99 Foo 2026 25:61:00 +0000", ""):
            text = text.replace("Mon, 02 Nov 2026 08:00:00 +0000", bad, 1)
        return text.encode()

    broken = kit("brokenxml", "RSS with a bare ampersand, torn at the end", 200).feed(torn)
    del broken.expects["/news/3"]  # its entry is torn off
    return [
        broken.build(),
        kit("htmlfeed", "a web page where the feed was", 210)
        .route("/feed", Reply(b"<!DOCTYPE html><html><body><h1>We have moved on</h1></body></html>"))
        .unreached("/feed", "not-a-feed")
        .build(),
        kit("wrongcharset", "UTF-8 feed, header says ISO-8859-1", 220)
        .feed(lambda e: rss2("wrongcharset – “été”", e), "application/rss+xml; charset=iso-8859-1")
        .build(),
        kit("relative", "relative links", 230).feed(relative).build(),
        kit("dupguid", "duplicate links and guids", 240).feed(doubled).build(),
        kit("baddates", "dates that are none", 250).feed(dateless).build(),
        kit("bomfeed", "white space and BOM before the XML declaration", 260)
        .feed(lambda e: b"\xef\xbb\xbf\n\n" + rss2("bomfeed", e))
        .build(),
        kit("emptyanswer", "an empty answer", 270)
        .route("/feed", Reply(b"", RSS_TYPE))
        .unreached("/feed", "not-a-feed")
        .build(),
        kit("entitybomb", "XML entity bomb", 280)
        .route("/feed", Reply(bomb, RSS_TYPE))
        .unreached("/feed", "not-a-feed")
        .build(),
        kit("external", "XML external entity", 290)
        .route("/feed", Reply(external, RSS_TYPE))
        .unreached("/feed", "not-a-feed")
        .build(),
        kit("brokenjson", "JSON Feed, cut", 295)
        .feed(lambda e: json_feed("x", e)[:-40], "application/json")
        .unreached("/feed", "not-a-feed")
        .build(),
    ]


def _validators() -> list[VirtualHost]:
    """Who tells the truth about change, and who does not."""

    def kit(name: str, says: str, first: int) -> Kit:
        return Kit(f"{name}.example", says, first).articles()

    def body(host: Kit, request: Request) -> bytes:
        """A feed that gets a new article with each tick."""
        fresh = Entry(
            f"Tick {request.tick} on the Entity List", f"{request.base}/news/t{request.tick}", EPOCH
        )
        new = [fresh] if request.tick else []
        return rss2(host.name, [*new, *host.feed_entries(request.base)])

    def tick_article(host: Kit) -> Kit:
        return host.route(
            "/news/t*", lambda r: conditional(r, Reply(html_page(host.story(5), r.base + r.path)))
        )

    def lying(host: Kit) -> Kit:
        def answer(request: Request) -> Reply:
            if "if-none-match" in request.headers or "if-modified-since" in request.headers:
                return Reply(status=304, content_type=None, headers={"ETag": '"for-ever"'})
            return Reply(body(host, request), RSS_TYPE, headers={"ETag": '"for-ever"'})

        return tick_article(host.route("/feed", answer))

    def restless(host: Kit) -> Kit:
        def answer(request: Request) -> Reply:
            return Reply(body(host, request), RSS_TYPE, headers={"ETag": f'"{request.nth}"'})

        return tick_article(host.route("/feed", answer))

    def honest(host: Kit, *, etag: bool, weak: bool = False) -> Kit:
        def answer(request: Request) -> Reply:
            reply = Reply(body(host, request), RSS_TYPE)
            if weak:
                tag = "W/" + etag_of(reply.body)
                known = request.headers.get("if-none-match") == tag
                return replace(reply, status=304 if known else 200, headers={"ETag": tag},
                               body=b"" if known else reply.body)  # fmt: skip
            changed = EPOCH.replace(day=EPOCH.day + min(request.tick, 20))
            return conditional(request, reply, modified=None if etag else changed, etag=etag)

        return tick_article(host.route("/feed", answer))

    return [
        honest(kit("etagonly", "ETag alone; a new article each tick", 300), etag=True).build(),
        honest(kit("weaketag", "weak ETag", 310), etag=True, weak=True).build(),
        honest(kit("lastmodified", "Last-Modified alone", 320), etag=False).build(),
        lying(kit("lyingetag", "says 304 although there is news", 330)).build(),
        restless(kit("restless", "a new ETag for the same bytes", 340)).build(),
    ]


def _over_time() -> list[VirtualHost]:
    silent = Kit("silent.example", f"a feed that goes silent at tick {SILENT_AT}", 400).articles()
    silent.route(
        "/feed",
        lambda r: conditional(
            r, Reply(rss2("silent", silent.feed_entries(r.base) if r.tick < SILENT_AT else []), RSS_TYPE)
        ),
    )
    moved = Kit("moved.example", f"a feed that moves at tick {MOVES_AT} (301)", 410).articles()
    moved.route(
        "/feed",
        lambda r: (
            Reply(b"", "text/html", 301, {"Location": "/rss/all.xml"})
            if r.tick >= MOVES_AT
            else conditional(r, Reply(rss2("moved", moved.feed_entries(r.base)), RSS_TYPE))
        ),
    ).feed(lambda e: rss2("moved", e), path="/rss/all.xml")
    gone = Kit("gonefeed.example", "a feed that is gone (410)", 420).articles()
    gone.route("/feed", Reply(b"gone", "text/plain", 410)).unreached("/feed", "gone")
    return [silent.build(), moved.build(), gone.build()]


def _sitemaps() -> list[VirtualHost]:
    def kit(name: str, says: str, first: int) -> Kit:
        host = Kit(f"{name}.example", says, first, feeds=(), sitemaps=("/sitemap.xml",)).articles()
        del host.entries[:]  # the sitemap alone names them
        return host

    def urls(base: str, *numbers: int) -> bytes:
        return sitemap((f"{base}/news/{n}", EPOCH.isoformat()) for n in numbers)

    packed = {"Content-Type": "application/x-gzip"}

    index = kit("sitemapindex", "an index with plain, packed, torn and query-string children", 500)
    index.route(
        "/sitemap.xml",
        lambda r: conditional(
            r,
            Reply(
                sitemap(
                    [
                        (f"{r.base}/maps/one.xml", EPOCH.isoformat()),
                        (f"{r.base}/maps/two.xml.gz", EPOCH.isoformat()),
                        (f"{r.base}/maps/torn.xml", EPOCH.isoformat()),
                        (f"{r.base}/maps?page=4&type=news", EPOCH.isoformat()),
                        (f"{r.base}/maps/2011.xml", "2011-01-01"),
                    ],
                    index=True,
                ),
                XML,
            ),
        ),
    )
    index.articles(4)
    del index.entries[:]
    index.route("/maps/one.xml", lambda r: conditional(r, Reply(urls(r.base, 1), XML)))
    index.route(
        "/maps/two.xml.gz",
        lambda r: Reply(gzip.compress(urls(r.base, 2), mtime=0), packed["Content-Type"]),
    )
    index.route("/maps/torn.xml", lambda r: Reply(urls(r.base, 3) + b"<url><loc>http://", XML))
    index.route("/maps", lambda r: Reply(urls(r.base, 4), XML) if "page=4" in r.query else Reply(status=404))
    index.route("/maps/2011.xml", lambda r: Reply(urls(r.base, 9), XML))

    self_index = kit("loopindex", "an index that names itself", 520)
    self_index.route(
        "/sitemap.xml", lambda r: Reply(sitemap([(f"{r.base}/sitemap.xml", None)], index=True), XML)
    )
    self_index.unreached("/sitemap.xml", "ok")

    news = kit("newsmap", "a news sitemap with titles and dates", 530)
    news.route("/sitemap.xml", lambda r: conditional(r, Reply(_news_map(news, r.base), XML)))

    lines = kit("textmap", "a sitemap as plain text", 540)
    lines.route(
        "/sitemap.xml",
        lambda r: Reply("\n".join(f"{r.base}/news/{n}" for n in (1, 2, 3)).encode(), "text/plain"),
    )

    robots = Kit("robotsmap.example", "a sitemap that robots.txt names", 550, feeds=(), sitemaps=())
    robots.articles()
    robots.route(
        "/robots.txt", lambda r: Reply(f"User-agent: *\nSitemap: {r.base}/named.xml\n".encode(), "text/plain")
    )
    robots.route(
        "/named.xml", lambda r: Reply(urls(r.base, 1, 2, 3), XML, headers={"Last-Modified": http_date(EPOCH)})
    )
    robots.sitemaps = ("/named.xml",)
    return [index.build(), self_index.build(), news.build(), lines.build(), robots.build()]


def _news_map(host: Kit, base: str) -> bytes:
    rows = "".join(
        f"<url><loc>{base}/news/{n}</loc><news:news><news:publication><news:name>Newsmap</news:name>"
        f"<news:language>en</news:language></news:publication>"
        f"<news:publication_date>{host.story(n).published.isoformat()}</news:publication_date>"
        f"<news:title>{host.story(n).title}</news:title><news:keywords>export controls, chips</news:keywords>"
        "</news:news></url>"
        for n in (1, 2, 3)
    )
    return (
        '<?xml version="1.0" encoding="UTF-8"?><urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"'
        f' xmlns:news="http://www.google.com/schemas/sitemap-news/0.9">{rows}</urlset>'
    ).encode()
