"""The scenario `bulk`: one host with thousands of articles, for speed and memory; and the same as a WARC file."""

import datetime as dt
import io
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path

from crawler.simsite.replies import Reply, Request, SourceEntry, VirtualHost, conditional
from crawler.simsite.stories import EPOCH, html_page, make_story, sitemap

PER_SITEMAP = 5000


def bulk_page(number: int, base: str, size: int) -> bytes:
    """Article `number`, about `size` bytes long."""
    story = make_story(number, paragraphs=10)
    bare = html_page(story, f"{base}/news/{number}")
    return html_page(story, f"{base}/news/{number}", padding=max(size - len(bare), 0))


def bulk_hosts(count: int = 1000, sizes: Sequence[int] = (21_000,)) -> list[VirtualHost]:
    """One host with `count` articles behind a sitemap index; they have `sizes` bytes in turn."""
    pages = lru_cache(maxsize=1000)(bulk_page)  # the server must not be what is measured

    def page(number: int, base: str) -> bytes:
        return pages(number, base, sizes[number % len(sizes)])

    def handle(request: Request) -> Reply:
        path = request.path
        if path.startswith("/news/") and path[6:].isdigit() and int(path[6:]) < count:
            return conditional(request, Reply(page(int(path[6:]), request.base)), modified=EPOCH)
        if path == "/sitemap.xml":
            maps = (
                (f"{request.base}/map/{n}", EPOCH.isoformat()) for n in range((count - 1) // PER_SITEMAP + 1)
            )
            return conditional(request, Reply(sitemap(maps, index=True), "application/xml"))
        if path.startswith("/map/") and path[5:].isdigit():
            first = int(path[5:]) * PER_SITEMAP
            numbers = range(first, min(first + PER_SITEMAP, count))
            rows = ((f"{request.base}/news/{n}", EPOCH.isoformat()) for n in numbers)
            return conditional(request, Reply(sitemap(rows), "application/xml"))
        if path == "/robots.txt":
            return Reply(b"User-agent: *\nDisallow: /private/\n", "text/plain")
        return Reply(b"<h1>404</h1>", status=404)

    source = SourceEntry("bulk", "Bulk", "us", sitemaps=("/sitemap.xml",))
    return [
        VirtualHost("bulk.example", handle, source, f"{count} articles of {', '.join(map(str, sizes))} bytes")
    ]


def write_warc(path: Path, count: int, *, size: int = 21_000, host: str = "news.example") -> int:
    """A file like those of CC-NEWS: warcinfo, then response and request of each page; its length in bytes."""
    from warcio.statusandheaders import StatusAndHeaders
    from warcio.warcwriter import WARCWriter

    with path.open("wb") as out:
        writer = WARCWriter(out, gzip=True)
        about = {"software": "simsite", "format": "WARC File Format 1.0"}
        writer.write_record(writer.create_warcinfo_record(path.name, about))
        for number in range(count):
            url, base = f"https://{host}/news/{number}", f"https://{host}"
            dates = {"WARC-Date": f"{EPOCH + dt.timedelta(seconds=number):%Y-%m-%dT%H:%M:%SZ}"}
            body = bulk_page(number, base, size)
            kind = [("Content-Type", "text/html; charset=utf-8"), ("Content-Length", str(len(body)))]
            asking = [("Host", host), ("User-Agent", "simsite")]
            for sort, payload, headers in (
                ("response", body, StatusAndHeaders("200 OK", kind, protocol="HTTP/1.1")),
                (
                    "request",
                    b"",
                    StatusAndHeaders(f"GET /news/{number} HTTP/1.1", asking, is_http_request=True),
                ),
            ):
                with io.BytesIO(payload) as stream:
                    record = writer.create_warc_record(
                        url,
                        sort,
                        payload=stream,
                        length=len(payload),
                        http_headers=headers,
                        warc_headers_dict=dates,
                    )
                    writer.write_record(record)
    return path.stat().st_size
