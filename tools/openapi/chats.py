"""What comes in as a chat: its messages, and the fields of an image beside them."""

from collections.abc import Mapping

from flux2 import catalog
from flux2.request.chat.fields import ChatRequest
from tools.openapi import examples
from tools.openapi.requests import FIELDS, PROMPTS, describe_json_field
from tools.openapi.schemas import Json, describe_models, refer

_TEXT: Json = {
    "type": "object",
    "required": ["type", "text"],
    "properties": {"type": {"const": "text"}, "text": {"type": "string"}},
}
_URL: Json = {
    "type": "string",
    "description": "A base64 data URL, or a link that this server gave.",
    "examples": [examples.IMAGE],
}
_IMAGE: Json = {
    "type": "object",
    "required": ["type", "image_url"],
    "properties": {
        "type": {"const": "image_url"},
        "image_url": {
            "anyOf": [
                {"type": "object", "required": ["url"], "properties": {"url": _URL}},
                _URL,
            ]
        },
    },
}
_MESSAGE: Json = {
    "type": "object",
    "description": "Those of other roles than `user` and `assistant` are ignored.",
    "required": ["role"],
    "properties": {
        "role": {"type": "string", "examples": ["user"]},
        "content": {
            "anyOf": [
                {"type": "string"},
                {"type": "array", "items": {"anyOf": [refer("ChatText"), refer("ChatPicture")]}},
                {"type": "null"},
            ]
        },
        "images": {
            "description": "Those of an answer of ours that is sent again.",
            "anyOf": [{"type": "array", "items": refer("ChatPicture")}, {"type": "null"}],
        },
    },
}
_TOOL_CHOICE: Json = {
    "description": "Nothing but an image can be answered, so a call cannot be asked for.",
    "enum": ["auto", "none", None],
}
_LINKS = "The images themselves, which is the default, or links that live one day."
_RESPONSE_FORMAT: Json = {
    "type": "object",
    "description": "OpenAI's own of a chat, which may only ask for text.",
    "required": ["type"],
    "properties": {"type": {"const": "text"}},
}


def _describe_chat() -> Json:
    own = describe_models(ChatRequest)
    fields = {name: describe_json_field(name) for name in FIELDS if name not in PROMPTS}
    of_images = {**fields["response_format"], "description": _LINKS}
    fields["response_format"] = {"anyOf": [of_images, _RESPONSE_FORMAT]}
    chat: Json = own["ChatRequest"]
    messages: Json = chat["properties"].pop("messages")
    chat["properties"]["modalities"]["anyOf"][0]["contains"] = {"const": "image"}
    del chat["title"]
    one_of_the_user: Json = {
        "type": "object",
        "required": ["role", "content"],
        "properties": {"role": {"const": "user"}},
    }
    return {
        "ChatRequest": {
            **chat,
            "properties": {
                "messages": {
                    **messages,
                    "items": refer("ChatRequestMessage"),
                    "contains": one_of_the_user,
                },
                **chat["properties"],
                "tool_choice": _TOOL_CHOICE,
                **fields,
            },
            "additionalProperties": True,
        },
        **{name: schema for name, schema in own.items() if name != "ChatRequest"},
    }


SCHEMAS: Mapping[str, Json] = {
    **_describe_chat(),
    "ChatRequestMessage": _MESSAGE,
    "ChatText": _TEXT,
    "ChatPicture": _IMAGE,
}


def _show(summary: str, *messages: Json, **fields: object) -> Json:
    value = {"model": catalog.DEV.id, "messages": [*messages], **fields}
    return {"summary": summary, "value": value}


def _say(role: str, content: object) -> Json:
    return {"role": role, "content": content}


_PARTS = [
    {"type": "text", "text": "Make it night"},
    {"type": "image_url", "image_url": {"url": examples.IMAGE}},
]
CHAT: Json = {
    "application/json": {
        "schema": refer("ChatRequest"),
        "examples": {
            "sentence": _show("A sentence", _say("user", examples.PROMPT), size="1024x768"),
            "image": _show("An image to edit", _say("user", _PARTS)),
            "stream": _show("Server-sent events", _say("user", examples.PROMPT), stream=True),
        },
    }
}
"""Media type -> what a body of it holds."""
