"""Serve a scenario by hand: `python -m crawler.simsite [--scenario newsroom] [--as-of DATE]`; Ctrl-C ends it."""

import argparse
import datetime as dt
import signal
import sys
import threading
from pathlib import Path

from crawler.simsite.bulk import write_warc
from crawler.simsite.server import FIRST_PORT, serve


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m crawler.simsite", description=__doc__)
    parser.add_argument("--scenario", default="newsroom")
    parser.add_argument(
        "--as-of", type=dt.date.fromisoformat, help="date the newsroom runs back from (default: today)"
    )
    parser.add_argument(
        "--port", type=int, default=FIRST_PORT, help="first port; each host takes the next one"
    )
    parser.add_argument(
        "--sources", action="store_true", help="write a sources.toml for the hosts to standard output"
    )
    parser.add_argument(
        "--warc", type=Path, help="write a WARC file like those of CC-NEWS there, and serve nothing"
    )
    parser.add_argument("--records", type=int, default=1000, help="articles in the WARC file")
    options = parser.parse_args(arguments)
    if options.warc:
        size = write_warc(options.warc, options.records)
        sys.stderr.write(f"{options.warc}: {options.records} articles, {size} bytes\n")
        return 0
    try:
        site = serve(options.scenario, options.as_of, first_port=options.port)
    except ValueError as error:
        parser.error(str(error))
    stop = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stop.set())
    with site:
        if options.sources:
            print(site.sources_toml(), flush=True)  # noqa: T201 (data to standard output)
        for name, base in site.hosts.items():
            sys.stderr.write(f"{base}/  {name}  {site.virtual[name].says}\n")
        sys.stderr.flush()
        stop.wait()
    sys.stderr.write(f"{len(site.log)} requests served\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
