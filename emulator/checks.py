"""Checks a call as Cloudflare does, and stricter where it is not known what Cloudflare does."""

import io
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from PIL import Image
from starlette.datastructures import FormData, UploadFile

from emulator.errors import BadInputError

MODELS = ("flux-2-dev", "flux-2-klein-4b", "flux-2-klein-9b")
MODEL_WITH_STEPS = "flux-2-dev"
KLEIN_STEPS = 4
REFERENCE_SIDE = 512
REFERENCES = tuple(f"input_image_{index}" for index in range(4))
# What Pillow raises for bytes that are not, or not quite, an image.
UNREADABLE = (
    *(OSError, ValueError, SyntaxError),
    *(Image.DecompressionBombError, Image.DecompressionBombWarning),
)


@dataclass(frozen=True)
class Call:
    """What is to be painted, and who asks."""

    path: str
    prompt: str
    size: tuple[int, int]
    seed: int | None
    steps: int
    references: Sequence[Image.Image] = ()
    account: int = 1
    """Which of the accounts calls."""
    repetition: int = 0
    """How many such calls there were before, with this prompt, seed and account."""


def _parse_text(name: str, value: str) -> str:
    if not value.strip():
        raise BadInputError(f"'{name}' must not be empty")
    return value


def _integer(low: int, high: int) -> Callable[[str, str], int]:
    def parse(name: str, value: str) -> int:
        if not re.fullmatch(r"-?[0-9]{1,12}", value) or not low <= int(value) <= high:
            expected = f"an integer from {low} to {high}"
            raise BadInputError(f"'{name}' must be {expected}, not '{value[:40]}'")
        return int(value)

    return parse


def _parse_number(name: str, value: str) -> float:
    if not re.fullmatch(r"-?[0-9]+(\.[0-9]+)?([eE]-?[0-9]{1,3})?", value):
        raise BadInputError(f"'{name}' must be a number, not '{value[:40]}'")
    return float(value)


FIELDS: Mapping[str, Callable[[str, str], Any]] = {
    "prompt": _parse_text,
    "width": _integer(256, 2048),
    "height": _integer(256, 2048),
    "steps": _integer(1, 50),
    "seed": _integer(0, 2**32 - 1),
    "guidance": _parse_number,
}
# Cloudflare has defaults for all but the prompt; a caller that relies on them pays for surprises.
REQUIRED = ("prompt", "width", "height", "steps")


def check_form(path: str, model: str, form: FormData) -> Call:
    _check_names(model, [name for name, _ in form.multi_items()])
    values = {name: _parse_field(name, form[name]) for name in FIELDS if name in form}
    return Call(
        path=path,
        prompt=values["prompt"],
        size=(values["width"], values["height"]),
        seed=values.get("seed"),
        steps=values.get("steps", KLEIN_STEPS),
        references=[_load_reference(name, form[name]) for name in REFERENCES if name in form],
    )


def _check_names(model: str, names: Sequence[str]) -> None:
    not_taken = () if model == MODEL_WITH_STEPS else ("steps",)
    for name in names:
        if name in not_taken or name not in (*FIELDS, *REFERENCES):
            raise BadInputError(f"{model} takes no field '{name}'")
        if names.count(name) > 1:
            raise BadInputError(f"'{name}' was sent more than once")
    for name in REQUIRED:
        if name not in (*names, *not_taken):
            raise BadInputError(f"required property '{name}' is missing")
    for name in REFERENCES[: sum(name in REFERENCES for name in names)]:
        if name not in names:
            raise BadInputError(f"'{name}' is missing though a later reference image was sent")


def _parse_field(name: str, value: UploadFile | str) -> Any:
    if not isinstance(value, str):
        raise BadInputError(f"'{name}' must be a text field, not a file")
    return FIELDS[name](name, value)


def open_image(part: UploadFile) -> Image.Image | None:
    """The picture with its pixels not read yet, or None if it is none."""
    part.file.seek(0)
    try:
        return Image.open(io.BytesIO(part.file.read()), formats=("PNG", "JPEG", "WEBP", "GIF"))
    except UNREADABLE:
        return None


def _load_reference(name: str, part: UploadFile | str) -> Image.Image:
    if isinstance(part, str):
        raise BadInputError(f"'{name}' must be a file part, with a filename")
    picture = open_image(part)
    if picture is None:
        raise BadInputError(f"'{name}' is not an image that can be read")
    if max(picture.size) > REFERENCE_SIDE:
        size, most = (f"{w}x{h}" for w, h in (picture.size, (REFERENCE_SIDE, REFERENCE_SIDE)))
        raise BadInputError(f"'{name}' is {size}; at most {most} is allowed")
    try:
        picture.load()
    except UNREADABLE as exc:
        raise BadInputError(f"'{name}' is a damaged image") from exc
    return picture
