"""`Response`: what a client gets."""

import re
from collections.abc import AsyncGenerator, Sequence

import js
from pyodide.ffi import JsProxy

from edge.buffer import Buffer
from edge.image_stream import ImageStream
from edge.native import make_blob, make_object
from edge.pouring import pour
from edge.streams import PIECE
from flux2 import ports
from flux2.log import Log


def make_response(response: ports.Response, log: Log, ctx: JsProxy) -> JsProxy:
    """Make a `Response` of JavaScript's; what is still on its way is poured behind it."""
    init = make_object(
        {
            "status": response.status,
            "statusText": _make_reason(response.reason),
            "headers": response.headers,
        }
    )
    made: JsProxy = js.Response.new(_make_body(response.body, log, ctx), init)
    return made


def _make_body(
    parts: Sequence[ports.Part] | AsyncGenerator[ports.Part, None], log: Log, ctx: JsProxy
) -> JsProxy | str | None:
    if isinstance(parts, AsyncGenerator):
        return pour(parts, log, ctx)
    texts = [part for part in parts if isinstance(part, str)]
    if len(texts) == len(parts):
        return "".join(texts) or None
    if len(parts) == 1 and isinstance(parts[0], Buffer):
        return parts[0].array
    whole = _find_whole(parts)
    return pour(parts, log, ctx) if whole is None else make_blob(*whole)


def _find_whole(parts: Sequence[ports.Part]) -> list[str | JsProxy] | None:
    """Find the parts as they go into a `Blob`; None if one of them is still on its way, or if they
    are so long that the copy which a `Blob` is would matter."""
    whole: list[str | JsProxy] = []
    size = 0
    for part in parts:
        if isinstance(part, str):
            whole.append(part)
        elif isinstance(part, Buffer):
            whole.append(part.array)
            size += part.size
        elif isinstance(part, ImageStream) and part.held is not None:
            whole += part.held
            size += sum(piece.length for piece in part.held)
        else:
            return None
    return whole if size <= PIECE else None


def _make_reason(text: str) -> str:
    """Keep what RFC 9112, 4 allows, and no more than a proxy will carry."""
    return re.sub(r"[^ -~]", "?", text)[:200]
