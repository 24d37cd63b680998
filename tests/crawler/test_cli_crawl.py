"""The commands of collecting, as people type them: what they print, and how they end."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from loopback import article, feed, serve

ROOT = str(Path(__file__).parents[2])


def tradewire(folder: Path, *arguments: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, "-m", "tradewire", *arguments],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": ROOT, "XDG_CONFIG_HOME": str(folder)},
        capture_output=True,
        text=True,
        timeout=200,
    )


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    tmp_path = tmp_path_factory.mktemp("home")
    (tmp_path / "tradewire.toml").write_text(
        '[crawl]\nsources = "mine.toml"\ndelay_s = 0.0\nonly = ["paper"]\n', encoding="utf-8"
    )
    assert tradewire(tmp_path, "init").returncode == 0
    return tmp_path


def test_crawl_extract_why_and_check(home: Path) -> None:
    with serve({}) as site:
        site.paths = {"/feed": feed(site.url, "a1", "a2"), "/a1": article("a1"), "/a2": article("a2")}
        mine = f'[paper]\nname = "Paper"\nfeeds = ["{site.url}/feed"]\nallow_private = true\n'
        (home / "mine.toml").write_text(mine, encoding="utf-8")
        crawled = tradewire(home, "crawl")
        assert (crawled.returncode, "2 ok" in crawled.stderr) == (0, True), crawled.stderr
        assert "articles 2" in tradewire(home, "extract").stderr
        why = tradewire(home, "why", f"{site.url}/a1?utm_source=mail")
        assert "fetched and kept" in why.stdout
        checked = tradewire(home, "archive", "check", "--all")
        assert (checked.returncode, "2 good" in checked.stdout) == (0, True)
        listed = tradewire(home, "sources", "list", "--json")
        assert '"articles_week": 2' in listed.stdout

        site.paths["/feed"] = b"<!doctype html><html><body>Moved</body></html>"
        broken = tradewire(home, "crawl", "paper")
        assert broken.returncode == 3
        assert "failed" in broken.stderr


@pytest.mark.parametrize(
    ("arguments", "code", "says"),
    [
        (("crawl", "nosuch"), 2, "no source 'nosuch'"),
        (("import", "missing.html"), 2, "No such file"),
        (("why", "https://news.example/never"), 1, "was never seen"),
    ],
)
def test_what_cannot_be_done_says_why(home: Path, arguments: tuple[str, ...], code: int, says: str) -> None:
    (home / "mine.toml").write_text(
        '[paper]\nname = "P"\nfeeds = ["https://news.example/f"]\n', encoding="utf-8"
    )
    ended = tradewire(home, *arguments)
    assert (ended.returncode, says in ended.stderr) == (code, True), ended.stderr


def test_a_wrong_key_of_a_source_names_the_right_one(home: Path) -> None:
    (home / "mine.toml").write_text(
        '[paper]\nname = "P"\nfeed = ["https://news.example/f"]\n', encoding="utf-8"
    )
    ended = tradewire(home, "crawl")
    assert ended.returncode == 5
    assert "did you mean 'feeds'" in ended.stderr


def test_scrapy_itself_knows_the_spider() -> None:
    listed = subprocess.run(
        [sys.executable, "-m", "scrapy", "list"], cwd=ROOT, capture_output=True, text=True, timeout=120
    )
    assert listed.stdout.split() == ["news"], listed.stderr
