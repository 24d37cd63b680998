"""`tradewire rates`: the exchange rates for own conversions to US dollars."""

from pathlib import Path

import click

from tradewire.options import counted, emit, open_store, output_options, store_option

CHUNK = 2000  # articles converted in one transaction, so that other writers get their turn


@click.group()
def rates() -> None:
    """Exchange rates for own conversions; yearly averages are packaged, daily ones are imported."""


@rates.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@store_option
def import_(file: Path, store: Path | None) -> None:
    """Take in a reference rates file of the European Central Bank (eurofxref: csv, xml or zip) and convert anew.

    \b
    Example:  tradewire rates import eurofxref-hist.zip
    """
    from db.rates import convert_facts, packaged_rates, put_rates, read_ecb

    found = read_ecb(file)
    with open_store(store) as opened:
        with opened.write() as connection:
            put_rates(connection, packaged_rates())
        for at in range(0, len(found), 20 * CHUNK):
            with opened.write() as connection:
                put_rates(connection, found[at : at + 20 * CHUNK])
        last = opened.value("SELECT max(id) FROM articles") or 0
        for first in range(1, last + 1, CHUNK):
            with opened.write() as connection:
                convert_facts(connection, first, first + CHUNK - 1)
        converted = opened.value("SELECT count(*) FROM facts WHERE usd IS NOT NULL")
    days = sorted({rate.date for rate in found})
    click.echo(
        f"{counted(len(found), 'rate')} of {counted(len(days), 'day')}, {days[0]} to {days[-1]}; {counted(converted, 'fact')} in dollars",
        err=True,
    )


@rates.command()
@click.argument("currency", required=False)
@click.option("--date", "day", metavar="2025-06-30|2025", help="the rate that a fact of this date would get")
@output_options
@store_option
def show(currency: str | None, day: str | None, form: str, store: Path | None) -> None:
    """The rates of the store: US dollars for one unit; without CURRENCY the span of each.

    \b
    Example:  tradewire rates show CNY --date 2025-06-30
    """
    from db.rates import rates_of

    columns = (
        ("currency", "date", "usd", "source")
        if currency or day
        else ("currency", "first", "last", "rates", "source")
    )
    with open_store(store, read_only=True) as opened:
        emit(
            rates_of(opened, currency and currency.upper(), day), form, columns=columns, empty="no rates yet"
        )
