"""Tricks that keep bytes native, under plain names: text, objects, base64."""

from collections.abc import Mapping
from typing import Any

import js
from js import JSON
from pyodide.ffi import (
    JsException,
    JsProxy as JsProxy,  # for the door, which imports no pyodide itself
)

from flux2 import json_text


def read_text(value: Any) -> str | None:
    """Read a string of JavaScript's; its null and undefined are None here."""
    return value if isinstance(value, str) else None


def make_object(value: Mapping[str, Any]) -> JsProxy:
    """Make a plain object of what JSON can say: one call, where each part would be one."""
    made: JsProxy = JSON.parse(json_text.write(value))
    return made


def make_blob(*pieces: JsProxy | str) -> JsProxy:
    """Make one `Blob` of all the pieces."""
    blob: JsProxy = js.Blob.new(js.Array.of(*pieces))
    return blob


async def read_bytes(source: JsProxy) -> JsProxy:
    """Read a `Blob`, `Request` or `Response` into a `Uint8Array`."""
    array: JsProxy = await source.bytes()
    return array


async def decode_base64(*pieces: JsProxy | str) -> JsProxy:
    """Decode JSON's characters natively to a `Uint8Array`: they never become a Python string.

    The pieces, in quotes and brackets, are a list of arguments in JSON, with which `Reflect.apply`
    calls `fromBase64`. Raises ValueError for anything that is no base64, as the fetch of a data URL
    in workerd would not.
    """
    try:
        arguments = await js.Response.new(make_blob('["', *pieces, '"]')).json()
        array: JsProxy = js.Reflect.apply(js.Uint8Array.fromBase64, js.Uint8Array, arguments)
    except JsException as exc:
        raise ValueError("not base64") from exc
    return array


async def encode_base64(blob: JsProxy) -> JsProxy:
    """Encode a `Blob`, as a `Uint8Array` of base64's characters.

    `Array.from` calls the method, so its result stays in JavaScript; it calls it with an item, here
    an empty list of arguments, and the item's index.
    """
    to_base64 = js.Reflect.apply.bind(
        None, js.Uint8Array.prototype.toBase64, await read_bytes(blob)
    )
    encoded = js.Array.from_(js.Array.of(js.Array.new()), to_base64)
    return await read_bytes(js.Blob.new(encoded))
