"""WARC files to shards: what is to be done, retries, the manifest. Killed and started again, it goes on.

What is done is what stands in OUT/shards; the manifest tells it in one file. A file that failed three times stands
in the manifest with its reason, and is tried again by the next run.
"""

import contextlib
import fcntl
import json
import os
import shutil
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from db.errors import InputError, LockedError
from tradewire.archive.reading import Reading
from tradewire.archive.shards import SHARDS, WORK, arrow, shard_info
from tradewire.archive.tasks import Engine, ShardTask, TaskEnd
from tradewire.archive.warcs import find_warcs, shard_name

ATTEMPTS = 3  # of a file, before it counts as failed
MANIFEST = "manifest.json"


def process_archive(
    patterns: Sequence[str],
    out: Path,
    *,
    engine: Engine,
    workers: int,
    reading: Reading,
    redo: bool = False,
    progress: Callable[[TaskEnd, int], None] | None = None,
) -> Counter[str]:
    """Make the shard of every WARC file that has none; counts over all.

    With `redo`, shards made by another version are made again. `progress` hears of each end, and how many are left.

    Raises:
        InputError: a pattern names nothing, or no WARC file.
        LockedError: another process works on `out`.
        ConfigError: pyarrow or the engine is not there.
    """
    arrow()
    paths = find_warcs(patterns)
    counts: Counter[str] = Counter()
    with _lock(out):
        shutil.rmtree(out / WORK, ignore_errors=True)  # of processes that died
        (out / WORK).mkdir()
        manifest = _Manifest(out)
        tasks = list(_plan(paths, out, reading, redo=redo, counts=counts, manifest=manifest))
        left = len(tasks)
        for end in engine(tasks, min(workers, max(len(tasks), 1)), reading):
            if end.counts is not None:
                counts.update(end.counts)
                left -= 1
            elif end.task.attempt < ATTEMPTS:
                tasks.append(replace(end.task, attempt=end.task.attempt + 1))
                counts["tried-again"] += 1
            else:
                counts["failed"] += 1
                left -= 1
            manifest.note(end)
            if progress is not None:
                progress(end, left)
        manifest.write()
        shutil.rmtree(out / WORK, ignore_errors=True)
    return counts


def _plan(
    paths: Sequence[Path],
    out: Path,
    reading: Reading,
    *,
    redo: bool,
    counts: Counter[str],
    manifest: "_Manifest",
) -> Iterator[ShardTask]:
    """A task for each file without a shard; a file that has grown since gets a new one."""
    names: set[str] = set()
    for path in paths:
        name = shard_name(path)
        if name in names:
            counts["same-file"] += 1
            continue
        names.add(name)
        try:
            info = shard_info(out / SHARDS / name)
        except InputError:
            info = {}  # damaged: made again
        current = info is not None and info.get("bytes") == path.stat().st_size
        if current and redo:
            assert info is not None
            current = info.get("fingerprint") == reading.fingerprint
        if current:
            counts["known"] += 1
            manifest.known(name, path)
        else:
            yield ShardTask(warc=str(path), shard=name, out=str(out), replace=info is not None)


class _Manifest:
    """OUT/manifest.json: each file with its shard, state, attempts and what came out."""

    def __init__(self, out: Path) -> None:
        self.path = out / MANIFEST
        self.shards: dict[str, dict[str, Any]] = {}
        with contextlib.suppress(OSError, ValueError, TypeError, KeyError):
            for row in json.loads(self.path.read_text(encoding="utf-8"))["shards"]:
                self.shards[str(row["shard"])] = row

    def known(self, name: str, path: Path) -> None:
        self.shards.setdefault(name, {"shard": name, "warc": str(path), "state": "done"})

    def note(self, end: TaskEnd) -> None:
        """Keep how a task ended, on disk at once."""
        task = end.task
        state = "done" if end.error is None else "failed" if task.attempt >= ATTEMPTS else "retry"
        row: dict[str, Any] = {
            "shard": task.shard,
            "warc": task.warc,
            "state": state,
            "attempts": task.attempt,
        }
        if end.error is not None:
            row["reason"] = end.error
        self.shards[task.shard] = row | {"counts": end.counts or {}}
        self.write()

    def write(self) -> None:
        """Replace the file in one step."""
        rows = [self.shards[name] for name in sorted(self.shards)]
        fresh = self.path.with_suffix(".new")
        fresh.write_text(json.dumps({"shards": rows}, indent=1, ensure_ascii=False), encoding="utf-8")
        os.replace(fresh, self.path)


@contextlib.contextmanager
def _lock(out: Path) -> Iterator[None]:
    """One process a folder: two would do the same work twice, though only one shard of each would stay."""
    out.mkdir(parents=True, exist_ok=True)
    handle = os.open(out / ".lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise LockedError(f"{out}: another process works on this folder") from None
        yield
    finally:
        os.close(handle)
