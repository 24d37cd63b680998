"""The queries of docs/scale.md run on shards."""

import re
from pathlib import Path
from typing import Any

import pytest
from archive_samples import WORDS, shard, shard_article

from db.fact_rows import COLUMNS
from tradewire.archive.rows import FACTS

DOCS = Path(__file__).parents[3] / "docs" / "scale.md"
QUERIES = re.findall(r"```sql\n(.*?)```", DOCS.read_text(encoding="utf-8"), re.DOTALL)


def test_a_shard_has_every_column_that_facts_have_in_the_store() -> None:
    assert set(COLUMNS) <= FACTS.keys()


@pytest.mark.parametrize("query", QUERIES)
def test_the_queries_of_the_docs_run(query: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    duckdb: Any = pytest.importorskip("duckdb", reason="Tradewire itself does not need it")
    pytest.importorskip("pyarrow", reason="shards need pyarrow")
    monkeypatch.chdir(tmp_path)
    for name in ("a", "b"):
        shard(tmp_path / "october", name, shard_article(ord(name)), shard_article(1, f"{WORDS} ({name})"))
    with duckdb.connect() as connection:
        rows = connection.sql(query).fetchall()
    if "speaker" not in query:  # the sample has no statements
        assert rows
    if "GROUP BY kind" in query:
        assert rows == [("listing", 4, 3)]
