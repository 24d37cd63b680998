"""The commands of collecting, as people type them: what they print, and how they end."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from loopback import article, feed, serve

from db.store import Store
from tradewire.cli import main

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


@pytest.mark.timeout(900)  # a dozen processes, one after the other, on whatever machine
def test_a_source_is_added_by_its_home_page_and_checked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """From a home page to articles, and to the alarm when the feed is gone; commands in this process, crawls in others."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    settings = '[crawl]\nsources = "mine.toml"\ndelay_s = 0.0\nallow_private = true\nonly = ["paper"]\n'
    (tmp_path / "tradewire.toml").write_text(settings, encoding="utf-8")
    mine = tmp_path / "mine.toml"
    mine.write_text("", encoding="utf-8")
    Store.open(tmp_path / "tradewire.sqlite", create=True).close()

    def run(*arguments: str) -> tuple[int, str]:
        code = 0
        try:
            main(arguments)
        except SystemExit as end:
            code = int(end.code or 0)
        told = capsys.readouterr()
        return code, told.out + told.err

    head = b'<html lang="en"><head><title>Paper</title><link rel="alternate" type="application/rss+xml" href="/feed">'
    with serve({}) as site:
        site.paths = {
            "/": head,
            "/feed": feed(site.url, "a1", "a2"),
            "/a1": article("a1"),
            "/a2": article("a2"),
        }
        wrong = run("sources", "add", site.url, "--name", "Not a name")
        assert (wrong[0], "is no name of a table" in wrong[1]) == (2, True)
        added = run("sources", "add", site.url, "--name", "paper")
        assert (added[0], "title 100%" in added[1]) == (0, True), added
        assert f'feeds = ["{site.url}/feed"]' in mine.read_text(encoding="utf-8")
        again = run("sources", "add", site.url, "--name", "paper")
        assert (again[0], "has a source [paper] already" in again[1]) == (5, True), again

        crawled = run("crawl")
        assert (crawled[0], "2 ok" in crawled[1]) == (0, True), crawled
        assert "articles 2" in run("extract")[1]
        assert "fetched and kept" in run("why", f"{site.url}/a1?utm_source=mail")[1]
        assert "2 good" in run("archive", "check", "--all")[1]
        assert '"articles_week": 2' in run("sources", "list", "--json")[1]
        replayed = run("sources", "check", "paper")
        assert (replayed[0], "2 of 2 pages read" in replayed[1]) == (0, True), replayed

        site.paths["/feed"] = b"<!doctype html><html><body>Moved</body></html>"
        broken = run("crawl", "paper")
        assert (broken[0], "failed" in broken[1]) == (3, True), broken
        live = run("sources", "check", "paper", "--live")
        assert (live[0], "not-a-feed" in live[1]) == (3, True), live
        assert "verified" not in mine.read_text(encoding="utf-8")


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
