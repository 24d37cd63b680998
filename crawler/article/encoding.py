"""Bytes of a page to text: byte order mark, valid UTF-8, what header and page declare, then a guess.

Servers lie about encodings more often than bytes do: text that decodes as UTF-8 is UTF-8.
Names follow the Encoding standard (encoding.spec.whatwg.org), where "iso-8859-1" means windows-1252.
"""

import codecs
import re
from collections.abc import Iterator, Mapping

BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
#: What browsers decode with when a page names the key.
SUPERSETS = {
    "iso-8859-1": "windows-1252",
    "iso8859-1": "windows-1252",
    "latin-1": "windows-1252",
    "latin1": "windows-1252",
    "us-ascii": "windows-1252",
    "ascii": "windows-1252",
    "iso-8859-9": "windows-1254",
    "gb2312": "gb18030",
    "gb_2312-80": "gb18030",
    "gbk": "gb18030",
    "x-gbk": "gb18030",
    "shift_jis": "cp932",
    "shift-jis": "cp932",
    "sjis": "cp932",
    "x-sjis": "cp932",
    "windows-31j": "cp932",
    "euc-kr": "cp949",
    "ks_c_5601-1987": "cp949",
    "big5": "big5hkscs",
    "x-euc-jp": "euc-jp",
    "utf8": "utf-8",
    "unicode": "utf-8",
    "x-user-defined": "windows-1252",
}
DECLARED = re.compile(rb"<meta[^>]{0,300}?charset\s*=\s*[\"']?\s*([A-Za-z0-9_:.\-]{2,40})", re.IGNORECASE)
XML_DECLARED = re.compile(rb"<\?xml[^>]{0,200}?encoding\s*=\s*[\"']([A-Za-z0-9_:.\-]{2,40})", re.IGNORECASE)
HEADER = re.compile(r"charset\s*=\s*[\"']?([A-Za-z0-9_:.\-]{2,40})", re.IGNORECASE)
HEAD_BYTES = 4096  # browsers look at 1024; some pages put long comments first
#: Characters that no page means: NUL and other controls, lone surrogates, non-characters.
BROKEN = re.compile("[\x00-\x08\x0b\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")
MAX_BROKEN_SHARE = 0.01  # of the characters that are not ASCII; above it the declared encoding is a lie
GUESS_BYTES = 60_000  # enough for a guess; the detector is slow


def decode(html: bytes, headers: Mapping[str, str] | None = None) -> tuple[str, str]:
    """The text of `html` without characters that no page means, and the encoding used."""
    for bom, name in BOMS:
        if html.startswith(bom):
            return BROKEN.sub("", html[len(bom) :].decode(name, "replace")), name
    try:
        text = html.decode("utf-8")
        if "\x1b" not in text[:HEAD_BYTES] or "iso-2022-jp" not in set(declared(html, headers)):
            return BROKEN.sub("", text), "utf-8"
    except UnicodeDecodeError:
        pass
    best: tuple[float, str, str] | None = None
    for name in candidates(html, headers):
        text = html.decode(name, "replace")
        wide = sum(map(text.count, "\ufffd")) / max(1, len(text) - len(text.encode("ascii", "ignore")))
        if wide <= MAX_BROKEN_SHARE:
            return BROKEN.sub("", text), name
        if best is None or wide < best[0]:
            best = (wide, text, name)
    assert best is not None  # candidates always ends with windows-1252
    return BROKEN.sub("", best[1]), best[2]


def declared(html: bytes, headers: Mapping[str, str] | None) -> Iterator[str]:
    """Encoding names that header and page give, as Python knows them."""
    names = []
    for key, value in (headers or {}).items():
        if key.lower() == "content-type" and (match := HEADER.search(value)):
            names.append(match[1])
    head = html[:HEAD_BYTES]
    names += [m[1].decode("ascii") for m in (DECLARED.search(head), XML_DECLARED.search(head)) if m]
    for name in names:
        known = SUPERSETS.get(name.lower(), name.lower())
        try:
            yield codecs.lookup(known).name if codecs.lookup(known)._is_text_encoding else "windows-1252"
        except LookupError:
            continue


def candidates(html: bytes, headers: Mapping[str, str] | None) -> Iterator[str]:
    """Encodings to try, best first: declared, UTF-8 with slips, guessed, windows-1252."""
    yield from declared(html, headers)
    yield "utf-8"
    from charset_normalizer import from_bytes  # slow to import, needed by one page in a hundred

    sample = re.sub(rb"<[^>]{0,500}>", b" ", html[:GUESS_BYTES])
    guess = from_bytes(sample, steps=5, chunk_size=512).best()
    if guess is not None:
        yield SUPERSETS.get(guess.encoding.replace("_", "-"), guess.encoding)
    yield "windows-1252"
