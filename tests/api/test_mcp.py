"""`POST /mcp` through the runtime: pictures, links, streams, and who leaves."""

import base64
import io
import json
import re
from typing import Any

import httpx
import pytest
from PIL import Image

from tests.api.test_attempts import leaving
from tests.api.test_edits_streams_links import picture
from tests.api.test_headers import check_headers
from tests.api.test_references import data_url, noise, sent
from tests.conftest import Server, wait_until

PATH = "/mcp"
META = "io.modelcontextprotocol/"
ACCEPT = {"accept": "application/json, text/event-stream"}


def message(tool: str, token: str | None = None, **arguments: Any) -> dict[str, Any]:
    """A call in an older version."""
    params: dict[str, Any] = {"name": tool, "arguments": arguments}
    if token is not None:
        params["_meta"] = {"progressToken": token}
    return {"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": params}


def call(client: httpx.Client, tool: str = "generate_image", **arguments: Any) -> Any:
    """The result of a call."""
    response = client.post(PATH, json=message(tool, **{"prompt": "x", **arguments}))
    assert response.status_code == 200, response.text
    return response.json()["result"]


def pictures(result: Any) -> list[Image.Image]:
    return [
        Image.open(io.BytesIO(base64.b64decode(item["data"])))
        for item in result["content"]
        if item["type"] == "image"
    ]


def links(result: Any) -> list[str]:
    return [image["url"] for image in result["structuredContent"]["images"]]


def open_link(link: str) -> Image.Image:
    return Image.open(io.BytesIO(httpx.get(link).content))


def test_picture_is_small_and_its_link_is_not(client: httpx.Client) -> None:
    """The picture is a JPEG whatever the image is."""
    result = call(client, size="1536x1024", output_format="png")
    (small,) = pictures(result)
    assert (small.format, small.size) == ("JPEG", (512, 341))
    assert result["content"][1]["mimeType"] == "image/jpeg"
    (link,) = links(result)
    assert link.startswith(str(client.base_url))
    full = open_link(link)
    assert (full.format, full.size) == ("PNG", (1536, 1024))


def test_image_smaller_than_a_picture_is_not_enlarged(client: httpx.Client) -> None:
    """There is nothing more to see."""
    (small,) = pictures(call(client, size="256x256"))
    assert small.size == (256, 256)


@pytest.mark.parametrize(
    ("variant", "bindings"), [("no IMAGES", {"IMAGES"}), ("no RESULTS", {"RESULTS"})]
)
def test_without_a_binding_the_image_still_comes(
    servers: dict[str, Server], variant: str, bindings: set[str]
) -> None:
    """Whole, or as a link, or both; and as it was made."""
    with servers[variant].client() as client:
        result = call(client, size="256x256")
    (whole,) = pictures(result)
    assert whole.size == (256, 256)
    (image,) = result["structuredContent"]["images"]
    assert ("url" in image) == (bindings == {"IMAGES"})


def test_edit_takes_a_link_and_a_data_url(client: httpx.Client, server: Server) -> None:
    """A large data URL stays outside Python, as in every body."""
    (link,) = links(call(client, size="256x256"))
    server.forget_calls()
    large = io.BytesIO()
    noise(1500, 1000).save(large, "JPEG")
    images = [link, data_url(large.getvalue()), data_url(picture(), "image/png")]
    result = call(client, "edit_image", images=images, size="256x256")
    assert result["isError"] is False
    assert [size for _, _, size in sent(server)] == [(256, 256), (512, 341), (100, 50)]


def test_stream_ends_with_the_result(client: httpx.Client) -> None:
    """Each event is a message; progress grows, and the slow image comes last."""
    body = message(
        "generate_image", "p", prompt="x emulate:delay=0.7@1", n=3, seed=1, size="256x256"
    )
    response = client.post(PATH, json=body, headers=ACCEPT)
    assert response.headers["content-type"] == "text/event-stream"
    assert response.headers["x-accel-buffering"] == "no"
    blocks = response.text.split("\n\n")
    assert blocks.pop() == ""
    events = [json.loads(re.fullmatch("event: message\ndata: (.*)", each)[1]) for each in blocks]
    *notes, answer = events
    told = [note["params"]["progress"] for note in notes]
    assert (told, told[-1]) == (sorted(told), 3)
    assert "seed 1 " in notes[-1]["params"]["message"]
    seeds = [image["seed"] for image in answer["result"]["structuredContent"]["images"]]
    assert seeds == [1, 2, 3]
    assert len(pictures(answer["result"])) == 3


def test_those_that_came_are_told_beside_those_that_did_not(client: httpx.Client) -> None:
    """In a stream too."""
    body = message("generate_image", "p", prompt="x emulate:flagged@2", n=2, seed=1, size="256x256")
    for headers in ({}, ACCEPT):
        response = client.post(PATH, json=body, headers=headers)
        text = response.text.removesuffix("\n\n").rsplit("data: ", 1)[-1]
        result = json.loads(text)["result"]
        assert len(links(result)) == 1
        (error,) = result["structuredContent"]["errors"]
        assert (error["seed"], error["code"]) == (2, "content_policy_violation")


def test_client_that_leaves_ends_its_calls_upstream(server: Server) -> None:
    """That is how a call is cancelled in the newer versions."""
    server.forget_calls()
    body = message("generate_image", "p", prompt="x emulate:stall", n=2)
    with leaving(server, body, PATH):
        wait_until(lambda: len(server.calls()) == 2)
    wait_until(lambda: all(call["left"] for call in server.calls()))


def test_notification_gets_no_body(client: httpx.Client) -> None:
    """Only the headers that every answer has."""
    note = {"jsonrpc": "2.0", "method": "notifications/initialized"}
    response = client.post(PATH, json=note)
    assert (response.status_code, response.content) == (202, b"")
    check_headers(response)


def test_newer_version_is_spoken(client: httpx.Client) -> None:
    """Its headers arrive as they were sent."""
    meta = {META + "protocolVersion": "2026-07-28", META + "clientCapabilities": {}}
    body = {"jsonrpc": "2.0", "id": 1, "method": "server/discover", "params": {"_meta": meta}}
    headers = {"MCP-Protocol-Version": "2026-07-28", "Mcp-Method": "server/discover"}
    assert client.post(PATH, json=body, headers=headers).json()["result"]["supportedVersions"]
    refused = client.post(PATH, json=body, headers={**headers, "Mcp-Method": "ping"})
    assert (refused.status_code, refused.json()["error"]["code"]) == (400, -32020)


@pytest.mark.parametrize("method", ["GET", "DELETE"])
def test_nothing_but_post_is_taken(client: httpx.Client, method: str) -> None:
    """A client that looks for a stream or ends its session goes on without."""
    response = client.request(method, PATH)
    assert (response.status_code, response.headers["allow"]) == (405, "POST, OPTIONS")


def test_wrong_key_is_told_as_json_rpc(client: httpx.Client) -> None:
    """So that a client shows it."""
    response = client.post(PATH, json={}, headers={"authorization": "Bearer sk-wrong"})
    assert response.status_code == 401
    assert response.headers["www-authenticate"] == "Bearer"
    assert response.json()["error"]["message"].startswith("Incorrect API key.")
