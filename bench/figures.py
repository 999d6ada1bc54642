"""From samples to what is reported: medians with their spread, ratios, tables."""

import math
import statistics
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import combinations, pairwise


@dataclass(frozen=True)
class Spread:
    """The median, and the quartiles around it."""

    median: float
    low: float
    high: float

    def __format__(self, spec: str) -> str:
        return f"{self.median:{spec}} ({self.low:{spec}}-{self.high:{spec}})"


def spread(values: Sequence[float]) -> Spread:
    if len(values) == 1:
        return Spread(values[0], values[0], values[0])
    low, median, high = statistics.quantiles(values, n=4, method="inclusive")
    return Spread(median, low, high)


def ratio(ours: Sequence[float], theirs: Sequence[float]) -> Spread:
    """Round by round: what disturbs a round disturbs both."""
    return spread([a / b if b else float("inf") for a, b in zip(ours, theirs, strict=True)])


def quantile(values: Sequence[float], share: float) -> float:
    """The smallest value that has at least this share of them up to it."""
    return sorted(values)[max(0, math.ceil(share * len(values)) - 1)]


def fifths(values: Sequence[float]) -> Sequence[float]:
    """The medians of five parts of equal length."""
    edges = [len(values) * part // 5 for part in range(6)]
    return [statistics.median(values[a:b]) for a, b in pairwise(edges)]


def slope(points: Sequence[tuple[float, float]]) -> float:
    """The median of the slopes between any two points (Theil and Sen), which no spike moves."""
    slopes = [(d - b) / (c - a) for (a, b), (c, d) in combinations(points, 2) if a != c]
    return statistics.median(slopes) if slopes else 0.0


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """In Markdown; all columns but the first are figures."""
    marks = ["---", *("--:" for _ in head[1:])]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in (head, marks, *rows)) + "\n"
