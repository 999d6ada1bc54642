"""Our Worker in workerd beside litellm's proxy, each in front of the same program."""

import io
import json
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from bench.cases import GENERATIONS, KEY, OURS, SMALL, SOURCES, post
from bench.client import Client, WrongAnswer
from bench.processes import ACCOUNT, Log, Usage, variables
from bench.runtimes import WORKERD
from dev.processes import DidNotStart, Process, stopped_at_the_end
from tools import ROOT

RIVAL = "litellm"
IN_FLIGHT = (1, 16, 64)
_ENVIRONMENT = ROOT / ".tools/litellm"
_MODEL = "flux"
_PROMPT = "a lighthouse at dawn, oil on canvas"
_READY = r"Uvicorn running on http://127\.0\.0\.1:(\d+)"
_WARM_UP, _ASKED = 150, 40
"""Requests."""


@dataclass(frozen=True)
class Subject:
    """A proxy, and the same request to it and directly to its upstream."""

    usage: Usage
    port: int
    request: bytes
    upstream_port: int
    direct: bytes
    resident: dict[str, int] = field(default_factory=dict)
    added: list[float] = field(default_factory=list)
    rates: dict[int, list[float]] = field(default_factory=lambda: {n: [] for n in IN_FLIGHT})
    cpu: list[float] = field(default_factory=list)

    def warm_up(self) -> None:
        _median(self.port, self.request, _WARM_UP)
        self.resident["when idle"] = self.usage.resident()

    def measure(self, seconds: float) -> None:
        """One round; each number in flight for so many seconds."""
        direct = _median(self.upstream_port, self.direct, _ASKED)
        self.added.append(_median(self.port, self.request, _ASKED) - direct)
        for count, rates in self.rates.items():
            before = self.usage.cpu()
            asked, took = self._ask_for(seconds, count)
            rates.append(asked / took)
            if count == 16:
                self.cpu.append((self.usage.cpu() - before) / asked)
        self.resident["at the end"] = self.usage.resident()

    def _ask_for(self, seconds: float, count: int) -> tuple[int, float]:
        """How many requests were answered, and the seconds that it took."""
        start = time.perf_counter()

        def ask(_: int) -> int:
            client = _connect(self.port)
            asked = 0
            while time.perf_counter() < start + seconds:
                _ask(client, self.request)
                asked += 1
            client.close()
            return asked

        with ThreadPoolExecutor(count) as pool:
            asked = sum(pool.map(ask, range(count)))
        return asked, time.perf_counter() - start


def _median(port: int, request: bytes, times: int) -> float:
    """Seconds of a request."""
    client = _connect(port)
    seconds = [_ask(client, request) for _ in range(times)]
    client.close()
    return statistics.median(seconds)


def _connect(port: int) -> Client:
    client = Client(port)
    client.connect()
    return client


def _ask(client: Client, request: bytes) -> float:
    answer = client.ask(request)
    if answer.status != 200 or answer.size < SMALL:
        raise WrongAnswer(str(answer))
    return answer.total


@contextmanager
def subjects(url: str) -> Iterator[Mapping[str, Subject]]:
    """Both, in front of this upstream."""
    body = json.dumps({"model": _MODEL, "prompt": _PROMPT}).encode()
    address = urlsplit(f"{url}/{SMALL}")
    port = address.port
    assert port is not None
    with _ours(address.geturl()) as ours, _litellm(address.geturl()) as theirs:
        to_cloudflare = f"{address.path}/accounts/{ACCOUNT}/ai/run/model"
        to_openai = f"{address.path}{GENERATIONS}"
        mine, yours, *direct = (
            post(path, "application/json", each)
            for path, each in (
                (GENERATIONS, json.dumps({"prompt": _PROMPT}).encode()),
                (GENERATIONS, body),
                (to_cloudflare, body),
                (to_openai, body),
            )
        )
        yield {
            OURS: Subject(*ours, mine, port, direct[0]),
            RIVAL: Subject(*theirs, yours, port, direct[1]),
        }


@contextmanager
def _ours(base: str) -> Iterator[tuple[Usage, int]]:
    listener = {"port": 0, "vars": variables(base)}
    process = WORKERD.start([listener], Log(), SOURCES[OURS])
    with stopped_at_the_end(process):
        port = int(process.wait_until_ready())
        yield Usage(WORKERD.find_worker(process)), port


@contextmanager
def _litellm(base: str) -> Iterator[tuple[Usage, int]]:
    upstream = {"model": f"openai/{_MODEL}", "api_base": f"{base}/v1", "api_key": "sk-upstream"}
    with proxy({_MODEL: upstream}, KEY) as (pid, port):
        yield Usage(pid), port


@contextmanager
def proxy(models: Mapping[str, Mapping[str, str]], key: str) -> Iterator[tuple[int, int]]:
    """litellm's, with its defaults and a master key: its process and its port. Of each model, by
    its name, what litellm wants to know."""
    configuration = {
        "model_list": [
            {"model_name": name, "litellm_params": upstream} for name, upstream in models.items()
        ],
        "general_settings": {"master_key": key},
    }
    said = io.StringIO()
    with tempfile.TemporaryDirectory(prefix="flux2-litellm-") as folder:
        file = Path(folder) / "config.yaml"
        file.write_text(json.dumps(configuration))  # which YAML takes as it is
        options = [f"--config={file}", "--host=127.0.0.1", "--port=0", "--num_workers=1"]
        environment = {
            # Otherwise it looks for a list of prices in the internet.
            "LITELLM_LOCAL_MODEL_COST_MAP": "True",
            # Whatever the user has set: where nothing is logged, nothing says that it is ready.
            "LITELLM_LOG": "INFO",
        }
        process = Process(
            "litellm's proxy",
            [_ENVIRONMENT / "bin/litellm", *options],
            _READY,
            said,
            environment=environment,
            foreign=True,
        )
        with stopped_at_the_end(process):
            try:
                port = int(process.wait_until_ready())
            except DidNotStart:
                sys.stderr.write(said.getvalue())
                raise
            yield process.pid, port


def version() -> str:
    names = (_ENVIRONMENT / "lib").glob("python3*/site-packages/litellm-*.dist-info")
    return next(names).stem.split("-")[1]


def measure(url: str, rounds: int, seconds: float) -> Mapping[str, Subject]:
    """In turn, A B A B."""
    with subjects(url) as found:
        for subject in found.values():
            subject.warm_up()
        for _ in range(rounds):
            for subject in found.values():
                subject.measure(seconds)
    return found
