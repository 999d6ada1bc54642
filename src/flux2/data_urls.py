"""Data URLs as they stand in JSON and in forms: how they begin, and their plain base64."""

import re

from flux2.ports import Buffer

DATA_URL = re.compile(rb"data:[^,\"]{0,200};base64,", re.IGNORECASE)

_WINDOW = 64 * 1024
_LONGEST_ESCAPE = 6
_ESCAPES = tuple(
    (escape.encode(), character.encode())
    for character, escapes in {
        "/": (r"\/", r"\u002f", r"\u002F"),
        "+": (r"\u002b", r"\u002B"),
        "=": (r"\u003d", r"\u003D"),
        "": (r"\r", r"\n", r"\t"),  # base64 may have white space anywhere
    }.items()
    for escape in escapes
)
"""Those that programs write: PHP, .NET, and whoever breaks lines."""
_WHITE_SPACE = b" \t\n\f\r"  # Infra Standard, "forgiving-base64 decode"
_ANY_OTHER = re.compile(rb"\\u00([0-7][0-9A-Fa-f])")


def clean(text: Buffer) -> Buffer:
    """Write base64 over itself without white space and without the escapes of JSON; return a view
    of what remains."""
    position = written = 0
    while position < text.size:
        window = text.read(position, position + _WINDOW)
        cut = window.rfind(b"\\", 1 - _LONGEST_ESCAPE)
        if cut > 0 and position + len(window) < text.size:
            window = window[:cut]  # an escape may go on in the next one
        plain = _clean_window(window)
        text.write(written, plain)
        position, written = position + len(window), written + len(plain)
    return text.slice(0, written)


def _clean_window(window: bytes) -> bytes:
    for escape, character in _ESCAPES:
        window = window.replace(escape, character)
    window = _ANY_OTHER.sub(lambda escape: bytes.fromhex(escape[1].decode()), window)
    return window.translate(None, _WHITE_SPACE)
