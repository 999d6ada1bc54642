"""A chat's body: what it asks for, as a payload like that of any other request for images."""

import re
from dataclasses import dataclass

from flux2.data_urls import DATA_URL
from flux2.errors import MissingParameter
from flux2.json_images import Rules
from flux2.ports import Fields, Request
from flux2.request import bodies, json_bodies
from flux2.request.bodies import Memory
from flux2.request.chat import fields as chat_fields, messages
from flux2.request.chat.tasks import is_task
from flux2.request.json_references import Images
from flux2.request.payload import Payload
from flux2.request.prompts import read_prompt
from flux2.services import Services

RULES = Rules(
    DATA_URL,
    inside=re.compile(rb"\]\(<?(data:[^,\")]{0,200};base64,)", re.IGNORECASE),
    most_text=2 * 1024 * 1024,
    most_values=20_000,
)
"""A chat brings all that was said before, and what tools there are; images in Markdown as well."""


@dataclass(frozen=True)
class Chat:
    payload: Payload
    tells_usage: bool
    """Whether a stream ends with how many tokens it took."""
    is_task: bool = False
    """Whether it is no chat, but asks for words about one."""


async def read(request: Request, memory: Memory, services: Services) -> Chat:
    """Read a chat. Raises an InvalidRequest that names the message, or the field."""
    document = await bodies.read_json(request, memory, RULES)
    fields = json_bodies.get_fields(document)
    asked = chat_fields.read(fields)
    tells_usage = bool(asked.stream_options and asked.stream_options.include_usage)
    if is_task(asked.messages):
        return Chat(Payload(fields, ()), tells_usage, is_task=True)
    images = Images(document.images, services.decode_data_url)
    index = messages.find_last(asked.messages)
    message = messages.read_message(index, asked.messages[index], images)
    if not message.text:
        raise MissingParameter(
            f"{message.place} has no text; that of the user's last message is the prompt.",
            param="messages",
        )
    plain = _set_response_format(fields) | {"prompt": read_prompt(message.place, message.text)}
    if size := chat_fields.choose_size(asked, fields):
        plain["size"] = size
    references = messages.find_references(asked.messages, index, message, images)
    return Chat(Payload(plain, references), tells_usage)


def _set_response_format(fields: Fields) -> Fields:
    """Ask for the images themselves, which chat programs keep, where nobody asks for links; what
    OpenAI's chat has under that name is an object, and not about images."""
    given = fields.get("response_format")
    is_none = isinstance(given, dict) or given in (None, "auto")
    return fields | {"response_format": "b64_json" if is_none else given}
