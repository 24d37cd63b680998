"""What an answer of Scrapy is to us: a capture for the archive, an outcome for the log, the publisher's wishes."""

from collections.abc import Iterator

from scrapy.http import Response

from crawler.archive import Capture
from crawler.frontier import Fetch
from crawler.politeness import retry_after_s
from crawler.rights import Rights, rights_of
from db.clock import stamp


def header(response: Response, name: str) -> str | None:
    """A header in one line, None where there is none."""
    value = response.headers.get(name)
    return " ".join(value.decode("latin-1").split()) if value else None


def headers_of(response: Response) -> Iterator[tuple[str, str]]:
    """Every header, as sent."""
    for name, values in response.headers.items():
        for value in values:
            yield name.decode("latin-1"), value.decode("latin-1")


def capture_of(response: Response) -> Capture:
    """The answer as the archive keeps it."""
    return Capture(
        url=response.url,
        status=response.status,
        body=response.body,
        headers=list(headers_of(response)),
        at=stamp(),
        ip=str(response.ip_address) if response.ip_address else None,
    )


def rights_in(response: Response) -> Rights:
    """What the answer says about its use."""
    return rights_of(headers_of(response), response.body)


def fetch_of(
    response: Response, kind: str, outcome: str, source: str, detail: str | None, *, url: str
) -> Fetch:
    """The answer as the log keeps it; `url` is what was asked for."""
    return Fetch(
        url=url,
        kind=kind,
        outcome=outcome,
        source=source,
        status=response.status,
        size=len(response.body),
        etag=header(response, "ETag"),
        last_modified=header(response, "Last-Modified"),
        elapsed_ms=int(response.meta.get("download_latency", 0) * 1000),
        detail=detail,
        retry_after_s=retry_after_s(response.headers.get("Retry-After")),
    )
