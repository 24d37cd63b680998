"""`tradewire company NAME`: what the store knows of one company."""

from dataclasses import asdict
from pathlib import Path
from typing import Any

import click

from tradewire.options import emit, open_store, output_options, store_option, visible

SURE = "high"
#: Where a record comes from, in words.
ORIGINS = {
    "seed": "packaged record",
    "imported": "record of an official list",
    "discovered": "known from texts",
    "user": "added by a person",
}


@click.command()
@click.argument("name")
@click.option("--all", "everything", is_flag=True, help="also planned, rumoured, denied, doubtful, rejected")
@click.option(
    "--limit", type=click.IntRange(1), default=20, show_default=True, help="facts of each sort to show"
)
@output_options
@store_option
def company(name: str, everything: bool, limit: int, form: str, store: Path | None) -> None:
    """One company: names, lists since when, timeline, amounts, quotes. NAME is any of its names, or its id.

    Example:  tradewire company SMIC
    """
    from db.errors import TradewireError
    from db.profiles import company_profile
    from tradewire.commands.facts import official

    with open_store(store, read_only=True) as opened:
        profile = company_profile(opened, name, limit=limit, everything=everything)
        said = official(opened, profile.listings) if profile is not None else {}
    if profile is None:
        raise TradewireError(f"nothing is known of {name!r}; try: tradewire search {name!r}")
    if form in ("csv", "ndjson"):
        emit((_line(day, what, row) for day, what, row in profile.timeline()), form)
    elif form == "json":
        import json

        click.echo(json.dumps(_plain(profile, said), ensure_ascii=False, indent=2, default=str))
    else:
        _show(profile, said)


def _plain(profile: Any, said: dict[str, Any]) -> dict[str, Any]:
    from tradewire.commands.facts import beside

    found: dict[str, Any] = {}
    for name in profile.__dataclass_fields__:
        value = getattr(profile, name)
        if name in ("listings", "amounts", "shares", "relations", "said", "about"):
            value = [row.as_dict() | beside(said.get(row.id)) for row in value]
        elif name == "company":
            value = None if value is None else asdict(value)
        elif isinstance(value, tuple):
            value = [asdict(v) if hasattr(v, "__dataclass_fields__") else v for v in value]
        found[name] = value
    return found


def _line(day: str, what: str, row: Any) -> dict[str, Any]:
    if hasattr(row, "citation"):
        return {
            "date": day,
            "what": what,
            "value": None,
            "text": row.citation,
            "source": row.source_url,
            "fact": None,
        }
    from tradewire.commands.facts import shown

    text = row.quote or row.sentence
    return {
        "date": day,
        "what": what,
        "value": shown(row)["value"],
        "text": text,
        "source": row.url,
        "fact": row.id,
    }


def _show(profile: Any, said: dict[str, Any]) -> None:
    from tradewire.commands.facts import words
    from tradewire.headlines import HAPPENED

    record = profile.company
    about = (
        []
        if record is None
        else [v for v in (record.country, record.sector, ORIGINS.get(record.status, record.status)) if v]
    )
    click.secho(visible(profile.name), bold=True, nl=False)
    watched = "  (watched)" if profile.watched else ""
    click.echo(f"  {', '.join(about) if record else 'no record: only named in texts'}{watched}")
    if record is not None and record.identifiers():
        click.echo(
            "identifiers: " + ", ".join(f"{what} {visible(v)}" for what, v in record.identifiers().items())
        )
    if profile.others:
        click.echo(f"also called so: {', '.join(f'{visible(c.name)} [{c.id}]' for c in profile.others)}")
    if profile.names:
        click.echo("names: " + ", ".join(visible(n.text) for n in profile.names))
    if profile.mentions:
        click.echo("articles: " + ", ".join(f"{month} {count}" for month, count in profile.mentions[-12:]))
    if profile.related:
        click.echo(
            "related: "
            + ", ".join(
                f"{visible(r.name)} ({r.kind}{f' {r.count}' if r.count else ''})" for r in profile.related
            )
        )
    if profile.standing:
        click.secho("\nStanding today", bold=True)
        for one in profile.standing:
            known = f"  [file of {one.file}]" if one.file else ""
            click.echo(f"  {visible(one.words)}{known}")
    if profile.list_events:
        click.secho("\nOfficial lists", bold=True)
        for event in profile.list_events:
            doubt = "" if event.confidence == SURE else "  (reported, not confirmed)"
            click.echo(
                f"  {event.date or 'undated'}  {HAPPENED.get(event.action, event.action):<8} {visible(event.list_name)}  {event.citation or ''}{doubt}"
            )
    for title, rows in (
        ("In the news: lists", profile.listings), ("Amounts", profile.amounts), ("Shares", profile.shares),
        ("Relations", profile.relations), ("Said", profile.said), ("Said about it", profile.about),
    ):  # fmt: skip
        if rows:
            click.secho(f"\n{title}", bold=True)
            official_words = {row.id: words(said.get(row.id)) for row in rows}
            columns = (
                "date",
                "what",
                "value",
                *(("official",) if any(official_words.values()) else ()),
                "id",
                "text",
            )
            lines = (_table_row(row) | {"official": official_words[row.id]} for row in rows)
            emit(lines, "table", columns=columns)


def _table_row(row: Any) -> dict[str, Any]:
    from tradewire.commands.facts import shown

    cells = shown(row)
    value = (
        cells["value"]
        or " ".join(v for v in (row.action, cells["list"]) if v)
        or (f"{row.pct:g}%" if row.pct is not None else "")
    )
    if row.speaker:
        value = row.speaker
    kind = " ".join(v for v in (row.kind, cells["stance"]) if v)
    return {
        "date": cells["published"],
        "what": kind,
        "value": value,
        "id": row.id,
        "text": row.quote or row.sentence,
    }
