"""Routes, methods, request ids, and what becomes of our own bugs."""

import json

import pytest

from flux2.ports import ClientLeft
from tests.unit.fakes import (
    GENERATIONS,
    KEY,
    PNG,
    Request,
    Resizer,
    Server,
    Upstream,
    check_error,
    events,
    picture,
)


@pytest.mark.parametrize("path", ["/v1/nothing", "/v1/images", "/v1"])
async def test_unknown_path_is_not_found(path):
    """404 in the error shape, naming the path."""
    answer = await Server().get(path)

    check_error(answer, 404, "not_found", path)


@pytest.mark.parametrize("path", ["/nothing", "/v2/models", "/healthy", '/"<script>'])
async def test_unknown_path_outside_v1_needs_no_key(path):
    """Nothing is locked there, so nothing asks for a key."""
    answer = await Server(environment={}).get(path, key=None)

    check_error(answer, 404, "not_found", path)


@pytest.mark.parametrize(
    ("method", "path", "allow"),
    [
        ("GET", GENERATIONS, "POST, OPTIONS"),
        ("PUT", GENERATIONS, "POST, OPTIONS"),
        ("POST", "/v1/models", "GET, HEAD, OPTIONS"),
        ("DELETE", "/v1/models/flux-2-dev", "GET, HEAD, OPTIONS"),
        ("POST", "/health", "GET, HEAD, OPTIONS"),
    ],
)
async def test_wrong_method_is_not_allowed(method, path, allow):
    """405 with the methods that are (RFC 9110, 15.5.6)."""
    answer = await Server().get(path, method=method)

    check_error(answer, 405, "method_not_allowed", method)
    assert answer.headers["allow"] == allow


@pytest.mark.parametrize("path", ["/health", "/v1/models", "/v1/models/flux-2-dev"])
async def test_head_is_get_without_the_body(path):
    """The same status and headers, nothing else."""
    got = await Server().get(path)
    headed = await Server().get(path, method="HEAD")

    assert (headed.status, headed.text) == (200, "")
    assert headed.headers == got.headers


async def test_head_of_an_error_has_no_body_either():
    """RFC 9110, 9.3.2."""
    answer = await Server().get(GENERATIONS, method="HEAD")

    assert (answer.status, answer.text) == (405, "")
    assert answer.headers["allow"] == "POST, OPTIONS"


async def test_request_ids_differ():
    """Each answer has its own id."""
    server = Server()

    ids = {(await server.get("/health")).headers["x-request-id"] for _ in range(3)}

    assert len(ids) == 3


async def test_bug_is_an_internal_error_that_tells_nothing():
    """A bug of ours is 500 with the request id; its message might quote a prompt or a secret, so
    neither the answer nor the log has it. The log has the kind, the place and the id."""
    server = Server(RuntimeError(f"the prompt was: a purple cow, {KEY}"))

    answer = await server.generate(prompt="a purple cow")

    request_id = answer.headers["x-request-id"]
    check_error(answer, 500, "internal_error", request_id)
    assert answer.headers["x-should-retry"] == "false"
    assert "Traceback" not in answer.text
    assert "call.py" not in answer.text
    assert events(server) == ["bug", "request"]
    bug = json.loads(server.logged[0])
    assert bug["request_id"] == request_id
    assert bug["kind"] == "RuntimeError"
    assert "cloudflare/call.py" in bug["where"]
    for word in ("purple", KEY):
        assert word not in answer.text + str(server.logged)


@pytest.mark.parametrize(
    ("error", "status", "code"),
    [
        (ConnectionError("broken"), 400, "invalid_request"),
        (ClientLeft(), 499, "client_closed_request"),
    ],
)
async def test_request_that_breaks_off_is_an_error(error: Exception, status: int, code: str):
    """A client that breaks off gets an answer in the error shape, if it still listens."""
    check_error(await Server().post(error), status, code)


async def test_body_beyond_the_limit_is_too_large():
    """At most 40 MB, which an isolate can hold; the transport is asked to stop there."""
    request = Request("POST", GENERATIONS, {"authorization": f"Bearer {KEY}"}, b"x" * 40_000_001)

    answer = await Server().send(request)

    check_error(answer, 413, "request_too_large", "40 MB")
    assert request.limits == [40_000_000]


async def test_whole_path_of_a_request():
    """A form with everything, through the door and back."""
    server = Server(Upstream(), resize=Resizer())

    answer = await server.generate_from_form(
        ("prompt", '{"scene": "ein Tal", "mood": "stürmisch"}'),
        ("size", "768x512"),
        ("quality", "low"),
        ("guidance", "3.5"),
        ("seed", "7"),
        ("image[]", PNG),
        ("image[]", picture("JPEG", (900, 600))),
    )

    assert answer.status == 200
    assert json.loads(answer.text)["cost"] == {"neurons": 1350, "usd": 0.01485}
    (call,) = server.cloudflare.calls
    assert call.fields == {
        "prompt": '{"scene":"ein Tal","mood":"stürmisch"}',
        "width": "768",
        "height": "512",
        "seed": "7",
        "steps": "12",
        "guidance": "3.5",
    }
    assert call.images == [
        ("input_image_0", "image/png", PNG),
        ("input_image_1", "image/png", b"shrunk"),
    ]
