"""A request's body: JSON or a form, as plain values beside reference images."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pydantic_core import from_json

from flux2 import hollow
from flux2.catalog import MOST_REFERENCES
from flux2.errors import (
    InvalidForm,
    InvalidJson,
    InvalidRequest,
    InvalidValue,
    MissingParameter,
    RequestTooLarge,
    UnsupportedMediaType,
    UnsupportedParameter,
)
from flux2.web import Body, Buffer, DecodeDataUrl, Fields, Form, Request, UploadedFile

MOST_BYTES = 100 * 1000 * 1000
"""Of a whole body; Cloudflare's own limit on the Free and Pro plans."""

_REFERENCE = re.compile(r"(?P<name>input_image_|image|images)(?P<index>\d+|(?:\[\d*\])*)")
_FORM_TYPES = ("multipart/form-data", "application/x-www-form-urlencoded")


@dataclass(frozen=True)
class Payload:
    """What was asked for, before any rule but the transport's has been applied.

    `references` are (field, image) pairs in the order in which the model gets them.
    """

    fields: Fields
    references: Sequence[tuple[str, UploadedFile]]


async def read(request: Request, names: Iterable[str], decode: DecodeDataUrl) -> Payload:
    """Read the fields called `names`, and the reference images.

    A body that begins with `{` is JSON whatever its content type says: `curl -d` calls all it
    sends a form.
    """
    content_type = (request.header("content-type") or "").strip()
    body = await _receive(request)
    start = body.buffer.read(0, 256).lstrip()
    if start.startswith(b"{"):
        return await _read_json(body.buffer, decode)
    media_type = content_type.partition(";")[0].strip().lower()
    if media_type in _FORM_TYPES:
        return _read_form(await _parse_form(body, content_type), names)
    if media_type and not media_type.endswith("json"):
        raise UnsupportedMediaType(
            f"The content type {media_type[:100]} is not supported. Send application/json or "
            "multipart/form-data."
        )
    if not start:
        raise MissingParameter("The request has no body; prompt is required.", param="prompt")
    return await _read_json(body.buffer, decode)


async def _receive(request: Request) -> Body:
    try:
        body = await request.body(MOST_BYTES)
    except ConnectionError as exc:
        raise InvalidRequest("The request's body ended before it was complete.") from exc
    if body is None:
        raise RequestTooLarge(f"The request's body may have at most {MOST_BYTES // 10**6} MB.")
    return body


# JSON


async def _read_json(data: Buffer, decode: DecodeDataUrl) -> Payload:
    try:
        document = hollow.parse(data, hollow.DATA_URL)
    except hollow.TooMuchText:
        raise RequestTooLarge("The JSON around the images may have at most 1 MB.") from None
    except ValueError as exc:
        raise InvalidJson(f"The request's body is not valid JSON: {exc}.") from None
    if not isinstance(document.value, dict):
        raise InvalidJson("The request's body must be a JSON object.")
    fields: Fields = document.value
    found = _references(fields)
    values = [(name, value) for name in found for value in _listed(fields.pop(name))]
    _check_count([name for name, _ in values])
    urls = [(name, _data_url(name, value, document.images)) for name, value in values]
    _check_no_image_elsewhere(fields, document.images)
    return Payload(fields, [(name, await _decode(name, url, decode)) for name, url in urls])


def _listed(value: Any) -> Sequence[Any]:
    if value is None:
        return ()
    return value if isinstance(value, list) else (value,)


def _data_url(name: str, value: Any, images: Mapping[str, Buffer]) -> Buffer:
    if isinstance(value, dict) and value.get("file_id") is not None:
        raise UnsupportedParameter(
            f"{name}: file_id is not supported; send a data URL.", param=f"{name}.file_id"
        )
    url = value.get("image_url") if isinstance(value, dict) else value
    if isinstance(url, dict):
        url = url.get("url")
    if isinstance(url, str) and url in images:
        return images[url]
    if isinstance(url, str) and url.lower().startswith(("http:", "https:")):
        raise InvalidValue(
            f"{name} must be a data URL: this server fetches nothing from the web.", param=name
        )
    raise InvalidValue(f"{name} must be a base64 data URL (data:image/png;base64,…).", param=name)


async def _decode(name: str, url: Buffer, decode: DecodeDataUrl) -> UploadedFile:
    try:
        return await decode(url)
    except ValueError as exc:
        raise InvalidValue(f"{name} is not a valid base64 data URL.", param=name) from exc


def _check_no_image_elsewhere(fields: Fields, images: Mapping[str, Buffer]) -> None:
    for name, value in fields.items():
        if name != "mask" and images and _mentions(value, images):
            raise InvalidValue(
                f"{name} takes no image; reference images belong into images.", param=name
            )


def _mentions(value: Any, images: Mapping[str, Buffer]) -> bool:
    if isinstance(value, dict):
        return any(key in images or _mentions(item, images) for key, item in value.items())
    if isinstance(value, list):
        return any(_mentions(item, images) for item in value)
    return isinstance(value, str) and value in images


# Forms


async def _parse_form(body: Body, content_type: str) -> Form:
    try:
        return await body.form(content_type)
    except ValueError as exc:
        raise InvalidForm(
            "The request's body is not a complete form. Let your HTTP client write the "
            "Content-Type header: it must carry the boundary that the body uses."
        ) from exc


def _read_form(form: Form, names: Iterable[str]) -> Payload:
    present = set(form.names)
    if not present:
        raise MissingParameter("The form has no fields; prompt is required.", param="prompt")
    fields = {name: _form_text(form, name) for name in names if name in present}
    if "mask" in present:
        fields["mask"] = True
    found = _references(form.names)
    _check_count([name for name in form.names if name in found])
    images = [(name, file) for name in found for file in form.files(name)]
    return Payload({k: v for k, v in fields.items() if v != "" or k == "prompt"}, images)


def _form_text(form: Form, name: str) -> Any:
    """A form's text; of a prompt that is a JSON object, the object."""
    if form.names.count(name) > 1:
        raise InvalidValue(f"{name} was given more than once.", param=name)
    text = form.text(name)
    if text is None:
        raise InvalidValue(f"{name} must be text, not a file.", param=name)
    if name in ("prompt", "input") and text.lstrip().startswith("{"):
        try:
            value = from_json(text, allow_inf_nan=False)
        except ValueError:
            return text
        return value if isinstance(value, dict) else text
    return text


# Reference images, in both


def _references(names: Iterable[str]) -> list[str]:
    """The names among `names` that carry reference images, each once, in the model's order.

    `input_image_1` and `image[1]` say their place; the others come as they were sent.
    """
    matches = {name: match for name in names if (match := _REFERENCE.fullmatch(name))}
    numbered = {
        name: int(digits)
        for name, match in matches.items()
        if (digits := re.sub(r"\D", "", match["index"]))
    }
    return sorted(matches, key=lambda name: (numbered.get(name, -1), not name.startswith("input")))


def _check_count(names: Sequence[str]) -> None:
    if len(names) > MOST_REFERENCES:
        raise InvalidValue(
            f"{len(names)} reference images were given; at most {MOST_REFERENCES} are possible.",
            param=names[MOST_REFERENCES],
        )
    places = sorted(int(name[12:]) for name in names if name.startswith("input_image_"))
    for place, expected in zip(places, range(len(places)), strict=True):
        if place != expected:
            raise InvalidValue(
                f"input_image_{expected} is missing or given twice: the prompt refers to reference "
                "images by number, so they are numbered from 0 without gaps.",
                param=f"input_image_{expected}",
            )
