"""docs/schema.md says what the store is, and the examples of docs/python-api.md run."""

import re
import shutil
from pathlib import Path

import pytest

from db.describe import QUERIES, datasette_metadata, parameters, schema_page
from db.query_tokens import FILTERS, SCOPES

DOCS = Path(__file__).parents[2] / "docs"


def test_the_page_is_what_the_schema_says():
    page = (DOCS / "schema.md").read_text(encoding="utf-8")
    assert page == schema_page(), "run: python -m db.describe > docs/schema.md"


def test_every_table_view_and_column_of_a_store_is_on_the_page(sample_store):
    page = schema_page()
    for row in sample_store.rows("SELECT name FROM sqlite_master WHERE type IN ('table', 'view')"):
        name = row["name"]
        if name.startswith(("articles_fts_", "_sqlite", "sqlite_")):
            continue
        assert f"`{name}`" in page or f"### {name}\n" in page, name
        for column in sample_store.rows(f"SELECT name FROM pragma_table_xinfo('{name}')"):
            if name not in ("articles_fts", "search_source"):
                assert f"`{column['name']}`" in page, (name, column)


def test_every_scope_and_filter_is_documented():
    page = (DOCS / "search.md").read_text(encoding="utf-8")
    for name in {*SCOPES.values(), *FILTERS.values()}:
        assert re.search(rf"`{name}[:<>]", page), name


def test_the_python_examples_run(sample_store, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    sample_store.connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
    shutil.copyfile(sample_store.path, tmp_path / "tradewire.sqlite")
    blocks = re.findall(
        r"```python\n(.*?)```", (DOCS / "python-api.md").read_text(encoding="utf-8"), re.DOTALL
    )
    assert len(blocks) >= 6
    scope: dict[str, object] = {}
    for block in blocks:
        exec(compile(block, "docs/python-api.md", "exec"), scope)
    assert "SMIC" in capsys.readouterr().out


@pytest.mark.parametrize("name", sorted(QUERIES))
def test_the_ready_made_queries_run(sample_store, name):
    sql = QUERIES[name][1]
    sample_store.rows(sql, dict.fromkeys(parameters(sql), "2020"))


def test_the_metadata_describes_columns_that_exist(sample_store):
    tables = datasette_metadata("t")["databases"]["t"]["tables"]
    for table, metadata in tables.items():
        columns = {
            row["name"] for row in sample_store.rows(f"SELECT name FROM pragma_table_xinfo('{table}')")
        }
        assert columns, table
        assert metadata["columns"].keys() <= columns, table
        assert set(metadata.get("facets", ())) <= columns, table
