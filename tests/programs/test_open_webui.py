"""Open WebUI itself: its engine for images and edits, and chats, with nothing but the Worker."""

import io
import re
from typing import Any

import pytest
from PIL import Image

from tests.conftest import Server
from tests.programs.webui import Chat, OpenWebUI, Refused

SPELLINGS = {"as documented": "/v1", "ends in a slash": "/v1/", "without v1": ""}
MODELS = [
    f"@cf/black-forest-labs/{name}" for name in ("flux-2-dev", "flux-2-klein-4b", "flux-2-klein-9b")
]

NUMBER_IN_BRACKETS = re.compile(r"\[[\d, ]+\]")
"""Its page takes that for the mark of a citation: a link with such a text is shown raw."""


def png(width: int, height: int, color: str = "teal") -> bytes:
    file = io.BytesIO()
    Image.new("RGB", (width, height), color).save(file, "PNG")
    return file.getvalue()


def sent(server: Server) -> list[tuple[str, list[tuple[int, int]]]]:
    """The prompts that Cloudflare got, each with the sizes of its reference images."""
    return [
        (call["fields"]["prompt"], [(file["width"], file["height"]) for file in call["files"]])
        for call in server.calls()
    ]


@pytest.fixture(params=SPELLINGS)
def base_url(request: Any, server: Server) -> str:
    """What people type into its settings."""
    return f"{server.url}{SPELLINGS[request.param]}"


# Its engine for images


def test_image_is_generated(open_webui: OpenWebUI, server: Server, base_url: str) -> None:
    """However the address was typed."""
    open_webui.set_images(base_url, server.key)
    (image,) = open_webui.draw("a lighthouse")
    assert image.size == (512, 512)
    assert sent(server) == [("a lighthouse", [])]


def test_image_is_edited(open_webui: OpenWebUI, server: Server, base_url: str) -> None:
    """With one picture, and with several, in the size of its settings."""
    open_webui.set_images(base_url, server.key, IMAGE_EDIT_SIZE="256x512")
    (image,) = open_webui.edit("at night", png(100, 50))
    assert image.size == (256, 512)
    (image,) = open_webui.edit("side by side", png(100, 50), png(70, 60))
    assert image.size == (256, 512)
    assert sent(server) == [("at night", [(100, 50)]), ("side by side", [(100, 50), (70, 60)])]


@pytest.mark.parametrize("model", ["dall-e-3", "gpt-image-1.5"])
def test_models_that_its_settings_offer_work(
    open_webui: OpenWebUI, server: Server, model: str
) -> None:
    """It asks some for a link and others for the image itself."""
    open_webui.set_images(
        f"{server.url}/v1", server.key, IMAGE_GENERATION_MODEL=model, IMAGE_EDIT_MODEL=model
    )
    (image,) = open_webui.draw("a lighthouse", n=1, size="256x256")
    assert image.size == (256, 256)
    (image,) = open_webui.edit("at night", png(100, 50), size="256x256")
    assert image.size == (256, 256)


def test_several_images_are_kept(open_webui: OpenWebUI, server: Server) -> None:
    """With parameters of the administrator's, such as the steps."""
    open_webui.set_images(
        f"{server.url}/v1", server.key, IMAGES_OPENAI_API_PARAMS={"steps": 7, "seed": 40}
    )
    images = open_webui.draw("a lighthouse", n=2)
    assert [image.size for image in images] == [(512, 512)] * 2
    fields = [call["fields"] for call in server.calls()]
    assert sorted(field["seed"] for field in fields) == ["40", "41"]
    assert {field["steps"] for field in fields} == {"7"}


def test_reason_is_shown(open_webui: OpenWebUI, server: Server) -> None:
    """Of what we refuse, in our words."""
    open_webui.set_images(f"{server.url}/v1", server.key, IMAGE_SIZE="99x99")
    with pytest.raises(Refused, match='size must be "auto" or WIDTHxHEIGHT'):
        open_webui.draw("a lighthouse")
    open_webui.set_images(f"{server.url}/v1", "sk-wrong", IMAGE_SIZE="512x512")
    with pytest.raises(Refused, match="Incorrect API key"):
        open_webui.edit("at night", png(100, 50))
    assert server.calls() == []


# Its chat


def test_models_are_offered(open_webui: OpenWebUI) -> None:
    """Ours first among them."""
    assert open_webui.list_models()[:3] == MODELS


def test_chat_draws_and_then_edits(open_webui: OpenWebUI, server: Server) -> None:
    """Each reply is one picture, once, with a short caption; "now at night" changes the first
    picture. What it asks besides, for a title, tags and suggestions, makes and costs nothing."""
    chat = Chat(open_webui)
    first = chat.say("a lighthouse")
    second = chat.say("now at night")
    assert sent(server)[0] == ("a lighthouse", [])
    ((prompt, references),) = sent(server)[1:]
    assert (prompt, len(references)) == ("now at night", 1)
    for reply in (first, second):
        assert reply.error is None
        assert [picture.size for picture in reply.pictures] == [(1024, 1024)]
        assert "flux-2-dev" in reply.text
        assert "![" not in reply.text
        assert "data:" not in reply.text
        assert len(reply.text) < 300
        assert not NUMBER_IN_BRACKETS.search(reply.text)
    assert chat.read_title() == "a lighthouse"


def test_tasks_of_a_model_with_a_system_prompt_cost_nothing(
    open_webui: OpenWebUI, server: Server
) -> None:
    """Open WebUI puts what an administrator told its model before each of its own tasks too."""
    open_webui.make_model("painter", MODELS[0], system="You are a painter.")
    chat = Chat(open_webui, model="painter")
    reply = chat.say("a lighthouse")
    assert len(reply.pictures) == 1
    assert sent(server) == [("a lighthouse", [])]
    assert chat.read_title() == "a lighthouse"


def test_chat_edits_what_was_attached(open_webui: OpenWebUI, server: Server) -> None:
    """The prompt is what was typed, without what Open WebUI says about the file; a follow-up
    changes what was made of it."""
    chat = Chat(open_webui)
    reply = chat.say("paint it blue", png(100, 50))
    assert len(reply.pictures) == 1
    assert sent(server) == [("paint it blue", [(100, 50)])]
    server.forget_calls()
    chat.say("now red")
    ((prompt, references),) = sent(server)
    assert (prompt, len(references)) == ("now red", 1)
    assert references != [(100, 50)]


def test_chat_controls_reach_us(open_webui: OpenWebUI, server: Server) -> None:
    """A seed, fields of our own as custom parameters; what only a language model needs is no part
    of the prompt and does no harm."""
    controls = {
        "system": "You are a helpful assistant.",
        "temperature": 0.8,
        "max_tokens": 500,
        "seed": 40,
        "custom_params": {"size": "512x256", "n": "2", "steps": "7"},
    }
    reply = Chat(open_webui, controls=controls).say("a lighthouse")
    assert [picture.size for picture in reply.pictures] == [(512, 256)] * 2
    fields = [call["fields"] for call in server.calls()]
    assert sorted((field["prompt"], field["seed"], field["steps"]) for field in fields) == [
        ("a lighthouse", "40", "7"),
        ("a lighthouse", "41", "7"),
    ]


def test_chat_shows_the_reason(open_webui: OpenWebUI, server: Server) -> None:
    """And goes on afterwards with the picture before."""
    chat = Chat(open_webui)
    chat.say("a lighthouse")
    refused = chat.say("emulate:flagged")
    assert refused.error
    assert "flagged" in refused.error
    assert refused.pictures == []
    server.forget_calls()
    assert len(chat.say("now at night").pictures) == 1
    ((prompt, references),) = sent(server)
    assert (prompt, len(references)) == ("now at night", 1)
