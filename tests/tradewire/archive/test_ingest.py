"""Shards into a store: as often as you like, from several machines, and never on trust."""

import json
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from archive_samples import READING, WORDS, shard, shard_article, story, write
from loopback import article, feed, serve

from crawler.extract import extract_pending
from crawler.importing import import_paths
from crawler.run import crawl
from crawler.sources import load_sources
from db.errors import InputError
from db.store import Store
from tradewire.archive.ingest import ingest
from tradewire.archive.pool import end_of_task
from tradewire.archive.process import process_archive
from tradewire.archive.reading import ArchiveReader, Reading
from tradewire.archive.shards import arrow, find_shards, schema
from tradewire.archive.tasks import ShardTask, TaskEnd

pytest.importorskip("pyarrow", reason="shards need pyarrow")


@pytest.fixture
def store(tmp_path: Path) -> Any:
    with Store.open(tmp_path / "s.sqlite", create=True) as opened:
        yield opened


def dump(store: Store) -> list[list[dict[str, Any]]]:
    """What the store says, without the times of writing."""
    return [
        store.rows("SELECT id, url, title, source, story, text FROM articles ORDER BY id"),
        store.rows('SELECT id, kind, start, "end", list, action, state FROM facts ORDER BY id'),
        store.rows("SELECT * FROM fact_parties ORDER BY fact_n, role, ordinal"),
        store.rows("SELECT * FROM mentions ORDER BY text, start"),
        store.rows("SELECT band, article FROM story_signatures ORDER BY band, article"),
    ]


def test_loading_twice_changes_nothing(store: Store, tmp_path: Path) -> None:
    shard(tmp_path, "a", shard_article(1), shard_article(2, f"{WORDS} Again."))
    shard(tmp_path, "b", shard_article(3, f"On Tuesday: {WORDS}"))
    counts, problems = ingest(store, tmp_path)
    assert (counts["shards"], counts["new"], counts["facts"], problems) == (2, 3, 3, [])
    first = dump(store)
    assert ingest(store, tmp_path)[0] == {"loaded-before": 2}
    counts, _ = ingest(store, tmp_path, again=True)
    assert (counts["unchanged"], counts["new"], counts["changed"]) == (3, 0, 0)
    assert dump(store) == first
    assert store.value("SELECT count(*) FROM article_runs WHERE stage = 'annotate' AND state = 'ok'") == 3


def test_a_shard_made_anew_is_loaded_again(store: Store, tmp_path: Path) -> None:
    shard(tmp_path, "a", shard_article(1))
    ingest(store, tmp_path)
    longer = shard_article(1, f"{WORDS} Its shares fell.", at="2026-11-04T08:00:00Z")
    shard(tmp_path, "a", longer, made="later")
    assert ingest(store, tmp_path)[0]["changed"] == 1
    assert store.value("SELECT max(version) FROM texts") == 2


def test_an_older_copy_does_not_replace_a_newer_one(store: Store, tmp_path: Path) -> None:
    shard(tmp_path, "new", shard_article(1, f"{WORDS} Its shares fell.", at="2026-11-09T08:00:00Z"))
    ingest(store, tmp_path)
    shard(tmp_path, "old", shard_article(1))
    counts, _ = ingest(store, tmp_path)
    assert (counts["older"], counts["changed"]) == (1, 0)
    assert store.value("SELECT body FROM texts JOIN articles ON articles.text = texts.id").endswith("fell.")


def test_what_the_store_fetched_itself_keeps_its_page(store: Store, tmp_path: Path) -> None:
    path = write(tmp_path / "x.warc.gz", story(1))
    import_paths(store, tmp_path / "archive", [path])
    row = store.row("SELECT a.url, a.page, a.title, t.body FROM articles a JOIN texts t ON t.id = a.text")
    assert row is not None
    same = shard_article(1, f"{WORDS} {row['body']}")
    same = shard_article(1, WORDS, url=row["url"], at="2030-01-01T00:00:00Z")
    shard(tmp_path, "a", same)
    assert ingest(store, tmp_path)[0]["changed"] == 1  # newer text, same page
    assert store.value("SELECT page FROM articles") == row["page"]
    shard(tmp_path, "b", same)
    assert ingest(store, tmp_path)[0]["own"] == 1


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"url": "file:///etc/passwd"}, "url"),
        ({"url": "https://u:p@news.example/"}, "url"),
        ({"published": "2026-13-77'; DROP"}, "published"),
        ({"language": "../en"}, "language"),
        ({"page_type": "script"}, "page_type"),
        ({"relevance": 7.0}, "relevance"),
        ({"source": "../x"}, "source"),
        ({"title": "x" * 30_000}, "title"),
        ({"body": WORDS.replace("Orbel", "Other")}, "span"),
    ],
)
def test_rows_that_cannot_be_are_refused_alone(
    store: Store, tmp_path: Path, change: dict[str, Any], why: str
) -> None:
    bad = shard_article(1, **change)
    shard(tmp_path, "a", bad, shard_article(2, f"{WORDS} Again."))
    counts, problems = ingest(store, tmp_path)
    assert (counts["new"], counts["refused"]) == (1, 1)
    assert why in problems[0]
    assert [row["url"] for row in store.rows("SELECT url FROM articles")] == ["https://news.example/news/2"]


def test_damaged_and_foreign_shards_do_not_stop_the_others(store: Store, tmp_path: Path) -> None:
    torn = shard(tmp_path, "torn", shard_article(1)) / "articles.parquet"
    torn.write_bytes(torn.read_bytes()[:-40])
    foreign = shard(tmp_path, "foreign", shard_article(2)) / "articles.parquet"
    columns = schema({"url": "string", "annotation": "string"})
    arrow().parquet.write_table(columns.empty_table(), foreign)
    other = shard(tmp_path, "other", shard_article(3)) / "shard.json"
    other.write_text(json.dumps({"format": 99}))
    shard(tmp_path, "good", shard_article(4))
    counts, problems = ingest(store, tmp_path)
    assert (counts["new"], counts["damaged"], len(problems)) == (1, 3, 3)


def test_a_folder_without_shards_is_said(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no shards"):
        find_shards(tmp_path)


def test_several_crawlers_feed_one_store(tmp_path: Path) -> None:
    """What docs/scale.md shows: each crawler has a store and an archive; shards of the archives meet in one store."""
    shared = tmp_path / "shared"
    fast = {"DOWNLOAD_DELAY": 0, "CRAWL_ALL_DUE": True}
    wanted = set()
    for name in ("a", "b"):
        with serve({}) as site, Store.open(tmp_path / f"{name}.sqlite", create=True) as own:
            site.paths = {"/feed": feed(site.url, f"{name}1"), f"/{name}1": article(f"{name}1")}
            table = f'[{name}]\nname = "{name}"\nfeeds = ["{site.url}/feed"]\nallow_private = true\n'
            crawl(own, load_sources(table).values(), tmp_path / name, settings=fast)
            extract_pending(own, tmp_path / name)
            wanted |= {row["url"] for row in own.rows("SELECT url FROM articles")}
    archives = [str(tmp_path / name) for name in ("a", "b")]

    def engine(tasks: list[ShardTask], _workers: int, reading: Reading) -> Iterator[TaskEnd]:
        with ArchiveReader(reading) as reader:
            while tasks:
                yield end_of_task(tasks.pop(0), reader)

    process_archive(archives, shared, engine=engine, workers=1, reading=READING)
    with Store.open(tmp_path / "central.sqlite", create=True) as central:
        counts, problems = ingest(central, shared)
        assert (counts["new"], problems) == (2, [])
        assert {row["url"] for row in central.rows("SELECT url FROM articles")} == wanted
        assert len(central.rows("SELECT DISTINCT article FROM mentions JOIN texts t ON t.id = text")) == 2
    shutil.rmtree(shared)
