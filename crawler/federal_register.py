"""The Federal Register API: rules, proposed rules, notices and presidential documents, the primary source of listings.

Keyless JSON, pages named by `next_page_url` (federalregister.gov/developers/documentation/api/v1). The term search
matches whole documents, not topics, so sources ask by agency or by CFR part.
"""

import json
from typing import Any

from crawler.feeds import Entry, NotAFeed, Offer, read_time
from crawler.urls import canonical_url


def read_documents(body: bytes, url: str) -> Offer:
    """The documents of one answer; the next page comes as a further address to ask.

    Raises:
        NotAFeed: it is no answer of this API.
    """
    try:
        answer = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise NotAFeed(f"broken JSON: {error}") from error
    if not isinstance(answer, dict) or "count" not in answer:
        raise NotAFeed("JSON, but no list of documents")
    results = answer.get("results") or []  # absent when nothing matches
    entries = tuple(entry for result in results if (entry := _entry(result, url)) is not None)
    following = answer.get("next_page_url")
    more = canonical_url(following, url) if isinstance(following, str) else None
    problem = (
        None if len(entries) == len(results) else f"{len(results) - len(entries)} documents not understood"
    )
    return Offer(entries, ((more, None),) if more else (), problem)


def _entry(result: Any, url: str) -> Entry | None:
    if not isinstance(result, dict) or not isinstance(result.get("html_url"), str):
        return None
    found = canonical_url(result["html_url"], url)
    if found is None:
        return None
    agencies = [
        a.get("name") or a.get("raw_name") for a in result.get("agencies") or [] if isinstance(a, dict)
    ]
    kinds = [result.get("type"), result.get("document_number"), *agencies]
    return Entry(
        url=found,
        title=result.get("title"),
        summary=result.get("abstract") or result.get("excerpts"),
        keywords=tuple(str(kind) for kind in kinds if kind),
        published=read_time(result.get("publication_date")),
    )
