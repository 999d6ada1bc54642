"""Requests that nobody should send, over HTTP: what the platform makes of them is part of it."""

from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest
from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from tests.conftest import Server
from tests.fuzz import strange
from tests.fuzz.documented import Specification
from tests.unit.fakes import Answer, Request

SIDE_BY_SIDE = 6
KINDS: Mapping[str, tuple[Callable[[str], SearchStrategy[Request]], int]] = {
    "JSON": (strange.json_requests, 80),
    "chats": (strange.chat_requests, 30),
    "multipart": (strange.multipart_requests, 90),
    "urlencoded forms": (strange.urlencoded_requests, 25),
    "methods, paths and headers": (strange.door_requests, 70),
}
"""How many times as many as are sent side by side."""


@pytest.fixture(scope="module")
def specification(server: Server) -> Specification:
    with server.client() as client:
        return Specification(client.get("/openapi.json").json())


@pytest.fixture
def pool() -> Iterator[ThreadPoolExecutor]:
    with ThreadPoolExecutor(SIDE_BY_SIDE) as pool:
        yield pool


@pytest.mark.parametrize("kind", KINDS)
def test_strange_request_gets_a_documented_answer(
    kind: str, server: Server, specification: Specification, pool: ThreadPoolExecutor
) -> None:
    """Within a minute, whatever is sent: a status, headers and a body of the specification, and
    never a bug; and the server goes on working."""
    make, count = KINDS[kind]
    statuses: list[int] = []

    def send(request: Request) -> None:
        answer = _sent(client, request)
        statuses.append(answer.status)
        try:
            specification.check(request.method, request.path.partition("?")[0], answer)
        except Exception as exc:
            exc.add_note(f"{request!r:.3000}\n{answer!r:.3000}")
            raise

    batches = st.lists(make(server.key), min_size=SIDE_BY_SIDE, max_size=SIDE_BY_SIDE)
    with server.client() as client:
        strange.fuzz(batches, count, lambda batch: list(pool.map(send, batch)))
        good = client.post(strange.GENERATIONS, json={"prompt": "a cat", "size": "256x256"})

    assert good.status_code == 200
    assert len(statuses) >= count * SIDE_BY_SIDE
    assert strange.MIXTURE[make] <= set(statuses)


def test_there_are_1500_of_them() -> None:
    """With 9,000 in memory more than 10,000; the test above counts what it sends."""
    assert SIDE_BY_SIDE * sum(count for _, count in KINDS.values()) >= 1_500


def _sent(client: httpx.Client, request: Request) -> Answer:
    """The path and the headers go out as they are: httpx would mend them."""
    head = {name.encode(): value.encode("latin-1") for name, value in request.headers.items()}
    response = client.request(
        request.method,
        "/",
        content=request.data,
        headers=head,
        extensions={"target": request.path.encode()},
    )
    return Answer(response.status_code, response.headers, response.text)
