"""Unpacking answers, with a complaint about torn ones: Scrapy takes what it can get of a cut gzip stream."""

import zlib
from typing import Any

from scrapy.downloadermiddlewares.httpcompression import HttpCompressionMiddleware


class TornBodyError(OSError):
    """A gzip body ends before its end. Message holds "gzip", as Python's own errors about it do."""


class WholeCompressionMiddleware(HttpCompressionMiddleware):
    """Scrapy's middleware; half an article is not an article."""

    def process_response(self, request: Any, response: Any, spider: Any = None) -> Any:
        encodings = [value.strip().lower() for value in response.headers.getlist("Content-Encoding")]
        packed = response.body if encodings == [b"gzip"] else b""
        unpacked = super().process_response(request, response)
        if (
            packed
            and int.from_bytes(packed[-4:], "little") != len(unpacked.body) % (1 << 32)
            and _is_torn(packed)
        ):
            raise TornBodyError("torn gzip body")
        return unpacked


def _is_torn(packed: bytes) -> bool:
    stream = zlib.decompressobj(zlib.MAX_WBITS + 16)
    try:
        stream.decompress(packed, 64 * 1024 * 1024)
    except zlib.error:
        return True
    return not stream.eof
