"""`tradewire archive`: check the raw pages."""

from pathlib import Path

import click

from db.errors import StoreError
from tradewire.config import load_settings
from tradewire.options import open_store, store_option


@click.group()
def archive() -> None:
    """The archive of raw pages."""


@archive.command()
@click.option(
    "--all", "everything", is_flag=True, help="read every record, not only those the store points at"
)
@store_option
def check(everything: bool, store: Path | None) -> None:
    """Read each page that the store points at and compare its digest; a torn last record is no fault."""
    from crawler.archive_check import check_archive

    settings = load_settings()
    with open_store(store, read_only=True) as opened:
        result = check_archive(opened, Path(settings.archive), everything=everything)
    click.echo(
        f"{result.pages} pages in {result.files} files: {result.good} good, {len(result.problems)} not;"
        f" {result.orphans} records without a row, {result.torn} torn ends (both harmless)"
    )
    for problem in result.problems[:50]:
        click.echo(problem)
    if result.problems:
        raise StoreError(f"{len(result.problems)} pages of the archive cannot be read")
