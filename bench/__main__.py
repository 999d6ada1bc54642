"""`make bench`: measure, and write bench/RESULTS.md with its plot. `--quick` takes about a minute
for a few of the cases, and only prints."""

import argparse
import sys
import time

from bench import cases, extras, processes, report, rounds
from bench.client import WrongAnswer
from bench.figures import ratio
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


def main() -> None:
    parser = argparse.ArgumentParser(prog="make bench", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="few cases, few rounds")
    parser.add_argument("--only", metavar="WORD", help="cases with this in their name; no report")
    options = parser.parse_args()
    start = time.monotonic()
    try:
        with processes.upstream() as url:
            if options.only:
                _measure(url, [c for c in cases.cases() if options.only in c.name], quick=False)
                return
            findings = _find(url, options.quick)
    except (DidNotStart, WrongAnswer, OSError) as exc:
        sys.exit(f"bench: {exc}")
    if options.quick:
        print(report.summary(findings))
    else:
        report.write(findings)
    print(f"bench: done in {time.monotonic() - start:.0f} s")


def _find(url: str, quick: bool) -> report.Findings:
    chosen = [c for c in cases.cases() if not quick or c.name in cases.QUICK]
    results = _measure(url, chosen, quick)
    crossing = [case for case in chosen if case.name in CROSSING]
    counted = {cases.OURS: list(extras.crossings(url, crossing, cases.OURS))}
    if not quick:
        counted[cases.FORWARD] = list(extras.crossings(url, crossing[:2], cases.FORWARD))
    return report.Findings(
        results,
        counted,
        extras.imports(1 if quick else 5),
        upload_mib(dry_run()),
    )


def _measure(url: str, chosen: list[cases.Case], quick: bool) -> list[rounds.Result]:
    """In fresh processes for each case, so that one's memory is not another's; to be quick, in the
    same for all."""
    results = []
    for group in [chosen] if quick else [[case] for case in chosen]:
        for result in rounds.measure(url, group, most_rounds=2 if quick else 100):
            found = ratio(result.column(cases.OURS, "cpu"), result.column(cases.PLAIN, "cpu"))
            print(f"bench: {result.case.name}: CPU {found:.2f} of JavaScript's", flush=True)
            results.append(result)
    return results


if __name__ == "__main__":
    main()
