"""`tradewire search`: full text with operators, filters and snippets."""

from pathlib import Path
from typing import Any

import click

from tradewire.options import (
    amount_text,
    counted,
    emit,
    open_store,
    output_options,
    since_option,
    store_option,
    until_option,
    visible,
)


# "-word" is a word that must not stand in the article, not an option
@click.command(context_settings={"ignore_unknown_options": True})
@click.argument("query", nargs=-1)
@click.option("--limit", type=click.IntRange(1, 10_000), default=20, show_default=True, help="hits to show")
@click.option("--offset", type=click.IntRange(0), default=0, help="hits to pass over")
@click.option(
    "--sort", type=click.Choice(("relevance", "newest", "oldest")), default="relevance", show_default=True
)
@click.option(
    "--facets", is_flag=True, help="also count hits by source, company, list, kind, language, topic, month"
)
@click.option("--every-copy", is_flag=True, help="show each copy of a syndicated story")
@click.option("--exact-names", is_flag=True, help="do not search a company's other names")
@since_option
@until_option
@output_options
@store_option
def search(
    query: tuple[str, ...],
    limit: int,
    offset: int,
    sort: str,
    facets: bool,
    every_copy: bool,
    exact_names: bool,
    since: str | None,
    until: str | None,
    form: str,
    store: Path | None,
) -> None:
    """Search the articles. Any QUERY gives an answer; how it was read is told on standard error.

    \b
    Examples:
      tradewire search 'huawei "entity list" -rumour since:30d'
      tradewire search 'title:(chip* OR wafer) company:SMIC' --facets
      tradewire search 'sentence:(licence revoked) source:harbour_times amount>1bn' --json
    """
    from db.facets import FACETS
    from db.search import search as run

    text = " ".join(query)
    for name, value in (("since", since), ("until", until)):
        if value:
            text += f" {name}:{value}"
    with open_store(store, read_only=True) as opened:
        answer = run(
            opened, text, limit=limit, offset=offset, sort=sort, facets=tuple(FACETS) if facets else (),
            fold=not every_copy, expand=not exact_names,
        )  # fmt: skip
    click.echo(f"read as: {visible(answer.read)}", err=True)
    for note in answer.notes:
        click.echo(f"  {visible(note)}", err=True)
    more = not answer.total_exact
    click.echo(f"{answer.total:,} or more articles" if more else counted(answer.total, "article"), err=True)
    for looser in answer.looser:
        click.echo(f"  try: {visible(looser)}", err=True)
    if form != "table":
        emit((hit_row(hit) for hit in answer.hits), form, columns=HIT_COLUMNS)
    else:
        for number, hit in enumerate(answer.hits, offset + 1):
            _show(number, hit)
    for facet in answer.facets:
        shown = "  ".join(f"{visible(c.label)} {c.count:,}" for c in facet.counts)
        if shown:
            exact = "" if facet.exact else " (newest 20,000 hits)"
            click.echo(f"{facet.name}{exact}: {shown}", err=form != "table")


HIT_COLUMNS = ("article", "title", "url", "source", "published", "snippet", "score", "copies", "facts")


def hit_row(hit: Any) -> dict[str, Any]:
    """A hit as plain values; `marks` are the [start, end) of the words found in `snippet`."""
    from db.search import MARK, UNMARK

    plain, marks = "", []
    for at, part in enumerate(hit.snippet.split(MARK)):
        found, _, rest = part.partition(UNMARK) if at else ("", "", part)
        if found:
            marks.append([len(plain), len(plain) + len(found)])
        plain += found + rest
    return {
        "article": hit.article,
        "title": hit.title,
        "url": hit.url,
        "source": hit.source,
        "published": hit.published,
        "snippet": plain,
        "marks": marks,
        "score": round(hit.score, 4),
        "copies": list(hit.copies),
        "facts": [chip.id for chip in hit.facts],
    }


def _show(number: int, hit: Any) -> None:
    click.secho(f"{number:>3}  {_marked(hit.title_marked)}", bold=True)
    where = "  ".join(
        visible(part) for part in ((hit.published or "undated")[:10], hit.source_name or "", hit.url) if part
    )
    click.echo(f"     {where}")
    click.echo(f"     {_marked(hit.snippet)}")
    for chip in hit.facts:
        what = amount_text(chip.amount, chip.currency) or " ".join(filter(None, (chip.action, chip.list)))
        doubt = "" if chip.confidence >= 0.6 else " ?"
        click.echo(f"     · {chip.kind} {what}{doubt}  [{chip.id}]")
    if hit.copies:
        click.echo(f"     also in {len(hit.copies)} more: {'  '.join(map(visible, hit.copies[:3]))}")


def _marked(text: str) -> str:
    """`text` for a terminal with what was found underlined; a pipe gets it plain (click strips the styles)."""
    from db.search import MARK, UNMARK

    escape = "\x1b"
    shown = visible(text.replace(MARK, "\ue000").replace(UNMARK, "\ue001"))
    return shown.replace("\ue000", f"{escape}[4m").replace("\ue001", f"{escape}[24m")
