"""What only the embedded runtime can count: crossings between the languages, and imports."""

from bench.figures import spread, table
from bench.report.records import Inside


def tell_inside(found: Inside) -> str:
    return f"""
## Crossings between Python and JavaScript

For each request in the embedded runtime, counted where WebAssembly calls JavaScript and the other
way around ([crossings.mjs](crossings.mjs)). The last column counts every such call of the bridge,
with the conversion of each argument and the checks of types; the others are what the program asked
for.

{_tell_crossings(found)}
## Imports

In a fresh Pyodide in Node, from source, as the median of {len(found.imports)} processes.

{_tell_imports(found)}"""


def _tell_crossings(found: Inside) -> str:
    rows = [
        [case, worker, *(f"{count:.0f}" for count in counts.values())]
        for worker, by_case in found.crossings.items()
        for case, counts in by_case.items()
    ]
    kinds = next(iter(next(iter(found.crossings.values())).values()))
    return table(["", "", *kinds], rows)


def _tell_imports(found: Inside) -> str:
    rows = [
        [
            stage,
            *(f"{spread([s[stage][kind] for s in found.imports]):.0f}" for kind in ("wall", "cpu")),
        ]
        for stage in found.imports[0]
    ]
    return table(["", "wall, ms", "CPU, ms"], rows)
