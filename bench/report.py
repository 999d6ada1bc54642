"""bench/RESULTS.md, in two parts, and the plot beside it."""

import json
import math
import os
import platform
import re
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from bench.cases import FORWARD, OURS, PLAIN, REFUSED, Case
from bench.figures import Spread, ratio, spread, table
from bench.rounds import Result
from tools import ROOT
from tools.deploy_check import LIMIT_MIB
from tools.node import NODE

FOLDER = Path(__file__).parent
_MB = 1e-6
_SOAK = "\n## Soak\n"
_LEAST_GROWTH = 50e6
"""Bytes; what grows by less has no ratio worth telling, since that is mostly garbage."""
_FIGURES = (
    ("CPU, ms", "cpu", 1e3, ".1f"),
    ("first byte, ms", "first", 1e3, ".1f"),
    ("total, ms", "total", 1e3, ".1f"),
    ("memory, MB", "growth", _MB, ".0f"),
)


@dataclass(frozen=True)
class Findings:
    results: Sequence[Result]
    crossings: Mapping[str, Sequence[tuple[Case, Mapping[str, float]]]]
    imports: Sequence[Mapping[str, Mapping[str, float]]]
    upload_mib: float


def write(findings: Findings) -> None:
    document = _document(findings)  # before the plot, which makes the commit look changed
    _plot(findings.results)
    replace(bench=document)


def replace(*, bench: str | None = None, soak: str | None = None) -> None:
    """Write one part of RESULTS.md anew; the other one stays."""
    file = FOLDER / "RESULTS.md"
    file.write_text(joined(file.read_text(), bench, soak))


def joined(old: str, bench: str | None, soak: str | None) -> str:
    """The document with what is given instead of what it had."""
    before, _, after = old.partition(_SOAK)
    parts = (before if bench is None else bench, after if soak is None else soak)
    return _SOAK.join(part for part in parts if part)


def summary(findings: Findings) -> str:
    return f"{_targets(findings)}\n{_ratios(findings.results)}"


def _document(findings: Findings) -> str:
    return f"""# Results

Made by `make bench`, and the last part by `make soak`; not to be edited. What each figure means
stands below its table. Such machines have other work beside this, so compare within a table only:
every round asks each worker in turn, and a ratio is that of one round.

{machine()}
## Targets

{_targets(findings)}
Only forwarding runs hardly any Python: it reads no body, checks no key and no field, draws no
seed, and judges no answer. What that takes is the distance to it: above all Python's own
interpreter, with about two fifths of the CPU of a small request, and {_calls(findings)} calls from
Python into JavaScript. A JavaScript worker has no such border to cross, so the smaller a request
is, the better it does in comparison.

Memory in flight is above all buffers that have been read and wait for the garbage collector. Each
piece needs a new one, since the one before may still be on its way to the client.

## Our Worker and a plain JavaScript worker

![CPU and memory of our Worker, as multiples of the JavaScript worker's](results.png)

Ours / the JavaScript worker's ([plain.js](workers/plain.js)), below 1 is better: the median of the
rounds, and the quartiles; no ratio of memory (-) where the JavaScript worker's grows by less than
50 MB.

{_ratios(findings.results)}
Each worker by itself. `forward` is a Python Worker that only hands the body on, and its answer back
([forward](workers/forward/entry.py)). CPU: the whole process, user and system, for each request,
in Node with HTTP and the garbage collector. Memory: how far its peak rose above what it had when
warm, before the case. An isolate of Cloudflare's has 128 MB in all.

{_absolutes(findings.results)}
## Crossings between Python and JavaScript

For each request, counted where WebAssembly calls JavaScript and the other way around
([crossings.mjs](crossings.mjs)). The last column counts every such call of the bridge, with the
conversion of each argument and the checks of types; the others are what the program asked for.

{_crossings(findings)}
## Imports

In a fresh Pyodide, from source, as the median of {len(findings.imports)} processes.

{_imports(findings)}"""


def machine() -> str:
    def version(package: str) -> str:
        return json.loads((ROOT / "node_modules" / package / "package.json").read_text())["version"]

    cpu = re.search(r"model name\s*: (.*)", Path("/proc/cpuinfo").read_text())
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 1024**3
    pydantic = next((ROOT / "python_modules").glob("pydantic-*.dist-info")).stem.split("-")[1]
    rows = {
        "date": subprocess.check_output(["date", "-u", "+%Y-%m-%d %H:%M UTC"], text=True).strip(),
        "commit": subprocess.check_output(
            ["git", "describe", "--always", "--dirty"], cwd=ROOT, text=True
        ).strip(),
        "machine": f"{cpu[1] if cpu else platform.machine()}, {os.cpu_count()} cores, "
        f"{memory:.0f} GiB, {platform.system()} {platform.release()}",
        "Node": subprocess.check_output([NODE, "--version"], text=True).strip(),
        "Pyodide": version("pyodide"),
        "srvx, wrangler": f"{version('srvx')}, {version('wrangler')}",
        "pydantic": pydantic,
    }
    return table(["", ""], [list(row) for row in rows.items()])


def _targets(findings: Findings) -> str:
    """The table of the issue; a case that was not measured has no row."""
    results = {result.case.name: result for result in findings.results}
    against_plain = (
        ("answer of 8 MB", "cpu", "CPU, 8 MB answer / JavaScript", 1),
        ("16 in flight, 8 MB", "growth", "peak memory, 16 in flight / JavaScript", 1 / 3),
        ("edit, 4 references of 5 MB", "cpu", "CPU, edit with four 5 MB / JavaScript", 1.2),
    )
    small = results["small text request"]
    found = [
        ("CPU, small text request / only forwarding", 1.5, _of(small, FORWARD, "cpu"), ".2f"),
        *(
            (text, limit, _of(results[name], PLAIN, figure), ".2f")
            for name, figure, text, limit in against_plain
            if name in results
        ),
        *(
            ("401: bytes of the body sent before it came", 0, _single(_sent(case)), ".0f")
            for case in (result.case for result in findings.results)
            if case.name == REFUSED
        ),
        ("upload, MiB", LIMIT_MIB, _single(findings.upload_mib), ".2f"),
        ("imports, ours / pydantic", 1 / 3, _import_ratio(findings), ".2f"),
    ]
    rows = [
        [text, f"{limit:.4g}", f"{value:{spec}}", "yes" if value.median <= limit else "**no**"]
        for text, limit, value, spec in found
    ]
    return table(["", "at most", "measured (quartiles)", "reached"], rows)


def _of(result: Result, worker: str, figure: str) -> Spread:
    theirs = result.column(worker, figure)
    if figure == "growth" and spread(theirs).median < _LEAST_GROWTH:
        return Spread(math.nan, math.nan, math.nan)
    return ratio(result.column(OURS, figure), theirs)


def _sent(case: Case) -> int:
    """Bytes of the body; the client sends no more, whatever it announces."""
    return len(case.request.partition(b"\r\n\r\n")[2])


def _single(value: float) -> Spread:
    return spread([value])


def _import_ratio(findings: Findings) -> Spread:
    stages = findings.imports
    return ratio([s["ours"]["cpu"] for s in stages], [s["pydantic"]["cpu"] for s in stages])


def _ratios(results: Sequence[Result]) -> str:
    rows = [
        [result.case.name, *(_shown(_of(result, PLAIN, name)) for _, name, _, _ in _FIGURES)]
        for result in results
    ]
    return table(["", *(title.partition(",")[0] for title, *_ in _FIGURES)], rows)


def _shown(value: Spread) -> str:
    return "-" if math.isnan(value.median) else f"{value:.2f}"


def _absolutes(results: Sequence[Result]) -> str:
    rows = []
    for result in results:
        for worker in result.samples:
            cells = [
                f"{spread([value * scale for value in result.column(worker, name)]):{spec}}"
                for _, name, scale, spec in _FIGURES
            ]
            rows.append([result.case.name, worker, *cells])
    return table(["", "", *(title for title, *_ in _FIGURES)], rows)


def _calls(findings: Findings) -> str:
    """Of the first case."""
    return f"{findings.crossings[OURS][0][1]['calls']:.0f}"


def _crossings(findings: Findings) -> str:
    rows = [
        [case.name, worker, *(f"{count:.0f}" for count in counts.values())]
        for worker, found in findings.crossings.items()
        for case, counts in found
    ]
    kinds = next(iter(findings.crossings.values()))[0][1]
    return table(["", "", *kinds], rows)


def _imports(findings: Findings) -> str:
    rows = [
        [
            stage,
            *(
                f"{spread([s[stage][kind] for s in findings.imports]):.0f}"
                for kind in ("wall", "cpu")
            ),
        ]
        for stage in findings.imports[0]
    ]
    return table(["", "wall, ms", "CPU, ms"], rows)


def _plot(results: Sequence[Result]) -> None:
    import matplotlib as mpl

    mpl.use("Agg")
    from matplotlib import pyplot

    names = [result.case.name for result in results]
    figure, axes = pyplot.subplots(1, 2, figsize=(11, 0.4 * len(names) + 1.6), sharey=True)
    for axis, (title, column) in zip(
        axes, (("CPU", "cpu"), ("peak memory", "growth")), strict=True
    ):
        found = [_of(result, PLAIN, column) for result in results]
        values = [each.median for each in found]
        errors = [
            [max(0, v - each.low) for v, each in zip(values, found, strict=True)],
            [max(0, each.high - v) for v, each in zip(values, found, strict=True)],
        ]
        colours = ["#2a9d8f" if value <= 1 else "#e76f51" for value in values]
        axis.barh(names, values, xerr=errors, color=colours, ecolor="#444444", capsize=2)
        axis.bar_label(
            axis.containers[-1],
            ["" if math.isnan(value) else f" {value:.2f}" for value in values],
            padding=8,
        )
        axis.axvline(1, color="#444444", linewidth=1)
        axis.set_title(f"{title}: ours / a plain JavaScript worker's")
        axis.margins(x=0.15)
        axis.spines[["top", "right"]].set_visible(False)
    axes[0].invert_yaxis()
    figure.tight_layout()
    figure.savefig(FOLDER / "results.png", dpi=110)
