"""Authors by vote: JSON-LD, meta, links with rel=author, bylines; publisher names and junk removed."""

import re
import unicodedata
from collections.abc import Iterator
from typing import Any

from crawler.article.knowledge import any_of, words
from crawler.article.page import Page, clean, text_of
from crawler.article.titles import site_names, squeeze, unescaped

MAX_NAME = 80
MAX_AUTHORS = 12
META_NAMES = (
    "author",
    "article:author",
    "parsely-author",
    "sailthru.author",
    "dc.creator",
    "dcterms.creator",
    "dcsext.author",
    "dc.contributor",
    "citation_author",
    "byl",
    "authors",
    "article.author",
    "cxenseparse:author",
    "book:author",
    "shareaholic:article_author_name",
    "content_author",
)
BYLINES = (
    "//*[@itemprop='author']//*[@itemprop='name'] | //*[@itemprop='author'][not(.//*[@itemprop='name'])]",
    "//a[contains(concat(' ', @rel, ' '), ' author ')]",
    "//*[self::a or self::span or self::p or self::div or self::address or self::li]"
    "[contains(translate(@class, 'AUTHORBYLINE', 'authorbyline'), 'author') or "
    "contains(translate(@class, 'AUTHORBYLINE', 'authorbyline'), 'byline')]",
)
URL = re.compile(r"https?:|www\.|\.(?:com|net|org|html?)\b|@\w+\.\w", re.IGNORECASE)


def authors_of(page: Page) -> tuple[tuple[str, ...], str | None]:
    """Names of the authors and where they were read."""
    sites = site_names(page)
    for source, raw in voices(page):
        names = list(dict.fromkeys(n for value in raw for n in split_names(value)))
        people = [n for n in names if not is_publisher(n, sites)] or (names if source == "json-ld" else [])
        people = without_twins(people)
        if people:
            return tuple(people[:MAX_AUTHORS]), source
    return (), None


def voices(page: Page) -> Iterator[tuple[str, list[str]]]:
    """Raw author strings by field, most trusted first."""
    yield "json-ld", list(json_authors(page.news.get("author"), page))
    yield "meta", [v for name in META_NAMES[:6] for v in page.metas.get(name, ())]
    yield "meta", [v for name in META_NAMES[6:] for v in page.metas.get(name, ())]
    for path in BYLINES:
        found = []
        for element in page.tree.xpath(path)[:20]:
            text = clean(element.get("content")) or text_of(element)
            if 4 <= len(text) <= 100:
                found.append(text)
        yield "byline", found[:1] if path is BYLINES[2] else found[:4]


def json_authors(value: Any, page: Page) -> Iterator[str]:
    """Names in the author field of an article node; references into the graph are followed."""
    for one in value if isinstance(value, list) else [value]:
        if isinstance(one, str):
            yield unescaped(one)
        elif isinstance(one, dict):
            name = one.get("name")
            if name is None and "@id" in one:
                name = next(
                    (n.get("name") for n in page.nodes if n.get("@id") == one["@id"] and n.get("name")), None
                )
            for item in name if isinstance(name, list) else [name]:
                if isinstance(item, str):
                    yield unescaped(item)


def split_names(value: str) -> Iterator[str]:
    """The names in one author string, prefixes and junk taken off."""
    value = re.sub(r"https?://\S+|\([^()]*\)?", " ", value)
    for part in splitter().split(value):
        name = prefix().sub("", clean(part)).strip(" .,;:|-–—\"'")
        if not name or len(name) > MAX_NAME or URL.search(name) or not re.search(r"[^\W\d_]{2}", name):
            continue
        if any_of("byline", "junk").fullmatch(name) or re.search(r"\d{3}", name):
            continue
        yield slug_name(name)


def splitter() -> re.Pattern[str]:
    return any_of("byline", "separators")


def prefix() -> re.Pattern[str]:
    global _prefix
    if _prefix is None:
        entries = sorted(words("byline", "prefixes"), key=len, reverse=True)
        _prefix = re.compile(rf"^(?:(?:{'|'.join(entries)})\s*[:\s]\s*)+", re.IGNORECASE)
    return _prefix


_prefix: re.Pattern[str] | None = None


def slug_name(name: str) -> str:
    """ "jane-roe" and "JANE ROE" as a name: "Jane Roe"; others unchanged."""
    if re.fullmatch(r"[a-z]+(?:[-_][a-z]+)+", name):
        return " ".join(p.capitalize() for p in re.split(r"[-_]", name))
    if name.isupper() and " " in name:
        return " ".join(p.capitalize() if len(p) > 3 or "." not in p else p for p in name.split())
    return name


def is_publisher(name: str, sites: set[str]) -> bool:
    return squeeze(name) in sites


def without_twins(names: list[str]) -> list[str]:
    """`names` without second spellings of one name (accents, case, slug)."""
    seen: dict[str, str] = {}
    for name in names:
        key = "".join(c for c in unicodedata.normalize("NFKD", name.casefold()) if c.isalnum())
        if key not in seen or (seen[key].islower() and not name.islower()):
            seen[key] = name
    return list(seen.values())
