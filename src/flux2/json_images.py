"""JSON whose images stay outside Python.

A document of 20 MB is a few hundred bytes of JSON around a few very long strings. Those few hundred
bytes are read, and each long string leaves a marker where it was.
"""

import re
from dataclasses import dataclass, field
from re import Pattern
from typing import Any

from flux2 import json_text
from flux2.ports import Buffer

_WINDOW = 64 * 1024
MOST_TEXT = 512 * 1024
"""Bytes of JSON besides images. The longest prompt, 32,000 characters each escaped as a surrogate
pair, is 384 KiB."""

_QUOTE = ord('"')
_STRING = re.compile(rb'"((?:[^"\\]++|\\.)*+)"', re.DOTALL)
_INSIDE_STRING = re.compile(rb'(?:[^"\\]++|\\.)*+', re.DOTALL)

BASE64 = re.compile(rb"(?:[A-Za-z0-9+/]|\\/){64}")


class TooMuchText(ValueError):
    """There is more JSON around the images than any request needs."""


@dataclass
class Document:
    """A JSON document without its images, and the images by their markers."""

    value: Any
    images: dict[str, Buffer] = field(default_factory=dict)


def parse(data: Buffer, image: Pattern[bytes]) -> Document:
    """Parse JSON; strings that begin as `image` says become markers, keys of `images`.

    Raises as `json_text.parse`, and TooMuchText.
    """
    text, images = _cut(data, image)
    return Document(json_text.parse(text), images)


def _cut(data: Buffer, image: Pattern[bytes]) -> tuple[bytes, dict[str, Buffer]]:
    text = bytearray()
    images: dict[str, Buffer] = {}
    position = 0
    while position < data.size:
        window = data.read(position, position + _WINDOW)
        if len(window) == data.size and not image.search(window):
            return window, images
        position = _cut_window(data, position, window, image, text, images)
        if len(text) > MOST_TEXT:
            raise TooMuchText
    return bytes(text), images


def _cut_window(
    data: Buffer,
    position: int,
    window: bytes,
    image: Pattern[bytes],
    text: bytearray,
    images: dict[str, Buffer],
) -> int:
    """Move one window, which begins outside of any string, into `text`; tell where the next one
    begins."""
    done = 0
    while (opening := window.find(b'"', done)) >= 0:
        text += window[done:opening]
        whole = _STRING.match(window, opening)
        is_image = image.match(window, opening + 1)
        if whole and not is_image:
            text += whole[0]
            done = whole.end()
            continue
        if whole is None and not is_image and opening > 0 and position + len(window) < data.size:
            return position + opening  # once more, with this string at the window's beginning
        start = position + opening + 1
        stop = whole.end(1) + position if whole else _find_closing_quote(data, start)
        if is_image:
            text += _mark(data.slice(start, stop), images)
        else:
            text += _read_long_text(data, start, stop)
        if whole is None:
            return stop + 1
        done = whole.end()
    text += window[done:]
    return position + len(window)


def _mark(image: Buffer, images: dict[str, Buffer]) -> bytes:
    """Make the marker of an image, as it stands in the JSON that remains."""
    if len(images) == json_text.MOST_VALUES:
        raise json_text.TooMuch(f"may have at most {json_text.MOST_VALUES:,} values")
    images[f"\0image:{len(images)}"] = image
    return b'"\\u0000image:%d"' % (len(images) - 1)


def _read_long_text(data: Buffer, start: int, stop: int) -> bytes:
    if stop - start > MOST_TEXT:
        raise TooMuchText
    return data.read(start - 1, stop + 1)


def _find_closing_quote(data: Buffer, start: int) -> int:
    """Find the index of the quote that ends the string whose content begins at `start`."""
    escaped = 0
    while (quote := data.find(_QUOTE, start)) >= 0:
        if _count_backslashes_before(data, start, quote) % 2 == 0:
            return quote
        # Where one quote is escaped a million may be, and each call of `find` costs.
        start = quote - 1
        inside = _INSIDE_STRING.match(data.read(start, start + _WINDOW))
        escaped += inside.end() if inside else 0
        start += inside.end() if inside else 0
        if escaped > MOST_TEXT:  # no image has any
            raise TooMuchText
    raise ValueError("a string has no end")


def _count_backslashes_before(data: Buffer, start: int, quote: int) -> int:
    count, size = 0, 64
    while True:
        before = data.read(max(start, quote - count - size), quote - count)
        more = len(before) - len(before.rstrip(b"\\"))
        count += more
        if more < size:
            return count
        size = _WINDOW
