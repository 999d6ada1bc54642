"""Edits, server-sent events, links and conversion, through the embedded runtime."""

import base64
import io
import json
import re

import httpx
import pytest
from PIL import Image

from tests.api.test_generations import NO_USAGE, PATH, decoded
from tests.api.test_headers import check_headers
from tests.api.test_references import data_url, encoded, sent
from tests.conftest import Server

EDITS = "/v1/images/edits"
SMALL = {"prompt": "x", "size": "256x256"}


def picture(width: int = 100, height: int = 50) -> bytes:
    return encoded(Image.new("RGB", (width, height), "teal"), "PNG")


def stream(client: httpx.Client, path: str = PATH, **body: object) -> tuple[httpx.Response, str]:
    with client.stream("POST", path, json=SMALL | {"stream": True} | body) as response:
        return response, response.read().decode()


def events(text: str) -> list[dict]:
    """The data of each event; comments are skipped, as clients do."""
    assert text.endswith("\n\n")
    blocks = [block for block in text.split("\n\n") if block and not block.startswith(":")]
    return [json.loads(re.search(r"^data: (.*)$", block, re.MULTILINE)[1]) for block in blocks]


@pytest.mark.parametrize("name", ["image[]", "images[][image_url]"])
def test_edit_takes_an_image_as_a_file_and_as_a_data_url(
    client: httpx.Client, server: Server, name: str
) -> None:
    """Multipart, with the parts in any order."""
    image = picture()
    files: list = [(name, ("upload", image, "application/octet-stream"))]
    if "image_url" in name:
        files = [(name, (None, data_url(image, "image/png")))]
    files += [("prompt", (None, "a hat")), ("size", (None, "256x256"))]
    response = client.post(EDITS, files=files)
    assert response.status_code == 200, response.text
    assert decoded(response.json()["data"][0]).size == (256, 256)
    assert sent(server) == [("input_image_0", "image/png", (100, 50))]


def test_stream_has_openai_s_events(client: httpx.Client) -> None:
    """One event an image, with a type by which clients dispatch, and a blank line at the end."""
    response, text = stream(client, seed=3, partial_images=2)
    assert response.status_code == 200
    assert response.headers["content-type"] == "text/event-stream"
    assert text.startswith("event: image_generation.completed\ndata: ")
    (event,) = events(text)
    assert decoded(event).size == (256, 256)
    del event["b64_json"]
    assert event.pop("created_at") > 1_700_000_000
    assert event == {
        "type": "image_generation.completed",
        "size": "256x256",
        "quality": "auto",
        "background": "opaque",
        "output_format": "jpeg",
        "model": "@cf/black-forest-labs/flux-2-dev",
        "seed": 3,
        "steps": 25,
        "cost": {"neurons": 937.5, "usd": 0.0103125},
        "usage": NO_USAGE,
    }


def test_stream_hands_out_each_image_as_soon_as_it_is_ready(client: httpx.Client) -> None:
    """The slow one comes last, whatever its seed; the failed one after all that were paid for."""
    _, text = stream(client, prompt="x emulate:delay=0.7@1 emulate:flagged@2", n=4, seed=1)
    *images, error = events(text)
    assert [image["seed"] for image in images][-1] == 1
    assert sorted(image["seed"] for image in images) == [1, 3, 4]
    assert error["error"]["code"] == "content_policy_violation"


def test_link_gives_the_image_without_a_key(client: httpx.Client) -> None:
    """Absolute, with the extension of what it is; a browser shows it and takes it for no more."""
    answer = client.post(PATH, json=SMALL | {"response_format": "url"}).json()
    (item,) = answer["data"]
    assert "b64_json" not in item
    assert re.fullmatch(rf"{client.base_url}/?v1/images/files/[0-9a-f]{{32}}\.jpg", item["url"])
    image = httpx.get(item["url"])
    assert image.headers["content-type"] == "image/jpeg"
    assert image.headers["cache-control"] == "private, max-age=3600"
    assert Image.open(io.BytesIO(image.content)).size == (256, 256)
    check_headers(image)
    head = httpx.head(item["url"])
    assert (head.status_code, head.content) == (200, b"")
    assert head.headers["content-type"] == "image/jpeg"


def test_link_that_does_not_exist_says_how_long_links_live(server: Server) -> None:
    """After its hour a link is a clear 404."""
    for name in (f"{'0' * 32}.jpg", "x", "..%2fsecrets"):
        response = httpx.get(f"{server.url}/v1/images/files/{name}")
        assert response.status_code == 404
        assert response.headers["content-type"] == "application/json"


@pytest.mark.parametrize(
    ("wanted", "response_format"), [("png", "b64_json"), ("webp", "b64_json"), ("webp", "url")]
)
def test_output_format_is_converted(
    client: httpx.Client, wanted: str, response_format: str
) -> None:
    """The bytes are what the answer says they are."""
    body = SMALL | {"output_format": wanted, "response_format": response_format}
    answer = client.post(PATH, json=body).json()
    assert answer["output_format"] == wanted
    (item,) = answer["data"]
    data = (
        base64.b64decode(item["b64_json"]) if "b64_json" in item else httpx.get(item["url"]).content
    )
    image = Image.open(io.BytesIO(data))
    assert (image.format, image.size) == (wanted.upper(), (256, 256))


@pytest.mark.parametrize("fields", [{}, {"output_format": "jpeg"}, {"output_format": "webp"}])
def test_output_compression_is_the_quality(client: httpx.Client, fields: dict) -> None:
    """A lower one is a smaller file of the same image, also where the model makes JPEG by
    itself; the answer says it."""
    sizes = []
    for quality in (10, 60, 95):
        body = SMALL | fields | {"seed": 1, "output_compression": quality}
        answer = client.post(PATH, json=body).json()
        assert answer["output_compression"] == quality
        image = decoded(answer["data"][0])
        assert (image.format, image.size) == (answer["output_format"].upper(), (256, 256))
        sizes.append(len(answer["data"][0]["b64_json"]))
    low, middle, high = sizes
    assert 2 * low < high
    assert low < middle < high


def test_link_is_a_reference(client: httpx.Client, server: Server) -> None:
    """What one answer has as a link, the next request takes as an image."""
    made = client.post(PATH, json=SMALL | {"response_format": "url"}).json()
    link = made["data"][0]["url"]
    for body in ({"images": [{"image_url": link}]}, {"image": link}):
        server.forget_calls()
        answer = client.post(EDITS, json=SMALL | body)
        assert answer.status_code == 200, answer.text
        assert sent(server) == [("input_image_0", "image/jpeg", (256, 256))]


@pytest.mark.parametrize(
    "path",
    [
        "//images/generations",
        "/images/generations/",
        "/v1//images/generations",
        "/v1/v1/images/generations",
    ],
)
def test_path_is_found_as_clients_join_it(client: httpx.Client, path: str) -> None:
    """From a base URL that ends in a slash, or lacks `/v1`, or has it twice."""
    url = f"{client.base_url}".rstrip("/") + path
    answer = client.post(url, json=SMALL)
    assert answer.status_code == 200, answer.text


def test_path_that_is_not_here_says_what_is(client: httpx.Client) -> None:
    """With or without `/v1`."""
    for path in ("/v1/responses", "/responses", "/v1/audio/speech"):
        answer = client.post(path, json={})
        assert answer.status_code == 404
        assert "use POST /v1/images/generations" in answer.json()["error"]["message"]


def test_without_the_binding_the_answer_says_what_the_image_is(servers: dict[str, Server]) -> None:
    """It is paid for, so it is not thrown away because it has another format."""
    with servers["no IMAGES"].client() as client:
        answer = client.post(PATH, json=SMALL | {"output_format": "png"}).json()
    assert answer["output_format"] == "jpeg"
    assert decoded(answer["data"][0]).format == "JPEG"
