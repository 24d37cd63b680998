"""What a worker is asked to do, wherever it runs: one WARC file to one shard."""

import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from db.clock import stamp
from tradewire.archive.reading import ArchiveReader, Reading
from tradewire.archive.shards import ShardWriter


@dataclass(frozen=True, slots=True, kw_only=True)
class ShardTask:
    """One WARC file, and where its shard goes."""

    warc: str
    shard: str
    out: str
    replace: bool = False
    attempt: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskEnd:
    """How a task ended: with counts, or with the reason why not."""

    task: ShardTask
    counts: dict[str, int] | None = None
    error: str | None = None


#: Takes tasks from the front of the list, gives back how each ended; whoever calls may put tasks back meanwhile.
Engine = Callable[[list[ShardTask], int, Reading], Iterator[TaskEnd]]


def make_shard(task: ShardTask, reader: ArchiveReader) -> dict[str, int]:
    """Read the file, write the shard, put it in place; counts of what was in it."""
    begin = time.monotonic()
    path = Path(task.warc)
    size = path.stat().st_size
    counts: Counter[str] = Counter()
    with ShardWriter(Path(task.out), task.shard) as writer:
        for found in reader.read(path):
            writer.add(found)
        about: dict[str, Any] = {
            "warc": path.name,
            "bytes": size,
            "fingerprint": reader.reading.fingerprint,
            "kept": "articles" if reader.reading.keep_all else "relevant",
            "at": stamp(),
            "wall_s": round(time.monotonic() - begin, 1),
            "records": dict(sorted(reader.counts.items())),
        }
        counts["shards" if writer.commit(about, replace=task.replace) else "made-elsewhere"] += 1
        counts.update(writer.counts)
        counts.update(reader.counts)
    return dict(counts)
