"""`multipart/form-data` (RFC 7578), read where it lies: what a part contains is a view of the body.

Runtimes have parsers of their own, which differ in what they take, and copy all of it.
"""

import re
from collections.abc import Sequence

from flux2.errors import InvalidForm
from flux2.ports import Buffer
from flux2.request.parts import Part, check_count

_WINDOW = 256 * 1024
_LONGEST_HEAD = 8 * 1024
"""Bytes of a part's headers."""

_BOUNDARY = re.compile(r";\s*boundary\s*=\s*(?:\"([^\"]+)\"|([^\s;,\"]+))", re.IGNORECASE)
_LINE_END = re.compile(rb"[ \t]*+\r?\n")
_EMPTY_LINE = re.compile(rb"\n\r?\n")
_DISPOSITION = re.compile(
    rb"\ncontent-disposition[ \t]*+:((?:[^\n]++|\n[ \t])*+)", re.IGNORECASE
)  # a line that begins with white space goes on with the one before (RFC 9112, 5.2)
_PARAMETER = re.compile(
    rb";\s*+([^\s=;\"]++)\s*+=\s*+(?:\"((?:[^\"\\]++|\\.)*+)\"|([^\s;]*+))", re.DOTALL
)  # in quotes, or a token (RFC 9110, 5.6.6) as .NET writes it
_QUOTED_PAIR = re.compile(rb"\\([\"\\])")


def parse(body: Buffer, content_type: str) -> Sequence[Part]:
    """Find the parts. Raises InvalidForm, which says what is wrong."""
    delimiter = _read_delimiter(content_type)
    windows = _Windows(body)
    position = _find_first(windows, delimiter)
    parts: list[Part] = []
    while (head := windows.read(position, position + _LONGEST_HEAD))[:2] != b"--":
        check_count(len(parts) + 1)
        start, headers = _split_head(head)
        name, is_file, filename = _read_headers(headers)
        start += position
        end = windows.find(delimiter, start - 1)
        if end < 0:
            raise _explain(f"its part {len(parts) + 1} has no end")
        position = end + len(delimiter)
        end -= windows.read(end - 1, end) == b"\r"
        parts.append(Part(name, is_file, body.slice(start, max(start, end)), filename))
    return parts


def _read_delimiter(content_type: str) -> bytes:
    """Read what stands between two parts. A line feed alone passes for a line break."""
    found = _BOUNDARY.search(content_type)
    if found is None:
        raise _explain_boundary("it names none")
    return b"\n--" + (found[1] or found[2]).encode(errors="replace")


def _find_first(windows: "_Windows", delimiter: bytes) -> int:
    """Find where the first part's headers begin; what stands before it is of no interest."""
    if windows.read(0, len(delimiter) - 1) == delimiter[1:]:
        return len(delimiter) - 1
    found = windows.find(delimiter, 0)
    if found < 0:
        raise _explain_boundary("the body has another one")
    return found + len(delimiter)


def _split_head(head: bytes) -> tuple[int, bytes]:
    """Tell where the content begins, and what the headers are, each behind a line feed."""
    line_end = _LINE_END.match(head)
    empty = line_end and _EMPTY_LINE.search(head, line_end.end() - 1)
    if line_end is None or empty is None:
        raise _explain("the headers of a part have no end")
    return empty.end(), head[line_end.end() - 1 : empty.start()]


def _read_headers(headers: bytes) -> tuple[str, bool, str]:
    """Read a part's name, whether it is a file, and what that is called."""
    disposition = _DISPOSITION.search(headers)
    found = _PARAMETER.findall(disposition[1]) if disposition else []
    parameters = {key.lower(): quoted or token for key, quoted, token in reversed(found)}
    name = parameters.get(b"name")
    if name is None:
        raise _explain(
            'each part needs a name, as in `Content-Disposition: form-data; name="prompt"`'
        )
    is_file = not parameters.keys().isdisjoint((b"filename", b"filename*"))
    return _unquote(name), is_file, _unquote(parameters.get(b"filename", b""))


def _unquote(text: bytes) -> str:
    return _QUOTED_PAIR.sub(rb"\1", text).decode(errors="replace")


def _explain(reason: str) -> InvalidForm:
    return InvalidForm(f"The request's body is not a complete form: {reason}.")


def _explain_boundary(reason: str) -> InvalidForm:
    return InvalidForm(
        "The Content-Type header must carry the boundary that the form in the request's body uses; "
        f"{reason}. Let your HTTP client write that header."
    )


class _Windows:
    """A body, of which a window at a time is in Python."""

    def __init__(self, body: Buffer) -> None:
        self._body = body
        self._load(0)

    def find(self, wanted: bytes, start: int) -> int:
        """Find the first one at or after `start`, which is not before the window; or -1."""
        while (index := self._window.find(wanted, start - self._start)) < 0:
            if self._end >= self._body.size:
                return -1
            start = max(start, self._end - len(wanted) + 1)
            self._load(start)
        return self._start + index

    def read(self, start: int, stop: int) -> bytes:
        if start < self._start or min(stop, self._body.size) > self._end:
            self._load(start)
        return self._window[start - self._start : stop - self._start]

    def _load(self, start: int) -> None:
        self._window = self._body.read(start, start + _WINDOW)
        self._start, self._end = start, start + len(self._window)
