"""How large an image is, by its header alone: PNG, GIF, WebP, JPEG."""

from collections.abc import Callable, Mapping

from flux2.ports import Buffer

HEAD = 4096
"""Bytes that hold the header of most images."""
_MOST_SEGMENTS = 512
"""A JPEG may have no more before its frame header. Photos have about ten; an embedded profile adds
dozens."""

# JPEG's frame headers (ITU-T T.81, table B.1), the ones that carry the image's size.
_FRAME_HEADERS = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}

Size = tuple[int, int]
"""Width and height in pixels as stored."""


def measure(kind: str, head: bytes, file: Buffer) -> Size | None:
    """Read the size from the header, None if it is damaged; `head` are the first `HEAD` bytes."""
    if kind == "jpeg":
        return _measure_jpeg(head, file)
    return _BY_HEAD[kind](head)


def _measure_png(head: bytes) -> Size | None:
    """By the PNG specification, 11.2.1, IHDR comes first."""
    if len(head) < 24 or head[12:16] != b"IHDR":
        return None
    return int.from_bytes(head[16:20], "big"), int.from_bytes(head[20:24], "big")


def _measure_gif(head: bytes) -> Size | None:
    """The size is that of the logical screen (GIF89a specification, 18)."""
    if len(head) < 10:
        return None
    return int.from_bytes(head[6:8], "little"), int.from_bytes(head[8:10], "little")


def _measure_webp(head: bytes) -> Size | None:
    """There are three kinds of WebP, each with a header of its own (RFC 9649, 2.5 to 2.7)."""
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


_BY_HEAD: Mapping[str, Callable[[bytes], Size | None]] = {
    "png": _measure_png,
    "gif": _measure_gif,
    "webp": _measure_webp,
}


def _measure_jpeg(head: bytes, file: Buffer) -> Size | None:
    """Walk the segments to the frame header; a phone's photo has it behind 60 KB of EXIF."""
    window, base, position = head, 0, 2
    for _ in range(_MOST_SEGMENTS):
        if position + 9 > base + len(window):
            window, base = file.read(position, position + HEAD), position
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
