"""`FormData`: the form that a call upstream carries."""

from collections.abc import Sequence

import js
from pyodide.ffi import JsProxy

from edge.file import get_blob
from flux2.ports import TypedFile


def make_form(form: Sequence[tuple[str, str | TypedFile]]) -> JsProxy:
    """Make the body of the call of `ports.Fetch`."""
    body: JsProxy = js.FormData.new()
    for name, value in form:
        if isinstance(value, str):
            body.append(name, value)
        else:
            blob = get_blob(value.file)
            extension = value.media_type.partition("/")[2]
            body.append(name, blob.slice(0, blob.size, value.media_type), f"{name}.{extension}")
    return body
