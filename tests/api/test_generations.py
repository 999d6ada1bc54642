"""Images from text, through the embedded runtime and back."""

import base64
import io
import json
import shutil
import subprocess
from pathlib import Path

import httpx
import pytest
import requests
from PIL import Image

from tests.conftest import Server
from tools import ROOT
from tools.node import NODE

PATH = "/v1/images/generations"
NO_USAGE = {
    "input_tokens": 0,
    "output_tokens": 0,
    "total_tokens": 0,
    "input_tokens_details": {"text_tokens": 0, "image_tokens": 0},
}


def decoded(item: dict) -> Image.Image:
    """The image of one entry of `data`, decoded to its last pixel."""
    image = Image.open(io.BytesIO(base64.b64decode(item["b64_json"], validate=True)))
    image.load()
    return image


def test_json_request_returns_an_image_of_the_size_asked_for(client: httpx.Client) -> None:
    """The main job: a prompt in, an image out, with everything needed to ask for it again."""
    response = client.post(PATH, json={"prompt": "a cat", "size": "1280x720", "seed": 7})
    answer = response.json()
    assert response.status_code == 200
    assert response.headers["content-type"] == "application/json"
    assert response.headers["x-request-id"].startswith("req_")
    assert response.headers["access-control-allow-origin"] == "*"
    assert decoded(answer["data"][0]).size == (1280, 720)
    del answer["data"][0]["b64_json"]
    assert answer.pop("id").startswith("gen_")
    assert isinstance(answer.pop("created"), int)
    assert answer == {
        "object": "image.generation",
        "model": "@cf/black-forest-labs/flux-2-dev",
        "data": [{"prompt": "a cat", "revised_prompt": "a cat", "seed": 7}],
        "output_format": "jpeg",
        "size": "1280x720",
        "steps": 25,
        "cost": {"neurons": 5625, "usd": 0.061875},
        "usage": NO_USAGE,
    }


def test_json_prompt_with_requests_is_sent_as_compact_json(server: Server) -> None:
    """A prompt that is an object reaches the model as compact JSON, non-ASCII kept."""
    server.forget_calls()
    prompt = {
        "scene": "清晨的台北街頭",
        "subjects": [{"type": "cat", "description": "ginger", "position": "foreground"}],
        "color_palette": ["#ff6b35", "#004e89"],
    }
    response = requests.post(
        server.url + PATH,
        headers={"Authorization": f"Bearer {server.key}"},
        json={"prompt": prompt, "width": 1920, "height": 1080, "seed": 42},
        timeout=60,
    )
    assert response.status_code == 200
    assert decoded(response.json()["data"][0]).size == (1920, 1080)
    assert response.json()["data"][0]["seed"] == 42
    fields = server.calls()[0]["fields"]
    assert fields["prompt"] == json.dumps(prompt, ensure_ascii=False, separators=(",", ":"))


def test_multipart_request_with_a_file_sends_it_along(
    client: httpx.Client, server: Server, tmp_path: Path
) -> None:
    """curl -F with a reference image and a number as a string."""
    photo = tmp_path / "reference.jpg"
    Image.new("RGB", (400, 300), "teal").save(photo)
    command = ["curl", "-sS", "-H", f"Authorization: Bearer {server.key}", "-F", "prompt=a hat"]
    command += ["-F", f"input_image_0=@{photo}", "-F", "steps=30", server.url + PATH]
    if shutil.which("curl"):
        done = subprocess.run(command, capture_output=True, check=True)
        answer = json.loads(done.stdout)
    else:
        files = {"input_image_0": photo.read_bytes()}
        answer = client.post(PATH, data={"prompt": "a hat", "steps": "30"}, files=files).json()
    assert answer["steps"] == 30
    assert decoded(answer["data"][0]).size == (1024, 1024)
    (call,) = server.calls()
    assert call["fields"]["steps"] == "30"
    assert [(f["field"], f["content_type"], f["width"]) for f in call["files"]] == [
        ("input_image_0", "image/jpeg", 400)
    ]


NODE_CLIENT = """
import fetch from "node-fetch";
import FormData from "form-data";
import fs from "node:fs";
const [url, key, file] = process.argv.slice(-3);
const form = new FormData();
form.append("prompt", "a lighthouse");
form.append("input_image_0", fs.createReadStream(file));
form.append("width", "512");
form.append("height", "768");
const headers = { ...form.getHeaders(), Authorization: `Bearer ${key}` };
const response = await fetch(url, { method: "POST", headers, body: form });
console.log(await response.text());
"""


def test_node_fetch_with_form_data_works(server: Server, tmp_path: Path) -> None:
    """Node's `form-data` sends a stream: chunked, without content-length."""
    photo = tmp_path / "reference.png"
    Image.new("RGB", (200, 200), "plum").save(photo)
    command = [NODE, "--input-type=module", "-e", NODE_CLIENT, server.url + PATH, server.key, photo]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, check=True)
    answer = json.loads(done.stdout)
    assert decoded(answer["data"][0]).size == (512, 768)


@pytest.mark.parametrize(
    "content_type", ["application/x-www-form-urlencoded", "multipart/form-data; boundary=x"]
)
def test_json_that_is_called_a_form_is_json(client: httpx.Client, content_type: str) -> None:
    """`curl -d '{…}'` calls it one; the platform must not take it apart."""
    body = b' {"prompt": "a cat", "size": "256x256"}'
    response = client.post(PATH, content=body, headers={"content-type": content_type})
    assert response.status_code == 200
    assert decoded(response.json()["data"][0]).size == (256, 256)


def test_urlencoded_form_is_a_form(client: httpx.Client) -> None:
    """`curl -d prompt=… -d size=…` works as well."""
    response = client.post(PATH, data={"prompt": "a cat & a dog", "size": "256x256"})
    assert response.status_code == 200
    assert response.json()["data"][0]["prompt"] == "a cat & a dog"


def test_several_images_are_several_calls(client: httpx.Client, server: Server) -> None:
    """Each with a seed of its own, side by side, and each image in its place."""
    response = client.post(PATH, json={"prompt": "x", "n": 3, "seed": 5, "size": "256x256"})
    answer = response.json()
    assert [item["seed"] for item in answer["data"]] == [5, 6, 7]
    assert len({item["b64_json"] for item in answer["data"]}) == 3
    for item in answer["data"]:
        assert decoded(item).size == (256, 256)
    assert sorted(int(call["fields"]["seed"]) for call in server.calls()) == [5, 6, 7]


def test_an_image_that_breaks_off_while_others_wait_is_an_error_of_its_own(
    client: httpx.Client,
) -> None:
    """With more images than connections each is taken whole before the answer begins."""
    body = {"prompt": "x emulate:break_middle@3", "n": 6, "seed": 1, "size": "512x512"}
    answer = client.post(PATH, json=body).json()
    assert [item["seed"] for item in answer["data"]] == [1, 2, 4, 5, 6]
    assert [(error["seed"], error["code"]) for error in answer["errors"]] == [(3, "upstream_error")]
    for item in answer["data"]:
        assert decoded(item).size == (512, 512)


def test_health_and_models_answer(client: httpx.Client, server: Server) -> None:
    """What a client asks before it makes an image."""
    health = httpx.get(f"{server.url}/health")
    assert health.json()["mode"] == "REST API"
    ids = [model["id"] for model in client.get("/v1/models").json()["data"]]
    for model_id in ids:
        encoded = model_id.replace("/", "%2F")
        assert client.get(f"/v1/models/{encoded}").json()["id"] == model_id
        assert client.get(f"/v1/models/{model_id}").json()["id"] == model_id
