"""`Response`: what a client gets."""

import re
from collections.abc import AsyncGenerator, Sequence

from js import Response, Uint8Array
from pyodide.ffi import JsProxy, to_js

from edge.buffer import Buffer
from edge.native import make_object
from edge.pouring import pour
from edge.streams import PIECE
from edge.whole_answer import FEW
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
    made: JsProxy = Response.new(_make_body(response.body, log, ctx), init)
    return made


def _make_body(body: ports.ResponseBody, log: Log, ctx: JsProxy) -> JsProxy | str | None:
    if isinstance(body, AsyncGenerator):
        return pour(body, log, ctx)
    texts = [part for part in body if isinstance(part, str)]
    if len(texts) == len(body):
        return "".join(texts) or None
    if len(body) == 1 and isinstance(body[0], Buffer):
        return body[0].array
    whole = _find_whole(body)
    return pour(body, log, ctx) if whole is None else _join(whole)


def _find_whole(parts: Sequence[ports.Part]) -> Sequence[bytes | Buffer] | None:
    """Find the parts that are there; None if one of them is still on its way, or if they are so
    long that the copy which is made of them would matter."""
    whole: list[bytes | Buffer] = []
    for part in parts:
        if isinstance(part, str):
            whole.append(part.encode(errors="replace"))
        elif isinstance(part, Buffer):
            whole.append(part)
        else:
            return None
    return whole if sum(map(_measure, whole)) <= PIECE else None


def _measure(part: bytes | Buffer) -> int:
    return part.size if isinstance(part, Buffer) else len(part)


def _join(parts: Sequence[bytes | Buffer]) -> JsProxy:
    """Copy them into one `Uint8Array`."""
    size = sum(map(_measure, parts))
    if size <= FEW:
        few: JsProxy = to_js(
            b"".join(part.read(0, size) if isinstance(part, Buffer) else part for part in parts)
        )
        return few
    joined: JsProxy = Uint8Array.new(size)
    position = 0
    for part in parts:
        joined.set(part.array if isinstance(part, Buffer) else to_js(part), position)
        position += _measure(part)
    return joined


def _make_reason(text: str) -> str:
    """Keep what RFC 9112, 4 allows, and no more than a proxy will carry."""
    return re.sub(r"[^ -~]", "?", text)[:200]
