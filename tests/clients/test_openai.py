"""OpenAI's own clients for Python and for Node, each rule with both."""

import base64
from dataclasses import replace
from pathlib import Path

import openai
import pytest

from tests.api.test_generations import decoded
from tests.api.test_references import data_url
from tests.clients.programs import OpenAINode, OpenAIPython, Program, Refused, Task
from tests.clients.replays import downloaded
from tests.conftest import Server

SMALL = {"prompt": "a cat", "size": "256x256"}
FLAGGED, QUOTA, BROKEN = "x emulate:flagged", "x emulate:quota", "x emulate:garbage"
DEV = "@cf/black-forest-labs/flux-2-dev"


def refused(program: Program, server: Server, task: Task) -> Refused:
    with pytest.raises(Refused) as caught:
        program.do(server, task)
    return caught.value


def sparse_file(folder: Path, size: int) -> Path:
    path = folder / "large.png"
    with path.open("wb") as file:
        file.truncate(size)
    return path


# What works


def test_generate_returns_an_image(program: Program, server: Server) -> None:
    """The usual call, with a name that is OpenAI's: base64, and no link beside it."""
    done = program.do(server, Task("generate", SMALL | {"model": "gpt-image-1"}))
    (item,) = done.answer["data"]
    assert decoded(item).size == (256, 256)
    assert "url" not in item
    assert done.request_id.startswith("req_")


def test_generate_takes_fields_that_are_not_openai_s(program: Program, server: Server) -> None:
    """`steps` and `seed` by `extra_body`, or in Node as they are; two images, two seeds."""
    body = SMALL | {"model": "flux-2-dev", "n": 2, "steps": 3, "seed": 40}
    answer = program.do(server, Task("generate", body)).answer
    assert [item["seed"] for item in answer["data"]] == [40, 41]
    assert [decoded(item).size for item in answer["data"]] == [(256, 256)] * 2
    assert (answer["steps"], answer["size"]) == (3, "256x256")
    assert {call["fields"]["steps"] for call in server.calls()} == {"3"}


@pytest.mark.parametrize("asked", [{"response_format": "url"}, {"model": "dall-e-3"}])
def test_generate_returns_a_link_that_downloads(
    program: Program, server: Server, asked: dict[str, str]
) -> None:
    """Asked for, or as OpenAI's own rule for DALL·E; a browser has no key."""
    (item,) = program.do(server, Task("generate", SMALL | asked)).answer["data"]
    assert item.get("b64_json") is None
    assert downloaded(item["url"]).size == (256, 256)


@pytest.mark.parametrize("as_stream", [False, True], ids=["file", "stream"])
def test_edit_takes_one_image(
    program: Program, server: Server, pictures: list[Path], as_stream: bool
) -> None:
    """Of an open file openai-node does not know the length, so it sends the form in chunks."""
    task = Task("edit", SMALL, {"image": pictures[0]}, as_stream=as_stream)
    (item,) = program.do(server, task).answer["data"]
    assert decoded(item).size == (256, 256)
    (call,) = server.calls()
    assert [(file["width"], file["height"]) for file in call["files"]] == [(100, 50)]


@pytest.mark.parametrize("as_stream", [False, True], ids=["file", "stream"])
def test_edit_takes_several_images_in_their_order(
    program: Program, server: Server, pictures: list[Path], as_stream: bool
) -> None:
    """A list is `image[]`, again and again."""
    body = SMALL | {"model": "gpt-image-1", "input_fidelity": "high", "quality": "low"}
    task = Task("edit", body, {"image": pictures}, as_stream=as_stream)
    answer = program.do(server, task).answer
    assert answer["steps"] == 12
    (call,) = server.calls()
    assert [file["width"] for file in call["files"]] == [100, 120, 140]
    assert [file["field"] for file in call["files"]] == [f"input_image_{i}" for i in range(3)]


@pytest.mark.parametrize("action", ["generate", "edit"])
def test_stream_yields_an_event_for_each_image(
    program: Program, server: Server, pictures: list[Path], action: str
) -> None:
    """Both clients read the type out of the data."""
    files = {"image": pictures[0]} if action == "edit" else {}
    body = SMALL | {"stream": True, "partial_images": 1, "n": 2}
    events = program.do(server, Task(action, body, files)).answer
    kind = {"generate": "image_generation", "edit": "image_edit"}[action]
    assert [event["type"] for event in events] == [f"{kind}.completed"] * 2
    assert [decoded(event).size for event in events] == [(256, 256)] * 2


def test_models_are_listed_and_retrieved(program: Program, server: Server) -> None:
    """The clients send the slashes of an id as %2F."""
    ids = [model["id"] for model in program.do(server, Task("models")).answer]
    assert ids[0] == DEV
    for id in ids:
        done = program.do(server, Task("model", {"id": id}))
        assert (done.answer["id"], done.answer["object"]) == (id, "model")
        assert done.request_id.startswith("req_")


async def test_async_python_client_generates(server: Server) -> None:
    """The same package, the other transport."""
    async with openai.AsyncOpenAI(base_url=f"{server.url}/v1", api_key=server.key) as client:
        answer = await client.images.generate(prompt="a cat", size="256x256")
    assert decoded({"b64_json": answer.data[0].b64_json}).size == (256, 256)
    assert answer.model == DEV


def test_python_client_edits_by_json(server: Server, pictures: list[Path]) -> None:
    """OpenAI's JSON form of an edit, for which its client has no method."""
    images = [{"image_url": data_url(path.read_bytes(), "image/png")} for path in pictures]
    server.forget_calls()
    with openai.OpenAI(base_url=f"{server.url}/v1", api_key=server.key) as client:
        answer = client.post("/images/edits", body=SMALL | {"images": images}, cast_to=object)
    assert decoded(answer["data"][0]).size == (256, 256)
    assert [file["width"] for file in server.calls()[0]["files"]] == [100, 120, 140]


@pytest.mark.parametrize("either", [OpenAINode], ids=["node"], indirect=True)
def test_node_client_edits_by_data_url(
    program: Program, server: Server, pictures: list[Path]
) -> None:
    """It writes such a body as a form with the field `images[][image_url]`."""
    images = [{"image_url": data_url(pictures[1].read_bytes(), "image/png")}]
    answer = program.do(server, Task("edit", SMALL | {"images": images})).answer
    assert base64.b64decode(answer["data"][0]["b64_json"])
    assert [file["width"] for file in server.calls()[0]["files"]] == [120]


# What is refused


@pytest.mark.parametrize(
    ("variant", "body", "kind", "status", "code"),
    [
        ("configured", {"prompt": FLAGGED}, "BadRequestError", 400, "content_policy_violation"),
        ("configured", {"model": "sdxl"}, "NotFoundError", 404, "model_not_found"),
        ("configured", {"prompt": QUOTA}, "RateLimitError", 429, "insufficient_quota"),
        ("configured", {"prompt": BROKEN}, "InternalServerError", 502, "upstream_error"),
        ("no ACCOUNT", {}, "InternalServerError", 500, "configuration_error"),
    ],
)
def test_error_is_of_its_class(
    program: Program,
    servers: dict[str, Server],
    variant: str,
    body: dict[str, str],
    kind: str,
    status: int,
    code: str,
) -> None:
    """With all that a program may look at."""
    error = refused(program, servers[variant], Task("generate", SMALL | body))
    assert (error.kind, error.status, error.code) == (kind, status, code)
    assert error.request_id.startswith("req_")
    assert error.type
    assert len(error.message) > 20


def test_error_names_the_field_and_the_rule(program: Program, server: Server) -> None:
    """`param` for programs, the message for people."""
    error = refused(program, server, Task("generate", SMALL | {"steps": 51}))
    assert (error.param, error.type) == ("steps", "invalid_request_error")
    assert "steps must be an integer from 1 to 50, not 51." in error.message


def test_wrong_key_is_an_authentication_error(program: Program, server: Server) -> None:
    """Everywhere, also where nothing is made."""
    for task in (Task("generate", SMALL, key="sk-wrong"), Task("models", key="sk-wrong")):
        error = refused(program, server, task)
        assert (error.kind, error.code) == ("AuthenticationError", "invalid_api_key")


def test_stream_that_fails_at_once_raises_the_class(program: Program, server: Server) -> None:
    """Before the first byte an error still has a status."""
    body = SMALL | {"prompt": "x emulate:quota", "stream": True}
    error = refused(program, server, Task("generate", body))
    assert (error.kind, error.status) == ("RateLimitError", 429)


def test_stream_that_fails_later_raises(program: Program, server: Server) -> None:
    """After it the clients know an error by its shape."""
    body = SMALL | {"prompt": "x emulate:flagged@2", "stream": True, "n": 2, "seed": 1}
    error = refused(program, server, Task("generate", body))
    assert (error.kind, error.status, error.code) == ("APIError", None, "content_policy_violation")


def test_image_that_breaks_off_raises(program: Program, server: Server) -> None:
    """Each in the class that it has for a lost connection; none returns half an image."""
    body = {"prompt": "x emulate:big=3000000 emulate:break_middle", "size": "1024x1024"}
    error = refused(program, server, Task("generate", body))
    assert error.kind in ("APIConnectionError", "TypeError")
    assert error.status is None


def test_wrong_base_url_is_told_where_the_api_is(program: Program, server: Server) -> None:
    """One that leads to something else."""
    elsewhere = replace(server, url=f"{server.url}/api")
    error = refused(program, elsewhere, Task("generate", SMALL))
    assert (error.kind, error.code) == ("NotFoundError", "not_found")
    assert "The API is below /v1." in error.message


@pytest.mark.parametrize("path", ["/", "/v1"])
def test_base_url_may_be_joined_in_usual_ways(program: Program, server: Server, path: str) -> None:
    """A slash too many, `/v1` twice."""
    done = program.do(replace(server, url=server.url + path), Task("generate", SMALL))
    assert done.answer["data"][0]["b64_json"]


@pytest.mark.parametrize(
    ("variant", "prompt", "requests", "calls"),
    [
        ("configured", QUOTA, 1, 1),
        ("wrong token", "x", 1, 1),
        ("no API_MASTER_KEY", "x", 1, 0),
        # So the others are not repeated by our doing; each of these asks three times upstream.
        ("configured", "x emulate:internal", 3, 9),
    ],
)
def test_hopeless_error_is_not_repeated(
    program: Program,
    servers: dict[str, Server],
    variant: str,
    prompt: str,
    requests: int,
    calls: int,
) -> None:
    """By default the clients send a request three times; `x-should-retry` says where not to."""
    task = Task("generate", SMALL | {"prompt": prompt}, retries=None)
    refused(program, servers[variant], task)
    assert program.requests == requests
    assert len(servers[variant].calls()) == calls


UNREAD = pytest.mark.embedded(
    "workerd ends the connection of an upload that it will not read, and Node's fetch then misses "
    "the answer"
)
REFUSABLE = pytest.mark.parametrize(
    "either",
    [
        pytest.param(OpenAIPython, id="python"),
        pytest.param(OpenAINode, id="node", marks=UNREAD),
    ],
    indirect=True,
)


@REFUSABLE
@pytest.mark.parametrize("as_stream", [False, True], ids=["file", "stream"])
def test_large_upload_with_a_wrong_key_is_an_authentication_error(
    program: Program, server: Server, tmp_path: Path, as_stream: bool
) -> None:
    """Not a broken connection, though the answer comes before the upload has ended."""
    files = {"image": sparse_file(tmp_path, 30_000_000)}
    task = Task("edit", SMALL, files, as_stream, key="sk-wrong", retries=None)
    error = refused(program, server, task)
    assert (error.kind, error.status) == ("AuthenticationError", 401)
    assert program.requests == 1


@REFUSABLE
@pytest.mark.parametrize("as_stream", [False, True], ids=["file", "stream"])
def test_too_large_upload_says_so(
    program: Program, server: Server, tmp_path: Path, as_stream: bool
) -> None:
    """With a length as in chunks; the clients have no class of its own for 413."""
    files = {"image": sparse_file(tmp_path, 41_000_000)}
    error = refused(program, server, Task("edit", SMALL, files, as_stream, retries=None))
    assert (error.status, error.code) == (413, "request_too_large")
    assert "40 MB" in error.message
    assert program.requests == 1
