"""bench/RESULTS.md: both runtimes side by side, and each part is kept until it is made anew."""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import pytest

from bench.cases import FORWARD, OURS, PLAIN
from bench.report import document, records
from bench.report.targets import Measured, tell_targets
from bench.rounds import Result, Sample

MACHINE = {"date": "today", "litellm": "1.2.3"}
SMALL, LARGE = "small text request", "16 in flight, 8 MB"


def _cases(cpu: float, growth: float = 0) -> records.Cases:
    """Ours takes so much; each of the others one second, and 100 MB."""
    samples = {
        OURS: [Sample(cpu, 1, 1, growth)] * 2,
        PLAIN: [Sample(1, 1, 1, 100e6)] * 2,
        FORWARD: [Sample(1, 1, 1, 0)] * 2,
    }
    return records.Cases(MACHINE, [Result(name, samples) for name in (SMALL, LARGE)])


def _soak(failed: int, growth: float) -> records.Soak:
    kind = records.KindOfVisit("text", 5, failed, (0.1, 0.2))
    left = records.KindOfVisit("leaves", 5, 0, None)
    resident = {"the Worker": [1, 2, 3, 4, 5, 6, 7]}
    return records.Soak(MACHINE, 10, 32, 10, failed, growth, 1.1, 0.0, resident, {}, [kind, left])


def _beside(ours: float, theirs: float) -> records.Beside:
    """Requests a second at 16 in flight."""

    def proxied(rate: float) -> records.Proxied:
        return records.Proxied([0.001], {16: [rate]}, [0.002], {"when idle": 10_000_000})

    return records.Beside(MACHINE, {OURS: proxied(ours), "litellm": proxied(theirs)})


def _rows(measured: Measured) -> Mapping[str, list[str]]:
    lines = [line.strip("| ").split(" | ") for line in tell_targets(measured).splitlines()[2:]]
    return {name: cells for name, *cells in lines}


def test_target_is_judged_in_workerd_where_it_was_measured_there() -> None:
    """And otherwise in the embedded runtime; what was measured nowhere has no row."""
    both = Measured({"workerd": _cases(1.4), "embedded": _cases(3)}, {}, None, None)
    row = _rows(both)["CPU, small text / only forwarding"]
    assert row == ["at most 1.5", "1.40", "3.00", "yes"]
    alone = Measured({"embedded": _cases(3)}, {}, None, None)
    row = _rows(alone)["CPU, small text / only forwarding"]
    assert row == ["at most 1.5", "-", "3.00", "**no**"]
    assert "CPU, 8 MB answer / JavaScript" not in _rows(both)


def test_memory_in_flight_is_judged_in_megabytes() -> None:
    """Ours alone; an isolate has no more for being compared."""
    rows = _rows(Measured({"workerd": _cases(1, growth=41e6)}, {}, None, None))
    assert rows["memory, MB, 16 in flight with 8 MB"] == ["at most 40", "41", "-", "**no**"]


@pytest.mark.parametrize(("rate", "reached"), [(99, "**no**"), (101, "yes")])
def test_rate_beside_litellm_is_to_be_ten_times(rate: float, reached: str) -> None:
    """More is better there."""
    rows = _rows(Measured({}, {}, _beside(rate, 10), None))
    name = "requests a second, 16 in flight / litellm's proxy"
    assert rows[name][0] == "at least 10"
    assert rows[name][-1] == reached


@pytest.mark.parametrize(("failed", "growth"), [(1, 1.0), (0, 1.2)])
def test_soak_fails_by_a_request_or_by_memory(failed: int, growth: float) -> None:
    """Either is told by itself."""
    rows = _rows(Measured({}, {"workerd": _soak(failed, growth)}, None, None))
    judged = [rows["soak: failed requests"][-1]]
    judged.append(rows["soak: memory, last fifth / second fifth"][-1])
    assert judged == ["yes" if not failed else "**no**", "yes" if growth <= 1.1 else "**no**"]


def test_parts_stay_until_they_are_made_anew(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also a list by number, and what is shorter in the file."""
    monkeypatch.setattr(records, "FOLDER", tmp_path / "records")
    records.keep(_cases(1 / 3), records.CASES, "workerd")
    records.keep(_soak(0, 1.0), records.SOAK, "embedded")
    records.keep(_cases(2.0), records.CASES, "embedded")
    records.keep(_beside(30, 3), records.BESIDE)
    records.keep(_cases(5.0), records.CASES, "embedded")
    found = document.read()
    assert found.cases == {"workerd": _cases(0.3333), "embedded": _cases(5)}
    assert found.soaks == {"embedded": _soak(0, 1.0)}
    assert found.beside == _beside(30, 3)
    assert found.inside is None


def test_document_has_a_column_for_each_runtime_and_a_part_for_each_record() -> None:
    """Without a gap where something was not measured."""
    both = Measured(
        {"workerd": _cases(1.5), "embedded": _cases(3)},
        {"workerd": _soak(0, 1.0)},
        _beside(30, 3),
        None,
    )
    gallery = records.Gallery([0.5], [0.003], [0.25], [6e6], [900])
    load = records.Load(77, 224_000, [0.5], [5.0])
    page = records.Page(MACHINE, {"5000": gallery}, {"the page": load})
    told = document.tell(replace(both, page=page))
    none = "0.00 (0.00-0.00)"
    row = f"| {SMALL} | {PLAIN} | 1.50 (1.50-1.50) | 3.00 (3.00-3.00) | {none} | {none} |"
    assert row in told
    assert "| requests a second, 16 in flight | 30.0 (30.0-30.0) | 3.0 (3.0-3.0) | 10.00" in told
    assert "| leaves | 5 | 0 | - | - |" in told
    assert "## Imports" not in told
    row = (
        "500.0 (500.0-500.0) | 3.0 (3.0-3.0) | 25.0% (25.0%-25.0%) | 6.0 (6.0-6.0) | 900 (900-900)"
    )
    assert f"| 5,000 | {row} |" in told
    assert "| the page | 77 | 224 | 500.0 (500.0-500.0) | 5000.0 (5000.0-5000.0) |" in told
    assert "## The page" not in document.tell(both)
    assert "\n\n\n" not in told
