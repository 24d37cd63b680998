"""A Chromium over the pages of a sample run; what a page shows wrongly there fails the test at its end.

The sample is the folder that `make run` leaves (run/, or SAMPLE_RUN); without one it is made anew, which takes a
minute. Pictures go to screenshots/.
"""

import os
import socket
import sqlite3
import subprocess
import sys
import threading
import time
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from db.profiles import company_profile
from db.store import Store
from tradewire.digest.pdf import FLAGS, chromium
from tradewire.web.charts import valuation_chart

ROOT = Path(__file__).parents[2]
WIDE, NARROW = {"width": 1280, "height": 900}, {"width": 360, "height": 740}
# counts violations of our policy in the page itself; runs before any script of the page
WATCH = "window.broken = []; addEventListener('securitypolicyviolation', e => broken.push(e.violatedDirective + ' ' + e.blockedURI));"


def pytest_collection_modifyitems(items):
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.browser)
            item.add_marker(pytest.mark.timeout(600))


@pytest.fixture(scope="session")
def sample_run(tmp_path_factory):
    """A folder with the store and the archive of the sample newsroom. Copy it before writing."""
    for folder in (os.environ.get("SAMPLE_RUN"), ROOT / "run"):
        if folder and (Path(folder) / "tradewire.sqlite").exists():
            Store.open(Path(folder) / "tradewire.sqlite").close()  # an older run is brought up to date
            return Path(folder)
    folder = tmp_path_factory.mktemp("sample") / "run"
    subprocess.run(
        [sys.executable, "-m", "tradewire", "demo", "--dir", folder], cwd=ROOT, check=True, timeout=500
    )
    return folder


@dataclass
class Site:
    """A running server, its store, and the addresses of things that are worth looking at."""

    base: str
    store: Path
    known: dict[str, str] = field(default_factory=dict)

    def value(self, sql, *values):
        with Store.open(self.store, read_only=True) as opened:
            return opened.value(sql, values)


@pytest.fixture(scope="session")
def site(sample_run, tmp_path_factory):
    folder = tmp_path_factory.mktemp("site")
    source = sqlite3.connect(sample_run / "tradewire.sqlite")
    copy = sqlite3.connect(folder / "t.sqlite")
    source.backup(copy)
    source.close()
    copy.close()
    yield from serve(folder / "t.sqlite", sample_run / "archive")


@pytest.fixture(scope="session")
def serving():
    return serve


def serve(store, archive=None):
    import uvicorn

    from tradewire.web.app import create_app

    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    app = create_app(store, archive=archive)
    server = uvicorn.Server(uvicorn.Config(app, port=port, log_level="error", ws="none"))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.05)
    site = Site(f"http://127.0.0.1:{port}", store)
    site.known = known_addresses(store)
    yield site
    server.should_exit = True
    thread.join(timeout=20)


def known_addresses(path):
    """Addresses of every kind of page, each of something the store has."""
    from urllib.parse import quote

    with Store.open(path, read_only=True) as store:
        article = store.value(
            "SELECT f.article FROM facts f JOIN articles a ON a.id = f.article WHERE f.state = 'live'"
            " GROUP BY f.article ORDER BY count(DISTINCT f.kind) DESC, f.article LIMIT 1"
        )
        fact = store.value(
            "SELECT id FROM facts WHERE article = ? AND state = 'live' ORDER BY amount DESC, id LIMIT 1",
            (article,),
        )
        company = next((c for c in valued_companies(store) if has_chart(store, c)), None)
        speaker = store.value(
            "SELECT name FROM fact_parties WHERE role = 'speaker' GROUP BY name ORDER BY count(*) DESC, name LIMIT 1"
        )
        issue = store.value("SELECT week FROM digest_issues WHERE topic = '' LIMIT 1")
        listed = store.value("SELECT list FROM list_entries GROUP BY list ORDER BY count(*) DESC LIMIT 1")
    found = {
        "week": "/",
        "search": "/search?q=company",
        "nothing": "/search?q=zzxxqq",
        "facts": "/facts",
        "lists": "/lists",
        "disputes": "/disputes",
        "review": "/review",
        "compare": "/compare?q=chip&q=tariff",
        "sources": "/sources",
        "alerts": "/alerts",
        "digest": "/digest",
        "login": "/login",
        "missing": "/nowhere",
    }
    if article:
        found |= {
            "article": f"/article/{article}",
            "copy": f"/article/{article}/copy",
            "changes": f"/article/{article}/changes",
            "fact": f"/fact/{fact}",
        }
    if company:
        found["company"] = f"/company/{quote(company)}"
    if speaker:
        found["speaker"] = f"/speaker/{quote(speaker, safe='')}"
    if issue:
        found["issue"] = f"/digest/{issue}"
    if listed:
        found |= {"list": f"/list/{listed}", "difference": f"/list/{listed}?from=2019-01-01&to=2026-12-31"}
    return found


def valued_companies(store):
    rows = store.rows(
        "SELECT p.company FROM fact_parties p JOIN facts f ON f.n = p.fact_n WHERE p.role = 'company' AND p.company"
        " IS NOT NULL AND f.kind IN ('valuation', 'market_cap') GROUP BY p.company ORDER BY count(*) DESC, p.company"
    )
    return [row["company"] for row in rows]


def has_chart(store, company):
    worth = [f for f in company_profile(store, company).amounts if f.kind in ("valuation", "market_cap")]
    return valuation_chart([f for f in worth if f.value is not None]) is not None


@pytest.fixture(scope="module")  # no longer: its event loop would run on under other folders' tests
def browser():
    program = chromium()
    if program is None:
        pytest.skip("no Chromium is installed here")
    playwright = pytest.importorskip("playwright.sync_api", reason="playwright is not installed (extra dev)")
    with playwright.sync_playwright() as driver:
        started = driver.chromium.launch(
            executable_path=program,
            args=[f for f in FLAGS if f.startswith("--no-s") or "gpu" in f or "disable" in f],
        )
        yield started
        started.close()


@pytest.fixture
def page(browser):
    """A wide light page. A dialog, an error on the console or a breach of the policy fails the test."""
    yield from opened_page(browser)


@pytest.fixture
def narrow(browser):
    yield from opened_page(browser, viewport=NARROW)


def opened_page(browser, **options):
    context = browser.new_context(**({"viewport": WIDE, "color_scheme": "light"} | options))
    context.add_init_script(WATCH)
    context.set_default_timeout(8000)
    page = context.new_page()
    page.problems = []
    page.on("dialog", lambda dialog: (page.problems.append(f"dialog {dialog.message}"), dialog.dismiss()))
    page.on("pageerror", lambda error: page.problems.append(f"error {error}"))
    page.on("console", lambda line: page.problems.append(line.text) if is_fault(line) else None)
    yield page
    breaches = page.evaluate("window.broken || []")
    context.close()
    assert page.problems == []
    assert breaches == []


def is_fault(line):
    return line.type == "error" and "status of 4" not in line.text  # a 404 that a test asks for is none


@pytest.fixture(scope="session")
def shots():
    folder = ROOT / "screenshots"
    folder.mkdir(exist_ok=True)
    return folder
