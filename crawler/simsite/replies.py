"""What scenario hosts receive and answer."""

import datetime as dt
import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from email.utils import format_datetime, parsedate_to_datetime

from crawler.newsroom.site import Resource


@dataclass(frozen=True, slots=True)
class Request:
    """One request as a scenario sees it."""

    host: str  #: virtual host
    path: str  #: without the query
    query: str
    method: str
    headers: Mapping[str, str]  #: names in lower case
    nth: int  #: how often this path was asked before, from 0
    tick: int  #: the site's virtual clock
    base: str  #: address of this host
    bases: Mapping[str, str]  #: addresses of all hosts


@dataclass(frozen=True, slots=True)
class Reply:
    """One answer, and how badly it is sent."""

    body: bytes = b""
    content_type: str | None = "text/html; charset=utf-8"
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    delay_s: float = 0.0  #: before the first byte
    drip: tuple[int, float] | None = None  #: bytes a piece, seconds between pieces
    cut_after: int | None = None  #: connection reset after so many bytes of the body
    length: int | None = None  #: Content-Length as claimed, where it lies
    chunked: bool = False  #: no Content-Length


@dataclass(slots=True, kw_only=True)
class Record:
    """One line of the request log: written when the request was read, completed when the answer is out."""

    time: float  #: monotonic seconds at which the request was read
    done: float | None = (
        None  #: monotonic seconds at which its last piece went out; None before the first one
    )
    host: str
    method: str
    path: str  #: with the query
    headers: Mapping[str, str]  #: names in lower case
    status: int  #: as answered, even if the connection was cut before it went out
    bytes: int = 0  #: of the body, as sent


Handler = Callable[[Request], Reply]


@dataclass(frozen=True, slots=True)
class SourceEntry:
    """How a host appears in `sources.toml`."""

    key: str
    name: str
    country: str
    language: str = "en"
    feeds: Sequence[str] = ()
    sitemaps: Sequence[str] = ()
    sections: Sequence[str] = ()
    apis: Sequence[str] = ()
    expect: tuple[int, int] = (0, 1000)
    kind: str = "paper"
    delay_s: float = 0.0  #: loopback has no visitors to disturb; robots.txt may still ask for a crawl-delay


@dataclass(frozen=True, slots=True)
class VirtualHost:
    """A host of a scenario: who answers, and under which source it is crawled."""

    name: str
    handler: Handler
    source: SourceEntry | None = None
    says: str = ""  #: one line for docs and the command line
    expects: Mapping[str, str] = field(
        default_factory=dict
    )  #: path -> outcome (crawler/outcomes.py) that is right


def etag_of(body: bytes) -> str:
    return '"' + hashlib.sha256(body).hexdigest()[:20] + '"'


def http_date(when: dt.datetime) -> str:
    return format_datetime(when.astimezone(dt.UTC), usegmt=True)


def conditional(
    request: Request, reply: Reply, *, modified: dt.datetime | None = None, etag: bool = True
) -> Reply:
    """`reply` with validators, or 304 where the request already has it."""
    validators: dict[str, str] = {}
    if etag:
        validators["ETag"] = etag_of(reply.body)
    if modified:
        validators["Last-Modified"] = http_date(modified)
    if reply.status == 200 and _is_known(request, validators, modified):
        return Reply(b"", None, 304, {**reply.headers, **validators})
    return replace(reply, headers={**reply.headers, **validators})


def _is_known(request: Request, validators: Mapping[str, str], modified: dt.datetime | None) -> bool:
    if (tags := request.headers.get("if-none-match")) is not None:
        known = {t.strip().removeprefix("W/") for t in tags.split(",")}
        return "ETag" in validators and bool(known & {validators["ETag"], "*"})
    if modified and (since := request.headers.get("if-modified-since")):
        try:
            return modified.replace(microsecond=0) <= parsedate_to_datetime(since)
        except ValueError:
            return False
    return False


def serve_resources(resources: Callable[[int], Mapping[str, Resource]]) -> Handler:
    """A handler for a tree of ready pages; `resources` gives the tree at a tick."""

    def handle(request: Request) -> Reply:
        found = resources(request.tick).get(request.path)
        if found is None:
            return Reply(b"<h1>404 Not Found</h1>", status=404)
        reply = Reply(found.body, found.content_type, found.status, dict(found.headers))
        return conditional(request, reply, modified=found.modified) if found.status == 200 else reply

    return handle
