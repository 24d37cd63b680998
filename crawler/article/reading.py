"""A fetched page in, a PageReading out: encoding, one parse, body, lead, metadata, page type. Pure."""

from collections.abc import Mapping

from lxml import etree

from crawler.article.blocks import assemble
from crawler.article.dates import modified_of, published_of
from crawler.article.encoding import decode
from crawler.article.engine import body_pieces, teasers
from crawler.article.lead import lead_of
from crawler.article.lines import clean_pieces
from crawler.article.memory import line_hash, recurring
from crawler.article.meta import canonical_of, is_paid, language_of, section_of
from crawler.article.page import MAX_BYTES, Page, Unreadable, parse, text_of
from crawler.article.page_type import page_type_of
from crawler.article.people import authors_of
from crawler.article.titles import candidates, headline_like, unescaped, vote
from db.records import PageReading, PageType, SiteMemory


def read_page(
    html: bytes,
    url: str,
    *,
    headers: Mapping[str, str] | None = None,
    site_memory: SiteMemory | None = None,
) -> PageReading:
    """What the page says. Never raises for bad input: what cannot be read is UNREADABLE with its reason."""
    if len(html) > MAX_BYTES:
        return PageReading(url=url, page_type=PageType.UNREADABLE, failure="too-large")
    if not html.strip(b" \t\r\n\0"):
        return PageReading(url=url, page_type=PageType.UNREADABLE, failure="empty")
    if html.lstrip()[:5] in (b"%PDF-", b"\x89PNG\r") or html[:3] == b"\xff\xd8\xff":
        return PageReading(url=url, page_type=PageType.UNREADABLE, failure="not-html")
    text, encoding = decode(html, headers)
    try:
        tree = parse(text)
    except Unreadable as reason:
        return PageReading(url=url, page_type=PageType.UNREADABLE, failure=str(reason), encoding=encoding)
    page = Page(url, tree, headers or {})
    try:
        return read_parsed(page, encoding, site_memory)
    except RecursionError:
        return PageReading(
            url=url, page_type=PageType.UNREADABLE, failure="nested-too-deep", encoding=encoding
        )


def read_parsed(page: Page, encoding: str, memory: SiteMemory | None) -> PageReading:
    """The reading of a page that could be parsed."""
    found = candidates(page)
    title, title_field, others = vote(found, memory.titles if memory else None)
    authors, author_field = authors_of(page)
    published = published_of(page)
    modified = modified_of(page)
    for script in page.tree.iter("script"):
        if "json" not in (script.get("type") or ""):
            script.text = None  # the engine copies the tree several times
    etree.strip_elements(page.tree, "style", "svg", with_tail=False)
    full_text = page.news.get("articleBody")
    pieces = clean_pieces(
        body_pieces(page.tree, page.url),
        headline_like(page, found),
        *teasers(page.tree),
        unescaped(full_text) if isinstance(full_text, str) else "",
    )
    lines = tuple(line_hash(piece.text) for piece in pieces)
    known = recurring(memory, [piece.text for piece in pieces])
    pieces = [piece for i, piece in enumerate(pieces) if i not in known]
    lead, pieces = lead_of(page, pieces, title)
    body, blocks = assemble(pieces)
    language, language_field = language_of(page, body)
    section, section_field = section_of(page)
    canonical, canonical_field = canonical_of(page)
    headings = [text_of(h1) for h1 in page.tree.iter("h1")]
    page_type, reasons = page_type_of(page, pieces, title, headings)
    provenance = {
        "title": title_field,
        "authors": author_field,
        "published": published.source if published else None,
        "modified": modified.source if modified else None,
        "language": language_field,
        "section": section_field,
        "canonical_url": canonical_field,
    }
    return PageReading(
        url=page.url,
        page_type=page_type,
        reasons=reasons,
        title=title,
        titles=tuple(others),
        authors=authors,
        published=published.utc if published else None,
        published_on=published.day if published else None,
        published_precision=published.precision if published else None,
        published_tz=published.tz if published else None,
        modified=modified.utc if modified else None,
        language=language,
        section=section,
        site_name=page.meta("og:site_name"),
        canonical_url=canonical,
        paywall=is_paid(page),
        lead=lead,
        body=body,
        blocks=blocks,
        provenance={field: source for field, source in provenance.items() if source},
        encoding=encoding,
        lines=lines,
    )
