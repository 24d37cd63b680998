"""Borders of a digest week."""

import datetime as dt

import pytest

from db.errors import UsageError
from tradewire.digest.window import is_past, last_day, parse_week, week_of


def test_week_borders_are_local_midnights_over_a_clock_change():
    window = parse_week("2026-W43", "Europe/Berlin")  # summer time ends on Sunday of this week
    assert window.bounds == ("2026-10-18T22:00:00Z", "2026-10-25T23:00:00Z")


def test_new_year_belongs_to_the_iso_week():
    assert week_of(dt.date(2027, 1, 1)).week == "2026-W53"


def test_the_week_before_the_first_of_a_year_is_the_last_of_the_year_before():
    assert parse_week("2026-W01").before(1).week == "2025-W52"


@pytest.mark.parametrize("text", ["2026-W54", "W12", "2026-12", "../x"])
def test_a_wrong_week_is_a_usage_error(text):
    with pytest.raises(UsageError, match="ISO week"):
        parse_week(text)


def test_an_unknown_zone_is_a_usage_error():
    with pytest.raises(UsageError, match="time zone"):
        parse_week("2026-W01", "Atlantis/Deep")


@pytest.mark.parametrize(
    ("as_of", "day"),
    [("2026-11-09", "2026-11-09"), ("2026-02", "2026-02-28"), ("2026-12", "2026-12-31"), ("2025", "2025-12-31"),
     ("2026-W44", "2026-11-01"), ("2026-Q3", "2026-09-30"), (None, "None"), ("soon", "None")],
)  # fmt: skip
def test_last_day_of_a_date_of_any_precision(as_of, day):
    assert str(last_day(as_of)) == day


def test_a_listing_dated_well_before_the_week_is_no_change_of_it():
    window = parse_week("2026-W46")  # 9 to 15 November
    assert is_past("2026-10", window)
    assert not is_past("2026-11-06", window)  # Friday's act in Monday's paper
    assert not is_past("2026-11", window)
    assert not is_past(None, window)
