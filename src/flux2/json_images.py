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
_INSIDE = rb'[^"\\]*+(?:\\.[^"\\]*+)*'
"""No group is repeated with `*+`: before Python 3.11.5 one that fails in its middle keeps what it
had matched until then (python/cpython#106052)."""
_STRING = re.compile(b'"(%b)"' % _INSIDE, re.DOTALL)
_WHOLE_STRINGS = re.compile(b'[^"]*+(?:"%b"[^"]*+)*' % _INSIDE, re.DOTALL)
_INSIDE_STRING = re.compile(_INSIDE, re.DOTALL)
_LONGEST_BEGINNING = 256
"""Bytes of what an image inside a text is told by."""
_ENDS_INSIDE = b")> "
"""What ends an image inside a text: no base64 has any of them."""
MARKER = r"\0image:\d+"
"""How a marker looks in the middle of a text."""

BASE64 = re.compile(rb"(?:[A-Za-z0-9+/]|\\/){64}")


class TooMuchText(ValueError):
    """There is more JSON around the images than any request needs."""


@dataclass
class Document:
    """A JSON document without its images, and the images by their markers."""

    value: Any
    images: dict[str, Buffer] = field(default_factory=dict)
    places: dict[str, tuple[int, int]] = field(default_factory=dict)
    """Where each of them begins and ends in the document."""


@dataclass(frozen=True)
class Rules:
    """What is cut out of a document, and how much may remain."""

    image: Pattern[bytes]
    """How a string begins that is an image."""
    inside: Pattern[bytes] | None = None
    """How an image begins that is a part of a string, as group 1."""
    most_text: int = MOST_TEXT
    """Bytes."""
    most_values: int = json_text.MOST_VALUES
    """How many values there may be, and how many images."""


def parse(data: Buffer, rules: Rules) -> Document:
    """Parse JSON; images become markers, which are keys of `images`.

    Raises as `json_text.parse`, and TooMuchText.
    """
    cutter = _Cutter(data, rules)
    text = cutter.cut()
    return Document(json_text.parse(text, rules.most_values), cutter.images, cutter.places)


class _Cutter:
    """Reads a document window by window, and leaves its images where they are."""

    def __init__(self, data: Buffer, rules: Rules) -> None:
        self._data = data
        self._rules = rules
        self._text = bytearray()
        self.images: dict[str, Buffer] = {}
        self.places: dict[str, tuple[int, int]] = {}

    def cut(self) -> bytes:
        """Return the JSON that remains."""
        position = 0
        while position < self._data.size:
            window = self._data.read(position, position + _WINDOW)
            if self._rules.image.search(window):
                position = self._cut_window(position, window)
            elif len(window) == self._data.size:
                return window
            elif whole := _WHOLE_STRINGS.match(window)[0]:  # type: ignore[index]  # it may be empty
                self._add(whole)
                position += len(whole)
            else:
                position = self._cut_window(position, window)
        return bytes(self._text)

    def _cut_window(self, position: int, window: bytes) -> int:
        """Move one window, which begins outside of any string, into the text; tell where the next
        one begins."""
        done = 0
        inside = self._rules.inside
        may_hold = inside is not None and inside.search(window) is not None
        while (opening := window.find(b'"', done)) >= 0:
            self._add(window[done:opening])
            whole = _STRING.match(window, opening)
            is_image = self._rules.image.match(window, opening + 1)
            if whole and not is_image and not may_hold:
                self._add(whole[0])
                done = whole.end()
                continue
            is_cut_off = whole is None and position + len(window) < self._data.size
            if is_cut_off and not is_image and opening > 0:
                return position + opening  # once more, with this string at the window's beginning
            start = position + opening + 1
            stop = whole.end(1) + position if whole else self._find_closing_quote(start)
            if is_image:
                self._add(b'"%s"' % self._mark(start, stop))
            else:
                self._read_text(start, stop)
            if whole is None:
                return stop + 1
            done = whole.end()
        self._add(window[done:])
        return position + len(window)

    def _add(self, text: bytes) -> None:
        self._text += text
        if len(self._text) > self._rules.most_text:
            raise TooMuchText

    def _mark(self, start: int, stop: int) -> bytes:
        """Make the marker of an image, as it stands in a string of the JSON that remains."""
        most = self._rules.most_values
        if len(self.images) == most:
            raise json_text.TooMuch(f"may have at most {most:,} values")
        number = len(self.images)
        self.images[f"\0image:{number}"] = self._data.slice(start, stop)
        self.places[f"\0image:{number}"] = start, stop
        return b"\\u0000image:%d" % number

    def _read_text(self, start: int, stop: int) -> None:
        """Move a string into the text, without the images that are parts of it."""
        inside = self._rules.inside
        self._add(b'"')
        while start < stop:
            window = self._data.read(start, min(stop, start + _WINDOW))
            if inside is not None and (found := inside.search(window)):
                begin = start + found.start(1)
                start = self._find_end(window, found.end(1), start, stop)
                self._add(window[: found.start(1)] + self._mark(begin, start))
                continue
            if start + len(window) < stop:  # an image may begin at its end
                window = window[:-_LONGEST_BEGINNING]
            self._add(window)
            start += len(window)
        self._add(b'"')

    def _find_end(self, window: bytes, done: int, start: int, stop: int) -> int:
        """Find the index of what ends an image inside a text; `stop` if nothing does. It goes on at
        `done` in the window that begins at `start`."""
        if (index := _find_first(window, done)) is not None:
            return start + index
        start += len(window)
        for byte in _ENDS_INSIDE:
            length = self._data.slice(start, stop).find(byte, 0)
            stop = stop if length < 0 else start + length
        return stop

    def _find_closing_quote(self, start: int) -> int:
        """Find the index of the quote that ends the string whose content begins at `start`."""
        escaped = 0
        while (quote := self._data.find(_QUOTE, start)) >= 0:
            if self._count_backslashes_before(start, quote) % 2 == 0:
                return quote
            # Where one quote is escaped a million may be, and each call of `find` costs.
            start = quote - 1
            inside = _INSIDE_STRING.match(self._data.read(start, start + _WINDOW))
            escaped += inside.end() if inside else 0
            start += inside.end() if inside else 0
            if escaped > self._rules.most_text:  # no image has any
                raise TooMuchText
        raise ValueError("a string has no end")

    def _count_backslashes_before(self, start: int, quote: int) -> int:
        count, size = 0, 64
        while True:
            before = self._data.read(max(start, quote - count - size), quote - count)
            more = len(before) - len(before.rstrip(b"\\"))
            count += more
            if more < size:
                return count
            size = _WINDOW


def _find_first(window: bytes, done: int) -> int | None:
    """Find the first byte behind `done` that ends an image; a pattern of all would be slower."""
    end = len(window)
    for byte in _ENDS_INSIDE:
        index = window.find(byte, done, end)
        end = end if index < 0 else index
    return end if end < len(window) else None
