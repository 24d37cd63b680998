"""`tradewire datasette`: the power user's door, read-only and in a process of its own."""

import json
from pathlib import Path

import click

from tradewire.options import store_option, store_path


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", type=click.IntRange(0, 65535), default=8011, show_default=True)
@click.option(
    "--metadata", "only_metadata", is_flag=True, help="print the metadata for a Datasette of your own"
)
@store_option
def datasette(host: str, port: int, only_metadata: bool, store: Path | None) -> None:
    """Open the store in Datasette: tables, facets, SQL. Needs: pip install 'tradewire[datasette]'.

    \b
    Examples:
      tradewire datasette
      tradewire datasette --metadata > metadata.json
    """
    from db.describe import datasette_metadata
    from db.store import Store

    path = store_path(store)
    Store.open(path, read_only=True).close()
    metadata = datasette_metadata(path.stem)
    if only_metadata:
        click.echo(json.dumps(metadata, indent=2, ensure_ascii=False))
        return
    import importlib.util
    import os
    import sys
    import tempfile

    from db.errors import UsageError

    if importlib.util.find_spec("datasette") is None:
        raise UsageError("Datasette is not installed: pip install 'tradewire[datasette]'")
    with tempfile.NamedTemporaryFile("w", suffix=".json", delete=False) as handle:
        json.dump(metadata, handle)
    settings = [part for name, value in SETTINGS.items() for part in ("--setting", name, value)]
    # a process of its own: Datasette brings its own SQLite connections and settings
    os.execv(  # noqa: S606  no shell is wanted, and the arguments are ours
        sys.executable,
        [
            sys.executable, "-m", "datasette", "serve", str(path), "--host", host, "--port", str(port),
            "--metadata", handle.name, *settings,
        ],
    )  # fmt: skip


#: Nobody's query may stop the writer for long, and no page may be huge.
SETTINGS = {
    "sql_time_limit_ms": "2000",
    "max_returned_rows": "1000",
    "allow_download": "off",
    "truncate_cells_html": "300",
    "facet_time_limit_ms": "500",
}
