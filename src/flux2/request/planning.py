"""What the fields of a request mean together: its plan."""

import json
import re
from collections.abc import Mapping, Sequence
from typing import Any, Literal

from flux2 import catalog, gallery, json_text
from flux2.access.auth import Caller
from flux2.bindings import Bindings
from flux2.days import DAY
from flux2.errors import InvalidValue, MissingParameter
from flux2.image_formats import MadeFormat
from flux2.links import LINK_SECONDS
from flux2.plan import Plan, Source
from flux2.ports import TypedFile
from flux2.request import fields, references
from flux2.request.fields import (
    DEFAULT_SIDE,
    DEFAULT_STEPS,
    LARGEST_SEED,
    LONGEST_PROMPT,
    QUALITY_STEPS,
    ImageRequest,
)
from flux2.request.payload import Payload
from flux2.services import Services


def make_plan(
    payload: Payload, origin: str, caller: Caller, source: Source, services: Services
) -> Plan:
    """Answer every question of a request that was sent to `origin`; its reference images have still
    to be prepared.

    Raises an InvalidRequest that names the field, its value and the rule.
    """
    wish = fields.read(payload.fields)
    model = catalog.find(wish.model)
    width, height = _find_resolution(wish)
    prompt = _find_prompt(wish)
    _check_seed(wish)
    output_format = wish.output_format or services.settings.default_output_format
    _check_compression(wish, output_format)
    response_format = _choose_response_format(wish)
    if source == "image_edit" and not payload.references:
        raise MissingParameter("image is required: at least one image to edit.", param="image")
    return Plan(
        caller=caller,
        source=source,
        model=model,
        prompt=prompt,
        width=width,
        height=height,
        steps=_choose_steps(wish, model),
        sent_on=_find_sent_on(wish),
        seed=_draw_seed(wish, services) if wish.seed is None else wish.seed,
        seed_was_given=wish.seed is not None,
        n=wish.n,
        response_format=response_format,
        link_seconds=LINK_SECONDS if response_format == "url" else None,
        gallery_seconds=gallery.find_days(services) * DAY or None,
        output_format=output_format,
        output_compression=wish.output_compression,
        quality=wish.quality or "auto",
        stream=wish.stream,
        reference_count=len(payload.references),
        origin=services.settings.public_url or origin,
    )


def needs_body(plan: Plan, payload: Payload) -> bool:
    """Tell whether a reference image is still a view of the body: one that was not shrunk."""
    given = (file for _, file in payload.references)
    return any(image.file is file for image, file in zip(plan.references, given, strict=True))


def _find_prompt(wish: ImageRequest) -> str:
    if None not in (wish.prompt, wish.input) and wish.prompt != wish.input:
        raise InvalidValue("input is another name of prompt; give one of them.", param="input")
    given = wish.input if wish.prompt is None else wish.prompt
    param = "input" if wish.prompt is None and given is not None else "prompt"
    if given is None:
        raise MissingParameter("prompt is required.", param="prompt")
    text = given if isinstance(given, str) else _write_json_prompt(param, given)
    if not text.strip():
        raise InvalidValue(f"{param} must not be blank.", param=param)
    if len(text) > LONGEST_PROMPT:
        raise InvalidValue(
            f"{param} may have at most {LONGEST_PROMPT:,} characters, not {len(text):,}.",
            param=param,
        )
    return text


def _write_json_prompt(param: str, prompt: dict[str, Any]) -> str:
    try:
        return json_text.write_strictly(prompt) if prompt else ""
    except ValueError:  # 1e999 is valid JSON, and infinity in Python
        raise InvalidValue(f"{param} holds a number that is too large.", param=param) from None


def _find_resolution(wish: ImageRequest) -> tuple[int, int]:
    if wish.size is None:
        return wish.width or DEFAULT_SIDE, wish.height or DEFAULT_SIDE
    sides = _read_size(wish.size)
    for name, given, meant in zip(
        ("width", "height"), (wish.width, wish.height), sides, strict=True
    ):
        if given is not None and given != meant:
            raise InvalidValue(f"{name} is {given}, but size says {meant}.", param=name)
    return sides


def _read_size(size: str) -> tuple[int, int]:
    match = re.fullmatch(r"(\d{1,5})x(\d{1,5})", size.strip().lower(), re.ASCII)
    allowed = range(catalog.SMALLEST_SIDE, catalog.LARGEST_SIDE + 1)
    if match is None or int(match[1]) not in allowed or int(match[2]) not in allowed:
        raise InvalidValue(
            f'size must be "auto" or WIDTHxHEIGHT with {allowed[0]} to {allowed[-1]} pixels a '
            f"side, not {json.dumps(size[:40], ensure_ascii=False)}.",
            param="size",
        )
    return int(match[1]), int(match[2])


def _choose_steps(wish: ImageRequest, model: catalog.Model) -> int:
    by_quality = QUALITY_STEPS.get(wish.quality or "", DEFAULT_STEPS)
    return model.fixed_steps or wish.steps or by_quality


def _check_seed(wish: ImageRequest) -> None:
    """The images of one request have the seeds seed, seed+1, …, and all of them must be valid."""
    if wish.seed is not None and wish.seed + wish.n - 1 > LARGEST_SEED:
        raise InvalidValue(
            f"seed must be at most {LARGEST_SEED - wish.n + 1} for {wish.n} images, "
            f"which have the seeds seed, seed+1, …, not {wish.seed}.",
            param="seed",
        )


def _find_sent_on(wish: ImageRequest) -> Mapping[str, float]:
    given = {name: getattr(wish, name) for name in fields.SENT_ON}
    return {name: value + 0 for name, value in given.items() if value is not None}  # no minus zero


def _draw_seed(wish: ImageRequest, services: Services) -> int:
    return services.random_below(LARGEST_SEED - wish.n + 2)


def _choose_response_format(wish: ImageRequest) -> Literal["b64_json", "url"]:
    """OpenAI's own rule: DALL·E models answer with links, unless told otherwise; its events carry
    the image itself."""
    if wish.response_format is not None:
        return wish.response_format
    by_link = (wish.model or "").lower().startswith("dall-e") and not wish.stream
    return "url" if by_link else "b64_json"


def _check_compression(wish: ImageRequest, output_format: MadeFormat | None) -> None:
    """A PNG has no quality (OpenAI's reference, `output_compression`)."""
    if output_format == "png" and wish.output_compression not in (None, 100):
        raise InvalidValue(
            "output_compression needs the output_format jpeg or webp: a PNG is compressed without "
            "loss.",
            param="output_compression",
        )


async def prepare_references(payload: Payload, bindings: Bindings) -> Sequence[TypedFile]:
    """Check the reference images, and shrink those that are too large; that is work, so all else
    has to be in order by then. Raises an InvalidRequest that names the field."""
    return [
        await references.prepare(param, reference, bindings)
        for param, reference in payload.references
    ]
