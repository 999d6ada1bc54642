"""bench/results.png: CPU and memory as multiples of the JavaScript worker's."""

import math
from pathlib import Path
from typing import Any

from bench.cases import PLAIN
from bench.report.workers import NOTHING, ByRuntime, compare, find_result, list_compared

_PANELS = (("CPU", "cpu"), ("peak memory", "growth"))
_COLOURS = {"workerd": "#e76f51", "embedded": "#2a9d8f"}


def draw(cases: ByRuntime, path: Path) -> None:
    import matplotlib as mpl

    mpl.use("Agg")
    from matplotlib import pyplot

    names = list_compared(cases)
    size = (11, 0.5 * len(names) + 1.6)
    figure, axes = pyplot.subplots(1, len(_PANELS), figsize=size, sharey=True)
    for axis, (title, column) in zip(axes, _PANELS, strict=True):
        _draw_panel(axis, cases, names, column)
        axis.set_title(f"{title}: ours / a plain JavaScript worker's")
    axes[0].invert_yaxis()
    axes[1].legend(loc="lower right")
    figure.tight_layout()
    figure.savefig(path, dpi=110)


def _draw_panel(axis: Any, cases: ByRuntime, names: list[str], column: str) -> None:
    height = 0.8 / len(cases)
    for place, (runtime, found) in enumerate(cases.items()):
        spreads = [
            NOTHING if result is None else compare(result, PLAIN, column)
            for result in (find_result(found, name) for name in names)
        ]
        values = [each.median for each in spreads]
        errors = [
            [max(0, v - each.low) for v, each in zip(values, spreads, strict=True)],
            [max(0, each.high - v) for v, each in zip(values, spreads, strict=True)],
        ]
        positions = [index + (place - (len(cases) - 1) / 2) * height for index in range(len(names))]
        bars = axis.barh(
            positions,
            values,
            height,
            xerr=errors,
            color=_COLOURS[runtime],
            ecolor="#444444",
            capsize=2,
            label=runtime,
        )
        texts = ["" if math.isnan(value) else f" {value:.2f}" for value in values]
        axis.bar_label(bars, texts, padding=8, fontsize=8)
    axis.set_yticks(range(len(names)), names)
    axis.axvline(1, color="#444444", linewidth=1)
    axis.margins(x=0.15)
    axis.spines[["top", "right"]].set_visible(False)
