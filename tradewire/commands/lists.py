"""`tradewire lists update|show|diff|formats`: official lists, who is on them since when, and what changed."""

import datetime as dt
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from tradewire.options import counted, emit, open_store, output_options, store_option

if TYPE_CHECKING:
    from crawler.lists.formats import Address
    from db.listrows import ListFile, ListRow, Report
    from db.store import Store

SHOWN = 10  # names printed of each sort of change; --json has them all
STATUS_COLUMNS = ("company", "says", "as_of", "file")
EVENT_COLUMNS = ("effective_date", "list", "action", "name", "confidence", "citation")


@click.group()
def lists() -> None:
    """Official lists: update, show, diff.

    Example:  tradewire lists show hikvision --on 2020-01-01
    """


@lists.command()
@click.argument("files", nargs=-1, type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--format", "form", help="format of FILES; default: seen from the file")
@click.option("--as-of", help="ISO date of the edition")
@click.option("--partial", is_flag=True, help="FILES hold only some entries: absence means nothing")
@click.option("--dry-run", is_flag=True, help="read and report, write nothing")
@store_option
def update(
    files: Sequence[Path],
    form: str | None,
    as_of: str | None,
    partial: bool,
    dry_run: bool,
    store: Path | None,
) -> None:
    """Import FILES, or without any: the packaged events and what the configured addresses offer.

    A name that is absent from a new full file gets a proposed end; it never ends a listing by itself.
    Exit code 3: some file could not be had, or has rows or columns we do not understand.

    Example:  tradewire lists update consolidated.json --as-of 2026-11-20
    """
    from crawler.lists.formats import read_list_file
    from db.errors import DegradedError

    if as_of is not None:
        _day(as_of)
    trouble: list[str] = []
    with open_store(store, read_only=dry_run) as opened:
        if files:
            for path in files:
                full = False if partial else None
                rows, report, source = read_list_file(
                    path.read_bytes(), path.name, form, as_of=as_of, full=full
                )
                trouble += _take(opened, rows, report, source, dry_run)
        else:
            if not dry_run:
                _seed(opened)
            for address in _addresses():
                trouble += _fetch(opened, address, dry_run)
    if trouble:
        raise DegradedError("; ".join(trouble))


def _seed(store: "Store") -> None:
    from db.lists import seed_lists
    from nlp.names import core

    done = seed_lists(store, core)
    click.echo(
        f"packaged events: {len(done.added)} added, {len(done.changed)} changed, {done.same} as before",
        err=True,
    )


def _addresses() -> list["Address"]:
    """The packaged addresses with those of the settings laid over them."""
    from crawler.lists.formats import FORMATS, Address, packaged_addresses
    from db.errors import ConfigError
    from tradewire.config import load_settings

    found = {address.name: address for address in packaged_addresses()}
    for own in load_settings().lists:
        if own.format not in FORMATS:
            raise ConfigError(
                f"[[lists]] {own.name}: no format {own.format!r}; there are {', '.join(FORMATS)}"
            )
        found[own.name] = Address(**own.model_dump())
    return [address for address in found.values() if address.enabled]


def _fetch(store: "Store", address: "Address", dry_run: bool) -> list[str]:
    """Download one list and import it; the troubles met."""
    import json

    from crawler.lists.download import download
    from crawler.lists.formats import read_list_file
    from db.errors import DegradedError, InputError

    key = f"list_download:{address.url}"
    known = json.loads(store.value("SELECT value FROM meta WHERE key = ?", (key,)) or "{}")
    try:
        got = download(address.url, etag=known.get("etag"), modified=known.get("modified"))
        if got.data is None:
            click.echo(f"{address.name}: not changed", err=True)
            return []
        rows, report, source = read_list_file(got.data, address.url, address.format, full=address.full)
    except (DegradedError, InputError) as error:
        click.echo(f"{address.name}: {error}", err=True)
        return [f"{address.name}: {error}"]
    trouble = _take(store, rows, report, source, dry_run)
    if not dry_run and not trouble:  # what was not understood is asked for again, and told again
        with store.write() as connection:
            value = json.dumps({"etag": got.etag, "modified": got.modified})
            connection.execute("INSERT OR REPLACE INTO meta (key, value) VALUES (?, ?)", (key, value))
    return trouble


def _take(
    store: "Store", rows: "list[ListRow]", report: "Report", source: "ListFile", dry_run: bool
) -> list[str]:
    """Import the rows of one file and say what happened; new columns and unusable rows are trouble."""
    from db.lists import import_rows
    from nlp.names import core

    trouble: list[str] = []
    edition = f", edition of {source.as_of}" if source.as_of else ""
    click.echo(
        f"{source.name} ({source.importer}): {counted(report.read, 'row')} read, {counted(len(rows), 'entry')}{edition}",
        err=True,
    )
    if not dry_run:
        done = import_rows(
            store,
            rows,
            source,
            norm=core,
            problems=report.notes(),
        )
        for word, names in (
            ("added", done.added),
            ("changed", done.changed),
            ("gone, to be confirmed", done.gone),
        ):
            more = f" and {len(names) - SHOWN} more" if len(names) > SHOWN else ""
            if names:
                click.echo(f"  {len(names)} {word}: {'; '.join(names[:SHOWN])}{more}", err=True)
        click.echo(f"  {done.same} as before", err=True)
        if done.doubtful:
            click.echo(f"  {done.problems[-1]}", err=True)
            trouble.append(f"{source.name}: {done.problems[-1]}")
    for why, count in report.passed.most_common(SHOWN):
        click.echo(f"  {count} passed over: {why}", err=True)
    for problem in report.problems[:SHOWN]:
        click.echo(f"  not understood: {problem}", err=True)
    if len(report.problems) > SHOWN:
        click.echo(f"  ... and {len(report.problems) - SHOWN} more", err=True)
    if report.columns:
        click.echo(f"  NEW COLUMNS, nobody reads them: {', '.join(report.columns)}", err=True)
        trouble.append(f"{source.name}: new columns {', '.join(report.columns)}")
    if report.problems:
        trouble.append(f"{source.name}: {len(report.problems)} rows or values not understood")
    return trouble


@lists.command()
@click.argument("name", required=False)
@click.option("--on", "day", metavar="2020-01-31", help="status of a company as of this day; default today")
@output_options
@store_option
def show(name: str | None, day: str | None, form: str, store: Path | None) -> None:
    """All lists; the events of one list; or the status of one company on every list. NAME is a list or a company.

    A listing holds for the named party only, never for its parents and subsidiaries. Below high confidence it is
    "reported, not confirmed".

    Example:  tradewire lists show zte --on 2018-05-01
    """
    from db.companies import find_companies
    from db.errors import TradewireError
    from db.list_status import entries_of
    from db.listregistry import packaged_lists

    when = _day(day)
    with open_store(store, read_only=True) as opened:
        if name is None:
            emit(_all_lists(opened), form, empty="no lists yet; try: tradewire lists update")
            return
        listed = packaged_lists().by_source_name(name)
        if listed is not None:
            rows = [_plain(row) for row in entries_of(opened, listed=listed.id)]
            emit(rows, form, columns=EVENT_COLUMNS, empty=f"no events of {listed.name}")
            return
        found = find_companies(opened, name)
        if not found:
            raise TradewireError(f"neither a list nor a company: {name!r}")
        rows = [row for company in found for row in _statuses(opened, company.id, company.name, when)]
        emit(rows, form, columns=STATUS_COLUMNS, empty=f"{found[0].name}: on no list that we know of")


def _all_lists(store: "Store") -> list[dict[str, Any]]:
    return store.rows(
        "SELECT l.id, l.name, l.authority, count(e.id) AS events, max(e.effective_date) AS latest, max(e.retrieved_at) AS retrieved"
        " FROM lists l LEFT JOIN list_entries e ON e.list = l.id GROUP BY l.id HAVING count(e.id) > 0 ORDER BY l.country, l.name"
    )


def _statuses(store: "Store", company: str, name: str, day: dt.date | None) -> list[dict[str, Any]]:
    from db.standing import standings

    rows = []
    for one in standings(store, company, day):
        status = one.status
        if not one.named:
            says = "not itself named"
        elif status.uncertain:
            says = "uncertain: no longer in the newest file"
        elif status.listed:
            says = "on the list" if status.confirmed else "reported, not confirmed"
        else:
            says = "was on the list"
        rows.append(
            {
                "company": name, "list": status.name, "status": says, "since": status.since if one.named else None,
                "until": status.until if one.named else None,
                "as_of": (day or dt.datetime.now(dt.UTC).date()).isoformat(), "file": one.file, "says": one.words,
                "citation": status.citation, "source": status.source_url, "entry": status.entry,
            }
        )  # fmt: skip
    return rows


@lists.command()
@click.option("--from", "start", required=True, metavar="2024-01-01", help="first day")
@click.option("--to", "end", metavar="2024-12-31", help="last day; default today")
@click.option("--list", "listed", help="only this list")
@output_options
@store_option
def diff(start: str, end: str | None, listed: str | None, form: str, store: Path | None) -> None:
    """Additions to and removals from the lists between two days.

    Example:  tradewire lists diff --from 2024-01-01 --to 2024-12-31 --list entity-list
    """
    from db.errors import UsageError
    from db.list_status import entries_of
    from db.listregistry import packaged_lists

    known = packaged_lists().by_source_name(listed) if listed else None
    if listed and known is None:
        raise UsageError(f"no list {listed!r}; there are {', '.join(packaged_lists().lists)}")
    first, last = _day(start), _day(end)
    if first is not None and last is not None and last < first:
        raise UsageError(f"--to {last} lies before --from {first}")
    with open_store(store, read_only=True) as opened:
        rows = entries_of(
            opened, listed=known.id if known else None, since=str(first), until=str(last) if last else None
        )
    emit([_plain(row) for row in rows], form, columns=EVENT_COLUMNS, empty="nothing changed")


@lists.command()
@output_options
def formats(form: str) -> None:
    """The file formats that `update` reads.

    Example:  tradewire lists formats
    """
    from crawler.lists.formats import FORMATS

    emit(
        [{"format": f.name, "says": f.says, "full": f.full} for f in FORMATS.values()],
        form,
    )


def _plain(row: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in row.items() if name != "raw"}


def _day(text: str | None) -> dt.date | None:
    from db.errors import UsageError

    try:
        return None if text is None else dt.date.fromisoformat(text)
    except ValueError as error:
        raise UsageError(f"not a day: {text!r} (say 2024-01-31)") from error
