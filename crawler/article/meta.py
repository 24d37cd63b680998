"""Language, section, canonical address and paywall mark of a page."""

import re
from urllib.parse import urljoin, urlsplit

from crawler.article.page import Page, clean

LANGUAGE = re.compile(r"^([a-z]{2})(?:[-_].*)?$", re.IGNORECASE)
SAMPLE = 1200  # characters; enough to be sure
MIN_SAMPLE = 300  # characters; below it, what the page declares is better


def language_of(page: Page, body: str) -> tuple[str | None, str | None]:
    """ISO 639-1 code and where it comes from: the text itself when it is long enough, else what is declared."""
    declared = next(
        (
            match[1].lower()
            for value in (
                page.tree.get("lang"),
                page.meta("og:locale"),
                page.meta("content-language"),
                page.news.get("inLanguage"),
            )
            if isinstance(value, str) and (match := LANGUAGE.match(value.strip()))
        ),
        None,
    )
    if len(body) < MIN_SAMPLE and declared is not None:
        return declared, "declared"
    if not body:
        return None, None
    from py3langid import classify  # its model takes 0.1 s to load

    code = str(classify(body[:SAMPLE])[0])
    return (code, "declared" if code == declared else "text")


def section_of(page: Page) -> tuple[str | None, str | None]:
    """The section the site files the article under."""
    value = page.news.get("articleSection")
    value = value[0] if isinstance(value, list) and value else value
    if isinstance(value, str) and clean(value):
        return clean(value)[:80], "json-ld"
    meta = page.meta("article:section", "parsely-section", "sailthru.section", "section")
    return (meta[:80], "meta") if meta else (None, None)


def canonical_of(page: Page) -> tuple[str | None, str | None]:
    """The address the page gives for itself, when it is an article address on the web."""
    links = [
        (link.get("href"), "link")
        for link in page.tree.iter("link")
        if "canonical" in (link.get("rel") or "").lower().split()
    ]
    links += [(page.meta("og:url"), "og"), (page.news.get("url"), "json-ld")]
    for value, source in links:
        if not isinstance(value, str) or not value.strip():
            continue
        try:
            url = urljoin(page.url, value.strip())
            parts = urlsplit(url)
        except ValueError:
            continue
        at_root = not parts.path.strip("/") and not parts.query
        if (
            parts.scheme in ("http", "https")
            and parts.hostname
            and not (at_root and urlsplit(page.url).path.strip("/"))
        ):
            return url, source
    return None, None


def is_paid(page: Page) -> bool:
    """True when the page itself says that the article is not free."""
    for node in (page.news, *page.nodes):
        free = node.get("isAccessibleForFree")
        if free is False or (isinstance(free, str) and free.lower() == "false"):
            return True
    tier = page.meta("article:content_tier", "og:article:content_tier")
    return tier in ("locked", "metered")
