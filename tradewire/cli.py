"""The command line: one lazy group. A command's module, and what it needs, is imported when it is called.

Results go to standard output, words and progress to standard error. Exit codes: 0 ok, 1 failed, 2 usage,
3 degraded (some sources failed), 4 locked, 5 store or configuration problem, 130 interrupted.
"""

import importlib
import os
import sys
from collections.abc import Sequence
from typing import Any

import click

from db.errors import StoreError, TradewireError
from tradewire import __version__

#: name -> (module:attribute, short help, section). The short help stands here so that --help imports nothing.
COMMANDS: dict[str, tuple[str, str, str]] = {
    "init": ("tradewire.commands.init:init", "make a store and a tradewire.toml here", "Start"),
    "run": ("tradewire.commands.stages:run", "everything that is due: crawl to digest", "Work"),
    "crawl": ("tradewire.commands.crawl:crawl", "fetch what the sources offer", "Work"),
    "extract": ("tradewire.commands.extract:extract", "turn fetched pages into articles", "Work"),
    "annotate": ("tradewire.commands.annotate:annotate", "read facts; with FILE: print them", "Work"),
    "resolve": ("tradewire.commands.stages:resolve", "connect names to company records", "Work"),
    "import": ("tradewire.commands.imports:import_", "take in html, text, WARC files or URLs", "Work"),
    "ingest": ("tradewire.commands.ingest:ingest", "load shards of archives or other machines", "Work"),
    "sources": ("tradewire.commands.sources:sources", "list, add and check sources", "Work"),
    "why": ("tradewire.commands.why:why", "the whole life of one URL", "Work"),
    "search": ("tradewire.commands.search:search", "full-text search with operators and filters", "Read"),
    "facts": ("tradewire.commands.facts:facts", "facts of any kind, with their sentences", "Read"),
    "valuations": ("tradewire.commands.facts:valuations", "what companies are said to be worth", "Read"),
    "contracts": ("tradewire.commands.facts:contracts", "contracts, awards and orders", "Read"),
    "statements": ("tradewire.commands.facts:statements", "who said what", "Read"),
    "listings": ("tradewire.commands.facts:listings", "who was put on or taken off which list", "Read"),
    "relations": ("tradewire.commands.facts:relations", "who backs, owns, supplies or rivals whom", "Read"),
    "company": ("tradewire.commands.company:company", "one company: names, lists, timeline, quotes", "Read"),
    "match": ("tradewire.commands.match:match", "screen names against the company records", "Read"),
    "digest": ("tradewire.commands.digest:digest", "the weekly digest in its forms", "Read"),
    "disputes": ("tradewire.commands.disputes:disputes", "where sources disagree", "Read"),
    "watch": ("tradewire.commands.watch:watch", "companies to keep an eye on", "Keep"),
    "lists": ("tradewire.commands.lists:lists", "official lists: update, show, diff", "Keep"),
    "rates": ("tradewire.commands.rates:rates", "exchange rates for own conversions", "Keep"),
    "review": ("tradewire.commands.review:review", "confirm, correct or reject facts", "Keep"),
    "saved": ("tradewire.commands.saved:saved", "saved searches and their alerts", "Keep"),
    "alerts": ("tradewire.commands.alerts:alerts", "new hits and sick sources, each told once", "Keep"),
    "forget": ("tradewire.commands.care:forget", "take down a URL or a person", "Keep"),
    "jobs": ("tradewire.commands.jobs:jobs", "scheduled jobs: list, run, schedule, install", "Serve"),
    "serve": ("tradewire.commands.serve:serve", "web pages and API", "Serve"),
    "datasette": (
        "tradewire.commands.datasette:datasette",
        "open the store in Datasette, read-only",
        "Serve",
    ),
    "export": ("tradewire.commands.export:export", "CSV, JSON, Parquet, xlsx, FtM, BibTeX", "Serve"),
    "archive": ("tradewire.commands.archive:archive", "check the archive, or process WARC files", "Care"),
    "backup": ("tradewire.commands.care:backup", "verified copy of the store", "Care"),
    "restore": ("tradewire.commands.care:restore", "put a backup in place", "Care"),
    "prune": ("tradewire.commands.care:prune", "drop old raw pages, never facts", "Care"),
    "check": ("tradewire.commands.care:check", "test the store's integrity", "Care"),
    "doctor": ("tradewire.commands.care:doctor", "what is wrong here, and what to do", "Care"),
    "demo": ("tradewire.commands.demo:demo", "the main job on the packaged sample newsroom", "Start"),
}
SECTIONS = ("Start", "Work", "Read", "Keep", "Serve", "Care")


class LazyGroup(click.Group):
    """A group whose commands are imported on use; a command whose module is not built in is not listed."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, name: str) -> click.Command | None:
        if name not in COMMANDS:
            return None
        module, _, attribute = COMMANDS[name][0].partition(":")
        command = getattr(importlib.import_module(module), attribute)
        assert isinstance(command, click.Command), name
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        for section in SECTIONS:
            rows = [(name, says) for name, (_, says, where) in COMMANDS.items() if where == section]
            with formatter.section(section):
                formatter.write_dl(rows)


@click.group(
    cls=LazyGroup,
    context_settings={"help_option_names": ["-h", "--help"]},
    epilog="Examples:  tradewire run   |   tradewire listings --since 7d   |   tradewire search 'SMIC AND licence'",
)
@click.version_option(__version__, prog_name="tradewire")
@click.option("--debug", is_flag=True, help="show tracebacks")
@click.option(
    "--log-format",
    type=click.Choice(("text", "json")),
    default=None,
    help="json: one JSON line an event on stderr",
)
@click.pass_context
def cli(ctx: click.Context, debug: bool, log_format: str | None) -> None:
    """Reads trade-war and blacklist news and turns it into facts that can be searched, checked and cited."""
    from db import eventlog

    ctx.obj = {"debug": debug}
    if log_format is not None:
        os.environ[eventlog.VARIABLE] = log_format  # child processes write the same
    eventlog.install()


def main(arguments: Sequence[str] | None = None) -> Any:
    """Run the command line; the process ends with the exit code of the outcome."""
    arguments = list(sys.argv[1:] if arguments is None else arguments)
    try:
        result = cli.main(arguments, prog_name="tradewire", standalone_mode=False)
    except click.ClickException as error:
        error.show()
        sys.exit(error.exit_code)
    except (click.exceptions.Abort, KeyboardInterrupt):
        click.echo("interrupted", err=True)
        sys.exit(130)
    except TradewireError as error:
        if "--debug" in arguments:
            raise
        from db import eventlog

        if eventlog.wanted():
            eventlog.write("error", error=type(error).__name__, says=str(error), exit_code=error.exit_code)
        else:
            click.echo(f"tradewire: {error}", err=True)
        sys.exit(error.exit_code)
    except BrokenPipeError:
        sys.stderr.close()  # the reader of a pipe left; that is no failure of ours
        sys.exit(0)
    except OSError as error:  # full disk, read-only folder, no permission
        if "--debug" in arguments:
            raise
        where = f"{error.filename}: " if error.filename else ""
        click.echo(f"tradewire: {where}{error.strerror or error}", err=True)
        sys.exit(StoreError.exit_code)
    sys.exit(result if isinstance(result, int) else 0)


if __name__ == "__main__":
    main()
