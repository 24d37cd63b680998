"""`tradewire match NAME|FILE`: screen names against the company records."""

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click

from tradewire.options import emit, open_store, output_options, store_option, store_path, visible

FILES = frozenset([".json", ".jsonl", ".txt", ".csv"])  # endings of files, and of no company
COLUMNS = ("query", "id", "caption", "country", "score", "match", "lists", "why")


@click.command()
@click.argument("names", nargs=-1, required=True, metavar="NAME|FILE...")
@click.option("--limit", type=click.IntRange(1, 100), default=5, show_default=True, help="records a name")
@click.option(
    "--threshold", type=click.FloatRange(0, 1), default=0.70, show_default=True, help="score of a match"
)
@output_options
@store_option
def match(names: tuple[str, ...], limit: int, threshold: float, form: str, store: Path | None) -> None:
    """Company records that NAME may mean, best first. A FILE (or -) has one name a line, or is a JSON request
    {"queries": ...}; --json answers in the shape of yente's /match.

    Asked are the packaged records, your own, and in a store those of the official lists you imported. `lists` has the
    lists on which the record itself stands today, confirmed.

    A score of 1 is a name of the record as written; below the threshold the name is only alike, and the last
    column says what stands against it. A subsidiary, branch or "Group" is never a match for its parent.

    Example:  tradewire match "Hangzhou Hikvision Digital Technology" --json
    """
    from nlp.gazetteer import AliasTable, load_companies
    from nlp.resolve.match import match_queries
    from nlp.resolve.screening import match_in_store
    from tradewire.config import load_settings

    settings = load_settings().annotate
    companies = Path(settings.companies) if settings.companies else None
    request = _request(names)
    path = store_path(store)
    if store is not None or path.is_file():
        with open_store(store, read_only=True) as opened:
            answer = match_in_store(opened, request, companies=companies, limit=limit, threshold=threshold)
    else:
        table = AliasTable(load_companies(companies))
        answer = match_queries(request, table, limit=limit, threshold=threshold)
    if form == "json":
        click.echo(json.dumps(answer, ensure_ascii=False, indent=2))
    else:
        emit(_rows(answer), form, columns=COLUMNS)


def _request(names: tuple[str, ...]) -> dict[str, Any]:
    """The request that the arguments make.

    Raises:
        InputError: a file cannot be read, or is neither names nor a request.
        UsageError: a name is empty.
    """
    from db.errors import UsageError

    queries: dict[str, Any] = {}
    for name in names:
        text = _text_of(name)
        if text is None and not name.strip():
            raise UsageError("match needs a name, or a file of names")
        if text is None:
            queries[name] = _query(name)
        elif text.lstrip().startswith("{"):
            queries.update(_read_json(text, name))
        else:
            queries.update({line.strip(): _query(line.strip()) for line in text.splitlines() if line.strip()})
    return {"queries": queries}


def _text_of(name: str) -> str | None:
    from db.errors import InputError, reason

    if name == "-":
        return sys.stdin.read()
    path = Path(name)
    if path.suffix in FILES and not path.exists():
        raise InputError(f"{visible(name)}: no such file")
    try:
        return path.read_text(encoding="utf-8") if path.is_file() else None
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(f"{visible(name)}: {reason(error)}") from error


def _read_json(text: str, name: str) -> dict[str, Any]:
    from db.errors import InputError

    try:
        queries = json.loads(text)["queries"]
    except (ValueError, KeyError) as error:
        raise InputError(f'{visible(name)}: not {{"queries": ...}}: {error}') from error
    if not isinstance(queries, dict):
        raise InputError(f"{visible(name)}: `queries` is no object")
    return queries


def _query(name: str) -> dict[str, Any]:
    return {"schema": "Company", "properties": {"name": [name]}}


def _rows(answer: dict[str, Any]) -> Iterator[dict[str, Any]]:
    for name, response in answer["responses"].items():
        for result in response["results"]:
            yield {
                "query": name,
                "id": result["id"],
                "caption": result["caption"],
                "country": ",".join(result["properties"].get("country", [])),
                "score": result["score"],
                "match": "yes" if result["match"] else "no",
                "lists": ",".join(result["datasets"][1:]),
                "why": "; ".join(part["detail"] for part in result["explanations"].values()),
            }
