"""`tradewire ingest`: load shards of an archive into the store."""

from pathlib import Path

import click

from tradewire.options import counted, open_store, progress, store_option

SHOWN = 20  # problems told one by one


@click.command()
@click.argument("folder", type=click.Path(path_type=Path, file_okay=False))
@click.option("--again", is_flag=True, help="also shards that were loaded before")
@click.option("--no-resolve", is_flag=True, help="leave names and events to the next run")
@store_option
def ingest(folder: Path, again: bool, no_resolve: bool, store: Path | None) -> None:
    """Load what `tradewire archive process` made, here or on other machines: articles, stories, names and facts.

    Loading the same twice changes nothing; what the store has fetched itself stays.
    """
    from db.errors import DegradedError
    from tradewire.archive.ingest import ingest as load
    from tradewire.archive.shards import find_shards
    from tradewire.stages import resolve_stage, say

    with open_store(store) as opened:
        with progress("ingest", len(find_shards(folder))) as bar:
            counts, problems = load(opened, folder, again=again, progress=bar.update)
        say("ingest", counts)
        if not no_resolve and (counts["new"] or counts["changed"]):
            say("resolve", resolve_stage(opened))
    for problem in problems[:SHOWN]:
        click.echo(problem, err=True)
    if counts["damaged"] or counts["refused"]:
        raise DegradedError(
            f"{counted(counts['damaged'], 'shard')} and {counted(counts['refused'], 'row')} were not taken"
        )
