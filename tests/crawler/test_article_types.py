"""Page types on invented pages: eight templates the rules were built with, two that are only for measuring."""

import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from crawler.article import read_page
from db.records import PageReading, PageType
from tests.crawler.pages.make import pages

FOLDER = Path(__file__).parents[1] / "data" / "pages"
ROWS: list[dict[str, Any]] = [
    json.loads(line) for line in (FOLDER / "index.jsonl").read_text(encoding="utf-8").splitlines()
]


def read(row: dict[str, Any]) -> PageReading:
    headers = {"Content-Type": f"text/html; charset={row['charset']}"} if row["charset"] else None
    return read_page((FOLDER / row["file"]).read_bytes(), row["url"], headers=headers)


READINGS = {}


@pytest.fixture(scope="module", autouse=True)
def readings() -> None:
    for row in ROWS:
        READINGS[row["file"]] = read(row)


def macro_f1(rows: list[dict[str, Any]]) -> tuple[float, list[str]]:
    """Mean F1 over the page types in `rows`, and what went wrong."""
    right, wanted, given = Counter[str](), Counter[str](), Counter[str]()
    wrong = []
    for row in rows:
        found = READINGS[row["file"]].page_type.value
        wanted[row["type"]] += 1
        given[found] += 1
        if found == row["type"]:
            right[found] += 1
        else:
            wrong.append(f"{row['file']}: {found} {READINGS[row['file']].reasons}")
    return sum(2 * right[t] / (wanted[t] + given[t]) for t in wanted) / len(wanted), wrong


def test_pages_on_disk_are_what_the_generator_writes() -> None:
    made = {name: data for name, data, _ in pages()}
    assert len(made) >= 80
    assert len({name.split("/")[0] for name in made}) >= 8
    for name, data in made.items():
        assert (FOLDER / name).read_bytes() == data, f"{name}: run python -m tests.crawler.pages.make"


def test_types_are_right_on_the_templates_used_while_building() -> None:
    f1, wrong = macro_f1([row for row in ROWS if not row["measuring"]])
    assert f1 >= 0.97, wrong


def test_types_are_right_on_templates_not_used_while_building() -> None:
    f1, wrong = macro_f1([row for row in ROWS if row["measuring"]])
    assert f1 >= 0.9, wrong


def test_articles_keep_every_paragraph_and_their_title() -> None:
    for row in ROWS:
        if "paragraphs" in row and row["type"] == "article":
            reading = READINGS[row["file"]]
            assert reading.title == row["title"], row["file"]
            squeezed = "".join(reading.body.split())
            for paragraph in row["paragraphs"]:
                assert "".join(paragraph.split()) in squeezed, (row["file"], paragraph[:40])


def test_articles_have_nothing_of_other_stories() -> None:
    for row in ROWS:
        if row["type"] == "article":
            text = f"{READINGS[row['file']].lead}\n{READINGS[row['file']].body}"
            for foreign in (
                "Court asks ministry",
                "inbox",
                "Larkfield Micro repairs",
                "Mehr zum Thema",
                "Lire aussi",
                "责任编辑",
                "Most read",
            ):
                assert foreign not in text, (row["file"], foreign)


def test_authors_and_days_are_read() -> None:
    dated = [
        row
        for row in ROWS
        if row["type"] == "article" and row["template"] not in ("portal-zh", "quayside", "gazette")
    ]
    assert len(dated) >= 10
    for row in dated:
        reading = READINGS[row["file"]]
        assert reading.published_on is not None
        assert reading.published_on.isoformat() == row["day"], row["file"]
        if row["template"] not in ("hibi-ja", "hashed"):
            assert reading.authors == (row["author"],), row["file"]


def test_leads_are_kept_apart_from_the_body() -> None:
    for template in ("broadsheet", "kanzlei", "revue", "hashed"):
        row = next(r for r in ROWS if r["template"] == template and r["type"] == "article")
        reading = READINGS[row["file"]]
        assert reading.lead is not None, template
        assert reading.lead not in reading.body


def test_encodings_are_read_whatever_the_page_declares() -> None:
    used = {row["file"]: READINGS[row["file"]].encoding for row in ROWS if row["type"] == "article"}
    assert used["portal-zh/article.html"] == "gb18030"
    assert used["hibi-ja/article.html"] in ("cp932", "shift_jis")
    assert used["wire/article.html"] in ("cp1252", "windows-1252")
    assert used["hashed/article.html"] == "utf-8"
    assert "“We make what everybody needs and nobody photographs,”" in READINGS["wire/article.html"].body


def test_only_articles_live_blogs_and_releases_go_on() -> None:
    for reading in READINGS.values():
        expected = reading.page_type in (PageType.ARTICLE, PageType.LIVE_BLOG, PageType.RELEASE)
        assert reading.goes_on is expected
