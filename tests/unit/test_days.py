"""Days, weeks and months as budgets have them: all begin at 00:00 UTC."""

import calendar
from datetime import UTC, datetime, timedelta
from typing import get_args

import pytest

from flux2.days import DAY, PERIODS, Period, find_begin, find_day, find_reset

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def day_of(date: str) -> int:
    return (datetime.fromisoformat(f"{date}T00:00Z") - EPOCH).days


def date_of(day: int) -> str:
    return (EPOCH + timedelta(days=day)).date().isoformat()


@pytest.mark.parametrize(
    ("period", "date", "begin", "reset"),
    [
        ("daily", "2026-12-31", "2026-12-31", "2027-01-01"),
        ("daily", "2028-02-28", "2028-02-28", "2028-02-29"),
        ("weekly", "2027-01-15", "2027-01-11", "2027-01-18"),  # a Friday
        ("weekly", "2027-01-11", "2027-01-11", "2027-01-18"),  # a Monday
        ("weekly", "2027-01-17", "2027-01-11", "2027-01-18"),  # a Sunday
        ("weekly", "2027-01-01", "2026-12-28", "2027-01-04"),  # over the end of a year
        ("monthly", "2027-01-01", "2027-01-01", "2027-02-01"),
        ("monthly", "2027-01-31", "2027-01-01", "2027-02-01"),
        ("monthly", "2026-12-31", "2026-12-01", "2027-01-01"),
        ("monthly", "2027-02-28", "2027-02-01", "2027-03-01"),
        ("monthly", "2028-02-29", "2028-02-01", "2028-03-01"),
        ("monthly", "2027-04-30", "2027-04-01", "2027-05-01"),
    ],
)
def test_period_begins_and_ends_where_calendars_have_it(period, date, begin, reset):
    """Weeks begin on Monday (ISO 8601)."""
    day = day_of(date)

    assert date_of(find_begin(period, day)) == begin
    assert find_reset(period, day) == day_of(reset) * DAY


@pytest.mark.parametrize("period", PERIODS)
def test_periods_follow_each_other_without_a_gap(period):
    """Over five years, a leap day among them."""
    for day in range(day_of("2026-01-01"), day_of("2031-01-01")):
        begin, end = find_begin(period, day), find_reset(period, day) // DAY
        assert begin <= day < end
        assert find_begin(period, begin) == begin == find_begin(period, end - 1)
        assert find_begin(period, end) == end
        if period == "monthly":
            date = datetime.fromisoformat(date_of(day))
            assert end - begin == calendar.monthrange(date.year, date.month)[1]


def test_without_a_period_all_days_count():
    assert find_begin(None, day_of("2027-01-15")) == 0


def test_day_ends_with_its_last_moment():
    midnight = day_of("2027-01-15") * DAY

    assert date_of(find_day(midnight - 0.001)) == "2027-01-14"
    assert date_of(find_day(midnight)) == date_of(find_day(midnight + 86_399.9)) == "2027-01-15"


def test_every_period_is_known():
    assert get_args(Period) == PERIODS
