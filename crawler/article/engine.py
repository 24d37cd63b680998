"""The body as trafilatura sees it, on the tree that everybody shares."""

import logging
from copy import deepcopy
from typing import Any

from crawler.article.blocks import Piece, pieces_of

logging.getLogger("trafilatura").setLevel(logging.CRITICAL)  # its "discarding data" is our page type
logging.getLogger("htmldate").setLevel(logging.CRITICAL)


def body_pieces(tree: Any, url: str, *, mode: str = "standard") -> list[Piece]:
    """Typed lines of the main text; empty when the engine finds none. `tree` stays as it is."""
    from trafilatura import bare_extraction  # slow to import

    try:
        document = bare_extraction(
            deepcopy(tree),
            url=url,
            include_comments=False,
            fast=mode == "fast",
            favor_precision=mode == "precision",
            favor_recall=mode == "recall",
        )
    except (ValueError, TypeError, AttributeError, IndexError, AssertionError, RecursionError):
        return []
    return pieces_of(document.body) if document is not None and document.body is not None else []
