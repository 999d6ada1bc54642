"""A body that is a form, its reference images as files or as data URLs."""

from collections.abc import Collection
from typing import Any

from flux2 import json_text
from flux2.errors import (
    InvalidForm,
    InvalidValue,
    MissingParameter,
    RequestTooLarge,
    UnsupportedParameter,
)
from flux2.ports import DecodeDataUrl, Fields, Form, UploadedFile
from flux2.request.payload import NOT_SO_DEEP, Payload, decode_reference
from flux2.request.reference_fields import NOT_FROM_THE_WEB, is_reference, put_in_order

MOST_TEXT = 1024 * 1024
"""One text field may have no more bytes; the longest prompt is far below."""
MOST_PARTS = 1000
"""A form may have no more; a request that uses every field has about twenty."""


async def read(form: Form, names: Collection[str], decode: DecodeDataUrl) -> Payload:
    """Read the fields called `names`, and the reference images."""
    if form.count == 0:
        raise MissingParameter("The form has no fields; prompt is required.", param="prompt")
    if form.count > MOST_PARTS:
        raise InvalidForm(f"A form may have at most {MOST_PARTS:,} parts, not {form.count:,}.")
    fields = _read_fields(form, names)
    order = put_in_order(filter(is_reference, form.names))
    found = {name: form.files(name) for name, _ in order}
    images = [(name, await _decode_text(name, found[name][i], decode)) for name, i in order]
    return Payload(fields, images)


def _read_fields(form: Form, names: Collection[str]) -> Fields:
    """Read the text fields. An empty one counts as not given, but for the prompt."""
    fields: Fields = {}
    for name in dict.fromkeys(form.names):
        if name in names:
            _check_text(form, name)
            fields[name] = _read_value(form, name)
        elif name == "mask":
            fields[name] = True
        elif not is_reference(name):
            _check_no_file(form, name)
    return {k: v for k, v in fields.items() if v != "" or k == "prompt"}


async def _decode_text(name: str, file: UploadedFile, decode: DecodeDataUrl) -> UploadedFile:
    """A form may carry a data URL as text where an image belongs, as openai-node writes it."""
    start = (await file.read(0, 5)).lower()
    if start.startswith(b"http"):
        raise InvalidValue(f"{name} {NOT_FROM_THE_WEB}", param=name)
    return await decode_reference(name, file, decode) if start == b"data:" else file


def _check_text(form: Form, name: str) -> None:
    if form.names.count(name) > 1:
        raise InvalidValue(f"{name} was given more than once.", param=name)
    if _is_large(form, name):
        raise RequestTooLarge(f"{name} may have at most 1 MB.", param=name)


def _check_no_file(form: Form, name: str) -> None:
    """A field that nobody knows is ignored, but an image is never lost in silence."""
    if _is_large(form, name) or form.has_file(name):
        raise UnsupportedParameter(
            f"{name[:100]} takes no file; reference images are input_image_0 to input_image_3, "
            "or image.",
            param=name[:100],
        )


def _is_large(form: Form, name: str) -> bool:
    """Whether a part of that name is too long to be text; then it stays outside Python."""
    return form.size > MOST_TEXT and any(file.size > MOST_TEXT for file in form.files(name))


def _read_value(form: Form, name: str) -> Any:
    """Read a field's text; a prompt that is a JSON object is read as that object.

    A form writes every line break as CRLF, whatever was typed (HTML, "Multipart form data").
    """
    text = form.text(name)
    if text is None:
        raise InvalidValue(f"{name} must be text, not a file.", param=name)
    text = text.replace("\r\n", "\n")
    if name in ("prompt", "input") and text.lstrip().startswith("{"):
        try:
            value = json_text.parse(text.encode())
        except json_text.TooDeep:
            raise InvalidValue(f"{name} {NOT_SO_DEEP}", param=name) from None
        except ValueError:
            return text
        return value if isinstance(value, dict) else text
    return text
