"""The workers as processes of their own, and what one of them uses. Needs Linux's /proc."""

import json
import math
import re
import sys
import time
import urllib.request
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path

from bench.cases import KEY, SOURCES, Case
from bench.runtimes import Runtime
from dev.processes import Process, stopped_at_the_end
from tools.node import NODE

TOKEN, ACCOUNT = "token", f"acc1{0:028}"
_PAUSE, _IDLE = 0.05, 0.0002
"""Seconds, and seconds of CPU in them with which a process has nothing to do any more."""
_USUAL = ('{"event":"request"', '{"event":"answer_broke_off"', '{"ready":')


class Usage:
    """Of one process: what it has used since it began."""

    def __init__(self, pid: int) -> None:
        self._proc = Path("/proc") / str(pid)
        self._clock = (~pid << 3) | 2  # clock_getcpuclockid(3); /proc/PID/stat counts in 10 ms

    def cpu(self) -> float:
        """Seconds, of all its threads."""
        return time.clock_gettime(self._clock)

    def wait_until_idle(self) -> None:
        """Until what was to be done behind answers is done."""
        before = -math.inf
        while self.cpu() - before > _IDLE:
            before = self.cpu()
            time.sleep(_PAUSE)

    def resident(self) -> int:
        return self._memory("VmRSS")

    def forget_peak(self) -> None:
        (self._proc / "clear_refs").write_text("5")

    def peak(self) -> int:
        return self._memory("VmHWM")

    def _memory(self, name: str) -> int:
        """Bytes."""
        status = (self._proc / "status").read_text()
        match = re.search(rf"^{name}:\s*(\d+) kB", status, re.MULTILINE)
        assert match is not None
        return int(match[1]) * 1024


class Log:
    """What a process says: `wait` has the JSON behind the prefix; of the other lines, all but what
    is usual are passed on."""

    def __init__(self, prefix: str = "\0") -> None:
        self._prefix = prefix
        self._found: list[Mapping[str, int]] = []

    def write(self, line: str) -> None:
        if line.startswith(self._prefix):
            self._found.append(json.loads(line.removeprefix(self._prefix)))
        elif not line.startswith(_USUAL):
            sys.stderr.write(line)

    def flush(self) -> None:
        pass

    def wait(self) -> Mapping[str, int]:
        for _ in range(1000):
            if self._found:
                return self._found.pop()
            time.sleep(0.01)
        raise TimeoutError(f"the runtime says no {self._prefix.strip()}")


@contextmanager
def upstream() -> Iterator[str]:
    """Its URL."""
    process = Process(
        "upstream", [NODE, "bench/upstream.mjs"], r"^Upstream on (http://\S+)", sys.stderr
    )
    with stopped_at_the_end(process):
        yield process.wait_until_ready()


@contextmanager
def workers(
    runtime: Runtime, url: str, cases: Sequence[Case], names: Sequence[str]
) -> Iterator[Mapping[str, tuple[Usage, Sequence[int]]]]:
    """Fresh processes, each with a port for every case."""
    listeners = [
        {
            "port": 0,
            "vars": {**variables(f"{url}/{case.base64_size}"), **dict.fromkeys(case.unbound)},
        }
        for case in cases
    ]
    with ExitStack() as stack:
        started = {name: runtime.start(listeners, Log(), SOURCES[name]) for name in names}
        stack.enter_context(stopped_at_the_end(*started.values()))
        ports = {name: process.wait_until_ready().split(",") for name, process in started.items()}
        yield {
            name: (Usage(runtime.find_worker(process)), [int(port) for port in ports[name]])
            for name, process in started.items()
        }


@contextmanager
def small_answers(url: str) -> Iterator[None]:
    """From upstream, whatever was asked of it."""
    _put(f"{url}/small")
    try:
        yield
    finally:
        _put(f"{url}/whole")


def _put(url: str) -> None:
    urllib.request.urlopen(urllib.request.Request(url, method="PUT")).close()


def variables(base_url: str) -> Mapping[str, str | None]:
    """Without a limit of the rate."""
    return {
        "CF_API_TOKEN": TOKEN,
        "ACCOUNT": ACCOUNT,
        "API_MASTER_KEY": KEY,
        "CF_API_BASE_URL": base_url,
        "KEY_LIMITER": None,
        "ADDRESS_LIMITER": None,
    }
