"""kill -9 during crawl and extract at random moments, then run again: the rows of an undisturbed run."""

import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from loopback import Site, article, feed, serve

from crawler.archive_check import check_archive
from crawler.run import crawl
from crawler.sources import Source, load_sources
from db.store import Store

PAGES = 40
KILLS = int(os.environ.get("TRADEWIRE_KILLS", "5"))  # of each stage; the acceptance runs set 20
#: A child that does one stage: killing it kills its own child, too, which watches its standard input.
STAGE = """
import sys
from pathlib import Path
from crawler.run import crawl
from crawler.extract import extract_pending
from crawler.sources import load_sources
from db.store import Store
stage, store, archive, sources = sys.argv[1:]
with Store.open(store) as opened:
    if stage == "crawl":
        crawl(opened, load_sources(sources).values(), Path(archive),
              settings={"DOWNLOAD_DELAY": 0.02, "CRAWL_ALL_DUE": True, "CRAWL_BACK_OFF_S": [0.1]})
    else:
        extract_pending(opened, Path(archive))
"""


def sources_text(site: Site) -> str:
    return f'[paper]\nname = "Paper"\nfeeds = ["{site.url}/feed"]\nallow_private = true\n'


def rows(store: Store, site: Site) -> dict[str, list[dict[str, Any]]]:
    """What must not depend on kills: everything but ids, times and places."""
    pages = store.rows(
        "SELECT replace(url, ?, '') AS url, state, outcome, payload_digest, attempts FROM pages ORDER BY url",
        (site.url,),
    )
    articles = store.rows(
        "SELECT replace(a.url, ?, '') AS url, a.title, a.published, a.language, a.relevant, a.page_type, t.hash,"
        " t.version, (SELECT count(*) FROM texts WHERE article = a.id) AS versions, s.articles AS copies"
        " FROM articles a JOIN texts t ON t.id = a.text JOIN stories s ON s.id = a.story ORDER BY a.url",
        (site.url,),
    )
    return {"pages": pages, "articles": articles}


def kill_at_work(stage: str, folder: Path, site: Site, begun: Callable[[], int], seconds: float) -> bool:
    """Run a stage and kill it `seconds` after its work has begun; False when it had ended before."""
    before = begun()
    root = str(Path(__file__).parents[2])
    child = subprocess.Popen(
        [
            sys.executable,
            "-c",
            STAGE,
            stage,
            str(folder / "s.sqlite"),
            str(folder / "archive"),
            sources_text(site),
        ],
        env={**os.environ, "PYTHONPATH": root},
        stderr=subprocess.DEVNULL,
    )
    while begun() == before and child.poll() is None:
        time.sleep(0.01)
    try:
        child.wait(seconds)
        return False
    except subprocess.TimeoutExpired:
        child.send_signal(signal.SIGKILL)
        child.wait()
        return True


def make_site(site: Site) -> None:
    names = [f"p{n}" for n in range(PAGES)]
    site.paths = {"/feed": feed(site.url, *names, "missing"), **{f"/{name}": article(name) for name in names}}


def one_crawl(site: Site, folder: Path) -> Source:
    (source,) = load_sources(sources_text(site)).values()
    with Store.open(folder / "s.sqlite") as store:
        crawl(
            store,
            [source],
            folder / "archive",
            settings={"DOWNLOAD_DELAY": 0, "CRAWL_ALL_DUE": True, "CRAWL_BACK_OFF_S": [0.1]},
        )
    return source


@pytest.mark.slow
@pytest.mark.timeout(1800)  # many processes, one after the other, on whatever machine
def test_killed_crawls_and_extractions_leave_the_rows_of_an_undisturbed_run(tmp_path: Path) -> None:
    from crawler.extract import extract_pending

    random.seed(20261121)
    with serve({}) as site:
        make_site(site)
        for name in ("calm", "killed"):
            (tmp_path / name).mkdir()
            Store.open(tmp_path / name / "s.sqlite", create=True).close()
        one_crawl(site, tmp_path / "calm")
        with Store.open(tmp_path / "calm" / "s.sqlite") as store:
            extract_pending(store, tmp_path / "calm" / "archive")
            expected = rows(store, site)
        assert len(expected["articles"]) == PAGES

        site.log.clear()
        folder = tmp_path / "killed"
        kills = sum(
            kill_at_work("crawl", folder, site, lambda: len(site.log), random.uniform(0, 0.5))
            for _ in range(KILLS)
        )
        one_crawl(site, folder)  # a dead owner's lease is taken over at once
        asked = [site.asked(f"/p{n}") for n in range(PAGES)]
        assert min(asked) == 1
        assert sum(asked) <= PAGES + kills, "only the page in hand is asked for again"

        with Store.open(folder / "s.sqlite") as store:

            def done() -> int:
                return int(store.value("SELECT count(*) FROM article_runs"))

            kills += sum(
                kill_at_work("extract", folder, site, done, random.uniform(0, 0.2)) for _ in range(KILLS)
            )
            extract_pending(store, folder / "archive")
            assert rows(store, site) == expected
            checked = check_archive(store, folder / "archive", everything=True)
            assert (checked.good, checked.problems) == (PAGES, [])
        assert kills >= KILLS, "most runs must be killed at work"
