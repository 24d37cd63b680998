"""The answer key of the sample newsroom: what a careful reader finds in each article.

`key.jsonl` has one line an article; its dates are placeholders like those of the texts. Rows and fields are
described in docs/newsroom.md. Written from the articles before any rule existed; the pipeline never reads it.
"""

import datetime as dt
import json
from functools import cache
from importlib import resources
from typing import Any

from crawler.newsroom.articles import expand, load_pieces

KeyRow = dict[str, Any]


@cache
def _lines(name: str) -> str:
    return resources.files("crawler.newsroom").joinpath(name).read_text(encoding="utf-8")


def load_key(as_of: dt.date) -> list[KeyRow]:
    """The key with its dates filled in: {slug, relevant, facts_annotated, language, companies, facts}."""
    told = {p.slug: p.told for p in load_pieces(as_of)}
    rows = []
    for line in _lines("key.jsonl").splitlines():
        slug = json.loads(line)["slug"]
        rows.append(json.loads(expand(line, told[slug])))
    return rows


def load_digest_key(as_of: dt.date) -> KeyRow:
    """What the digest of the busiest week must tell."""
    from crawler.newsroom.articles import anchor

    key: KeyRow = json.loads(expand(_lines("digest_key.json"), anchor(as_of)))
    return key
