"""A request's body: JSON or a form, told apart by what was sent."""

from collections.abc import Collection

from flux2.errors import (
    ClientClosedRequest,
    InvalidRequest,
    MissingParameter,
    RequestTooLarge,
    UnsupportedMediaType,
)
from flux2.json_images import Document, Rules
from flux2.ports import Buffer, ClientLeft, DecodeDataUrl, Request
from flux2.request import forms, json_bodies, multipart, urlencoded
from flux2.request.payload import Payload
from flux2.room import Lease, Rooms

MOST_BYTES = 40 * 1000 * 1000
"""A body may have no more: it is held while its images are made, and an isolate has 128 MB
(Cloudflare's reference, "Workers, Limits"), of which Python takes about 40."""

_BEGINNING = 256
_MOST_WHITE_SPACE = 64 * 1024
"""Bytes of it that are looked at."""


class Memory:
    """What the body of one request takes of the room that all of them share."""

    def __init__(self, room: Rooms) -> None:
        self._room = room
        self._lease: Lease | None = None
        self.body: Buffer | None = None

    async def make_room(self, size: int) -> None:
        self._lease = await self._room.take(size)

    def let_go(self) -> None:
        """Free it: the fields and whatever was copied remain, views of the body do not."""
        if self._lease is not None:
            if self.body is not None:
                self.body.let_go()
            self._lease.give_back()
            self._lease = None


async def read(
    request: Request, names: Collection[str], decode: DecodeDataUrl, memory: Memory
) -> Payload:
    """Read the fields called `names`, and the reference images.

    A body that begins with `{` is JSON whatever its content type says: `curl -d` calls all it
    sends a form.
    """
    content_type = (request.header("content-type") or "").strip()
    body = await receive(request, memory)
    start = body.read(0, _BEGINNING).lstrip() or body.read(0, _MOST_WHITE_SPACE).lstrip()
    media_type = content_type.partition(";")[0].strip().lower()
    if start.startswith(b"{"):
        return json_bodies.read(body, decode)
    if media_type == "multipart/form-data":
        return forms.read(multipart.parse(body, content_type), names, decode)
    if media_type == "application/x-www-form-urlencoded":
        return forms.read(urlencoded.parse(body), names, decode)
    if media_type and not media_type.endswith("json"):
        raise UnsupportedMediaType(
            f"The content type {media_type[:100]} is not supported. Send application/json or "
            "multipart/form-data."
        )
    if not start and body.size <= _MOST_WHITE_SPACE:
        raise MissingParameter("The request has no body; prompt is required.", param="prompt")
    return json_bodies.read(body, decode)


async def read_json(request: Request, memory: Memory, rules: Rules) -> Document:
    """Read a body that can only be JSON, whatever its content type says."""
    body = await receive(request, memory)
    return json_bodies.parse(body, rules)


async def read_whole_json(request: Request, memory: Memory, default: bytes = b"") -> Document:
    """Read a small body that can only be JSON, with all that its strings say: an image there is
    none, but text. `default` is what an empty one means."""
    body = await receive(request, memory)
    return json_bodies.parse_whole(body, default)


async def receive(request: Request, memory: Memory) -> Buffer:
    """Receive a body that was not packed. Raises an InvalidRequest or ClientClosedRequest."""
    encoding = (request.header("content-encoding") or "identity").strip().lower()
    if encoding != "identity":
        raise UnsupportedMediaType(
            f"The content encoding {encoding[:100]} is not supported. Send the body as it is."
        )
    try:
        body = await request.body(MOST_BYTES, memory.make_room)
    except ClientLeft as exc:
        raise ClientClosedRequest("The client has left.") from exc
    except ConnectionError as exc:
        raise InvalidRequest("The request's body ended before it was complete.") from exc
    if body is None:
        raise RequestTooLarge(f"The request's body may have at most {MOST_BYTES // 10**6} MB.")
    memory.body = body
    return body
