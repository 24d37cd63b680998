"""Files of an archive: names that play tricks, damage in the middle, bodies that unpack to too much."""

from pathlib import Path

import pytest
from archive_samples import bomb, record, story, write

from crawler.archive import ArchiveProblem, Capture
from db.errors import InputError
from tradewire.archive.warcs import find_warcs, records, shard_name


def urls(path: Path) -> list[str]:
    return [found.url for _, found in records(path) if isinstance(found, Capture)]


def problems(path: Path) -> list[str]:
    return [found.says for _, found in records(path) if isinstance(found, ArchiveProblem)]


@pytest.mark.parametrize(
    "name", ["..%2f..%2fetc.warc.gz", "a b;rm -rf $HOME.warc", "-rf.warc.gz", "....warc.gz"]
)
def test_a_shard_is_a_plain_name_below_its_folder(tmp_path: Path, name: str) -> None:
    shard = shard_name(write(tmp_path / name, story(1)))
    assert (tmp_path / shard).resolve().parent == tmp_path.resolve()
    assert shard[0] not in ".-"
    assert shard.replace("-", "").replace("_", "").isalnum()


def test_files_of_one_name_and_other_content_have_other_shards(tmp_path: Path) -> None:
    (tmp_path / "b").mkdir()
    first, second = write(tmp_path / "x.warc.gz", story(1)), write(tmp_path / "b/x.warc.gz", story(2))
    assert shard_name(first) != shard_name(second)
    assert shard_name(first) == shard_name(write(tmp_path / "b/x.warc.gz", first.read_bytes()))


def test_folders_and_globs_name_each_file_once(tmp_path: Path) -> None:
    (tmp_path / "2026").mkdir()
    for name in ("a.warc.gz", "2026/b.warc.gz"):
        write(tmp_path / name, story(1))
    found = find_warcs([str(tmp_path), str(tmp_path / "*.warc.gz"), str(tmp_path / "a.warc.gz")])
    assert sorted(path.name for path in found) == ["a.warc.gz", "b.warc.gz"]


@pytest.mark.parametrize("pattern", ["missing.warc.gz", "*.warc.gz", "notes.txt", "."])
def test_what_names_no_warc_file_is_said(
    tmp_path: Path, pattern: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("notes.txt").write_text("no archive")
    with pytest.raises(InputError, match=r"no WARC file|No such file"):
        find_warcs([pattern])


def test_damage_in_the_middle_costs_the_damaged_record_alone(tmp_path: Path) -> None:
    good = [story(n) for n in range(4)]
    broken = bytearray(good[1])
    broken[len(broken) // 2 : len(broken) // 2 + 200] = b"\xff" * 200
    path = write(tmp_path / "x.warc.gz", good[0], bytes(broken), good[2], b"rubbish" * 50, good[3])
    assert [url.rsplit("/", 1)[1] for url in urls(path)] == ["0", "2", "3"]
    assert len(problems(path)) == 2


def test_a_torn_end_is_told_once(tmp_path: Path) -> None:
    path = write(tmp_path / "x.warc.gz", story(0), story(1)[:-300])
    assert len(urls(path)) == 1
    assert len(problems(path)) == 1


def test_a_body_that_unpacks_to_too_much_is_left_out(tmp_path: Path) -> None:
    path = write(
        tmp_path / "x.warc.gz",
        record("https://bomb.example/a", bomb(40), Content_Encoding="gzip"),
        record("https://big.example/a", b" " * (17 << 20)),
        story(3),
    )
    assert urls(path) == ["https://news.example/news/3"]
    assert len(problems(path)) == 2
    assert all("too large" in says for says in problems(path))
