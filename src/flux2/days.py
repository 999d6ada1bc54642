"""Days, weeks and months, which begin at 00:00 UTC; a day is the number of days since 1970."""

from datetime import date, timedelta
from typing import Literal

DAY = 86_400
"""Seconds."""
Period = Literal["daily", "weekly", "monthly"]
PERIODS: tuple[Period, ...] = ("daily", "weekly", "monthly")
_EPOCH = date(1970, 1, 1)


def find_day(now: float) -> int:
    return int(now // DAY)


def find_begin(period: Period | None, day: int) -> int:
    """Find the day on which the period of that day began; without a period, the first of all."""
    return _find_span(period, day)[0] if period else 0


def find_reset(period: Period, day: int) -> int:
    """Find the Unix time at which the next period begins."""
    return _find_span(period, day)[1] * DAY


def _find_span(period: Period, day: int) -> tuple[int, int]:
    """The first day of the period, and the first one behind it; weeks begin on Monday (ISO 8601)."""
    this = _EPOCH + timedelta(days=day)
    if period == "daily":
        return day, day + 1
    if period == "weekly":
        monday = day - this.weekday()
        return monday, monday + 7
    first = this.replace(day=1)
    following = (first + timedelta(days=31)).replace(day=1)
    return (first - _EPOCH).days, (following - _EPOCH).days
