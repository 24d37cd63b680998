"""`tradewire annotate`: the stage, or the facts of one text as JSON without a store."""

import datetime as dt
import json
import sys
from pathlib import Path
from typing import Any

import click

from tradewire.options import open_store, progress, store_option

MAX_BYTES = 20_000_000  # far more than any article; a mistaken file must not fill the memory


def read_text(name: str) -> str:
    """The text of a file, or of standard input for "-".

    Raises:
        InputError: there is none, it is too large, or it is no text.
    """
    from db.errors import InputError

    try:
        data = sys.stdin.buffer.read(MAX_BYTES + 1) if name == "-" else _read(Path(name))
    except OSError as error:
        raise InputError(f"{name}: {error.strerror}") from error
    if len(data) > MAX_BYTES:
        raise InputError(f"{name}: larger than {MAX_BYTES // 10**6} MB")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise InputError(f"{name}: not UTF-8 text (byte {error.start})") from error
    if "\0" in text:
        raise InputError(f"{name}: binary, not text")
    return text


def _read(path: Path) -> bytes:
    with path.open("rb") as handle:
        return handle.read(MAX_BYTES + 1)


def published_option(_ctx: Any, _param: Any, value: str | None) -> dt.date | None:
    if value is None:
        return None
    try:
        return dt.date.fromisoformat(value)
    except ValueError:
        raise click.BadParameter("a date like 2019-10-08") from None


@click.command()
@click.argument("file", required=False)
@click.option(
    "--published", callback=published_option, help="publication date, for 'on Tuesday' and 'last month'"
)
@click.option("--raw", is_flag=True, help="do not mask page furniture")
@click.option("--redo", is_flag=True, help="read again what an older version has read, newest first")
@click.option("--budget", type=float, metavar="SECONDS", help="stop after this time; the rest stays pending")
@click.option("--workers", type=click.IntRange(1, 64), help="processes; default from tradewire.toml")
@store_option
def annotate(
    file: str | None,
    published: dt.date | None,
    raw: bool,
    redo: bool,
    budget: float | None,
    workers: int | None,
    store: Path | None,
) -> None:
    """Read facts from what is pending; with FILE (or -), print the facts of that text as JSON.

    Examples:  tradewire annotate   |   tradewire annotate article.txt --published 2019-10-08
    """
    if file is not None:
        from db.records import ArticleContext
        from nlp.pipeline import annotate_text, build_pipeline
        from nlp.serialise import annotation_json
        from tradewire.config import load_settings

        text = read_text(file)
        settings = load_settings().annotate
        pipeline = build_pipeline(settings.model, tuple(settings.components), settings.companies)
        annotation = annotate_text(pipeline, text, ArticleContext(published=published), raw=raw)
        click.echo(json.dumps(annotation_json(annotation), ensure_ascii=False, indent=2))
        return
    from tradewire.stages import annotate_stage, say

    with open_store(store) as opened, progress("annotate") as bar:
        say("annotate", annotate_stage(opened, redo=redo, budget_s=budget, workers=workers, bar=bar))
