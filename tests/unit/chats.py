"""Chats as programs send them to `/v1/chat/completions`, and what is in the answers."""

import json
from typing import Any

from tests.unit.fakes import Answer, Server

CHAT = "/v1/chat/completions"


def say(role: str, *content: Any, **more: Any) -> dict[str, Any]:
    """A message; one text stands for itself, anything else is a list of parts."""
    if len(content) == 1 and (content[0] is None or isinstance(content[0], str)):
        return {"role": role, "content": content[0], **more}
    return {"role": role, "content": [*map(as_part, content)], **more}


def user(*content: Any, **more: Any) -> dict[str, Any]:
    return say("user", *content, **more)


def assistant(*content: Any, **more: Any) -> dict[str, Any]:
    return say("assistant", *content, **more)


def show(url: str) -> dict[str, Any]:
    return {"type": "image_url", "image_url": {"url": url}}


def as_part(part: Any) -> Any:
    return {"type": "text", "text": part} if isinstance(part, str) else part


async def ask(server: Server, *messages: Any, **fields: Any) -> Answer:
    """Ask with these messages."""
    body = {"model": "flux-2-dev", "messages": [*messages], **fields}
    return await server.post(json.dumps(body, ensure_ascii=False).encode(), path=CHAT)


def message(answer: Answer) -> Any:
    """The only message of an answer."""
    assert answer.status == 200, answer.text
    (choice,) = answer.json["choices"]
    return choice["message"]


def chunks(answer: Answer) -> list[Any]:
    """The events of a stream that ended as it should."""
    assert answer.status == 200, answer.text
    blocks = [block for block in answer.text[:-2].split("\n\n") if not block.startswith(":")]
    *events, last = [block.removeprefix("data: ") for block in blocks]
    assert last == "[DONE]"
    return [json.loads(event) for event in events]


def references(server: Server) -> list[bytes]:
    """What the last call upstream had of images."""
    return [image for _, _, image in server.cloudflare.calls[-1].images]
