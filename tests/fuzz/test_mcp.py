"""Messages that no agent's program should send to `POST /mcp`, in memory."""

import asyncio
import json
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import strategies as st

from flux2.mcp.versions import CAPABILITIES, SUPPORTED, VERSION
from tests.fuzz import strange
from tests.fuzz.bodies import DEEP
from tests.fuzz.values import ANYTHING, OBJECTS, SCALARS
from tests.unit.fakes import KEY, Buffer, Request, Resizer, events
from tests.unit.fakes.batching import Batching

pytestmark = pytest.mark.no_cover
COUNT = 2000
METHODS = ("initialize", "ping", "server/discover", "tools/list", "tools/call", "tools/call", "x")
TOOLS = (
    "generate_image", "edit_image", "list_models", "submit_batch", "get_batch", "", "draw",
)  # fmt: skip
VERSIONS = (*SUPPORTED, SUPPORTED[0], "2024-11-05", "")


def mostly(usual: Any) -> st.SearchStrategy[Any]:
    """The usual ones, and now and then anything."""
    return st.integers(0, 19).flatmap(lambda chance: usual if chance else ANYTHING)


META = st.fixed_dictionaries(
    {VERSION: mostly(st.sampled_from(VERSIONS)), CAPABILITIES: mostly(st.just({}))},
    optional={"progressToken": SCALARS},
)
PROMPTS = st.fixed_dictionaries(
    {"prompts": mostly(st.lists(mostly(OBJECTS | st.just("x") | st.just({"prompt": "x"}))))},
    optional={"title": ANYTHING, "completion_window": ANYTHING, "id": ANYTHING},
)
PARAMS = st.fixed_dictionaries(
    {
        "name": mostly(st.sampled_from(TOOLS)),
        "arguments": mostly(OBJECTS | PROMPTS),
        "_meta": mostly(st.just({}) | META | META),
    },
    optional={"cursor": SCALARS, "protocolVersion": mostly(st.sampled_from(VERSIONS))},
)
MESSAGES = st.fixed_dictionaries(
    {
        "jsonrpc": mostly(st.just("2.0")),
        "method": mostly(st.sampled_from(METHODS)),
        "params": mostly(PARAMS),
        "id": mostly(st.integers(0, 9)),
    },
    optional={"result": SCALARS},
)
NOTES = MESSAGES.map(lambda note: {name: note[name] for name in note if name != "id"})
BODIES = st.one_of(mostly(MESSAGES | NOTES).map(lambda value: json.dumps(value).encode()), DEEP)


def make_request(body: bytes, version: str | None, accept: str) -> Request:
    """With headers that say what the message does, as far as it says it, but for a version."""
    message = {}
    with suppress(ValueError, RecursionError):
        message = json.loads(body)
    headers = {
        "authorization": f"Bearer {KEY}",
        "accept": accept,
        "mcp-method": find(message, "method"),
        "mcp-name": find(message, "params", "name"),
        "mcp-protocol-version": find(message, "params", "_meta", VERSION)
        if version is None
        else version,
    }
    kept = {name: value for name, value in headers.items() if isinstance(value, str)}
    return Request("POST", "/mcp", kept, body)


def find(value: Any, *names: str) -> Any:
    for name in names:
        value = value.get(name) if isinstance(value, dict) else None
    return value


REQUESTS = st.builds(
    make_request,
    BODIES,
    st.sampled_from((None, None, None, *VERSIONS)),
    st.sampled_from(("application/json", "application/json, text/event-stream")),
)


async def shrink(image: Any, side: int) -> Buffer:
    return Buffer(b"c21hbGw=")


def test_strange_message_gets_an_answer_of_the_protocol() -> None:
    """Never a bug of ours; `tests/unit/mcp_shapes.py` judges what it is."""
    statuses: set[int] = set()
    with asyncio.Runner() as runner:

        def send(request: Request) -> None:
            server = Batching(resize=Resizer(), shrink=shrink)
            answer = runner.run(server.send(request))
            statuses.add(answer.status)
            assert "bug" not in events(server)

        strange.fuzz(REQUESTS, COUNT, send)
    assert {200, 202, 400, 404} <= statuses <= {200, 202, 400, 404, 413}
