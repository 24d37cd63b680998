"""Care of a store: backup, restore, check, doctor, prune, forget."""

from pathlib import Path

import click

from tradewire.options import (
    counted,
    emit,
    open_store,
    output_options,
    progress,
    store_option,
    store_path,
    visible,
)


def archive_root() -> Path:
    from tradewire.config import load_settings

    return Path(load_settings().archive)


def backup_folder(store: Path) -> Path:
    return store.absolute().parent / "backups"


@click.command()
@click.option(
    "--to",
    "folder",
    type=click.Path(path_type=Path, file_okay=False),
    help="default: backups beside the store",
)
@click.option("--keep", type=click.IntRange(1), default=7, show_default=True, help="older ones are removed")
@store_option
def backup(folder: Path | None, keep: int, store: Path | None) -> None:
    """A verified copy of the store, taken while others work. Prints its path.

    Example:  tradewire backup --to /mnt/backups --keep 14
    """
    from db.backups import backup as make

    path = store_path(store)
    with progress("backup") as bar:

        def tell(done: int, total: int) -> None:
            bar.length = total
            bar.update(done - bar.pos)

        made = make(path, folder or backup_folder(path), keep=keep, progress=tell)
    click.echo(made)


@click.command()
@click.argument("copy", type=click.Path(path_type=Path), required=False)
@click.option("--yes", is_flag=True, help="do not ask")
@store_option
def restore(copy: Path | None, yes: bool, store: Path | None) -> None:
    """Put a backup in place of the store (the newest, when none is named); the old store is kept beside it.

    Example:  tradewire restore backups/tradewire-20261121T060000Z.sqlite
    """
    from db.backups import backups
    from db.care import restore as put
    from db.errors import StoreError

    path = store_path(store)
    if copy is None:
        found = backups(path, backup_folder(path))
        if not found:
            raise StoreError(f"there is no backup in {backup_folder(path)}")
        copy = found[0]
    if not copy.is_file():
        raise StoreError(f"there is no backup {copy}")
    if not yes:
        click.confirm(f"put {copy} in place of {path}?", abort=True, err=True)
    kept = put(copy, path)
    click.echo(f"{path} is {copy} now" + (f"; the old store is {kept}" if kept else ""), err=True)


@click.command()
@click.option("--repair", is_flag=True, help="make the full-text index anew first")
@store_option
def check(repair: bool, store: Path | None) -> None:
    """Test file, foreign keys, full-text index and the provenance of every span. Exit code 5 when something fails."""
    from db.care import check as run
    from db.care import rebuild_index
    from db.errors import StoreError

    with open_store(store) as opened:
        if repair:
            rebuild_index(opened)
        problems = list(run(opened, progress=lambda name: click.echo(f"{name} ...", err=True)))
    for problem in problems:
        click.echo(f"{problem.check}: {problem.says}")
    if problems:
        raise StoreError(f"{len(problems)} problems; tradewire restore brings back a backup")
    click.echo("everything holds", err=True)


@click.command()
@output_options
@store_option
def doctor(form: str, store: Path | None) -> None:
    """What is wrong here, and what to do. Exit code 1 when there is an error."""
    from dataclasses import asdict

    from db.errors import TradewireError
    from tradewire.doctor import examine

    path = store_path(store)
    findings = list(examine(path, archive_root(), backup_folder(path)))
    emit((asdict(f) | ({"advice": ""} if f.level == "ok" else {}) for f in findings), form)
    errors = sum(finding.level == "error" for finding in findings)
    if errors:
        raise TradewireError(f"{errors} of {len(findings)} findings are errors")


@click.command()
@click.option(
    "--older-than", metavar="DAYS", type=click.IntRange(1), default=365, show_default=True, help="raw pages"
)
@click.option("--dry-run", is_flag=True, help="only say what would go")
@store_option
def prune(older_than: int, dry_run: bool, store: Path | None) -> None:
    """Drop old raw pages that were read into articles. Articles and facts always stay.

    Example:  tradewire prune --older-than 180 --dry-run
    """
    import datetime as dt

    from db.clock import now, stamp
    from tradewire.removal import prune as drop

    with open_store(store) as opened:
        gone = drop(
            opened, archive_root(), before=stamp(now() - dt.timedelta(days=older_than)), dry_run=dry_run
        )
    verb = "would drop" if dry_run else "dropped"
    click.echo(
        f"{verb} {counted(gone.files, 'file')} with {counted(gone.pages, 'page')}, {gone.bytes / 1e6:.1f} MB",
        err=True,
    )


@click.command()
@click.argument("what")
@click.option(
    "--person", is_flag=True, help="WHAT is a person's name; without it an address is one by its ://"
)
@click.option("--note", help="why, for the record")
@click.option("--dry-run", is_flag=True, help="only say what would go")
@click.option("--yes", is_flag=True, help="do not ask")
@store_option
def forget(what: str, person: bool, note: str | None, dry_run: bool, yes: bool, store: Path | None) -> None:
    """Take down an article (by URL) or a person (by name), for good: the raw page goes, too, and nothing comes back.

    \b
    Examples:
      tradewire forget https://paper.example/story --note "request of 3 March"
      tradewire forget --person "Ada Quill" --dry-run
    """
    from crawler.urls import canonical_url
    from db.forget import Forgotten, forget_person, forget_url
    from db.store import Store
    from tradewire.removal import remove_records

    address = None if person or "://" not in what else canonical_url(what) or what

    def take(opened: Store, *, dry_run: bool) -> Forgotten:
        if address is None:
            return forget_person(opened, what, note=note, dry_run=dry_run)
        return forget_url(opened, address, note=note, dry_run=dry_run)

    with open_store(store) as opened:
        gone = take(opened, dry_run=True)
        pages = counted(len(gone.records), "raw page")
        says = f"{counted(gone.articles, 'article')}, {counted(gone.facts, 'fact')}, {counted(gone.mentions, 'mention')}, {pages}"
        if dry_run:
            click.echo(f"would forget {says}", err=True)
            return
        if not yes:
            known = gone.articles or gone.mentions
            unknown = f"nothing of {visible(what)} is held here; keep it out for good?"
            click.confirm(f"forget {says} for good?" if known else unknown, abort=True, err=True)
        gone = take(opened, dry_run=False)
        remove_records(opened, archive_root(), gone.records)
    click.echo(f"forgot {says}; backups still have it: remove those made before today", err=True)
