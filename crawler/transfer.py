"""Large files over http: streamed to disk, taken up where a kill or a broken line left them, never from private addresses.

WARC files of CC-NEWS have a gigabyte. What has come is kept as `NAME.part`, with the validator of its version beside
it; a server that no longer has that version sends the whole file again (RFC 9110, If-Range).
"""

import contextlib
import http.client
import json
import socket
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from pathlib import Path
from typing import IO, Any
from urllib.parse import urlsplit

from crawler.guard import is_private
from db.errors import DegradedError, StoreError

TIMEOUT_S = 60.0  # without one byte
TRIES = 4  # in one run, with what has come kept between them
WAIT_S = 2.0  # before the second try, then twice as long
MAX_BYTES = 8_000_000_000  # CC-NEWS files have 1.1 GB
PIECE = 1 << 18
AGENT = "Tradewire/0.1 (import)"


class _Refused(OSError):
    """The connection leads to a private address."""


def _connect(allow_private: bool) -> Callable[..., socket.socket]:
    """Connects, and looks at who answered before a byte is sent: what DNS said a moment ago does not matter."""

    def connect(*arguments: Any, **more: Any) -> socket.socket:
        line = socket.create_connection(*arguments, **more)
        peer = str(line.getpeername()[0])
        if not allow_private and is_private(peer):
            line.close()
            raise _Refused(f"private address: {peer}")
        return line

    return connect


class _Handler(urllib.request.HTTPHandler, urllib.request.HTTPSHandler):
    """http and https over guarded connections."""

    def __init__(self, allow_private: bool) -> None:
        super().__init__()
        self._connect = _connect(allow_private)

    def http_open(self, req: urllib.request.Request) -> http.client.HTTPResponse:
        return self.do_open(self._guarded(http.client.HTTPConnection), req)

    def https_open(self, req: urllib.request.Request) -> http.client.HTTPResponse:
        return self.do_open(self._guarded(http.client.HTTPSConnection), req)

    def _guarded(self, kind: type[http.client.HTTPConnection]) -> Any:
        def make(host: str, **more: Any) -> http.client.HTTPConnection:
            connection = kind(host, **more)
            connection._create_connection = self._connect  # type: ignore[attr-defined]
            return connection

        return make


def fetch_file(
    url: str,
    target: Path,
    *,
    allow_private: bool = False,
    max_bytes: int = MAX_BYTES,
    wait_s: float = WAIT_S,
    progress: Callable[[int], None] | None = None,
) -> Path:
    """`target`, holding the whole file at `url`.

    Raises:
        DegradedError: it cannot be had now; what has come is kept for the next time.
        StoreError: the disk is full.
    """
    target.parent.mkdir(parents=True, exist_ok=True)
    opener = urllib.request.OpenerDirector()
    for handler in (
        _Handler(allow_private),
        urllib.request.HTTPRedirectHandler(),
        urllib.request.HTTPErrorProcessor(),
        urllib.request.HTTPDefaultErrorHandler(),
        urllib.request.UnknownHandler(),
    ):
        opener.add_handler(handler)
    for attempt in range(TRIES):
        try:
            if _receive(opener, url, target, max_bytes, progress):
                return target
            problem = "the line broke"
        except urllib.error.HTTPError as error:
            with error:
                problem = f"{error.code} {error.reason}"
                if error.code < 500 and error.code not in (408, 429):
                    break
        except (urllib.error.URLError, OSError, http.client.HTTPException) as error:
            problem = str(getattr(error, "reason", error)) or type(error).__name__
            if isinstance(error, _Refused) or isinstance(getattr(error, "reason", None), _Refused):
                break
        if attempt + 1 < TRIES:
            time.sleep(wait_s * 2**attempt)
    raise DegradedError(f"{url}: {problem}")


def _receive(
    opener: urllib.request.OpenerDirector,
    url: str,
    target: Path,
    max_bytes: int,
    progress: Callable[[int], None] | None,
) -> bool:
    """Whether the file is whole now; what came is in the part file."""
    part, mark = target.with_name(target.name + ".part"), target.with_name(target.name + ".mark")
    begun = part.stat().st_size if part.is_file() else 0
    validator = _mark(mark) if begun else None
    request = urllib.request.Request(url, headers={"User-Agent": AGENT, "Accept-Encoding": "identity"})  # noqa: S310
    if validator:
        request.add_header("Range", f"bytes={begun}-")
        request.add_header("If-Range", validator)
    with contextlib.closing(opener.open(request, timeout=TIMEOUT_S)) as answer:
        goes_on = answer.status == 206 and (answer.headers.get("Content-Range") or "").startswith(
            f"bytes {begun}-"
        )
        if not goes_on:
            begun = 0
            tag = answer.headers.get("ETag") or ""
            said = tag if tag and not tag.startswith("W/") else answer.headers.get("Last-Modified")
            mark.write_text(json.dumps(said), encoding="utf-8")
        length = answer.headers.get("Content-Length")
        whole = begun + int(length) if length and length.isdigit() else None
        if whole is not None and whole > max_bytes:
            raise DegradedError(f"{url} has {whole / 1e6:.0f} MB; at most {max_bytes / 1e6:.0f}")
        with part.open("ab" if goes_on else "wb") as out:
            size = _copy(answer, out, begun, max_bytes, url, progress)
    if whole is not None and size < whole:
        return False
    part.replace(target)
    mark.unlink(missing_ok=True)
    return True


def _copy(
    answer: Any, out: IO[bytes], size: int, max_bytes: int, url: str, progress: Callable[[int], None] | None
) -> int:
    while piece := answer.read1(PIECE):
        size += len(piece)
        if size > max_bytes:
            raise DegradedError(f"{url}: more than {max_bytes / 1e6:.0f} MB")
        try:
            out.write(piece)
        except OSError as error:
            raise StoreError(f"{out.name}: {error.strerror or error}") from error
        if progress is not None:
            progress(size)
    return size


def _mark(path: Path) -> str | None:
    """The validator of the version that the part file belongs to."""
    try:
        said = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    return said if isinstance(said, str) and urlsplit(said) else None
