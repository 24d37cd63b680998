"""docs/crawling.md and docs/sources.md keep up with the code."""

import re
from pathlib import Path

import pytest

from crawler import settings
from crawler.life import PAGE_MEANINGS
from crawler.outcomes import MEANINGS
from crawler.sources import Source

ROOT = Path(__file__).parents[2]
CRAWLING = (ROOT / "docs" / "crawling.md").read_text(encoding="utf-8")
SOURCES = (ROOT / "docs" / "sources.md").read_text(encoding="utf-8")


@pytest.mark.parametrize(("outcome", "meaning"), [*MEANINGS.items(), *PAGE_MEANINGS.items()])
def test_every_outcome_is_explained(outcome: str, meaning: str) -> None:
    assert f"| `{outcome}` | {meaning} |" in CRAWLING


@pytest.mark.parametrize("key", [name for name in Source.model_fields if name != "id"])
def test_every_key_of_a_source_is_explained(key: str) -> None:
    assert f"| `{key}` |" in SOURCES


@pytest.mark.parametrize("name", [name for name in vars(settings) if name.startswith("CRAWL_")])
def test_every_setting_of_ours_is_explained(name: str) -> None:
    assert f"`{name}`" in CRAWLING


def test_every_proof_exists() -> None:
    table = CRAWLING.split("## What is there")[1].split("\n## ")[0]
    rows = [line.split(" | ") for line in table.splitlines() if line.startswith("| ")][1:]
    assert len(rows) >= 31  # so many features a comparison of collectors asks for
    for feature, proofs in rows:
        named = re.findall(r"`([^`]+)`", proofs)
        assert named, feature
        for proof in named:
            file, _, test = proof.partition("::")
            path = ROOT / file if file.startswith("bench/") else ROOT / "tests" / "crawler" / file
            assert path.is_file(), proof
            if not file.startswith("bench/"):
                assert re.search(rf"^ *def {test}\(", path.read_text(encoding="utf-8"), re.MULTILINE), proof


@pytest.mark.parametrize("name", ["TELNETCONSOLE_ENABLED", "REMOTE_CONTROL_ENABLED", "COOKIES_ENABLED"])
def test_what_must_be_off_is_off(name: str) -> None:
    assert getattr(settings, name) is False


def test_every_setting_of_ours_is_obeyed_politely_by_default() -> None:
    assert settings.ROBOTSTXT_OBEY
    assert settings.CONCURRENT_REQUESTS_PER_DOMAIN == 1
    assert settings.DOWNLOAD_DELAY >= 1
    assert settings.DOWNLOAD_VERIFY_CERTIFICATES
    assert not settings.CRAWL_ALLOW_PRIVATE
