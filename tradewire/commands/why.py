"""`tradewire why URL`: the whole life of one URL."""

from pathlib import Path

import click

from db.errors import TradewireError
from tradewire.options import emit, open_store, output_options, store_option, visible


@click.command()
@click.argument("url")
@output_options
@store_option
def why(url: str, form: str, store: Path | None) -> None:
    """How a URL was found, asked, kept, read and understood, and why it is where it is."""
    from crawler.life import known_host, life

    with open_store(store, read_only=True) as opened:
        steps = life(opened, url)
        if not steps or all(not step.at for step in steps):
            also = "" if known_host(opened, url) else ", nor any page of that host"
            raise TradewireError(f"{url} was never seen{also}")
    if form == "table":
        for step in steps:
            click.echo(f"{step.at:20}  {visible(step.what)}")
        return
    emit([{"at": step.at or None, "what": step.what} for step in steps], form)
