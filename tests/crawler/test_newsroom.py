"""The sample newsroom is whole, and its answer key is in step with its articles."""

import datetime as dt
import re
from collections import Counter
from typing import Any

import pytest

from crawler.newsroom.articles import HOSTS, Piece, anchor, load_pieces
from crawler.newsroom.key import load_digest_key, load_key
from db.kinds import PACKAGED, load_kinds

AS_OF = dt.date(2026, 11, 21)
KINDS = load_kinds(PACKAGED)
DATES = [AS_OF, dt.date(2026, 1, 5), dt.date(2028, 2, 29)]  # a Saturday, a week after New Year, a leap day


@pytest.fixture(scope="module")
def pieces() -> dict[str, Piece]:
    return {p.slug: p for p in load_pieces(AS_OF)}


def _words(text: str) -> list[str]:
    return re.findall(r"[a-z0-9%$€£]+", text.lower().replace("’", "'").replace("'", ""))


def _find(words: list[str], run: list[str], start: int = 0) -> int:
    return next((i for i in range(start, len(words) - len(run) + 1) if words[i : i + len(run)] == run), -1)


def test_six_weeks_on_four_hosts_with_a_quiet_and_a_busy_week(pieces: dict[str, Piece]) -> None:
    assert len(pieces) >= 42
    assert {p.host.host for p in pieces.values()} == {h.host for h in HOSTS}
    weeks = Counter((anchor(AS_OF) - p.published.date()).days // 7 for p in pieces.values())
    assert sorted(weeks) == [0, 1, 2, 3, 4, 5]
    assert min(weeks.values()) <= 4
    assert weeks[0] == max(weeks.values()) == load_digest_key(AS_OF)["articles"]


@pytest.mark.parametrize("as_of", DATES)
def test_everything_was_published_before_the_as_of_date(as_of: dt.date) -> None:
    limit = dt.datetime.combine(as_of, dt.time(), dt.UTC)
    assert all(p.published <= p.modified < limit for p in load_pieces(as_of))
    assert anchor(as_of).isoweekday() == 7


@pytest.mark.parametrize("as_of", DATES)
def test_key_is_in_step_with_the_articles(as_of: dt.date) -> None:
    texts = {p.slug: p.text for p in load_pieces(as_of)}
    rows = load_key(as_of)
    assert [r["slug"] for r in rows] == list(dict.fromkeys(r["slug"] for r in rows))
    assert {r["slug"] for r in rows} == set(texts)
    for row in rows:
        text = texts[row["slug"]]
        assert "{" not in text, row["slug"]
        names = {alias for company in row["companies"] for alias in company["aliases"]}
        assert [n for n in names if n not in text] == [], row["slug"]
        for fact in row["facts"]:
            _check_fact(fact, text, names, row["slug"])


def _check_fact(fact: dict[str, Any], text: str, names: set[str], slug: str) -> None:
    assert fact["kind"] in KINDS, slug
    assert "{" not in (fact.get("date") or ""), slug
    if fact["kind"] == "statement":
        words = _words(text)
        start = _find(words, _words(fact["starts"]))
        assert start >= 0, (slug, fact["starts"])
        assert _find(words, _words(fact["ends"]), start) >= 0, (slug, fact["ends"])
    if "surface" in fact:
        assert fact["surface"] in text, slug
    if fact.get("group"):
        assert fact["company"].lower() in text.lower(), slug
    else:
        for field in ("company", "a"):
            assert fact.get(field) is None or fact[field] in names, (slug, fact)


def test_key_covers_the_hard_cases() -> None:
    facts = [f for row in load_key(AS_OF) for f in row["facts"]]
    assert {f["action"] for f in facts if f["kind"] == "listing"} == {
        "add", "remove", "threaten", "license", "extend", "challenge",
    }  # fmt: skip
    assert {f["quote_kind"] for f in facts if f["kind"] == "statement"} == {"direct", "mixed", "indirect"}
    assert sum(f.get("standing") == "denied" for f in facts) >= 5
    assert sum("conversion" in f for f in facts) >= 15
    assert sum(bool(f.get("group")) for f in facts) >= 12
    assert {f["kind"] for f in facts} >= {
        "valuation",
        "contract",
        "fine",
        "subsidy",
        "share",
        "no_comment",
        "relation",
    }


def test_a_correction_and_an_update_change_what_is_served() -> None:
    """Before the second version is out, the first one stands."""
    day = anchor(AS_OF) - dt.timedelta(days=13)
    at = dt.datetime.combine(day, dt.time(23), dt.UTC)
    first = {p.slug: p for p in load_pieces(AS_OF, at)}["shuoguang-settlement"]
    last = {p.slug: p for p in load_pieces(AS_OF)}["shuoguang-settlement"]
    assert (first.version, last.version) == (1, 2)
    assert "$60 million is suspended" in first.text
    assert "$80 million is suspended" in last.text
    assert "us-adds-qiaoyuan" not in {p.slug for p in load_pieces(AS_OF, at)}


def test_syndicated_copies_repeat_the_story(pieces: dict[str, Piece]) -> None:
    copy = pieces["pentagon-list-gazette"]
    assert copy.copy_of is not None
    assert copy.text == pieces[copy.copy_of].text
    late = pieces["pentagon-tengshan-gazette"]  # a day later, and still "on Wednesday"
    assert late.blocks[0].text == pieces["tengshan-off-1260h"].blocks[0].text
    assert late.told == pieces["tengshan-off-1260h"].published.date() < late.published.date()
    trimmed = pieces["wenshu-blacklisted-trimmed"]
    whole = pieces["us-adds-17-to-entity-list"].text
    assert all(block.plain in whole for block in trimmed.blocks)
    assert len(trimmed.text) < 0.7 * len(whole)


def test_digest_key_agrees_with_the_key() -> None:
    digest, rows = load_digest_key(AS_OF), {r["slug"]: r for r in load_key(AS_OF)}
    assert digest["week_end"] == anchor(AS_OF).isoformat()
    for section, action in (
        ("listings_added", "add"),
        ("listings_removed", "remove"),
        ("listings_threatened", "threaten"),
    ):
        for entry in digest[section]:
            for slug in entry["articles"]:
                told = [f for f in rows[slug]["facts"] if f["kind"] == "listing" and f["action"] == action]
                assert any(f["list"] == entry["list"] for f in told), (slug, entry)
    for dispute in digest["disputes"] + digest["earlier_disputes"]:
        told = {
            f["amount"] for s in dispute["articles"] for f in rows[s]["facts"] if f["kind"] == dispute["kind"]
        }  # fmt: skip
        assert set(dispute["amounts"]) <= told


def test_section_and_front_pages_are_lists_and_no_article_is():
    import urllib.request

    from crawler.article import read_page
    from crawler.simsite import serve
    from db.records import PageType

    with serve("newsroom", as_of=dt.date(2026, 11, 22), first_port=None) as site:
        fronts = [(base, "/") for base in site.hosts.values()]
        for base, path in [*fronts, (site.hosts["meridianwire.example"], "/world/")]:
            html = urllib.request.urlopen(base + path, timeout=10).read()
            assert read_page(html, base + path).page_type is PageType.LIST, base + path
