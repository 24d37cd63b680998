"""WARC files of an archive: which there are, what their shards are called, and their records past any damage."""

import glob
import hashlib
import re
import zlib
from collections.abc import Iterator, Sequence
from pathlib import Path

from crawler.archive import ArchiveProblem, Capture, Location, iterate
from crawler.given import is_warc
from crawler.warc_import import MAX_RECORD
from db.errors import InputError

HEAD = 1 << 20  # bytes that tell one file from another; CC-NEWS files differ in their first record
MAX_DAMAGE = 1000  # damaged places in one file; beyond, it is rubbish with some WARC in it
MAGIC = b"\x1f\x8b\x08"
CHUNK = 1 << 20


def find_warcs(patterns: Sequence[str]) -> list[Path]:
    """The WARC files that paths, folders and globs name, each once, in order of their names.

    Raises:
        InputError: a pattern names nothing, or a file that is no WARC.
    """
    found: dict[Path, None] = {}
    for pattern in patterns:
        if Path(pattern).is_dir():
            paths = [path for path in sorted(Path(pattern).rglob("*.warc*")) if path.is_file()]
        elif glob.has_magic(pattern) and not Path(pattern).exists():
            paths = [path for path in map(Path, sorted(glob.glob(pattern, recursive=True))) if path.is_file()]
        else:
            paths = [Path(pattern)]
        if not paths:
            raise InputError(f"{pattern}: no WARC file there")
        for path in paths:
            try:
                with path.open("rb") as handle:
                    head = handle.read(4096)
            except OSError as error:
                raise InputError(f"{path}: {error.strerror or error}") from error
            if not is_warc(head):
                raise InputError(f"{path} is no WARC file")
            found[path.resolve()] = None
    return list(found)


def shard_name(path: Path) -> str:
    """A name for the file's shard: its own name made harmless, and a hash of its beginning."""
    with path.open("rb") as handle:
        head = hashlib.sha256(handle.read(HEAD)).hexdigest()
    plain = re.sub(r"[^A-Za-z0-9_-]+", "-", path.name.removesuffix(".gz").removesuffix(".warc")).strip("-")
    return f"{plain[:80] or 'warc'}-{head[:10]}"


def records(path: Path) -> Iterator[tuple[Location, Capture | ArchiveProblem]]:
    """Each response of the file; after a damaged place it goes on with the next record that can be read."""
    start: int | None = 0
    for _ in range(MAX_DAMAGE):
        assert start is not None
        damaged = None
        for place, found in iterate(path, start=start, max_bytes=MAX_RECORD):
            yield place, found
            if isinstance(found, ArchiveProblem) and found.torn:
                damaged = found.offset
        if damaged is None:
            return
        start = next_record(path, damaged + 1)
        if start is None:
            return
    yield (
        Location(path.name, start or 0, 0),
        ArchiveProblem(path.name, start or 0, "too much damage: the rest was not read", torn=True),
    )


def next_record(path: Path, at: int) -> int | None:
    """Where the next packed record begins, at or after byte `at`; None where there is none."""
    with path.open("rb") as handle:
        handle.seek(at)
        tail = b""
        while chunk := handle.read(CHUNK):
            data = tail + chunk
            base = handle.tell() - len(data)
            hit = data.find(MAGIC)
            while hit != -1:
                if _begins_record(path, base + hit):
                    return base + hit
                hit = data.find(MAGIC, hit + 1)
            tail = data[-(len(MAGIC) - 1) :]
    return None


def _begins_record(path: Path, at: int) -> bool:
    with path.open("rb") as handle:
        handle.seek(at)
        try:
            return zlib.decompressobj(zlib.MAX_WBITS + 16).decompress(handle.read(4096), 64)[:5] == b"WARC/"
        except zlib.error:
            return False
