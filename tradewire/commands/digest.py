"""`tradewire digest`: the weekly issue in its forms."""

from pathlib import Path

import click

from tradewire.options import open_store, store_option

FORMS = ("html", "text", "md", "json")


@click.command()
@click.option("--week", metavar="2026-W47", help="by publication date; default: the last complete week")
@click.option("--zone", default=None, help="time zone of the week's borders; default from tradewire.toml")
@click.option("--format", "form", type=click.Choice(FORMS), default="md", show_default=True)
@click.option("--out", type=click.Path(path_type=Path, dir_okay=False), help="write to this file")
@click.option("--refresh", is_flag=True, help="make the issue anew although it was frozen")
@store_option
def digest(
    week: str | None, zone: str | None, form: str, out: Path | None, refresh: bool, store: Path | None
) -> None:
    """What changed in a week: lists, contracts, valuations, statements, each with sentence and source.

    Examples:  tradewire digest   |   tradewire digest --week 2026-W46 --format html --out digest.html
    """
    from tradewire.config import load_settings
    from tradewire.digest.document import document_json
    from tradewire.digest.issues import issue
    from tradewire.digest.render import render
    from tradewire.digest.window import last_complete_week, parse_week

    zone = zone or load_settings().digest.zone
    window = parse_week(week, zone) if week else last_complete_week(zone)
    with open_store(store) as opened:
        document = issue(opened, window, refresh=refresh, by_published=week is not None)
    text = document_json(document) if form == "json" else render(document, form)
    if out is None:
        click.echo(text, nl=False)
    else:
        out.write_text(text, encoding="utf-8")
        click.echo(f"wrote {out}", err=True)
