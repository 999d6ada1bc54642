"""`Blob`: a file that somebody sent, or an image of ours."""

import js
from pyodide.ffi import JsProxy

from edge.buffer import Buffer
from edge.native import decode_base64, make_blob
from flux2 import ports
from flux2.json_images import DATA_URL

_LONGEST_PREFIX = 256
"""Bytes of a data URL before its base64."""


class UploadedFile:
    """A file, as `ports.UploadedFile`."""

    def __init__(self, blob: JsProxy) -> None:
        self.blob = blob
        self.size: int = blob.size

    async def read(self, start: int, stop: int) -> bytes:
        copied: bytes = (await self.blob.slice(start, stop).arrayBuffer()).to_bytes()
        return copied

    async def digest(self) -> bytes:
        buffer = await self.blob.arrayBuffer()
        copied: bytes = (await js.crypto.subtle.digest("SHA-256", buffer)).to_bytes()
        return copied


def get_blob(file: ports.UploadedFile) -> JsProxy:
    """Get the `Blob` behind a file of the edge's own; there are no others in the Worker."""
    if isinstance(file, UploadedFile):
        return file.blob
    raise TypeError(f"no file of the edge: {type(file).__name__}")


async def decode_data_url(url: ports.Buffer | ports.UploadedFile) -> UploadedFile:
    """Decode it, as `ports.DecodeDataUrl` says."""
    if isinstance(url, Buffer):
        start, cut = url.read(0, _LONGEST_PREFIX), url.array.subarray
    elif isinstance(url, UploadedFile):
        start, cut = await url.read(0, _LONGEST_PREFIX), url.blob.slice
    else:
        raise TypeError(f"no bytes of the edge: {type(url).__name__}")
    prefix = DATA_URL.match(start)
    if prefix is None:
        raise ValueError("not a base64 data URL")
    return UploadedFile(make_blob(await decode_base64(cut(prefix.end()))))
