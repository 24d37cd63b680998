"""The main job on the sample newsroom, as `make run` runs it."""

import json
import re

import pytest
from tests_support import run_tradewire

DIGEST_TOLD, DIGEST_FALSE = 17, 1  # of 22 changes of the busiest week; raise the one and lower the other


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_main_job_finds_facts_and_a_second_run_finds_nothing_new(tmp_path):
    first = run_tradewire("demo", "--as-of", "2026-11-20", cwd=tmp_path)
    assert first.returncode == 0, first.stderr
    facts = int(re.search(r"^Facts: (\d+)", first.stdout, re.MULTILINE)[1])
    assert facts > 150
    assert "precision" in first.stdout
    assert "Digest of the busiest week" in first.stdout
    told, left_out, false = map(
        int, re.search(r"digest: (\d+) told, (\d+) left out, (\d+) false", first.stdout).groups()
    )
    assert (told >= DIGEST_TOLD, false <= DIGEST_FALSE) == (True, True), (told, left_out, false)
    second = run_tradewire("--log-format", "json", "demo", cwd=tmp_path)
    assert second.returncode == 0, second.stderr
    assert second.stdout.startswith("nothing new")
    assert f"Facts: {facts}" in second.stdout
    events = [json.loads(line) for line in second.stderr.splitlines()]
    ended = {event["stage"] for event in events if event["event"] == "stage-ended"}
    assert {"crawl", "extract", "annotate", "resolve", "digest", "run"} <= ended
