"""`tradewire export`: facts and articles as files."""

import sys
from contextlib import nullcontext
from pathlib import Path
from typing import Any

import click

from tradewire.commands.facts import fact_filter
from tradewire.options import counted, open_store, since_option, store_option, until_option

FORMATS = ("csv", "json", "ndjson", "parquet", "xlsx", "ftm", "bibtex")


@click.command()
@click.argument("what", type=click.Choice(("facts", "articles")), default="facts")
@click.option("--format", "form", type=click.Choice(FORMATS), help="default: by the ending of OUT, else csv")
@click.option("--out", "-o", type=click.Path(path_type=Path, dir_okay=False), help="default: standard output")
@click.option("--gold", is_flag=True, help="facts that people decided about, with their texts, as test data")
@click.option("--kind", multiple=True, help="of facts")
@click.option("--company", metavar="NAME", help="of facts: any name or record id")
@since_option
@until_option
@click.option("--min-amount", metavar="1e9|$1bn", help="of facts")
@click.option("--max-amount", metavar="1e9|$1bn", help="of facts")
@click.option("--currency", metavar="USD", help="of facts")
@click.option("--source", multiple=True, metavar="ID", help="publisher")
@click.option("--review", multiple=True, metavar="confirmed|...", help="of facts")
@click.option(
    "--all",
    "everything",
    is_flag=True,
    help="also planned, rumoured, denied, doubtful, withdrawn, rejected, copies",
)
@click.option("--limit", type=click.IntRange(1), help="at most so many rows")
@store_option
def export(
    what: str, form: str | None, out: Path | None, gold: bool, store: Path | None, **options: Any
) -> None:
    """Write facts or articles to a file. Rows stream; Parquet, xlsx and FtM need their extras.

    \b
    Examples:
      tradewire export facts --kind contract --since 90d -o contracts.xlsx
      tradewire export articles --format bibtex -o sources.bib
      tradewire export --gold -o reviewed.jsonl
    """
    from db.errors import UsageError
    from tradewire import export as files

    ending = "" if out is None else out.suffix.lstrip(".")
    form = "gold" if gold else form or {"bib": "bibtex", "jsonl": "ndjson"}.get(ending, ending or "csv")
    if form not in (*FORMATS, "gold"):
        raise UsageError(f"no format {form!r}; one of {', '.join(FORMATS)}")
    if form in files.FILE_FORMATS and out is None:
        raise UsageError(f"{form} goes into a file: --out PATH")
    asked = fact_filter(options | {"list_": None})
    with open_store(store, read_only=True) as opened:
        rows: Any
        if form == "gold":
            rows = files.gold(opened)
        elif form == "ftm":
            rows = _ftm(opened)
        elif form == "bibtex":
            rows = (files.bibtex(row) for row in files.articles(opened, asked))
        elif what == "articles":
            rows = files.article_rows(opened, asked)
        else:
            rows = (files.fact_objects if form in ("json", "ndjson") else files.fact_rows)(opened, asked)
        if form in files.FILE_FORMATS:
            assert out is not None
            count = (files.write_parquet if form == "parquet" else files.write_xlsx)(rows, out)
        else:
            place = nullcontext(sys.stdout) if out is None else out.open("w", encoding="utf-8", newline="")
            with place as handle:
                count = files.write_text(rows, form, handle)
    click.echo(counted(count, "row") + (f" in {out}" if out else ""), err=True)


def _ftm(store: Any) -> Any:
    from db.ftm import entities

    return (getattr(entity, "to_dict", lambda entity=entity: entity)() for entity in entities(store))
