"""`make bench`: measure in the runtime that RUNTIME names, or in `all`, and write that part of
bench/RESULTS.md. `--quick` takes a minute or two for a few of the cases, and only prints."""

import argparse
import sys
import time
from collections.abc import Sequence
from dataclasses import replace

from bench import cases, extras, keys, processes, rival, rounds
from bench.client import WrongAnswer
from bench.figures import ratio
from bench.report import document, records
from bench.report.machine import describe_machine
from bench.report.targets import Measured, tell_targets
from bench.report.workers import tell_absolutes, tell_ratios
from bench.runtimes import EMBEDDED, Runtime, chosen
from dev.processes import DidNotStart
from tools.deploy_check import dry_run, upload_mib

CROSSING = (
    "small text request",
    "answer of 8 MB",
    "n = 4, 2 MB each",
    "stream, 2 MB",
    "edit, 4 references of 0.5 MB",
    "400 (no prompt)",
)
_RIVAL_ROUNDS, _RIVAL_SECONDS = 8, 2.0


def main() -> None:
    parser = argparse.ArgumentParser(prog="make bench", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="few cases, few rounds; no report")
    parser.add_argument(
        "--only",
        metavar="WORD",
        help=f"cases with this in their name, or {rival.RIVAL}; no report",
    )
    options = parser.parse_args()
    start = time.monotonic()
    try:
        with processes.upstream() as url:
            if options.quick or options.only:
                print(_tell_some(url, options.only, options.quick))
            else:
                _measure_all(url)
    except (DidNotStart, WrongAnswer, OSError) as exc:
        sys.exit(f"bench: {exc}")
    print(f"bench: done in {time.monotonic() - start:.0f} s")


def _tell_some(url: str, word: str | None, quick: bool) -> str:
    asked = [
        case
        for case in cases.cases()
        if (not quick or case.name in cases.QUICK) and (word or "") in case.name
    ]
    found = {runtime.name: _measure(runtime, url, asked, quick) for runtime in chosen()}
    if (word or keys.CASE) in keys.CASE:
        for runtime in chosen():
            times = 5 if quick else keys.ROUNDS
            found[runtime.name] = _measure_keys(runtime, url, found[runtime.name], times)
    beside = None
    if word == rival.RIVAL:
        beside = _measure_rival(url, 2 if quick else _RIVAL_ROUNDS)
    measured = Measured(found, {}, beside, None)
    absolutes = [tell_absolutes(each) for each in found.values() if word in keys.CASE.split()]
    return "\n".join([tell_targets(measured), *([tell_ratios(found)] if asked else []), *absolutes])


def _measure_all(url: str) -> None:
    """Each part is kept as soon as it is there."""
    for runtime in chosen():
        found = _measure(runtime, url, cases.cases(), quick=False)
        if runtime is not EMBEDDED:  # nobody who pays for CPU runs it
            found = _measure_keys(runtime, url, found, keys.ROUNDS)
        records.keep(found, records.CASES, runtime.name)
        if runtime is EMBEDDED:
            records.keep(_look_inside(url), records.INSIDE)
        else:
            records.keep(_measure_rival(url, _RIVAL_ROUNDS), records.BESIDE)
        document.write()


def _measure(runtime: Runtime, url: str, asked: Sequence[cases.Case], quick: bool) -> records.Cases:
    """In fresh processes for each case, so that one's memory is not another's; to be quick, in the
    same for all."""
    machine = describe_machine()  # before what is written makes the commit look changed
    results = []
    for group in [asked] if quick else [[case] for case in asked]:
        for result in rounds.measure(runtime, url, group, most_rounds=2 if quick else 100):
            found = ratio(result.column(cases.OURS, "cpu"), result.column(cases.PLAIN, "cpu"))
            print(
                f"bench: {runtime.name}: {result.case}: CPU {found:.2f} of JavaScript's", flush=True
            )
            results.append(result)
    return records.Cases(machine, results)


def _measure_keys(runtime: Runtime, url: str, found: records.Cases, times: int) -> records.Cases:
    """The same, with what the keys of others cost."""
    return replace(found, results=[*found.results, keys.measure(runtime, url, times)])


def _look_inside(url: str) -> records.Inside:
    crossing = [case for case in cases.cases() if case.name in CROSSING]
    return records.Inside(
        describe_machine(),
        {
            worker: {case.name: counts for case, counts in extras.crossings(url, asked, worker)}
            for worker, asked in ((cases.OURS, crossing), (cases.FORWARD, crossing[:2]))
        },
        extras.imports(5),
        upload_mib(dry_run()),
    )


def _measure_rival(url: str, times: int) -> records.Beside:
    found = rival.measure(url, times, _RIVAL_SECONDS)
    return records.Beside(
        {**describe_machine(), "litellm": rival.version()},
        {
            name: records.Proxied(each.added, each.rates, each.cpu, each.resident)
            for name, each in found.items()
        },
    )


if __name__ == "__main__":
    main()
