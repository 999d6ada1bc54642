"""A request's body: JSON or a form, as plain values beside reference images."""

import re
from collections import Counter, deque
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from operator import itemgetter
from typing import Any

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

_REFERENCE = re.compile(
    r"input_image_(\d{1,3})|images?(?:\[(\d{0,3})\])?(?:\[image_url\])?", re.ASCII
)
_NOT_FROM_THE_WEB = "must be a file or a data URL: this server fetches nothing from the web."
_NOT_SO_DEEP = f"may be nested at most {hollow.MOST_LEVELS} levels deep."
MOST_TEXT = 1024 * 1024
"""Bytes of one text field of a form; the longest prompt is far below."""
MOST_PARTS = 1000
"""Of a form; a request that uses every field has about twenty."""
_BOUNDARY = re.compile(r"multipart/form-data\s*;.*boundary=", re.IGNORECASE)
_FORM_TYPES = ("multipart/form-data", "application/x-www-form-urlencoded")


@dataclass(frozen=True)
class Payload:
    """What was asked for, before any rule but the transport's has been applied.

    `references` are (field, image) pairs in the order in which the model gets them.
    """

    fields: Fields
    references: Sequence[tuple[str, UploadedFile]]


async def read(request: Request, names: Collection[str], decode: DecodeDataUrl) -> Payload:
    """Read the fields called `names`, and the reference images.

    A body that begins with `{` is JSON whatever its content type says: `curl -d` calls all it
    sends a form.
    """
    content_type = (request.header("content-type") or "").strip()
    if _BOUNDARY.match(content_type):
        with _explained():
            form = await request.form_data(MOST_BYTES)
        if form is not None:
            return await _read_form(form, names, decode)
    body = await _receive(request)
    start = _beginning(body.buffer)
    if start.startswith(b"{"):
        return await _read_json(body.buffer, decode)
    media_type = content_type.partition(";")[0].strip().lower()
    if media_type in _FORM_TYPES:
        with _explained():
            form = await body.form(content_type)
        return await _read_form(form, names, decode)
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


def _beginning(data: Buffer) -> bytes:
    """Its first few bytes behind white space."""
    position = 0
    while position < data.size:
        if start := data.read(position, position + 256).lstrip():
            return start
        position += 256
    return b""


# JSON


async def _read_json(data: Buffer, decode: DecodeDataUrl) -> Payload:
    try:
        document = hollow.parse(data, hollow.DATA_URL)
    except hollow.TooMuchText:
        raise RequestTooLarge("The JSON around the images may have at most 1 MB.") from None
    except hollow.TooDeep:
        raise InvalidJson(f"The request's body {_NOT_SO_DEEP}") from None
    except ValueError as exc:
        raise InvalidJson(f"The request's body is not valid JSON: {exc}.") from None
    if not isinstance(document.value, dict):
        raise InvalidJson("The request's body must be a JSON object.")
    fields: Fields = document.value
    found = {name: _listed(fields.pop(name)) for name in list(fields) if _is_reference(name)}
    order = _in_order(name for name, values in found.items() for _ in values)
    _check_count([name for name, _ in order])
    urls = [(name, _data_url(name, found[name][i], document.images)) for name, i in order]
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
        raise InvalidValue(f"{name} {_NOT_FROM_THE_WEB}", param=name)
    raise InvalidValue(f"{name} must be a base64 data URL (data:image/png;base64,…).", param=name)


async def _decode(name: str, url: Buffer | UploadedFile, decode: DecodeDataUrl) -> UploadedFile:
    try:
        return await decode(url)
    except ValueError as exc:
        raise InvalidValue(f"{name} is not a valid base64 data URL.", param=name) from exc


def _check_no_image_elsewhere(fields: Fields, images: Mapping[str, Buffer]) -> None:
    for name, value in fields.items():
        if name != "mask" and images and _mentions(value, images):
            raise InvalidValue(
                f"{name[:100]} takes no image; reference images belong into images.",
                param=name[:100],
            )


def _mentions(value: Any, images: Mapping[str, Buffer]) -> bool:
    if isinstance(value, dict):
        return any(key in images or _mentions(item, images) for key, item in value.items())
    if isinstance(value, list):
        return any(_mentions(item, images) for item in value)
    return isinstance(value, str) and value in images


# Forms


@contextmanager
def _explained() -> Iterator[None]:
    try:
        yield
    except ValueError as exc:
        raise InvalidForm(
            "The request's body is not a complete form. Let your HTTP client write the "
            "Content-Type header: it must carry the boundary that the body uses."
        ) from exc


async def _read_form(form: Form, names: Collection[str], decode: DecodeDataUrl) -> Payload:
    if form.count == 0:
        raise MissingParameter("The form has no fields; prompt is required.", param="prompt")
    if form.count > MOST_PARTS:
        raise InvalidForm(f"A form may have at most {MOST_PARTS:,} parts, not {form.count:,}.")
    fields: Fields = {}
    for name in dict.fromkeys(form.names):
        if name in names:
            _check_text(form, name)
            fields[name] = _form_value(form, name)
        elif name == "mask":
            fields[name] = True
        elif not _is_reference(name):
            _check_no_file(form, name)
    order = _in_order(filter(_is_reference, form.names))
    _check_count([name for name, _ in order])
    found = {name: form.files(name) for name, _ in order}
    images = [(name, await _decode_text(name, found[name][i], decode)) for name, i in order]
    return Payload({k: v for k, v in fields.items() if v != "" or k == "prompt"}, images)


async def _decode_text(name: str, file: UploadedFile, decode: DecodeDataUrl) -> UploadedFile:
    """A form may carry a data URL as text where an image belongs, as openai-node writes it."""
    start = (await file.read(0, 5)).lower()
    if start.startswith(b"http"):
        raise InvalidValue(f"{name} {_NOT_FROM_THE_WEB}", param=name)
    return await _decode(name, file, decode) if start == b"data:" else file


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


def _form_value(form: Form, name: str) -> Any:
    """A form's text; of a prompt that is a JSON object, the object."""
    text = form.text(name)
    if text is None:
        raise InvalidValue(f"{name} must be text, not a file.", param=name)
    if name in ("prompt", "input") and text.lstrip().startswith("{"):
        try:
            value = hollow.load(text.encode())
        except hollow.TooDeep:
            raise InvalidValue(f"{name} {_NOT_SO_DEEP}", param=name) from None
        except ValueError:
            return text
        return value if isinstance(value, dict) else text
    return text


# Reference images, in both


def _is_reference(name: str) -> bool:
    return _REFERENCE.fullmatch(name) is not None


def _in_order(names: Iterable[str]) -> list[tuple[str, int]]:
    """Reference images as (name, which one of that name), in the model's order.

    `input_image_1` and `image[1]` say their place; the others take what is free, as they come.
    """
    seen: Counter[str] = Counter()
    placed: list[tuple[int, tuple[str, int]]] = []
    others: deque[tuple[str, int]] = deque()
    for name in names:
        item = (name, seen[name])
        seen[name] += 1
        match = _REFERENCE.fullmatch(name)
        number = match and (match[1] or match[2])
        if number:
            placed.append((int(number), item))
        else:
            others.append(item)
    order: list[tuple[str, int]] = []
    for place, item in sorted(placed, key=itemgetter(0)):
        while others and len(order) < place:
            order.append(others.popleft())
        order.append(item)
    return [*order, *others]


def _check_count(names: Sequence[str]) -> None:
    if len(names) > MOST_REFERENCES:
        raise InvalidValue(
            f"{len(names)} reference images were given; at most {MOST_REFERENCES} are possible.",
            param=names[MOST_REFERENCES],
        )
    numbered = [name for name in names if name.startswith("input_image_")]
    for place, name in enumerate(sorted(numbered)):
        if numbered.count(name) > 1:
            raise InvalidValue(f"{name} was given more than once.", param=name)
        if name != f"input_image_{place}":
            raise InvalidValue(
                f"input_image_{place} is missing: the prompt refers to reference images by number, "
                "so they are numbered from 0 without gaps.",
                param=f"input_image_{place}",
            )
