"""`tradewire run` and `tradewire resolve`."""

from pathlib import Path

import click

from tradewire.options import open_store, progress, store_option


@click.command()
@click.argument("names", nargs=-1, metavar="[SOURCE]...")
@store_option
def run(names: tuple[str, ...], store: Path | None) -> None:
    """Everything that is due: crawl, extract, annotate, resolve, digest. Safe to stop and start again at any time.

    One summary line a stage on standard error. Exit code 3 when some sources failed, 4 when another run works here.
    """
    from db.errors import DegradedError
    from tradewire.commands.crawl import chosen_sources, say_counts
    from tradewire.config import load_settings
    from tradewire.stages import run_all, say

    settings = load_settings()
    sources = chosen_sources(settings, names)
    with open_store(store) as opened:
        done = run_all(opened, settings, sources.values(), crawl_overrides={"CRAWL_ALL_DUE": bool(names)})
    click.echo(f"crawl: {say_counts(done['crawl'])}", err=True)
    for stage in ("extract", "annotate", "resolve", "digest", "alerts"):
        say(stage, done[stage])
    if done["unwell"]:
        raise DegradedError("\n".join(done["unwell"]))
    if failed := done["crawl"].get("feeds-failed"):
        raise DegradedError(f"{failed} feeds or sitemaps failed; see: tradewire sources list")


@click.command()
@store_option
def resolve(store: Path | None) -> None:
    """Connect the names in the texts to company records, after new texts, aliases, merges or lists."""
    from tradewire.stages import resolve_stage, say

    with open_store(store) as opened, progress("resolve") as bar:
        say("resolve", resolve_stage(opened, bar=bar))
