"""The fields of a request with their rules, and what they mean together."""

import json
import re
from dataclasses import dataclass
from typing import Any, Literal, get_args

from annotated_types import Ge, Le
from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator

from flux2 import catalog
from flux2.errors import (
    ApiError,
    InvalidValue,
    MissingParameter,
    ModelNotFound,
    UnsupportedParameter,
)
from flux2.web import Fields

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
}

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
    quality: Literal["low", "medium", "standard", "high", "hd"] | None = Field(
        None, description="low: 12 steps; medium, standard: 25; high, hd: 40. `steps` wins."
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
    output_format: Literal["png", "jpeg", "webp"] | None = Field(
        None, description="By default what the model makes; the answer says what it is."
    )
    stream: bool = Field(False, description="Answer with server-sent events.")
    partial_images: int | None = Field(
        None, ge=0, le=3, description="Accepted for OpenAI's clients; there are none here."
    )

    @field_validator(
        "width", "height", "steps", "guidance", "seed", "n", "partial_images", mode="before"
    )
    @classmethod
    def _is_a_number(cls, value: Any) -> Any:
        """Python takes `true` and "1_000" for numbers; nobody else does."""
        if isinstance(value, bool) or (isinstance(value, str) and "_" in value):
            raise ValueError("a number is needed")
        return value


NAMES = frozenset(ImageRequest.model_fields)


@dataclass(frozen=True)
class Job:
    """A request whose every question is answered; `seed` None is to be drawn."""

    prompt: str
    model: catalog.Model
    width: int
    height: int
    steps: int
    guidance: float | None
    seed: int | None
    n: int
    response_format: Literal["b64_json", "url"]
    output_format: Literal["png", "jpeg", "webp"] | None
    """None: as the model makes it."""
    quality: str
    stream: bool

    @property
    def size(self) -> str:
        return f"{self.width}x{self.height}"


def read_job(fields: Fields) -> Job:
    """Raises an InvalidRequest that names the field, its value and the rule."""
    _refuse_unsupported(fields)
    request = _validate({name: v for name, v in fields.items() if _is_given(name, v)})
    model = _model(request)
    width, height = _resolution(request)
    return Job(
        prompt=_prompt(request),
        model=model,
        width=width,
        height=height,
        steps=model.fixed_steps
        or request.steps
        or QUALITY_STEPS.get(request.quality or "", DEFAULT_STEPS),
        guidance=None if request.guidance is None else request.guidance + 0.0,  # no minus zero
        seed=_seed(request),
        n=request.n,
        response_format=_response_format(request),
        output_format=request.output_format,
        quality=request.quality or "auto",
        stream=request.stream,
    )


def _model(request: ImageRequest) -> catalog.Model:
    model = catalog.find(request.model)
    if model is None:
        known = ", ".join(m.id.removeprefix(catalog.PREFIX) for m in catalog.MODELS)
        raise ModelNotFound(
            f"The model {json.dumps(request.model)[:100]} does not exist here. "
            f"Use one of: {known}.",
            param="model",
        )
    return model


def _refuse_unsupported(fields: Fields) -> None:
    if fields.get("mask") is not None:
        raise UnsupportedParameter("mask is not supported: FLUX.2 has none here.", param="mask")


def _is_given(name: str, value: Any) -> bool:
    """OpenAI's clients send null and `auto` for "not given"."""
    return value is not None and (value != "auto" or name in ("prompt", "input"))


def _validate(fields: Fields) -> ImageRequest:
    try:
        return ImageRequest.model_validate(fields)
    except ValidationError as exc:
        first = exc.errors(include_url=False, include_context=False)[0]
        name = str(first["loc"][0])
        raise _broken_rule(name, fields[name]) from None


def _broken_rule(name: str, value: Any) -> ApiError:
    shown = json.dumps(value, ensure_ascii=False)
    if len(shown) > 80:
        shown = f"{shown[:80]}…"
    return InvalidValue(f"{name} must be {_rule(name)}, not {shown}.", param=name)


def _rule(name: str) -> str:
    """The rule of a field in words, out of its declaration, so that both always agree."""
    annotation = ImageRequest.model_fields[name].annotation
    kinds = get_args(annotation) or (annotation,)
    if bounds := limits(name):
        low, high = bounds
        return f"{'an integer' if int in kinds else 'a number'} from {low} to {high}"
    if words := get_args(kinds[0]):
        return f"one of {', '.join(map(str, words))}"
    if bool in kinds:
        return "true or false"
    return "a string" if len(kinds) == 2 else "a string or a JSON object"


def limits(name: str) -> tuple[Any, Any] | None:
    """The smallest and the largest value of a number."""
    metadata = ImageRequest.model_fields[name].metadata
    low = next((m.ge for m in metadata if isinstance(m, Ge)), None)
    high = next((m.le for m in metadata if isinstance(m, Le)), None)
    return None if high is None else (low, high)


def _prompt(request: ImageRequest) -> str:
    if None not in (request.prompt, request.input) and request.prompt != request.input:
        raise InvalidValue("input is another name of prompt; give one of them.", param="input")
    given = request.input if request.prompt is None else request.prompt
    param = "input" if request.prompt is None and given is not None else "prompt"
    if given is None:
        raise MissingParameter("prompt is required.", param="prompt")
    text = given if isinstance(given, str) else _json_prompt(param, given)
    if not text.strip():
        raise InvalidValue(f"{param} must not be blank.", param=param)
    if len(text) > LONGEST_PROMPT:
        raise InvalidValue(
            f"{param} may have at most {LONGEST_PROMPT:,} characters, not {len(text):,}.",
            param=param,
        )
    return text


def _json_prompt(param: str, prompt: dict[str, Any]) -> str:
    try:
        return compact_json(prompt, allow_nan=False) if prompt else ""
    except ValueError:  # 1e999 is valid JSON, and infinity in Python
        raise InvalidValue(f"{param} holds a number that is too large.", param=param) from None


def compact_json(value: Any, *, allow_nan: bool = True) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), allow_nan=allow_nan)


def _resolution(request: ImageRequest) -> tuple[int, int]:
    if request.size is None:
        return request.width or DEFAULT_SIDE, request.height or DEFAULT_SIDE
    match = re.fullmatch(r"(\d{1,5})x(\d{1,5})", request.size.strip().lower(), re.ASCII)
    sides = tuple(int(side) for side in match.groups()) if match else ()
    limits = range(catalog.SMALLEST_SIDE, catalog.LARGEST_SIDE + 1)
    if len(sides) != 2 or any(side not in limits for side in sides):
        raise InvalidValue(
            f'size must be "auto" or WIDTHxHEIGHT with {limits[0]} to {limits[-1]} pixels a side, '
            f"not {json.dumps(request.size[:40], ensure_ascii=False)}.",
            param="size",
        )
    for name, given, meant in zip(
        ("width", "height"), (request.width, request.height), sides, strict=True
    ):
        if given is not None and given != meant:
            raise InvalidValue(f"{name} is {given}, but size says {meant}.", param=name)
    return sides[0], sides[1]


def _seed(request: ImageRequest) -> int | None:
    """The images of one request have the seeds seed, seed+1, …, and all must be valid."""
    if request.seed is not None and request.seed + request.n - 1 > LARGEST_SEED:
        raise InvalidValue(
            f"seed must be at most {LARGEST_SEED - request.n + 1} for {request.n} images, "
            f"which have the seeds seed, seed+1, …, not {request.seed}.",
            param="seed",
        )
    return request.seed


def _response_format(request: ImageRequest) -> Literal["b64_json", "url"]:
    """OpenAI's own rule: DALL·E models answer with links, unless told otherwise; its events carry
    the image itself."""
    if request.response_format is not None:
        return request.response_format
    by_link = (request.model or "").startswith("dall-e") and not request.stream
    return "url" if by_link else "b64_json"
