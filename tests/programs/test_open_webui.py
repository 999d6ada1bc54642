"""Open WebUI itself: its engine for images and edits, and chats, with nothing but the Worker."""

import io
from typing import Any

import pytest
from PIL import Image

from tests.conftest import Server
from tests.programs.webui import OpenWebUI, Refused

SPELLINGS = {"as documented": "/v1", "ends in a slash": "/v1/", "without v1": ""}
MODELS = [
    f"@cf/black-forest-labs/{name}" for name in ("flux-2-dev", "flux-2-klein-4b", "flux-2-klein-9b")
]


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
