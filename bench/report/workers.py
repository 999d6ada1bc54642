"""Our Worker beside a plain JavaScript worker and one that only forwards, in each runtime."""

import math
from collections.abc import Mapping, Sequence

from bench.cases import FORWARD, OURS, PLAIN
from bench.figures import Spread, ratio, spread, table
from bench.report.records import Cases
from bench.rounds import Result

ByRuntime = Mapping[str, Cases]
"""Of those that were measured."""

MB = 1e-6
FIGURES = (
    ("CPU, ms", "cpu", 1e3, ".1f"),
    ("first byte, ms", "first", 1e3, ".1f"),
    ("total, ms", "total", 1e3, ".1f"),
    ("memory, MB", "growth", MB, ".0f"),
)
"""Title, name, factor and format."""
_PAIRS = (("CPU", "cpu"), ("memory", "growth")), (("first byte", "first"), ("total", "total"))
_LEAST_GROWTH = 50e6
"""Bytes; what grows by less has no ratio worth telling, since that is mostly garbage."""
NOTHING = Spread(math.nan, math.nan, math.nan)


def compare(result: Result, worker: str, figure: str) -> Spread:
    """Ours / this worker's, round by round."""
    if worker not in result.samples:
        return NOTHING
    theirs = result.column(worker, figure)
    if figure == "growth" and spread(theirs).median < _LEAST_GROWTH:
        return NOTHING
    return ratio(result.column(OURS, figure), theirs)


def find_result(cases: Cases | None, name: str) -> Result | None:
    found = [result for result in (cases.results if cases else ()) if result.case == name]
    return found[0] if found else None


def tell_ratios(cases: ByRuntime) -> str:
    """Two tables: what it costs, and how long it takes."""
    return "\n".join(_tell_ratios(cases, pair) for pair in _PAIRS)


def _tell_ratios(cases: ByRuntime, figures: Sequence[tuple[str, str]]) -> str:
    head = [f"{title}, {runtime}" for title, _ in figures for runtime in cases]
    rows = []
    for name in list_compared(cases):
        for worker in (PLAIN, FORWARD):
            spreads = [
                NOTHING if result is None else compare(result, worker, figure)
                for _, figure in figures
                for result in (find_result(found, name) for found in cases.values())
            ]
            if worker == PLAIN or any(not math.isnan(each.median) for each in spreads):
                rows.append([name, worker, *map(_show, spreads)])
    return table(["", "ours / that of", *head], rows)


def tell_absolutes(found: Cases) -> str:
    rows = []
    for result in found.results:
        for worker in result.samples:
            cells = [
                f"{spread([value * scale for value in result.column(worker, name)]):{spec}}"
                for _, name, scale, spec in FIGURES
            ]
            rows.append([result.case, worker, *cells])
    return table(["", "", *(title for title, *_ in FIGURES)], rows)


def list_compared(cases: ByRuntime) -> list[str]:
    """The cases that a JavaScript worker was asked for as well."""
    results = (result for found in cases.values() for result in found.results)
    return [*dict.fromkeys(each.case for each in results if PLAIN in each.samples)]


def _show(value: Spread) -> str:
    return "-" if math.isnan(value.median) else f"{value:.2f}"
