"""What the tests of the rig share: asking one of its hosts, and reading a feed."""

from collections.abc import Callable
from typing import Any

import feedparser

Answer = tuple[int, dict[str, str], bytes]
Get = Callable[..., Answer]


def entries(body: bytes, kind: str | None = None) -> list[Any]:
    headers = {"content-type": kind} if kind else {}
    return list(feedparser.parse(body, response_headers=headers).entries)
