"""`tradewire demo`: what `make run` runs."""

import datetime as dt
from collections import Counter
from pathlib import Path
from typing import Any

import click

from tradewire.commands.annotate import published_option
from tradewire.options import amount_text, visible

SAMPLES = 2  # facts shown of each kind
KINDS = ("listing", "contract", "valuation", "statement")


@click.command()
@click.option(
    "--dir",
    "folder",
    type=click.Path(path_type=Path, file_okay=False),
    default=Path("run"),
    show_default=True,
)
@click.option(
    "--as-of", callback=published_option, help="the newsroom's today; default: today, or the folder's date"
)
@click.option("--all", "everything", is_flag=True, help="print every missed and false fact")
def demo(folder: Path, as_of: dt.date | None, everything: bool) -> None:
    """Crawl the packaged sample newsroom on loopback, read it, and hold the facts against its answer key.

    Needs no internet. Run it twice: the second time it finds nothing new. Exit code 1 when no facts come out.
    """
    from crawler.newsroom.compare_digest import compare_digest
    from db.search import search
    from db.store import Store
    from tradewire import demo as work
    from tradewire.digest.document import build_document
    from tradewire.digest.render import render
    from tradewire.digest.window import parse_week

    outcome = work.run_newsroom(folder, as_of)
    path = folder / work.STORE
    with Store.open(path, read_only=True) as store:
        count = store.value("SELECT count(*) FROM facts WHERE state = 'live'")
        if not outcome.is_new:
            click.echo("nothing new: every page, text and fact was here already\n")
        say_pages(work.page_outcomes(store), outcome.as_of)
        say_facts(store, count)
        click.echo("\nAgainst the answer key (written before the rules; its misses were looked at since)")
        for line in work.against_key(store, outcome.as_of).lines(None if everything else 5):
            click.echo(visible(line))
        answer = search(store, work.SEARCH, limit=3)
        click.echo(f"\n$ tradewire search --store {path} '{work.SEARCH}'     {answer.total} articles")
        for hit in answer.hits:
            click.echo(f"  {(hit.published or '')[:10]}  {visible(hit.title)}  ({hit.source_name})")
        click.echo(f'\n$ sqlite-utils query {path} "{work.SQL}"')
        for row in work.ask_sqlite_utils(path):
            click.echo(
                f"  {visible(row['company'] or '?')}  {amount_text(row['amount'], row['currency'])}  {row['published'][:10]}"
            )
            click.echo(f"      {visible(row['sentence'])}")
        week = work.busiest_week(store)
        if week is not None:
            document = build_document(store, parse_week(week), by_published=True)
            for form in ("html", "md"):
                (folder / f"digest-{week}.{form}").write_text(render(document, form), encoding="utf-8")
            click.echo(f"\nDigest of the busiest week: {folder / f'digest-{week}.html'}")
            for line in compare_digest(document, outcome.as_of).lines()[: None if everything else 1]:
                click.echo(f"  {visible(line)}")
    click.echo("\nThe real sources:  tradewire init && tradewire run")
    if not count:
        click.echo("no facts came out", err=True)
        raise SystemExit(1)


def say_pages(outcomes: list[tuple[str, int]], as_of: dt.date) -> None:
    click.echo(f"Sample newsroom as of {as_of}: {sum(n for _, n in outcomes)} pages")
    for name, number in outcomes:
        click.echo(f"  {number:>4}  {visible(name)}")


def say_facts(store: Any, count: int) -> None:
    """How many facts of each kind, and the first of some with their sentences."""
    from db.queries import facts
    from tradewire.headlines import headline

    kinds = Counter(
        {
            r["kind"]: r["n"]
            for r in store.rows("SELECT kind, count(*) AS n FROM facts WHERE state = 'live' GROUP BY 1")
        }
    )
    told = ", ".join(f"{number} {name.replace('_', ' ')}" for name, number in kinds.most_common())
    click.echo(f"\nFacts: {count} ({told})")
    for kind in KINDS:
        for fact in facts(store, kind=kind, limit=SAMPLES):
            click.echo(f"  {visible(headline(fact))}")
            click.echo(f"      {visible(fact.sentence)}")
            click.echo(f"      {fact.source_name}, {(fact.published or '')[:10]}, {visible(fact.url)}")
