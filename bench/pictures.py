"""`python -m bench.pictures [RUN] [OUT]`: the pictures of the README, from the folder that `make run` leaves (run) into docs/img.

Needs an installed Chromium and playwright (extra dev).
"""

import sys
import threading
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

from db.store import Store
from tradewire.demo import STORE, busiest_week
from tradewire.digest.document import build_document
from tradewire.digest.mail import html_alone
from tradewire.digest.pdf import FLAGS, chromium
from tradewire.digest.window import parse_week

#: The article whose facts are of most kinds: it shows what the marks are.
RICHEST = "SELECT article FROM facts WHERE state = 'live' GROUP BY article ORDER BY count(DISTINCT kind) DESC, article LIMIT 1"


@contextmanager
def served(store: Path) -> Iterator[str]:
    """The address of the pages over `store`, on a free port of this machine."""
    import uvicorn

    from tradewire.web.app import create_app

    server = uvicorn.Server(uvicorn.Config(create_app(store), port=0, log_level="error", ws="none"))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.05)
    try:
        yield f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join(timeout=20)


@contextmanager
def started() -> Iterator[Any]:
    """A Chromium as playwright drives it."""
    from playwright.sync_api import sync_playwright

    flags = [flag for flag in FLAGS if flag.startswith("--no-s") or "gpu" in flag or "disable" in flag]
    with (
        sync_playwright() as driver,
        closing(driver.chromium.launch(executable_path=chromium(), args=flags)) as browser,
    ):
        yield browser


def take(browser: Any, run: Path, out: Path) -> list[Path]:
    """Make week.png, article.png and digest.png in `out`; their paths."""
    with Store.open(run / STORE, read_only=True) as store:
        article = store.value(RICHEST)
        week = busiest_week(store)
        assert week is not None, "the run has no facts"
        mail = html_alone(
            build_document(store, parse_week(week), by_published=True), base="http://127.0.0.1:8010"
        )
    out.mkdir(parents=True, exist_ok=True)
    with served(run / STORE) as base:
        page = browser.new_page(viewport={"width": 1280, "height": 900}, color_scheme="light")
        for name, address in (("week", f"/week/{week}"), ("article", f"/article/{article}")):
            page.goto(base + address)
            page.screenshot(path=out / f"{name}.png")
        page.close()
    page = browser.new_page(
        viewport={"width": 760, "height": 820}
    )  # the pages' policy would refuse its style
    page.set_content(mail)
    page.screenshot(path=out / "digest.png")
    page.close()
    return [out / f"{name}.png" for name in ("week", "article", "digest")]


if __name__ == "__main__":
    given = [Path(argument) for argument in sys.argv[1:]]
    with started() as chosen:
        for made in take(
            chosen, given[0] if given else Path("run"), given[1] if len(given) > 1 else Path("docs/img")
        ):
            print(made)
