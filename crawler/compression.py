"""Three of Scrapy's middlewares, stricter and quicker: torn gzip bodies are errors, only pages that may refresh
themselves are decoded to see, and a redirect to nonsense is an answer, not a fault of ours."""

import zlib
from typing import Any

from scrapy.downloadermiddlewares.httpcompression import HttpCompressionMiddleware
from scrapy.downloadermiddlewares.redirect import MetaRefreshMiddleware, RedirectMiddleware


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


class QuickRefreshMiddleware(MetaRefreshMiddleware):
    """Scrapy's middleware, which decodes every page, asked only where the head of the page says "refresh"."""

    def process_response(self, request: Any, response: Any, spider: Any = None) -> Any:
        if b"refresh" not in response.body[:8192].lower():  # Scrapy itself looks at 4096 characters
            return response
        try:
            return super().process_response(request, response)
        except ValueError:  # as below
            return response


class SafeRedirectMiddleware(RedirectMiddleware):
    """Scrapy's middleware; "mailto:", "tel:" and broken addresses come back as the redirect that they are."""

    def process_response(self, request: Any, response: Any, spider: Any = None) -> Any:
        try:
            return super().process_response(request, response)
        except ValueError:
            return response
