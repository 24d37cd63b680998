"""The archive: what was flushed can be read, whatever happened afterwards; foreign archives, too."""

import gzip
from pathlib import Path

import pytest
from warcio.archiveiterator import ArchiveIterator

from crawler.archive import ArchiveProblem, ArchiveWriter, Capture, Location, iterate, read_capture, safe_path
from db.errors import StoreError


def capture(number: int, size: int = 3000) -> Capture:
    return Capture(
        url=f"https://news.example/{number}",
        status=200,
        body=f"<p>page {number} ä</p>".encode() * (size // 20),
        headers=(
            ("Content-Type", "text/html; charset=utf-8"),
            ("Content-Encoding", "gzip"),
            ("X-Odd", "a\r\nb: c"),
        ),
        at="2026-11-21T10:00:00Z",
    )


def test_a_record_is_read_back_by_its_place(tmp_path: Path) -> None:
    with ArchiveWriter(tmp_path) as writer:
        places = [writer.add(capture(number)) for number in range(20)]
        writer.flush()
        for number, place in enumerate(places):
            found = read_capture(tmp_path, place)
            assert found.body == capture(number).body
            assert found.url == f"https://news.example/{number}"
            assert found.status == 200
            assert found.header("X-Odd") == "a b: c"  # no header can be smuggled in
            assert found.header("X-Archive-Orig-Content-Encoding") == "gzip"


def test_records_are_single_gzip_members_that_other_readers_read(tmp_path: Path) -> None:
    with ArchiveWriter(tmp_path) as writer:
        places = [writer.add(capture(number)) for number in range(3)]
    path = tmp_path / places[0].file
    with path.open("rb") as handle:
        records = [
            (r.rec_type, r.content_stream().read()) for r in ArchiveIterator(handle, check_digests="raise")
        ]
    assert [kind for kind, _ in records] == ["warcinfo", "response", "response", "response"]
    assert records[2][1] == capture(1).body
    data = path.read_bytes()
    for place in places:
        member = gzip.decompress(data[place.offset : place.offset + place.length])
        assert member.startswith(b"WARC/1.1\r\n")


def test_writers_never_share_or_reopen_a_file_and_roll(tmp_path: Path) -> None:
    with ArchiveWriter(tmp_path) as one, ArchiveWriter(tmp_path, roll_bytes=2000) as two:
        files = [one.add(capture(1)).file, two.add(capture(2)).file, two.add(capture(3, 60_000)).file]
        more = [two.add(capture(n, 60_000)).file for n in range(20)]
    assert len({*files, *more}) > 3
    assert files[0] not in {files[1], *more}


@pytest.mark.parametrize("kept", [0.1, 0.5, 0.9, 0.99])
def test_a_torn_last_record_ends_the_file_and_costs_nothing_before(tmp_path: Path, kept: float) -> None:
    with ArchiveWriter(tmp_path) as writer:
        places = [writer.add(capture(number)) for number in range(5)]
    path = tmp_path / places[0].file
    data = path.read_bytes()
    path.write_bytes(data[: places[-1].offset + int(places[-1].length * kept)])
    found = list(iterate(path))
    whole = [record for _, record in found if isinstance(record, Capture)]
    torn = [record for _, record in found if isinstance(record, ArchiveProblem)]
    assert [record.url for record in whole[:4]] == [f"https://news.example/{n}" for n in range(4)]
    assert len(whole) + len(torn) == 5
    assert all(problem.torn for problem in torn)
    assert read_capture(tmp_path, places[3]).body == capture(3).body


def test_a_missing_or_moved_record_is_an_error(tmp_path: Path) -> None:
    with ArchiveWriter(tmp_path) as writer:
        place = writer.add(capture(1))
    with pytest.raises(StoreError):
        read_capture(tmp_path, Location(place.file, place.offset + 7, place.length))
    with pytest.raises(StoreError):
        read_capture(tmp_path, Location("2026/11/none.warc.gz", 0, 10))


@pytest.mark.parametrize("name", ["../out.warc.gz", "/etc/passwd", "a/../../b", "a\\..\\b"])
def test_a_path_cannot_leave_the_archive(tmp_path: Path, name: str) -> None:
    with pytest.raises(StoreError, match="leaves the archive"):
        safe_path(tmp_path, name)
