"""OpenAI's own clients for Python and for Node, in a chat: each rule with both."""

import openai
import pytest

from tests.api.test_chat import shown
from tests.api.test_references import data_url, sent
from tests.clients.programs import Program, Refused, Task
from tests.conftest import Server
from tests.unit.chats import assistant, show, user

SMALL = {"model": "flux-2-dev", "size": "256x256"}


def chat(*messages: object, **fields: object) -> Task:
    return Task("chat", {**SMALL, "messages": [*messages], **fields})


def test_chat_returns_an_image_and_a_caption(program: Program, server: Server) -> None:
    """Fields that the client does not know go along, and come back."""
    done = program.do(server, chat(user("a lighthouse"), seed=7, steps=3))
    (choice,) = done.answer["choices"]
    assert [shown(image).size for image in choice["message"]["images"]] == [(256, 256)]
    assert choice["message"]["content"].startswith("flux-2-dev · 256x256 · [seed 7](http")
    assert choice["finish_reason"] == "stop"
    assert done.answer["generation"]["steps"] == 3
    assert done.request_id.startswith("req_")


def test_chat_streams(program: Program, server: Server) -> None:
    """Chunk by chunk, with a last one that tells of tokens."""
    options = {"include_usage": True}
    task = chat(user("a lighthouse"), n=2, stream=True, stream_options=options)
    first, *others, usage = program.do(server, task).answer
    assert first["choices"][0]["delta"]["role"] == "assistant"
    deltas = [chunk["choices"][0]["delta"] for chunk in others]
    images = [image for delta in deltas for image in delta.get("images", ())]
    assert [shown(image).size for image in images] == [(256, 256)] * 2
    assert "".join(delta.get("content", "") for delta in deltas).startswith("flux-2-dev · ")
    assert others[-1]["choices"][0]["finish_reason"] == "stop"
    assert (usage["choices"], usage["usage"]["total_tokens"]) == ([], 0)


def test_follow_up_sends_the_answer_again(program: Program, server: Server, pictures: list) -> None:
    """As the client got it."""
    picture = show(data_url(pictures[0].read_bytes(), "image/png"))
    message = program.do(server, chat(user("draw it", picture))).answer["choices"][0]["message"]
    server.forget_calls()
    program.do(server, chat(user("draw it", picture), message, user("now at night")))
    assert sent(server) == [("input_image_0", "image/jpeg", (256, 256))]


@pytest.mark.parametrize("stream", [False, True])
def test_error_is_raised_with_its_parts(program: Program, server: Server, stream: bool) -> None:
    """As long as there is a status."""
    with pytest.raises(Refused) as caught:
        program.do(server, chat(user("x emulate:flagged"), stream=stream))
    assert (caught.value.status, caught.value.code) == (400, "content_policy_violation")
    with pytest.raises(Refused) as caught:
        program.do(server, chat(assistant("Hello."), stream=stream))
    assert (caught.value.status, caught.value.param) == (400, "messages")


def test_error_in_a_stream_is_raised(program: Program, server: Server) -> None:
    """After signs of life, so without a status."""
    with pytest.raises(Refused) as caught:
        program.do(server, chat(user("x emulate:delay=10.5 emulate:flagged"), stream=True))
    assert caught.value.code == "content_policy_violation"
    assert "flagged" in caught.value.message


def test_python_s_own_reader_of_streams_puts_the_images_together(server: Server) -> None:
    """`chat.completions.stream` adds up what comes: lists by `index`."""
    client = openai.OpenAI(base_url=f"{server.url}/v1", api_key=server.key)
    with client.chat.completions.stream(
        model="flux-2-dev",
        messages=[{"role": "user", "content": "a lighthouse"}],
        extra_body={"size": "256x256", "n": 2},
    ) as stream:
        for _ in stream:
            pass
        message = stream.get_final_completion().choices[0].message.to_dict()
    images = message["images"]
    assert [shown(image).size for image in images] == [(256, 256)] * 2
    assert message["content"].startswith("flux-2-dev · 256x256 · [seed ")
