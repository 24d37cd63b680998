"""Dates resolved against the publication date."""

import datetime as dt
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nlp.dates.component import find_dates

WEDNESDAY = dt.date(2019, 10, 9)


def dates(text, published=WEDNESDAY):
    return [d.date for d in find_dates(text, published)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("on Tuesday", "2019-10-08"),
        ("on Wednesday", "2019-10-09"),
        ("last Friday", "2019-10-04"),
        ("last Wednesday", "2019-10-02"),
        ("next Monday", "2019-10-14"),
        ("It will decide on Tuesday", "2019-10-15"),
        ("by Friday", "2019-10-11"),
        ("yesterday", "2019-10-08"),
        ("Oct 9", "2019-10-09"),
        ("Oct. 28", "2018-10-28"),
        ("on 7 October", "2019-10-07"),
        ("October 7th, 2018", "2018-10-07"),
        ("Monday, Oct. 7, 2019", "2019-10-07"),
        ("9 October 2019", "2019-10-09"),
        ("2019-10-09", "2019-10-09"),
        ("2019年10月9日", "2019-10-09"),
        ("it takes effect on Nov. 18", "2019-11-18"),
        ("in November", "2018-11"),
        ("in May", "2019-05"),
        ("last May", "2019-05"),
        ("last November", "2018-11"),
        ("next January", "2020-01"),
        ("by December", "2019-12"),
        ("October 2018", "2018-10"),
        ("early October", "2019-10"),
        ("in 2018", "2018"),
        ("mid-2018", "2018"),
        ("fiscal 2023", "2023"),
        ("last month", "2019-09"),
        ("this year", "2019"),
        ("last year", "2018"),
        ("last week", "2019-W40"),
        ("three years ago", "2016"),
        ("two months ago", "2019-08"),
        ("the third quarter", "2019-Q3"),
        ("the fourth quarter", "2019-Q4"),
        ("fourth-quarter of 2018", "2018-Q4"),
        ("Q3 2018", "2018-Q3"),
        ("3Q18", "2018-Q3"),
        ("the first half of 2018", "2018-H1"),
        ("the first half of last year", "2018-H1"),
        ("the first nine months of 2019", "2019-01-01/2019-09-30"),
        ("the six months ended June 30, 2019", "2019-H1"),
        ("the three months to September", "2019-Q3"),
        ("the year ended March 31, 2019", "2018-04-01/2019-03-31"),
        ("in May last year", "2018-05"),
        ("has fallen since Friday, will fall more", "2019-10-04"),
        ("last quarter", "2019-Q3"),
    ],
)
def test_date_is_as_exact_as_the_text(text, expected):
    assert dates(text) == [expected]


def test_earlier_counts_from_the_date_named_before():
    assert dates("It was listed on Oct. 2, a day earlier than planned") == ["2019-10-02", "2019-10-01"]
    assert dates("27 percent in 2017, down from 29 a year earlier") == ["2017", "2016"]
    assert dates("sales in the third quarter of 2018, up from a year earlier") == ["2018-Q3", "2017-Q3"]


def test_a_december_deadline_in_january_lies_ahead():
    assert dates("will expire on Jan. 15", dt.date(2019, 12, 20)) == ["2020-01-15"]
    assert dates("was fined on Jan. 15", dt.date(2019, 12, 20)) == ["2019-01-15"]


def test_without_a_publication_date_only_full_dates_resolve():
    found = find_dates("on Tuesday, on Oct 9, in 2018 and on May 16, 2019")
    assert [d.date for d in found] == [None, None, "2018", "2019-05-16"]


@pytest.mark.parametrize(
    "text",
    [
        "It may add 28 firms and march on.",
        "2,018 products, $2018, 2019 million, model T2019, 10.2018 metres",
        "Black Friday sales",
        "three days after the vote",
        "the second half-finished plant",
    ],
)
def test_what_is_no_date_yields_nothing(text):
    assert dates(text) == []


@given(
    st.dates(dt.date(1995, 1, 1), dt.date(2040, 1, 1)),
    st.sampled_from(["%B %d, %Y", "%d %B %Y", "%b %d, %Y", "%Y-%m-%d"]),
)
def test_any_full_date_reads_back(day, form):
    assert dates(f"It said on {day.strftime(form)} that") == [day.isoformat()]


@given(st.text(alphabet="0123456789 ,.-OctMayin19quarterlshdfTueday\n", max_size=60))
def test_random_text_never_raises(text):
    for found in find_dates(text, WEDNESDAY):
        assert text[found.start : found.end] == found.text


@pytest.mark.parametrize("unit", ["a year earlier ", "2019 ", "May ", "the ", "six months ended ", " "])
def test_time_is_linear_in_the_length(unit):
    def seconds(n):
        begin = time.process_time()
        find_dates((unit * n)[:n], WEDNESDAY)
        return time.process_time() - begin

    assert seconds(100_000) < 30 * seconds(10_000) + 0.5


def test_component_sets_dates_and_spans(pipeline):
    doc = pipeline("Acme was fined in 2018 and again on May 16, 2019.")
    assert [d.date for d in doc._.dates] == ["2018", "2019-05-16"]
    assert [s.text for s in doc.spans["dates"]] == ["2018", "May 16, 2019"]
