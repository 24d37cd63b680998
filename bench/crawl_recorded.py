"""Crawl the recorded real pages of the gold data, served on loopback, with the real spider; every page must end typed.

    GOLD_DIR=... python -m bench.crawl_recorded [--json OUT]

Prints the count of each end: articles by page type, typed failures of the fetch and of the extraction. Exit code 1
when a page has none.
"""

import argparse
import contextlib
import gzip
import json
import os
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from crawler.extract import extract_pending
from crawler.run import crawl
from crawler.sources import load_sources
from db.store import Store


def recorded(gold: Path) -> dict[str, tuple[bytes, str]]:
    """Path on our server -> (bytes as served, content type) of every recorded page."""
    pages = {}
    for line in (gold / "pages" / "gold.jsonl").open(encoding="utf-8"):
        row = json.loads(line)
        body = gzip.decompress((gold / "pages" / row["html_path"]).read_bytes())
        charset = f"; charset={row['charset']}" if row["charset"] else ""
        pages[f"/{row['corpus']}/{row['id']}.html"] = (body, f"text/html{charset}")
    return pages


@contextlib.contextmanager
def serving(pages: dict[str, tuple[bytes, str]]) -> Iterator[str]:
    """The base address of a server with these pages and a sitemap of them."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            if self.path == "/sitemap.xml":
                base = f"http://{self.headers['Host']}"
                urls = "".join(f"<url><loc>{base}{path}</loc></url>" for path in pages)
                xml = f'<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{urls}</urlset>'
                self.answer(200, xml.encode(), "application/xml")
            elif self.path in pages:
                body, kind = pages[self.path]
                self.answer(200, body, kind)
            else:
                self.answer(404, b"", "text/plain")

        def answer(self, status: int, body: bytes, kind: str) -> None:
            self.send_response(status)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *args: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        server.server_close()


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--json", type=Path, help="write the counts there")
    options = parser.parse_args()
    gold = os.environ.get("GOLD_DIR")
    if not gold:
        parser.error("set GOLD_DIR to the folder of the gold data")
    pages = recorded(Path(gold))
    ends: Counter[str] = Counter()
    with serving(pages) as base, tempfile.TemporaryDirectory() as folder:
        archive = Path(folder) / "archive"
        sources = load_sources(
            f'[recorded]\nname = "Recorded pages"\nsitemaps = ["{base}/sitemap.xml"]\nallow_private = true\n'
            "topical = true\nmax_pages = 100000\n"
        )
        with Store.open(Path(folder) / "store.sqlite", create=True) as store:
            start = time.monotonic()
            crawl(store, sources.values(), archive, settings={"DOWNLOAD_DELAY": 0, "CRAWL_BACK_OFF_S": [0.5]})
            fetched = time.monotonic() - start
            extract_pending(store, archive)
            cpu = store.value("SELECT sum(cpu_s) FROM article_runs WHERE stage = 'extract'") or 0.0
            for row in store.rows(
                "SELECT p.url, p.state, p.outcome, a.page_type, r.state AS run FROM pages p"
                " LEFT JOIN articles a ON a.page = p.id LEFT JOIN article_runs r ON r.stage = 'extract'"
                " AND r.input = p.id AND r.input_digest = p.payload_digest"
            ):
                if row["page_type"]:
                    ends[f"article: {row['page_type']}"] += 1
                elif row["run"]:
                    ends[f"page: {row['outcome'] if row['run'] != 'failed' else 'failed'}"] += 1
                elif row["state"] in ("failed", "gone", "refused"):
                    ends[f"fetch: {row['outcome']}"] += 1
                else:
                    ends["WITHOUT AN END"] += 1
    ends["WITHOUT AN END"] += len(pages) - ends.total()
    for name, count in sorted(ends.items()):
        print(f"{count:6}  {name}")
    print(f"{len(pages):6}  pages; fetched in {fetched:.1f} s, extracted with {cpu:.1f} CPU s")
    if options.json:
        options.json.write_text(json.dumps(dict(ends), indent=2) + "\n", encoding="utf-8")
    return 1 if ends["WITHOUT AN END"] else 0


if __name__ == "__main__":
    sys.exit(main())
