"""What was aimed at, and whether it is reached."""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from bench import keys
from bench.cases import FORWARD, OURS, PLAIN
from bench.figures import Spread, ratio, spread, table
from bench.report.records import Beside, Cases, Inside, Page, Soak
from bench.report.workers import MB, NOTHING, compare, find_result
from bench.rival import RIVAL
from tools.deploy_check import LIMIT_MIB

AT_MOST, AT_LEAST = "at most", "at least"


@dataclass(frozen=True)
class Measured:
    """By runtime, where there are several; what was not measured is not there."""

    cases: Mapping[str, Cases]
    soaks: Mapping[str, Soak]
    beside: Beside | None
    inside: Inside | None
    page: Page | None = None


@dataclass(frozen=True)
class Target:
    text: str
    limit: float
    find: Callable[[Measured, str], Spread]
    """In a runtime; not a number where it was not measured there."""
    format: str = ".2f"
    bound: str = AT_MOST

    def is_reached(self, value: Spread) -> bool:
        found = value.median
        return found >= self.limit if self.bound == AT_LEAST else found <= self.limit


def _cpu(case: str, worker: str) -> Callable[[Measured, str], Spread]:
    def find(measured: Measured, runtime: str) -> Spread:
        result = find_result(measured.cases.get(runtime), case)
        return compare(result, worker, "cpu") if result else NOTHING

    return find


def _over_owner(measured: Measured, runtime: str) -> Spread:
    """Milliseconds of CPU that a caller's key costs more than the owner's, round by round."""
    result = find_result(measured.cases.get(runtime), keys.CASE)
    if result is None:
        return NOTHING
    pairs = zip(result.column(keys.CALLER, "cpu"), result.column(keys.OWNER, "cpu"), strict=True)
    return spread([1e3 * (theirs - owners) for theirs, owners in pairs])


def _growth(case: str) -> Callable[[Measured, str], Spread]:
    def find(measured: Measured, runtime: str) -> Spread:
        result = find_result(measured.cases.get(runtime), case)
        return spread([v * MB for v in result.column(OURS, "growth")]) if result else NOTHING

    return find


def _added(measured: Measured, runtime: str) -> Spread:
    if measured.beside is None or runtime != "workerd":
        return NOTHING
    proxies = measured.beside.proxies
    return ratio(proxies[OURS].added, proxies[RIVAL].added)


def _rate(measured: Measured, runtime: str) -> Spread:
    if measured.beside is None or runtime != "workerd":
        return NOTHING
    proxies = measured.beside.proxies
    return ratio(proxies[OURS].rates[16], proxies[RIVAL].rates[16])


def _failed(measured: Measured, runtime: str) -> Spread:
    soak = measured.soaks.get(runtime)
    return spread([soak.failed]) if soak else NOTHING


def _soak_growth(measured: Measured, runtime: str) -> Spread:
    soak = measured.soaks.get(runtime)
    return spread([soak.growth]) if soak else NOTHING


def _upload(measured: Measured, runtime: str) -> Spread:
    return spread([measured.inside.upload_mib]) if measured.inside else NOTHING


def _imports(measured: Measured, runtime: str) -> Spread:
    if measured.inside is None or runtime != "embedded":
        return NOTHING
    stages = measured.inside.imports
    return ratio([s["ours"]["cpu"] for s in stages], [s["pydantic"]["cpu"] for s in stages])


TARGETS: Sequence[Target] = (
    Target("CPU, small text / only forwarding", 1.5, _cpu("small text request", FORWARD)),
    Target("CPU, 0.3 MB answer / JavaScript", 2, _cpu("answer of 0.3 MB", PLAIN)),
    Target("CPU, 8 MB answer / JavaScript", 1.2, _cpu("answer of 8 MB", PLAIN)),
    Target("memory, MB, 16 in flight with 8 MB", 40, _growth("16 in flight, 8 MB"), ".0f"),
    Target("memory, MB, 64 in flight with 8 MB", 64, _growth("64 in flight, 8 MB"), ".0f"),
    Target(
        "CPU, edit with four of 0.5 MB / JavaScript",
        1.2,
        _cpu("edit, 4 references of 0.5 MB", PLAIN),
    ),
    Target(
        "CPU, edit with four of 5 MB / JavaScript", 1.2, _cpu("edit, 4 references of 5 MB", PLAIN)
    ),
    Target("CPU, ms, a caller's key beside the owner's", 1.0, _over_owner),
    Target("added latency, small text / litellm's proxy", 0.2, _added),
    Target("requests a second, 16 in flight / litellm's proxy", 10, _rate, ".1f", AT_LEAST),
    Target("soak: failed requests", 0, _failed, ".0f"),
    Target("soak: memory, last fifth / second fifth", 1.1, _soak_growth),
    Target("upload, MiB", LIMIT_MIB, _upload),
    Target("imports, ours / pydantic", 1 / 3, _imports),
)


def tell_targets(measured: Measured) -> str:
    """Reached or not is said of workerd, where it was measured there."""
    rows = []
    for target in TARGETS:
        found = [target.find(measured, runtime) for runtime in ("workerd", "embedded")]
        judged = next((each for each in found if not math.isnan(each.median)), None)
        if judged is not None:
            reached = "yes" if target.is_reached(judged) else "**no**"
            shown = [_show(each, target.format) for each in found]
            rows.append([target.text, f"{target.bound} {target.limit:.4g}", *shown, reached])
    return table(["", "target", "workerd", "embedded", "reached"], rows)


def _show(value: Spread, spec: str) -> str:
    if math.isnan(value.median):
        return "-"
    return f"{value.median:{spec}}" if value.low == value.high else f"{value:{spec}}"
