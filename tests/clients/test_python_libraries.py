"""LiteLLM and LangChain, as their users point them at a server of their own."""

from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from tests.api.test_chat import shown
from tests.api.test_generations import decoded
from tests.clients.replays import downloaded
from tests.conftest import Server

MODELS = ["openai/gpt-image-1", "openai/flux-2-dev", "openai/@cf/black-forest-labs/flux-2-klein-4b"]


@pytest.fixture(scope="module")
def litellm() -> Iterator[ModuleType]:
    """Imported late, since that takes seconds."""
    import litellm

    litellm.suppress_debug_info = True
    return litellm


@pytest.fixture
def where(server: Server) -> dict[str, str]:
    server.forget_calls()
    return {"api_base": f"{server.url}/v1", "api_key": server.key}


@pytest.mark.parametrize("model", MODELS)
def test_litellm_generates(litellm: ModuleType, where: dict[str, str], model: str) -> None:
    """It takes the prefix away that says which API to speak."""
    answer = litellm.image_generation("a cat", model=model, size="256x256", n=2, **where)
    assert [decoded(item.model_dump()).size for item in answer.data] == [(256, 256)] * 2
    assert answer.size == "256x256"


def test_litellm_passes_other_fields_on(
    litellm: ModuleType, where: dict[str, str], server: Server
) -> None:
    """`steps` and `seed` of a call are fields of the body."""
    litellm.image_generation("x", model=MODELS[1], size="256x256", steps=3, seed=40, **where)
    fields = server.calls()[0]["fields"]
    assert (fields["steps"], fields["seed"]) == ("3", "40")


@pytest.mark.parametrize("model", MODELS)
@pytest.mark.parametrize("count", [1, 2])
def test_litellm_edits(
    litellm: ModuleType,
    where: dict[str, str],
    server: Server,
    pictures: list[Path],
    model: str,
    count: int,
) -> None:
    """One image is `image[]` as well."""
    files: Any = [path.read_bytes() for path in pictures[:count]]
    image = files[0] if count == 1 else files
    answer = litellm.image_edit(image, "a hat", model=model, size="256x256", **where)
    assert decoded(answer.data[0].model_dump()).size == (256, 256)
    assert [file["width"] for file in server.calls()[0]["files"]] == [100, 120][:count]


@pytest.mark.parametrize("action", ["image_generation", "image_edit"])
def test_litellm_shows_our_error(
    litellm: ModuleType, where: dict[str, str], pictures: list[Path], action: str
) -> None:
    """A class by the status, and the message."""
    images = {"image": pictures[0].read_bytes()} if action == "image_edit" else {}
    call = getattr(litellm, action)
    with pytest.raises(litellm.BadRequestError, match="256 to 2048 pixels a side") as caught:
        call(prompt="x", model=MODELS[0], size="100x100", **images, **where)
    assert caught.value.status_code == 400
    with pytest.raises(litellm.RateLimitError, match="00:00 UTC"):
        call(prompt="x emulate:quota", model=MODELS[0], size="256x256", **images, **where)


@pytest.mark.parametrize("stream", [False, True])
def test_litellm_chats(
    litellm: ModuleType, where: dict[str, str], server: Server, stream: bool
) -> None:
    """Images and caption come through, whole and as a stream; then a follow-up edits."""
    messages = [{"role": "user", "content": "a lighthouse"}]
    fields = {"model": MODELS[1], "extra_body": {"size": "256x256"}, "stream": stream, **where}
    answer = litellm.completion(messages=messages, **fields)
    told = [chunk.choices[0].delta for chunk in answer] if stream else [answer.choices[0].message]
    images = [image for each in told for image in getattr(each, "images", None) or ()]
    assert [shown(image).size for image in images] == [(256, 256)]
    caption = "".join(each.content or "" for each in told)
    assert caption.startswith("flux-2-dev · 256x256 · [seed ")
    said = {"role": "assistant", "content": caption}
    again = litellm.completion(messages=[*messages, said, *messages], **fields | {"stream": False})
    assert " · edit · " in again.choices[0].message.content
    assert [len(call["files"]) for call in server.calls()] == [0, 1]


@pytest.mark.parametrize("model", ["dall-e-2", "dall-e-3"])
def test_langchain_gets_a_link(server: Server, model: str) -> None:
    """`DallEAPIWrapper` reads links only, one a line, and does not ask for them."""
    from langchain_community.utilities.dalle_image_generator import DallEAPIWrapper

    wrapper = DallEAPIWrapper(
        model=model, api_key=server.key, base_url=f"{server.url}/v1", size="256x256", n=2
    )
    links = wrapper.run("a cat").splitlines()
    assert len(links) == 2
    for link in links:
        assert link.endswith(".jpg")
        assert downloaded(link).size == (256, 256)
