"""The standfirst: the summary between headline and text, kept apart from the body."""

from collections.abc import Sequence

from crawler.article.blocks import Piece
from crawler.article.page import Page


def lead_of(page: Page, pieces: Sequence[Piece]) -> tuple[str | None, list[Piece]]:
    """The lead, and the body without it."""
    return None, list(pieces)
