"""The engine of workflows and what the edge makes of it: steps, waits, an end in the middle."""

import io
import shutil
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from dev.processes import Process, runtime, stopped_at_the_end
from tests.conftest import wait_until
from tests.runtimes import RUNTIME, start
from tools import ROOT

LISTENER = {"port": 0, "vars": {}}


class Running:
    """A Worker that is there, and what it has said."""

    def __init__(self, process: Process, log: io.StringIO) -> None:
        self.process, self.log = process, log
        self._url = f"http://127.0.0.1:{process.wait_until_ready()}"

    def ask(self, path: str) -> str:
        answer = httpx.get(f"{self._url}/v1/{path}", timeout=60)
        assert answer.status_code == 200, answer.text
        return answer.text

    def move_clock(self, now: float) -> None:
        httpx.put(f"{self._url}/cdn-cgi/clock", json={"now": now}).raise_for_status()

    def lines(self) -> list[str]:
        return self.log.getvalue().splitlines()

    def wait_for(self, line: str) -> None:
        wait_until(lambda: line in self.lines())


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The product with another body of its workflow."""
    folder = tmp_path_factory.mktemp("steps") / "src"
    shutil.copytree(ROOT / "src", folder, ignore=shutil.ignore_patterns("__pycache__"))
    (folder / "entry.py").rename(folder / "product.py")
    shutil.copy(Path(__file__).with_name("steps.py"), folder / "entry.py")
    return folder


@pytest.fixture(scope="module")
def worker(source: Path) -> Iterator[Running]:
    log = io.StringIO()
    process = start(LISTENER, log, source=source)
    with stopped_at_the_end(process):
        yield Running(process, log)


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("at_once", "[0, 1, 2, 3]"),
        ("repeated", "[2, True, False]"),
        ("woken", "woken"),
        ("late", "late"),
    ],
)
def test_steps_and_waits(worker: Running, name: str, told: str) -> None:
    """Several steps at once; one that fails, repeated as often as it may be, whose error tells its
    kind only; a wait that is over because somebody woke it before, or because it is late."""
    worker.ask(f"start/{name}")
    worker.wait_for(f"told {name} {told}")
    wait_until(lambda: worker.ask(f"over/{name}") == "True")


def test_deferred_work_of_an_instance_is_done(worker: Running) -> None:
    """Though no request keeps it alive."""
    worker.ask("start/late-2")
    worker.wait_for("deferred late-2")


def test_instance_is_started_once(worker: Running) -> None:
    """Also where it is over."""
    worker.ask("start/woken-2")
    worker.ask("start/woken-2")
    wait_until(lambda: worker.ask("over/woken-2") == "True")
    worker.ask("start/woken-2")
    worker.ask("start/woken-3")
    worker.wait_for("told woken-3 woken")
    assert worker.lines().count("told woken-2 woken") == 1


def test_instance_that_is_over_or_never_was_can_be_woken(worker: Running) -> None:
    """Nothing happens then."""
    assert worker.ask("over/never") == "True"
    worker.ask("wake/never")
    worker.ask("start/woken-4")
    wait_until(lambda: worker.ask("over/woken-4") == "True")
    worker.ask("wake/woken-4")
    assert worker.ask("over/woken-4") == "True"


def test_instance_goes_on_after_the_process_was_killed(source: Path, tmp_path: Path) -> None:
    """The step that was over is not run again, the one that was not over is."""
    log = io.StringIO()
    first = Running(start(LISTENER, log, source=source, state=tmp_path), log)
    first.ask("start/killed")
    first.wait_for("second killed")
    assert first.ask("over/killed") == "False"
    first.process.kill()
    process = start(LISTENER, log, source=source, state=tmp_path)
    with stopped_at_the_end(process):
        second = Running(process, log)
        wait_until(lambda: second.lines().count("second killed") == 2)
        second.ask("release/killed")
        second.wait_for("told killed {'first': 1, 'second': 2}")
    assert second.lines().count("first killed") == 1


@pytest.mark.skipif(RUNTIME == "workerd", reason="its clock is the machine's")
def test_wait_follows_a_clock_that_is_moved(source: Path) -> None:
    """Python's time does as well."""
    log, now = io.StringIO(), 1_900_000_000
    process = runtime([LISTENER], log, source=str(source), clock=now)
    with stopped_at_the_end(process):
        worker = Running(process, log)
        worker.ask("start/next_day")
        worker.wait_for("waits next_day")
        worker.move_clock(now + 23 * 60 * 60)
        assert worker.ask("over/next_day") == "False"
        worker.move_clock(now + 25 * 60 * 60)
        worker.wait_for("told next_day next day")
