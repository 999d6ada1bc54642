"""What an image is, by its first bytes, whatever its sender called it."""

import base64
from collections.abc import Mapping
from typing import Literal, get_args

BASE64_SAMPLE = 64
"""Characters of an image's base64, more than enough to show what it is."""
SIGNATURE = 32
"""Bytes of an image, more than enough to show what it is."""
MadeFormat = Literal["png", "jpeg", "webp"]
"""What a model may answer with."""
MADE_FORMATS: Mapping[str | None, MadeFormat] = {name: name for name in get_args(MadeFormat)}


def sniff(head: bytes) -> str | None:
    """Tell the format that these first bytes announce: png, jpeg, webp, gif, or None."""
    if head.startswith(b"\x89PNG\r\n\x1a\n"):
        return "png"
    if head.startswith(b"\xff\xd8\xff"):
        return "jpeg"
    if head.startswith((b"GIF87a", b"GIF89a")):
        return "gif"
    if head.startswith(b"RIFF") and head[8:12] == b"WEBP":
        return "webp"
    return None


def sniff_base64(encoded: bytes) -> MadeFormat | None:
    """Tell what the first `BASE64_SAMPLE` characters announce: png, jpeg, webp, or None.

    The solidus may be escaped, as in JSON.
    """
    start = encoded.replace(b"\\/", b"/")[:32]
    try:
        return MADE_FORMATS.get(sniff(base64.b64decode(start, validate=True)))
    except ValueError:
        return None
