"""The shapes of all answers; `tools/openapi/` makes the schemas of `/openapi.json` from them.

Where an answer is written in pieces, since its image never enters Python, the pieces have types of
their own here, and the whole is what they add up to.
"""

from typing import Annotated, Any, Literal, NotRequired

from pydantic import Field, with_config
from typing_extensions import TypedDict  # pydantic wants this one below Python 3.12

from flux2.image_formats import MadeFormat


class Health(TypedDict):
    """Whether the deployment has what it needs."""

    status: Literal["ok"]
    version: str
    mode: Annotated[
        Literal["REST API", "Demo", "Not Configured"],
        Field(description="Demo: a painter on this machine stands in for Cloudflare."),
    ]
    model: str
    account_configured: bool
    token_configured: bool
    api_key_configured: bool
    accounts: Annotated[int, Field(ge=0, description="How many accounts may be asked.")]
    problems: Annotated[
        list[str],
        Field(description="What is missing or malformed; each begins with the variable's name."),
    ]


Account = Annotated[
    str | None,
    Field(
        pattern="^ACCOUNT(_[0-9]+)?$",
        description="The variable with the account that served, where there are several; null if "
        "the image was kept from before.",
    ),
]
UnixSeconds = Annotated[int, Field(description="Unix seconds.")]


class Model(TypedDict):
    id: str
    object: Literal["model"]
    created: UnixSeconds
    owned_by: str
    aliases: NotRequired[
        Annotated[str, Field(description="The model that is meant by this name of OpenAI's.")]
    ]


class ModelList(TypedDict):
    object: Literal["list"]
    data: list[Model]


class ErrorDetail(TypedDict):
    message: Annotated[str, Field(description="What went wrong, and what to do.")]
    type: str
    param: Annotated[str | None, Field(description="The field that is wrong.")]
    code: str


class Error(TypedDict):
    error: ErrorDetail


class FailedImage(ErrorDetail):
    """Why one image of several did not come."""

    seed: int


class Cost(TypedDict):
    """Computed from Cloudflare's price table."""

    neurons: float
    usd: float


class TokenDetails(TypedDict):
    text_tokens: int
    image_tokens: int


class ImageUsage(TypedDict):
    """OpenAI's count of tokens; FLUX.2 has none, and some programs cannot do without it."""

    input_tokens: int
    output_tokens: int
    total_tokens: int
    input_tokens_details: TokenDetails


Compression = Annotated[
    int, Field(ge=0, le=100, description="The quality, where the images were compressed with it.")
]
Format = Annotated[MadeFormat, Field(description="What the images are by their bytes.")]
Size = Annotated[str, Field(pattern="^[0-9]+x[0-9]+$")]
KeptId = Annotated[
    str,
    Field(
        pattern="^img_[0-9a-f]{32}$",
        description="By which the image is found at `/v1/images/kept`, where images are kept.",
    ),
]
_EITHER: Any = {"oneOf": [{"required": ["b64_json"]}, {"required": ["url"]}]}


class Picture(TypedDict):
    b64_json: NotRequired[Annotated[str, Field(json_schema_extra={"contentEncoding": "base64"})]]
    url: NotRequired[
        Annotated[str, Field(description="Lives at least one hour, or is a `data:` URL.")]
    ]


class ImageFacts(TypedDict):
    prompt: Annotated[str, Field(description="As it was sent to the model.")]
    revised_prompt: Annotated[str, Field(description="The same: FLUX.2 revises nothing.")]
    seed: Annotated[int, Field(description="Ask with it again for the same image.")]
    output_format: NotRequired[
        Annotated[Format, Field(description="Where it is another than that of the first image.")]
    ]
    account: NotRequired[Account]
    kept_id: NotRequired[KeptId]


@with_config(json_schema_extra=_EITHER)
class Image(Picture, ImageFacts):
    pass


class ImageListBeginning(TypedDict):
    id: Annotated[str, Field(pattern="^gen_")]
    object: Literal["image.generation"]
    created: UnixSeconds
    model: str


class ImageListEnd(TypedDict):
    output_format: Format
    output_compression: NotRequired[Compression]
    size: Size
    steps: int
    cost: Cost
    usage: ImageUsage
    errors: NotRequired[Annotated[list[FailedImage], Field(min_length=1, max_length=9)]]


class ImageList(ImageListBeginning, ImageListEnd):
    """The images that came, beside the errors of those that did not."""

    data: Annotated[list[Image], Field(min_length=1, max_length=10)]


class ImageEventBeginning(TypedDict):
    type: Literal["image_generation.completed", "image_edit.completed"]


class ImageEventEnd(TypedDict):
    created_at: UnixSeconds
    size: Size
    quality: str
    background: Literal["opaque"]
    output_format: Format
    output_compression: NotRequired[Compression]
    model: str
    seed: int
    steps: int
    cost: Cost
    usage: ImageUsage
    account: NotRequired[Account]
    kept_id: NotRequired[KeptId]


@with_config(json_schema_extra=_EITHER)
class ImageEvent(ImageEventBeginning, Picture, ImageEventEnd):
    """The `data` of one server-sent event: an image that is ready."""
