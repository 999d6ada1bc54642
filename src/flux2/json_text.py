"""JSON as text: what leaves is compact, what comes in is strict and not too deep."""

import json
import re
from itertools import accumulate
from typing import Any

from pydantic_core import from_json, to_json

MOST_LEVELS = 64
"""No value may be nested deeper, the outermost one included. JSON prompts have about five."""
MOST_VALUES = 1000
"""There may be no more, those inside others included. A small list of small values takes a hundred
times its text in memory."""

_STRING = re.compile(rb'"[^"\\]*+(?:\\.[^"\\]*+)*"?', re.DOTALL)
_NO_BRACKETS = bytes({*range(256)} - {*b"[]{}"})


class TooMuch(ValueError):
    """There is more JSON than any request needs; the message says of what it may have how much."""


def write(value: Any) -> str:
    """Write what is known to be JSON, as short as it can be, with every character as itself."""
    try:
        return to_json(value).decode()
    except ValueError:  # of a lone surrogate
        return write_strictly(value)


def write_strictly(value: Any) -> str:
    """Write what somebody sent. Raises ValueError for a number that JSON does not have."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), allow_nan=False)


def parse(text: bytes, most_values: int = MOST_VALUES) -> Any:
    """Read a value. Raises TooMuch, or ValueError for what is no JSON: NaN, say, or a lone
    surrogate."""
    opened = text.count(b"[") + text.count(b"{")
    if opened + text.count(b",") > min(MOST_LEVELS, most_values):
        _check(_STRING.sub(b"", text), most_values)
    return from_json(text, allow_inf_nan=False)


def _check(structure: bytes, most_values: int) -> None:
    """Judge JSON without its strings."""
    brackets = structure.translate(None, _NO_BRACKETS)
    depth = accumulate(1 if bracket in b"[{" else -1 for bracket in brackets)
    if any(level > MOST_LEVELS for level in depth):
        raise TooMuch(f"may be nested at most {MOST_LEVELS} levels deep")
    if 1 + sum(map(structure.count, (b",", b"[", b"{"))) > most_values:
        raise TooMuch(f"may have at most {most_values:,} values")
