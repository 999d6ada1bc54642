"""`FormData`: a parsed form."""

from collections.abc import Sequence
from functools import cached_property

import js
from pyodide.ffi import JsProxy

from edge.file import UploadedFile
from edge.native import read_text


class Form:
    """A form, as `ports.Form`."""

    def __init__(self, form: JsProxy, size: int) -> None:
        self._form = form
        self.size = size
        self._names = js.Array.from_(form.keys())
        self.count: int = self._names.length

    @cached_property
    def names(self) -> Sequence[str]:
        names: list[str] = self._names.to_py()
        return names

    def text(self, name: str) -> str | None:
        return read_text(self._form.get(name))

    def has_file(self, name: str) -> bool:
        return not all(isinstance(value, str) for value in self._form.getAll(name))

    def files(self, name: str) -> Sequence[UploadedFile]:
        values = self._form.getAll(name)
        return [UploadedFile(js.Blob.new(values.slice(i, i + 1))) for i in range(values.length)]
