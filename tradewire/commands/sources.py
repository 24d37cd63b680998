"""`tradewire sources`: list them with their health, add one, check them."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
import platformdirs

from db.errors import DegradedError, InputError, UsageError
from tradewire.commands.crawl import chosen_sources, crawl_settings
from tradewire.config import Settings, load_settings
from tradewire.options import counted, emit, open_store, output_options, store_option, store_path, visible

if TYPE_CHECKING:
    from crawler.onboarding import Proposal


@click.group()
def sources() -> None:
    """The publishers we follow: packaged ones, and yours laid over them."""


@sources.command("list")
@click.option("--health", "with_health", is_flag=True, help="only those with a problem, with the reason")
@output_options
@store_option
def list_(with_health: bool, form: str, store: Path | None) -> None:
    """Every source with its health: last success, articles a week against what is expected, share read."""
    from crawler.health import health

    found = chosen_sources(load_settings())
    known: dict[str, Any] = {}
    if store_path(store).is_file():
        with open_store(store, read_only=True) as opened:
            known = {one.source: one for one in health(opened)}
    rows = []
    for name, source in found.items():
        one = known.get(name)
        if with_health and (one is None or not one.degraded):
            continue
        rows.append(
            {
                "source": name,
                "name": source.name,
                "country": source.country,
                "kind": source.kind,
                "state": one.state if one else "paused" if source.paused else "new",
                "articles_week": one.articles_week if one else None,
                "expect": f"{source.expect[0]}-{source.expect[1]}" if source.expect else "",
                "last_success": one.last_success if one else None,
                "article_share": round(one.article_share, 3)
                if one and one.article_share is not None
                else None,
                "failures_week": one.failures_week if one else None,
                "median_age_h": round(one.median_age_h, 1) if one and one.median_age_h is not None else None,
                "verified": source.verified,
                "reasons": "; ".join(one.reasons) if one else "",
            }
        )
    columns = (
        "source",
        "name",
        "country",
        "kind",
        "state",
        "articles_week",
        "expect",
        "last_success",
        "reasons",
    )
    emit(rows, form, columns=columns, empty="every source is well" if with_health else "no sources")


def user_file(settings: Settings) -> Path:
    """The user's own sources file: as tradewire.toml says, else beside their other settings."""
    if settings.crawl.sources:
        return Path(settings.crawl.sources)
    return Path(platformdirs.user_config_dir("tradewire")) / "sources.toml"


@sources.command()
@click.argument("url")
@click.option("--name", metavar="ID", help="name of the table; default: from the host")
@click.option("--dry-run", is_flag=True, help="only show what was found")
def add(url: str, name: str | None, dry_run: bool) -> None:
    """Find the feeds and sitemaps of a site, show three articles as they would be stored, and add it.

    The table goes into your own file (setting crawl.sources), where you can change every key.
    """
    from crawler.onboarding import add_table, propose, refuse_twice
    from crawler.sources import sources_toml

    settings = load_settings()
    if name is not None and not dry_run:
        refuse_twice(user_file(settings), name)  # before anything is asked
    proposal = propose(url, name=name, settings=crawl_settings(settings))
    _show(proposal)
    table = sources_toml([proposal.source])
    click.echo(table)
    if dry_run:
        return
    path = user_file(settings)
    path.parent.mkdir(parents=True, exist_ok=True)
    add_table(path, table, proposal.source.id)
    click.echo(f"added to {path}", err=True)
    if not settings.crawl.sources:
        click.echo(f'name that file in tradewire.toml:  [crawl] sources = "{path}"', err=True)


def _show(proposal: "Proposal") -> None:
    for finding in proposal.findings:
        click.echo(
            f"{finding.kind:8} {finding.outcome:12} {finding.entries:5} entries  {finding.url}", err=True
        )
    for sample in proposal.samples:
        click.echo(f"\n  {visible(sample.title)}\n  {visible(sample.url)}", err=True)
        click.echo(
            f"  {sample.published or 'no date'}  {sample.language or '??'}  {sample.words} words"
            f"  {'relevant' if sample.relevant else 'not relevant'}"
            + (f"  missing: {', '.join(sample.missing)}" if sample.missing else ""),
            err=True,
        )
    shares = "  ".join(f"{name} {share:.0%}" for name, share in proposal.coverage.items())
    click.echo(f"\ncoverage of {len(proposal.samples)} samples: {shares}", err=True)
    for outcome, count in proposal.failures.items():
        click.echo(f"{counted(count, 'page')}: {outcome}", err=True)


@sources.command()
@click.argument("names", nargs=-1, metavar="[SOURCE]...")
@click.option("--live", is_flag=True, help="ask the site itself, and set `verified` where it works")
@click.option(
    "--pages", type=click.IntRange(1, 200), default=10, show_default=True, help="archived pages to replay"
)
@store_option
def check(names: tuple[str, ...], live: bool, pages: int, store: Path | None) -> None:
    """Check sources: replay archived pages with the current code, or (--live) ask feeds and three articles anew."""
    settings = load_settings()
    found = chosen_sources(settings, names)
    failed: list[str] = []
    if live:
        if not names:
            raise UsageError("name the sources to ask live")
        from crawler.onboarding import set_verified, try_source

        for name in names:
            try:
                proposal = try_source(found[name], settings=crawl_settings(settings))
            except InputError as error:
                failed.append(f"{name}: {error}")
                continue
            click.echo(f"{name}:", err=True)
            _show(proposal)
            if proposal.samples and not any(
                f.outcome not in ("ok", "not-modified") for f in proposal.findings
            ):
                path = user_file(settings)
                path.parent.mkdir(parents=True, exist_ok=True)
                set_verified(path, name)
                click.echo(f"{name} ok, verified today in {path}")
            else:
                failed.append(f"{name}: " + ", ".join(f"{f.url} {f.outcome}" for f in proposal.findings))
    else:
        from crawler.health import health
        from crawler.replay import replay

        with open_store(store, read_only=True) as opened:
            for one in health(opened, list(found)):
                if one.state == "new":
                    continue
                result = replay(opened, Path(settings.archive), one.source, pages=pages)
                shares = " ".join(f"{name} {share:.0%}" for name, share in result.coverage.items())
                lost = f", {result.lost} lost since" if result.lost else ""
                click.echo(
                    f"{one.source}: {one.state}, {result.articles} of {result.pages} pages read{lost}  {shares}"
                )
                failed += [f"{one.source}: {reason}" for reason in one.reasons]
                if result.lost:
                    failed.append(f"{one.source}: {result.lost} pages that were articles no longer are")
    if failed:
        raise DegradedError("\n".join(failed))
