"""bench/RESULTS.md as a whole, and the plot beside it."""

from collections.abc import Mapping
from pathlib import Path

from bench.report import plot, records
from bench.report.beside import tell_beside
from bench.report.inside import tell_inside
from bench.report.machine import tell_machines
from bench.report.page import tell_page
from bench.report.soak import tell_soaks
from bench.report.targets import Measured, tell_targets
from bench.report.workers import tell_absolutes, tell_ratios
from bench.runtimes import RUNTIMES

FOLDER = Path(__file__).parent.parent


def write() -> None:
    """From what was recorded last of each part."""
    measured = read()
    (FOLDER / "RESULTS.md").write_text(tell(measured))
    if measured.cases:
        plot.draw(measured.cases, FOLDER / "results.png")


def read() -> Measured:
    cases = {name: records.find(records.Cases, records.CASES, name) for name in RUNTIMES}
    soaks = {name: records.find(records.Soak, records.SOAK, name) for name in RUNTIMES}
    return Measured(
        {name: found for name, found in cases.items() if found},
        {name: found for name, found in soaks.items() if found},
        records.find(records.Beside, records.BESIDE),
        records.find(records.Inside, records.INSIDE),
        records.find(records.Page, records.PAGE),
    )


def tell(measured: Measured) -> str:
    absolutes = "\n".join(
        f"### In {name}\n\n{tell_absolutes(found)}" for name, found in measured.cases.items()
    )
    beside = tell_beside(measured.beside) if measured.beside else ""
    inside = tell_inside(measured.inside) if measured.inside else ""
    return f"""# Results

Made by `make bench RUNTIME=all`, the last parts by `make bench-page` and `make soak`; not to be
edited. Each writes its own part anew and leaves the others; `records/` has what it was made of.
What a figure means
stands above its table. Such machines have other work beside this, so compare within a table only:
every round asks each worker in turn, and a ratio is that of one round.

`workerd` is Cloudflare's own runtime, which users run, with nothing in front of it; `embedded` is
Pyodide in Node, which `make dev` and most tests run.

## Targets

For workerd, where it was measured there.

{tell_targets(measured)}
## Our Worker and a plain JavaScript worker

![CPU and memory of our Worker, as multiples of the JavaScript worker's](results.png)

Ours / the JavaScript worker's ([plain.js](workers/plain.js)), or that of a Python Worker which only
hands the body on, and its answer back ([forward](workers/forward/entry.py)); below 1 is better: the
median of the rounds, and the quartiles. No ratio of memory (-) where the other's grows by less than
50 MB.

{tell_ratios(measured.cases)}
Each worker by itself, in a process of its own. CPU: the whole process, user and system, for each
request, with HTTP, the garbage collector and, on workerd, what the ledger costs the Worker; the
database itself has another process there, as it has another machine at Cloudflare; embedded has
none. Memory: how far its peak rose above what it had when warm, before the case. An isolate of
Cloudflare's has 128 MB in all.

{absolutes}{beside}{inside}{tell_page(measured.page)}{tell_soaks(measured.soaks)}
## Where and when

{tell_machines(_list_machines(measured))}"""


def _list_machines(measured: Measured) -> Mapping[str, Mapping[str, str]]:
    machines = {name: found.machine for name, found in measured.cases.items()}
    if measured.beside:
        machines["litellm"] = measured.beside.machine
    if measured.inside:
        machines["crossings, imports"] = measured.inside.machine
    if measured.page:
        machines["the page"] = measured.page.machine
    return machines | {f"soak, {name}": soak.machine for name, soak in measured.soaks.items()}
