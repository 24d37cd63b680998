"""Conditional download of an official list: only what changed comes over the wire."""

import http.client
import urllib.error
import urllib.request
from dataclasses import dataclass
from http.client import HTTPMessage
from typing import IO
from urllib.parse import urlsplit

from crawler.guard import is_private, literal_address
from db.errors import DegradedError

TIMEOUT_S = 60  # the screening list is 30 MB on a slow server
MAX_BYTES = 500_000_000  # a list is never this large; a server that streams forever is stopped
AGENT = "tradewire (official list update)"


@dataclass(frozen=True, slots=True)
class Download:
    """The answer: no data where the file has not changed."""

    data: bytes | None
    etag: str | None
    modified: str | None


class _Redirects(urllib.request.HTTPRedirectHandler):
    """Follows redirects, never from a public host to a private address."""

    def redirect_request(
        self,
        req: urllib.request.Request,
        fp: IO[bytes],
        code: int,
        msg: str,
        headers: HTTPMessage,
        newurl: str,
    ) -> urllib.request.Request | None:
        address = literal_address(urlsplit(newurl).hostname or "")
        before = literal_address(urlsplit(req.full_url).hostname or "")
        if address is not None and is_private(address) and not (before is not None and is_private(before)):
            raise urllib.error.HTTPError(newurl, code, "redirect to a private address", headers, fp)
        return super().redirect_request(req, fp, code, msg, headers, newurl)


def download(url: str, *, etag: str | None = None, modified: str | None = None) -> Download:
    """The file at `url`, or no data when it is as the two validators say.

    Raises:
        DegradedError: the server cannot be reached, or answers with an error.
    """
    if urlsplit(url).scheme not in {"http", "https"}:
        raise DegradedError(f"{url}: only http and https")
    request = urllib.request.Request(url, headers={"User-Agent": AGENT, "Accept": "*/*"})  # noqa: S310  scheme tested above
    if etag:
        request.add_header("If-None-Match", etag)
    if modified:
        request.add_header("If-Modified-Since", modified)
    opener = urllib.request.build_opener(_Redirects)
    try:
        with opener.open(request, timeout=TIMEOUT_S) as answer:
            data = answer.read(MAX_BYTES + 1)
            if len(data) > MAX_BYTES:
                raise DegradedError(f"{url}: more than {MAX_BYTES} bytes")
            if answer.length:  # what the server announced and did not send; the library tells nobody
                raise DegradedError(f"{url}: broke off after {len(data)} bytes, {answer.length} are missing")
            return Download(data, answer.headers.get("ETag"), answer.headers.get("Last-Modified"))
    except urllib.error.HTTPError as error:
        with error:
            if error.code == 304:
                return Download(None, etag, modified)
        raise DegradedError(f"{url}: {error.code} {error.reason}") from error
    except (urllib.error.URLError, http.client.HTTPException, OSError) as error:
        raise DegradedError(f"{url}: {error}") from error
