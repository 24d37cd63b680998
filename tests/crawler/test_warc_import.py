"""Importing WARC files: from disk and from the web, whole or cut, killed or not, nothing is lost and nothing doubled."""

import gzip
import os
import random
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from loopback import Answer, Asked, Site, serve

from crawler import transfer
from crawler.archive_check import check_archive
from crawler.given import is_warc_list, kind_of_url, look, warc_urls
from crawler.importing import import_paths
from crawler.simsite.bulk import write_warc
from crawler.transfer import fetch_file
from db.errors import DegradedError, InputError
from db.store import Store

KILLS = int(os.environ.get("TRADEWIRE_KILLS", "2"))  # while copying, and while reading
RECORDS = 10 * int(os.environ.get("TRADEWIRE_KILLS", "15"))  # copied in transactions of 64
FOLDER = "/crawl-data/CC-NEWS/2026/11/"


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store.open(tmp_path / "s.sqlite", create=True) as opened:
        yield opened


@pytest.fixture(scope="module")
def warcs(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    """Two files like those of CC-NEWS, by name."""
    folder = tmp_path_factory.mktemp("warcs")
    found = {}
    for number in (1, 2):
        name = f"CC-NEWS-2026110{number}000000-0000{number}.warc.gz"
        write_warc(folder / name, 6, size=6000, host=f"news{number}.example")
        found[name] = (folder / name).read_bytes()
    return found


@dataclass
class Files:
    """Files as data.commoncrawl.org serves them: ETag, Range, If-Range; `cut` ends an answer too early so often."""

    data: dict[str, bytes]
    cut: int = 0
    tag: str = '"v1"'
    sent: list[tuple[str, int]] = field(default_factory=list)  #: path, bytes of each answer

    def __call__(self, asked: Asked) -> Answer:
        body = self.data[asked.path]
        wanted = asked.headers.get("Range", "").removeprefix("bytes=").rstrip("-")
        first = int(wanted) if wanted and asked.headers.get("If-Range") == self.tag else 0
        part = body[first:]
        headers = {
            "ETag": self.tag,
            "Content-Type": "application/octet-stream",
            "Content-Length": str(len(part)),
        }
        if first:
            headers["Content-Range"] = f"bytes {first}-{len(body) - 1}/{len(body)}"
        if self.cut > 0:
            self.cut -= 1
            headers["Connection"] = "close"
            part = part[: len(part) // 2]
        self.sent.append((asked.path, len(part)))
        return (206 if first else 200), headers, part


@pytest.fixture
def files(warcs: dict[str, bytes]) -> Files:
    lines = "".join(f"{FOLDER[1:]}{name}\n" for name in warcs)
    return Files(
        {FOLDER + name: data for name, data in warcs.items()}
        | {FOLDER + "warc.paths.gz": gzip.compress(lines.encode())}
    )


@pytest.fixture
def site(files: Files, monkeypatch: pytest.MonkeyPatch) -> Iterator[Site]:
    monkeypatch.setattr(transfer, "WAIT_S", 0.0)
    with serve(dict.fromkeys(files.data, files)) as opened:
        yield opened


def hosts(store: Store) -> dict[str, int]:
    return {r["host"]: r["n"] for r in store.rows("SELECT host, count(*) AS n FROM pages GROUP BY host")}


def test_a_list_of_paths_leads_to_its_files_and_each_is_fetched_once(
    store: Store, tmp_path: Path, site: Site, files: Files
) -> None:
    listed = f"{site.url}{FOLDER}warc.paths.gz"

    def run(**more: Any) -> dict[str, int]:
        return import_paths(store, tmp_path / "archive", [listed], allow_private=True, **more)

    first = run(files=1)
    assert (first["files"], first["records"], first["articles"], first["known-files"]) == (1, 6, 6, 0)
    assert hosts(store) == {"news1.example": 6}
    second = run()
    assert (second["files"], second["records"], second["known-files"]) == (1, 6, 1)
    assert hosts(store) == {"news1.example": 6, "news2.example": 6}
    third = run()
    assert (third.get("files", 0), third.get("records", 0), third["known-files"]) == (0, 0, 2)
    warcs = [path for path, _ in files.sent if path.endswith(".warc.gz")]
    assert len(warcs) == len(set(warcs)) == 2
    assert list((tmp_path / "archive" / "incoming").iterdir()) == []
    assert check_archive(store, tmp_path / "archive", everything=True).good == 12


def test_a_broken_line_is_taken_up_where_it_broke(
    store: Store, tmp_path: Path, site: Site, files: Files
) -> None:
    name = next(iter(files.data))
    files.cut = 2
    assert import_paths(store, tmp_path / "archive", [site.url + name], allow_private=True)["records"] == 6
    assert [path for path, _ in files.sent] == [name] * 3
    assert sum(count for _, count in files.sent) == len(files.data[name])


def test_a_file_that_changed_in_between_comes_whole_again(tmp_path: Path, site: Site, files: Files) -> None:
    name = next(iter(files.data))
    files.cut = 4
    with pytest.raises(DegradedError, match="the line broke"):
        fetch_file(site.url + name, tmp_path / "x", allow_private=True, wait_s=0)
    kept = (tmp_path / "x.part").stat().st_size
    assert 0 < kept < len(files.data[name])
    files.tag, files.data[name] = '"v2"', b"WARC/1.0 other"
    assert fetch_file(site.url + name, tmp_path / "x", allow_private=True).read_bytes() == b"WARC/1.0 other"
    assert [path.name for path in tmp_path.iterdir()] == ["x"]


@pytest.mark.parametrize(
    ("answer", "says"),
    [((404, {}, b"no"), "404"), ((302, {"Location": "/loop"}, b""), "302"), ((302, {"Location": "file:///etc/passwd"}, b""), "file"),
     ((200, {"Content-Length": "9000000000000"}, b"x"), "MB")],
)  # fmt: skip
def test_what_cannot_be_fetched_says_why_and_the_rest_is_imported(
    store: Store, tmp_path: Path, site: Site, files: Files, answer: Answer, says: str
) -> None:
    site.paths["/loop"] = answer
    good = next(iter(files.data))
    with serve({"/loop": answer}):
        site.paths["/bad.warc.gz"] = answer
        with pytest.raises(DegradedError, match=says):
            import_paths(
                store, tmp_path / "archive", [f"{site.url}/bad.warc.gz", site.url + good], allow_private=True
            )
    assert hosts(store) == {"news1.example": 6}


def test_private_addresses_are_refused_before_anything_is_asked(
    store: Store, tmp_path: Path, site: Site
) -> None:
    for host in ("127.0.0.1", "localhost", "127.1"):
        url = site.url.replace("127.0.0.1", host)
        with pytest.raises(DegradedError, match="private address"):
            import_paths(store, tmp_path / "archive", [f"{url}/a.warc.gz"])
    with pytest.raises(InputError, match="private address"):
        import_paths(store, tmp_path / "archive", [f"{site.url}{FOLDER}warc.paths.gz"])
    assert site.log == []


def test_lists_on_disk_are_known_by_what_they_hold(tmp_path: Path) -> None:
    line = "crawl-data/CC-NEWS/2026/11/CC-NEWS-20261101000000-00001.warc.gz"
    packed, plain = tmp_path / "warc.paths.gz", tmp_path / "mine.txt"
    packed.write_bytes(gzip.compress(f"{line}\n{line}\n".encode()))
    plain.write_text(f"https://files.example/a.warc\n{line}\n", encoding="utf-8")
    assert look(packed).kind == look(plain).kind == "warc-list"
    assert warc_urls(look(packed).data) == [f"https://data.commoncrawl.org/{line}"]
    assert warc_urls(look(plain).data, "http://mirror.example/x/") == [
        "https://files.example/a.warc",
        f"http://mirror.example/{line}",
    ]
    assert warc_urls(b"s3://bucket/a.warc.gz\n/root.warc.gz") == ["https://data.commoncrawl.org/root.warc.gz"]
    assert not is_warc_list(b"https://news.example/a\n")
    assert not is_warc_list(b"\n")
    kinds = [
        kind_of_url(f"https://a.example/{name}")
        for name in ("x.warc.gz", "x.WARC", "warc.paths.gz", "x.html", "")
    ]
    assert kinds == ["warc", "warc", "warc-list", "page", "page"]


@pytest.mark.parametrize(
    ("data", "says"),
    [(gzip.compress(b"hello"), "neither a WARC file nor a list"), (gzip.compress(b"a.warc\n" * 99)[:-20], "cut off"),
     (gzip.compress(b"a.warc.gz\n" * 8_000_000), "more than 67 MB"), (b"\x1f\x8b\x08broken", "broken gzip")],
    ids=["other", "cut", "bomb", "broken"],
)  # fmt: skip
def test_packed_files_that_are_no_lists(tmp_path: Path, data: bytes, says: str) -> None:
    (tmp_path / "x.gz").write_bytes(data)
    with pytest.raises(InputError, match=says):
        look(tmp_path / "x.gz")


#: A child that imports; its own child reads pages.
IMPORT = """
import sys
from pathlib import Path
from crawler.importing import import_paths
from db.store import Store
with Store.open(sys.argv[1]) as store:
    import_paths(store, Path(sys.argv[2]), sys.argv[3:])
"""


def kill_at_work(folder: Path, warc: Path, done: Callable[[], int], more: int) -> bool:
    """Import and kill after at least `more` further rows are done; False when it had ended before."""
    before = done()
    arguments = [str(folder / "s.sqlite"), str(folder / "archive"), str(warc)]
    child = subprocess.Popen(
        [sys.executable, "-c", IMPORT, *arguments],
        env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])},
        stderr=subprocess.DEVNULL,
    )
    while done() < before + more and child.poll() is None:
        time.sleep(0.001)
    killed = child.poll() is None
    child.kill()
    child.wait()
    return killed


def rows(store: Store) -> list[Any]:
    """What must not depend on kills."""
    return [
        store.rows("SELECT url, state, outcome, payload_digest FROM pages ORDER BY url"),
        store.rows(
            "SELECT a.url, a.title, t.hash, t.version, s.articles FROM articles a JOIN texts t ON t.id = a.text"
            " JOIN stories s ON s.id = a.story ORDER BY a.url"
        ),
    ]


@pytest.mark.slow
@pytest.mark.timeout(1800)  # many processes, one after the other, on whatever machine
def test_killed_imports_leave_the_rows_of_an_undisturbed_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    random.seed(20261122)
    warc = tmp_path / "CC-NEWS-rig.warc.gz"
    write_warc(warc, RECORDS, size=4000)
    for name in ("calm", "killed"):
        (tmp_path / name).mkdir()
        Store.open(tmp_path / name / "s.sqlite", create=True).close()
    with Store.open(tmp_path / "calm" / "s.sqlite") as store:
        import_paths(store, tmp_path / "calm" / "archive", [warc])
        expected = rows(store)
        assert len(expected[0]) == len(expected[1]) == RECORDS
    folder = tmp_path / "killed"
    with Store.open(folder / "s.sqlite") as store:

        def copied() -> int:
            return int(store.value("SELECT count(*) FROM pages") or 0)

        def read() -> int:
            return int(store.value("SELECT count(*) FROM article_runs") or 0)

        kills = sum(kill_at_work(folder, warc, copied, random.randint(1, 5)) for _ in range(KILLS))
        kills += sum(kill_at_work(folder, warc, read, random.randint(1, 8)) for _ in range(KILLS))
        import_paths(store, folder / "archive", [warc])
        assert rows(store) == expected
        assert check_archive(store, folder / "archive", everything=True).problems == []
    assert kills >= KILLS, "most runs must be killed at work"
