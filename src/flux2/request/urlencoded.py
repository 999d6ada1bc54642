"""`application/x-www-form-urlencoded` (URL Standard, 5.1)."""

from collections.abc import Sequence
from urllib.parse import unquote_to_bytes

from flux2.data_urls import DATA_URL
from flux2.errors import RequestTooLarge
from flux2.ports import Buffer
from flux2.request.parts import Part, check_count

MOST_BYTES = 1024 * 1024
"""Such a form may have no more: it is text, and larger images belong into the other kind."""


def parse(body: Buffer) -> Sequence[Part]:
    """Find the parts. What a value stands for is written over it, which is never shorter."""
    if body.size > MOST_BYTES:
        raise RequestTooLarge("A urlencoded form may have at most 1 MB; send multipart/form-data.")
    data = body.read(0, body.size)
    check_count(data.count(b"&") + bool(data))
    parts = []
    position = 0
    for pair in data.split(b"&"):
        name, _, value = pair.partition(b"=")
        if pair:
            content = _overwrite(body, position + len(pair) - len(value), _decode(value))
            parts.append(Part(_decode(name).decode(errors="replace"), False, content))
        position += len(pair) + 1
    return parts


def _decode(text: bytes) -> bytes:
    """Decode it. Base64 has no spaces, so a plus sign in it is one that was not encoded."""
    value = unquote_to_bytes(text)
    return value if DATA_URL.match(value) else unquote_to_bytes(text.replace(b"+", b" "))


def _overwrite(body: Buffer, start: int, data: bytes) -> Buffer:
    body.write(start, data)
    return body.slice(start, start + len(data))
