"""WARC files to shards: exactly once, whatever dies on the way; and what each record became."""

import json
import os
import shutil
import signal
import textwrap
import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from archive_samples import DULL, READING, record, story, write

from crawler.simsite.bulk import bulk_page
from db.errors import ConfigError, LockedError
from tradewire.archive.pool import end_of_task, run_pool
from tradewire.archive.process import process_archive
from tradewire.archive.reading import ArchiveReader, Reading
from tradewire.archive.tasks import ShardTask, TaskEnd

parquet: Any = pytest.importorskip("pyarrow.parquet", reason="shards need pyarrow")
RECORDS = int(os.environ.get("TRADEWIRE_ARCHIVE_RECORDS", "4"))  # 500 for the full size
FILES = int(os.environ.get("TRADEWIRE_ARCHIVE_FILES", "3"))  # 10


def one_by_one(tasks: list[ShardTask], _workers: int, reading: Reading) -> Iterator[TaskEnd]:
    """The simplest engine: here, one after the other."""
    with ArchiveReader(reading) as reader:
        while tasks:
            yield end_of_task(tasks.pop(0), reader)


def tables(out: Path) -> dict[str, list[list[dict[str, Any]]]]:
    """The rows of every shard."""
    return {
        folder.name: [
            parquet.read_table(folder / f"{name}.parquet").to_pylist() for name in ("articles", "facts")
        ]
        for folder in sorted((out / "shards").iterdir())
    }


READ_ALL = replace(READING, keep_all=True)


@pytest.fixture(scope="module")
def warcs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Generated files of an archive; the first has what is relevant."""
    folder = tmp_path_factory.mktemp("warcs")
    for number in range(FILES):
        write(
            folder / f"news-{number}.warc.gz",
            *(
                story(n)
                if number == 0
                else record(f"https://h{number}.example/{n}", DULL.replace("six", str(n)).encode())
                for n in range(RECORDS)
            ),
        )
    return folder


@pytest.fixture(scope="module")
def undisturbed(warcs: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Their shards, made in peace."""
    out = tmp_path_factory.mktemp("out")
    counts = process_archive([str(warcs)], out, engine=one_by_one, workers=1, reading=READ_ALL)
    assert (counts["shards"], counts["articles"], counts["relevant"]) == (FILES, FILES * RECORDS, RECORDS)
    assert counts["facts"] > RECORDS
    return out


def kill_first_worker(out: Path) -> None:
    """Kill whoever writes the first shard, while it does: the folder it works in names its process."""
    while not (folders := list((out / ".work").glob("*"))):
        time.sleep(0.01)
    os.kill(int(folders[0].name.split("-")[-2]), signal.SIGKILL)


def test_a_worker_killed_on_the_way_loses_and_doubles_nothing(
    warcs: Path, undisturbed: Path, tmp_path: Path
) -> None:
    ends: list[TaskEnd] = []
    killer = threading.Thread(target=kill_first_worker, args=(tmp_path,), daemon=True)

    def disturbed(tasks: list[ShardTask], workers: int, reading: Reading) -> Iterator[TaskEnd]:
        killer.start()
        for end in run_pool(tasks, workers, reading):
            ends.append(end)
            yield end

    counts = process_archive([str(warcs)], tmp_path, engine=disturbed, workers=2, reading=READ_ALL)
    killer.join()
    assert counts["shards"] == FILES
    assert [end.error for end in ends if end.error] == ["worker died (exit code -9)"]
    assert tables(tmp_path) == tables(undisturbed)
    states = json.loads((tmp_path / "manifest.json").read_text())["shards"]
    assert [row["state"] for row in states] == ["done"] * FILES
    assert not (tmp_path / ".work").exists()


def refuse(tasks: list[ShardTask], *_: Any) -> Iterator[TaskEnd]:
    assert not tasks
    return iter(())


def test_a_second_run_finds_everything_done(warcs: Path, undisturbed: Path) -> None:
    counts = process_archive([str(warcs)], undisturbed, engine=refuse, workers=1, reading=READING)
    assert counts == {"known": FILES}


def test_a_stopped_run_goes_on_where_it_was(warcs: Path, undisturbed: Path, tmp_path: Path) -> None:
    done, *missing = tables(undisturbed)
    shutil.copytree(undisturbed / "shards" / done, tmp_path / "shards" / done)
    shutil.copytree(undisturbed / "shards" / missing[0], tmp_path / ".work" / f"{missing[0]}-1-half")
    left: list[str] = []

    def rest(tasks: list[ShardTask], *_: Any) -> Iterator[TaskEnd]:
        left.extend(task.shard for task in tasks)
        return iter(())

    counts = process_archive([str(warcs)], tmp_path, engine=rest, workers=1, reading=READING)
    assert counts["known"] == 1
    assert left == missing
    assert list(tables(tmp_path)) == [done]


def failing(tasks: list[ShardTask], *_: Any) -> Iterator[TaskEnd]:
    while tasks:
        yield TaskEnd(task=tasks.pop(0), error="worker died (exit code -9)")


def test_a_file_that_kills_its_worker_three_times_has_failed_with_its_reason(
    warcs: Path, tmp_path: Path
) -> None:
    counts = process_archive([str(warcs)], tmp_path, engine=failing, workers=1, reading=READING)
    assert counts == {"tried-again": 2 * FILES, "failed": FILES}
    states = json.loads((tmp_path / "manifest.json").read_text())["shards"]
    assert {(row["state"], row["attempts"], row["reason"]) for row in states} == {
        ("failed", 3, "worker died (exit code -9)")
    }


def test_two_processes_do_not_work_on_one_folder(warcs: Path, tmp_path: Path) -> None:
    def second(*_: Any) -> Iterator[TaskEnd]:
        with pytest.raises(LockedError, match="another process"):
            process_archive([str(warcs)], tmp_path, engine=refuse, workers=1, reading=READING)
        return iter(())

    process_archive([str(warcs)], tmp_path, engine=second, workers=1, reading=READING)


POISON = """
from spacy.language import Language

@Language.component("archive_poison")
def archive_poison(doc):
    if "cake-poison" in doc.text:
        raise ValueError("poisoned")
    return doc
"""


def test_each_record_has_its_end(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "archive_poisoned.py").write_text(textwrap.dedent(POISON))
    monkeypatch.syspath_prepend(str(tmp_path))
    words = b"<p>Nobody explained the cake-poison, and officials declined to say more.</p></article>"
    poisoned = bulk_page(5, "https://news.example", 5_000).replace(b"</article>", words)
    path = write(
        tmp_path / "mixed.warc.gz",
        story(1),
        story(1),
        record("https://news.example/fair", DULL.encode()),
        record("https://news.example/none", b"GIF89a", Content_Type="image/gif"),
        record("https://news.example/poison", poisoned),
        record("https://news.example/mine", DULL.encode(), tdm_reservation="1"),
        story(2)[:-200],
    )
    reading = replace(READING, components=("archive_poisoned:archive_poison",), keep_all=True)
    counts = process_archive([str(path)], tmp_path / "out", engine=one_by_one, workers=1, reading=reading)
    ((articles, _),) = tables(tmp_path / "out").values()
    assert [row["url"] for row in articles] == [
        "https://news.example/news/1",
        "https://news.example/fair",
        "https://news.example/poison",
    ]
    assert [row["relevant"] for row in articles] == [True, False, True]
    assert [row["annotation"] is None for row in articles] == [False, True, True]
    assert {name: counts[name] for name in ("duplicates", "not-pages", "tdm-reserved")} == {
        "duplicates": 1,
        "not-pages": 1,
        "tdm-reserved": 1,
    }
    dead = [
        json.loads(line) for line in next(tmp_path.glob("out/shards/*/dead.jsonl")).read_text().splitlines()
    ]
    assert [(letter["stage"], letter["url"]) for letter in dead] == [
        ("annotate", "https://news.example/poison"),
        ("warc", None),
    ]
    assert "poisoned" in dead[0]["reason"]


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore")  # Ray leaves handles of its daemons open
def test_the_same_rows_on_ray(warcs: Path, undisturbed: Path, tmp_path: Path) -> None:
    pytest.importorskip("ray", reason="Ray is an extra: pip install 'tradewire[archive]'")
    from tradewire.archive.on_ray import ray_engine

    try:
        counts = process_archive([str(warcs)], tmp_path, engine=ray_engine(None), workers=2, reading=READ_ALL)
    except ConfigError as error:
        pytest.skip(f"Ray does not start here: {error}")
    assert counts["shards"] == FILES
    assert tables(tmp_path) == tables(undisturbed)
