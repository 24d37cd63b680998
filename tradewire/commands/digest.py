"""`tradewire digest`: the weekly issue in its forms, of everything or of a topic; the daily one of lists; sending."""

from pathlib import Path
from typing import Any

import click

from tradewire.options import counted, open_store, store_option

FORMS = ("html", "text", "md", "eml", "mail", "json", "atom", "jsonfeed", "pdf")


@click.command()
@click.option("--week", metavar="2026-W47", help="by publication date; default: the last complete week")
@click.option("--daily", is_flag=True, help="the changes of lists of the last complete day")
@click.option("--day", metavar="2026-11-21", help="with --daily: of this day, by publication date")
@click.option("--topic", metavar="NAME", help="only what the saved search NAME finds")
@click.option("--company", metavar="NAME", help="only what concerns this company")
@click.option("--zone", default=None, help="time zone of the borders; default from tradewire.toml")
@click.option("--format", "form", type=click.Choice(FORMS), default="md", show_default=True)
@click.option("--by-section", is_flag=True, help="atom, jsonfeed: an entry for each section of an issue")
@click.option("--out", type=click.Path(path_type=Path, dir_okay=False), help="write to this file")
@click.option("--refresh", is_flag=True, help="make the issue anew although it was frozen")
@click.option("--send", is_flag=True, help="send it to the receivers of tradewire.toml; never twice")
@click.option(
    "--to", multiple=True, metavar="ADDRESS", help="with --send: to these instead; may be given again"
)
@click.option("--again", is_flag=True, help="with --send: also to receivers whose last sending is in doubt")
@click.option("--dry-run", is_flag=True, help="with --send: build everything, hand over nothing")
@store_option
def digest(
    week: str | None,
    daily: bool,
    day: str | None,
    topic: str | None,
    company: str | None,
    zone: str | None,
    form: str,
    by_section: bool,
    out: Path | None,
    refresh: bool,
    send: bool,
    to: tuple[str, ...],
    again: bool,
    dry_run: bool,
    store: Path | None,
) -> None:
    """What changed in a week: lists, contracts, valuations, statements, each with sentence and source.

    \b
    Examples:
      tradewire digest
      tradewire digest --week 2026-W46 --format html --out digest.html
      tradewire digest --topic chips --send --to ann@desk.example
      tradewire digest --daily --send
    """
    from db.clock import stamp
    from db.errors import UsageError
    from tradewire.config import load_settings
    from tradewire.digest.issues import issue
    from tradewire.digest.scope import GENERAL
    from tradewire.digest.window import last_complete_day, last_complete_week, parse_day, parse_week

    if week and (daily or day):
        raise UsageError("--week and --daily are two kinds of issue")
    if topic and company:
        raise UsageError("--topic and --company are two kinds of issue")
    for name, given in (("--to", to), ("--again", again), ("--dry-run", dry_run)):
        if given and not send:
            raise UsageError(f"{name} goes with --send")
    if by_section and form not in ("atom", "jsonfeed"):
        raise UsageError("--by-section goes with --format atom or jsonfeed")
    settings = load_settings().digest
    zone = zone or settings.zone
    if daily or day:
        window = parse_day(day, zone) if day else last_complete_day(zone)
    else:
        window = parse_week(week, zone) if week else last_complete_week(zone)
    if send and stamp(window.end) > stamp():
        raise UsageError(f"{window.week} is not over: an issue is sent when its time is complete")
    with open_store(store) as opened:
        about = _topic(opened, topic, company)
        document = issue(
            opened, window, refresh=refresh, by_published=week is not None or day is not None, topic=about
        )
        if send:
            from tradewire.digest.send import send_issue

            for result in send_issue(opened, document, settings, to=to, dry_run=dry_run, again=again):
                click.echo(f"{result.to}: {result.state}", err=True)
            return
        content = in_form(opened, document, form, settings, by_section=by_section)
        if about is GENERAL and document["by"] == "first_seen" and not document["method"]["articles"]:
            _point_to_published(opened, window)
    if out is not None:
        out.write_bytes(content)
        click.echo(f"wrote {out}", err=True)
    else:
        click.echo(content, nl=False)


def _point_to_published(store: Any, window: Any) -> None:
    """Say how to see a week in which nothing came in, but of which articles came in later (an import, a new store)."""
    held = store.value(
        "SELECT count(*) FROM articles WHERE coalesce(published, first_seen) >= ? AND coalesce(published, first_seen) < ?",
        (window.first_day.isoformat(), window.after_day.isoformat()),
    )
    if held:
        option = "--day" if window.is_day else "--week"
        click.echo(
            f"nothing was first seen in these days, but {counted(held, 'article')} of them came in later:"
            f" tradewire digest {option} {window.week} --refresh",
            err=True,
        )


def _topic(store: Any, topic: str | None, company: str | None) -> Any:
    from tradewire.digest.scope import GENERAL, company_topic, search_topic

    if topic:
        return search_topic(store, topic)
    return company_topic(store, company) if company else GENERAL


def in_form(
    store: Any, document: dict[str, Any], form: str, settings: Any, *, by_section: bool = False
) -> bytes:
    """The issue, or for the feeds all frozen issues of its topic, as bytes."""
    from tradewire.digest.document import document_json
    from tradewire.digest.render import render

    base = settings.base_url
    if form == "json":
        return document_json(document).encode()
    if form == "eml":
        from tradewire.digest.mail import build_message

        sender = settings.sender or "tradewire@localhost"
        to = settings.to[0] if settings.to else "reader@localhost"
        message = build_message(document, sender=sender, to=to, base=base, unsubscribe=settings.unsubscribe)
        return message.as_bytes()
    if form == "mail":
        from tradewire.digest.mail import html_alone

        return html_alone(document, base=base).encode()
    if form in ("atom", "jsonfeed"):
        from tradewire.digest.feeds import atom, frozen, json_feed

        issues = frozen(store, document["topic"], daily="W" not in document["week"])
        feed = atom if form == "atom" else json_feed
        return feed(issues, base, by_section=by_section).encode()
    if form == "pdf":
        from tradewire.digest.pdf import pdf

        return pdf(render(document, "html", base))
    return render(document, form, base).encode()
