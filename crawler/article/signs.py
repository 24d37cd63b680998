"""What the rules of crawler/article/page_type.py look at: text, links, headings and claims of a page, each read once."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from urllib.parse import urlsplit

from crawler.article.blocks import Piece
from crawler.article.knowledge import any_of
from crawler.article.page import ARTICLE_TYPES, Page, clean, text_of
from db.records import BlockKind

MIN_TEASER_WORDS = 4
ASIDE = frozenset({"footer", "aside", "nav", "form", "header"})


@dataclass
class Signs:
    """What the rules look at, each read once."""

    page: Page
    pieces: Sequence[Piece]
    title: str
    headings: Sequence[str]

    @cached_property
    def text(self) -> str:
        return "\n".join(piece.text for piece in self.pieces)

    @cached_property
    def size(self) -> int:
        """Characters of running text: paragraphs and quotations, no links, lists or subheads."""
        prose = (BlockKind.PARAGRAPH, BlockKind.BLOCKQUOTE)
        return sum(
            len(p.text)
            for p in self.pieces
            if (p.kind in prose and len(p.text) >= 60) or p.text[-1:] in "。！？"
        )

    @cached_property
    def visible(self) -> str:
        """All words of the page a reader could see, at most 40,000 characters."""
        found, size = [], 0
        for element in self.page.tree.iter(
            "p", "li", "h1", "h2", "h3", "div", "span", "button", "td", "a", "label"
        ):
            for text in (element.text, *(child.tail for child in element if child.tag != "script")):
                if text and not text.isspace():
                    found.append(text)
                    size += len(text)
            if size > 40_000:
                break
        return clean(" ".join(found))

    @cached_property
    def teasers(self) -> int:
        """Links to different pages whose words read like headlines, outside navigation and paragraphs."""
        seen = set()
        for link in self.page.tree.iter("a"):
            href = link.get("href") or ""
            if not href or href.startswith(("#", "mailto:", "javascript:")):
                continue
            parent = link.getparent()
            if parent is not None and parent.tag == "p" and len(text_of(parent)) > 120:
                continue
            text = text_of(link)
            if (len(text.split()) >= MIN_TEASER_WORDS and len(text) >= 20) or (
                len(text) >= 12 and not text.isascii() and " " not in text
            ):
                seen.add(href.split("#")[0])
        return len(seen)

    @cached_property
    def prose(self) -> int:
        """Characters in the longest row of paragraphs with one parent: text, and no cards."""
        sums: dict[object, int] = {}
        for paragraph in self.page.tree.iter("p"):
            size = sum(map(len, paragraph.itertext()))
            linked = sum(len(text) for link in paragraph.iter("a") for text in link.itertext())
            if size >= 60 and linked < size / 2:
                sums[paragraph.getparent()] = sums.get(paragraph.getparent(), 0) + size
        return max(sums.values(), default=0)

    @cached_property
    def linked_headings(self) -> int:
        """Headings that are nothing but a link to another page."""
        return len(self._linked_headings)

    @cached_property
    def _linked_headings(self) -> set[object]:
        found: set[object] = set()
        for heading in self.page.tree.iter("h2", "h3", "h4"):
            link = heading.find(".//a")
            parent = heading.getparent()
            if link is None and parent is not None and parent.tag == "a":
                link = parent
            href = "" if link is None else link.get("href") or ""
            if link is not None and href[:1] not in ("", "#"):
                whole, linked = len(text_of(heading)), len(text_of(link))
                if whole >= 12 and linked >= 0.8 * whole:
                    found.add(heading)
        return found

    @cached_property
    def loose_paragraphs(self) -> int:
        """Paragraphs of some length that are no summary under a linked heading."""
        loose = 0
        for paragraph in self.page.tree.iter("p"):
            if len(text_of(paragraph)) < 60 or any(e.tag in ASIDE for e in paragraph.iterancestors()):
                continue
            before = paragraph.getprevious()
            parent = paragraph.getparent()
            beside = parent is not None and any(
                heading in self._linked_headings for heading in parent.iter("h2", "h3", "h4")
            )
            few = parent is not None and sum(1 for _ in parent.iterchildren("p")) <= 2
            loose += not (before in self._linked_headings or (beside and few))
        return loose

    @cached_property
    def path(self) -> list[str]:
        return [part for part in urlsplit(self.page.url).path.lower().split("/") if part]

    @cached_property
    def claims_article(self) -> bool:
        """True when the page calls itself an article."""
        return bool(self.page.types & ARTICLE_TYPES) or (self.page.meta("og:type") or "").lower().startswith(
            "article"
        )

    @cached_property
    def has_day(self) -> bool:
        return (
            bool(re.search(r"/(?:19|20)\d\d[/-]?\d\d?", self.page.url))
            or "article:published_time" in self.page.metas
        )

    def in_path(self, section: str) -> bool:
        return any(any_of(section, "urls").fullmatch(part) for part in self.path)
