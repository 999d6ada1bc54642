"""Days, weeks and months, which begin at 00:00 UTC; a day is the number of days since 1970."""

from datetime import date
from typing import Literal

DAY = 86_400
"""Seconds."""
Period = Literal["daily", "weekly", "monthly"]
PERIODS: tuple[Period, ...] = ("daily", "weekly", "monthly")
_EPOCH = 719_163
"""The ordinal of 1970-01-01, as Python counts days."""


def find_day(now: float) -> int:
    return int(now // DAY)


def find_begin(period: Period | None, day: int) -> int:
    """Find the day on which the period of that day began; without a period, the first of all."""
    return _find_span(period, day)[0] if period else 0


def find_reset(period: Period, day: int) -> int:
    """Find the Unix time at which the next period begins."""
    return _find_span(period, day)[1] * DAY


def _find_span(period: Period, day: int) -> tuple[int, int]:
    """Tell its first day, and the first one behind it; weeks begin on Monday (ISO 8601)."""
    this = date.fromordinal(_EPOCH + day)
    if period == "daily":
        return day, day + 1
    if period == "weekly":
        monday = day - this.weekday()
        return monday, monday + 7
    first = this.replace(day=1).toordinal()
    following = date.fromordinal(first + 31).replace(day=1).toordinal()
    return first - _EPOCH, following - _EPOCH
