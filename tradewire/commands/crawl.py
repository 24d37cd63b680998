"""`tradewire crawl`: fetch what the sources offer. Also what `tradewire run` uses to do the same."""

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from db.errors import DegradedError, UsageError
from tradewire.config import Settings, load_settings
from tradewire.options import open_store, progress, store_option

if TYPE_CHECKING:
    from crawler.sources import Source


def crawl_settings(settings: Settings) -> dict[str, Any]:
    """What tradewire.toml says about crawling, as Scrapy settings."""
    found: dict[str, Any] = {
        "DOWNLOAD_DELAY": settings.crawl.delay_s,
        "CRAWL_ALLOW_PRIVATE": settings.crawl.allow_private,
        "CRAWL_TDM": settings.crawl.tdm,
        "CRAWL_ROBOTS_META": settings.crawl.robots_meta,
    }
    if settings.crawl.contact:
        contact = " ".join(settings.crawl.contact.split())
        found["USER_AGENT"] = f"Tradewire/0.1 (+{contact}; news research)"
    return found


def chosen_sources(settings: Settings, names: Iterable[str] = ()) -> "dict[str, Source]":
    """The sources in force: packaged, with the user's laid over, narrowed to `names` or the setting `only`.

    Raises:
        SourceError: a declaration is wrong.
        UsageError: there is no source of a given name.
    """
    from crawler.sources import load_sources

    user = Path(settings.crawl.sources) if settings.crawl.sources else None
    sources = load_sources(user_file=user)
    wanted = list(names) or settings.crawl.only
    for name in wanted:
        if name not in sources:
            raise UsageError(f"no source {name!r}; see: tradewire sources list")
    return {name: source for name, source in sources.items() if not wanted or name in wanted}


def say_counts(counts: dict[str, int]) -> str:
    """The outcome of a crawl in one line."""
    known = (
        "feeds",
        "feeds-failed",
        "feeds-not-modified",
        "entries",
        "new",
        "changed",
        "off-topic",
        "pages",
        "retry",
    )
    outcomes = ", ".join(
        f"{count} {name}" for name, count in sorted(counts.items()) if name not in known and count
    )
    return (
        f"feeds {counts.get('feeds', 0)} ({counts.get('feeds-not-modified', 0)} not modified,"
        f" {counts.get('feeds-failed', 0)} failed), entries {counts.get('entries', 0)}"
        f" ({counts.get('new', 0)} new, {counts.get('changed', 0)} changed, {counts.get('off-topic', 0)} off topic),"
        f" pages {counts.get('pages', 0)}" + (f": {outcomes}" if outcomes else "")
    )


@click.command()
@click.argument("names", nargs=-1, metavar="[SOURCE]...")
@click.option("--all", "everything", is_flag=True, help="ask sources that are not due, too")
@click.option("--dry-run", is_flag=True, help="only say what is due")
@store_option
def crawl(names: tuple[str, ...], everything: bool, dry_run: bool, store: Path | None) -> None:
    """Fetch what the sources offer: feeds and sitemaps that are due, then the pages they name.

    Raw pages go into the archive; `tradewire extract` turns them into articles. Exit code 3 when sources failed.
    """
    from crawler.run import crawl as run

    settings = load_settings()
    sources = chosen_sources(settings, names)
    with open_store(store) as opened:
        if dry_run:
            from crawler.due import due_tasks, start_run

            with opened.write() as connection:
                start_run(connection, sources.values())
                tasks = due_tasks(connection, list(sources.values()), everything=everything)
            for task in tasks:
                click.echo(f"{task.source}\t{task.kind}\t{task.url}")
            return
        overrides = crawl_settings(settings) | {"CRAWL_ALL_DUE": everything or bool(names)}
        with progress("crawl") as bar:

            def show(counts: dict[str, int]) -> None:
                bar.length = max(counts.get("new", 0) + counts.get("changed", 0), counts.get("pages", 0), 1)
                bar.update(counts.get("pages", 0) - bar.pos)

            counts = run(opened, sources.values(), Path(settings.archive), settings=overrides, progress=show)
            from crawler.health import keep_states

            unwell = keep_states(opened)
        click.echo(say_counts(counts), err=True)
    if unwell:
        raise DegradedError("\n".join(f"{one.source}: {reason}" for one in unwell for reason in one.reasons))
    if failed := counts.get("feeds-failed", 0):
        raise DegradedError(f"{failed} feeds or sitemaps failed; see: tradewire sources list")
