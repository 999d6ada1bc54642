"""`make soak`: minutes of mixed traffic, each answer checked; memory must not grow. Writes its part
of bench/RESULTS.md."""

import argparse
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bench import report
from bench.crowd import IN_FLIGHT, Sample, Soak, Visited, crowd
from bench.figures import fifths, quantile, slope, table
from bench.traffic import KINDS
from dev.processes import DidNotStart

MOST_GROWTH = 1.25
"""Of the last fifth's median above the second one's. V8 lets garbage lie and keeps pages for later,
so that fifths of the same traffic differ by a tenth; with blobs that nobody let go of
(dev/runtime.mjs) it was 1.44 after half a minute."""
_WARM_UP = 0.1
"""Of the time, and before it: what is compiled, imported and kept for good."""
_MB = 1e-6


@dataclass(frozen=True)
class Findings:
    warm_up: Soak
    soak: Soak
    held: tuple[Mapping[str, int], Mapping[str, int]]
    """Bytes by kind of memory, before and after."""

    @property
    def failed(self) -> int:
        return sum(bool(each.failure) for soak in (self.warm_up, self.soak) for each in soak.visits)

    @property
    def growth(self) -> float:
        _, second, *_, last = fifths([sample.runtime for sample in self.soak.samples])
        return last / second


def main() -> None:
    parser = argparse.ArgumentParser(prog="make soak", description=__doc__)
    parser.add_argument("--minutes", type=float, default=10)
    parser.add_argument("--only", metavar="WORD", help="kinds with this in their name; no report")
    options = parser.parse_args()
    seconds = options.minutes * 60
    try:
        with crowd([kind for kind in KINDS if (options.only or "") in kind.name]) as visitors:
            warm_up = visitors.visit(seconds * _WARM_UP)
            before = visitors.held()
            soak = visitors.visit(seconds)
            findings = Findings(warm_up, soak, (before, visitors.held()))
    except (DidNotStart, OSError) as exc:
        sys.exit(f"soak: {exc}")
    section = _section(findings)
    if not options.only:
        report.replace(soak=section)
    print(section)
    if findings.failed:
        sys.exit(f"soak: {findings.failed} requests failed")
    if findings.growth > MOST_GROWTH:
        sys.exit(f"soak: memory grew to {findings.growth:.2f} of what it was")


def _section(findings: Findings) -> str:
    soak = findings.soak
    return f"""
Made by `make soak`: {soak.seconds / 60:.3g} minutes with {IN_FLIGHT} requests in flight, each on a
connection of its own, of kinds that are drawn at random. Each answer is checked to its last byte:
its status or its error's code, its seeds, and that its images are those that upstream sent, or,
where they are painted or converted, that they can be decoded. Where upstream has a fault the
documented error is the right answer, or a visible end in the middle of an image.

{report.machine()}
|  |  |
| --- | --: |
| requests | {len(soak.visits)} |
| failed | {findings.failed} |
| requests per second | {len(soak.visits) / soak.seconds:.1f} |
| memory, last fifth / second fifth | {findings.growth:.2f} (at most {MOST_GROWTH}) |
| memory, slope, MB per 1000 requests | {_slope(soak.samples):.2f} |

Resident memory in MB: the medians of the time's fifths. Clients and upstreams are other processes.

{_resident(soak.samples)}
Memory of the runtime in MB, at rest and after the garbage collector: what is really held.

{_held(findings.held)}
{_kinds(soak.visits)}"""


def _slope(samples: Sequence[Sample]) -> float:
    """From the second fifth on."""
    settled = samples[len(samples) // 5 :]
    return slope([(each.visits / 1000, each.runtime * _MB) for each in settled])


def _resident(samples: Sequence[Sample]) -> str:
    columns = {
        "the runtime (Node)": [sample.runtime for sample in samples],
        "wrangler's workerd": [sample.workerd for sample in samples],
    }
    rows = [
        [name, *(f"{value * _MB:.0f}" for value in (values[0], *fifths(values), max(values)))]
        for name, values in columns.items()
    ]
    return table(["", "start", "1st", "2nd", "3rd", "4th", "5th", "peak"], rows)


def _held(held: tuple[Mapping[str, int], Mapping[str, int]]) -> str:
    rows = [
        [name, *(f"{values[kind] * _MB:.1f}" for kind in held[0])]
        for name, values in zip(("before", "after"), held, strict=True)
    ]
    return table(["", *held[0]], rows)


def _kinds(visits: Sequence[Visited]) -> str:
    by_kind = {kind.name: [v for v in visits if v.kind is kind] for kind in KINDS}
    rows = [
        [name, str(len(found)), str(sum(bool(v.failure) for v in found)), *_latency(found)]
        for name, found in by_kind.items()
        if found
    ]
    return table(["", "requests", "failed", "p50, ms", "p95, ms"], rows)


def _latency(visits: Sequence[Visited]) -> Sequence[str]:
    """Where the client waits for an answer."""
    if not visits[0].kind.is_answered:
        return "-", "-"
    return [f"{quantile([v.seconds for v in visits], share) * 1e3:.0f}" for share in (0.5, 0.95)]


if __name__ == "__main__":
    main()
