"""`tradewire extract`: fetched pages become articles."""

from collections.abc import Mapping
from pathlib import Path

import click

from tradewire.config import load_settings
from tradewire.options import open_store, progress, store_option


@click.command()
@click.option("--redo", is_flag=True, help="also read again what another version of the code has read")
@click.option("--limit", type=click.IntRange(1), default=None, help="pages to read at most")
@store_option
def extract(redo: bool, limit: int | None, store: Path | None) -> None:
    """Turn fetched pages into articles: text, title, authors, date, language, relevance, story.

    A page that is no article gets a type instead (list, consent, paywall, soft_404 ...); `tradewire why URL` tells it.
    """
    from crawler.extract import extract_pending, pending_count

    settings = load_settings()
    with open_store(store) as opened, progress("extract", pending_count(opened)) as bar:

        def show(counts: Mapping[str, int]) -> None:
            bar.update(counts.get("pages", 0) - bar.pos)

        counts = extract_pending(opened, Path(settings.archive), progress=show, redo=redo, limit=limit)
    click.echo(say_counts(counts), err=True)


def say_counts(counts: Mapping[str, int]) -> str:
    """The outcome of an extraction in one line."""
    if not counts.get("pages"):
        return "nothing to extract"
    told = {
        name: count
        for name, count in counts.items()
        if name not in ("pages", "articles", "relevant") and count
    }
    more = ", ".join(f"{count} {name}" for name, count in sorted(told.items()))
    return (
        f"pages {counts['pages']}, articles {counts.get('articles', 0)},"
        f" relevant {counts.get('relevant', 0)} ({more})"
    )
