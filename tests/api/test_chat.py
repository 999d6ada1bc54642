"""Chats through the runtime: documents, streams, follow-ups, and long ones."""

import base64
import io
import json
import re
from typing import Any

import httpx
import pytest
from PIL import Image

from tests.api.test_edits_streams_links import picture
from tests.api.test_headers import check_headers
from tests.api.test_references import data_url, encoded, noise, sent
from tests.conftest import Server, wait_until
from tests.unit.chats import CHAT, assistant, show, user

LINK = re.compile(r"\]\((http://[^)]+/v1/images/files/[0-9a-f]{32}\.jpg)\)")


def ask(client: httpx.Client, *messages: Any, **fields: Any) -> httpx.Response:
    body = {"model": "flux-2-dev", "messages": [*messages], "size": "256x256", **fields}
    return client.post(CHAT, json=body)


def message(response: httpx.Response) -> Any:
    assert response.status_code == 200, response.text
    return response.json()["choices"][0]["message"]


def shown(image: dict[str, Any]) -> Image.Image:
    """The picture of a message, decoded to its last pixel."""
    head, _, text = image["image_url"]["url"].partition(",")
    assert head == "data:image/jpeg;base64"
    opened = Image.open(io.BytesIO(base64.b64decode(text, validate=True)))
    opened.load()
    return opened


def chunks(text: str) -> list[Any]:
    blocks = [block for block in text[:-2].split("\n\n") if not block.startswith(":")]
    assert blocks.pop() == "data: [DONE]"
    return [json.loads(block.removeprefix("data: ")) for block in blocks]


def test_message_has_its_image_and_a_caption_with_a_link(client: httpx.Client) -> None:
    """What a chat program shows, and what it sends again."""
    response = ask(client, user("a lighthouse"), seed=7)
    said = message(response)
    check_headers(response)
    assert [shown(image).size for image in said["images"]] == [(256, 256)]
    caption = "flux-2-dev · 256x256 · [seed 7](…) · 937.5 neurons ($0.0103)"
    assert LINK.sub("](…)", said["content"]) == caption
    link = client.get(LINK.search(said["content"])[1], headers={"authorization": ""})
    assert Image.open(io.BytesIO(link.content)).size == (256, 256)
    assert link.content == base64.b64decode(said["images"][0]["image_url"]["url"].split(",")[1])


def test_follow_up_edits_the_image_of_the_caption(client: httpx.Client, server: Server) -> None:
    """Open WebUI sends nothing else of it."""
    said = message(ask(client, user("a lighthouse")))
    server.forget_calls()
    chat = [user("a lighthouse"), assistant(said["content"]), user("now at night")]
    again = message(ask(client, *chat))
    assert again["content"].startswith("flux-2-dev · edit · 256x256")
    assert sent(server) == [("input_image_0", "image/jpeg", (256, 256))]
    assert server.calls()[0]["fields"]["prompt"] == "now at night"


def test_photo_in_a_message_is_shrunk(client: httpx.Client, server: Server) -> None:
    """As everywhere."""
    photo = show(data_url(encoded(noise(1200, 800), quality=70)))
    assert ask(client, user("make it night", photo)).status_code == 200
    assert sent(server) == [("input_image_0", "image/jpeg", (512, 341))]


def test_stream_brings_images_as_they_come_then_the_caption(client: httpx.Client) -> None:
    """Each as soon as it is ready."""
    prompt = user("x emulate:delay=0.7@1")
    response = ask(client, prompt, n=2, seed=1, stream=True)
    assert response.headers["content-type"] == "text/event-stream"
    first, *images, caption, last = [chunk["choices"][0] for chunk in chunks(response.text)]
    assert first["delta"] == {"role": "assistant", "content": ""}
    found = [image for choice in images for image in choice["delta"]["images"]]
    assert [image["index"] for image in found] == [0, 1]
    assert [shown(image).size for image in found] == [(256, 256)] * 2
    assert re.search(r"\[seed 2\]\(\S+\), \[seed 1\]\(\S+\) · ", caption["delta"]["content"])
    assert (last["delta"], last["finish_reason"]) == ({}, "stop")


def test_image_without_end_comes_whole(client: httpx.Client) -> None:
    """One that is too large to be held as text, kept under its link and answered with as well."""
    for stream in (False, True):
        response = ask(client, user("x emulate:big=3000000"), stream=stream)
        assert response.status_code == 200
        url = re.search(r'"url":"data:image/jpeg;base64,([^"]+)"', response.text)[1]
        link = client.get(LINK.search(response.text)[1])
        assert link.content == base64.b64decode(url)
        assert len(link.content) > 2_000_000


def test_long_chat_with_many_images_works(client: httpx.Client, server: Server) -> None:
    """Thirty megabytes of older images, as data URLs and in Markdown; the last one counts."""
    photo = data_url(encoded(noise(900, 900), quality=95))
    old = []
    while len(old) * len(photo) < 30_000_000:
        old += [user("and this", show(photo)), assistant(f"![a]({photo}) Nice.")]
    last = data_url(picture(), "image/png")
    chat = [*old, assistant(f"Here: ![b]({last}) and so on."), user("now at night")]
    assert ask(client, *chat).status_code == 200
    assert sent(server) == [("input_image_0", "image/png", (100, 50))]
    assert ask(client, *chat, *old).status_code == 413


def test_error_names_the_message(client: httpx.Client, server: Server) -> None:
    """Before anything is asked."""
    web = show("https://example.com/cow.png")
    error = ask(client, user("a"), assistant("b"), user("c", web)).json()["error"]
    assert error["param"] == "messages[2].content[1]"
    assert server.calls() == []


def test_error_of_a_stream_has_its_status(client: httpx.Client) -> None:
    """Or is an event, once the stream has begun."""
    assert ask(client, user("x emulate:flagged"), stream=True).status_code == 400
    response = ask(client, user("x emulate:delay=10.5 emulate:flagged"), stream=True)
    assert response.status_code == 200
    first, *_, last = response.text[:-2].split("\n\n")
    assert '"role":"assistant"' in first
    assert json.loads(last.removeprefix("data: "))["error"]["code"] == "content_policy_violation"


def test_client_that_leaves_ends_its_call(client: httpx.Client, server: Server) -> None:
    """Nobody would see the image."""
    body = {"messages": [user("x emulate:stall")], "stream": True}
    with pytest.raises(httpx.ReadTimeout):
        client.post(CHAT, json=body, timeout=1)
    wait_until(lambda: bool(server.calls()) and all(call["left"] for call in server.calls()))


def test_task_of_a_chat_program_costs_nothing(client: httpx.Client, server: Server) -> None:
    """It is answered without a word."""
    task = "### Task:\nGenerate a title.\n<chat_history>\nUSER: a lighthouse\n</chat_history>"
    assert message(ask(client, user(task))) == {"role": "assistant", "content": ""}
    assert chunks(ask(client, user(task), stream=True).text)[-1]["choices"][0]["delta"] == {}
    assert server.calls() == []
