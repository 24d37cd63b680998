"""The archive of raw pages: WARC 1.1 files, one gzip member a record (ISO 28500:2017).

Each process writes its own file, made with exclusive create, and never appends to an old one. A record is flushed
before the row that points at it is written; a record without a row is harmless, and a torn last record (the process
died while writing) is accepted. Paths are relative to the archive's root.
"""

import base64
import contextlib
import hashlib
import http
import io
import os
import secrets
import socket
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path, PurePosixPath
from typing import Any

from warcio.archiveiterator import ArchiveIterator
from warcio.exceptions import ArchiveLoadFailed
from warcio.recordbuilder import RecordBuilder
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from db.clock import now, stamp
from db.errors import StoreError

PART = 1 << 18  # bytes read at once
ROLL_BYTES = 1_000_000_000  # Common Crawl's size, small enough to copy and large enough to keep few
SOFTWARE = "Tradewire/0.1"
#: Headers of the transfer, not of the payload as we keep it: kept under another name, as archives do.
TRANSFER = {"content-encoding", "transfer-encoding", "content-length"}
#: What reading a damaged file raises; warcio trips over headers that end in the middle.
BROKEN = (ArchiveLoadFailed, zlib.error, EOFError, ValueError, OSError, AttributeError, TypeError, IndexError)


@dataclass(frozen=True, kw_only=True)
class Capture:
    """One answer as it came, its body decoded from the transfer encoding."""

    url: str
    status: int
    body: bytes
    headers: Sequence[tuple[str, str]] = ()
    at: str = ""  #: as `stamp` writes it
    ip: str | None = None

    @cached_property
    def digest(self) -> str:
        """sha256 of the body."""
        return hashlib.sha256(self.body).hexdigest()

    def header(self, name: str) -> str | None:
        name = name.lower()
        return next((value for key, value in self.headers if key.lower() == name), None)


@dataclass(frozen=True, slots=True)
class Location:
    """Where a record stands."""

    file: str  #: relative to the archive's root
    offset: int
    length: int


class _Gzip:
    """One gzip member; level 6 takes half the time of warcio's 9 for 1 % more bytes."""

    def __init__(self, out: Any) -> None:
        self.compressor = zlib.compressobj(6, zlib.DEFLATED, zlib.MAX_WBITS + 16)
        self.out = out

    def write(self, data: bytes) -> None:
        self.out.write(self.compressor.compress(data))

    def flush(self) -> None:
        self.out.write(self.compressor.flush())


class _Writer(WARCWriter):
    """warcio's writer, without a second digest over the whole block: the payload's is enough and known already."""

    def ensure_digest(self, record: Any, block: bool = True, payload: bool = True) -> None:
        """Leave the digests as they are."""


class ArchiveWriter:
    """Writes captures into files of its own; use as a context."""

    def __init__(self, root: Path, *, roll_bytes: int = ROLL_BYTES) -> None:
        self.root = root
        self.roll_bytes = roll_bytes
        self.file: str | None = None
        self._out: Any = None
        self._offset = 0
        self._builder = RecordBuilder(warc_version="1.1")
        self._warc = _Writer(None, gzip=False, warc_version="1.1")

    def add(self, capture: Capture) -> Location:
        """Where the record of `capture` stands, once `flush` was called.

        Raises:
            StoreError: the archive cannot be written (full disk, read-only folder).
        """
        headers = [
            (f"X-Archive-Orig-{name}" if name.lower() in TRANSFER else name, _one_line(value))
            for name, value in capture.headers
        ]
        headers.append(("Content-Length", str(len(capture.body))))
        answer = StatusAndHeaders(f"{capture.status} {_reason(capture.status)}", headers, protocol="HTTP/1.1")
        digest = base64.b32encode(bytes.fromhex(capture.digest)).decode("ascii")
        extra = {"WARC-Date": capture.at or stamp(), "WARC-Payload-Digest": f"sha256:{digest}"}
        if capture.ip:
            extra["WARC-IP-Address"] = capture.ip
        record = self._builder.create_warc_record(
            capture.url,
            "response",
            payload=io.BytesIO(capture.body),
            length=len(capture.body),
            http_headers=answer,
            warc_headers_dict=extra,
        )
        try:
            if self._out is None or self._offset >= self.roll_bytes:
                self._open()
            return self._write(record)
        except OSError as error:
            self._abandon()
            raise StoreError(f"{self.root}: {error.strerror or error}") from error

    def _write(self, record: Any) -> Location:
        buffer = io.BytesIO()
        member = _Gzip(buffer)
        self._warc._write_warc_record(member, record)
        data = buffer.getvalue()
        self._out.write(data)
        assert self.file is not None
        location = Location(self.file, self._offset, len(data))
        self._offset += len(data)
        return location

    def _open(self) -> None:
        self.close()
        day = now()
        folder = self.root / f"{day:%Y}" / f"{day:%m}"
        folder.mkdir(parents=True, exist_ok=True)
        while True:
            name = f"tradewire-{day:%Y%m%dT%H%M%S}-{os.getpid()}-{secrets.token_hex(3)}.warc.gz"
            try:
                handle = os.open(folder / name, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o644)
                break
            except FileExistsError:
                continue
        self._out = os.fdopen(handle, "wb", buffering=1 << 18)
        self.file = (PurePosixPath(f"{day:%Y}") / f"{day:%m}" / name).as_posix()
        self._offset = 0
        info = {"software": SOFTWARE, "format": "WARC File Format 1.1", "hostname": socket.gethostname()}
        self._write(self._builder.create_warcinfo_record(name, info))

    def flush(self) -> None:
        """Hand everything to the operating system: from here on the death of this process loses nothing.

        Raises:
            StoreError: the disk is full; records since the last flush do not count.
        """
        if self._out is None:
            return
        try:
            self._out.flush()
        except OSError as error:
            self._abandon()
            raise StoreError(f"{self.root}: {error.strerror or error}") from error

    def _abandon(self) -> None:
        """Leave the file as it is: what was torn is at its end, and the next record goes into a new one."""
        if self._out is not None:
            with contextlib.suppress(OSError):
                self._out.close()
            self._out = None

    def close(self) -> None:
        if self._out is not None:
            self._out.close()
            self._out = None

    def __enter__(self) -> "ArchiveWriter":
        return self

    def __exit__(self, *exc: object) -> None:
        self.close()


def read_capture(root: Path, location: Location) -> Capture:
    """The capture stored at `location`.

    Raises:
        StoreError: there is none: a file was moved, cut or replaced, or the path leaves the archive.
    """
    path = safe_path(root, location.file)
    try:
        with path.open("rb") as handle:
            handle.seek(location.offset)
            data = handle.read(location.length)
        for record in ArchiveIterator(io.BytesIO(data)):
            if (capture := _capture(record)) is not None:
                return capture
    except BROKEN as error:
        raise StoreError(f"archive record {location.file} at {location.offset}: {error}") from error
    raise StoreError(f"archive record {location.file} at {location.offset} is missing")


def safe_path(root: Path, name: str) -> Path:
    """The path of an archive file; a name that leads out of the archive is refused."""
    pure = PurePosixPath(name)
    if pure.is_absolute() or ".." in pure.parts or "\\" in name or "\0" in name:
        raise StoreError(f"archive file name {name!r} leaves the archive")
    return root / pure


@dataclass(frozen=True, slots=True)
class ArchiveProblem:
    """What is wrong with a file of an archive."""

    file: str
    offset: int
    says: str
    torn: bool = False  #: the last record is cut off: harmless, its page was never acknowledged


def iterate(
    path: Path, *, start: int = 0, max_bytes: int | None = None
) -> Iterator[tuple[Location, Capture | ArchiveProblem]]:
    """Each response of a WARC file from byte `start` on, with its place; a torn end comes as a problem and ends it.

    A body over `max_bytes` comes as a problem, and the file goes on.
    """
    with path.open("rb") as handle:
        packed = handle.read(2) == b"\x1f\x8b"
        handle.seek(start)
        records = ArchiveIterator(handle)
        offset = end = start
        try:
            for record in records:
                found = _response(record, path.name, max_bytes)
                offset = records.get_record_offset()
                end = offset + records.get_record_length()
                if isinstance(found, ArchiveProblem):
                    found = replace(found, offset=offset)
                if found is not None:
                    yield Location(path.name, offset, end - offset), found
        except BROKEN as error:
            says = str(error).split("\n")[0] or "cut off"
            yield Location(path.name, end, 0), ArchiveProblem(path.name, end, says, torn=True)
            return
        if packed and end < path.stat().st_size:
            says = f"{path.stat().st_size - end} bytes at the end are no record"
            yield Location(path.name, end, 0), ArchiveProblem(path.name, end, says, torn=True)


def _response(record: Any, name: str, max_bytes: int | None) -> Capture | ArchiveProblem | None:
    """The capture of a response record, None for other kinds, a problem where the body is too large."""
    if record.rec_type != "response" or record.http_headers is None:
        return None
    if max_bytes is not None and record.length > max_bytes:
        return ArchiveProblem(name, 0, f"{record.length} bytes: too large")
    capture = _capture(record, max_bytes)
    return capture or ArchiveProblem(name, 0, f"more than {max_bytes} bytes when unpacked: too large")


def _capture(record: Any, max_bytes: int | None = None) -> Capture | None:
    """A warcio record as a capture, its transfer encodings undone; None where that gives over `max_bytes`.

    Raises:
        EOFError: the record is shorter than it says.
    """
    stream = record.content_stream()
    parts, size = [], 0
    while part := stream.read(PART):  # a packed body of 16 MB may hold 16 GB
        parts.append(part)
        size += len(part)
        if max_bytes is not None and size > max_bytes:
            return None
    body = b"".join(parts)
    missing = getattr(record.raw_stream, "limit", 0)
    if missing > 0:
        raise EOFError(f"cut off: {missing} bytes are missing")
    return Capture(
        url=record.rec_headers.get_header("WARC-Target-URI") or "",
        status=int(record.http_headers.get_statuscode() or 0),
        body=body,
        headers=tuple((str(name), str(value)) for name, value in record.http_headers.headers),
        at=record.rec_headers.get_header("WARC-Date") or "",
        ip=record.rec_headers.get_header("WARC-IP-Address"),
    )


def _reason(status: int) -> str:
    try:
        return http.HTTPStatus(status).phrase
    except ValueError:
        return "Unknown"


def _one_line(value: str) -> str:
    return " ".join(value.split())
