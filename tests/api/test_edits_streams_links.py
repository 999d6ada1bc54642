"""Edits, server-sent events, links and conversion, through the embedded runtime."""

import base64
import io
import json
import re

import httpx
import pytest
from PIL import Image

from tests.api.test_generations import PATH, decoded
from tests.api.test_policy import leaving
from tests.api.test_references import data_url, encoded, sent
from tests.conftest import Server, wait_until

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


@pytest.mark.parametrize(
    "name", ["image", "image[]", "image[0]", "images[][image_url]", "input_image_0"]
)
def test_edit_takes_an_image_by_each_of_its_names(
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


def test_edit_takes_json_with_data_urls(client: httpx.Client, server: Server) -> None:
    """OpenAI's JSON form of an edit."""
    body = SMALL | {"images": [{"image_url": data_url(picture(), "image/png")}]}
    assert client.post(EDITS, json=body).status_code == 200
    assert sent(server) == [("input_image_0", "image/png", (100, 50))]


def test_edit_without_an_image_or_with_a_mask_is_refused(client: httpx.Client) -> None:
    """There is nothing to edit; and FLUX.2 has no masks here."""
    error = client.post(EDITS, json=SMALL).json()["error"]
    assert (error["param"], error["code"]) == ("image", "missing_required_parameter")
    files = {"image": picture(), "mask": picture()}
    error = client.post(EDITS, data=SMALL, files=files).json()["error"]
    assert (error["param"], error["code"]) == ("mask", "unsupported_parameter")


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
    }


def test_stream_of_an_edit_says_so(client: httpx.Client) -> None:
    """`stream=true` in a form is a boolean."""
    files = {"image": picture()}
    response = client.post(EDITS, data=SMALL | {"stream": "true"}, files=files)
    (event,) = events(response.text)
    assert event["type"] == "image_edit.completed"


def test_stream_hands_out_each_image_as_soon_as_it_is_ready(client: httpx.Client) -> None:
    """The slow one comes last, whatever its seed; the failed one after all that were paid for."""
    _, text = stream(client, prompt="x emulate:delay=0.7@1 emulate:flagged@2", n=4, seed=1)
    *images, error = events(text)
    assert [image["seed"] for image in images][-1] == 1
    assert sorted(image["seed"] for image in images) == [1, 3, 4]
    assert error["error"]["code"] == "content_policy_violation"


def test_stream_that_fails_at_once_has_a_status(client: httpx.Client) -> None:
    """A client's own error classes work as long as nothing has been sent."""
    response, text = stream(client, prompt="x emulate:capacity", n=2)
    assert response.status_code == 429
    assert response.headers["retry-after"]
    assert json.loads(text)["error"]["code"] == "rate_limit_exceeded"


def test_stream_that_breaks_off_does_not_end_well(client: httpx.Client) -> None:
    """Half an image never looks whole; of a short one nothing is sent at all."""
    with pytest.raises(httpx.RemoteProtocolError):
        stream(client, prompt="x emulate:big=3000000 emulate:break_middle")
    response, text = stream(client, prompt="x emulate:break_middle")
    assert (response.status_code, json.loads(text)["error"]["code"]) == (502, "upstream_error")


@pytest.mark.parametrize("made", ["jpeg", "png", "webp"])
def test_link_gives_the_image_without_a_key(client: httpx.Client, made: str) -> None:
    """Absolute, with the extension of what it is, and unguessable."""
    prompt = "x" if made == "jpeg" else f"x emulate:{made}"
    body = SMALL | {"prompt": prompt, "response_format": "url"}
    answer = client.post(PATH, json=body).json()
    (item,) = answer["data"]
    assert "b64_json" not in item
    extension = {"jpeg": "jpg"}.get(made, made)
    assert re.fullmatch(
        rf"{client.base_url}/?v1/images/files/[0-9a-f]{{32}}\.{extension}", item["url"]
    )
    image = httpx.get(item["url"])
    assert image.headers["content-type"] == f"image/{made}"
    assert image.headers["cache-control"] == "private, max-age=3600"
    assert Image.open(io.BytesIO(image.content)).size == (256, 256)
    head = httpx.head(item["url"])
    assert (head.status_code, head.content) == (200, b"")
    assert head.headers["content-type"] == f"image/{made}"


def test_link_that_does_not_exist_says_how_long_links_live(server: Server) -> None:
    """After its hour a link is a clear 404."""
    for name in (f"{'0' * 32}.jpg", "x", "..%2fsecrets"):
        response = httpx.get(f"{server.url}/v1/images/files/{name}")
        assert response.status_code == 404
        assert response.headers["content-type"] == "application/json"


def test_image_that_breaks_off_on_its_way_to_a_link_is_an_error(client: httpx.Client) -> None:
    """What is stored is whole."""
    body = SMALL | {"prompt": "x emulate:break_middle", "response_format": "url"}
    response = client.post(PATH, json=body)
    assert (response.status_code, response.json()["error"]["code"]) == (502, "upstream_error")


@pytest.mark.parametrize("wanted", ["png", "webp", "jpeg"])
@pytest.mark.parametrize("response_format", ["b64_json", "url"])
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


def test_without_the_binding_the_answer_says_what_the_image_is(servers: dict[str, Server]) -> None:
    """It is paid for, so it is not thrown away because it has another format."""
    with servers["no IMAGES"].client() as client:
        answer = client.post(PATH, json=SMALL | {"output_format": "png"}).json()
    assert answer["output_format"] == "jpeg"
    assert decoded(answer["data"][0]).format == "JPEG"


def test_without_storage_a_link_carries_the_image(servers: dict[str, Server]) -> None:
    """A data URL of the true type; `dall-e-3` asks for links by itself."""
    with servers["no RESULTS"].client() as client:
        body = SMALL | {"prompt": "x emulate:webp", "model": "dall-e-3"}
        (item,) = client.post(PATH, json=body).json()["data"]
    prefix, _, data = item["url"].partition(",")
    assert prefix == "data:image/webp;base64"
    assert Image.open(io.BytesIO(base64.b64decode(data))).size == (256, 256)


def test_error_stands_in_the_status_line(client: httpx.Client) -> None:
    """Open WebUI shows nothing else of an error."""
    response = client.post(PATH, json={"prompt": "x", "steps": 51})
    assert response.reason_phrase == "steps must be an integer from 1 to 50, not 51."


def test_client_that_leaves_before_its_stream_begins_harms_nobody(
    client: httpx.Client, server: Server
) -> None:
    """It closes its connection politely, so nobody says why; the next ones are served."""
    with leaving(server, SMALL | {"prompt": "x emulate:delay=1", "stream": True}):
        wait_until(lambda: server.calls() != [])
    wait_until(lambda: server.calls()[-1]["left"])
    assert client.post(PATH, json=SMALL).status_code == 200
