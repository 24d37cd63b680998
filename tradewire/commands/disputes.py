"""`tradewire disputes`: where sources disagree beyond rounding."""

from pathlib import Path
from typing import Any

import click

from tradewire.commands.review import reviewer_option
from tradewire.options import amount_text, emit, open_store, output_options, store_option, visible


@click.command()
@click.option("--kind", help="only disputes of this kind")
@click.option("--settled", is_flag=True, help="also those that are settled")
@click.option("--all", "everything", is_flag=True, help="also events whose tellers agree")
@click.option("--limit", type=click.IntRange(1), default=50, show_default=True)
@click.option("--settle", type=(int, str), metavar="EVENT FACT", help="believe FACT from now on")
@click.option("--note", help="why it is settled so")
@reviewer_option
@output_options
@store_option
def disputes(
    kind: str | None,
    settled: bool,
    everything: bool,
    limit: int,
    settle: tuple[int, str] | None,
    note: str | None,
    by: str,
    form: str,
    store: Path | None,
) -> None:
    """Events whose sources differ: slips of a factor of 1,000, mixed currencies, other values, other dates.

    \b
    Examples:
      tradewire disputes
      tradewire disputes --settle 12 1f2e3d4c5b6a7988 --note "annual report"
    """
    from db.events import events
    from db.events import settle as settle_event
    from db.queries import kind_name

    if settle is not None:
        with open_store(store) as opened:
            settle_event(opened, *settle, by=by, note=note)
        click.echo(f"event {settle[0]}: {settle[1]} is believed", err=True)
        return
    with open_store(store, read_only=True) as opened:
        found = events(
            opened, disputed=not everything, settled=settled, kind=kind and kind_name(kind), limit=limit
        )
    if form != "table":
        emit((_row(event, form) for event in found), form)
        return
    if not found:
        click.echo("no disputes", err=True)
    for event in found:
        spread = " to ".join(
            dict.fromkeys(amount_text(v, event.currency) for v in (event.low, event.high) if v is not None)
        )
        state = (
            f"{event.dispute} differs"
            if event.dispute in ("value", "date", "currency")
            else event.dispute or "agree"
        )
        click.secho(
            f"{event.id:>4}  {event.kind}  {visible(event.company or '?')}  {spread}  ({state})", bold=True
        )
        for row in event.facts:
            mark = "*" if row.id == event.best else " "
            told = amount_text(row.value, row.currency) or row.as_of or row.action or ""
            click.echo(
                f"    {mark} {(row.published or '')[:10]}  {told}  {visible(row.source or '')}  [{row.id}]"
            )
            click.echo(f"        {visible(row.sentence)}")
        if event.best_reason:
            click.echo(f"      * {visible(event.best_reason)}")


def _row(event: Any, form: str) -> dict[str, Any]:
    row = {name: getattr(event, name) for name in event.__dataclass_fields__ if name != "facts"}
    told = [fact.as_dict() for fact in event.facts]
    return row | {"facts": told if form != "csv" else "; ".join(fact["id"] for fact in told)}
