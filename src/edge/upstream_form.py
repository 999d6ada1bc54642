"""`multipart/form-data`, as a call upstream sends it."""

import os
from collections.abc import Sequence
from dataclasses import dataclass

import js
from pyodide.ffi import JsProxy

from edge.buffer import get_array
from edge.native import make_blob
from flux2.ports import TypedFile

LARGE = 4 * 1024 * 1024
"""Bytes of images above which they are not copied to be sent, which would cost less CPU."""
_PIECE = 6 * 1024 * 1024
"""Bytes that are written in one go; smaller ones would cost more CPU."""


@dataclass(frozen=True)
class SentForm:
    """The body of a call, and what its header says of it."""

    body: JsProxy | str
    content_type: str


def make_form(form: Sequence[tuple[str, str | TypedFile]]) -> SentForm:
    """Write the form of `ports.Fetch`: text is one string, with images one `Blob`."""
    boundary = os.urandom(16).hex()  # nobody can guess it, so nothing that is sent contains it
    content_type = f"multipart/form-data; boundary={boundary}"
    pieces: list[str | JsProxy] = []
    text, size = "", 0
    for name, value in form:
        text += f'--{boundary}\r\nContent-Disposition: form-data; name="{name}"'
        if isinstance(value, str):
            text += f"\r\n\r\n{value}\r\n"
            continue
        extension = value.media_type.partition("/")[2]
        text += f'; filename="{name}.{extension}"\r\nContent-Type: {value.media_type}\r\n\r\n'
        pieces += [text, get_array(value.file)]
        text, size = "\r\n", size + value.file.size
    text += f"--{boundary}--\r\n"
    return SentForm(_join([*pieces, text], size) if pieces else text, content_type)


def _join(pieces: Sequence[str | JsProxy], size: int) -> JsProxy:
    # Node has no stream that knows its length.
    return (
        _pour(pieces) if size > LARGE and hasattr(js, "FixedLengthStream") else make_blob(*pieces)
    )


def _pour(pieces: Sequence[str | JsProxy]) -> JsProxy:
    """Make a stream of the pieces, of which the runtime copies one after the other.

    Each write begins when the one before has ended, without Python: nobody waits for them. They
    end when upstream has read them, and fail when the call does.
    """
    encoder = js.TextEncoder.new()
    arrays = [encoder.encode(piece) if isinstance(piece, str) else piece for piece in pieces]
    pipe = js.FixedLengthStream.new(sum(array.length for array in arrays))
    writer = pipe.writable.getWriter()
    written = js.Promise.resolve()
    for array in arrays:
        for start in range(0, array.length, _PIECE):
            write = writer.write.bind(writer, array.subarray(start, start + _PIECE))
            written = written.then(write)
    js.Promise.allSettled(js.Array.of(written.then(writer.close.bind(writer))))
    readable: JsProxy = pipe.readable
    return readable
