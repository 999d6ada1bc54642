"""Vercel's AI SDK, with the provider for everybody's servers and with OpenAI's own."""

import io
import re
from base64 import b64decode
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from tests.api.test_references import data_url, sent
from tests.clients.programs import NodeProgram
from tests.clients.replays import downloaded
from tests.conftest import Server

GENERATIONS = "/v1/images/generations"
EDITS = "/v1/images/edits"


Generate = Callable[..., dict[str, Any]]


@pytest.fixture(scope="module")
def node() -> Iterator[NodeProgram]:
    program = NodeProgram("vercel.mjs")
    yield program
    program.stop()


@pytest.fixture(params=["compatible", "openai"])
def provider(request: pytest.FixtureRequest) -> str:
    return request.param


@pytest.fixture
def generate(node: NodeProgram, server: Server) -> Generate:
    server.forget_calls()

    def call(provider: str, key: str | None = None, **task: Any) -> dict[str, Any]:
        defaults = {"provider": provider, "model": "flux-2-klein-4b", "prompt": "a cat"}
        return node.do(server, key, defaults | task)

    return call


def sizes(outcome: dict[str, Any]) -> list[tuple[int, int]]:
    assert "images" in outcome, outcome
    images = outcome["images"]
    assert {image["mediaType"] for image in images} == {"image/jpeg"}
    return [Image.open(io.BytesIO(b64decode(image["base64"]))).size for image in images]


def test_image_has_the_size_asked_for(generate: Generate, provider: str) -> None:
    """One image is one request."""
    outcome = generate(provider, size="512x256")
    assert sizes(outcome) == [(512, 256)]
    assert outcome["requests"] == [GENERATIONS]


@pytest.mark.parametrize("model", ["gpt-image-1", "flux-2-klein-9b"])
def test_three_images_come_however_they_are_asked_for(
    generate: Generate, server: Server, provider: str, model: str
) -> None:
    """OpenAI's provider asks three times at once if it does not know the model."""
    outcome = generate(provider, model=model, size="256x256", n=3)
    assert sizes(outcome) == [(256, 256)] * 3
    at_once = provider == "openai" and model.startswith("flux")
    assert outcome["requests"] == [GENERATIONS] * (3 if at_once else 1)
    assert len({call["fields"]["seed"] for call in server.calls()}) == 3


@pytest.mark.parametrize("count", [1, 2])
def test_edit_sends_the_images_along(
    generate: Generate, server: Server, provider: str, pictures: list[Path], count: int
) -> None:
    """One is `image`, two are `image[]`, and it never says in which form it wants the answer."""
    outcome = generate(provider, files=pictures[:count], size="256x256")
    assert sizes(outcome) == [(256, 256)]
    assert outcome["requests"] == [EDITS]
    (call,) = server.calls()
    assert call["fields"]["prompt"] == "a cat"
    assert [file["width"] for file in call["files"]] == [100, 120][:count]


def test_error_has_our_message(generate: Generate, provider: str) -> None:
    """It shows nothing if an error has not OpenAI's shape."""
    refused = generate(provider, prompt="x emulate:flagged")["refused"]
    assert (refused["name"], refused["statusCode"]) == ("AI_APICallError", 400)
    assert "flagged" in refused["message"]
    refused = generate(provider, key="sk-wrong")["refused"]
    assert refused["statusCode"] == 401
    assert refused["message"].startswith("Incorrect API key.")


def test_no_key_is_told(generate: Generate) -> None:
    """The provider for everybody then sends no header at all."""
    refused = generate("compatible", key="")["refused"]
    assert refused["statusCode"] == 401
    assert refused["message"].startswith("No API key was given.")


def test_options_of_ours_arrive(generate: Generate, server: Server) -> None:
    """`providerOptions` go to the top level of the body."""
    options = {"flux": {"steps": 3, "seed": 40}}
    outcome = generate("compatible", model="flux-2-dev", providerOptions=options)
    assert sizes(outcome) == [(1024, 1024)]
    fields = server.calls()[0]["fields"]
    assert (fields["steps"], fields["seed"]) == ("3", "40")


@pytest.mark.parametrize("say", ["whole", "stream"])
def test_chat_shows_the_caption_with_a_link(
    generate: Generate, server: Server, provider: str, say: str
) -> None:
    """Its providers for chat hand on text alone: the link in it is where the image is. What was
    said before goes along, so a follow-up edits."""
    first = [{"role": "user", "content": "a lighthouse"}]
    told = generate(provider, say=say, messages=first)
    assert told["finishReason"] == "stop"
    link = re.search(r"\((http\S+)\)", told["text"])[1]
    assert downloaded(link).size == (1024, 1024)
    answer = {"role": "assistant", "content": told["text"]}
    again = generate(provider, say=say, messages=[*first, answer, first[0]])
    assert " · edit · " in again["text"]
    assert [len(call["files"]) for call in server.calls()] == [0, 1]


@pytest.mark.parametrize("say", ["whole", "stream"])
def test_chat_takes_an_image(
    generate: Generate, server: Server, provider: str, pictures: list[Path], say: str
) -> None:
    """As a part of the message."""
    image = {"type": "image", "image": data_url(pictures[0].read_bytes(), "image/png")}
    content = [{"type": "text", "text": "make it night"}, image]
    told = generate(provider, say=say, messages=[{"role": "user", "content": content}])
    assert " · edit · " in told["text"]
    assert sent(server) == [("input_image_0", "image/png", (100, 50))]


def test_link_is_followed(generate: Generate, pictures: list[Path]) -> None:
    """A name of DALL·E's brings links; the provider for everybody downloads them itself."""
    outcome = generate("compatible", model="dall-e-2", files=pictures[:1], size="256x256")
    assert sizes(outcome) == [(256, 256)]
    edit, download = outcome["requests"]
    assert edit == EDITS
    assert download.startswith("/v1/images/files/")
