"""Options and output that many commands share.

@click.command()
@store_option
@output_options
def things(store: Path, form: str) -> None:
    with open_store(store, read_only=True) as opened:
        emit(opened.rows("SELECT ..."), form, columns=("company", "amount"))
"""

import csv
import datetime as dt
import io
import json
import re
import shutil
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, TypeVar

import click

from db.clock import now, stamp
from db.errors import UsageError
from db.store import Store

F = TypeVar("F", bound=Callable[..., Any])
FORMATS = ("table", "json", "ndjson", "csv")

#: C0, C1 and bidi controls, zero-width marks: shown as escapes, so that no page can play with a terminal.
HOSTILE = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]")


def store_option(command: F) -> F:
    """`--store PATH`: default from the environment, then tradewire.toml, then ./tradewire.sqlite."""
    return click.option(
        "--store", type=click.Path(path_type=Path, dir_okay=False), default=None, help="the store's file"
    )(command)


def store_path(given: Path | None, *, quick: bool = False) -> Path:
    """The store's path as the options and settings say; `quick` looks at nothing else in the settings."""
    if given is not None:
        return given
    if quick:
        from tradewire.place import store_place

        if (place := store_place()) is not None:
            return place
    from tradewire.config import load_settings

    return Path(load_settings().store)  # or what is wrong with the settings


def open_store(given: Path | None, *, read_only: bool = False) -> Store:
    """The store to work on."""
    return Store.open(store_path(given, quick=read_only), read_only=read_only)


def output_options(command: F) -> F:
    """`--format table|json|ndjson|csv` with `--json` and `--csv` short for it, as the argument `form`."""
    command = click.option("--csv", "form", flag_value="csv", help="short for --format csv")(command)
    command = click.option("--json", "form", flag_value="json", help="short for --format json")(command)
    return click.option(
        "--format",
        "form",
        type=click.Choice(FORMATS),
        default="table",
        show_default=True,
        help="how to print",
    )(command)


def counted(number: int, noun: str) -> str:
    """A number with its noun: "1 file", "1,200 files", "3 entries"."""
    many = f"{noun[:-1]}ies" if noun.endswith("y") else f"{noun}s"
    return f"{number:,} {noun if number == 1 else many}"


def since_option(command: F) -> F:
    return click.option("--since", metavar="7d|2026-01-31", help="from this day on")(command)


def until_option(command: F) -> F:
    return click.option("--until", metavar="1d|2026-01-31", help="up to this day")(command)


def parse_since(text: str | None) -> str | None:
    """A time as the store writes it, from "7d", "12h", "4w" or an ISO date.

    Raises:
        UsageError: it is neither.
    """
    if text is None:
        return None
    if match := re.fullmatch(r"(\d{1,5})([hdw])", text.strip()):
        hours = int(match[1]) * {"h": 1, "d": 24, "w": 168}[match[2]]
        return stamp(now() - dt.timedelta(hours=hours))
    try:
        time = dt.datetime.fromisoformat(text.strip())
    except ValueError:
        raise UsageError(f"not a time: {text!r} (say 7d, 12h, 4w or 2026-01-31)") from None
    if re.fullmatch(r"\d{4}-\d{2}-\d{2}", text.strip()):
        return text.strip()
    return stamp(time if time.tzinfo else time.replace(tzinfo=dt.UTC))


def visible(text: str) -> str:
    """`text` with control and bidi characters shown as escapes."""
    return HOSTILE.sub(lambda match: f"\\u{ord(match.group()):04x}", text)


def csv_cell(value: Any) -> str:
    """`value` for a CSV cell; text that a spreadsheet would run as a formula gets a quote in front."""
    if value is None:
        return ""
    text = visible(str(value)) if isinstance(value, str) else str(value)
    return "'" + text if isinstance(value, str) and text[:1] in ("=", "+", "-", "@") else text


def amount_text(value: float | None, currency: str | None) -> str:
    """An amount for people: "USD 1.85bn"; nothing where there is none."""
    if value is None:
        return ""
    size = abs(value)
    for unit, name in ((1e12, "tn"), (1e9, "bn"), (1e6, "m")):
        if size >= unit:
            return f"{currency or '?'} {value / unit:,.4g}{name}"
    return f"{currency or '?'} {value:,.10g}"


def emit(
    rows: Iterable[Mapping[str, Any]],
    form: str,
    *,
    columns: Sequence[str] | None = None,
    empty: str = "nothing found",
) -> None:
    """Print `rows` on standard output in `form`; a table shows `columns`, the other forms everything."""
    if form == "ndjson":
        for row in rows:
            click.echo(json.dumps(dict(row), ensure_ascii=False, default=str))
        return
    rows = list(rows)
    if form == "json":
        click.echo(json.dumps([dict(row) for row in rows], ensure_ascii=False, indent=2, default=str))
    elif form == "csv":
        names = list(rows[0]) if rows else list(columns or ())
        out = io.StringIO()
        writer = csv.writer(out, lineterminator="\n")
        writer.writerow(names)
        writer.writerows([csv_cell(row.get(name)) for name in names] for row in rows)
        click.echo(out.getvalue(), nl=False)
    elif not rows:
        click.echo(empty, err=True)
    else:
        _table(rows, list(columns or rows[0]))


def _cell(value: Any) -> str:
    """A value in a table for people: nothing for None, yes and no for what is true and false."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    return "" if value is None else visible(str(value)).replace("\n", " ")


def _table(rows: Sequence[Mapping[str, Any]], names: list[str]) -> None:
    cells = [[_cell(row.get(name)) for name in names] for row in rows]
    if sys.stdout.isatty():
        from rich.console import Console
        from rich.table import Table
        from rich.text import Text

        table = Table(box=None, header_style="bold", pad_edge=False)
        for name in names:
            table.add_column(name.replace("_", " "), overflow="fold")
        for line in cells:
            table.add_row(*(Text(cell) for cell in line))
        Console().print(table)
        return
    width = max(shutil.get_terminal_size((160, 24)).columns, 80)
    sizes = [max(len(name), *(len(line[i]) for line in cells)) for i, name in enumerate(names)]
    last = max(20, width - sum(sizes[:-1]) - 2 * (len(names) - 1))
    for line in [names, *cells]:
        head = "".join(f"{cell:<{size}}  " for cell, size in zip(line[:-1], sizes))
        tail = line[-1] if len(line[-1]) <= last else line[-1][: last - 1] + "…"
        click.echo((head + tail).rstrip())


def progress(label: str, total: int | None = None) -> Any:
    """A progress bar on standard error where that is a terminal; otherwise a silent stand-in. Use as context."""
    return click.progressbar(length=total or 0, label=label, file=sys.stderr, hidden=not sys.stderr.isatty())
