"""`tradewire saved`: saved searches and their alerts."""

from pathlib import Path
from typing import Any

import click

from tradewire.options import emit, open_store, output_options, store_option


@click.group()
def saved() -> None:
    """Saved searches and their alerts. `tradewire run` and jobs look for new hits; each is told once."""


@saved.command("add")
@click.argument("name")
@click.argument("query", nargs=-1, required=True)
@click.option(
    "--facts", "as_facts", is_flag=True, help="QUERY is a filter of facts: kind=contract company=Acme"
)
@click.option("--alert/--no-alert", default=True, show_default=True, help="tell new hits")
@store_option
def add(name: str, query: tuple[str, ...], as_facts: bool, alert: bool, store: Path | None) -> None:
    """Keep a search under NAME.

    \b
    Examples:
      tradewire saved add chips 'title:(chip* OR wafer*) "entity list"'
      tradewire saved add big --facts kind=contract min_amount=1e9 currency=USD
    """
    from db.saved import save_search

    with open_store(store) as opened:
        kept = save_search(opened, name, _filter(query) if as_facts else " ".join(query), alert=alert)
    click.echo(f"saved {kept.name}", err=True)


def _filter(pairs: tuple[str, ...]) -> dict[str, Any]:
    from db.errors import UsageError

    found: dict[str, Any] = {}
    for pair in pairs:
        name, equals, value = pair.partition("=")
        if not equals:
            raise UsageError(f"{pair!r}: write NAME=VALUE, such as kind=contract")
        try:
            number = name.startswith(("min_", "max_"))
            found[name] = float(value) if number else value == "true" if name == "everything" else value
        except ValueError:
            raise UsageError(f"{name} must be a number, not {value!r}") from None
    return found


@saved.command("list")
@output_options
@store_option
def list_(form: str, store: Path | None) -> None:
    """What is saved."""
    from dataclasses import asdict

    from db.saved import saved_searches

    with open_store(store, read_only=True) as opened:
        rows = [asdict(row) for row in saved_searches(opened)]
    emit(
        rows,
        form,
        columns=("name", "kind", "alert", "made_at", "last_run", "query"),
        empty="nothing is saved",
    )


@saved.command("remove")
@click.argument("name")
@store_option
def remove(name: str, store: Path | None) -> None:
    """Forget the search NAME and its alerts."""
    from db.errors import UsageError
    from db.saved import remove_search

    with open_store(store) as opened:
        if not remove_search(opened, name):
            raise UsageError(f"no search is saved as {name!r}")


@saved.command("run")
@output_options
@store_option
def run(form: str, store: Path | None) -> None:
    """Look for new hits of every saved search and watched company, and print them."""
    from db.saved import find_alerts

    with open_store(store) as opened:
        _print(find_alerts(opened), form)


@saved.command("alerts")
@click.option("--all", "everything", is_flag=True, help="also those that were read")
@click.option("--read", "mark_read", is_flag=True, help="mark what is printed as read")
@output_options
@store_option
def alerts_(everything: bool, mark_read: bool, form: str, store: Path | None) -> None:
    """Alerts that nobody has read yet."""
    from db.saved import alerts, mark

    with open_store(store, read_only=not mark_read) as opened:
        found = alerts(opened, unread=not everything)
        _print(found, form)
        if mark_read:
            mark(opened, [alert.id for alert in found], read=True)


def _print(found: Any, form: str) -> None:
    from dataclasses import asdict

    emit(
        (asdict(a) for a in found),
        form,
        columns=("at", "kind", "subject", "hit", "text"),
        empty="no new hits",
    )
