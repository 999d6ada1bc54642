"""The binding `IMAGES`: Cloudflare Images."""

import re
from collections.abc import Mapping

import js
from pyodide.ffi import JsException, JsProxy

from edge.buffer import Buffer, get_array
from edge.image_stream import get_pieces
from edge.native import decode_base64, encode_base64, make_blob, make_object, read_bytes
from flux2 import ports
from flux2.image_formats import MadeFormat

_SHRUNK_TO: Mapping[str, str] = {"image/jpeg": "image/jpeg", "image/webp": "image/webp"}
_ERROR = re.compile(r"\bIMAGES_\w+_ERROR (\d+)|\bUnexpected error response", re.ASCII)
_TRANSFORMATIONS_USED_UP = "9422"
"""Cloudflare's "Images, Troubleshooting"."""


class Images:
    """The binding, as `bindings.Images`."""

    def __init__(self, binding: JsProxy) -> None:
        self._binding = binding

    async def resize(self, image: ports.TypedFile, *, side: int) -> ports.TypedFile:
        media_type = _SHRUNK_TO.get(image.media_type, "image/png")
        try:
            source = js.Response.new(get_array(image.file)).body
            transformed = self._binding.input(source).transform(_make_box(side))
            output = await transformed.output(_make_still(media_type))
            return ports.TypedFile(Buffer(await read_bytes(output.response())), media_type)
        except JsException as exc:
            raise _explain(exc) from exc

    async def convert(self, image: ports.Base64, format: MadeFormat, quality: int | None) -> Buffer:
        return await self._make_anew(image, _make_still(f"image/{format}", quality))

    async def shrink(self, image: ports.Base64, side: int) -> Buffer:
        return await self._make_anew(image, _make_still("image/jpeg"), _make_box(side))

    async def _make_anew(
        self, image: ports.Base64, options: JsProxy, box: JsProxy | None = None
    ) -> Buffer:
        blob = make_blob(await decode_base64(*await get_pieces(image)))
        try:
            source = self._binding.input(blob.stream())
            output = await (source if box is None else source.transform(box)).output(options)
            return Buffer(await encode_base64(await _read(output)))
        except JsException as exc:
            raise ValueError(str(exc)) from exc


async def _read(output: JsProxy) -> JsProxy:
    blob: JsProxy = await output.response().blob()
    return blob


def _make_box(side: int) -> JsProxy:
    """Make options for a square that the image shall fit, which is not made larger."""
    return make_object({"width": side, "height": side, "fit": "scale-down"})


def _make_still(media_type: str, quality: int | None = None) -> JsProxy:
    """Make options for the first picture of an animation; large animations would come back as they
    are. Cloudflare takes a quality from 1 to 100."""
    options = {"format": media_type, "anim": False}
    return make_object(options if quality is None else {**options, "quality": max(1, quality)})


def _explain(exc: JsException) -> ValueError | OSError:
    """What the binding itself says is about the image, but for one number; a lost connection, say,
    is not."""
    text = str(exc).split("\n")[0][:200]
    said = _ERROR.search(text)
    return ValueError(text) if said and said[1] != _TRANSFORMATIONS_USED_UP else OSError(text)
