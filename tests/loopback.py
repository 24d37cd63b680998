"""A loopback site for tests: a table of paths, and a log of what was asked."""

import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

Answer = tuple[int, dict[str, str], bytes]


@dataclass
class Asked:
    """One request as the site saw it."""

    path: str
    at: float
    headers: Mapping[str, str]


@dataclass
class Site:
    """Paths and what they answer: bytes, an answer, or a function of the request."""

    paths: dict[str, bytes | Answer | Callable[[Asked], Answer]] = field(default_factory=dict)
    log: list[Asked] = field(default_factory=list)
    url: str = ""

    def asked(self, path: str) -> int:
        return sum(a.path == path for a in self.log)

    def answer(self, asked: Asked) -> Answer:
        found = self.paths.get(asked.path, (404, {}, b"not here"))
        if callable(found):
            found = found(asked)
        if isinstance(found, bytes):
            import hashlib

            tag = f'"{hashlib.sha256(found).hexdigest()[:12]}"'
            if asked.headers.get("If-None-Match") == tag:
                return 304, {"ETag": tag}, b""
            kind = "application/xml" if found[:5] == b"<?xml" else "text/html; charset=utf-8"
            return 200, {"ETag": tag, "Content-Type": kind}, found
        return found


@contextmanager
def serve(paths: dict[str, bytes | Answer | Callable[[Asked], Answer]]) -> Iterator[Site]:
    """A site that answers while the block runs."""
    site = Site(paths)

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            asked = Asked(self.path, time.monotonic(), dict(self.headers))
            site.log.append(asked)
            status, headers, body = site.answer(asked)
            if status == 0:  # break the connection
                self.close_connection = True
                return
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            if "Content-Length" not in headers and "Transfer-Encoding" not in headers and status != 304:
                self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *args: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    site.url = f"http://127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield site
    finally:
        server.shutdown()
        server.server_close()


def feed(site: str, *names: str, date: str = "Sat, 21 Nov 2026 10:00:00 GMT") -> bytes:
    """An RSS feed that names pages of the site."""
    items = "".join(
        f"<item><title>Chip export controls and tariffs: part {name}</title><link>{site}/{name}</link>"
        f"<pubDate>{date}</pubDate></item>"
        for name in names
    )
    return (
        f'<?xml version="1.0"?><rss version="2.0"><channel><title>t</title>{items}</channel></rss>'.encode()
    )


def article(name: str) -> bytes:
    """A page with a news article about the subject."""
    sentences = " ".join(
        f"In part {name} the Commerce Department said export controls on chips number {i} would be widened, and the"
        f" trade war over tariffs goes on in chapter {name}-{i}."
        for i in range(8)
    )
    return (
        f"<!doctype html><html lang=en><head><title>Chip export controls: part {name}</title>"
        '<meta property="article:published_time" content="2026-11-20T10:00:00Z"></head><body><main><article>'
        f"<h1>Chip export controls: part {name}</h1><p>{sentences}</p><p>{sentences[::-1][:0]}The Entity List grew"
        f" again, officials told reporters in city {name}.</p></article></main></body></html>"
    ).encode()
