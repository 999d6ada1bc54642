"""A request's body: JSON or a form, told apart by what was sent."""

import re
from collections.abc import Collection, Iterator
from contextlib import contextmanager

from flux2.errors import (
    InvalidForm,
    InvalidRequest,
    MissingParameter,
    RequestTooLarge,
    UnsupportedMediaType,
)
from flux2.ports import Body, Buffer, DecodeDataUrl, Request
from flux2.request import forms, json_bodies
from flux2.request.payload import Payload

MOST_BYTES = 100 * 1000 * 1000
"""A body may have no more; it is Cloudflare's own limit on the Free and Pro plans."""

_WINDOW = 64 * 1024
"""Bytes of white space that are looked at in one go."""
_BOUNDARY = re.compile(r"multipart/form-data\s*;.*boundary=", re.IGNORECASE)
_FORM_TYPES = ("multipart/form-data", "application/x-www-form-urlencoded")


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
            return await forms.read(form, names, decode)
    body = await _receive(request)
    start = _find_beginning(body.buffer)
    if start.startswith(b"{"):
        return await json_bodies.read(body.buffer, decode)
    media_type = content_type.partition(";")[0].strip().lower()
    if media_type in _FORM_TYPES:
        with _explained():
            form = await body.form(content_type)
        return await forms.read(form, names, decode)
    if media_type and not media_type.endswith("json"):
        raise UnsupportedMediaType(
            f"The content type {media_type[:100]} is not supported. Send application/json or "
            "multipart/form-data."
        )
    if not start:
        raise MissingParameter("The request has no body; prompt is required.", param="prompt")
    return await json_bodies.read(body.buffer, decode)


async def _receive(request: Request) -> Body:
    try:
        body = await request.body(MOST_BYTES)
    except ConnectionError as exc:
        raise InvalidRequest("The request's body ended before it was complete.") from exc
    if body is None:
        raise RequestTooLarge(f"The request's body may have at most {MOST_BYTES // 10**6} MB.")
    return body


def _find_beginning(data: Buffer) -> bytes:
    """Find the first few bytes behind white space."""
    position, size = 0, 256
    while position < data.size:
        if start := data.read(position, position + size).lstrip():
            return start[:256]
        position, size = position + size, _WINDOW
    return b""


@contextmanager
def _explained() -> Iterator[None]:
    """Turn what a broken form raises into what its sender is told."""
    try:
        yield
    except ValueError as exc:
        raise InvalidForm(
            "The request's body is not a complete form. Let your HTTP client write the "
            "Content-Type header: it must carry the boundary that the body uses."
        ) from exc
