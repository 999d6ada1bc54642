"""The fields of a chat beside those of an image, with the rule of each."""

import math
from collections.abc import Callable, Mapping
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from flux2 import catalog
from flux2.errors import InvalidValue, MissingParameter, UnsupportedParameter
from flux2.ports import Fields
from flux2.request.fields import DEFAULT_SIDE, describe_broken_rule
from flux2.request.reference_fields import is_reference

_SQUARE_SIDES: Mapping[str, int] = {"1K": DEFAULT_SIDE, "2K": 2 * DEFAULT_SIDE}
_GRID = 16
"""Pixels: sides that a ratio leads to are multiples of it."""
RATIO = r"^[1-9][0-9]?:[1-9][0-9]?$"

RULES: Mapping[str, str] = {
    "messages": "a list of at least one message",
    "modalities": "a list of words",
    "image_config": "an object",
    "image_config.aspect_ratio": "WIDTH:HEIGHT, such as 16:9",
    "image_config.image_size": " or ".join(_SQUARE_SIDES),
    "stream_options": "an object",
    "stream_options.include_usage": "true or false",
}
"""What each must be, in words."""

_NEEDS_TEXT: Mapping[str, Callable[[Any], bool]] = {
    "modalities": lambda value: isinstance(value, list) and "image" not in value,
    "response_format": lambda value: isinstance(value, dict) and value.get("type") != "text",
    "tool_choice": lambda value: value not in ("auto", "none"),
}


class ImageConfig(BaseModel):
    """A size in OpenRouter's words."""

    model_config = ConfigDict(extra="ignore")

    aspect_ratio: str | None = Field(
        None,
        description="`WIDTH:HEIGHT`, such as `16:9`; the image has the pixels of a square.",
        pattern=RATIO,
    )
    image_size: str | None = Field(
        None,
        description="`1K` or `2K`: a square's side, 1024 or 2048 pixels.",
        pattern=f"^({'|'.join(_SQUARE_SIDES)})$",
    )


class StreamOptions(BaseModel):
    model_config = ConfigDict(extra="ignore", strict=True)

    include_usage: bool | None = Field(
        None, description="Let the last event tell of tokens, of which there are none."
    )


class ChatRequest(BaseModel):
    """What a chat has beside the fields of an image; OpenAI's others are accepted and ignored."""

    model_config = ConfigDict(extra="ignore")

    messages: list[Any] = Field(min_length=1, description="The chat, as OpenAI has it.")
    modalities: list[str] | None = Field(
        None, description='What the answer may be; `image` has to be among it: `["image", "text"]`.'
    )
    image_config: ImageConfig | None = Field(
        None, description="The size in OpenRouter's words, instead of `size`."
    )
    stream_options: StreamOptions | None = Field(None, description="As OpenAI has them.")


def read(fields: Fields) -> ChatRequest:
    """Apply the rule of each.

    Raises an InvalidRequest that names the field.
    """
    _refuse_what_needs_text(fields)
    _refuse_what_belongs_into_messages(fields)
    names = ChatRequest.model_fields
    given = {name: value for name in names if (value := fields.get(name)) is not None}
    if "messages" not in given:
        raise MissingParameter(
            "messages is required: a list of the chat's messages.", param="messages"
        )
    try:
        return ChatRequest.model_validate(given)
    except ValidationError as exc:
        first = exc.errors(include_url=False, include_context=False)[0]
        name = ".".join(each for each in first["loc"] if isinstance(each, str))
        raise describe_broken_rule(name, RULES[name], first["input"]) from None


def choose_size(chat: ChatRequest, fields: Fields) -> str | None:
    """Turn OpenRouter's words into a size. Raises InvalidValue if it is none that can be made, or
    another than the one that was given in ours."""
    config = chat.image_config
    if config is None or (config.aspect_ratio is None and config.image_size is None):
        return None
    width, height = map(int, (config.aspect_ratio or "1:1").split(":"))
    side = _SQUARE_SIDES[config.image_size or "1K"]
    size = [_round(side * math.sqrt(ratio)) for ratio in (width / height, height / width)]
    words = "x".join(map(str, size))
    if not all(catalog.SMALLEST_SIDE <= each <= catalog.LARGEST_SIDE for each in size):
        raise InvalidValue(
            f"image_config asks for {words} pixels; a side has {catalog.SMALLEST_SIDE} to "
            f"{catalog.LARGEST_SIDE}.",
            param="image_config",
        )
    given = str(fields.get("size") or "auto")
    if given.strip().lower() not in ("auto", words):
        raise InvalidValue(
            f"image_config means {words}, but size says {given[:40]}; give one of them.",
            param="image_config",
        )
    return words


def _round(pixels: float) -> int:
    return _GRID * round(pixels / _GRID)


def _refuse_what_needs_text(fields: Fields) -> None:
    """An answer that must be text, or JSON, or the call of a tool is none that could be made here;
    an image instead of it would only cost."""
    for name, is_asked in _NEEDS_TEXT.items():
        value = fields.get(name)
        if value is not None and is_asked(value):
            raise UnsupportedParameter(
                f"{name} asks for an answer without an image; this model only makes images.",
                param=name,
            )


def _refuse_what_belongs_into_messages(fields: Fields) -> None:
    for name, value in fields.items():
        if value is not None and (name in ("prompt", "input") or is_reference(name)):
            raise UnsupportedParameter(
                f"{name[:100]} is none of a chat's fields: prompt and images stand in the last "
                "message of the user.",
                param=name[:100],
            )
