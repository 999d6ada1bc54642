"""`make soak`: minutes of mixed traffic, each answer checked; memory must not grow. RUNTIME says
where. Writes its part of bench/RESULTS.md."""

import argparse
import sys
from collections.abc import Mapping, Sequence

from bench.crowd import IN_FLIGHT, Sample, Soak, Visited, crowd
from bench.figures import fifths, quantile, slope
from bench.kinds import KINDS
from bench.report import document, records
from bench.report.machine import describe_machine
from bench.report.soak import tell_soaks
from bench.runtimes import Runtime, chosen
from bench.traffic import Kind
from dev.processes import DidNotStart

_WARM_UP = 0.1
"""Of the time, and before it: what is compiled, imported and kept for good."""


def main() -> None:
    parser = argparse.ArgumentParser(prog="make soak", description=__doc__)
    parser.add_argument("--minutes", type=float, default=10)
    parser.add_argument("--only", metavar="WORD", help="kinds with this in their name; no report")
    options = parser.parse_args()
    for runtime in chosen():
        kinds = [
            kind
            for kind in KINDS
            if (options.only or "") in kind.name and (runtime.has_page or not kind.is_page)
        ]
        try:
            found = _soak(runtime, kinds, options.minutes * 60)
        except (DidNotStart, OSError) as exc:
            sys.exit(f"soak: {exc}")
        print(tell_soaks({runtime.name: found}))
        if not options.only:
            records.keep(found, records.SOAK, runtime.name)
            document.write()
        if found.failed:
            sys.exit(f"soak: {found.failed} requests failed")
        if found.growth > runtime.most_growth:
            sys.exit(f"soak: memory grew to {found.growth:.2f} of what it was")


def _soak(runtime: Runtime, kinds: Sequence[Kind], seconds: float) -> records.Soak:
    with crowd(runtime, kinds) as visitors:
        warm_up = visitors.visit(seconds * _WARM_UP)
        before = visitors.held()
        soak = visitors.visit(seconds)
        held = {"before": before, "after": visitors.held()} if before else {}
    _, second, *_, last = fifths([sample.worker for sample in soak.samples])
    return records.Soak(
        machine=describe_machine(),
        minutes=soak.seconds / 60,
        in_flight=IN_FLIGHT,
        requests=len(soak.visits),
        failed=_count_failed(warm_up) + _count_failed(soak),
        growth=last / second,
        most_growth=runtime.most_growth,
        slope=_find_slope(soak.samples),
        resident=_find_resident(runtime, soak.samples),
        held=held,
        kinds=_sum_up(soak.visits),
    )


def _count_failed(soak: Soak) -> int:
    return sum(bool(each.failure) for each in soak.visits)


def _find_slope(samples: Sequence[Sample]) -> float:
    """From the second fifth on."""
    settled = samples[len(samples) // 5 :]
    return slope([(each.visits, each.worker) for each in settled])


def _find_resident(runtime: Runtime, samples: Sequence[Sample]) -> Mapping[str, Sequence[int]]:
    columns = {
        f"the Worker ({runtime.name})": [sample.worker for sample in samples],
        runtime.helper: [sample.helper for sample in samples],
    }
    return {
        name: [round(value) for value in (values[0], *fifths(values), max(values))]
        for name, values in columns.items()
    }


def _sum_up(visits: Sequence[Visited]) -> Sequence[records.KindOfVisit]:
    by_kind = {kind.name: [v for v in visits if v.kind is kind] for kind in KINDS}
    return [
        records.KindOfVisit(
            name, len(found), sum(bool(v.failure) for v in found), _find_seconds(found)
        )
        for name, found in by_kind.items()
        if found
    ]


def _find_seconds(visits: Sequence[Visited]) -> tuple[float, float] | None:
    """Where the client waits for an answer."""
    if not visits[0].kind.is_answered:
        return None
    seconds = [visit.seconds for visit in visits]
    return quantile(seconds, 0.5), quantile(seconds, 0.95)


if __name__ == "__main__":
    main()
