"""The fields of a request, with the rule of each."""

import json
from functools import cache
from typing import Any, Literal, get_args

from annotated_types import Ge, Le
from pydantic import BaseModel, ConfigDict, Field, ValidationError, ValidationInfo, field_validator

from flux2 import catalog
from flux2.errors import ApiError, InvalidValue, UnsupportedParameter
from flux2.image_formats import MadeFormat
from flux2.ports import Fields

LARGEST_SEED = 2**32 - 1
LONGEST_PROMPT = 32_000
DEFAULT_SIDE = 1024
DEFAULT_STEPS = 25

QUALITY_STEPS = {
    "low": 12,
    "medium": DEFAULT_STEPS,
    "standard": DEFAULT_STEPS,
    "high": 40,
    "hd": 40,
    "xhigh": 50,
    "max": 50,
}

UNSUPPORTED = {
    "mask": "FLUX.2 has none here",
    "markup": "FLUX.2 takes reference images only",
    "svg": "FLUX.2 makes pixels only",
    "frame_count": "an image has one frame here",
    "frame_duration_ms": "an image has one frame here",
}
"""Fields of OpenAI's that would change the image, and why they are refused."""

_SIDE: Any = {"ge": catalog.SMALLEST_SIDE, "le": catalog.LARGEST_SIDE}


class ImageRequest(BaseModel):
    """What a caller may send to make images; OpenAI's other fields are accepted and ignored."""

    model_config = ConfigDict(extra="ignore", protected_namespaces=())

    prompt: str | dict[str, Any] | None = Field(
        None,
        description="What the image should show, or a JSON object for JSON prompting.",
        examples=["A lighthouse at dawn, soft mist"],
    )
    input: str | dict[str, Any] | None = Field(None, description="Another name of `prompt`.")
    model: str | None = Field(
        None,
        description="`flux-2-dev` by default, also where a name of OpenAI's is given.",
        examples=["flux-2-dev"],
    )
    width: int | None = Field(None, description="Pixels; 1024 by default.", **_SIDE)
    height: int | None = Field(None, description="Pixels; 1024 by default.", **_SIDE)
    size: str | None = Field(
        None,
        description="`WIDTHxHEIGHT` in pixels, instead of `width` and `height`.",
        examples=["1024x1024"],
    )
    steps: int | None = Field(
        None,
        ge=1,
        le=50,
        description="By default what `quality` says. The klein models always take 4.",
    )
    quality: Literal["low", "medium", "standard", "high", "hd", "xhigh", "max"] | None = Field(
        None,
        description="low: 12 steps; medium, standard: 25; high, hd: 40; xhigh, max: 50. `steps` "
        "wins.",
    )
    guidance: float | None = Field(
        None,
        ge=0,
        le=20,
        allow_inf_nan=False,
        description="How closely to follow the prompt; the model's own default if not given.",
    )
    seed: int | None = Field(
        None,
        ge=0,
        le=LARGEST_SEED,
        description="Of the first image, the next ones have seed+1, …; drawn if not given.",
    )
    n: int = Field(1, ge=1, le=10, description="How many images.")
    response_format: Literal["b64_json", "url"] | None = Field(
        None,
        description="The images themselves, or links that live one hour. `b64_json` by default, "
        "`url` for the models dall-e-2 and dall-e-3.",
    )
    output_format: MadeFormat | None = Field(
        None,
        description="By default what the model makes, unless the deployment says otherwise; the "
        "answer says what it is.",
    )
    output_compression: int | None = Field(
        None,
        ge=0,
        le=100,
        description="The quality of a JPEG or WebP; 100, or none, leaves the image as the model "
        "made it, if it has the format already.",
    )
    background: Literal["opaque"] | None = Field(
        None, description="Images are opaque; `transparent` is refused."
    )
    stream: bool = Field(False, description="Answer with server-sent events.")
    partial_images: int | None = Field(
        None, ge=0, le=3, description="Accepted for OpenAI's clients; there are none here."
    )

    @field_validator("*", mode="before")
    @classmethod
    def _is_a_number(cls, value: Any, info: ValidationInfo) -> Any:
        """Python takes `true` and "1_000" for numbers; nobody else does."""
        if find_limits(str(info.field_name)) is None:
            return value
        if isinstance(value, bool) or (isinstance(value, str) and "_" in value):
            raise ValueError("a number is needed")
        return value


NAMES = frozenset(ImageRequest.model_fields)
SENT_ON = ("guidance",)
"""Numbers that Cloudflare gets as they were given, or not at all; `planning` says what the other
fields mean."""


def read(fields: Fields) -> ImageRequest:
    """Apply the rule of each field.

    Raises an InvalidRequest that names the field, its value and the rule.
    """
    _refuse_unsupported(fields)
    given = {name: value for name, value in fields.items() if _is_given(name, value)}
    try:
        return ImageRequest.model_validate(given)
    except ValidationError as exc:
        first = exc.errors(include_url=False, include_context=False)[0]
        name = str(first["loc"][0])
        raise describe_broken_rule(name, describe_rule(name), given[name]) from None


def describe_broken_rule(name: str, rule: str, value: Any) -> ApiError:
    """Tell that the value of a field is none that its rule allows."""
    shown = json.dumps(value, ensure_ascii=False)
    if len(shown) > 80:
        shown = f"{shown[:80]}…"
    return InvalidValue(f"{name} must be {rule}, not {shown}.", param=name)


def _refuse_unsupported(fields: Fields) -> None:
    for name, reason in UNSUPPORTED.items():
        if _is_given(name, fields.get(name)):
            raise UnsupportedParameter(f"{name} is not supported: {reason}.", param=name)
    if fields.get("background") == "transparent":
        raise UnsupportedParameter(
            "background must not be transparent: FLUX.2 makes opaque images only.",
            param="background",
        )


def _is_given(name: str, value: Any) -> bool:
    """OpenAI's clients send null and `auto` for "not given"."""
    return value is not None and (value != "auto" or name in ("prompt", "input"))


def describe_rule(name: str, declared: type[BaseModel] = ImageRequest) -> str:
    """Put the rule of a field into words, from its declaration, so that both always agree."""
    annotation = declared.model_fields[name].annotation
    kinds = get_args(annotation) or (annotation,)
    if bounds := find_limits(name, declared):
        low, high = bounds
        return f"{'an integer' if int in kinds else 'a number'} from {low} to {high}"
    if words := get_args(kinds[0]):
        return "one of " * (len(words) > 1) + ", ".join(map(str, words))
    if bool in kinds:
        return "true or false"
    return "a string" if len(kinds) == 2 else "a string or a JSON object"


@cache
def find_limits(name: str, declared: type[BaseModel] = ImageRequest) -> tuple[Any, Any] | None:
    """Find the smallest and the largest value of a number; None where there is no limit."""
    metadata = declared.model_fields[name].metadata
    low = next((m.ge for m in metadata if isinstance(m, Ge)), None)
    high = next((m.le for m in metadata if isinstance(m, Le)), None)
    return None if high is None else (low, high)
