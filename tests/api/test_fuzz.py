"""Requests that nobody should send, over HTTP: what the platform makes of them is part of it."""

import json
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest
from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from flux2.json_text import MOST_LEVELS
from flux2.request.forms import MOST_PARTS
from tests import strange
from tests.conftest import Server
from tests.documented import Specification
from tests.unit.fakes import Answer, Request

SIDE_BY_SIDE = 6
KINDS: Mapping[str, tuple[Callable[[str], SearchStrategy[Request]], int]] = {
    "JSON": (strange.json_requests, 80),
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
    assert {200, 400} <= set(statuses)


def test_there_are_1500_of_them() -> None:
    """With 9,000 in memory more than 10,000; the test above counts what it sends."""
    assert SIDE_BY_SIDE * sum(count for _, count in KINDS.values()) >= 1_500


@pytest.mark.parametrize("as_form", [False, True], ids=["JSON", "form"])
def test_json_prompt_at_the_limit_of_depth_works(server: Server, as_form: bool) -> None:
    """The embedded runtime's stack is smaller than CPython's, and suffices for 64 levels."""
    around = 1 if as_form else 2
    codes = []
    with server.client() as client:
        for depth in (MOST_LEVELS - around, MOST_LEVELS - around + 1):
            value = {"scene": "emulate:flagged", "deep": json.loads("[" * depth + "]" * depth)}
            sent = (
                {"data": {"prompt": json.dumps(value)}} if as_form else {"json": {"prompt": value}}
            )
            codes.append(client.post(strange.GENERATIONS, **sent).json()["error"]["code"])

    assert codes == ["content_policy_violation", "invalid_value" if as_form else "invalid_json"]


def test_form_of_1000_parts_is_the_largest(server: Server) -> None:
    """The platform parses any number; Python looks at that many."""
    codes = []
    with server.client() as client:
        for count in (MOST_PARTS - 1, MOST_PARTS):
            files = [(f"user{number}", (None, "x")) for number in range(count)]
            parts = [("prompt", (None, "emulate:flagged")), *files]
            codes.append(client.post(strange.GENERATIONS, files=parts).json()["error"]["code"])

    assert codes == ["content_policy_violation", "invalid_form"]


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
