"""The shapes of a chat's answers, which are OpenAI's, and what is ours in them."""

from typing import Annotated, Literal, NotRequired

from pydantic import Field
from typing_extensions import TypedDict  # pydantic wants this one below Python 3.12

from flux2.answers.shapes import Cost, FailedImage, Format, Size, UnixSeconds


class ChatBeginning(TypedDict):
    id: Annotated[str, Field(pattern="^chatcmpl-")]
    created: UnixSeconds
    model: str


class ChatUsage(TypedDict):
    """OpenAI's count of tokens, of which FLUX.2 has none."""

    prompt_tokens: int
    completion_tokens: int
    total_tokens: int


class ChatGeneration(TypedDict):
    """How the images were made."""

    output_format: Format
    size: Size
    steps: int
    seeds: Annotated[list[int], Field(min_length=1, max_length=10)]
    cost: Cost
    errors: NotRequired[Annotated[list[FailedImage], Field(min_length=1, max_length=9)]]


class ChatImageUrl(TypedDict):
    url: Annotated[str, Field(description="A `data:` URL, or a link if one was asked for.")]


class ChatImage(TypedDict):
    index: int
    type: Literal["image_url"]
    image_url: ChatImageUrl


_Caption = Annotated[
    str, Field(description="What was made, in a line; with links that live one day.")
]


class ChatMessage(TypedDict):
    role: Literal["assistant"]
    content: _Caption
    images: NotRequired[Annotated[list[ChatImage], Field(min_length=1, max_length=10)]]


class ChatChoice(TypedDict):
    index: Literal[0]
    message: ChatMessage
    logprobs: None
    finish_reason: Literal["stop"]


class ChatCompletion(ChatBeginning):
    """The images that came, as one message."""

    object: Literal["chat.completion"]
    choices: Annotated[list[ChatChoice], Field(min_length=1, max_length=1)]
    usage: ChatUsage
    generation: NotRequired[ChatGeneration]


class ChatDelta(TypedDict):
    role: NotRequired[Literal["assistant"]]
    content: NotRequired[_Caption]
    images: NotRequired[Annotated[list[ChatImage], Field(min_length=1, max_length=1)]]


class ChatChunkChoice(TypedDict):
    index: Literal[0]
    delta: ChatDelta
    logprobs: None
    finish_reason: Literal["stop"] | None


class ChatChunk(ChatBeginning):
    """The `data` of one server-sent event: an image that is ready, or the caption."""

    object: Literal["chat.completion.chunk"]
    choices: Annotated[list[ChatChunkChoice], Field(max_length=1)]
    usage: NotRequired[ChatUsage]
    generation: NotRequired[ChatGeneration]
