"""Many clients at once, each visit of the next kind, and the memory of the processes meanwhile."""

import itertools
import json
import os
import signal
import sys
import threading
import time
import urllib.request
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

from bench import processes
from bench.cases import OURS, SOURCES
from bench.client import Client
from bench.processes import ACCOUNT, TOKEN, Log, Usage, variables
from bench.runtimes import Runtime
from bench.traffic import EMULATOR, SIZES, Images, Kind, draw
from dev.processes import Process, emulator, stopped_at_the_end

IN_FLIGHT = 32
_SETTLING = 3
"""Seconds after which a request whose client has left has ended, too."""


@dataclass(frozen=True)
class Visited:
    kind: Kind
    seconds: float
    failure: str = ""


@dataclass(frozen=True)
class Sample:
    """Of one second; bytes that are resident."""

    visits: int
    """So far."""
    worker: int
    helper: int


@dataclass(frozen=True)
class Soak:
    seconds: float
    visits: Sequence[Visited]
    samples: Sequence[Sample]


class Crowd:
    def __init__(
        self,
        runtime: Runtime,
        process: Process,
        log: Log,
        ports: Mapping[int, int],
        images: Images,
        kinds: Sequence[Kind],
    ) -> None:
        self._runtime = runtime
        self._process = process
        self._log = log
        self._ports = ports
        self._images = images
        self._kinds = kinds
        self._numbers = itertools.count(1)
        self._visits: list[Visited] = []

    def visit(self, seconds: float) -> Soak:
        """With all clients, for that long."""
        self._visits = []
        end = threading.Event()
        threads = [threading.Thread(target=self._until, args=(end,)) for _ in range(IN_FLIGHT)]
        for thread in threads:
            thread.start()
        try:
            samples = self._sample(seconds)
        finally:
            end.set()
            for thread in threads:
                thread.join()
        return Soak(seconds, self._visits, samples)

    def held(self) -> Mapping[str, int]:
        """Bytes by kind of memory, at rest and without garbage; none if it cannot be told."""
        if not self._runtime.memory_flags:
            return {}
        time.sleep(_SETTLING)
        os.kill(self._process.pid, signal.SIGUSR2)
        return self._log.wait()

    def _sample(self, seconds: float) -> Sequence[Sample]:
        worker = Usage(self._runtime.find_worker(self._process))
        helper = Usage(self._runtime.find_helper(self._process))
        samples = []
        start = time.monotonic()
        while (left := start + seconds - time.monotonic()) > 0:
            time.sleep(min(1, left))
            samples.append(Sample(len(self._visits), worker.resident(), helper.resident()))
        return samples

    def _until(self, end: threading.Event) -> None:
        clients = {size: Client(port, keeps=True) for size, port in self._ports.items()}
        while not end.is_set():
            number = next(self._numbers)
            kind = draw(self._kinds, number)
            visited = self._one(kind, clients[kind.upstream], number)
            if visited.failure:
                print(f"soak: {kind.name}: {visited.failure}", file=sys.stderr, flush=True)
            self._visits.append(visited)

    def _one(self, kind: Kind, client: Client, number: int) -> Visited:
        """On a connection of its own, as another person's; whatever goes wrong is a failure."""
        start = time.perf_counter()
        try:
            client.connect()
            return Visited(kind, kind.visit(client, number, self._images))
        except Exception as exc:
            return Visited(kind, time.perf_counter() - start, f"{type(exc).__name__}: {exc}"[:500])
        finally:
            client.close()


@contextmanager
def crowd(runtime: Runtime, kinds: Sequence[Kind]) -> Iterator[Crowd]:
    """In front of a fresh Worker."""
    painter = emulator({ACCOUNT: TOKEN}, sys.stderr)
    with processes.upstream() as url, stopped_at_the_end(painter):
        urls = {size: f"{url}/{size}" for size in SIZES}
        urls[EMULATOR] = f"{painter.wait_until_ready()}/client/v4"
        listeners = [{"port": 0, "vars": variables(base)} for base in urls.values()]
        log = Log("Memory ")
        process = runtime.start(listeners, log, SOURCES[OURS], runtime.memory_flags)
        with stopped_at_the_end(process):
            ports = map(int, process.wait_until_ready().split(","))
            images = {size: _image(urls[size]) for size in SIZES}
            by_size = dict(zip(urls, ports, strict=True))
            yield Crowd(runtime, process, log, by_size, images, kinds)


def _image(url: str) -> str:
    """The base64 that upstream sends there."""
    with urllib.request.urlopen(f"{url}/any") as response:
        return json.load(response)["result"]["image"]
