"""`tradewire serve`: the web pages and the API."""

import socket
from pathlib import Path

import click

from tradewire.options import store_option, store_path


@click.command()
@click.option("--host", default=None, help="address to listen on; other than loopback needs [web.tokens]")
@click.option("--port", type=click.IntRange(1, 65535), default=None)
@click.option("--schedule", is_flag=True, help="also run the jobs of tradewire.toml when they are due")
@store_option
def serve(host: str | None, port: int | None, schedule: bool, store: Path | None) -> None:
    """Pages and API over the store; on this machine only, unless tokens are configured.

    Examples:  tradewire serve --port 8010   |   tradewire serve --schedule
    """
    from db.errors import ConfigError
    from db.store import Store
    from tradewire.config import load_settings

    try:
        import uvicorn

        from tradewire.web.app import create_app
        from tradewire.web.security import LOOPBACK
    except ImportError as error:
        raise ConfigError(
            f"the web pages need the extra: pip install 'tradewire[web,digest]' ({error})"
        ) from error
    loaded = load_settings()
    settings = loaded.web
    host, port = host or settings.host, port or settings.port
    if host not in LOOPBACK and not settings.tokens:
        raise ConfigError(f"{host} is not loopback: set [web.tokens] in tradewire.toml first")
    require_free(host, port)
    path = store_path(store)
    Store.open(path).close()  # a clear error now, not in the first request
    archive = Path(loaded.archive)
    if not archive.is_dir():  # a store that was made elsewhere has its archive beside it
        archive = path.parent / "archive"
    scheduler = None
    if schedule:
        from tradewire.jobs.scheduler import Scheduler

        scheduler = Scheduler(path, lambda text: click.echo(text, err=True))
        scheduler.start()
    click.echo(f"http://{host}:{port}/  (stop with Ctrl-C)", err=True)
    try:
        uvicorn.run(
            create_app(
                path,
                host=host,
                tokens=settings.tokens,
                archive=archive if archive.is_dir() else None,
                companies=Path(loaded.annotate.companies) if loaded.annotate.companies else None,
            ),
            host=host,
            port=port,
            log_level="warning",
            server_header=False,
        )
    finally:
        if scheduler is not None:
            scheduler.stop()


def require_free(host: str, port: int) -> None:
    """Raises ConfigError when nothing can listen there: uvicorn says so only after the address was printed."""
    from db.errors import ConfigError

    try:
        family, kind, *_, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        with socket.socket(family, kind) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(address)
    except OSError as error:
        raise ConfigError(f"cannot listen on {host}:{port}: {error.strerror or error}") from error
