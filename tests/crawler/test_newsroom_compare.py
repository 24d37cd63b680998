"""Found facts against the answer key: the key itself scores full marks, and each kind of mistake is seen."""

import datetime as dt
import re
from typing import Any

import pytest

from crawler.newsroom.articles import HOSTS, load_pieces
from crawler.newsroom.compare import Report, compare, compare_newsroom, slug_of
from crawler.newsroom.key import load_key
from crawler.newsroom.matching import list_id, words

AS_OF = dt.date(2026, 11, 21)
Row = dict[str, Any]


def _span(text: str, starts: str, ends: str) -> str:
    """The words of `text` from `starts` to `ends`, folded."""
    all_words, first, last = words(text), words(starts), words(ends)
    begin = next(i for i in range(len(all_words)) if all_words[i : i + len(first)] == first)
    end = next(i for i in range(begin, len(all_words)) if all_words[i : i + len(last)] == last)
    return " ".join(all_words[begin : end + len(last)])


@pytest.fixture(scope="module")
def perfect() -> list[Row]:
    """The key, turned into what a perfect reader would have found."""
    found = []
    texts = {p.slug: p.text for p in load_pieces(AS_OF)}
    for row in load_key(AS_OF):
        found.append({"article": row["slug"], "kind": "article", "relevant": row["relevant"]})
        for fact in row["facts"]:
            new = {**fact, "article": row["slug"]}
            if fact["kind"] == "statement":
                new["quote"] = _span(texts[row["slug"]], fact["starts"], fact["ends"])
            found.append(new)
    return found


def _pick(rows: list[Row], slug: str, **fields: Any) -> Row:
    return next(r for r in rows if r["article"] == slug and all(r.get(k) == v for k, v in fields.items()))


def _report(rows: list[Row], slug: str, change: Row | None = None, **fields: Any) -> Report:
    """The report on one article, with one of its facts changed."""
    target = _pick(rows, slug, **fields) if change is not None else None
    own = [{**r, **change} if r is target and change else r for r in rows if r["article"] == slug]
    return compare([r for r in load_key(AS_OF) if r["slug"] == slug], own)


def test_the_key_itself_scores_full_marks(perfect: list[Row]) -> None:
    report = compare_newsroom(perfect, AS_OF)
    assert (report.missed, report.false, report.relevance_errors) == ([], [], [])
    assert report.precision == report.recall == 1.0
    assert report.total.found > 450
    assert report.relevance.found == 48  # two are in other languages


def test_nothing_found_misses_everything_with_sentences() -> None:
    report = compare_newsroom([], AS_OF)
    assert (report.total.found, report.total.false, report.recall) == (0, 0, 0.0)
    line = next(m for m in report.missed if m.article == "us-weighs-wenshu" and m.kind == "valuation")
    assert line.says == "Wenshu Vision, 38 bn CNY"
    assert line.sentence.startswith(
        "Wenshu, which is not listed on any exchange, was valued at 38 billion yuan"
    )
    line = next(m for m in report.missed if m.article == "us-weighs-wenshu" and m.kind == "listing")
    assert line.sentence.startswith(
        "WASHINGTON, October 6 (Meridian) - The U.S. Commerce Department is considering"
    )
    assert line.sentence.endswith("three people familiar with the matter said on Monday.")
    assert sum(bool(m.sentence) for m in report.missed) > 0.9 * len(report.missed)


MISTAKES = {
    "wrong role": ("valuation", {"kind": "contract"}),
    "wrong company": ("valuation", {"company": "Lumenfall Devices"}),
    "wrong size": ("valuation", {"amount": 38e6, "conversion": None}),
    "wrong currency": ("valuation", {"currency": "JPY", "conversion": None}),
}


@pytest.mark.parametrize("name", MISTAKES)
def test_a_wrong_amount_is_missed_and_false(perfect: list[Row], name: str) -> None:
    kind, change = MISTAKES[name]
    report = _report(perfect, "us-weighs-wenshu", {**change, "sentence": "S."}, kind=kind)
    assert (report.total.missed, report.total.false) == (1, 1)
    assert report.false[0].sentence == "S."


def test_a_wrong_role_says_what_it_should_be(perfect: list[Row]) -> None:
    report = _report(perfect, "us-weighs-wenshu", {"kind": "contract"}, kind="valuation")
    assert report.false[0].says.endswith("(should be valuation: Wenshu Vision, 38 bn CNY)")


def test_a_denied_contract_told_as_a_fact_is_false(perfect: list[Row]) -> None:
    report = _report(perfect, "wenshu-denies-blacklist-report", {"standing": "current"}, kind="contract")
    assert (report.counts["contract"].missed, report.counts["contract"].false) == (1, 1)


def test_a_threat_told_as_an_addition_is_false(perfect: list[Row]) -> None:
    report = _report(perfect, "us-weighs-wenshu", {"action": "add"}, kind="listing", company="Wenshu Vision")
    assert (report.counts["listing"].missed, report.counts["listing"].false) == (1, 1)


def test_another_list_is_another_fact(perfect: list[Row]) -> None:
    change = {"list": "entity-list"}
    report = _report(
        perfect, "bis-clears-nine-unverified", change, kind="listing", company="Lanting Photonics"
    )
    assert (report.counts["listing"].missed, report.counts["listing"].false) == (1, 1)


def test_words_in_the_wrong_mouth_are_false(perfect: list[Row]) -> None:
    fields = {"kind": "statement", "speaker": "Victor Ashby", "quote_kind": "direct"}
    colleague = {"speaker": "Paul Onder", "speaker_person": "Paul Onder"}
    report = _report(perfect, "wenshu-reaction", colleague, **fields)
    assert (report.counts["statement"].missed, report.counts["statement"].false) == (1, 1)
    report = _report(perfect, "wenshu-reaction", {"speaker": "Ashby", "speaker_person": "Ashby"}, **fields)
    assert report.counts["statement"].missed == 0


def test_doubtful_facts_repeats_and_open_amounts_count_nowhere(perfect: list[Row]) -> None:
    own = [r for r in perfect if r["article"] == "us-weighs-wenshu"]
    assert any(r.get("doubtful") for r in own)
    valuation = _pick(perfect, "us-weighs-wenshu", kind="valuation")
    extra = [valuation, {"article": "us-weighs-wenshu", "kind": "other", "amount": 3, "currency": "USD"}]
    key = [r for r in load_key(AS_OF) if r["slug"] == "us-weighs-wenshu"]
    assert compare(key, own + extra).total == compare(key, own).total
    sure = [r for r in own if not r.get("doubtful")]
    assert compare(key, sure).total == compare(key, own).total


def test_facts_of_an_off_topic_article_are_false() -> None:
    fact = {
        "article": "orbix-9-review",
        "kind": "price",
        "amount": 799,
        "currency": "USD",
        "sentence": "It costs $799.",
    }
    report = compare_newsroom(
        [fact, {"article": "orbix-9-review", "kind": "article", "relevant": True}], AS_OF
    )
    assert report.false[0].says == "799 USD (off topic)"
    assert report.relevance_errors == ["orbix-9-review"]


def test_sides_of_a_deal_and_conversions_match_either_way(perfect: list[Row]) -> None:
    change = {
        "company": ["Qiaoyuan"], "counterparty": ["Kitamori"], "amount": 446e6, "currency": "USD", "conversion": None,
    }  # fmt: skip
    report = _report(perfect, "qiaoyuan-kitamori-order-gazette", change, kind="contract", amount=3200000000)
    assert (report.counts["contract"].missed, report.counts["contract"].false) == (0, 0)


@pytest.mark.parametrize(
    ("first", "second"),
    [("Entity List", "entity-list"), ("Denial Order", "denied-persons"), ("1260H List", "1260h"), ("UFLPA Entity List", "uflpa")],
)  # fmt: skip
def test_lists_are_known_by_name_and_id(first: str, second: str) -> None:
    assert list_id(first) == list_id(second) == second


def test_addresses_lead_to_their_article() -> None:
    pieces = load_pieces(AS_OF)
    slugs = {p.slug for p in pieces}
    for piece in pieces:
        assert slug_of(f"http://127.0.0.1:18610{piece.path}?utm_source=atom", slugs) == piece.slug
    assert slug_of("http://127.0.0.1:18610/world/", slugs) is None
    assert len({h.path for h in HOSTS}) == 4


def test_the_report_prints_a_table_and_sentences(perfect: list[Row]) -> None:
    lines = compare_newsroom([r for r in perfect if r["kind"] != "fine"], AS_OF).lines(limit=3)
    assert re.match(r"kind +found +missed +false", lines[0])
    assert any(re.match(r"fine +0 +[1-9]\d* +0$", line) for line in lines)
    assert any(line.startswith("missed: ") and line.endswith("the first 3") for line in lines)
    assert any("$310 million" in line for line in lines)


def test_what_leaves_a_party_open_is_missed_but_not_false(perfect: list[Row]) -> None:
    report = _report(perfect, "us-weighs-wenshu", {"company": []}, kind="valuation")
    assert (report.total.missed, report.total.false) == (1, 0)
    assert "left open" in report.missed[0].says
    fields = {"kind": "statement", "speaker": "Victor Ashby", "quote_kind": "direct"}
    for speaker, false in (("the partner", 0), ("he", 0), ("He", 0), ("Ardent Bank", 1), ("Mr Onder", 1)):
        report = _report(perfect, "wenshu-reaction", {"speaker": speaker, "speaker_org": None}, **fields)
        assert (report.counts["statement"].missed, report.counts["statement"].false) == (1, false), speaker


def test_a_leading_that_is_no_part_of_the_words(perfect: list[Row]) -> None:
    fields = {"kind": "statement", "speaker": "Victor Ashby", "quote_kind": "indirect"}
    quote = "that the firm had no plan to sell, which surprised nobody at all in the room"
    report = _report(perfect, "wenshu-reaction", {"quote": quote}, **fields)
    assert report.counts["statement"].missed == 0
