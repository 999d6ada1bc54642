"""Minutes of mixed traffic: what failed, how long it took, and how memory went."""

from collections.abc import Mapping

from bench.figures import table
from bench.report.records import KindOfVisit, Soak
from bench.report.workers import MB


def tell_soaks(soaks: Mapping[str, Soak]) -> str:
    if not soaks:
        return ""
    sections = "\n".join(_tell(name, soak) for name, soak in soaks.items())
    return f"""
## Soak

Made by `make soak`: requests of kinds that are drawn at random, each on a connection of its own.
Each answer is checked to its last byte: its status or its error's code, its seeds, and that its
images are those that upstream sent, or, where they are painted or converted, that they can be
decoded. Where upstream has a fault the documented error is the right answer, or a visible end in
the middle of an image. Clients that leave do so with a reset. Memory is resident, in MB: the
medians of the time's fifths. Clients and upstreams are other processes. There are four upstreams,
and a Worker for each: in workerd that is four isolates in one process.

{sections}"""


def _tell(runtime: str, soak: Soak) -> str:
    return f"""### {runtime}

|  |  |
| --- | --: |
| minutes | {soak.minutes:.3g} |
| in flight | {soak.in_flight} |
| requests | {soak.requests} |
| failed | {soak.failed} |
| requests a second | {soak.requests / soak.minutes / 60:.1f} |
| memory, last fifth / second fifth | {soak.growth:.2f} (at most {soak.most_growth}) |
| memory, slope, MB for 1000 requests | {soak.slope * 1000 * MB:.2f} |

{_tell_resident(soak)}{_tell_held(soak)}
{_tell_kinds(soak)}"""


def _tell_resident(soak: Soak) -> str:
    rows = [[name, *(f"{v * MB:.0f}" for v in values)] for name, values in soak.resident.items()]
    return table(["", "start", "1st", "2nd", "3rd", "4th", "5th", "peak"], rows)


def _tell_held(soak: Soak) -> str:
    if not soak.held:
        return ""
    kinds = next(iter(soak.held.values()))
    rows = [
        [when, *(f"{values[kind] * MB:.1f}" for kind in kinds)]
        for when, values in soak.held.items()
    ]
    return f"""
Memory of the runtime in MB, at rest and after the garbage collector: what is really held.

{table(["", *kinds], rows)}"""


def _tell_kinds(soak: Soak) -> str:
    rows = [
        [kind.name, str(kind.requests), str(kind.failed), *_tell_seconds(kind)]
        for kind in soak.kinds
    ]
    return table(["", "requests", "failed", "p50, ms", "p95, ms"], rows)


def _tell_seconds(kind: KindOfVisit) -> list[str]:
    return ["-", "-"] if kind.seconds is None else [f"{s * 1e3:.0f}" for s in kind.seconds]
