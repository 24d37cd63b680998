"""Section pages: which of a page's links lead to articles, judged by address, words and place. No code per site."""

import re
from urllib.parse import urlsplit

from lxml import etree, html

from crawler.feeds import Entry, NotAFeed, Offer
from crawler.urls import canonical_url, host_of, site_of

ENOUGH = 3.0  # points; found on the section fronts of the sample newsroom and the recorded list pages
DATE_IN_PATH = re.compile(r"/(?:19|20)\d\d[/-]?(?:0[1-9]|1[0-2])(?:[/-]?[0-3]\d)?(?=[/\-_.])")
ID_IN_PATH = re.compile(r"\d{5,}")
#: Addresses that are never articles.
ELSEWHERE = re.compile(
    r"""/(?:tags?|topics?|authors?|by|category|categories|section|search|about|contact|privacy|terms|login|signin
        |subscribe|newsletters?|account|careers|jobs|advertis\w*|rss|feeds?|sitemap|help|faq|events?|podcasts?|video
        |videos|gallery|photos|page)(?:/|$)|\.(?:pdf|jpe?g|png|gif|zip|mp[34]|docx?|xlsx?)$""",
    re.VERBOSE | re.IGNORECASE,
)
FURNITURE = {"nav", "header", "footer", "aside"}


def read_section(body: bytes, url: str) -> Offer:
    """The articles that a section page links to, in its order.

    Raises:
        NotAFeed: it is no web page.
    """
    try:
        tree = html.document_fromstring(body, base_url=url)
    except (etree.LxmlError, ValueError) as error:
        raise NotAFeed(f"no page: {error}") from error
    site = site_of(host_of(url))
    best: dict[str, tuple[float, str]] = {}
    for link in tree.iter("a"):
        target = canonical_url(link.get("href") or "", url) if link.get("href") else None
        if target is None or target == url or site_of(host_of(target)) != site:
            continue
        words = " ".join("".join(link.itertext()).split())[:300]
        points = score_link(target, words, in_furniture=_in_furniture(link))
        if target not in best or points > best[target][0]:
            best[target] = (points, words)
    found = tuple(
        Entry(url=target, title=words or None) for target, (points, words) in best.items() if points >= ENOUGH
    )
    if not found:
        raise NotAFeed("no link looks like an article")
    return Offer(found)


def score_link(url: str, words: str, *, in_furniture: bool = False) -> float:
    """Points for being an article: its address has a date, a number or a slug, and its words are a headline."""
    path = urlsplit(url).path
    if ELSEWHERE.search(path) or path in ("", "/"):
        return 0.0
    last = path.rstrip("/").rpartition("/")[2]
    slug_words = len([word for word in re.split(r"[-_]", last) if word.isalpha()])
    points = 0.0
    points += 2.0 if DATE_IN_PATH.search(path) else 0.0
    points += 1.0 if ID_IN_PATH.search(path) or ID_IN_PATH.search(urlsplit(url).query) else 0.0
    points += 2.0 if slug_words >= 4 else 1.0 if slug_words == 3 else 0.0
    points += 1.5 if len(words) >= 40 else 1.0 if len(words) >= 22 else 0.0
    points -= 2.0 if in_furniture else 0.0
    return points


def _in_furniture(link: etree._Element) -> bool:
    return any(parent.tag in FURNITURE for parent in link.iterancestors())
