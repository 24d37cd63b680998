"""`tradewire watch`: companies to keep an eye on."""

import getpass
from pathlib import Path

import click

from tradewire.options import emit, open_store, output_options, store_option


@click.group()
def watch() -> None:
    """Companies to keep an eye on: their new facts, list changes and disputes become alerts."""


@watch.command()
@click.argument("names", nargs=-1, required=True)
@click.option("--note", help="why")
@store_option
def add(names: tuple[str, ...], note: str | None, store: Path | None) -> None:
    """Watch companies; NAMES are any of their names, or ids.

    Example:  tradewire watch add SMIC "Hikvision" --note "suppliers"
    """
    from db.saved import watch as start

    with open_store(store) as opened:
        for name in names:
            click.echo(f"watching {start(opened, name, by=getpass.getuser(), note=note)}", err=True)


@watch.command("list")
@output_options
@store_option
def list_(form: str, store: Path | None) -> None:
    """What is watched."""
    from db.saved import watches

    with open_store(store, read_only=True) as opened:
        emit(
            watches(opened), form, columns=("company", "name", "at", "by", "note"), empty="nothing is watched"
        )


@watch.command()
@click.argument("names", nargs=-1, required=True)
@store_option
def remove(names: tuple[str, ...], store: Path | None) -> None:
    """Stop watching."""
    from db.errors import UsageError
    from db.saved import unwatch

    with open_store(store) as opened:
        for name in names:
            if not unwatch(opened, name):
                raise UsageError(f"{name!r} is not watched")
