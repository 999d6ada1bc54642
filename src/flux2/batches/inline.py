"""Lines that came in the body of their batch, written as the file that they could have been."""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from flux2 import json_text
from flux2.errors import InvalidValue
from flux2.json_images import MARKER, Document
from flux2.ports import Buffer

_NAME = MARKER.removeprefix(r"\0")
_MARKER = re.compile(rf'(?<!\\)"\\u0000({_NAME})"')
"""One that is a whole string; in a text somebody has written what looks like it."""
Parts = Sequence[str | Buffer]


def write_lines(requests: Sequence[Mapping[str, Any]], document: Document) -> Parts:
    """Write them one behind the other, with the images of `document` in the places of its
    markers. Raises InvalidValue for a number that JSON does not have."""
    return [
        part
        for number, request in enumerate(requests)
        for part in _write_line(number, request, document)
    ]


def _write_line(
    number: int, request: Mapping[str, Any], document: Document
) -> Iterator[str | Buffer]:
    try:
        text, position = json_text.write_strictly(request), 0
    except ValueError:
        raise InvalidValue(
            f"requests[{number}] holds a number that is too large.", param="requests"
        ) from None
    for match in _MARKER.finditer(text):
        image = document.images.get(f"\0{match[1]}")
        if image is not None:
            yield text[position : match.start() + 1]
            yield image
            position = match.end() - 1
    yield f"{text[position:]}\n"


def measure(parts: Parts) -> int:
    return sum(len(part.encode()) if isinstance(part, str) else part.size for part in parts)
