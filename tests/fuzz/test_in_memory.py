"""Thousands of requests that nobody should send, in memory; test_over_http.py sends more."""

import asyncio
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace

import pytest
from hypothesis.strategies import SearchStrategy

from tests.fuzz import strange
from tests.fuzz.documented import Specification
from tests.unit.fakes import KEY, Request, Resizer, Server
from tools import ROOT

pytestmark = pytest.mark.no_cover
"""It would take twice as long, and lines that only chance reaches are not covered."""
SPECIFICATION = Specification(json.loads((ROOT / "assets/openapi.json").read_text()))
KINDS: Mapping[str, tuple[Callable[[str], SearchStrategy[Request]], int, int]] = {
    "JSON": (strange.json_requests, 2000, 4000),
    "chats": (strange.chat_requests, 1000, 1000),
    "forms": (strange.form_requests, 1200, 2400),
    "urlencoded forms": (strange.urlencoded_requests, 500, 1000),
    "methods, paths and headers": (strange.door_requests, 1500, 1600),
}
"""How many examples of each, and how many requests those make at least."""


@pytest.fixture
def runner() -> Iterator[asyncio.Runner]:
    """One event loop for all requests of a test: making one costs more than a request."""
    with asyncio.Runner() as runner:
        yield runner


@pytest.mark.parametrize("kind", KINDS)
def test_strange_request_gets_a_documented_answer(kind: str, runner: asyncio.Runner) -> None:
    """Whatever is sent: a status, headers and a body of the specification, and never a bug."""
    make, count, least = KINDS[kind]
    statuses: list[int] = []

    def send(example: Request) -> None:
        for request in _as_the_door_sees_it(example):
            answer = runner.run(Server(resize=Resizer()).send(request))
            statuses.append(answer.status)
            SPECIFICATION.check(request.method, request.path, answer)

    strange.fuzz(make(KEY), count, send)

    assert len(statuses) >= least
    assert strange.MIXTURE[make] <= set(statuses)


def _as_the_door_sees_it(request: Request) -> Sequence[Request]:
    """Without its query; what is sent to one path that makes images goes to the other as well."""
    path = request.path.partition("?")[0]
    paths = strange.IMAGE_PATHS if path in strange.IMAGE_PATHS else (path,)
    return [replace(request, path=path) for path in paths]


def test_there_are_9000_of_them() -> None:
    """With 1,500 over HTTP more than 10,000; the test above counts what it sends."""
    assert sum(least for *_, least in KINDS.values()) >= 9_000
