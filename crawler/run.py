"""Running a crawl in a process of its own: a reactor starts once, and nothing of a crawl may outlive its caller.

The child holds the run lease itself; when its parent dies it ends at once. It tells how far it is as JSON lines.
"""

import json
import os
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any

from crawler.sources import Source, sources_toml
from db import errors
from db.errors import TradewireError
from db.store import Store

Counts = dict[str, int]


def crawl(
    store: Store | Path,
    sources: Iterable[Source],
    archive: Path,
    *,
    settings: Mapping[str, Any] | None = None,
    progress: Callable[[Counts], None] | None = None,
) -> Counts:
    """Crawl `sources` until nothing more is to be had now; what came of it.

    Counts: feeds, feeds-failed, feeds-not-modified, entries, new, changed, off-topic (entries turned down before the
    fetch), pages (requests that came to an end), retry, and one count for each outcome of a page (ok, gone ...).
    `settings` are Scrapy's and ours (crawler/settings.py), laid over the defaults.

    Raises:
        LockedError: another process crawls into this store.
        SourceError: a source wants a browser, and the extra `js` is not installed.
        StoreError: the store or the archive cannot be written.
    """
    sources = list(sources)
    if any(source.js for source in sources):
        from crawler.rendering import require_browser

        require_browser(sources)
    path = store.path if isinstance(store, Store) else store
    with tempfile.TemporaryDirectory(prefix="tradewire-") as folder:
        declared = Path(folder) / "sources.toml"
        declared.write_text(sources_toml(sources), encoding="utf-8")
        spec = {
            **(settings or {}),
            "CRAWL_STORE": str(path.absolute()),
            "CRAWL_ARCHIVE": str(Path(archive).absolute()),
            "CRAWL_SOURCES_FILE": str(declared),
        }
        child = subprocess.Popen(
            [sys.executable, "-m", "crawler.run"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env=_environment(),
        )
        with child:
            assert child.stdin is not None
            assert child.stdout is not None
            try:
                child.stdin.write(json.dumps(spec) + "\n")
                child.stdin.flush()  # left open: its end tells the child that we are gone
                counts, failure = _listen(child.stdout, progress)
                child.wait()
            except BaseException:
                child.terminate()
                raise
    if failure is not None:
        raise _error(failure)
    if child.returncode != 0:
        raise TradewireError(f"the crawl process ended with status {child.returncode}")
    return counts


def _environment() -> dict[str, str]:
    """Our environment, in which the child finds the same packages, also when they are not installed."""
    root = str(Path(__file__).resolve().parent.parent)
    before = os.environ.get("PYTHONPATH")
    return {
        **os.environ,
        "PYTHONPATH": root + (os.pathsep + before if before else ""),
        "PYTHONUNBUFFERED": "1",
    }


def _listen(lines: Iterable[str], progress: Callable[[Counts], None] | None) -> tuple[Counts, Any]:
    counts: Counts = {}
    failure = None
    for line in lines:
        told = json.loads(line)
        failure = told.get("failure", failure)
        if "counts" in told:
            counts = told["counts"]
            if progress is not None:
                progress(counts)
    return counts, failure


def _error(failure: Mapping[str, str]) -> TradewireError:
    kind = getattr(errors, failure["kind"], TradewireError)
    if not (isinstance(kind, type) and issubclass(kind, TradewireError)):
        kind = TradewireError
    return kind(failure["says"])


def main() -> int:
    """The child: settings as one JSON line on standard input, what happens as JSON lines on standard output."""
    spec = json.loads(sys.stdin.readline())
    out = os.fdopen(os.dup(1), "w", encoding="utf-8", buffering=1)
    os.dup2(2, 1)  # whatever prints goes to standard error
    threading.Thread(target=_end_with_parent, daemon=True).start()

    from scrapy.crawler import AsyncCrawlerProcess
    from scrapy.settings import Settings

    settings = Settings()
    settings.setmodule("crawler.settings", priority="project")
    settings.setdict({"LOG_LEVEL": "WARNING", **spec}, priority="cmdline")
    last = 0.0

    def report(counts: Counter[str]) -> None:
        nonlocal last
        if time.monotonic() - last > 0.3:
            last = time.monotonic()
            out.write(json.dumps({"counts": counts}) + "\n")

    process = AsyncCrawlerProcess(settings)
    crawler = process.create_crawler("news")
    crawler.signals.connect(lambda spider: setattr(spider, "report", report), _spider_opened(), weak=False)
    process.crawl(crawler)
    process.start()
    spider = crawler.spider
    fault = spider.fault if spider is not None else TradewireError("the spider did not start")
    if fault is not None:
        kind = type(fault).__name__ if isinstance(fault, TradewireError) else "TradewireError"
        out.write(json.dumps({"failure": {"kind": kind, "says": str(fault) or repr(fault)}}) + "\n")
        return 1
    out.write(json.dumps({"counts": spider.counts}) + "\n")
    return 0


def _spider_opened() -> object:
    from scrapy import signals

    return signals.spider_opened


def _end_with_parent() -> None:
    """End this process at once when the other end of standard input closes: the parent is gone."""
    while sys.stdin.readline():
        pass
    os._exit(1)


if __name__ == "__main__":
    sys.exit(main())
