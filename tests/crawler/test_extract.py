"""The extract stage: a page that crashes, hangs or eats memory fails alone, and copies become one story."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from loopback import article

from crawler import stories
from crawler.archive import ArchiveWriter, Capture
from crawler.extract import extract_pending
from crawler.importing import import_paths
from crawler.sources import keep_sources, load_sources
from crawler.worker import PageJob, PageWorker
from db.errors import DegradedError, InputError
from db.store import Store


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store.open(tmp_path / "s.sqlite", create=True) as opened:
        yield opened


def put(store: Store, root: Path, pages: dict[str, bytes], host: str = "news.example") -> None:
    """Pages as a crawl leaves them."""
    with ArchiveWriter(root) as writer, store.write() as connection:
        keep_sources(
            connection, load_sources('[paper]\nname="Paper"\nfeeds=["https://news.example/f"]').values()
        )
        for name, body in pages.items():
            url = f"https://{host}/{name}"
            capture = Capture(
                url=url,
                status=200,
                body=body,
                headers=(("Content-Type", "text/html"),),
                at="2026-11-21T10:00:00Z",
            )
            place = writer.add(capture)
            writer.flush()
            connection.execute(
                "INSERT INTO pages (url, host, source, state, discovered_at, final_url, warc_file, warc_offset,"
                " warc_length, payload_digest) VALUES (?, ?, 'paper', 'fetched', ?, ?, ?, ?, ?, ?)",
                (url, host, capture.at, url, place.file, place.offset, place.length, capture.digest),
            )


@pytest.fixture
def poison(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A worker whose reader does what the page's URL says: a real child, a real crash."""
    folder = tmp_path / "poison"
    folder.mkdir()
    (folder / "sitecustomize.py").write_text(
        "import os\n"
        "try:\n"
        "    import crawler.article as article\n"
        "except ImportError:\n"
        "    article = None\n"
        "if article is not None:\n"
        "    plain = article.read_page\n"
        "    def read_page(html, url, **more):\n"
        "        if 'raises' in url: raise RuntimeError('poisonous')\n"
        "        if 'crashes' in url: os.abort()\n"
        "        if 'eats' in url: hog = [bytes(1 << 26) for _ in range(1 << 10)]\n"
        "        while 'hangs' in url: pass\n"
        "        return plain(html, url, **more)\n"
        "    article.read_page = read_page\n"
    )
    monkeypatch.setenv("PYTHONPATH", str(folder))


@pytest.mark.usefixtures("poison")
def test_poisonous_pages_fail_alone_after_three_attempts(store: Store, tmp_path: Path) -> None:
    root = tmp_path / "archive"
    names = ["a1", "raises", "crashes", "eats", "hangs", "a2"]
    put(store, root, {name: article(name) for name in names})
    counts = extract_pending(store, root, time_limit_s=3, memory_mb=1024)
    assert (counts["articles"], counts["failed"]) == (2, 4)
    runs = {
        row["url"].rpartition("/")[2]: row
        for row in store.rows("SELECT p.url, r.* FROM article_runs r JOIN pages p ON p.id = r.input")
    }
    assert {name: runs[name]["state"] for name in names} == {
        "a1": "ok", "a2": "ok", "raises": "failed", "crashes": "failed", "eats": "failed", "hangs": "failed",
    }  # fmt: skip
    assert all(runs[name]["attempts"] == 3 for name in ("raises", "crashes", "eats", "hangs"))
    assert "poisonous" in runs["raises"]["error"]
    assert "killed its worker" in runs["crashes"]["error"]
    assert "MB" in runs["eats"]["error"]
    assert "more than 3 s" in runs["hangs"]["error"]
    assert extract_pending(store, root) == {}


def test_a_page_whose_record_is_gone_fails_alone(store: Store, tmp_path: Path) -> None:
    put(store, tmp_path / "archive", {"a1": article("a1"), "a2": article("a2")})
    with store.write() as connection:
        connection.execute("UPDATE pages SET warc_offset = warc_offset + 1 WHERE url LIKE '%a1'")
    counts = extract_pending(store, tmp_path / "archive")
    assert (counts["articles"], counts["failed"]) == (1, 1)


def test_a_changed_page_is_a_new_text_version(store: Store, tmp_path: Path) -> None:
    root = tmp_path / "archive"
    put(store, root, {"a1": article("a1")})
    extract_pending(store, root)
    changed = article("a1").replace(b"The Entity List grew", b"Correction: The Entity List has not grown")
    capture = Capture(url="https://news.example/a1", status=200, body=changed, at="2026-11-21T12:00:00Z")
    with ArchiveWriter(root) as writer, store.write() as connection:
        place = writer.add(capture)
        writer.flush()
        connection.execute(
            "UPDATE pages SET warc_file = ?, warc_offset = ?, warc_length = ?, payload_digest = ?",
            (place.file, place.offset, place.length, capture.digest),
        )
    assert extract_pending(store, root)["new-texts"] == 1
    bodies = [row["body"] for row in store.rows("SELECT body FROM texts ORDER BY version")]
    assert ["Correction" in body for body in bodies] == [False, True]
    assert store.value("SELECT count(*) FROM articles") == 1


def test_copies_are_one_story_and_trimmed_ones_too(store: Store, tmp_path: Path) -> None:
    root = tmp_path / "archive"
    whole = article("wire")
    trimmed = whole.replace(b"chapter wire-7.", b"chapter.").replace(
        b"The Entity List grew", b"(Agency) The list grew"
    )
    put(store, root, {"wire": whole, "other": article("other")}, host="one.example")
    put(
        store,
        root,
        {"copy": whole.replace(b"<h1>Chip", b"<h1>Exclusive: chip"), "cut": trimmed},
        host="two.example",
    )
    extract_pending(store, root)
    found = {r["url"]: r["story"] for r in store.rows("SELECT url, story FROM articles")}
    assert (
        found["https://one.example/wire"]
        == found["https://two.example/copy"]
        == found["https://two.example/cut"]
    )
    assert found["https://one.example/other"] != found["https://one.example/wire"]
    sizes = {r["id"]: r["articles"] for r in store.rows("SELECT id, articles FROM stories")}
    assert sizes[found["https://one.example/wire"]] == 3


def test_short_texts_are_never_the_same_story() -> None:
    assert stories.signature("No comment was available at the time of writing.") == ()
    assert stories.signature("") == ()


def test_the_worker_survives_its_pages() -> None:
    with PageWorker() as worker:
        assert worker.read(PageJob(article("x"), "https://news.example/x", {}, None)).reading.title
        child = worker._child
        assert child is not None
        os.kill(child.pid, 9)
        child.wait()
        assert worker.read(PageJob(article("y"), "https://news.example/y", {}, None)).reading.title


def test_import_takes_what_people_have(store: Store, tmp_path: Path) -> None:
    (tmp_path / "page.html").write_bytes(article("saved"))
    (tmp_path / "note.txt").write_text(
        "Chips and tariffs\n\nThe Commerce Department said no.\n", encoding="utf-8"
    )
    (tmp_path / "urls.txt").write_text("https://news.example/1\nhttps://news.example/2\n", encoding="utf-8")
    paths = [tmp_path / name for name in ("page.html", "note.txt", "urls.txt")]
    counts = import_paths(store, tmp_path / "archive", paths, published="2026-11-01")
    assert (counts["articles"], counts["texts"], counts["urls"]) == (1, 1, 2)
    rows = {r["title"]: r for r in store.rows("SELECT * FROM articles")}
    assert rows["Chips and tariffs"]["relevant"] == 1
    assert rows["Chips and tariffs"]["published"] == "2026-11-01"
    again = import_paths(store, tmp_path / "archive", paths, published="2026-11-01")
    assert again.get("articles", 0) == again.get("urls", 0) == 0
    assert store.value("SELECT count(*) FROM texts") == 2


@pytest.mark.parametrize(
    ("name", "data", "says"),
    [
        ("missing.html", None, "No such file"),
        ("empty.html", b"", "is empty"),
        ("blank.html", b" \n ", "is empty"),
        ("binary.html", bytes(range(256)) * 20, "is binary"),
        ("paper.pdf", b"%PDF-1.7 abc", "PDF"),
        ("large.html", b"<html>" + b"x" * 60_000_000, "60 MB"),
        ("folder", "", "is a folder"),
    ],
)
def test_bad_files_are_clear_errors_and_nothing_is_written(
    store: Store, tmp_path: Path, name: str, data: bytes | str | None, says: str
) -> None:
    path = tmp_path / name
    if isinstance(data, bytes):
        path.write_bytes(data)
    elif data is not None:
        path.mkdir()
    good = tmp_path / "good.txt"
    good.write_text("Chips\n\nTariffs.", encoding="utf-8")
    with pytest.raises(InputError, match=says):
        import_paths(store, tmp_path / "archive", [good, path])
    assert store.value("SELECT count(*) FROM articles") == 0


def test_a_truncated_warc_gives_what_came_before(store: Store, tmp_path: Path) -> None:
    with ArchiveWriter(tmp_path / "foreign") as writer:
        for number in range(5):
            url = f"https://news.example/w{number}"
            writer.add(
                Capture(
                    url=url, status=200, body=article(f"w{number}"), headers=(("Content-Type", "text/html"),)
                )
            )
    (path,) = (tmp_path / "foreign").rglob("*.warc.gz")
    data = path.read_bytes()
    path.write_bytes(data[: len(data) - 200])
    with pytest.raises(DegradedError, match="cut off"):
        import_paths(store, tmp_path / "archive", [path])
    assert store.value("SELECT count(*) FROM articles") == 4
    path.write_bytes(data)
    counts = import_paths(store, tmp_path / "archive", [path])
    assert (counts["records"], counts["articles"]) == (1, 1)  # goes on where it stopped
