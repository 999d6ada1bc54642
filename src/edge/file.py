"""`fromBase64`: a reference image, decoded in the place of its own data URL."""

from collections.abc import Callable
from functools import cache

import js
from pyodide.ffi import JsException, JsProxy

from edge.buffer import Buffer, get_array
from edge.native import make_object
from flux2 import ports
from flux2.data_urls import DATA_URL, clean

_Call = Callable[[JsProxy], JsProxy]

_LONGEST_PREFIX = 256
"""Bytes of a data URL before its base64."""
_WINDOW = 1024 * 1024
"""Characters that are decoded in one go, and that are a string of JavaScript's meanwhile; four of
them are three bytes."""


def decode_data_url(url: ports.Buffer) -> Buffer:
    """Decode it, as `ports.DecodeDataUrl` says."""
    prefix = DATA_URL.match(url.read(0, _LONGEST_PREFIX))
    if prefix is None:
        raise ValueError("not a base64 data URL")
    return _decode(get_array(url).subarray(prefix.end()))


def _decode(text: JsProxy) -> Buffer:
    """Decode window by window. What is decoded is shorter, so it never reaches the next window."""
    decoded, written = text, 0
    position, is_clean = 0, False
    while position < text.length:
        window = text.subarray(position, position + _WINDOW)
        image = _decode_window(window)
        is_last = position + _WINDOW >= text.length
        if image is not None and (is_last or image.length == _WINDOW // 4 * 3):
            decoded.set(image, written)
            position, written = position + _WINDOW, written + image.length
        elif is_clean:
            raise ValueError("not base64")
        else:
            text = get_array(clean(Buffer(text.subarray(position))))
            position, is_clean = 0, True
    return Buffer(decoded.subarray(0, written))


def _decode_window(window: JsProxy) -> JsProxy | None:
    """Decode its characters; None if they are no base64.

    They never become a Python string: `Array.from` makes a list of one item by calling the text
    decoder, and `Reflect.apply` takes that list for the arguments of `fromBase64`.
    """
    decode, one, from_base64 = _make_tools()
    try:
        image: JsProxy = from_base64(js.Array.from_(one, decode(window)))
    except JsException:
        return None
    return image


@cache
def _make_tools() -> tuple[_Call, JsProxy, _Call]:
    """Make what every call needs, once an isolate."""
    decoder = js.TextDecoder.new("utf-8", make_object({"ignoreBOM": True}))
    return (
        decoder.decode.bind.bind(decoder.decode, decoder),
        make_object({"length": 1}),
        js.Reflect.apply.bind(None, js.Uint8Array.fromBase64, js.Uint8Array),
    )
