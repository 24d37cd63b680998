"""`tradewire digest`: the weekly issue in its forms, and sending it."""

from pathlib import Path
from typing import Any

import click

from tradewire.options import open_store, store_option

FORMS = ("html", "text", "md", "eml", "json", "atom", "jsonfeed", "pdf")


@click.command()
@click.option("--week", metavar="2026-W47", help="by publication date; default: the last complete week")
@click.option("--zone", default=None, help="time zone of the week's borders; default from tradewire.toml")
@click.option("--format", "form", type=click.Choice(FORMS), default="md", show_default=True)
@click.option("--out", type=click.Path(path_type=Path, dir_okay=False), help="write to this file")
@click.option("--refresh", is_flag=True, help="make the issue anew although it was frozen")
@click.option("--send", is_flag=True, help="mail it to the receivers of tradewire.toml; never twice")
@click.option("--again", is_flag=True, help="with --send: also to receivers whose last sending is in doubt")
@click.option("--dry-run", is_flag=True, help="with --send: build everything, hand over nothing")
@store_option
def digest(
    week: str | None,
    zone: str | None,
    form: str,
    out: Path | None,
    refresh: bool,
    send: bool,
    again: bool,
    dry_run: bool,
    store: Path | None,
) -> None:
    """What changed in a week: lists, contracts, valuations, statements, each with sentence and source.

    Examples:  tradewire digest   |   tradewire digest --week 2026-W46 --format html --out digest.html
    """
    from tradewire.config import load_settings
    from tradewire.digest.issues import issue
    from tradewire.digest.window import last_complete_week, parse_week

    settings = load_settings().digest
    zone = zone or settings.zone
    window = parse_week(week, zone) if week else last_complete_week(zone)
    with open_store(store) as opened:
        document = issue(opened, window, refresh=refresh, by_published=week is not None)
        if send:
            from tradewire.digest.send import send_issue

            for result in send_issue(opened, document, settings, dry_run=dry_run, again=again):
                click.echo(f"{result.to}: {result.state}", err=True)
            return
        content = in_form(opened, document, form, settings)
    if out is not None:
        out.write_bytes(content)
        click.echo(f"wrote {out}", err=True)
    else:
        click.echo(content, nl=False)


def in_form(store: Any, document: dict[str, Any], form: str, settings: Any) -> bytes:
    """The issue, or for the feeds all frozen issues, as bytes."""
    from tradewire.digest.document import document_json
    from tradewire.digest.render import render

    if form == "json":
        return document_json(document).encode()
    if form == "eml":
        from tradewire.digest.mail import build_message

        sender = settings.sender or "tradewire@localhost"
        to = settings.to[0] if settings.to else "reader@localhost"
        return build_message(document, sender=sender, to=to, base=settings.base_url).as_bytes()
    if form in ("atom", "jsonfeed"):
        from tradewire.digest.feeds import atom, frozen, json_feed

        issues = frozen(store)
        text = atom(issues, settings.base_url) if form == "atom" else json_feed(issues, settings.base_url)
        return text.encode()
    if form == "pdf":
        from tradewire.digest.pdf import pdf

        return pdf(render(document, "html"))
    return render(document, form).encode()
