"""Spans of time in which usage is summed up: side by side, each as wide as the next, from 00:00 UTC
on."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from flux2.days import DAY

Width = Literal["1m", "1h", "1d"]
SECONDS: dict[Width, int] = {"1m": 60, "1h": 3600, "1d": DAY}


@dataclass(frozen=True)
class Buckets:
    """Those of one page. Each is whole, also where less of it was asked for: a day is one sum."""

    width: Width
    begin: int
    """Unix seconds; so is `end`, which is behind the last of them."""
    end: int
    has_more: bool
    """Whether others follow, the first of which begins at `end`."""

    @property
    def seconds(self) -> int:
        return SECONDS[self.width]

    @property
    def begins(self) -> Sequence[int]:
        return range(self.begin, self.end, self.seconds)


def align(time: int, width: Width) -> int:
    """Find where the bucket begins that a time is in."""
    return time - time % SECONDS[width]


def cut_page(begin: int, end: int, width: Width, limit: int) -> Buckets:
    """Make the first `limit` buckets of those that hold all times from `begin` to before `end`."""
    begin = align(begin, width)
    behind_all = align(end - 1, width) + SECONDS[width]
    behind_page = min(begin + limit * SECONDS[width], behind_all)
    return Buckets(width, begin, behind_page, has_more=behind_page < behind_all)
