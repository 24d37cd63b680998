"""`tradewire alerts`: what is new for searches, watches, lists and sources; telling it."""

from pathlib import Path

import click

from tradewire.options import counted, emit, open_store, output_options, store_option


@click.group()
def alerts() -> None:
    """New hits of saved searches, watches and lists, disputes, sources and jobs that fell ill; each told once.

    Examples:  tradewire alerts list   |   tradewire alerts send --dry-run   |   tradewire alerts atom --out alerts.xml
    """


@alerts.command("list")
@click.option("--all", "everything", is_flag=True, help="also those that were read")
@click.option("--read", "mark_read", is_flag=True, help="mark what is printed as read")
@click.option("--limit", type=click.IntRange(0), default=500, show_default=True, help="0: all")
@output_options
@store_option
def list_(everything: bool, mark_read: bool, limit: int, form: str, store: Path | None) -> None:
    """Alerts that nobody has read yet, oldest first."""
    from dataclasses import asdict

    from db.saved import alerts as found_alerts
    from db.saved import mark

    with open_store(store, read_only=not mark_read) as opened:
        found = found_alerts(opened, unread=not everything, limit=limit or 10**9)
        emit(
            (asdict(alert) for alert in found),
            form,
            columns=("at", "kind", "subject", "sent_at", "text"),
            empty="no alerts",
        )
        if mark_read:
            mark(opened, [alert.id for alert in found], read=True)


@alerts.command("find")
@output_options
@store_option
def find(form: str, store: Path | None) -> None:
    """Look for new alerts now, and print them; `tradewire run` does this at its end."""
    from dataclasses import asdict

    from tradewire.config import load_settings
    from tradewire.notify.find import look

    with open_store(store) as opened:
        found = look(opened, load_settings().alerts)
    emit(
        (asdict(alert) for alert in found),
        form,
        columns=("at", "kind", "subject", "text"),
        empty="no new alerts",
    )


@alerts.command("send")
@click.option("--dry-run", is_flag=True, help="say who would be told how much; tell nobody")
@click.option("--again", is_flag=True, help="also what is in doubt after a kill or a lost connection")
@click.option("--loud", is_flag=True, help="also in quiet hours")
@store_option
def send(dry_run: bool, again: bool, loud: bool, store: Path | None) -> None:
    """Look for new alerts, and tell the receivers of [alerts] in tradewire.toml, one grouped message each.

    Exit code 3 when some could not be told; they are told the next time.
    """
    from db.errors import ConfigError, DegradedError
    from tradewire.config import load_settings
    from tradewire.notify.alerts import tell_all
    from tradewire.notify.find import look

    settings = load_settings()
    if not (settings.alerts.to or settings.alerts.notify):
        raise ConfigError("[alerts] in tradewire.toml needs to or notify: whom to tell")
    with open_store(store) as opened:
        if not dry_run:
            look(opened, settings.alerts)
        done = tell_all(opened, settings, dry_run=dry_run, again=again, loud=loud)
    for one in done:
        doubt = f"; {one.doubt} in doubt, see --again" if one.doubt else ""
        count = f" {counted(one.alerts, 'alert')}" if one.alerts else ""
        click.echo(f"{one.to}: {one.state}{count}{f': {one.error}' if one.error else ''}{doubt}", err=True)
    if failed := [one.to for one in done if one.state == "failed"]:
        raise DegradedError(f"not told: {', '.join(failed)}")


@alerts.command("test")
@store_option
def test(store: Path | None) -> None:
    """Hand a test message to every receiver of [alerts]; nothing is remembered."""
    from db.errors import ConfigError, DegradedError
    from tradewire.config import load_settings
    from tradewire.notify.channels import SendError, hand_to_apprise, hand_to_smtp, shown
    from tradewire.notify.mailing import plain_message

    settings = load_settings()
    chosen, mail = settings.alerts, settings.digest
    if not (chosen.to or chosen.notify):
        raise ConfigError("[alerts] in tradewire.toml needs to or notify: whom to tell")
    title, body = "Tradewire: test", "This is a test of your alerts. Nothing happened.\n"
    refused = []
    for name, address in [(to, None) for to in chosen.to] + [(shown(a), a) for a in chosen.notify]:
        try:
            if address is None:
                message = plain_message(title, body, sender=mail.sender, to=name)
                hand_to_smtp(message, mail.smtp, starttls=mail.starttls)
            else:
                hand_to_apprise(address, title, body)
            click.echo(f"{name}: taken", err=True)
        except (SendError, ConfigError) as error:
            refused.append(f"{name}: {error}")
    if refused:
        raise DegradedError("\n".join(refused))


@alerts.command("atom")
@click.option("--out", type=click.Path(path_type=Path, dir_okay=False), help="write to this file")
@click.option("--limit", type=click.IntRange(1, 1000), default=100, show_default=True)
@store_option
def atom(out: Path | None, limit: int, store: Path | None) -> None:
    """The newest alerts as an Atom feed; `tradewire serve` has the same under /alerts.atom."""
    from db.saved import alerts as found_alerts
    from tradewire.config import load_settings
    from tradewire.notify.forms import atom as feed

    with open_store(store, read_only=True) as opened:
        last = opened.value("SELECT coalesce(max(id), 0) FROM alerts")
        text = feed(opened, found_alerts(opened, after=last - limit), load_settings().digest.base_url)
    if out is not None:
        out.write_text(text, encoding="utf-8")
        click.echo(f"wrote {out}", err=True)
    else:
        click.echo(text)
