"""`tradewire review`: people confirm, correct and reject facts."""

import getpass
import os
from pathlib import Path
from typing import Any

import click

from tradewire.options import emit, open_store, output_options, store_option, visible


def reviewer_option(command: Any) -> Any:
    return click.option(
        "--by",
        default=lambda: os.environ.get("TRADEWIRE_REVIEWER") or getpass.getuser(),
        show_default="you",
        help="who decides",
    )(command)


@click.group(invoke_without_command=True)
@click.option("--kind", help="only facts of this kind")
@click.option("--limit", type=click.IntRange(1), default=20, show_default=True)
@reviewer_option
@store_option
@click.pass_context
def review(ctx: click.Context, kind: str | None, limit: int, by: str, store: Path | None) -> None:
    """Confirm, correct or reject facts, the most doubtful and weighty first. Alone: one after the other by key.

    \b
    Examples:
      tradewire review
      tradewire review confirm 1f2e3d4c5b6a7988 --note "checked against the filing"
      tradewire review correct 1f2e3d4c5b6a7988 amount=1.85e9 company="Acme Corp"
    """
    ctx.obj = (ctx.obj or {}) | {"store": store}
    if ctx.invoked_subcommand is None:
        _walk(kind, limit, by, store)


def _walk(kind: str | None, limit: int, by: str, store: Path | None) -> None:
    from db.queries import kind_name
    from db.review import queue
    from db.review import review as decide
    from tradewire.commands.facts import shown

    with open_store(store) as opened:
        rows = queue(opened, kind=kind and kind_name(kind), limit=limit)
        if not rows:
            click.echo("nothing to review", err=True)
        for number, row in enumerate(rows, 1):
            cells = shown(row)
            what = " ".join(
                str(v) for v in (row.company, cells["value"], row.action, cells["list"], row.speaker) if v
            )
            click.echo(
                f"\n{number}/{len(rows)}  {row.kind}  {visible(what)}  {cells['stance']}  {row.confidence:.0%} {row.rule}"
            )
            click.echo(f"  {visible(row.sentence)}")
            click.echo(f"  {visible(row.url)}  [{row.id}]")
            key = click.prompt(
                "y confirm, n reject, e correct, s skip, q quit",
                type=click.Choice(tuple("ynesq")),
                show_choices=False,
            )
            if key == "q":
                return
            if key == "e":
                text = click.prompt("what changes (amount=2e9 company=Acme)")
                decide(opened, row.id, "correct", by=by, changes=_changes(text.split()))
            elif key != "s":
                decide(opened, row.id, "confirm" if key == "y" else "reject", by=by)


def _changes(pairs: Any) -> dict[str, Any]:
    from db.errors import UsageError

    changes = {}
    for pair in pairs:
        name, equals, value = pair.partition("=")
        if not equals:
            raise UsageError(f"{pair!r}: write NAME=VALUE, such as amount=2e9")
        changes[name.strip()] = value
    return changes


def _decision(name: str, says: str) -> click.Command:
    @click.option("--note", help="why")
    @reviewer_option
    @store_option
    @click.pass_context
    def run(
        ctx: click.Context,
        fact: str,
        note: str | None,
        by: str,
        store: Path | None,
        pairs: tuple[str, ...] = (),
    ) -> None:
        from db.review import review as decide

        with open_store(store or ctx.obj.get("store")) as opened:
            done = decide(opened, fact, name, by=by, note=note, changes=_changes(pairs))
        click.echo(f"{fact}: {done.after['review']}", err=True)

    run.__doc__ = says
    if name == "correct":
        run = click.argument("pairs", nargs=-1, required=True, metavar="NAME=VALUE...")(run)
    return click.command(name)(click.argument("fact")(run))


for _name, _says in (
    ("confirm", "The fact is right."),
    ("correct", "The fact is right once NAME=VALUE is changed: a column of facts, or the role of a party."),
    ("reject", "The fact is wrong; it is not shown again, nor found again."),
    ("reopen", "Take back what was decided about the fact."),
):
    review.add_command(_decision(_name, _says))


@review.command("list")
@click.option("--kind", help="only facts of this kind")
@click.option("--limit", type=click.IntRange(1), default=50, show_default=True)
@output_options
@store_option
def list_(kind: str | None, limit: int, form: str, store: Path | None) -> None:
    """The queue: facts nobody looked at, doubt times weight."""
    from db.queries import kind_name
    from db.review import queue
    from tradewire.commands.facts import COLUMNS, nested, shown

    with open_store(store, read_only=True) as opened:
        rows = queue(opened, kind=kind and kind_name(kind), limit=limit)
    emit((shown(r) if form == "table" else nested(r) for r in rows), form, columns=COLUMNS[""])


@review.command("history")
@click.argument("fact")
@output_options
@store_option
def history_(fact: str, form: str, store: Path | None) -> None:
    """Who decided what about a fact, and when."""
    from dataclasses import asdict

    from db.review import history

    with open_store(store, read_only=True) as opened:
        emit(
            (asdict(item) for item in history(opened, fact)),
            form,
            columns=("at", "by", "decision", "before", "after", "note"),
        )


@review.command("agreement")
@output_options
@store_option
def agreement_(form: str, store: Path | None) -> None:
    """How often people agreed with each rule."""
    from dataclasses import asdict

    from db.review import agreement

    with open_store(store, read_only=True) as opened:
        emit((asdict(item) | {"share": round(item.share, 3)} for item in agreement(opened)), form)
