"""`tradewire import`: take in files and addresses."""

from collections.abc import Mapping
from pathlib import Path

import click

from db.errors import UsageError
from tradewire.config import load_settings
from tradewire.options import open_store, progress, store_option


@click.command(name="import")
@click.argument("paths", nargs=-1, required=True, metavar="PATH|URL...")
@click.option("--published", metavar="2026-01-31", help="publication day, where the file does not tell it")
@click.option("--language", metavar="en", help="language of text files; default: worked out")
@click.option(
    "--files",
    type=click.IntRange(1),
    metavar="N",
    help="of WARC files on the web, take at most N that are new",
)
@store_option
def import_(
    paths: tuple[str, ...],
    published: str | None,
    language: str | None,
    files: int | None,
    store: Path | None,
) -> None:
    """Take in html and text files, WARC archives (as CC-NEWS publishes them), lists of URLs, and URLs.

    Everything is looked at before anything is written. URLs are fetched by the next crawl; those of WARC files
    (.warc.gz) and of lists of them (warc.paths.gz) at once. A killed import goes on where it was.
    """
    import datetime as dt

    from crawler.importing import import_paths

    if published is not None:
        try:
            published = dt.date.fromisoformat(published).isoformat()
        except ValueError:
            raise UsageError(f"not a day: {published!r} (say 2026-01-31)") from None
    settings = load_settings()
    with open_store(store) as opened, progress("import") as bar:

        def show(counts: Mapping[str, int]) -> None:
            bar.length = max(counts.get("records", 0) + counts.get("pages", 0), 1)
            bar.update(bar.length - bar.pos)

        counts = import_paths(
            opened,
            Path(settings.archive),
            paths,
            published=published,
            language=language,
            files=files,
            allow_private=settings.crawl.allow_private,
            progress=show,
        )
    told = ", ".join(f"{count} {name}" for name, count in counts.items() if count)
    click.echo(f"imported: {told or 'nothing new'}", err=True)
