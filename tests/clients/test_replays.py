"""Programs with a screen, and for workflows: their requests played back, and read as they read."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import aiohttp
import httpx
import pytest

from tests.api.test_chat import chunks, shown
from tests.api.test_references import data_url
from tests.clients.replays import (
    EDITS,
    GENERATIONS,
    PICTURE,
    PROMPT,
    REPLAYS,
    Replay,
    base64_only,
    link_first,
)
from tests.clients.workflow_replays import DIFY, WORKFLOW_REPLAYS
from tests.conftest import Server
from tests.unit.chats import CHAT, assistant, show, user

BOUNDARY = "----formdata-boundary-0123456789"
ONE_OF_EACH_KIND = [
    next(replay for replay in REPLAYS if (replay.json is not None, replay.chunked) == kind)
    for kind in ((True, False), (False, False), (False, True))
]


def form(replay: Replay, picture: bytes) -> bytes:
    """Written by hand, since each client writes it in its own way."""
    pieces = []
    for name, value in replay.parts:
        is_file = value is PICTURE
        disposition = f'Content-Disposition: form-data; name="{name}"'
        kind = f"Content-Type: {replay.files[1]}"
        if is_file:
            disposition += f'; filename="{replay.files[0]}"'
        elif replay.text_type_first:
            kind = "Content-Type: text/plain; charset=utf-8"
        lines = [disposition, kind] if is_file or replay.text_type_first else [disposition]
        if replay.text_type_first:
            lines.reverse()
        head = "\r\n".join([f"--{BOUNDARY}", *lines]).encode()
        pieces.append(head + b"\r\n\r\n" + (picture if is_file else value.encode()) + b"\r\n")
    return b"".join(pieces) + f"--{BOUNDARY}--\r\n".encode()


def in_chunks(body: bytes, size: int = 100) -> Iterator[bytes]:
    for start in range(0, len(body), size):
        yield body[start : start + size]


def played(replay: Replay, client: httpx.Client, picture: bytes) -> httpx.Response:
    if replay.json is not None:
        return client.post(replay.path, json=replay.json, headers=replay.headers)
    body = form(replay, picture)
    content_type = {"content-type": f"multipart/form-data; boundary={BOUNDARY}"}
    return client.post(
        replay.path,
        content=in_chunks(body) if replay.chunked else body,
        headers={**replay.headers, **content_type},
    )


@pytest.mark.parametrize("replay", [*REPLAYS, *WORKFLOW_REPLAYS], ids=lambda replay: replay.client)
def test_program_gets_what_it_reads(
    client: httpx.Client, server: Server, pictures: list[Path], replay: Replay
) -> None:
    """Each sends other fields, and reads the answer in another way."""
    response = played(replay, client, pictures[0].read_bytes())
    assert response.status_code == 200, response.text
    assert response.headers["content-type"] == "application/json"
    assert response.headers["access-control-allow-origin"] == "*"
    items = response.json()["data"]
    assert len(items) == replay.images
    assert [replay.reads(item).size for item in items] == [replay.size] * replay.images
    calls = server.calls()
    assert len(calls) == replay.images
    sent = sum(value is PICTURE for _, value in replay.parts)
    for call in calls:
        assert call["fields"]["prompt"] == PROMPT
        assert [file["width"] for file in call["files"]] == [100] * sent


@pytest.mark.parametrize(
    "replay",
    [replay for replay in WORKFLOW_REPLAYS if replay.headers == DIFY],
    ids=lambda replay: replay.client,
)
def test_dify_finds_what_was_used(
    client: httpx.Client, pictures: list[Path], replay: Replay
) -> None:
    """It reads each of these numbers, and ends where one is missing."""
    usage = played(replay, client, pictures[0].read_bytes()).json()["usage"]
    details = usage["input_tokens_details"]
    numbers = [usage[name] for name in ("total_tokens", "input_tokens", "output_tokens")]
    numbers += [details[name] for name in ("text_tokens", "image_tokens")]
    assert all(isinstance(number, int) for number in numbers)


def test_n8n_s_picker_has_models_to_show(client: httpx.Client) -> None:
    """It lists those whose id reads like OpenAI's, and each of them makes an image: a name of one
    for an edit unlocks the form with several pictures."""
    ids = [model["id"] for model in client.get("/v1/models").json()["data"]]
    shown = [id_ for id_ in ids if "dall-e" in id_ or "gpt-image" in id_]
    assert any("gpt-image" in id_ for id_ in shown)
    for model in shown:
        body = {"prompt": PROMPT, "model": model, "size": "256x256"}
        (item,) = client.post(GENERATIONS, json=body).raise_for_status().json()["data"]
        assert base64_only(item).size == (256, 256)


@pytest.mark.parametrize("replay", ONE_OF_EACH_KIND, ids=["JSON", "form", "form in chunks"])
def test_program_can_show_the_error(
    client: httpx.Client, pictures: list[Path], replay: Replay
) -> None:
    """A message in OpenAI's place, in JSON, whatever the form of the request was."""
    refused = replace(
        replay,
        json=replay.json and {**replay.json, "model": "sdxl"},
        parts=[(name, "sdxl" if name == "model" else value) for name, value in replay.parts],
    )
    response = played(refused, client, pictures[0].read_bytes())
    assert response.status_code == 404
    error = response.json()["error"]
    assert error["message"].startswith('The model "sdxl" does not exist here.')
    assert set(error) == {"message", "type", "param", "code"}
    assert response.reason_phrase == error["message"]


async def open_webui_edits(server: Server, picture: bytes, **fields: str) -> dict:
    """As its router does, with the library that it uses."""
    body = aiohttp.FormData()
    for name, value in fields.items():
        body.add_field(name, value)
    body.add_field("image[]", picture, filename="4f1c.png", content_type="image/png")
    headers = {"Authorization": f"Bearer {server.key}"}
    async with (
        aiohttp.ClientSession(trust_env=True) as session,
        session.post(f"{server.url}{EDITS}", data=body, headers=headers) as response,
    ):
        response.raise_for_status()
        return await response.json(content_type=None)


async def test_open_webui_s_library_edits(server: Server, pictures: list[Path]) -> None:
    """aiohttp's own way to write a form."""
    fields = {"model": "flux-2-dev", "prompt": PROMPT, "size": "256x256", "n": "1"}
    answer = await open_webui_edits(server, pictures[0].read_bytes(), **fields)
    assert link_first(answer["data"][0]).size == (256, 256)


async def test_open_webui_s_library_shows_the_reason(server: Server, pictures: list[Path]) -> None:
    """It raises before it reads the body, so the status line is all that its user sees."""
    with pytest.raises(aiohttp.ClientResponseError) as caught:
        await open_webui_edits(server, pictures[0].read_bytes(), prompt=PROMPT, size="99x99")
    assert caught.value.status == 400
    assert caught.value.message.startswith('size must be "auto" or WIDTHxHEIGHT')


# LobeHub in a chat

LOBEHUB_FILES = """<!-- SYSTEM CONTEXT (NOT PART OF USER QUERY) -->
<files_info>
<images>
<image name="a.png" url="https://storage.example.com/a.png"></image>
</images>
</files_info>
<!-- END SYSTEM CONTEXT -->"""


def test_lobehub_draws_from_its_page_for_images(client: httpx.Client, pictures: list[Path]) -> None:
    """With a model called `…:image`: a chat that is not streamed, of which it takes the first
    image."""
    image = show(data_url(pictures[0].read_bytes(), "image/png"))
    messages = [{"content": [{"text": PROMPT, "type": "text"}, image], "role": "user"}]
    body = {"messages": messages, "model": "flux-2-dev", "stream": False}
    message = client.post(CHAT, json=body).json()["choices"][0]["message"]
    assert shown(message["images"][0]).size == (1024, 1024)


def test_lobehub_chats(client: httpx.Client, server: Server, pictures: list[Path]) -> None:
    """It lists the files behind what was written, and sends answers with links to its own storage
    beside our caption."""
    picture = show(data_url(pictures[0].read_bytes(), "image/png"))
    first = user(f"a lighthouse\n\n{LOBEHUB_FILES}", picture)
    body = {"model": "flux-2-dev", "stream": True, "stream_options": {"include_usage": True}}
    told = chunks(client.post(CHAT, json=body | {"messages": [first]}).text)
    deltas = [chunk["choices"][0]["delta"] for chunk in told if chunk["choices"]]
    images = [image for delta in deltas for image in delta.get("images", ())]
    assert [shown(image).size for image in images] == [(1024, 1024)]
    caption = "".join(delta.get("content", "") for delta in deltas)
    answer = assistant(caption, show("https://storage.example.com/b.jpg"))
    chat = [first, answer, user("now at night")]
    assert client.post(CHAT, json=body | {"messages": chat}).status_code == 200
    prompts = [call["fields"]["prompt"] for call in server.calls()]
    assert prompts == ["a lighthouse", "now at night"]
    sides = [[file["width"] for file in call["files"]] for call in server.calls()]
    assert sides == [[100], [512]]
