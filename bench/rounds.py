"""In turn, A B A B: each round asks every worker the same, and looks at its process."""

import statistics
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from bench.cases import Case, text
from bench.client import Answer, Client, WrongAnswer
from bench.processes import Usage, small_answers, workers
from bench.runtimes import Runtime

WARM_UP = Case("warm-up", text(), batch=150)
"""For a fresh process, which compiles what is used often."""


@dataclass(frozen=True)
class Sample:
    """One worker in one round; for each request, but for the memory."""

    cpu: float
    first: float
    total: float
    growth: float
    """Bytes of the peak above what the process had before the case."""


@dataclass(frozen=True)
class Result:
    case: str
    samples: Mapping[str, Sequence[Sample]]

    def column(self, worker: str, figure: str) -> Sequence[float]:
        return [getattr(sample, figure) for sample in self.samples[worker]]


def measure(
    runtime: Runtime, url: str, cases: Sequence[Case], most_rounds: int
) -> Iterator[Result]:
    """All of the cases with the same processes, in turn."""
    names = tuple(dict.fromkeys(name for case in cases for name in case.workers))
    with workers(runtime, url, cases, names) as started:
        # Each port is an isolate of its own in workerd.
        with small_answers(url):
            for usage, ports in started.values():
                for port in ports:
                    Subject(WARM_UP, usage, port).sample()
        for index, case in enumerate(cases):
            subjects = {
                name: Subject(case, started[name][0], started[name][1][index])
                for name in case.workers
            }
            samples: dict[str, list[Sample]] = {name: [] for name in subjects}
            for _ in range(min(case.rounds, most_rounds) + 1):
                for name, subject in subjects.items():
                    samples[name].append(subject.sample())
            # The first round is the case's own warm-up.
            yield Result(case.name, {name: rounds[1:] for name, rounds in samples.items()})


class Subject:
    """What is asked of a Worker, and the process whose CPU and memory that takes."""

    def __init__(self, case: Case, usage: Usage, port: int) -> None:
        self._case = case
        self._usage = usage
        self._clients = [Client(port) for _ in range(case.in_flight)]
        self._at_rest = usage.resident()

    def sample(self) -> Sample:
        for client in self._clients:
            client.connect()
        self._usage.forget_peak()
        cpu = self._usage.cpu()
        with ThreadPoolExecutor(len(self._clients)) as pool:
            answers = [answer for some in pool.map(self._ask, self._clients) for answer in some]
        if self._case.waits:
            self._usage.wait_until_idle()
        return Sample(
            cpu=(self._usage.cpu() - cpu) / len(answers),
            first=statistics.median(answer.first for answer in answers),
            total=statistics.median(answer.total for answer in answers),
            growth=self._usage.peak() - self._at_rest,
        )

    def _ask(self, client: Client) -> Sequence[Answer]:
        answers = []
        for _ in range(self._case.batch):
            answers.append(client.ask(self._case.request))
            if self._case.reconnects:
                client.connect()
        client.close()
        for answer in answers:
            self._check(answer)
        return answers

    def _check(self, answer: Answer) -> None:
        least = self._case.images * self._case.base64_size
        ends_well = answer.tail.rstrip(b"\r\n").endswith(b"}")
        if answer.status != self._case.status or answer.size < least or not ends_well:
            raise WrongAnswer(f"{self._case.name}: {answer}")
