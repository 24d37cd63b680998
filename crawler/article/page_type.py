"""What kind of page it is: article, live blog, release, list, wall, stub, soft 404, shell, media."""

from collections.abc import Sequence

from crawler.article.blocks import Piece
from crawler.article.page import Page
from db.records import PageType


def page_type_of(page: Page, pieces: Sequence[Piece], title: str | None) -> tuple[PageType, tuple[str, ...]]:
    """The type and what decided it."""
    if "liveblogposting" in page.types:
        return PageType.LIVE_BLOG, ("json-ld LiveBlogPosting",)
    if not pieces:
        return PageType.JS_SHELL, ("no text",)
    return PageType.ARTICLE, ("text",)
