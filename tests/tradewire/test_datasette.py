"""The metadata is taken by a real Datasette."""

import json
import subprocess
import sys
from urllib.parse import urlencode

import pytest
from click.testing import CliRunner

from tradewire.cli import cli


def test_datasette_shows_views_descriptions_and_queries(sample_store, tmp_path):
    pytest.importorskip("datasette")
    printed = CliRunner().invoke(cli, ["datasette", "--metadata", "--store", str(sample_store.path)])
    metadata = tmp_path / "metadata.json"
    metadata.write_text(printed.stdout)

    def get(path):
        done = subprocess.run(
            [
                *(sys.executable, "-m", "datasette", str(sample_store.path), "--metadata", str(metadata)),
                *("--get", path),
            ],
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
        assert done.returncode == 0, (done.stdout, done.stderr)
        return done.stdout

    base = sample_store.path.stem
    (row,) = json.loads(get(f"/{base}/valuations.json?_shape=array"))
    assert (row["company"], row["amount"]) == ("SMIC", 7.5e9)
    assert "what a company is said to be worth" in get(f"/{base}/valuations").lower()
    query = urlencode({"speaker": "Quill", "_shape": "array"})
    (said,) = json.loads(get(f"/{base}/who_said.json?{query}"))
    assert said["quote"] == "We will not accept new tariffs"
