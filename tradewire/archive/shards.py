"""Shards on disk: a folder with two Parquet files, dead letters and what it was made from; there or not there.

    OUT/shards/<name>/articles.parquet  facts.parquet  dead.jsonl  shard.json

A shard is written into OUT/.work and put in place by one rename: half a shard is never seen, and of two processes
that make the same one, the first wins.
"""

import json
import os
import secrets
import shutil
from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from db.errors import ConfigError, InputError
from tradewire.archive.rows import (
    ARTICLES,
    FACTS,
    FORMAT,
    DeadLetter,
    ShardArticle,
    article_columns,
    fact_columns,
)

GROUP = 200  # articles in a row group: bounds the memory of writers and readers
MAX_GROUP_BYTES = 1 << 30  # unpacked; a row group of 200 articles has about 2 MB
WORK, SHARDS, FAILED = ".work", "shards", "failed"


def arrow() -> Any:
    """pyarrow.

    Raises:
        ConfigError: it is not installed.
    """
    try:
        import pyarrow
        import pyarrow.parquet
    except ImportError:
        raise ConfigError("shards need pyarrow: pip install 'tradewire[archive]'") from None
    return pyarrow


def schema(columns: Mapping[str, str]) -> Any:
    """The Arrow schema of `columns`."""
    pa = arrow()
    party = [(name, pa.string()) for name in ("role", "surface", "name", "kind", "company")]
    types = {
        "string": pa.string(),
        "strings": pa.list_(pa.string()),
        "int64": pa.int64(),
        "double": pa.float64(),
        "bool": pa.bool_(),
        "parties": pa.list_(pa.struct(party)),
        "spans": pa.list_(pa.struct([("role", pa.string()), ("start", pa.int64()), ("end", pa.int64())])),
    }
    return pa.schema([(name, types[kind]) for name, kind in columns.items()])


class ShardWriter:
    """Writes one shard; use as a context, and `commit` at the end. Left without it, nothing remains."""

    def __init__(self, out: Path, name: str) -> None:
        self.out = out
        self.name = name
        self.counts: Counter[str] = Counter()
        self._folder = out / WORK / f"{name}-{os.getpid()}-{secrets.token_hex(4)}"
        self._rows: dict[str, list[dict[str, Any]]] = {"articles": [], "facts": []}
        self._schemas = {"articles": schema(ARTICLES), "facts": schema(FACTS)}

    def __enter__(self) -> "ShardWriter":
        parquet = arrow().parquet
        self._folder.mkdir(parents=True)
        self._files = {
            name: parquet.ParquetWriter(self._folder / f"{name}.parquet", form, compression="zstd")
            for name, form in self._schemas.items()
        }
        self._dead = (self._folder / "dead.jsonl").open("w", encoding="utf-8")
        return self

    def add(self, found: ShardArticle | DeadLetter) -> None:
        if isinstance(found, DeadLetter):
            self._dead.write(found.as_json() + "\n")
            self.counts["dead"] += 1
            return
        facts = list(fact_columns(found))
        self._rows["articles"].append(article_columns(found))
        self._rows["facts"] += facts
        self.counts["articles"] += 1
        self.counts["relevant"] += bool(found.article.relevant)
        self.counts["facts"] += len(facts)
        if len(self._rows["articles"]) >= GROUP:
            self._flush()

    def _flush(self) -> None:
        pa = arrow()
        for name, rows in self._rows.items():
            if rows:
                self._files[name].write_table(pa.Table.from_pylist(rows, schema=self._schemas[name]))
                rows.clear()

    def commit(self, about: Mapping[str, Any], *, replace: bool = False) -> bool:
        """Put the shard in place; False where somebody else has put the same one there."""
        self._flush()
        self._close()
        info = {"format": FORMAT, "shard": self.name, **about, "counts": dict(sorted(self.counts.items()))}
        (self._folder / "shard.json").write_text(json.dumps(info, indent=1, ensure_ascii=False), "utf-8")
        for file in self._folder.iterdir():
            with file.open("rb") as handle:
                os.fsync(handle.fileno())
        target = self.out / SHARDS / self.name
        target.parent.mkdir(parents=True, exist_ok=True)
        if replace and target.exists():
            os.rename(target, self.out / WORK / f"{self.name}-old-{secrets.token_hex(4)}")
        try:
            os.rename(self._folder, target)
        except OSError:
            if not (target / "shard.json").exists():
                raise
            return False  # the same shard, made by somebody else
        return True

    def _close(self) -> None:
        for file in self._files.values():
            file.close()
        self._dead.close()

    def __exit__(self, *exc: object) -> None:
        self._close()
        shutil.rmtree(self._folder, ignore_errors=True)  # after a commit there is nothing of that name


def shard_info(folder: Path) -> dict[str, Any] | None:
    """What a finished shard says of itself; None where there is none.

    Raises:
        InputError: it is damaged, or of another format.
    """
    try:
        info = json.loads((folder / "shard.json").read_text(encoding="utf-8"))
    except FileNotFoundError:
        return None
    except (OSError, ValueError) as error:
        raise InputError(f"{folder}: no shard: {error}") from error
    if not isinstance(info, dict) or info.get("format") != FORMAT:
        raise InputError(f"{folder}: not a shard of format {FORMAT}")
    return info


def find_shards(out: Path) -> list[Path]:
    """The finished shards below `out`, by name; a folder of shards or of one shard will do, too.

    Raises:
        InputError: there is none.
    """
    if (out / "shard.json").is_file():
        return [out]
    base = out / SHARDS if (out / SHARDS).is_dir() else out
    if found := sorted(folder.parent for folder in base.glob("*/shard.json")):
        return found
    raise InputError(f"{out}: no shards there")


def read_articles(folder: Path) -> Iterator[dict[str, Any]]:
    """The rows of a shard's articles, a row group in memory at a time.

    Raises:
        InputError: the file is damaged, has other columns, or unpacks to more than it should.
    """
    pa = arrow()
    path = folder / "articles.parquet"
    try:
        with pa.parquet.ParquetFile(path) as file:
            if not file.schema_arrow.equals(schema(ARTICLES)):
                raise InputError(f"{path}: other columns than ours")
            for number in range(file.num_row_groups):
                group = file.metadata.row_group(number)
                if group.total_byte_size > MAX_GROUP_BYTES:
                    raise InputError(f"{path}: a group of {group.total_byte_size} bytes")
                for batch in file.iter_batches(batch_size=GROUP, row_groups=[number]):
                    yield from batch.to_pylist()
    except (OSError, pa.ArrowException) as error:
        raise InputError(f"{path}: {error}") from error
