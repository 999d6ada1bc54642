"""What is told of a request in the log, and in `server-timing`."""

import json

import pytest

from tests.unit.fakes import GENERATIONS, JPEG, NOW, PNG, Server, Upstream, encoded, refusal

PROMPT = "a purple cow"


def _line(server: Server) -> dict:
    (line,) = (json.loads(line) for line in server.logged)
    return line


async def test_each_request_is_one_line_of_json():
    """What it was, what came of it, how long it took and what it cost."""
    times = iter(range(100))
    server = Server(now=lambda: NOW + next(times))

    answer = await server.generate(prompt=PROMPT, n=2, model="flux-2-klein-4b")

    line = _line(server)
    assert line.pop("duration_ms") > line.pop("upstream_ms") > 0
    assert line == {
        "event": "request",
        "request_id": answer.headers["x-request-id"],
        "method": "POST",
        "route": GENERATIONS,
        "model": "@cf/black-forest-labs/flux-2-klein-4b",
        "n": 2,
        "references": 0,
        "stream": False,
        "images": 2,
        "key_id": "owner",
        "accounts": ["ACCOUNT"],
        "errors": [],
        "neurons": 208.4,
        "usd": 0.0022924,
        "status": 200,
    }


async def test_stream_is_told_at_its_end():
    """Only then it is known what came."""
    server = Server(Upstream(), Upstream(refusal(3030, "flagged"), 400))

    await server.generate(n=2, stream=True)

    line = _line(server)
    assert (line["stream"], line["images"], line["errors"]) == (
        True,
        1,
        ["content_policy_violation"],
    )


@pytest.mark.parametrize(
    ("fields", "error"),
    [({"n": 99}, "invalid_value"), ({"model": PROMPT}, "model_not_found")],
)
async def test_error_is_told_by_its_code(fields, error):
    """Its message may quote what somebody typed."""
    server = Server()

    answer = await server.generate(prompt=PROMPT, **fields)

    assert (_line(server)["status"], _line(server)["error"]) == (answer.status, error)


async def test_failure_upstream_is_told_with_its_time():
    """Also when nothing came."""
    times = iter(range(100))
    server = Server(Upstream(refusal(3036), 429), now=lambda: NOW + next(times))

    answer = await server.generate()

    line = _line(server)
    assert line["errors"] == ["insufficient_quota"]
    assert line["upstream_ms"] > 0
    assert answer.headers["server-timing"] == f"upstream;dur={line['upstream_ms']}"


async def test_path_is_told_as_its_route():
    """Somebody may have typed anything into it."""
    server = Server()

    for path in (f"/v1/{PROMPT}", f"/v1/models/{PROMPT}", f"/v1/images/files/{PROMPT}"):
        await server.get(path)

    routes = [json.loads(line)["route"] for line in server.logged]
    assert routes == [None, "/v1/models/*", "/v1/images/files/*"]
    assert "purple" not in str(server.logged)


async def test_neither_prompt_nor_image_is_in_the_log():
    """Whatever happens to them."""
    server = Server(Upstream(), Upstream(refusal(3030, "flagged"), 400), RuntimeError(PROMPT))

    for _ in range(3):
        await server.generate_from_form(("prompt", PROMPT), ("image", PNG), ("seed", "1"))
    await server.generate(prompt=PROMPT, size=PROMPT)
    await server.post(json.dumps({"prompt": PROMPT}).encode() + b"}")

    logged = str(server.logged)
    assert "purple" not in logged
    assert encoded(JPEG)[:40] not in logged


async def test_answer_without_a_call_has_no_server_timing():
    """There is nothing to time."""
    assert "server-timing" not in (await Server().get("/health")).headers
