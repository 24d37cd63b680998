"""What people give to `import`: every file and address is looked at before anything is written."""

import re
import zlib
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from db.articles import clean
from db.errors import InputError

MAX_FILE = 20 * 1024 * 1024  # of one page or text; the largest news page we know has 6 MB
MAX_LIST = 64 * 1024 * 1024  # unpacked; a month of CC-NEWS has 40 kB
HTML = re.compile(rb"<(?:!doctype\s+html|html|head|body|article|main|div|p|h1)\b", re.IGNORECASE)
WARC_NAME = re.compile(r"\S+\.warc(?:\.gz)?", re.IGNORECASE)
#: Where Common Crawl serves what its lists of paths name (commoncrawl.org, "Get Started").
COMMON_CRAWL = "https://data.commoncrawl.org/"


@dataclass(frozen=True, slots=True)
class Given:
    """A file that was looked at."""

    path: Path
    kind: str  #: html, text, warc, urls, warc-list
    data: bytes = b""  #: unpacked, where it is a list


def look(path: Path) -> Given:
    """What a file is.

    Raises:
        InputError: it is missing, empty, binary, or too large.
    """
    if path.is_dir():
        raise InputError(f"{path} is a folder; name its files: {path}/*")
    try:
        size = path.stat().st_size
        with path.open("rb") as handle:
            head = handle.read(4096)
            if not head:
                raise InputError(f"{path} is empty")
            if is_warc(head):
                return Given(path, "warc")
            if size > MAX_FILE:
                raise InputError(f"{path} has {size / 1e6:.0f} MB; a page may have {MAX_FILE / 1e6:.0f}")
            data = head + handle.read()
    except OSError as error:
        raise InputError(f"{path}: {error.strerror or error}") from error
    if not data.strip():
        raise InputError(f"{path} is empty")
    if data[:2] == b"\x1f\x8b":
        unpacked = unpack_list(data, str(path))
        if not is_warc_list(unpacked):
            raise InputError(f"{path} is packed, but neither a WARC file nor a list of them")
        return Given(path, "warc-list", unpacked)
    wide = data[:2] in (b"\xff\xfe", b"\xfe\xff")
    if b"\0" in data[:8192] and not wide:
        raise InputError(f"{path} is binary: neither html nor text nor WARC")
    if data[:5] == b"%PDF-":
        raise InputError(f"{path} is a PDF; give its text")
    if HTML.search(head) or path.suffix.lower() in (".html", ".htm", ".xhtml"):
        return Given(path, "html", data)
    if is_warc_list(data):
        return Given(path, "warc-list", data)
    lines = data.split()
    if lines and all(re.match(rb"https?://", line) for line in lines[:200]):
        return Given(path, "urls", data)
    return Given(path, "text", data)


def is_url(path: Path | str) -> bool:
    return isinstance(path, str) and bool(re.match(r"https?://", path))


def kind_of_url(url: str) -> str:
    """What an address leads to by its name: warc, warc-list, or a page."""
    path = urlsplit(url).path.lower()
    if path.endswith((".paths", ".paths.gz")):
        return "warc-list"
    return "warc" if WARC_NAME.fullmatch(path) else "page"


def is_warc(head: bytes) -> bool:
    """True for the first bytes of a WARC file, packed or not."""
    if head[:2] == b"\x1f\x8b":
        try:
            head = zlib.decompressobj(zlib.MAX_WBITS + 16).decompress(head, 64)
        except zlib.error:
            return False
    return head[:5] == b"WARC/"


def unpack_list(data: bytes, name: str) -> bytes:
    """The lines of a list of paths, packed or not.

    Raises:
        InputError: it is damaged, or unpacks to more than a list can be.
    """
    if data[:2] != b"\x1f\x8b":
        return data
    unpacker = zlib.decompressobj(zlib.MAX_WBITS + 16)
    try:
        lines = unpacker.decompress(data, MAX_LIST)
    except zlib.error as error:
        raise InputError(f"{name}: broken gzip: {error}") from error
    if unpacker.unconsumed_tail:
        raise InputError(f"{name} unpacks to more than {MAX_LIST / 1e6:.0f} MB")
    if not unpacker.eof:
        raise InputError(f"{name}: cut off")
    return lines


def is_warc_list(data: bytes) -> bool:
    """True for lines that all name WARC files."""
    lines = data[:200_000].decode("utf-8", "replace").splitlines()
    if len(data) > 200_000:
        lines.pop()
    named = [line.strip() for line in lines if line.strip()]
    return bool(named) and all(WARC_NAME.fullmatch(line) for line in named)


def warc_urls(lines: bytes, base: str = COMMON_CRAWL) -> list[str]:
    """The addresses that a list of paths names; relative ones count from the root of `base`."""
    parts = urlsplit(base)
    found = []
    for line in lines.decode("utf-8", "replace").split():
        if is_url(line):
            found.append(line)
        elif not re.match(r"[\w+.-]+:", line):  # s3://, file:// ...: not ours to read
            found.append(f"{parts.scheme}://{parts.netloc}/{line.lstrip('/')}")
    return list(dict.fromkeys(found))


def decode_text(data: bytes) -> str:
    """The text of a file: UTF-8, UTF-16 with its mark, else windows-1252; line ends as \\n."""
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        text = data.decode("utf-16", "replace")
    else:
        try:
            text = data.decode("utf-8-sig")
        except UnicodeDecodeError:
            text = data.decode("cp1252", "replace")
    return clean(text.replace("\r\n", "\n").replace("\r", "\n"))
