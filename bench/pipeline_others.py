"""What `bench.pipeline` compares with: the two engines alone, and the stack that a user would put together."""

import importlib.util
import sys
import types
from collections.abc import Callable, Sequence
from contextlib import suppress

from bench.pipeline_pages import BenchPage

Run = Callable[[Sequence[BenchPage]], None]


def bare_trafilatura() -> Run:
    """`trafilatura.bare_extraction` with metadata, comments left out as we leave them out."""
    from trafilatura import bare_extraction

    def run(pages: Sequence[BenchPage]) -> None:
        for page in pages:
            bare_extraction(page.body, url=page.url, with_metadata=True, include_comments=False)

    return run


def bare_spacy(batch: int) -> Run:
    """`nlp.pipe` of the base model with the components that we run, none of ours."""
    from nlp.pipeline import load_model

    pipeline = load_model()

    def run(pages: Sequence[BenchPage]) -> None:
        for _ in pipeline.pipe([page.text for page in pages], batch_size=batch):
            pass

    return run


def missing_peers() -> list[str]:
    """Parts of the peer stack that are not installed."""
    return [
        name
        for name, module in (("newspaper4k", "newspaper"), ("textacy", "textacy"))
        if importlib.util.find_spec(module) is None
    ]


def peer_stack(*, with_textacy: bool) -> Run:
    """newspaper4k reads the page, the whole spaCy model its text, textacy the quotations."""
    import spacy
    from newspaper import Article

    from nlp.pipeline import MODEL

    pipeline = spacy.load(MODEL)
    quotations = None
    if with_textacy:
        stand_in_for_floret()
        from textacy.extract import direct_quotations as quotations

    def run(pages: Sequence[BenchPage]) -> None:
        for page in pages:
            article = Article(page.url, fetch_images=False)
            article.download(input_html=page.body.decode("utf-8", "replace"))
            with suppress(Exception):  # what it cannot read, it still spent its time on
                article.parse()
            doc = pipeline(article.text)
            if quotations is not None:
                with suppress(ValueError):  # textacy gives up on a text with an odd number of marks
                    list(quotations(doc))

    return run


def stand_in_for_floret() -> None:
    """Where floret is not installed (it has no wheel for new Pythons), an empty module in its place.

    textacy imports it at once, but only its language identification uses it, which is not run here.
    """
    if importlib.util.find_spec("floret") is None:
        outer, inner = types.ModuleType("floret"), types.ModuleType("floret.floret")
        inner._floret = object  # type: ignore[attr-defined]
        sys.modules |= {"floret": outer, "floret.floret": inner}
