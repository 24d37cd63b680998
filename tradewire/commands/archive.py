"""`tradewire archive`: check the raw pages; make shards of articles and facts from WARC files."""

from pathlib import Path

import click

from db.errors import DegradedError, StoreError
from tradewire.config import load_settings
from tradewire.options import counted, open_store, progress, store_option


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
        f"{counted(result.pages, 'page')} in {counted(result.files, 'file')}: {result.good} good, {len(result.problems)} not;"
        f" {counted(result.orphans, 'record')} without a row, {counted(result.torn, 'torn end')} (both harmless)"
    )
    for problem in result.problems[:50]:
        click.echo(problem)
    if result.problems:
        raise StoreError(f"{counted(len(result.problems), 'page')} of the archive cannot be read")


@archive.command()
@click.argument("paths", nargs=-1, required=True)
@click.option(
    "--out",
    "-o",
    required=True,
    type=click.Path(path_type=Path, file_okay=False),
    help="folder of the shards",
)
@click.option("--workers", type=click.IntRange(1, 4096), help="processes; default: one a processor")
@click.option("--ray", "on_ray", is_flag=True, help="work on Ray, on this machine")
@click.option("--address", metavar="HOST:PORT|auto", help="work on that Ray cluster")
@click.option(
    "--all", "keep_all", is_flag=True, help="keep articles that are not relevant, too, without facts"
)
@click.option("--redo", is_flag=True, help="make shards of another version again")
def process(
    paths: tuple[str, ...],
    out: Path,
    workers: int | None,
    on_ray: bool,
    address: str | None,
    keep_all: bool,
    redo: bool,
) -> None:
    """Turn WARC files (as CC-NEWS publishes them) into Parquet shards of articles and facts.

    PATHS are files, folders or globs. Run it again to go on after a stop. `tradewire ingest OUT` loads the shards.

    \b
    Example:  tradewire archive process 'cc-news/2026/10/*.warc.gz' --out shards --workers 16
    """
    import os

    from nlp.pipeline import fingerprint
    from tradewire.archive.pool import run_pool
    from tradewire.archive.process import process_archive
    from tradewire.archive.reading import Reading
    from tradewire.archive.tasks import Engine, TaskEnd
    from tradewire.stages import say

    settings = load_settings()
    chosen = settings.annotate
    components = tuple(chosen.components)
    engine: Engine = run_pool
    if on_ray or address is not None:
        from tradewire.archive.on_ray import ray_engine

        engine = ray_engine(address)
    reading = Reading(
        model=chosen.model,
        components=components,
        companies=chosen.companies,
        timeout_s=chosen.article_timeout_s,
        memory_mb=chosen.memory_mb,
        sources=settings.crawl.sources,
        tdm=settings.crawl.tdm,
        robots_meta=settings.crawl.robots_meta,
        keep_all=keep_all,
        fingerprint=fingerprint(chosen.model, components, chosen.companies),
    )
    with progress("archive") as bar:

        def show(end: TaskEnd, left: int) -> None:
            bar.length = bar.pos + 1 + left
            bar.update(1)
            if end.error is not None:
                click.echo(f"{end.task.warc}: {end.error} (attempt {end.task.attempt})", err=True)

        counts = process_archive(
            paths,
            out,
            engine=engine,
            workers=workers or len(os.sched_getaffinity(0)),
            reading=reading,
            redo=redo,
            progress=show,
        )
    say("archive", counts)
    if counts["failed"]:
        raise DegradedError(f"{counted(counts['failed'], 'file')} failed; see {out / 'manifest.json'}")
