"""JSON as text: what leaves is compact, what comes in is strict and not too deep."""

import json
import re
from itertools import accumulate
from typing import Any

from pydantic_core import from_json, to_json

MOST_LEVELS = 64
"""No value may be nested deeper, the outermost one included. JSON prompts have about five."""

_STRING = re.compile(rb'"(?:[^"\\]++|\\.)*+"?', re.DOTALL)
_NO_BRACKETS = bytes({*range(256)} - {*b"[]{}"})


class TooDeep(ValueError):
    """JSON is nested deeper than any request needs."""


def write(value: Any) -> str:
    """Write what is known to be JSON, as short as it can be, with every character as itself."""
    try:
        return to_json(value).decode()
    except ValueError:  # of a lone surrogate
        return write_strictly(value)


def write_strictly(value: Any) -> str:
    """Write what somebody sent. Raises ValueError for a number that JSON does not have."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), allow_nan=False)


def parse(text: bytes) -> Any:
    """Read a value. Raises TooDeep, or ValueError for what is no JSON: NaN, say, or a lone
    surrogate."""
    if _measure_depth(text) > MOST_LEVELS:
        raise TooDeep(f"it is nested more than {MOST_LEVELS} levels deep")
    return from_json(text, allow_inf_nan=False)


def _measure_depth(text: bytes) -> int:
    """Tell how deep it is nested, or a higher number where that cannot be too deep."""
    opened = text.count(b"[") + text.count(b"{")
    if opened <= MOST_LEVELS:
        return opened
    brackets = _STRING.sub(b"", text).translate(None, _NO_BRACKETS)
    return max(accumulate(1 if bracket in b"[{" else -1 for bracket in brackets), default=0)
