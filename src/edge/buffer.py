"""`Uint8Array`: bytes that stay outside Python."""

from pyodide.ffi import JsProxy


class Buffer:
    """Bytes, as `ports.Buffer`."""

    def __init__(self, array: JsProxy) -> None:
        self.array = array
        self.size: int = array.length

    def read(self, start: int, stop: int) -> bytes:
        copied: bytes = self.array.subarray(start, stop).to_bytes()
        return copied

    def find(self, byte: int, start: int) -> int:
        index: int = self.array.indexOf(byte, start)
        return index

    def slice(self, start: int, stop: int) -> "Buffer":
        return Buffer(self.array.subarray(start, stop))
