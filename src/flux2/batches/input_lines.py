"""Where the lines of an input begin and end, without a copy of it; blank ones are left out."""

from flux2.ports import Buffer

_WINDOW = 64 * 1024
_MOST_BLANK = 4 * 1024 * 1024
"""Bytes that one step may go over before it finds a line."""
_LINE_END = ord("\n")
_BOM = b"\xef\xbb\xbf"


def find_line(input: Buffer, position: int) -> tuple[int, int | None]:
    """Find the next line at or behind a position: where it begins, and where it ends.

    Its end is None if there was none to be found, at the end of the input or before it: then the
    next step looks from where this one would have begun.
    """
    if position == 0 and input.read(0, len(_BOM)) == _BOM:
        position = len(_BOM)
    last = min(input.size, position + _MOST_BLANK)
    while position < last:
        window = input.read(position, position + _WINDOW)
        if text := window.lstrip():
            start = position + len(window) - len(text)
            end = input.find(_LINE_END, start)
            return start, input.size if end < 0 else end
        position += len(window)
    return position, None
