"""Data URLs as they stand in JSON and in forms: how they begin, and their plain base64."""

import json
import re

from flux2.ports import Buffer

DATA_URL = re.compile(rb"data:[^,\"]{0,200};base64,", re.IGNORECASE)

_WINDOW = 64 * 1024
_LONGEST_ESCAPE = 6
_WHITE_SPACE = b" \t\n\f\r"  # Infra Standard, "forgiving-base64 decode"


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
    try:
        text: str = json.loads(b'"%s"' % window, strict=False)
    except ValueError:
        return window  # as whoever decodes it will find
    return text.encode("latin-1", errors="replace").translate(None, _WHITE_SPACE)
