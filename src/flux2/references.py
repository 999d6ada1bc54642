"""Reference images: what they are by their bytes, how large, and whether they must be shrunk."""

import base64
from collections.abc import Callable

from flux2.catalog import REFERENCE_SIDE
from flux2.errors import InvalidImage, RequestTooLarge, UpstreamError
from flux2.web import Resize, TypedFile, UploadedFile

MOST_BYTES = 20 * 1024 * 1024
BASE64_SAMPLE = 64
"""Characters of an image's base64, more than enough to show what it is."""
MADE_FORMATS = ("png", "jpeg", "webp")
"""What a model may answer with."""
MOST_PIXELS = 100_000_000
LONGEST_SIDE = {"webp": 16_383}
OTHERS_LONGEST_SIDE = 12_000
"""Pixels that the `IMAGES` binding takes, by Cloudflare's "Images, Limits and formats"; WebP's side
is the format's own limit (RFC 9649, 1). A file of 1 MB can unpack to a gigabyte."""
_HEAD = 4096
_MOST_SEGMENTS = 512
"""Of a JPEG, before its frame header. Photos have about ten; an embedded profile adds dozens."""

# JPEG's frame headers (ITU-T T.81, table B.1), the ones that carry the image's size.
_FRAME_HEADERS = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}


def sniff(head: bytes) -> str | None:
    """The format that these first bytes announce: png, jpeg, webp, gif, or None."""
    if head.startswith(b"\x89PNG\r\n\x1a\n"):
        return "png"
    if head.startswith(b"\xff\xd8\xff"):
        return "jpeg"
    if head.startswith((b"GIF87a", b"GIF89a")):
        return "gif"
    if head.startswith(b"RIFF") and head[8:12] == b"WEBP":
        return "webp"
    return None


def base64_format(encoded: bytes) -> str | None:
    """What the first `BASE64_SAMPLE` characters of an image announce: png, jpeg, webp, or None.

    The solidus may be escaped, as in JSON.
    """
    start = encoded.replace(b"\\/", b"/")[:32]
    try:
        kind = sniff(base64.b64decode(start, validate=True))
    except ValueError:
        return None
    return kind if kind in MADE_FORMATS else None


async def prepare(
    param: str, file: UploadedFile, resizer: Callable[[], Resize | None]
) -> TypedFile:
    """The image ready for Cloudflare: at most 512 pixels on a side; `resizer` finds what shrinks.

    Raises InvalidImage, RequestTooLarge or UpstreamError, which name `param`.
    """
    if file.size > MOST_BYTES:
        megabytes = file.size / 1024**2
        raise RequestTooLarge(
            f"{param} is {megabytes:.1f} MB; a reference image may have at most 20 MB.", param=param
        )
    head = await file.read(0, _HEAD)
    kind = sniff(head)
    if kind is None:
        raise InvalidImage(f"{param} must be a PNG, JPEG, WebP or GIF image.", param=param)
    size = await _measure(kind, head, file)
    if size is None or 0 in size:
        raise InvalidImage(f"{param} is a damaged {kind.upper()} image.", param=param)
    image = TypedFile(file, f"image/{kind}")
    if max(size) <= REFERENCE_SIDE:
        return image
    resize = resizer()
    if resize is None:
        raise InvalidImage(
            f"{param} is {size[0]}x{size[1]} pixels; without the IMAGES binding a reference image "
            f"may have at most {REFERENCE_SIDE}x{REFERENCE_SIDE}.",
            param=param,
        )
    _check_pixels(param, kind, size)
    try:
        return await resize(image, side=REFERENCE_SIDE)
    except ValueError as exc:
        raise InvalidImage(
            f"{param} could not be decoded, so it could not be shrunk to "
            f"{REFERENCE_SIDE}x{REFERENCE_SIDE} pixels.",
            param=param,
        ) from exc
    except OSError as exc:
        raise UpstreamError(
            f"Cloudflare Images could not shrink {param}: {exc}. Try again, or send it with at "
            f"most {REFERENCE_SIDE}x{REFERENCE_SIDE} pixels.",
            param=param,
        ) from exc


def _check_pixels(param: str, kind: str, size: tuple[int, int]) -> None:
    longest = LONGEST_SIDE.get(kind, OTHERS_LONGEST_SIDE)
    if max(size) > longest or size[0] * size[1] > MOST_PIXELS:
        raise InvalidImage(
            f"{param} is {size[0]}x{size[1]} pixels; a reference image may have at most "
            f"{longest:,} on a side and {MOST_PIXELS:,} in all.",
            param=param,
        )


async def _measure(kind: str, head: bytes, file: UploadedFile) -> tuple[int, int] | None:
    """Width and height in pixels as stored; None if the header is damaged."""
    if kind == "jpeg":
        return await _measure_jpeg(head, file)
    return {"png": _measure_png, "gif": _measure_gif, "webp": _measure_webp}[kind](head)


def _measure_png(head: bytes) -> tuple[int, int] | None:
    """PNG specification, 11.2.1: IHDR comes first."""
    if len(head) < 24 or head[12:16] != b"IHDR":
        return None
    return int.from_bytes(head[16:20], "big"), int.from_bytes(head[20:24], "big")


def _measure_gif(head: bytes) -> tuple[int, int] | None:
    """GIF89a specification, 18: the logical screen."""
    if len(head) < 10:
        return None
    return int.from_bytes(head[6:8], "little"), int.from_bytes(head[8:10], "little")


def _measure_webp(head: bytes) -> tuple[int, int] | None:
    """RFC 9649, 2.5 to 2.7."""
    chunk = head[12:16]
    if len(head) < (25 if chunk == b"VP8L" else 30):
        return None
    if chunk == b"VP8X":
        return (
            int.from_bytes(head[24:27], "little") + 1,
            int.from_bytes(head[27:30], "little") + 1,
        )
    if chunk == b"VP8L":
        bits = int.from_bytes(head[21:25], "little")
        return (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1
    if chunk == b"VP8 ":
        return (
            int.from_bytes(head[26:28], "little") & 0x3FFF,
            int.from_bytes(head[28:30], "little") & 0x3FFF,
        )
    return None


async def _measure_jpeg(head: bytes, file: UploadedFile) -> tuple[int, int] | None:
    """Walk the segments to the frame header; a phone's photo has it behind 60 KB of EXIF."""
    window, base, position = head, 0, 2
    for _ in range(_MOST_SEGMENTS):
        if position + 9 > base + len(window):
            window, base = await file.read(position, position + _HEAD), position
        segment = window[position - base :]
        if len(segment) < 9 or segment[0] != 0xFF:
            return None
        marker = segment[1]
        if marker == 0xFF:  # a fill byte (T.81, B.1.1.2)
            position += 1
        elif marker in _FRAME_HEADERS:
            return int.from_bytes(segment[7:9], "big"), int.from_bytes(segment[5:7], "big")
        else:
            position += 2 + int.from_bytes(segment[2:4], "big")
    return None
