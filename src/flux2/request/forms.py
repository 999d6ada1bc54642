"""A body that is a form, its reference images as files or as data URLs."""

from collections.abc import Collection, Sequence
from typing import Any

from flux2.errors import InvalidValue, MissingParameter, RequestTooLarge, UnsupportedParameter
from flux2.json_images import MOST_TEXT
from flux2.ports import Buffer, DecodeDataUrl, Fields
from flux2.request.fields import UNSUPPORTED
from flux2.request.parts import Part
from flux2.request.payload import Payload, Reference, decode_reference
from flux2.request.prompts import read_prompt
from flux2.request.reference_fields import is_reference, put_in_order, require_link

_LONGEST_LINK = 1000
"""Bytes of it that are looked at."""


def read(parts: Sequence[Part], names: Collection[str], decode: DecodeDataUrl) -> Payload:
    """Read the fields called `names`, and the reference images."""
    if not parts:
        raise MissingParameter("The form has no fields; prompt is required.", param="prompt")
    by_name: dict[str, list[Part]] = {}
    for part in parts:
        by_name.setdefault(part.name, []).append(part)
    fields = _read_fields(by_name, names)
    order = put_in_order(part.name for part in parts if is_reference(part.name))
    images = [(name, _decode_text(name, by_name[name][i].content, decode)) for name, i in order]
    return Payload(fields, images)


def _read_fields(by_name: dict[str, list[Part]], names: Collection[str]) -> Fields:
    """Read the text fields. An empty one counts as not given, but for the prompt."""
    fields: Fields = {}
    for name, parts in by_name.items():
        if name in names:
            fields[name] = _read_value(name, parts)
        elif name in UNSUPPORTED:
            fields[name] = any(map(_has_meaning, parts)) or None
        elif not is_reference(name):
            _check_no_file(name, parts)
    return {k: v for k, v in fields.items() if v != "" or k == "prompt"}


def _has_meaning(part: Part) -> bool:
    return part.content.size > 0 and part.content.read(0, 5) != b"auto"


def _decode_text(name: str, content: Buffer, decode: DecodeDataUrl) -> Reference:
    """A form may carry a data URL as text where an image belongs, as openai-node writes it, or a
    link."""
    start = content.read(0, 5).lower()
    if start.startswith(b"http"):
        return require_link(name, content.read(0, _LONGEST_LINK).decode(errors="replace"))
    return decode_reference(name, content, decode) if start == b"data:" else content


def _check_no_file(name: str, parts: Sequence[Part]) -> None:
    """A field that nobody knows is ignored, but an image is never lost in silence."""
    if any(part.is_file or part.content.size > MOST_TEXT for part in parts):
        raise UnsupportedParameter(
            f"{name[:100]} takes no file; reference images are input_image_0 to input_image_3, "
            "or image.",
            param=name[:100],
        )


def _read_value(name: str, parts: Sequence[Part]) -> Any:
    """Read a field's text; a prompt that is a JSON object is read as that object.

    A form writes every line break as CRLF, whatever was typed (HTML, "Multipart form data").
    """
    (part, *more) = parts
    if more:
        raise InvalidValue(f"{name} was given more than once.", param=name)
    if part.content.size > MOST_TEXT:
        raise RequestTooLarge(f"{name} may have at most {MOST_TEXT // 1024} KB.", param=name)
    if part.is_file:
        raise InvalidValue(f"{name} must be text, not a file.", param=name)
    text = part.content.read(0, MOST_TEXT).decode(errors="replace").replace("\r\n", "\n")
    return read_prompt(name, text) if name in ("prompt", "input") else text
