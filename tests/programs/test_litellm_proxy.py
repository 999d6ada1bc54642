"""openai-python, litellm's proxy, the Worker: what passes through both unharmed."""

import base64
import io
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import openai
import pytest
from PIL import Image

from tests.conftest import Server


@pytest.fixture
def client(litellm_proxy: Server) -> Iterator[openai.OpenAI]:
    with openai.OpenAI(
        base_url=f"{litellm_proxy.url}/v1", api_key=litellm_proxy.key, max_retries=0
    ) as client:
        yield client


@pytest.fixture
def picture(tmp_path: Path) -> Path:
    path = tmp_path / "picture.png"
    Image.new("RGB", (100, 50), "teal").save(path)
    return path


def sizes(answer: openai.types.ImagesResponse) -> list[tuple[int, int]]:
    images = [base64.b64decode(image.b64_json or "") for image in answer.data or ()]
    return [Image.open(io.BytesIO(image)).size for image in images]


def test_models_are_listed(client: openai.OpenAI) -> None:
    """Those of the proxy's configuration."""
    assert {model.id for model in client.models.list()} == {"flux-2-dev", "flux-2-klein-4b"}


def test_images_are_generated(client: openai.OpenAI, server: Server) -> None:
    """With fields that only we have."""
    answer = client.images.generate(
        model="flux-2-dev",
        prompt="a lighthouse",
        n=2,
        size="256x256",
        extra_body={"seed": 40, "steps": 7},
    )
    assert sizes(answer) == [(256, 256)] * 2
    fields = [call["fields"] for call in server.calls()]
    assert sorted((field["seed"], field["steps"]) for field in fields) == [("40", "7"), ("41", "7")]


@pytest.mark.parametrize("count", [1, 2])
def test_images_are_edited(
    client: openai.OpenAI, server: Server, picture: Path, count: int
) -> None:
    """One picture, or several."""
    files = [picture.read_bytes()] * count
    answer = client.images.edit(
        model="flux-2-klein-4b",
        image=files if count > 1 else files[0],
        prompt="at night",
        size="256x256",
    )
    assert sizes(answer) == [(256, 256)]
    (call,) = server.calls()
    assert [file["width"] for file in call["files"]] == [100] * count


def test_refusal_keeps_our_words(client: openai.OpenAI, picture: Path) -> None:
    """What to do, on both paths."""
    with pytest.raises(openai.BadRequestError, match="256 to 2048 pixels a side"):
        client.images.generate(model="flux-2-dev", prompt="x", size="99x99")
    with pytest.raises(openai.BadRequestError, match="256 to 2048 pixels a side"):
        client.images.edit(model="flux-2-dev", image=picture, prompt="x", size="99x99")


def test_used_up_allocation_keeps_our_words(client: openai.OpenAI) -> None:
    """When it starts anew."""
    with pytest.raises(openai.RateLimitError, match="00:00 UTC"):
        client.images.generate(model="flux-2-dev", prompt="emulate:quota", size="256x256")


# Its chats


def shown(images: list[Any]) -> list[tuple[int, int]]:
    """The sizes of images that came as data URLs."""
    urls = [image["image_url"]["url"] for image in images]
    files = [base64.b64decode(url.partition("base64,")[2]) for url in urls]
    return [Image.open(io.BytesIO(file)).size for file in files]


def test_chat_shows_image_and_caption(client: openai.OpenAI, server: Server) -> None:
    """Both pass through, and our fields as well."""
    answer = client.chat.completions.create(
        model="flux-2-dev",
        messages=[{"role": "user", "content": "a lighthouse"}],
        seed=40,
        extra_body={"size": "256x256"},
    )
    (choice,) = answer.choices
    assert choice.finish_reason == "stop"
    assert shown(choice.message.to_dict()["images"]) == [(256, 256)]
    assert "seed" in (choice.message.content or "")
    (call,) = server.calls()
    assert (call["fields"]["prompt"], call["fields"]["seed"]) == ("a lighthouse", "40")


def test_chat_streams_and_edits(client: openai.OpenAI, server: Server, picture: Path) -> None:
    """The picture of a message reaches Cloudflare; what comes back is one image and a caption."""
    url = f"data:image/png;base64,{base64.b64encode(picture.read_bytes()).decode()}"
    stream = client.chat.completions.create(
        model="flux-2-dev",
        messages=[
            {
                "role": "user",
                "content": [
                    {"type": "text", "text": "at night"},
                    {"type": "image_url", "image_url": {"url": url}},
                ],
            }
        ],
        stream=True,
        extra_body={"size": "256x256"},
    )
    deltas = [choice.delta.to_dict() for chunk in stream for choice in chunk.choices]
    images = [image for delta in deltas for image in delta.get("images") or []]
    assert shown(images) == [(256, 256)]
    assert "flux-2-dev" in "".join(delta.get("content") or "" for delta in deltas)
    (call,) = server.calls()
    assert call["fields"]["prompt"] == "at night"
    assert [file["width"] for file in call["files"]] == [100]


@pytest.mark.parametrize("stream", [False, True])
def test_refused_chat_keeps_our_words(client: openai.OpenAI, stream: bool) -> None:
    """Before the first byte of a stream too."""
    with pytest.raises(openai.BadRequestError, match="256 to 2048 pixels a side"):
        client.chat.completions.create(
            model="flux-2-dev",
            messages=[{"role": "user", "content": "x"}],
            stream=stream,
            extra_body={"size": "99x99"},
        )
