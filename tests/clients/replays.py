"""Requests as programs with a screen send them, as data, and what each reads of the answer.

From their sources: Open WebUI 0.12.4, LibreChat, LobeHub, AnythingLLM and Cherry Studio. `size` is
smaller than theirs where that is a user's setting.
"""

import base64
import io
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

import httpx
from PIL import Image

GENERATIONS = "/v1/images/generations"
EDITS = "/v1/images/edits"
PROMPT = "a cat in a hat"
PICTURE = object()
"""Stands for the bytes of a small PNG."""


# What they read


def decoded(b64_json: str) -> Image.Image:
    image = Image.open(io.BytesIO(base64.b64decode(b64_json, validate=True)))
    image.load()
    return image


def downloaded(url: str) -> Image.Image:
    """Absolute, with a file's name, open to whoever has no key, and called an image."""
    assert re.fullmatch(r"http://127\.0\.0\.1:\d+", url[: url.index("/", 8)])
    assert re.search(r"/[\w-]+\.(png|jpg|webp)$", urlsplit(url).path)
    response = httpx.get(url, verify=False)  # plain HTTP: an SSL context would cost 60 ms
    assert response.status_code == 200
    assert response.headers["content-type"].startswith("image/")
    image = Image.open(io.BytesIO(response.content))
    image.load()
    return image


def base64_first(item: Mapping[str, Any]) -> Image.Image:
    """LobeHub, AnythingLLM."""
    return decoded(item["b64_json"]) if item.get("b64_json") else downloaded(item["url"])


def link_first(item: Mapping[str, Any]) -> Image.Image:
    """Open WebUI: where it must not find both."""
    return downloaded(item["url"]) if item.get("url") else decoded(item["b64_json"])


def base64_only(item: Mapping[str, Any]) -> Image.Image:
    """n8n, LibreChat's image_gen_oai; Cherry Studio shows an image twice if it finds both."""
    assert "url" not in item
    return decoded(item["b64_json"])


def png_only(item: Mapping[str, Any]) -> Image.Image:
    """LibreChat and Dify call it what they have asked for, whatever it is."""
    image = base64_only(item)
    assert image.format == "PNG"
    return image


def link_only(item: Mapping[str, Any]) -> Image.Image:
    """LibreChat's DALLE3, Cherry Studio's older client."""
    assert "b64_json" not in item
    return downloaded(item["url"])


# What they send


@dataclass(frozen=True)
class Replay:
    client: str
    reads: Callable[[Mapping[str, Any]], Image.Image]
    path: str = GENERATIONS
    headers: Mapping[str, str] = field(default_factory=dict)
    json: Mapping[str, Any] | None = None
    parts: Sequence[tuple[str, Any]] = ()
    """Of a form, in their order."""
    files: tuple[str, str] = ("blob", "image/png")
    """The files' name and type in the form."""
    text_type_first: bool = False
    """As aiohttp writes parts: `Content-Type` before `Content-Disposition`, also of texts."""
    chunked: bool = False
    images: int = 1
    size: tuple[int, int] = (256, 256)


WEBUI_FORM: Mapping[str, Any] = {"text_type_first": True, "files": ("4f1c.png", "image/png")}
BROWSER = {"origin": "http://localhost:5173", "sec-fetch-mode": "cors", "accept": "*/*"}

REPLAYS = (
    Replay(
        "Open WebUI, a model of any name",
        link_first,
        json={
            "model": "flux-2-klein-4b",
            "prompt": PROMPT,
            "n": 1,
            "size": "512x512",
            "response_format": "b64_json",
        },
        size=(512, 512),
    ),
    Replay(
        "Open WebUI, dall-e-3, with an API version and parameters of the administrator",
        base64_only,
        path=f"{GENERATIONS}?api-version=2025-04-01-preview",
        json={
            "model": "dall-e-3",
            "prompt": PROMPT,
            "n": 2,
            "size": "256x256",
            "response_format": "b64_json",
            "steps": 10,
        },
        images=2,
    ),
    Replay(
        "Open WebUI, gpt-image-1",
        link_first,
        json={"model": "gpt-image-1", "prompt": PROMPT, "n": 1, "size": "auto"},
        size=(1024, 1024),
    ),
    Replay(
        "Open WebUI, edit of one image",
        link_first,
        path=EDITS,
        parts=[
            ("model", "gpt-image-1"),
            ("prompt", PROMPT),
            ("size", "256x256"),
            ("image", PICTURE),
        ],
        **WEBUI_FORM,
    ),
    Replay(
        "Open WebUI, edit in a chat",
        link_first,
        path=EDITS,
        parts=[
            ("model", "flux-2-dev"),
            ("prompt", PROMPT),
            ("n", "1"),
            ("size", "256x256"),
            ("background", "auto"),
            ("response_format", "b64_json"),
            ("image[]", PICTURE),
            ("image[]", PICTURE),
        ],
        **WEBUI_FORM,
    ),
    Replay(
        "LibreChat, image_gen_oai",
        png_only,
        json={
            "model": "gpt-image-1",
            "prompt": PROMPT,
            "n": 1,
            "background": "auto",
            "output_format": "png",
            "quality": "auto",
            "size": "auto",
        },
        size=(1024, 1024),
    ),
    Replay(
        "LibreChat, image_edit_oai",
        base64_only,
        path=EDITS,
        parts=[
            ("model", "gpt-image-1"),
            ("prompt", PROMPT),
            ("quality", "auto"),
            ("size", "256x256"),
            ("image[]", PICTURE),
            ("image[]", PICTURE),
        ],
        files=("file-1.png", "image/png"),
        chunked=True,
    ),
    Replay(
        "LibreChat, DALLE3",
        link_only,
        json={
            "model": "dall-e-3",
            "quality": "standard",
            "style": "vivid",
            "size": "1024x1024",
            "prompt": PROMPT,
            "n": 1,
        },
        size=(1024, 1024),
    ),
    Replay(
        "LobeHub, generation",
        base64_first,
        json={
            "model": "flux-2-dev",
            "n": 1,
            "prompt": PROMPT,
            "width": 512,
            "height": 256,
            "steps": 20,
            "seed": None,
            "cfg": 3.5,
            "imageUrl": None,
        },
        size=(512, 256),
    ),
    Replay(
        "LobeHub, dall-e-3",
        base64_first,
        json={
            "model": "dall-e-3",
            "n": 1,
            "response_format": "b64_json",
            "prompt": PROMPT,
            "size": "256x256",
        },
    ),
    Replay(
        "LobeHub, edit",
        base64_first,
        path=EDITS,
        parts=[
            ("image[]", PICTURE),
            ("image[]", PICTURE),
            ("model", "gpt-image-1"),
            ("n", "1"),
            ("input_fidelity", "high"),
            ("prompt", PROMPT),
            ("size", "256x256"),
            ("seed", "7"),
        ],
        files=("upload", "application/octet-stream"),
    ),
    Replay(
        "AnythingLLM, generation",
        base64_first,
        json={"model": "dall-e-3", "prompt": PROMPT, "size": "256x256", "n": 1},
    ),
    Replay(
        "AnythingLLM, edit",
        base64_first,
        path=EDITS,
        parts=[
            ("model", "flux-2-klein-9b"),
            ("prompt", PROMPT),
            ("size", "256x256"),
            ("n", "1"),
            *[("image", PICTURE)] * 3,
        ],
        files=("reference-0.png", "image/png"),
    ),
    Replay(
        "Cherry Studio, painting",
        base64_only,
        headers=BROWSER,
        json={
            "prompt": PROMPT,
            "model": "gpt-image-1",
            "size": "256x256",
            "background": "opaque",
            "n": 2,
            "quality": "low",
            "moderation": "low",
        },
        images=2,
    ),
    Replay(
        "Cherry Studio, edit",
        base64_only,
        path=EDITS,
        headers=BROWSER,
        parts=[
            ("prompt", PROMPT),
            ("model", "gpt-image-1"),
            ("size", "256x256"),
            ("n", "1"),
            ("image", PICTURE),
            ("image", PICTURE),
        ],
    ),
    Replay(
        "Cherry Studio, its older client with SiliconFlow's names",
        link_only,
        headers=BROWSER,
        json={
            "model": "dall-e-3",
            "prompt": PROMPT,
            "negative_prompt": "",
            "image_size": "1024x1024",
            "batch_size": 1,
            "seed": 7,
            "num_inference_steps": 25,
            "guidance_scale": 4.5,
            "prompt_enhancement": False,
        },
        size=(1024, 1024),
    ),
)
